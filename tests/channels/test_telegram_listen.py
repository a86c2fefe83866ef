"""Every update comes in once, whatever breaks: the loop of getUpdates against a server with the real contract."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from peers.bot_api import BotApi
from peers.telegram_porch import TelegramPorch

from deskterm.channels.base import LeaseLost, StoreUnavailable
from deskterm.channels.telegram import wire
from deskterm.channels.telegram.channel import TelegramChannel
from deskterm.channels.telegram.listen import FLOOD_MAX_S, Listener
from deskterm.channels.telegram.vocabulary import ALLOWED_UPDATES
from deskterm.channels.telegram.wire import Arrived, CallFailed, Failure, canonical
from deskterm.desk.post import Health, HealthState
from deskterm.settings import Secret, TelegramSettings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_channel(server: BotApi, poll_s: int = 5, now: Callable[[], datetime] = lambda: NOON) -> TelegramChannel:
    settings = TelegramSettings("bot", "telegram", token=Secret(server.token), api_base=server.url, poll_s=poll_s)
    return TelegramChannel(settings, delay_scale=0.001, now=now)


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        yield running


@pytest.fixture
async def channel(server: BotApi) -> AsyncIterator[TelegramChannel]:
    made = a_channel(server)
    yield made
    await made.close()


@asynccontextmanager
async def listening(channel: TelegramChannel, porch: TelegramPorch) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(channel.listen(porch))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def kept_texts(porch: TelegramPorch) -> list[str]:
    return [json.loads(raw.data)["message"]["text"] for raw in porch.kept.values()]


async def pending_is(server: BotApi, count: int) -> None:
    async with asyncio.timeout(20):
        while len(server.world.queue) != count:
            await asyncio.sleep(0.005)


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


class TestGap:
    @staticmethod
    def porch_last_polled(at: datetime | str) -> TelegramPorch:
        porch = TelegramPorch()
        porch.marks["offset"] = at if isinstance(at, str) else json.dumps({"next": 5, "at": at.isoformat()})
        return porch

    async def test_more_than_a_day_without_polling_is_said_once(self, server: BotApi, channel: TelegramChannel) -> None:
        porch = self.porch_last_polled(NOON - timedelta(hours=31))
        async with listening(channel, porch):
            await porch.until_state(HealthState.OK)
            server.world.write("one")
            await pending_is(server, 0)
        expected = "not polled for 31 h, and Telegram keeps messages for 24 h: some may be missing"
        assert porch.gaps == [(31 * 3600.0, expected)]
        assert json.loads(porch.marks["offset"])["at"] == NOON.isoformat()

    @pytest.mark.parametrize("mark", [NOON - timedelta(hours=23), "nonsense", "[]", '{"at": "2020-01-01T00:00:00"}'])
    async def test_a_day_or_an_unknown_past_is_no_gap(
        self, server: BotApi, channel: TelegramChannel, mark: datetime | str
    ) -> None:
        porch = self.porch_last_polled(mark)
        async with listening(channel, porch):
            await porch.until_state(HealthState.OK)
        assert porch.gaps == []

    async def test_a_laptop_that_slept_says_so_too(self, server: BotApi) -> None:
        times = iter([NOON, NOON + timedelta(hours=30)])
        channel, porch = a_channel(server, poll_s=5, now=lambda: next(times, NOON + timedelta(hours=30))), TelegramPorch()
        server.world.write("one")
        async with listening(channel, porch):
            await porch.until(lambda: len(porch.kept) == 1)
            server.world.write("two")
            await porch.until(lambda: len(porch.kept) == 2)
        await channel.close()
        assert [since for since, _ in porch.gaps] == [30 * 3600.0]

    async def test_quiet_polls_are_noted_every_ten_minutes(self) -> None:
        now = NOON
        porch = TelegramPorch()
        listener = Listener(opener_of([]), 0, now=lambda: now)
        for minutes in (0, 1, 9, 11, 12, 21, 22):
            now = NOON + timedelta(minutes=minutes)
            await listener._turn(porch)
        noted = [json.loads(mark.value)["at"][11:16] for _, mark in porch.takes if mark is not None]
        assert noted == ["12:00", "12:11", "12:21"]


class ScriptedServer:
    """A `BotServer` whose polls end as told."""

    def __init__(self, outcomes: list[CallFailed | list[Arrived]]) -> None:
        self.outcomes = outcomes

    async def updates(self, offset: int | None, wait_s: int) -> list[Arrived]:
        outcome = self.outcomes.pop(0) if self.outcomes else []
        if isinstance(outcome, CallFailed):
            raise outcome
        return outcome

    async def call(self, method: str, params: object, upload: object = None) -> object:
        return True

    async def download(self, path: str, limit: int) -> bytes:
        return b""

    async def close(self) -> None:
        pass


def opener_of(outcomes: list[CallFailed | list[Arrived]]) -> Callable[[], Awaitable[wire.BotServer]]:
    server = ScriptedServer(outcomes)

    async def opened() -> wire.BotServer:
        return server

    return opened


@pytest.mark.parametrize(
    ("failure", "state", "least", "most"),
    [
        (CallFailed(Failure.FLOOD, "slow down", retry_after_s=3), HealthState.RETRYING, 3, 4),
        (CallFailed(Failure.FLOOD, "slow down", retry_after_s=99_999_999), HealthState.RETRYING, 900, 901),
        (CallFailed(Failure.CONFLICT, "Conflict: … while webhook is active"), HealthState.CONFLICT, 30, 30),
        (CallFailed(Failure.CONFLICT, "Conflict: terminated by other getUpdates"), HealthState.CONFLICT, 30, 30),
        (CallFailed(Failure.UNAUTHORIZED, "Unauthorized"), HealthState.REFUSED, 300, 300),
        (CallFailed(Failure.NOT_FOUND, "Not Found"), HealthState.REFUSED, 300, 300),
        (CallFailed(Failure.UNSENT, "no connection"), HealthState.RETRYING, 1, 2),
        (CallFailed(Failure.UNCLEAR, "Bad Gateway"), HealthState.RETRYING, 1, 2),
    ],
)
async def test_what_an_error_means_and_how_long_it_waits(
    failure: CallFailed, state: HealthState, least: float, most: float
) -> None:
    porch = TelegramPorch()
    delay = await Listener(opener_of([failure]), 50)._turn(porch)
    assert least <= delay <= most
    assert [health.state for health in porch.healths] == [state]
    assert bool(porch.healths[0].fix) == (state is not HealthState.RETRYING)


async def test_back_off_doubles_up_to_a_minute_and_ends_with_success() -> None:
    down = CallFailed(Failure.UNSENT, "no connection")
    listener, porch = Listener(opener_of([down] * 9 + [[]] + [down]), 0), TelegramPorch()
    delays = [await listener._turn(porch) for _ in range(11)]
    for delay, limit in zip(delays[:9], (2, 4, 8, 16, 32, 60, 60, 60, 60), strict=True):
        assert limit / 2 <= delay <= limit
    assert delays[9] == 0
    assert 1 <= delays[10] <= 2
    assert FLOOD_MAX_S == 900


async def test_updates_without_an_id_are_kept_and_slow_the_loop_down() -> None:
    porch = TelegramPorch()
    listener = Listener(opener_of([[Arrived(None, b"[]")]]), 0)
    assert await listener._turn(porch) >= 1
    assert [key.partition(":")[0] for key in porch.kept] == ["none"]
    assert porch.healths[-1].state is HealthState.RETRYING


async def test_a_server_that_ignores_confirmations_does_not_make_a_busy_loop() -> None:
    porch = TelegramPorch()
    listener = Listener(opener_of([[Arrived(5, b"{}")], [Arrived(5, b"{}")]]), 0)
    assert await listener._turn(porch) == 0
    assert await listener._turn(porch) >= 1
    assert porch.healths[-1] == Health(HealthState.RETRYING, "the server does not take confirmations")
    assert len(porch.kept) == 1


@pytest.mark.parametrize(
    ("details", "state"),
    [
        ({"kind": "error", "code": 401, "description": "Unauthorized"}, HealthState.REFUSED),
        ({"kind": "error", "code": 409, "description": "Conflict: terminated by other getUpdates"}, HealthState.CONFLICT),
        ({"kind": "error", "code": 429, "parameters": {"retry_after": 100_000_000}}, HealthState.RETRYING),
        ({"kind": "body", "code": 502, "text": "<html>Bad Gateway"}, HealthState.RETRYING),
        ({"kind": "body", "code": 200, "text": "garbage"}, HealthState.RETRYING),
        ({"kind": "body", "code": 200, "text": '{"ok":true}'}, HealthState.RETRYING),
        ({"kind": "body", "code": 200, "text": '{"ok":true,"result":7}'}, HealthState.RETRYING),
        ({"kind": "body", "code": 200, "text": "[" * 100_000}, HealthState.RETRYING),
        ({"kind": "body", "code": 200, "data": b"\xff\xfe"}, HealthState.RETRYING),
        ({"kind": "drop_before"}, HealthState.RETRYING),
        ({"kind": "cut"}, HealthState.RETRYING),
    ],
)
async def test_the_loop_outlives_every_fault_and_says_what_is_wrong(
    server: BotApi, details: dict[str, object], state: HealthState
) -> None:
    settings = TelegramSettings("bot", "telegram", token=Secret(server.token), api_base=server.url)
    channel, porch = TelegramChannel(settings, delay_scale=0.0), TelegramPorch()
    server.world.write("one")
    server.fault("getUpdates", **details)
    async with listening(channel, porch):
        await pending_is(server, 0)
    await channel.close()
    assert [health.state for health in porch.healths] == [HealthState.STARTING, state, HealthState.OK]
    assert kept_texts(porch) == ["one"]


async def test_a_webhook_is_named_and_removing_it_loses_nothing(server: BotApi, channel: TelegramChannel) -> None:
    server.world.write("one")
    server.world.webhook = "https://example.org"
    porch = TelegramPorch()
    async with listening(channel, porch):
        health = await porch.until_state(HealthState.CONFLICT)
        assert health.detail == "a webhook is set for this bot"
        assert "deleteWebhook" in health.fix
        await channel.remove_webhook()
        await porch.until_state(HealthState.OK)
    assert kept_texts(porch) == ["one"]


async def test_a_server_that_comes_up_later_is_found(server: BotApi, channel: TelegramChannel) -> None:
    port = int(server.url.rpartition(":")[2])
    server.world.write("one")
    await server.stop()
    porch = TelegramPorch()
    async with listening(channel, porch):
        health = await porch.until_state(HealthState.RETRYING)
        assert health.detail.startswith("no connection: ")
        await server.start(port)
        await porch.until_state(HealthState.OK)
        await pending_is(server, 0)
    assert kept_texts(porch) == ["one"]
