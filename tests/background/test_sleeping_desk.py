"""A desk that was closed tells what it slept through as one digest: suspended, killed, taken over by another process."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from scripted import until

from deskterm.background.supervisor import BackRoom
from deskterm.desk import commands as c
from deskterm.desk.commands import Done
from deskterm.store import awake, lease

TTL_MS = 600
HOURS = 8


@contextlib.asynccontextmanager
async def back_room(house):
    """Have a back room without channels hold the lease."""
    room = BackRoom(house.store, house.rules, "desk.test", (), lambda _settings: None, ttl_ms=TTL_MS, retry_s=0.02)
    task = asyncio.create_task(room.run())
    try:
        await asyncio.wait_for(room.holding.wait(), 20)
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.fixture
def machine(monkeypatch):
    """The machine's clock, which a test can move on: `machine["ms"]`."""
    moved = {"ms": 0}
    running = lease.boot_clock_ms
    monkeypatch.setattr(lease, "boot_clock_ms", lambda: running() + moved["ms"])
    return moved


def sleeps(house, machine, hours=HOURS):
    machine["ms"] += hours * 3_600_000
    house.clock.pass_(hours=hours)


async def waiting(house):
    """Have two customers wait for Boris."""
    for number in (1, 2):
        await house.arrive(house.mail(sender=f"c{number}@x.test"))
        assert isinstance(await house.office.submit(c.Assign(number, house.boris.id)), Done)
    await house.as_(house.boris).read_notices()


async def told(house):
    return [(one.kind, one.data.get("counts")) for one in await house.as_(house.boris).notices(unread=True)]


async def comes_to(house, expected):
    async def there():
        return await told(house) == expected

    await until(there)


DIGEST = [("digest", {"sla_late": 2})]


async def test_suspended_for_eight_hours(house, machine):
    await waiting(house)
    async with back_room(house):
        sleeps(house, machine)
        await house.office.submit(c.Note(1, "кто-то проснулся"))
        await comes_to(house, DIGEST)


async def test_killed_and_started_again_after_eight_hours(house, machine):
    await waiting(house)
    await house.store.writer.run(lambda tx: awake.keep(tx, awake.this_moment(house.clock())))
    sleeps(house, machine)
    async with back_room(house):
        await comes_to(house, DIGEST)


async def test_a_clock_that_was_set_on_is_no_sleep(house, machine):
    await waiting(house)
    async with back_room(house):
        house.clock.pass_(hours=HOURS)
        await house.office.submit(c.Note(1, "часы перевели"))
        await comes_to(house, [("sla_late", None)] * 2)


async def test_what_one_process_slept_through_while_another_was_awake_was_not_missed(house, open_house, machine):
    await waiting(house)
    async with back_room(house):
        pass
    other = await open_house()
    other.clock = house.clock
    for _ in range(HOURS * 60):
        machine["ms"] += 60_000
        house.clock.pass_(minutes=1)
        await other.store.writer.run(lambda tx: awake.keep(tx, awake.this_moment(house.clock())))
    async with back_room(house):
        await comes_to(house, [("sla_late", None)] * 2)


async def test_another_process_takes_over_after_the_sleep(house, open_house, machine):
    await waiting(house)
    async with back_room(house):
        pass
    sleeps(house, machine)
    other = await open_house()
    other.store.now = house.store.now
    async with back_room(other):
        await comes_to(house, DIGEST)
