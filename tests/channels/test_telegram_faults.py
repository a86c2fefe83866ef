"""What polling says and does when something is wrong: how long it waits, what it names, and the gap it cannot fill."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from peers.bot_api import BotApi
from peers.telegram_porch import TelegramPorch
from telegram_support import NOON, a_channel, kept_texts, listening, opener_of, pending_is

from deskterm.channels.base import StoreUnavailable
from deskterm.channels.telegram.channel import TelegramChannel
from deskterm.channels.telegram.listen import FLOOD_MAX_S, Listener
from deskterm.channels.telegram.wire import Arrived, CallFailed, Failure
from deskterm.desk.post import Health, HealthState
from deskterm.settings import Secret, TelegramSettings


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        yield running


@pytest.fixture
async def channel(server: BotApi) -> AsyncIterator[TelegramChannel]:
    made = a_channel(server)
    yield made
    await made.close()


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

    async def test_a_full_disk_does_not_say_it_again(self) -> None:
        porch = self.porch_last_polled(NOON - timedelta(hours=31))
        porch.failures.append(StoreUnavailable("disk full"))
        listener = Listener(opener_of([]), 0, now=lambda: NOON)
        for _ in range(3):
            await listener._turn(porch)
        assert [since for since, _ in porch.gaps] == [31 * 3600.0]

    async def test_quiet_polls_are_noted_every_ten_minutes(self) -> None:
        now = NOON
        porch = TelegramPorch()
        listener = Listener(opener_of([]), 0, now=lambda: now)
        for minutes in (0, 1, 9, 11, 12, 21, 22):
            now = NOON + timedelta(minutes=minutes)
            await listener._turn(porch)
        noted = [json.loads(mark.value)["at"][11:16] for _, mark in porch.takes if mark is not None]
        assert noted == ["12:00", "12:11", "12:21"]


@pytest.mark.parametrize(
    ("failure", "state", "least", "most"),
    [
        (CallFailed(Failure.FLOOD, "slow down", retry_after_s=3), HealthState.RETRYING, 3, 4),
        (CallFailed(Failure.FLOOD, "slow down", retry_after_s=0), HealthState.RETRYING, 1, 2),
        (CallFailed(Failure.FLOOD, "slow down"), HealthState.RETRYING, 30, 31),
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
