"""The loopback Bot API server keeps the contract of core.telegram.org/bots/api. Each test names what the page says."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramForbiddenError, TelegramMigrateToChat
from aiogram.types import BufferedInputFile
from peers.bot_api import BotApi

JPEG = b"\xff\xd8\xff\xe0 picture"
Ask = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        running.world.customer(7)
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def ask(server: BotApi, session: aiohttp.ClientSession) -> Ask:
    async def call(method: str, **params: Any) -> tuple[int, Any]:
        async with session.post(f"{server.url}/bot{server.token}/{method}", json=params) as answer:
            return answer.status, await answer.json()

    return call


def texts(answer: tuple[int, Any]) -> list[str]:
    return [update["message"]["text"] for update in answer[1]["result"]]


async def test_updates_come_again_until_a_higher_offset_confirms_them(server: BotApi, ask: Ask) -> None:
    for words in ("one", "two", "three"):
        server.world.write(words)
    first = await ask("getUpdates")
    assert texts(first) == ["one", "two", "three"]
    assert texts(await ask("getUpdates")) == ["one", "two", "three"]
    second = first[1]["result"][1]["update_id"]
    assert texts(await ask("getUpdates", offset=second)) == ["two", "three"]
    assert texts(await ask("getUpdates")) == ["two", "three"]
    assert texts(await ask("getUpdates", offset=second + 2)) == []


async def test_limit_returns_the_earliest_and_confirms_nothing(server: BotApi, ask: Ask) -> None:
    for number in range(120):
        server.world.write(str(number))
    assert texts(await ask("getUpdates", limit=2)) == ["0", "1"]
    assert len(texts(await ask("getUpdates"))) == 100
    assert len(server.world.queue) == 120


async def test_a_negative_offset_counts_from_the_end_and_forgets_what_is_before(server: BotApi, ask: Ask) -> None:
    for number in range(5):
        server.world.write(str(number))
    assert texts(await ask("getUpdates", offset=-2)) == ["3", "4"]
    assert texts(await ask("getUpdates")) == ["3", "4"]


async def test_a_long_poll_ends_with_the_first_update(server: BotApi, ask: Ask) -> None:
    poll = asyncio.create_task(ask("getUpdates", timeout=50))
    async with asyncio.timeout(10):
        await server.reached.wait()
        server.world.write("now")
        assert texts(await poll) == ["now"]


async def test_a_long_poll_ends_empty_after_its_timeout(ask: Ask) -> None:
    assert await ask("getUpdates", timeout=1) == (200, {"ok": True, "result": []})


async def test_allowed_updates_are_remembered_and_leave_out_reactions_by_default(server: BotApi, ask: Ask) -> None:
    server.world.push("message_reaction", {"n": 1})
    await ask("getUpdates", allowed_updates=["message", "message_reaction"])
    server.world.push("message_reaction", {"n": 2})
    server.world.push("my_chat_member", {"n": 3})
    await ask("getUpdates")
    server.world.push("message_reaction", {"n": 4})
    answer = await ask("getUpdates")
    assert [update.get("message_reaction") for update in answer[1]["result"]] == [{"n": 2}, {"n": 4}]
    await ask("getUpdates", allowed_updates=[])
    server.world.push("my_chat_member", {"n": 5})
    assert (await ask("getUpdates", offset=-1))[1]["result"][0]["my_chat_member"] == {"n": 5}


async def test_a_second_poller_ends_the_first(server: BotApi, ask: Ask) -> None:
    older = asyncio.create_task(ask("getUpdates", timeout=50))
    async with asyncio.timeout(10):
        await server.reached.wait()
        assert (await ask("getUpdates"))[0] == 200
        status, body = await older
    assert (status, body["error_code"]) == (409, 409)
    assert body["description"].startswith("Conflict: terminated by other getUpdates request")


async def test_a_webhook_excludes_get_updates(server: BotApi, ask: Ask) -> None:
    server.world.write("waits")
    await ask("setWebhook", url="https://example.org/hook")
    status, body = await ask("getUpdates")
    assert status == 409
    assert "webhook is active" in body["description"]
    info = (await ask("getWebhookInfo"))[1]["result"]
    assert (info["url"], info["pending_update_count"]) == ("https://example.org/hook", 1)
    assert await ask("deleteWebhook", drop_pending_updates=False) == (200, {"ok": True, "result": True})
    assert texts(await ask("getUpdates")) == ["waits"]


async def test_a_wrong_token_is_401_a_malformed_one_and_an_unknown_method_404(
    server: BotApi, session: aiohttp.ClientSession, ask: Ask
) -> None:
    async with session.get(f"{server.url}/bot1:wrong/getMe") as answer:
        assert (answer.status, await answer.json()) == (
            401,
            {"ok": False, "error_code": 401, "description": "Unauthorized"},
        )
    async with session.get(f"{server.url}/botnonsense/getMe") as answer:
        assert answer.status == 404
    assert (await ask("getHologram"))[0] == 404


async def test_methods_take_get_and_any_case(server: BotApi, session: aiohttp.ClientSession) -> None:
    async with session.get(f"{server.url}/bot{server.token}/GETME") as answer:
        assert (await answer.json())["result"]["username"] == "desk_test_bot"
    async with session.get(f"{server.url}/bot{server.token}/sendMessage", params={"chat_id": 7, "text": "hi"}) as answer:
        assert (await answer.json())["result"]["text"] == "hi"


@pytest.mark.parametrize(
    ("params", "status", "description"),
    [
        ({"text": "hi"}, 400, "Bad Request: chat_id is empty"),
        ({"chat_id": 99, "text": "hi"}, 400, "Bad Request: chat not found"),
        ({"chat_id": 7, "text": ""}, 400, "Bad Request: message text is empty"),
        ({"chat_id": 7, "text": " \n"}, 400, "Bad Request: text must be non-empty"),
        ({"chat_id": 7, "text": "x" * 4097}, 400, "Bad Request: message is too long"),
        ({"chat_id": 7, "text": "😀" * 2049}, 400, "Bad Request: message is too long"),
        ({"chat_id": 7, "text": "x", "message_thread_id": 5}, 400, "Bad Request: message thread not found"),
        (
            {"chat_id": 7, "text": "x", "reply_parameters": {"message_id": 99}},
            400,
            "Bad Request: message to be replied not found",
        ),
    ],
)
async def test_send_message_refuses(ask: Ask, params: dict[str, Any], status: int, description: str) -> None:
    assert await ask("sendMessage", **params) == (
        status,
        {"ok": False, "error_code": status, "description": description},
    )


async def test_send_message_takes_4096_utf16_units_and_answers_with_the_message(server: BotApi, ask: Ask) -> None:
    status, body = await ask("sendMessage", chat_id=7, text="😀" * 2048)
    assert status == 200
    assert body["result"]["text"] == "😀" * 2048
    assert body["result"]["from"]["is_bot"] is True
    assert [sent.text for sent in server.world.sent] == ["😀" * 2048]


async def test_replies_and_topics(server: BotApi, ask: Ask) -> None:
    server.world.group(-100, "Forum", topics=(5,))
    asked = server.world.message(-100, server.world.customer(7), text="question")
    params = {"chat_id": -100, "text": "answer", "message_thread_id": 5}
    _, body = await ask("sendMessage", **params, reply_parameters={"message_id": asked["message_id"]})
    assert body["result"]["reply_to_message"]["text"] == "question"
    assert (body["result"]["message_thread_id"], body["result"]["is_topic_message"]) == (5, True)
    _, body = await ask("sendMessage", **params, reply_parameters={"message_id": 999, "allow_sending_without_reply": True})
    assert "reply_to_message" not in body["result"]


async def test_a_person_who_blocked_the_bot(server: BotApi, ask: Ask) -> None:
    server.world.block(7)
    update = (await ask("getUpdates"))[1]["result"][0]["my_chat_member"]
    assert update["new_chat_member"]["status"] == "kicked"
    status, body = await ask("sendMessage", chat_id=7, text="hi")
    assert (status, body["description"]) == (403, "Forbidden: bot was blocked by the user")
    server.world.unblock(7)
    assert (await ask("sendMessage", chat_id=7, text="hi"))[0] == 200


async def test_a_group_that_became_a_supergroup(server: BotApi, ask: Ask) -> None:
    server.world.group(-5, "Shop", kind="group")
    server.world.migrate(-5, -1005)
    status, body = await ask("sendMessage", chat_id=-5, text="hi")
    assert (status, body["parameters"]) == (400, {"migrate_to_chat_id": -1005})
    services = [update["message"] for update in (await ask("getUpdates"))[1]["result"]]
    assert services[0]["migrate_to_chat_id"] == -1005
    assert services[1]["migrate_from_chat_id"] == -5


async def test_uploads_are_multipart_and_come_back_by_file_id(server: BotApi, session: aiohttp.ClientSession, ask: Ask) -> None:
    async def upload(method: str, field: str, data: bytes) -> tuple[int, Any]:
        form = aiohttp.FormData({"chat_id": "7"}, quote_fields=False)
        form.add_field(field, data, filename="счёт.pdf", content_type="application/pdf")
        async with session.post(f"{server.url}/bot{server.token}/{method}", data=form) as answer:
            return answer.status, await answer.json()

    status, body = await upload("sendDocument", "document", b"%PDF-")
    assert (status, body["result"]["document"]["file_name"]) == (200, "счёт.pdf")
    info = (await ask("getFile", file_id=body["result"]["document"]["file_id"]))[1]["result"]
    async with session.get(f"{server.url}/file/bot{server.token}/{info['file_path']}") as answer:
        assert await answer.read() == b"%PDF-"
    assert (await upload("sendPhoto", "photo", JPEG))[1]["result"]["photo"][0]["file_size"] == len(JPEG)
    assert (await upload("sendPhoto", "photo", b"no picture"))[1]["description"] == "Bad Request: IMAGE_PROCESS_FAILED"
    assert (await upload("sendPhoto", "photo", JPEG + bytes(10 * 2**20)))[0] == 413
    assert (await upload("sendDocument", "document", b""))[1]["description"] == "Bad Request: file must be non-empty"


async def test_files_above_20_mb_and_unknown_ones_cannot_be_fetched(
    server: BotApi, session: aiohttp.ClientSession, ask: Ask
) -> None:
    big = server.world.keep_file(b"", size=20 * 2**20 + 1)
    assert (await ask("getFile", file_id=big["file_id"]))[1]["description"] == "Bad Request: file is too big"
    assert (await ask("getFile", file_id="nothing"))[1]["description"] == "Bad Request: invalid file_id"
    async with session.get(f"{server.url}/file/bot{server.token}/documents/nothing") as answer:
        assert answer.status == 404


async def test_what_people_send_has_the_fields_of_the_bot_api(server: BotApi, ask: Ask) -> None:
    world = server.world
    first = world.write("one")
    world.edit("two", first["message_id"])
    world.album([JPEG, JPEG], caption="both")
    world.forward("look", {"type": "hidden_user", "sender_user_name": "Someone"})
    query = world.press("yes", first["message_id"])
    updates = (await ask("getUpdates"))[1]["result"]
    assert [list(update)[1] for update in updates] == [
        "message",
        "edited_message",
        "message",
        "message",
        "message",
        "callback_query",
    ]
    assert updates[1]["edited_message"]["edit_date"] > updates[1]["edited_message"]["date"]
    album = [update["message"] for update in updates[2:4]]
    assert album[0]["media_group_id"] == album[1]["media_group_id"]
    assert (album[0]["caption"], "caption" in album[1]) == ("both", False)
    assert updates[4]["message"]["forward_origin"]["sender_user_name"] == "Someone"
    assert await ask("answerCallbackQuery", callback_query_id=query) == (200, {"ok": True, "result": True})


async def test_update_ids_can_start_anew(server: BotApi, ask: Ask) -> None:
    server.world.write("before")
    last = (await ask("getUpdates"))[1]["result"][-1]["update_id"]
    await ask("getUpdates", offset=last + 1)
    server.world.restart_ids(10)
    server.world.write("after")
    assert [update["update_id"] for update in (await ask("getUpdates"))[1]["result"]] == [11]


class TestFaults:
    async def test_errors_carry_their_parameters(self, server: BotApi, ask: Ask) -> None:
        details = {"code": 429, "description": "Too Many Requests: retry after 3", "parameters": {"retry_after": 3}}
        server.fault("sendMessage", "error", **details)
        assert await ask("sendMessage", chat_id=7, text="hi") == (
            429,
            {
                "ok": False,
                "error_code": 429,
                "description": "Too Many Requests: retry after 3",
                "parameters": {"retry_after": 3},
            },
        )
        assert (await ask("sendMessage", chat_id=7, text="hi"))[0] == 200

    async def test_a_broken_connection_before_and_after_the_call_took_effect(self, server: BotApi, ask: Ask) -> None:
        server.fault("sendMessage", "drop_before")
        server.fault("sendMessage", "drop_after")
        server.fault("sendMessage", "cut")
        for taken in (0, 1, 2):
            with pytest.raises(aiohttp.ClientError):
                await ask("sendMessage", chat_id=7, text="hi")
            assert len(server.world.sent) == taken

    async def test_a_body_that_is_no_answer(self, server: BotApi, session: aiohttp.ClientSession) -> None:
        server.fault("getMe", "body", code=502, text="<html>Bad Gateway</html>")
        async with session.get(f"{server.url}/bot{server.token}/getMe") as answer:
            assert (answer.status, await answer.text()) == (502, "<html>Bad Gateway</html>")

    async def test_a_hanging_call_ends_with_the_server(self, server: BotApi, ask: Ask) -> None:
        server.fault("getMe", "hang")
        hanging = asyncio.create_task(ask("getMe"))
        async with asyncio.timeout(10):
            await server.reached.wait()
            await server.stop()
            with pytest.raises(aiohttp.ClientError):
                await hanging


async def test_as_a_process_it_takes_orders_over_http(session: aiohttp.ClientSession) -> None:
    tests = Path(__file__).parent.parent
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "peers.bot_api", "--port", "0"),
        env={**os.environ, "PYTHONPATH": str(tests)},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(60):
            assert process.stdout is not None
            said = json.loads(await process.stdout.readline())

            async def order(name: str, **given: Any) -> Any:
                async with session.post(f"{said['url']}/control/{name}", json=given) as answer:
                    return await answer.json()

            await order("write", text="привет", chat_id=8)
            async with session.get(f"{said['url']}/bot{said['token']}/getUpdates") as answer:
                assert texts((answer.status, await answer.json())) == ["привет"]
            params = {"chat_id": "8", "text": "hi"}
            await order("fault", method="sendMessage", kind="error", code=500)
            for status in (500, 200):
                async with session.post(f"{said['url']}/bot{said['token']}/sendMessage", data=params) as answer:
                    assert answer.status == status
            assert [(sent["chat_id"], sent["text"]) for sent in await order("sent")] == [(8, "hi")]
            assert await order("pending") == 1
            assert await order("format_disk") == {"error": "no such order"}
            process.terminate()
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_aiograms_own_types_read_what_the_server_says(server: BotApi) -> None:
    """An independent reader: aiogram's models are generated from the Bot API's page."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    async with Bot(server.token, session=session) as bot:
        assert (await bot.get_me()).username == "desk_test_bot"
        assert (await bot.get_webhook_info()).url == ""
        text = await bot.send_message(7, "привет")
        assert (text.text, text.chat.type) == ("привет", "private")
        document = await bot.send_document(7, BufferedInputFile(b"%PDF", "a.pdf"))
        photo = await bot.send_photo(7, BufferedInputFile(JPEG, "a.jpg"))
        assert document.document is not None
        assert photo.photo is not None
        got = await bot.download(document.document.file_id)
        assert got is not None
        assert got.read() == b"%PDF"

        world = server.world
        first = world.write("one", entities=[{"type": "bold", "offset": 0, "length": 3}])
        world.edit("two", first["message_id"])
        world.album([JPEG, JPEG])
        world.send_file(b"ogg", kind="voice", duration=3)
        world.forward("look", {"type": "hidden_user", "sender_user_name": "Someone"})
        world.press("yes", text.message_id)
        world.group(-5, "Shop", kind="group")
        world.migrate(-5, -1005)
        world.block(7)
        updates = await bot.get_updates()
        kinds = [update.event_type for update in updates]
        assert kinds == ["message", "edited_message", *["message"] * 4, "callback_query", *["message"] * 2, "my_chat_member"]
        before, after = updates[0].message, updates[1].edited_message
        assert before is not None
        assert after is not None
        assert (before.text, before.edit_date, after.text, after.message_id) == ("one", None, "two", before.message_id)
        voice = updates[4].message
        assert voice is not None
        assert voice.content_type == "voice"
        with pytest.raises(TelegramForbiddenError):
            await bot.send_message(7, "hi")
        with pytest.raises(TelegramMigrateToChat) as moved:
            await bot.send_message(-5, "hi")
        assert moved.value.migrate_to_chat_id == -1005
