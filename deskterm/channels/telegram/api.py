"""The one module that knows aiogram: a Bot API server over HTTP. Costs seconds to import, so it is imported at first use.

aiogram (3.31) gives the bot, its URLs, forms and connections; its dispatcher and its typed results are not used: they lose
updates at a crash, and one update they cannot read blocks all others.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Mapping
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramNetworkError
from aiogram.methods import Response, TelegramMethod
from aiogram.types import BufferedInputFile
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientConnectorError, ClientError, ClientResponseError, ClientTimeout, ConnectionTimeoutError

from deskterm.channels.telegram.vocabulary import ALLOWED_UPDATES
from deskterm.channels.telegram.wire import Arrived, CallFailed, Failure, Upload, read_answer, read_updates, redact
from deskterm.settings import Secret

CONNECT_S = 10.0
CALL_S = 60.0
UPLOAD_S = 300.0
DOWNLOAD_S = 120.0
POLL_GRACE_S = 15.0
"""How much longer than asked a long poll may take before the connection counts as dead."""

_UNSENT = (ClientConnectorError, ConnectionTimeoutError)
_CHUNK = 64 * 1024


class _Session(AiohttpSession):
    """aiogram's session with our reading of answers, and a new connection for every call.

    A kept connection that the server closes meanwhile makes a send uncertain for nothing; the handshake is cheap.
    """

    def __init__(self, api_base: str) -> None:
        super().__init__(api=TelegramAPIServer.from_base(api_base))
        self._connector_init["force_close"] = True

    def check_response(self, bot: Bot, method: TelegramMethod[Any], status_code: int, content: str) -> Response[Any]:
        read = read_updates if method.__api_method__ == "getUpdates" else read_answer
        return Response[Any](ok=True, result=read(status_code, content))


def _method(name: str) -> type[TelegramMethod[Any]]:
    """Return a method whose parameters go out as given and whose result comes back as plain JSON."""
    body = {"__returning__": Any, "__api_method__": name, "__module__": __name__}
    return cast("type[TelegramMethod[Any]]", type(f"Raw{name[:1].upper()}{name[1:]}", (TelegramMethod,), body))


def _bot(token: Secret, api_base: str) -> Bot | None:
    try:
        return Bot(token.reveal(), session=_Session(api_base))
    except TokenValidationError:
        return None


class AiogramServer:
    """`wire.BotServer` over aiogram. Errors carry neither the token nor an exception that does."""

    def __init__(self, token: Secret, api_base: str) -> None:
        self._token = token
        self._methods: dict[str, type[TelegramMethod[Any]]] = {}
        bot = _bot(token, api_base)
        if bot is None:  # said here and not where it shows: an error of aiogram's frames would hold the token
            raise CallFailed(Failure.UNAUTHORIZED, "the bot token is malformed")
        self._bot = bot

    def __repr__(self) -> str:
        return "AiogramServer(***)"

    async def updates(self, offset: int | None, wait_s: int) -> list[Arrived]:
        """Return up to 100 updates, waiting `wait_s` seconds for the first."""
        params = {"offset": offset, "limit": 100, "timeout": wait_s, "allowed_updates": list(ALLOWED_UPDATES)}
        return cast("list[Arrived]", await self._request("getUpdates", params, wait_s + POLL_GRACE_S))

    async def call(self, method: str, params: Mapping[str, object], upload: Upload | None = None) -> object:
        """Return the result of a method."""
        if upload is None:
            return await self._request(method, dict(params), CALL_S)
        file = BufferedInputFile(upload.data, upload.name)
        return await self._request(method, {**params, upload.field: file}, UPLOAD_S)

    async def _request(self, name: str, params: dict[str, Any], total_s: float) -> object:
        kind = self._methods.setdefault(name, _method(name))
        timeout = ClientTimeout(total=total_s, sock_connect=CONNECT_S)
        try:
            # aiogram hands the timeout on to aiohttp as it is.
            return await self._bot(kind(**params), request_timeout=cast("int", timeout))
        except (CallFailed, AiogramError, ClientError, TimeoutError, OSError, ValueError, LookupError) as error:
            failure = self._failure(error)
        raise failure  # outside of the handler: the error behind it may hold the token

    async def download(self, path: str, limit: int) -> bytes:
        """Return a file of at most `limit` bytes; REJECTED where it is larger or gone."""
        timeout = ClientTimeout(total=DOWNLOAD_S, sock_connect=CONNECT_S)
        stream = self._bot.session.stream_content(
            self._bot.session.api.file_url(self._token.reveal(), path), timeout=cast("int", timeout), chunk_size=_CHUNK
        )
        try:
            async with contextlib.aclosing(stream) as chunks:
                return await _gather(chunks, limit)
        except (CallFailed, ClientError, TimeoutError, OSError, ValueError) as error:
            failure = self._failure(error)
        raise failure

    def _failure(self, error: Exception) -> CallFailed:
        if isinstance(error, CallFailed):
            return CallFailed(
                error.kind,
                self._redacted(error.reason),
                retry_after_s=error.retry_after_s,
                moved_to=error.moved_to,
            )
        if isinstance(error, ClientResponseError):
            gone = 400 <= error.status < 500 and error.status not in {401, 429}
            return CallFailed(Failure.REJECTED if gone else Failure.UNCLEAR, f"HTTP {error.status}")
        cause = error.__cause__ if isinstance(error, TelegramNetworkError) else error
        if isinstance(cause, _UNSENT):
            return CallFailed(Failure.UNSENT, f"no connection: {self._redacted(_words(cause))}")
        if isinstance(cause, TimeoutError):
            return CallFailed(Failure.UNCLEAR, "no answer in time")
        return CallFailed(Failure.UNCLEAR, self._redacted(f"{type(cause).__name__}: {cause}"))

    def _redacted(self, words: str) -> str:
        return redact(words, self._token.reveal())

    async def close(self) -> None:
        """Let go of the connections."""
        await self._bot.session.close()


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__


async def _gather(chunks: AsyncGenerator[bytes, None], limit: int) -> bytes:
    data = bytearray()
    async for chunk in chunks:
        data += chunk
        if len(data) > limit:
            raise CallFailed(Failure.REJECTED, "too large")
    return bytes(data)
