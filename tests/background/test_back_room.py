"""The back room as a whole: who holds the lease serves, a full store is waited for, and it ends in time."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest
from scripted import Scripted, until

from deskterm.background import supervisor
from deskterm.background.supervisor import BackRoom
from deskterm.channels.base import Mark
from deskterm.desk import commands as c
from deskterm.desk.post import Capabilities, Raw
from deskterm.settings import ChannelSettings
from deskterm.store import lease
from deskterm.store.engine import StoreError
from deskterm.store.lease import Claimant

TTL_MS = 600


class Desk:
    """A back room over a house, with one chat channel."""

    def __init__(self, house) -> None:
        self.house = house
        self.channels: list[Scripted] = []
        self.script: list[object] = []
        self.room = BackRoom(
            house.store, house.rules, "desk.test", [ChannelSettings("bot", "telegram")], self.make, ttl_ms=TTL_MS, retry_s=0.02
        )

    def make(self, _settings) -> Scripted:
        made = Scripted("telegram", Capabilities(max_units=4096))
        made.understands = lambda data: self.house.chat(data.decode(), external_id=f"7:{data.decode()}")
        made.listening = self.listen
        self.channels.append(made)
        return made

    async def listen(self, porch) -> None:
        while self.script:
            step = self.script.pop(0)
            if isinstance(step, BaseException):
                raise step
            await porch.take([Raw(step, step.encode(), self.house.clock())], Mark("offset", step))
        await asyncio.Event().wait()

    @contextlib.asynccontextmanager
    async def open(self):
        task = asyncio.create_task(self.room.run())
        try:
            await asyncio.wait_for(self.room.holding.wait(), 20)
            yield task
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def messages(self):
        return [text for (text,) in await self.house.all("SELECT text FROM message ORDER BY id")]


@pytest.fixture
def desk(house):
    return Desk(house)


async def holder(house):
    row = await house.one("SELECT holder, epoch FROM lease")
    return row or ("", 0)


async def test_a_message_comes_in_and_an_answer_goes_out(desk):
    desk.script = ["привет"]
    async with desk.open():

        async def stored():
            return await desk.messages() == ["привет"]

        await until(stored)
        await desk.house.office.submit(c.Reply(1, "здравствуйте"))
        await desk.house.office.submit(c.SendNow())
        await until(lambda: desk.channels[0].texts() == ["здравствуйте"])
    assert desk.channels[0].closed == 1
    assert (await holder(desk.house))[0] == ""


async def test_a_channel_that_breaks_is_begun_again(desk):
    desk.script = ["a", ZeroDivisionError(), "b"]
    async with desk.open():

        async def stored():
            return await desk.messages() == ["a", "b"]

        await until(stored)


async def test_a_second_back_room_waits_and_follows_at_once(house, open_house, monkeypatch):
    monkeypatch.setattr(supervisor, "STAND_S", 30)
    first, second = Desk(house), Desk(await open_house())
    async with first.open() as task:
        waiting = asyncio.create_task(second.room.run())
        await asyncio.sleep(0.05)
        assert not second.room.holding.is_set()
        assert second.channels == []
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await asyncio.wait_for(second.room.holding.wait(), 20)
        assert (await holder(house))[1] == 2
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting


async def test_who_lost_the_lease_lets_go_of_its_channels_and_stands_again(desk):
    async with desk.open():
        epoch = (await holder(desk.house))[1]
        other = Claimant(holder="other")
        await desk.house.store.writer.run(lambda tx: tx.run("UPDATE lease SET expires = 0"))
        assert await desk.house.store.writer.run(lambda tx: lease.acquire(tx, other)) == epoch + 1
        await until(lambda: desk.channels[0].closed)
        assert not desk.room.holding.is_set()
        await desk.house.store.writer.run(lambda tx: lease.release(tx, other))
        await asyncio.wait_for(desk.room.holding.wait(), 20)
        assert (await holder(desk.house))[1] == epoch + 2
        assert len(desk.channels) == 2


async def test_a_store_that_is_full_for_long_is_waited_for(desk, monkeypatch):
    run = desk.house.store.writer.run
    full = False

    async def guarded(work):
        if full:
            raise StoreError("disk_full", "no room", "free some space")
        return await run(work)

    monkeypatch.setattr(desk.house.store.writer, "run", guarded)
    async with desk.open() as task:
        full = True
        await until(lambda: not desk.room.holding.is_set())
        desk.script = ["после"]
        full = False
        await asyncio.wait_for(desk.room.holding.wait(), 20)

        async def stored():
            return await desk.messages() == ["после"]

        await until(stored)
        assert not task.done()


async def test_a_store_that_fills_while_the_back_room_begins_does_not_end_it(desk, monkeypatch):
    run = desk.house.store.writer.run
    faults = 3

    async def guarded(work):
        nonlocal faults
        if faults and asyncio.current_task().get_name() == "the back room" and await holder(desk.house) != ("", 0):
            faults -= 1
            raise StoreError("disk_full", "no room", "free some space")
        return await run(work)

    monkeypatch.setattr(desk.house.store.writer, "run", guarded)
    async with desk.open() as task:
        task.set_name("the back room")
        assert not task.done()
    task = asyncio.create_task(desk.room.run(), name="the back room")
    try:
        await until(lambda: faults == 0)
        await asyncio.wait_for(desk.room.holding.wait(), 20)
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_it_ends_in_time_although_a_channel_does_not(desk):
    async def stubborn(_porch):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(3)
            raise

    desk.listen = stubborn
    async with desk.open():
        began = time.monotonic()
    assert time.monotonic() - began < 2.9
    assert (await holder(desk.house))[0] == ""
