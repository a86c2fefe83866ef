"""What the tests of Telegram's polling share: a channel to a loopback server, and a server whose answers are scripted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from peers.bot_api import BotApi
from peers.telegram_porch import TelegramPorch

from deskterm.channels.telegram import wire
from deskterm.channels.telegram.channel import TelegramChannel
from deskterm.channels.telegram.wire import Arrived, CallFailed
from deskterm.settings import Secret, TelegramSettings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_channel(server: BotApi, poll_s: int = 5, now: Callable[[], datetime] = lambda: NOON) -> TelegramChannel:
    settings = TelegramSettings("bot", "telegram", token=Secret(server.token), api_base=server.url, poll_s=poll_s)
    return TelegramChannel(settings, delay_scale=0.001, now=now)


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
