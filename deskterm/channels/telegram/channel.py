"""The Telegram channel: a bot that takes messages by long polling and answers in the same chats."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar, Self

from deskterm.channels.base import OnWire, Porch
from deskterm.channels.telegram import check, fetch, send
from deskterm.channels.telegram.listen import Listener
from deskterm.channels.telegram.understand import understand
from deskterm.channels.telegram.wire import BotServer
from deskterm.desk.post import Capabilities, CheckResult, Ignored, Inbound, Outbound, Receipt, RemoteFile
from deskterm.ending import in_daemon
from deskterm.settings import TelegramSettings


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _open(settings: TelegramSettings) -> BotServer:
    from deskterm.channels.telegram.api import AiogramServer

    return AiogramServer(settings.token, settings.api_base)


class TelegramChannel:
    """`channels.base.Channel` for a Telegram bot. aiogram is loaded at the first call that needs the network, in a
    thread that no end of the process waits for: it takes seconds.

    `delay_scale` shortens the pauses between tries; `now` is the wall clock.
    """

    kind: ClassVar[str] = "telegram"
    capabilities: ClassVar[Capabilities] = Capabilities(
        max_units=send.MAX_UNITS,
        files_apart=True,
        max_file_bytes=send.MAX_FILE,
        extra={"per_chat_s": "1"},  # about one message per second and chat (Bot FAQ, "My bot is hitting limits")
    )

    def __init__(self, settings: TelegramSettings, *, delay_scale: float = 1.0, now: Callable[[], datetime] = _utc_now) -> None:
        self._settings = settings
        self._scale = delay_scale
        self._now = now
        self._opening = asyncio.Lock()
        self._server: BotServer | None = None

    @classmethod
    def of(cls, settings: TelegramSettings, mail_domain: str) -> Self:
        """Return the channel of a bot; mail is not its matter."""
        return cls(settings)

    async def _opened(self) -> BotServer:
        async with self._opening:
            if self._server is None:
                self._server = await in_daemon(lambda: _open(self._settings), "deskterm-aiogram")
            return self._server

    async def listen(self, porch: Porch) -> None:
        """Hand over updates until cancelled or until another process has the lease."""
        await Listener(self._opened, self._settings.poll_s, delay_scale=self._scale, now=self._now).run(porch)

    async def parse(self, data: bytes) -> Inbound | Ignored:
        """Understand one update. Raises `Unreadable`."""
        return understand(data, self._now())

    async def prepare(self, outbound: Outbound) -> bytes:
        """Return the call that sends one part, as JSON. Raises `SendRejected` for what no chat can take."""
        return send.prepare(outbound)

    async def send(self, outbound: Outbound, payload: bytes, on_wire: OnWire) -> Receipt:
        """Send one part. Raises the `SendError` kinds."""
        return await send.deliver(self._opened, outbound, payload, on_wire)

    async def resolve(self, outbound: Outbound, payload: bytes) -> Receipt | None:
        """Return None: a bot cannot read its chats, so an uncertain part waits for a person."""
        return None

    async def file_sent(self, outbound: Outbound, payload: bytes) -> None:
        """Do nothing: Telegram keeps what was sent in the chat."""

    async def fetch(self, remote: RemoteFile) -> bytes:
        """Fetch a customer's file of at most 20 MB. Raises `SendLater` or `SendRejected`."""
        return await fetch.fetch(self._opened, remote)

    async def check(self) -> list[CheckResult]:
        """Test the token and that nobody else takes the bot's messages."""
        return await check.check(self._opened)

    async def remove_webhook(self) -> None:
        """Take the bot's messages back from a webhook; what waits at the server stays. Raises `wire.CallFailed`."""
        server = await self._opened()
        await server.call("deleteWebhook", {"drop_pending_updates": False})

    async def close(self) -> None:
        """Let go of the connections."""
        if self._server is not None:
            server, self._server = self._server, None
            await server.close()
