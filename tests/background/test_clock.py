"""The clock: what time alone changes happens once, at its time, also after a sleep."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

import pytest
from scripted import until

from deskterm.background import clock as clock_module
from deskterm.background.clock import BATCH, Clock
from deskterm.desk import commands as c
from deskterm.desk.model import Priority
from deskterm.desk.rows import View
from deskterm.desk.urgency import ALLOWANCE
from deskterm.store.engine import StoreError
from deskterm.store.times import from_ms, to_ms

HOUR = ALLOWANCE[Priority.NORMAL]


@pytest.fixture
def ticks(monkeypatch):
    """When the clock looked for what is due."""
    seen = []
    tick = Clock._tick

    async def counted(self):
        await tick(self)
        seen.append(1)

    monkeypatch.setattr(Clock, "_tick", counted)
    return seen


@contextlib.asynccontextmanager
async def ticking(room):
    """The clock, armed anew by the bell as the supervisor does."""
    clock = Clock(room.duty)
    rang = asyncio.Event()
    end = room.house.store.changes.on_change(rang.set)

    async def listen():
        while True:
            await rang.wait()
            rang.clear()
            await clock.look()

    clock.start()
    task = asyncio.create_task(listen())
    try:
        yield clock
    finally:
        end()
        task.cancel()
        clock.stop()


async def marked(room):
    return await room.house.all("SELECT conversation_id, at, stored_at FROM journal WHERE kind = 'late_marked' ORDER BY seq")


async def test_a_conversation_becomes_late_once_at_its_time(room, ticks):
    await room.conversation()
    due = room.house.clock() + HOUR
    async with ticking(room) as clock:
        await until(lambda: ticks)
        room.house.clock.at = due - timedelta(milliseconds=1)
        await clock._tick()
        assert await marked(room) == []
        room.house.clock.at = due
        await clock._tick()
        await clock._tick()
        assert [(one, from_ms(at)) for one, at, _ in await marked(room)] == [(1, due)]
    assert (await room.house.office.conversations(View.LATE)).rows[0].late is True
    assert (await room.house.office.counts()).views[View.LATE] == 1
    assert await room.house.all("SELECT actor_kind FROM journal WHERE kind = 'late_marked'") == [("clock",)]


async def test_after_a_sleep_all_that_is_due_is_marked_in_batches_with_the_true_time(room, ticks):
    count = BATCH + 5
    for n in range(count):
        await room.conversation(who=f"c{n}")
    began = room.house.clock()
    room.house.clock.pass_(hours=8)
    async with ticking(room):

        async def all_late():
            return len(await marked(room)) == count

        await until(all_late)
    rows = await marked(room)
    assert sorted(one for one, _, _ in rows) == list(range(1, count + 1))
    assert {at for _, at, _ in rows} == {to_ms(began + HOUR)}
    assert {stored for _, _, stored in rows} == {to_ms(room.house.clock())}
    assert (await room.house.office.counts()).views[View.LATE] == count


async def test_the_bell_arms_the_clock_for_what_is_due_next(room, ticks, monkeypatch):
    monkeypatch.setattr(clock_module, "AT_MOST", HOUR)
    inbound = room.house.mail()
    due = room.house.clock() + HOUR
    loop = asyncio.get_running_loop()
    began = loop.time()
    room.house.store.now = lambda: due + timedelta(seconds=loop.time() - began - 0.3)  # time runs: due in 0.3 s
    async with ticking(room):
        await until(lambda: ticks)
        await room.house.arrive(inbound)

        async def late():
            return await marked(room)

        ((_, at, stored_at),) = await until(late)
    assert from_ms(at) == due <= from_ms(stored_at)
    assert len(ticks) <= 4


async def test_the_clock_rests_between_times(room, ticks):
    await room.conversation()
    async with ticking(room) as clock:
        await until(lambda: ticks)
        for _ in range(5):
            await room.house.office.submit(c.MarkUnread(1))
            await room.house.office.submit(c.MarkRead(1))
            await clock.look()
        await asyncio.sleep(0.3)
        assert len(ticks) == 1


async def test_the_wall_clock_may_jump_both_ways(room, ticks, monkeypatch):
    monkeypatch.setattr(clock_module, "AT_MOST", timedelta(milliseconds=50))
    await room.conversation()
    due = room.house.clock() + HOUR
    async with ticking(room):
        await until(lambda: ticks)
        for jump in (timedelta(hours=2), -timedelta(hours=2), timedelta(hours=2)):
            room.house.clock.at += jump
            seen = len(ticks)
            await until(lambda n=seen: len(ticks) > n)
    assert [(one, from_ms(at)) for one, at, _ in await marked(room)] == [(1, due)]


@pytest.mark.parametrize("fault", [StoreError("disk_full", "no room"), ZeroDivisionError()])
async def test_a_fault_stops_no_later_tick(room, ticks, monkeypatch, fault):
    monkeypatch.setattr(clock_module, "AT_MOST", timedelta(milliseconds=20))
    write = room.duty.store.writer.run
    broken = True

    async def failing(work):
        if broken:
            raise fault
        return await write(work)

    await room.conversation()
    room.house.clock.pass_(hours=2)
    monkeypatch.setattr(room.duty.store.writer, "run", failing)
    async with ticking(room):
        await asyncio.sleep(0.1)
        assert await marked(room) == []
        broken = False

        async def late():
            return await marked(room)

        await until(late)


async def test_an_answer_in_time_is_never_late(room, ticks):
    await room.conversation()
    await room.reply("да")
    room.house.clock.pass_(days=1)
    async with ticking(room) as clock:
        await until(lambda: ticks)
        await clock._tick()
    assert await marked(room) == []
