"""The rest of the channel: files, the connection test, and the token, which is shown nowhere."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from peers.bot_api import BotApi
from peers.telegram_porch import TelegramPorch

from deskterm.channels.registry import make
from deskterm.channels.telegram import api, fetch
from deskterm.channels.telegram.channel import TelegramChannel
from deskterm.channels.telegram.listen import Listener
from deskterm.channels.telegram.wire import CallFailed, Failure, read_answer, read_updates, redact
from deskterm.desk.post import (
    Address,
    IdentityKind,
    Ignored,
    Inbound,
    Outbound,
    RemoteFile,
    SendError,
    SendLater,
    SendRejected,
    Unreadable,
)
from deskterm.settings import Secret, TelegramSettings

PRIVACY = (
    "in groups it sees commands and replies to it only; to have it see all, make it an admin, or turn privacy off"
    " (@BotFather, /setprivacy) and add it to the group again"
)
CANARY = "987654321:AAcanary-TOKEN_that_shows_nowhere-01"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    async with BotApi(CANARY) as running:
        running.world.customer(7)
        yield running


def channel_to(server: BotApi, token: str = CANARY) -> TelegramChannel:
    settings = TelegramSettings("bot", "telegram", token=Secret(token), api_base=server.url)
    return TelegramChannel(settings, delay_scale=0.001, now=lambda: NOON)


@pytest.fixture
async def channel(server: BotApi) -> AsyncIterator[TelegramChannel]:
    made = channel_to(server)
    yield made
    await made.close()


async def test_parsing_dates_what_has_no_date(channel: TelegramChannel) -> None:
    body = {"business_connection_id": "c", "chat": {"id": 7, "type": "private"}, "message_ids": [1]}
    understood = await channel.parse(json.dumps({"update_id": 1, "deleted_business_messages": body}).encode())
    assert isinstance(understood, Inbound)
    assert understood.at == NOON
    assert await channel.parse(b'{"update_id":1,"poll":{}}') == Ignored("poll")
    with pytest.raises(Unreadable):
        await channel.parse(b"{")


class TestFetch:
    async def test_a_file_comes_whole(self, server: BotApi, channel: TelegramChannel) -> None:
        data = bytes(range(256)) * 2000
        info = server.world.keep_file(data)
        assert await channel.fetch(RemoteFile(info["file_id"], len(data))) == data

    async def test_what_is_too_large_by_its_message_is_not_asked_for(self, server: BotApi, channel: TelegramChannel) -> None:
        with pytest.raises(SendRejected, match=r"^too large$"):
            await channel.fetch(RemoteFile("F", 20 * 2**20 + 1))
        assert server.calls == []

    async def test_what_the_server_calls_too_large(self, server: BotApi, channel: TelegramChannel) -> None:
        info = server.world.keep_file(b"", size=20 * 2**20 + 1)
        with pytest.raises(SendRejected, match=r"^too large$"):
            await channel.fetch(RemoteFile(info["file_id"]))

    async def test_what_the_server_would_give_though_it_is_too_large(self, server: BotApi, channel: TelegramChannel) -> None:
        server.world.files["big"] = b"x"
        body = '{"ok":true,"result":{"file_id":"F","file_size":20971521,"file_path":"documents/big"}}'
        server.fault("getFile", "body", code=200, text=body)
        with pytest.raises(SendRejected, match=r"^too large$"):
            await channel.fetch(RemoteFile("F"))

    async def test_what_turns_out_too_large_is_dropped_on_the_way(
        self, server: BotApi, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fetch, "MAX_FETCH", 100_000)
        info = server.world.keep_file(b"x" * 300_000, size=10)
        with pytest.raises(SendRejected, match=r"^too large$"):
            await channel.fetch(RemoteFile(info["file_id"]))

    async def test_what_is_gone_is_gone(self, server: BotApi, channel: TelegramChannel) -> None:
        with pytest.raises(SendRejected, match=r"^Bad Request: invalid file_id$"):
            await channel.fetch(RemoteFile("nothing"))
        info = server.world.keep_file(b"x")
        server.fault("file", "error", code=404, description="Not Found")
        with pytest.raises(SendRejected, match=r"^HTTP 404$"):
            await channel.fetch(RemoteFile(info["file_id"]))

    @pytest.mark.parametrize(
        ("method", "fault"),
        [
            ("getFile", {"kind": "error", "code": 429, "parameters": {"retry_after": 3}}),
            ("getFile", {"kind": "error", "code": 401, "description": "Unauthorized"}),
            ("getFile", {"kind": "drop_before"}),
            ("file", {"kind": "error", "code": 502}),
            ("file", {"kind": "error", "code": 429}),
            ("file", {"kind": "drop_before"}),
            ("file", {"kind": "cut"}),
            ("file", {"kind": "hang"}),
        ],
    )
    async def test_what_may_pass_is_tried_again(
        self,
        server: BotApi,
        channel: TelegramChannel,
        method: str,
        fault: dict[str, Any],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        if fault["kind"] == "hang":
            monkeypatch.setattr(api, "DOWNLOAD_S", 0.3)
        info = server.world.keep_file(b"content")
        for _ in range(2 if method == "file" else 1):  # aiohttp itself asks twice for what a GET lost
            server.fault(method, **fault)
        with pytest.raises(SendLater):
            await channel.fetch(RemoteFile(info["file_id"]))
        monkeypatch.undo()
        server.faults.clear()
        assert await channel.fetch(RemoteFile(info["file_id"])) == b"content"


class TestCheck:
    @staticmethod
    async def steps(channel: TelegramChannel) -> list[tuple[str, bool, str]]:
        return [(result.step, result.ok, result.detail) for result in await channel.check()]

    async def test_all_is_well(self, server: BotApi, channel: TelegramChannel) -> None:
        server.world.write("one")
        assert await self.steps(channel) == [
            ("token", True, "Desk (@desk_test_bot)"),
            ("groups", True, PRIVACY),
            ("webhook", True, "none; 1 updates wait at the server"),
        ]
        assert len(server.world.queue) == 1

    async def test_a_webhook_is_the_fault_and_has_a_fix(self, server: BotApi, channel: TelegramChannel) -> None:
        server.world.webhook = "https://example.org/secret-path"
        results = await channel.check()
        assert [(result.step, result.ok) for result in results] == [("token", True), ("groups", True), ("webhook", False)]
        assert results[2].detail == "a webhook is set for this bot"
        assert "remove the webhook" in results[2].fix

    @pytest.mark.parametrize("token", ["987654321:AAwrong-token-of-the-same-look-0123", "nonsense"])
    async def test_a_wrong_token(self, server: BotApi, token: str) -> None:
        channel = channel_to(server, token)
        (result,) = await channel.check()
        await channel.close()
        assert (result.step, result.ok) == ("token", False)
        assert result.detail in {"Unauthorized", "the bot token is malformed"}
        assert "@BotFather" in result.fix

    async def test_no_connection(self, server: BotApi, channel: TelegramChannel) -> None:
        await server.stop()
        (result,) = await channel.check()
        assert (result.step, result.ok) == ("token", False)
        assert result.detail.startswith("no connection: ")
        assert "api_base" in result.fix

    async def test_something_else_than_a_bot_api_server(self, server: BotApi, channel: TelegramChannel) -> None:
        server.fault("getMe", "body", code=200, text="<html>It works!</html>")
        (result,) = await channel.check()
        assert (result.ok, result.detail) == (False, "HTTP 200: not an answer of a Bot API server")
        server.fault("getMe", "body", code=200, text='{"ok":true,"result":[]}')
        (result,) = await channel.check()
        assert (result.ok, result.detail) == (False, "the server does not say who the bot is")


def test_the_registry_makes_it_from_a_bots_settings() -> None:
    settings = TelegramSettings("bot", "telegram", token=Secret(CANARY))
    assert isinstance(make(settings, "example.org"), TelegramChannel)


async def test_a_closed_channel_opens_again(channel: TelegramChannel) -> None:
    assert all(result.ok for result in await channel.check())
    await channel.close()
    await channel.close()
    assert all(result.ok for result in await channel.check())


def everything_shown(error: BaseException) -> str:
    """Return whatever a log, a crash report with local variables or a debugger's `repr` could show of an error."""
    shown = []
    link: BaseException | None = error
    while link is not None:
        shown += [str(link), repr(link), repr(getattr(link, "__dict__", {}))]
        report = traceback.TracebackException.from_exception(link, capture_locals=True)
        shown += [repr(frame.locals) for frame in report.stack if frame.filename != __file__]
        link = link.__cause__ or link.__context__
    return "\n".join(shown)


