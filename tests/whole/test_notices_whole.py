"""Operators are told by real servers: a mail with its headers, a Telegram message, once each, also where the process dies."""

from __future__ import annotations

import asyncio
import email
import email.policy
import signal
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from world import PATIENCE_S, World

pytestmark = [pytest.mark.whole, pytest.mark.peer("dovecot")]

HOME = "boris@example.test"
CHAT = 77
PROGRAM = Path(__file__).with_name("dying_notifier.py")


def mails(world: World) -> list[EmailMessage]:
    """Return the mails that Boris was sent."""
    taken = [one.content for one in world.smtp.accepted if HOME in one.recipients]
    return [email.message_from_bytes(one, policy=email.policy.default) for one in taken]


def chats(world: World) -> list[str]:
    """Return what the bot wrote to Boris."""
    return [str(one.params.get("text")) for one in world.bot.world.sent if one.chat_id == CHAT]


async def boris(world: World, *words: str) -> Any:
    return await world.command("notice", *words, "--operator", "boris")


async def linked(world: World) -> None:
    """Have Boris told by mail and Telegram; a worker runs."""
    await world.command("operator", "add", "boris", "--name", "Борис", "--operator", "anna")
    await boris(world, "settings", "set", "--email", HOME)
    link = await boris(world, "link")
    assert link["links"] == [f"https://t.me/desk_test_bot?start={link['code']}"]
    world.bot.world.write(f"/start {link['code']}", chat_id=CHAT)
    await world.until(lambda: len(chats(world)) == 1, "the bot says that it is linked")
    await world.until(lambda: len(mails(world)) == 1, "a mail says so, too")
    await boris(world, "read", "--all")


async def given(world: World) -> int:
    """Have a customer write and give the conversation to Boris; returns its number."""
    await world.send_mail(world.mail("Слова клиента, которых никто не должен видеть"))
    await world.until(lambda: world.stored("Слова клиента"), "the customer's mail is stored")
    (number,) = world.one("SELECT max(number) FROM conversation")
    await world.command("conversation", "assign", str(number), "boris", "--operator", "anna")
    return int(number)


async def test_boris_is_told_by_mail_and_by_telegram_once(world: World) -> None:
    async with world.worker():
        await linked(world)
        number = await given(world)
        await world.until(lambda: len(mails(world)) == 2 and len(chats(world)) == 2, "both arrived")
        tested = await boris(world, "test")
        assert [one["state"] for one in tested["ways"]] == ["sent", "sent"]
    mail = mails(world)[1]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Reply-To"] is None
    assert mail["From"].addresses[0].addr_spec == world.user
    assert mail["Message-ID"].startswith("<n1.")
    words = f"#{number} Ольга: Заказ 5531 is yours now, by Анна"
    assert mail["Subject"] == f"deskterm: {words}"
    assert mail.get_content_type() == "text/plain"
    assert "Слова клиента" not in mail.as_string() + mail.get_content()
    assert chats(world)[1] == words
    assert world.one("SELECT count(*) FROM conversation") == (1,), "the code and the mails made none"


async def test_an_answer_to_a_notice_and_its_bounce_make_no_conversation(world: World) -> None:
    async with world.worker():
        await linked(world)
        await given(world)
        await world.until(lambda: len(mails(world)) == 2, "the mail arrived")
        told = mails(world)[1]
        answer = world.mail("Принято!", sender=HOME, In_Reply_To=str(told["Message-ID"]))
        await world.send_mail(answer, bounce_of(world, told))
        await world.until(
            lambda: (
                world.one("SELECT count(*) FROM inbound WHERE state = 'ignored' AND reason LIKE '%a notice of ours%'") == (2,)
            ),
            "both are set aside",
        )
    assert world.one("SELECT count(*) FROM conversation") == (1,)
    (state, detail) = world.one("SELECT state, detail FROM notice_delivery WHERE way = 'email' ORDER BY notice_id DESC LIMIT 1")
    assert (state, detail) == ("failed", "bounced 5.1.1")


def bounce_of(world: World, told: EmailMessage) -> EmailMessage:
    """Return what a mail server says of a notice that it could not deliver (RFC 3464)."""
    status = f"Reporting-MTA: dns; mx.example.test\n\nFinal-Recipient: rfc822; {HOME}\nAction: failed\nStatus: 5.1.1\n\n"
    head = f"Message-ID: {told['Message-ID']}\nSubject: x\n\n"
    raw = (
        f"From: MAILER-DAEMON@mx.example.test\nTo: {world.user}\nSubject: Undelivered Mail Returned to Sender\n"
        "Message-ID: <bounce@mx.example.test>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nno such user\n"
        f"--b\nContent-Type: message/delivery-status\n\n{status}"
        f"--b\nContent-Type: text/rfc822-headers\n\n{head}\n--b--\n"
    )
    return email.message_from_string(raw)  # type: ignore[return-value]


@pytest.mark.parametrize("kind", ["email", "telegram"])
async def test_killed_between_sending_and_writing_it_down(world: World, kind: str) -> None:
    """A mail goes again under the same Message-ID, a Telegram message does not."""
    async with world.worker():
        await linked(world)
        await world.send_mail(world.mail("Вопрос"))
        await world.until(lambda: world.stored("Вопрос"), "the customer's mail is stored")
    await world.command("conversation", "assign", "1001", "boris", "--operator", "anna")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), str(world.home), kind, env=world.environment()
    )  # fmt: skip
    assert await asyncio.wait_for(process.wait(), PATIENCE_S) == -signal.SIGKILL
    way = "SELECT state, detail FROM notice_delivery WHERE way = ? ORDER BY notice_id DESC LIMIT 1"
    assert world.one(way, (kind,)) == ("sending", "")
    async with world.worker():
        for one in ("email", "telegram"):
            await world.until(lambda one=one: world.one(way, (one,))[0] in ("sent", "failed"), f"{one} is settled")
    ids = [str(mail["Message-ID"]) for mail in mails(world)[1:]]
    assert len(set(ids)) == 1
    assert len(ids) == 2 if kind == "email" else len(ids) in (1, 2)
    assert len(chats(world)[1:]) == 1
    if kind == "telegram":
        assert world.one(way, ("telegram",)) == ("failed", "it may have arrived, and is not sent again")
