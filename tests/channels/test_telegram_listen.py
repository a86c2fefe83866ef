"""Every update comes in once, whatever breaks: the loop of getUpdates against a server with the real contract."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator

import pytest
from peers.bot_api import BotApi
from peers.telegram_porch import TelegramPorch
from telegram_support import NOON, a_channel, kept_texts, listening, pending_is

from deskterm.channels.base import LeaseLost, StoreUnavailable
from deskterm.channels.telegram.channel import TelegramChannel
from deskterm.channels.telegram.vocabulary import ALLOWED_UPDATES
from deskterm.channels.telegram.wire import canonical
from deskterm.desk.post import Health, HealthState


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        yield running


@pytest.fixture
async def channel(server: BotApi) -> AsyncIterator[TelegramChannel]:
    made = a_channel(server)
    yield made
    await made.close()


async def test_an_update_is_kept_as_canonical_json_with_its_checkpoint(server: BotApi, channel: TelegramChannel) -> None:
    server.world.write("привет")
    update = server.world.queue[0]
    porch = TelegramPorch()
    async with listening(channel, porch):
        await porch.until(lambda: bool(porch.kept))
        await pending_is(server, 0)
    (raws, mark) = next(take for take in porch.takes if take[0])
    assert raws[0].data == canonical(update)
    assert raws[0].source_key.startswith(f"{update['update_id']}:")
    assert len(raws[0].source_key.partition(":")[2]) == 16
    assert raws[0].at == NOON
    assert mark is not None
    assert mark.key == "offset"
    assert json.loads(mark.value) == {"next": update["update_id"] + 1, "at": "2026-03-02T12:00:00+00:00"}
    assert porch.healths == [Health(HealthState.STARTING), Health(HealthState.OK)]


async def test_nothing_is_confirmed_before_it_is_kept_and_then_by_the_very_next_call(
    server: BotApi, channel: TelegramChannel
) -> None:
    server.world.write("one")
    porch = TelegramPorch()
    pending = []
    porch.after_take = lambda: pending.append(len(server.world.queue))
    async with listening(channel, porch):
        await porch.until(lambda: bool(porch.kept))
        await pending_is(server, 0)
        server.world.write("two")
        await porch.until(lambda: len(porch.kept) == 2)
        await pending_is(server, 0)
    assert pending == [1, 1]
    offsets = [call.params.get("offset") for call in server.counted("getUpdates")]
    assert offsets == [None, "1002", "1003"]
    assert all(call.params["allowed_updates"] == list(ALLOWED_UPDATES) for call in server.counted("getUpdates"))
    assert [call.params["timeout"] for call in server.counted("getUpdates")] == ["0", "5", "5"]


async def test_after_an_empty_answer_no_offset_goes_out(server: BotApi) -> None:
    channel, porch = a_channel(server, poll_s=1), TelegramPorch()
    server.world.write("one")
    async with listening(channel, porch):
        async with asyncio.timeout(20):
            while len(server.counted("getUpdates")) < 3:
                await asyncio.sleep(0.005)
    await channel.close()
    assert [call.params.get("offset") for call in server.counted("getUpdates")][:3] == [None, "1002", None]


async def test_a_crash_between_commit_and_confirmation_brings_nothing_twice(server: BotApi) -> None:
    porch = TelegramPorch()
    for words in ("one", "two"):
        server.world.write(words)

    class Killed(Exception):
        pass

    def die() -> None:
        raise Killed

    porch.after_take = die
    first = a_channel(server)
    with pytest.raises(Killed):
        await first.listen(porch)
    await first.close()
    assert len(server.world.queue) == 2
    porch.after_take = lambda: None
    second = a_channel(server)
    async with listening(second, porch):
        await pending_is(server, 0)
    await second.close()
    assert kept_texts(porch) == ["one", "two"]
    assert sum(len(raws) for raws, _ in porch.takes) == 4


async def test_while_the_store_cannot_write_nothing_is_confirmed(server: BotApi, channel: TelegramChannel) -> None:
    server.world.write("one")
    porch = TelegramPorch()
    porch.failures.extend([StoreUnavailable("disk full")] * 3)
    async with listening(channel, porch):
        await porch.until(lambda: bool(porch.kept))
        assert len(server.world.queue) == 1
        assert [call.params.get("offset") for call in server.counted("getUpdates")] == [None] * 4
        await pending_is(server, 0)
    assert kept_texts(porch) == ["one"]


async def test_a_lost_lease_ends_the_loop(server: BotApi, channel: TelegramChannel) -> None:
    server.world.write("one")
    porch = TelegramPorch()
    porch.failures.append(LeaseLost())
    async with asyncio.timeout(20):
        await channel.listen(porch)
    assert porch.kept == {}
    assert len(server.world.queue) == 1


async def test_update_ids_that_start_anew_lose_nothing(server: BotApi, channel: TelegramChannel) -> None:
    porch = TelegramPorch()
    server.world.write("before")
    async with listening(channel, porch):
        await porch.until(lambda: len(porch.kept) == 1)
        await pending_is(server, 0)
    server.world.restart_ids(5)
    async with listening(channel, porch):
        for words in ("after", "the week"):
            server.world.write(words)
        await porch.until(lambda: len(porch.kept) == 3)
        await pending_is(server, 0)
    assert kept_texts(porch) == ["before", "after", "the week"]


async def test_an_error_drops_the_offset(server: BotApi) -> None:
    """After an error the server is asked for all it holds: ids may have started anew meanwhile."""
    channel, porch = a_channel(server), TelegramPorch()
    server.world.write("one")

    def then_fail() -> None:
        if not server.counted("getUpdates")[1:]:
            server.fault("getUpdates", "error", code=502, description="Bad Gateway")

    porch.after_take = then_fail
    async with listening(channel, porch):
        await pending_is(server, 0)
    await channel.close()
    offsets = [call.params.get("offset") for call in server.counted("getUpdates")]
    assert offsets[:4] == [None, "1002", None, "1002"]
    assert kept_texts(porch) == ["one"]


NESTED = '{"update_id":%d,"message":' + '{"a":' * 5000 + "1" + "}" * 5001


async def test_one_update_that_nobody_can_read_does_not_hold_up_the_others(server: BotApi, channel: TelegramChannel) -> None:
    good = [canonical({"update_id": number, "message": {"text": str(number)}}).decode() for number in (1, 3)]
    body = '{"ok":true,"result":[' + ",".join([good[0], NESTED % 2, good[1]]) + "]}"
    server.fault("getUpdates", "body", code=200, text=body)
    porch = TelegramPorch()
    async with listening(channel, porch):
        await porch.until(lambda: len(porch.kept) == 3)
        async with asyncio.timeout(20):
            while len(server.counted("getUpdates")) < 2:
                await asyncio.sleep(0.005)
    assert [key.partition(":")[0] for key in porch.kept] == ["1", "2", "3"]
    assert [raw.data for raw in porch.kept.values()] == [good[0].encode(), (NESTED % 2).encode(), good[1].encode()]
    assert server.counted("getUpdates")[1].params["offset"] == "4"


async def test_chaos(server: BotApi) -> None:
    """400 updates, a new numbering in the middle, crashes, a full disk and a bad server: each is kept once, in order."""
    dice = random.Random(20260302)
    porch = TelegramPorch()
    expected = []

    class Killed(Exception):
        pass

    def perhaps_die() -> None:
        if dice.random() < 0.15:
            raise Killed

    def go_on_writing(number: int) -> None:
        for at in range(20):
            words = f"{number}:{at}"
            expected.append(words)
            server.world.write(words)

    porch.after_take = perhaps_die
    for number in range(20):
        if number == 10:
            await pending_is(server, 0)
            server.world.restart_ids(3)
        for kind in dice.sample(["error", "body", "drop_before", "drop_after", "cut"], 3):
            server.fault("getUpdates", kind, code=dice.choice([429, 500, 502]), text="<html>", parameters={"retry_after": 1})
        porch.failures.extend(StoreUnavailable("disk full") if dice.random() < 0.2 else None for _ in range(2))
        go_on_writing(number)
        while server.world.queue:
            channel = a_channel(server)
            task = asyncio.create_task(channel.listen(porch))
            drained = asyncio.create_task(pending_is(server, 0))
            await asyncio.wait({task, drained}, return_when=asyncio.FIRST_COMPLETED)
            task.cancel()
            drained.cancel()
            results = await asyncio.gather(task, drained, return_exceptions=True)
            assert isinstance(results[0], Killed | asyncio.CancelledError)
            await channel.close()
    assert kept_texts(porch) == expected
    assert server.faults == server.faults.__class__()


async def test_pressed_buttons_are_answered_after_they_are_kept(server: BotApi, channel: TelegramChannel) -> None:
    message = server.world.write("menu")
    query = server.world.press("yes", message["message_id"])
    server.fault("answerCallbackQuery", "error", code=400, description="Bad Request: query is too old")
    server.world.press("no", message["message_id"])
    porch = TelegramPorch()
    async with listening(channel, porch):
        await pending_is(server, 0)
    assert len(porch.kept) == 3
    assert server.counted("answerCallbackQuery")[0].params == {"callback_query_id": query}
