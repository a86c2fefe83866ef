"""Sending: what goes on the wire, and what every outcome means (sent, later, never, or nobody knows)."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from peers.bot_api import BotApi

from deskterm.channels.telegram import api
from deskterm.channels.telegram.channel import TelegramChannel
from deskterm.channels.telegram.send import prepare
from deskterm.desk.post import (
    Address,
    ChannelRefused,
    IdentityKind,
    Outbound,
    OutFile,
    Receipt,
    SendError,
    SendLater,
    SendRejected,
    SendUncertain,
    ThreadMoved,
)
from deskterm.settings import Secret, TelegramSettings

JPEG = b"\xff\xd8\xff\xe0 picture"


def outbound(text: str = "Здравствуйте!", thread_key: str = "7", **changes: Any) -> Outbound:
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    made = Outbound(1, "m1", 0, 1, at, text, (Address(IdentityKind.TELEGRAM, "7"),), thread_key=thread_key)
    return replace(made, **changes)


def a_file(path: Path, data: bytes, name: str, media_type: str) -> OutFile:
    path.write_bytes(data)
    return OutFile(name, media_type, len(data), path)


def channel_to(url: str, token: str) -> TelegramChannel:
    return TelegramChannel(TelegramSettings("bot", "telegram", token=Secret(token), api_base=url))


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        running.world.customer(7)
        yield running


@pytest.fixture
async def channel(server: BotApi) -> AsyncIterator[TelegramChannel]:
    made = channel_to(server.url, server.token)
    yield made
    await made.close()


class Wire:
    """Counts how often `on_wire` was awaited, and how many requests the server had seen by then."""

    def __init__(self, server: BotApi | None = None) -> None:
        self.server = server
        self.seen: list[int] = []

    async def __call__(self) -> None:
        self.seen.append(len(self.server.calls) if self.server else 0)


async def sent(channel: TelegramChannel, message: Outbound, wire: Wire | None = None) -> Receipt:
    return await channel.send(message, await channel.prepare(message), wire or Wire())


async def failure_of(channel: TelegramChannel, message: Outbound, wire: Wire | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        await sent(channel, message, wire)
    return caught.value


class TestPrepare:
    def test_the_bytes_are_canonical_and_without_parse_mode(self) -> None:
        expected = '{"method":"sendMessage","params":{"chat_id":7,"text":"*a* <b>&"}}'
        assert prepare(outbound("*a* <b>&")) == expected.encode()

    @pytest.mark.parametrize(
        ("thread_key", "params"),
        [
            ("-100:9", {"chat_id": -100, "message_thread_id": 9}),
            ("-100:d42", {"chat_id": -100, "direct_messages_topic_id": 42}),
            ("conn_1/7", {"chat_id": 7, "business_connection_id": "conn_1"}),
            ("a%2Fb/7:9", {"chat_id": 7, "business_connection_id": "a/b", "message_thread_id": 9}),
            ("", {"chat_id": 7}),
        ],
    )
    def test_the_thread_says_where_to(self, thread_key: str, params: dict[str, Any]) -> None:
        assert json.loads(prepare(outbound("x", thread_key)))["params"] == params | {"text": "x"}

    def test_a_reply_names_its_message_in_the_same_chat_only(self) -> None:
        answer = json.loads(prepare(outbound(reply_to_external="7:3")))["params"]["reply_parameters"]
        assert answer == {"message_id": 3, "allow_sending_without_reply": True}
        for other in ("8:3", "conn/7:3", "<mail@example.org>", ""):
            assert "reply_parameters" not in json.loads(prepare(outbound(reply_to_external=other)))["params"]

    def test_files_are_named_and_stay_in_the_store(self, tmp_path: Path) -> None:
        file = a_file(tmp_path / "abc", b"%PDF", 'сч/ёт "1"\r\n.pdf', "application/pdf")
        payload = prepare(outbound("", attachments=(file,)))
        expected = {"method": "sendDocument", "params": {"chat_id": 7}, "file": {"name": "сч_ёт '1' .pdf", "size": 4}}
        assert json.loads(payload) == expected

    @pytest.mark.parametrize(
        ("media_type", "size", "method"),
        [
            ("image/jpeg", 10 * 2**20, "sendPhoto"),
            ("image/jpeg", 10 * 2**20 + 1, "sendDocument"),
            ("image/gif", 5, "sendDocument"),
            ("image/svg+xml", 5, "sendDocument"),
            ("text/plain", 50 * 2**20, "sendDocument"),
        ],
    )
    def test_pictures_that_telegram_shows_go_as_photos(self, media_type: str, size: int, method: str) -> None:
        file = OutFile("a", media_type, size, Path("a"))
        assert json.loads(prepare(outbound("", attachments=(file,))))["method"] == method

    @pytest.mark.parametrize(
        ("message", "reason"),
        [
            (outbound("x", "mailbox"), "no Telegram chat to send to"),
            (outbound(" \n"), "nothing to send"),
            (outbound("x" * 4097), "longer than 4096 characters"),
            (outbound("😀" * 2049), "longer than 4096 characters"),
            (outbound("", attachments=(OutFile("a", "a/b", 50 * 2**20 + 1, Path("a")),)), "larger than 50 MB"),
            (outbound("x", attachments=(OutFile("a", "a/b", 1, Path("a")),)), "a file goes by itself, without text"),
        ],
    )
    def test_what_no_chat_can_take_is_refused_at_once(self, message: Outbound, reason: str) -> None:
        with pytest.raises(SendRejected, match=f"^{reason}$"):
            prepare(message)


class TestSent:
    async def test_a_text_arrives_and_the_receipt_names_it(self, server: BotApi, channel: TelegramChannel) -> None:
        wire = Wire(server)
        assert await sent(channel, outbound("*Привет* <b> & 😀"), wire) == Receipt(("7:1",))
        assert [(one.chat_id, one.text) for one in server.world.sent] == [(7, "*Привет* <b> & 😀")]
        assert server.calls[0].params == {"chat_id": "7", "text": "*Привет* <b> & 😀"}
        assert wire.seen == [0]

    async def test_4096_units_arrive_as_one_message(self, server: BotApi, channel: TelegramChannel) -> None:
        await sent(channel, outbound("😀" * 2048))
        assert [len(one.text) for one in server.world.sent] == [2048]

    async def test_a_reply_in_a_topic(self, server: BotApi, channel: TelegramChannel) -> None:
        server.world.group(-100, "Shop", topics=(9,))
        server.world.message(-100, server.world.customer(7), text="question")
        assert await sent(channel, outbound("x", "-100:9", reply_to_external="-100:1")) == Receipt(("-100:2",))
        params = server.world.sent[0].params
        assert params["message_thread_id"] == "9"
        assert params["reply_parameters"] == {"message_id": 1, "allow_sending_without_reply": True}

    async def test_a_reply_to_a_deleted_message_goes_out_all_the_same(self, channel: TelegramChannel) -> None:
        assert await sent(channel, outbound(reply_to_external="7:99")) == Receipt(("7:1",))

    async def test_a_business_chat(self, channel: TelegramChannel) -> None:
        assert await sent(channel, outbound("x", "conn_1/7")) == Receipt(("conn_1/7:1",))

    async def test_files(self, server: BotApi, channel: TelegramChannel, tmp_path: Path) -> None:
        picture = a_file(tmp_path / "a", JPEG, "вид.jpg", "image/jpeg")
        table = a_file(tmp_path / "b", b"a;b" * 100_000, 'счёт "7".csv', "text/csv")
        for file in (picture, table):
            await sent(channel, outbound("", attachments=(file,)))
        got = [(one.method, one.file_name, one.data) for one in server.world.sent]
        assert got == [("sendPhoto", "вид.jpg", JPEG), ("sendDocument", "счёт '7'.csv", b"a;b" * 100_000)]

    async def test_what_is_no_photo_for_the_server_goes_as_a_document(
        self, server: BotApi, channel: TelegramChannel, tmp_path: Path
    ) -> None:
        file = a_file(tmp_path / "a", b"broken", "a.jpg", "image/jpeg")
        assert await sent(channel, outbound("", attachments=(file,))) == Receipt(("7:1",))
        assert [call.method for call in server.calls] == ["sendPhoto", "sendDocument"]
        assert [one.data for one in server.world.sent] == [b"broken"]

    async def test_a_message_that_the_server_will_send_later_has_no_id(self, server: BotApi, channel: TelegramChannel) -> None:
        server.fault("sendMessage", "body", code=200, text='{"ok":true,"result":{"message_id":0,"chat":{"id":7}}}')
        assert await sent(channel, outbound()) == Receipt((), detail="Telegram sends it by and by")

    async def test_a_photo_refused_for_another_reason_is_not_tried_as_a_document(
        self, server: BotApi, channel: TelegramChannel, tmp_path: Path
    ) -> None:
        file = a_file(tmp_path / "a", JPEG, "a.jpg", "image/jpeg")
        assert type(await failure_of(channel, outbound("", "99", attachments=(file,)))) is SendRejected
        assert [call.method for call in server.calls] == ["sendPhoto"]

    async def test_no_connection_is_used_twice(self, server: BotApi, channel: TelegramChannel) -> None:
        """A kept connection that the server just closed would make a message uncertain for nothing."""
        for _ in range(3):
            await sent(channel, outbound())
        assert len({call.port for call in server.calls}) == 3


RETRY = {"retry_after": 7}
MOVED = {"migrate_to_chat_id": -1005}
NEVER = "Bad Request: chat not found"
BLOCKED = "Forbidden: bot was blocked by the user"


@pytest.mark.parametrize(
    ("fault", "kind", "reason"),
    [
        ({"code": 429, "parameters": RETRY}, SendLater, "Telegram asks to wait"),
        ({"code": 429, "description": "Too Many Requests"}, SendLater, "Telegram asks to wait"),
        ({"code": 400, "parameters": MOVED}, ThreadMoved, "the chat moved"),
        ({"code": 400, "description": NEVER}, SendRejected, NEVER),
        ({"code": 403, "description": BLOCKED}, SendRejected, "the customer blocked the bot"),
        ({"code": 403, "description": "Forbidden: user is deactivated"}, SendRejected, "the customer's account is deleted"),
        ({"code": 403, "description": "Forbidden: hologram"}, SendRejected, "Forbidden: hologram"),
        ({"code": 409, "description": "Conflict"}, SendRejected, "Conflict"),
        ({"code": 413, "description": "Request Entity Too Large"}, SendRejected, "Request Entity Too Large"),
        ({"code": 401, "description": "Unauthorized"}, ChannelRefused, "the token is refused: Unauthorized"),
        ({"code": 404, "description": "Not Found"}, ChannelRefused, "the token is refused: Not Found"),
        ({"code": 500, "description": "Internal Server Error"}, SendUncertain, "Internal Server Error"),
        ({"code": 502, "description": "", "parameters": RETRY}, SendUncertain, "HTTP 502"),
        ({"kind": "body", "code": 502, "text": "<html>"}, SendUncertain, "HTTP 502: not an answer of a Bot API server"),
        ({"kind": "body", "code": 200, "text": "ok"}, SendUncertain, "HTTP 200: not an answer of a Bot API server"),
        ({"kind": "body", "code": 200, "text": '{"ok":true}'}, SendUncertain, "HTTP 200: an answer without a result"),
        ({"kind": "body", "code": 200, "text": '{"ok":true,"result":1}'}, SendUncertain, "an answer without a message"),
        ({"kind": "body", "code": 200, "text": '{"ok":false}'}, SendUncertain, "HTTP 200"),
        ({"kind": "body", "code": 200, "data": b"\xff"}, SendUncertain, None),
        ({"kind": "drop_before"}, SendUncertain, "ServerDisconnectedError: Server disconnected"),
        ({"kind": "drop_after"}, SendUncertain, "ServerDisconnectedError: Server disconnected"),
        ({"kind": "cut"}, SendUncertain, None),
    ],
)
async def test_what_an_outcome_means(
    server: BotApi, channel: TelegramChannel, fault: dict[str, Any], kind: type[SendError], reason: str | None
) -> None:
    server.fault("sendMessage", **{"kind": "error", **fault})
    wire = Wire(server)
    failure = await failure_of(channel, outbound(), wire)
    assert type(failure) is kind
    assert reason is None or failure.reason == reason
    assert wire.seen == [0]
    if isinstance(failure, SendLater):
        assert failure.after_s == (7.0 if "parameters" in fault else None)


async def test_a_moved_chat_says_its_new_thread(server: BotApi, channel: TelegramChannel) -> None:
    server.world.group(-5, "Shop", kind="group")
    server.world.migrate(-5, -1005)
    failure = await failure_of(channel, outbound("x", "-5"))
    assert isinstance(failure, ThreadMoved)
    assert failure.thread_key == "-1005"
    assert await sent(channel, outbound("x", failure.thread_key)) == Receipt(("-1005:2",))


async def test_a_person_who_blocked_the_bot_is_named_so(server: BotApi, channel: TelegramChannel) -> None:
    server.world.block(7)
    failure = await failure_of(channel, outbound())
    assert type(failure) is SendRejected
    assert failure.reason == "the customer blocked the bot"


async def test_no_connection_is_no_risk(server: BotApi, channel: TelegramChannel) -> None:
    await server.stop()
    failure = await failure_of(channel, outbound())
    assert type(failure) is SendLater
    assert failure.reason.startswith("no connection: ")


async def test_a_server_without_tls_is_no_connection(server: BotApi) -> None:
    channel = channel_to(server.url.replace("http:", "https:"), server.token)
    failure = await failure_of(channel, outbound())
    await channel.close()
    assert type(failure) is SendLater


async def test_a_server_that_does_not_take_connections_is_no_risk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "CONNECT_S", 0.3)
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for waiting in (first, second):
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        channel = channel_to(f"http://127.0.0.1:{full.getsockname()[1]}", "123456:" + "x" * 35)
        failure = await failure_of(channel, outbound())
        await channel.close()
    assert type(failure) is SendLater


async def test_silence_is_uncertain(server: BotApi, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "CALL_S", 0.3)
    server.fault("sendMessage", "hang")
    failure = await failure_of(channel, outbound())
    assert type(failure) is SendUncertain
    assert failure.reason == "no answer in time"


async def test_who_loses_the_lease_before_the_wire_sends_nothing(server: BotApi, channel: TelegramChannel) -> None:
    class Fenced(Exception):
        pass

    async def on_wire() -> None:
        raise Fenced

    with pytest.raises(Fenced):
        await channel.send(outbound(), prepare(outbound()), on_wire)
    assert server.calls == []


async def test_a_malformed_token_refuses_the_channel(server: BotApi) -> None:
    wire = Wire()
    failure = await failure_of(channel_to(server.url, "not a token"), outbound(), wire)
    assert type(failure) is ChannelRefused
    assert failure.reason == "the token is refused: the bot token is malformed"
    assert wire.seen == []


@pytest.mark.parametrize("happens", ["gone", "changed", "empty"])
async def test_a_file_that_is_not_what_it_was_is_not_sent(
    server: BotApi, channel: TelegramChannel, tmp_path: Path, happens: str
) -> None:
    file = a_file(tmp_path / "a", b"" if happens == "empty" else b"text", "a.txt", "text/plain")
    message = outbound("", attachments=(file,))
    payload = await channel.prepare(message)
    if happens == "gone":
        (tmp_path / "a").unlink()
    elif happens == "changed":
        (tmp_path / "a").write_bytes(b"other")
    wire = Wire()
    with pytest.raises(SendRejected):
        await channel.send(message, payload, wire)
    assert (wire.seen, server.calls) == ([], [])


async def test_uncertain_parts_wait_for_a_person_and_nothing_is_filed(channel: TelegramChannel) -> None:
    assert await channel.resolve(outbound(), b"") is None
    await channel.file_sent(outbound(), b"")


async def test_parallel_sends_share_one_opening(server: BotApi, channel: TelegramChannel) -> None:
    server.world.customer(8)
    receipts = await asyncio.gather(*(sent(channel, outbound("x", key)) for key in ("7", "8", "7")))
    assert sorted(receipt.remote_ids[0].partition(":")[0] for receipt in receipts) == ["7", "7", "8"]


def test_what_the_channel_can_carry() -> None:
    can = TelegramChannel.capabilities
    assert (can.max_units, can.files_apart, can.max_file_bytes, can.idempotent) == (4096, True, 50 * 2**20, False)
    assert can.extra == {"per_chat_s": "1"}
