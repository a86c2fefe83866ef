"""The clock wakes what was snoozed: once, at its time, also after a sleep."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from scripted import until
from test_clock import ticking

from deskterm.background import clock as clock_module
from deskterm.background.clock import BATCH
from deskterm.desk import commands as c
from deskterm.desk.rows import View
from deskterm.store.alarms import earliest
from deskterm.store.times import from_ms

HOUR = timedelta(hours=1)


async def woken(room):
    rows = await room.house.all(
        "SELECT conversation_id, at, actor_kind, data FROM journal WHERE kind = 'snooze_ended' ORDER BY seq"
    )
    return [(one, from_ms(at), who, json.loads(data)["how"]) for one, at, who, data in rows]


async def snoozed(room, number=1, after=HOUR):
    until_ = room.house.clock() + after
    await room.house.office.submit(c.Snooze(number, until_))
    return until_


async def counts(room):
    views = (await room.house.office.counts()).views
    return views[View.SNOOZED], views[View.INBOX]


async def test_a_snooze_ends_once_at_its_time(room):
    await room.conversation()
    due = await snoozed(room)
    async with ticking(room) as clock:
        room.house.clock.at = due - timedelta(milliseconds=1)
        await clock._tick()
        assert (await woken(room), await counts(room)) == ([], (1, 0))
        room.house.clock.at = due
        await clock._tick()
        await clock._tick()
    assert await woken(room) == [(1, due, "clock", "clock")]
    assert await counts(room) == (0, 1)
    assert await room.house.one("SELECT status, snoozed_until, unread, woken_at FROM conversation") == (
        "open",
        None,
        1,
        int(due.timestamp() * 1000),
    )


async def test_a_machine_asleep_past_the_time_wakes_all_of_them_with_the_true_time(room):
    count = BATCH + 5
    for n in range(count):
        await room.conversation(who=f"c{n}")
        await snoozed(room, n + 1)
    due = room.house.clock() + HOUR
    room.house.clock.pass_(hours=8)
    async with ticking(room):

        async def all_woken():
            return len(await woken(room)) == count

        await until(all_woken)
    assert {(at, who, how) for _one, at, who, how in await woken(room)} == {(due, "clock", "clock")}
    assert await counts(room) == (0, count)


async def test_what_comes_back_to_a_customer_who_still_waits_is_late_in_the_same_tick(room):
    await room.conversation()
    asked = room.house.clock()
    due = await snoozed(room, after=3 * HOUR)
    async with ticking(room) as clock:
        room.house.clock.at = due
        await clock._tick()
        assert await room.house.one("SELECT late, waiting_since FROM conversation") == (1, int(asked.timestamp() * 1000))
        late = await room.house.all("SELECT at FROM journal WHERE kind = 'late_marked'")
    assert [from_ms(at) for (at,) in late] == [asked + HOUR]


async def test_until_the_customer_writes_is_until_then(room):
    await room.conversation()
    await room.house.office.submit(c.Snooze(1, None))
    async with ticking(room) as clock:
        room.house.clock.pass_(days=400)
        await clock._tick()
    assert await woken(room) == []
    assert await counts(room) == (1, 0)


async def test_what_was_woken_closed_or_put_off_is_not_woken_again(room):
    for n in range(3):
        await room.conversation(who=f"c{n}")
        await snoozed(room, n + 1)
    await room.house.office.submit(c.Reopen(1))
    await room.house.office.submit(c.Close(2))
    later = await snoozed(room, 3, 5 * HOUR)
    async with ticking(room) as clock:
        room.house.clock.pass_(hours=2)
        await clock._tick()
        assert [(one, how) for one, _at, _who, how in await woken(room)] == [(1, "operator")]
        room.house.clock.at = later
        await clock._tick()
    assert [(one, how) for one, _at, _who, how in await woken(room)] == [(1, "operator"), (3, "clock")]


async def test_the_bell_arms_the_clock_for_the_next_return(room, monkeypatch):
    monkeypatch.setattr(clock_module, "AT_MOST", HOUR)
    await room.conversation()
    await room.reply("да")
    loop = asyncio.get_running_loop()
    base, began = room.house.clock(), loop.time()
    room.house.store.now = lambda: base + timedelta(seconds=loop.time() - began)  # time runs
    async with ticking(room):
        due = room.house.store.now() + timedelta(seconds=0.3)
        await room.house.office.submit(c.Snooze(1, due))

        async def back():
            return await woken(room)

        ((_one, at, _who, _how),) = await until(back)
    assert abs(at - due) < timedelta(milliseconds=1)


@pytest.mark.parametrize("spam", [True, False])
async def test_spam_sleeps_until_it_is_none(room, spam):
    await room.conversation()
    due = await snoozed(room)
    await room.house.office.submit(c.MarkSpam(1, spam=spam))
    async with ticking(room) as clock:
        room.house.clock.pass_(hours=2)
        await clock._tick()
        assert bool(await woken(room)) is not spam
        await room.house.office.submit(c.MarkSpam(1, spam=False))
        await clock._tick()
    assert [at for _one, at, _who, _how in await woken(room)] == [due]


async def test_what_comes_next_is_read_from_indexes(room):
    """The clock asks after every change, also at a million conversations."""
    plan = " ".join(row[3] for row in await room.house.all(f"EXPLAIN QUERY PLAN {earliest(clock_module.ALARMS)}"))
    for index in ("ix_alarm", "ix_list_snoozed", "ix_task_alarm", "ix_reminder_alarm", "ix_promise_alarm"):
        assert f"INDEX {index}" in plan
    for table in ("conversation", "task", "reminder", "promise"):
        assert f"SCAN {table}" not in plan.replace(f"SCAN {table} USING", "")