LEAK = f"see https://api.telegram.org/bot{CANARY}/sendMessage and /file/bot{CANARY}/documents/a {CANARY}"


class TestTheTokenIsShownNowhere:
    @pytest.mark.parametrize(
        "fault",
        [
            {"kind": "error", "code": 400, "description": LEAK},
            {"kind": "error", "code": 401, "description": LEAK},
            {"kind": "error", "code": 404, "description": LEAK},
            {"kind": "error", "code": 409, "description": LEAK},
            {"kind": "error", "code": 429, "description": LEAK, "parameters": {"retry_after": 0}},
            {"kind": "error", "code": 502, "description": LEAK},
            {"kind": "body", "code": 200, "text": LEAK},
            {"kind": "drop_before"},
            {"kind": "cut"},
            {"kind": "stopped"},
        ],
    )
    async def test_in_no_error_health_check_or_log(
        self, server: BotApi, channel: TelegramChannel, caplog: pytest.LogCaptureFixture, fault: dict[str, Any]
    ) -> None:
        caplog.set_level(logging.DEBUG)
        info = server.world.keep_file(b"content")
        if fault["kind"] == "stopped":
            await server.stop()
        else:
            for method in ("sendMessage", "getMe", "getUpdates", "getFile"):
                server.fault(method, **fault)

        async def on_wire() -> None:
            pass

        async def send() -> None:
            message = Outbound(1, "m", 0, 1, NOON, "x", (Address(IdentityKind.TELEGRAM, "7"),), thread_key="7")
            await channel.send(message, await channel.prepare(message), on_wire)

        async def download() -> None:
            await channel.fetch(RemoteFile(info["file_id"]))

        shown = [repr(channel), repr(vars(channel)), repr(await channel.check())]
        attempts: tuple[Callable[[], Awaitable[None]], ...] = (send, download)
        for attempt in attempts:
            with pytest.raises(SendError) as caught:
                await attempt()
            shown.append(everything_shown(caught.value))
        porch = TelegramPorch()
        await Listener(channel._opened, 1)._turn(porch)
        shown += [repr(porch.healths), caplog.text, "".join(repr(vars(record)) for record in caplog.records)]
        assert CANARY.partition(":")[2] not in "\n".join(shown)

    @pytest.mark.parametrize("kind", ["error", "cut", "drop_before"])
    async def test_in_no_failed_download_though_it_is_in_the_address(
        self, server: BotApi, channel: TelegramChannel, caplog: pytest.LogCaptureFixture, kind: str
    ) -> None:
        caplog.set_level(logging.DEBUG)
        info = server.world.keep_file(b"content")
        for _ in range(2):
            server.fault("file", kind, code=404, description=LEAK)
        with pytest.raises(SendError) as caught:
            await channel.fetch(RemoteFile(info["file_id"]))
        shown = [everything_shown(caught.value), caplog.text, "".join(repr(vars(record)) for record in caplog.records)]
        assert CANARY.partition(":")[2] not in "\n".join(shown)

    async def test_not_even_a_malformed_one(self, server: BotApi) -> None:
        channel = channel_to(server, "my secret: canary")
        with pytest.raises(CallFailed) as caught:
            await channel._opened()
        assert "canary" not in everything_shown(caught.value)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (LEAK, "see https://api.telegram.org/bot***/sendMessage and /file/bot***/documents/a ***"),
        ("another bot 123456:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghi", "another bot ***"),
        ("two\nlines\x1b[31m", "two lines␛[31m"),
        ("it's 10:30", "it's 10:30"),
    ],
)
def test_redaction(words: str, expected: str) -> None:
    assert redact(words, CANARY) == expected


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, '{"ok":false,"description":"no"}', Failure.REJECTED),
        (418, '{"ok":false}', Failure.REJECTED),
        (400, '{"ok":false,"parameters":{"migrate_to_chat_id":-5}}', Failure.MOVED),
        (400, '{"ok":false,"parameters":{"retry_after":true}}', Failure.REJECTED),
        (401, "{}", Failure.UNAUTHORIZED),
        (403, "{}", Failure.FORBIDDEN),
        (404, "{}", Failure.NOT_FOUND),
        (409, "{}", Failure.CONFLICT),
        (429, "{}", Failure.FLOOD),
        (302, "{}", Failure.UNCLEAR),
        (500, '{"ok":true,"result":1}', Failure.UNCLEAR),
        (200, "[]", Failure.UNCLEAR),
        (200, "[" * 100_000, Failure.UNCLEAR),
        (200, '{"ok":1,"result":1}', Failure.UNCLEAR),
    ],
)
def test_what_an_answer_means(status: int, body: str, kind: Failure) -> None:
    for read in (read_answer, read_updates):
        with pytest.raises(CallFailed) as caught:
            read(status, body)
        assert caught.value.kind is kind


def test_a_bool_is_an_answer() -> None:
    assert read_answer(200, '{"ok":true,"result":true}') is True
    assert read_answer(200, '{"ok":true,"result":false}') is False
