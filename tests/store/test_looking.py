"""The reader and the bell: one state for one look, lookers who go away, rings by this process and by others."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3

import pytest

from deskterm.store import lease
from deskterm.store.lease import Claimant
from deskterm.store.reader import POOL

ADD = "INSERT INTO meta (key, value) VALUES (?, 'x')"


async def test_one_look_sees_one_state(house):
    async with house.store.reader.look() as look:
        before = await look.one("SELECT count(*) FROM meta")
        await house.store.writer.run(lambda tx: tx.run(ADD, ("k",)))
        assert await look.one("SELECT count(*) FROM meta") == before
    assert await house.one("SELECT count(*) FROM meta") == (before[0] + 1,)


async def test_a_reader_cannot_write(house):
    with pytest.raises(sqlite3.OperationalError):
        await house.store.reader.all("DELETE FROM meta")


async def test_lookers_who_are_cancelled_anywhere_leave_the_connections_usable(house):
    """A screen that moves on cancels its worker wherever that stands: also while a look begins or ends."""

    async def look() -> None:
        async with house.store.reader.look() as one:
            await one.all("SELECT * FROM sequence")
            await one.all("SELECT * FROM meta")

    for steps in range(12):
        for _ in range(POOL + 1):
            task = asyncio.create_task(look())
            for _ in range(steps):
                await asyncio.sleep(0)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await house.store.writer.run(lambda tx, n=steps: tx.run(ADD, (f"k{n}",)))
        for _ in range(POOL):
            async with house.store.reader.look() as one:
                assert await one.one("SELECT count(*) FROM meta WHERE value = 'x'") == (steps + 1,)
    await asyncio.gather(*(asyncio.wait_for(look(), 10) for _ in range(10)))


class Rings:
    """Counts rings and lets a test wait for the next."""

    def __init__(self, store) -> None:
        self.count = 0
        self._rang = asyncio.Event()
        store.changes.on_change(self._ring)

    def _ring(self) -> None:
        self.count += 1
        self._rang.set()

    async def next(self) -> None:
        await asyncio.wait_for(self._rang.wait(), 20)
        self._rang.clear()


async def test_an_own_commit_rings(house):
    rings = Rings(house.store)
    await house.store.writer.run(lambda tx: tx.run(ADD, ("k",)))
    await rings.next()


async def test_an_own_commit_is_not_told_again_by_the_poll(house):
    rings = Rings(house.store)
    await house.store.writer.run(lambda tx: tx.run(ADD, ("k",)))
    await rings.next()
    assert house.store.changes._look() is False


async def test_another_process_is_heard(house, open_house):
    """Another store on the same file stands for another process: the bell knows its commits only from the file."""
    other = await open_house()
    rings = Rings(house.store)
    for n in range(3):
        await other.store.writer.run(lambda tx, n=n: tx.run(ADD, (f"k{n}",)))
        await rings.next()


async def test_a_heartbeat_rings_nobody(house, open_house):
    other = await open_house()
    who = Claimant()
    epoch = await other.store.writer.run(lambda tx: lease.acquire(tx, who))
    assert epoch is not None
    rings = Rings(house.store)
    while house.store.changes._look():
        pass
    here = rings.count
    for _ in range(3):
        await other.store.writer.run(lambda tx: lease.renew(tx, who, epoch))
        assert house.store.changes._look() is False
    assert rings.count == here


async def test_who_stopped_listening_hears_no_more(house):
    heard = []
    end = house.store.changes.on_change(lambda: heard.append(1))
    end()
    end()
    rings = Rings(house.store)
    await house.store.writer.run(lambda tx: tx.run(ADD, ("k",)))
    await rings.next()
    assert heard == []
