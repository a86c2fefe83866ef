"""What coming in does to a conversation: reopening, the wait, bounces, our own mail, who is answered. Raw bytes, real store."""

from __future__ import annotations

import json
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from mail_desk import US, MailDesk, OurMail, mail

from deskterm.desk import commands as c
from deskterm.desk.commands import Done, Refused
from deskterm.desk.model import Delivery, Held
from deskterm.desk.rows import View

OLGA = "Ольга К. <olga@client.test>"


@pytest.fixture
async def desk(house: Any) -> MailDesk:
    """A desk with Olga's first mail in conversation 1."""
    made = MailDesk(house)
    assert (await made.take(mail(OLGA, message_id="first@client.test"))).number == 1001
    house.clock.pass_(minutes=5)
    return made


def ms(desk: MailDesk) -> int:
    return int(desk.house.clock().timestamp() * 1000)


# --- reopening


@pytest.mark.parametrize("hours", [0.1, 71.9])
async def test_within_the_days_allowed_it_reopens(desk: MailDesk, hours: float):
    ours = await desk.answer(1, close=True)
    desk.house.clock.pass_(hours=hours)
    assert (await desk.take(mail(OLGA, f"In-Reply-To: <{ours.message_id}>"))).number == 1001
    state = await desk.state(1)
    assert (state["status"], state["waiting_since"], state["asked"]) == ("open", ms(desk), 1)


@pytest.mark.parametrize("reference", ["In-Reply-To: <{id}>", "To: {address}", "In-Reply-To: <first@client.test>"])
async def test_later_a_new_conversation_begins_that_knows_the_old(desk: MailDesk, reference: str):
    ours = await desk.answer(1, close=True)
    desk.house.clock.pass_(hours=72.5)
    placed = await desk.take(mail(OLGA, reference.format(id=ours.message_id, address=ours.reply_address)))
    state = await desk.state(placed.conversation_id or 0)
    assert (placed.number, state["previous_id"], state["maybe_related_id"], state["customer_id"]) == (1002, 1, None, 1)
    assert (await desk.state(1))["status"] == "closed"


async def test_an_answer_to_the_later_one_joins_the_later_one(desk: MailDesk):
    await desk.answer(1, close=True)
    desk.house.clock.pass_(days=4)
    await desk.take(mail(OLGA, "In-Reply-To: <first@client.test>", message_id="later@client.test"))
    ours = await desk.answer(2)
    assert (await desk.take(mail(OLGA, f"References: <first@client.test> <{ours.message_id}>"))).number == 1002


async def test_the_days_count_to_its_arrival_not_to_when_the_desk_was_switched_on(desk: MailDesk):
    """The server took the answer on the next day; the laptop was opened a week later."""
    ours = await desk.answer(1, close=True)
    desk.house.clock.pass_(days=1)
    arrived_ms = ms(desk)
    await desk.take(mail(OLGA, f"In-Reply-To: <{ours.message_id}>"), placed_after=timedelta(days=7))
    state = await desk.state(1)
    assert (state["status"], state["waiting_since"], await desk.conversations()) == ("open", arrived_ms, 1)


# --- automatic mail

AUTOMATIC = {
    "out of office": ["Auto-Submitted: auto-replied", "Subject: Автоответ: Re: Заказ"],
    "Exchange": ["X-Auto-Response-Suppress: All"],
    "read receipt": ['Content-Type: multipart/report; report-type=disposition-notification; boundary="b"'],
    "newsletter": ["List-Unsubscribe: <https://client.test/u>", "Precedence: bulk"],
    "subject": ["Subject: Out of office: Заказ"],
    "null path": ["Return-Path: <>"],
}


@pytest.mark.parametrize("name", AUTOMATIC)
async def test_automatic_mail_joins_but_neither_waits_nor_reopens(desk: MailDesk, name: str):
    ours = await desk.answer(1, close=True)
    placed = await desk.take(mail(OLGA, f"In-Reply-To: <{ours.message_id}>", *AUTOMATIC[name]))
    state = await desk.state(1)
    assert (placed.number, state["status"], state["waiting_since"]) == (1001, "closed", None)
    assert await desk.conversations() == 1


@pytest.mark.parametrize("name", AUTOMATIC)
async def test_automatic_mail_keeps_the_wait_of_a_person(desk: MailDesk, name: str):
    before = await desk.state(1)
    await desk.take(mail(OLGA, "In-Reply-To: <first@client.test>", *AUTOMATIC[name]))
    assert await desk.state(1) == before | {"message_count": 2}


async def test_automatic_mail_of_a_stranger_waits_nowhere(desk: MailDesk):
    placed = await desk.take(mail("robot@shop.test", "Auto-Submitted: auto-generated"))
    state = await desk.state(placed.conversation_id or 0)
    assert (placed.number, state["waiting_since"]) == (1002, None)
    assert (await desk.house.office.counts()).views[View.WAITING] == 1


# --- bounces


def report(original: str, action: str = "failed", status: str = "5.1.1", code: str = "550 5.1.1 no such user") -> str:
    """Return a delivery report as Postfix writes it (RFC 3464)."""
    return (
        "From: MAILER-DAEMON@mx.client.test\nTo: support@desk.test\nSubject: Undelivered Mail Returned to Sender\n"
        "Message-ID: <dsn1@mx.client.test>\nReturn-Path: <>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nI'm sorry to have to inform you that your message could not be delivered.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.client.test\n\n"
        f"Final-Recipient: rfc822; olga@client.test\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {code}\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nFrom: support@desk.test\nMessage-ID: <{original}>\nSubject: Re\n\n--b--\n"
    )


async def test_a_bounce_fails_the_message_reopens_and_brings_the_wait_back(desk: MailDesk):
    since = (await desk.state(1))["waiting_since"]
    ours = await desk.answer(1, close=True)
    desk.house.clock.pass_(minutes=1)
    placed = await desk.take(report(ours.message_id))
    state = await desk.state(1)
    assert (placed.number, state["status"], state["waiting_since"], state["failed"]) == (1001, "open", since, 1)
    failed = [row for row in (await desk.house.office.messages(1)).rows if row.delivery is not None]
    assert [(row.delivery.state, row.delivery.detail) for row in failed] == [
        (Delivery.FAILED, "bounced 5.1.1 olga@client.test 550 5.1.1 no such user")
    ]


async def test_a_bounce_said_twice_counts_once(desk: MailDesk):
    ours = await desk.answer(1)
    await desk.take(report(ours.message_id))
    before = await desk.state(1)
    await desk.take(report(ours.message_id).replace("dsn1", "dsn2").replace("I'm sorry", "We are sorry"))
    assert await desk.state(1) == before | {"message_count": before["message_count"] + 1}


async def test_a_delay_is_only_told(desk: MailDesk):
    ours = await desk.answer(1, close=True)
    placed = await desk.take(report(ours.message_id, "delayed", "4.4.1", "connection timed out"))
    state = await desk.state(1)
    assert (placed.number, state["status"], state["waiting_since"], state["failed"]) == (1001, "closed", None, 0)


@pytest.mark.parametrize("original", ["unknown@elsewhere.test", f"v1.{'a' * 20}.{'b' * 20}@desk.test", "first@client.test"])
async def test_a_bounce_of_what_we_did_not_send_fails_nothing(desk: MailDesk, original: str):
    await desk.answer(1)
    before = await desk.state(1)
    placed = await desk.take(report(original))
    assert (placed.held, placed.number) == (Held.STORED, 1002)
    assert await desk.state(1) == before
    assert (await desk.state(2))["waiting_since"] is None


# --- our own mail


async def test_our_own_answer_come_back_is_ignored(desk: MailDesk):
    ours = await desk.answer(1)
    before = await desk.state(1)
    placed = await desk.take(ours.raw)
    assert (placed.held, placed.reason) == (Held.IGNORED, "a copy of what we sent")
    assert (await desk.state(1), await desk.conversations()) == (before, 1)


async def test_our_own_answer_with_another_id_waits_nowhere(desk: MailDesk):
    """A relay wrote its own Message-ID; the mark of our own mail is left, and the Reply-To is an address of ours."""
    ours = await desk.answer(1)
    raw = ours.raw.replace(ours.message_id.encode(), b"0100-relay@relay.test")
    placed = await desk.take(raw)
    assert placed.held is Held.STORED
    state = await desk.state(placed.conversation_id or 0)
    assert state["waiting_since"] is None
    assert (await desk.house.office.counts()).views[View.WAITING] == 0


async def test_our_id_on_a_strangers_mail_hides_nothing(desk: MailDesk):
    """Only an id that we really signed makes a mail our own copy; a made-up one is stored."""
    placed = await desk.take(mail("mallory@evil.test", message_id=f"v1.{'a' * 20}.{'b' * 20}@desk.test"))
    assert (placed.held, placed.number) == (Held.STORED, 1002)


async def test_our_own_mail_without_a_customer_waits_nowhere(desk: MailDesk):
    placed = await desk.take(mail(f"Чайка <{US}>", "Subject: test"))
    assert (placed.number, (await desk.state(2))["waiting_since"]) == (1002, None)


FORM = ("Subject: Заявка с сайта", "Reply-To: Pavel <pavel@other.test>", "X-PHP-Originating-Script: 33:form.php")


async def test_a_form_on_our_site_waits_and_is_answered_to_its_writer(desk: MailDesk):
    placed = await desk.take(mail(f"Site <{US}>", *FORM, text="Имя: Павел\nГде заказ?"))
    state = await desk.state(2)
    assert (placed.number, state["waiting_since"]) == (1002, ms(desk))
    ours = await desk.answer(2)
    sent = message_from_bytes(ours.raw)
    assert (sent["To"], sent["Cc"]) == ("pavel@other.test", None)
    detail = await desk.house.office.conversation(2)
    assert [(who.value, who.kind) for who in detail.reply_to] == [("pavel@other.test", "email")]


async def test_the_writer_of_a_form_answers_into_the_same_conversation(desk: MailDesk):
    await desk.take(mail(f"Site <{US}>", *FORM))
    ours = await desk.answer(2)
    placed = await desk.take(mail("Pavel <pavel@other.test>", f"In-Reply-To: <{ours.message_id}>"))
    assert (placed.number, await desk.conversations()) == (1002, 2)


async def test_two_forms_are_two_people(desk: MailDesk):
    await desk.take(mail(f"Site <{US}>", *FORM))
    await desk.take(mail(f"Site <{US}>", "Reply-To: ivan@third.test"))
    assert {(await desk.state(n))["customer_id"] for n in (1, 2, 3)} == {1, 2, 3}


async def test_a_form_with_its_writer_in_copy(desk: MailDesk):
    placed = await desk.take(mail(f"Site <{US}>", *FORM, "Cc: pavel@other.test, boss@other.test"))
    assert placed.held is Held.STORED
    assert await desk.house.all("SELECT value FROM identity ORDER BY id") == [
        ("olga@client.test",),
        ("pavel@other.test",),
        ("boss@other.test",),
    ]


# --- who is answered


async def test_the_customer_stays_in_copy_when_a_colleague_answers(desk: MailDesk):
    ours = await desk.answer(1)
    assert message_from_bytes(ours.raw)["Cc"] is None
    await desk.take(mail(OLGA, f"In-Reply-To: <{ours.message_id}>", "Cc: Egor <egor@client.test>, support@desk.test"))
    second = await desk.answer(1)
    assert message_from_bytes(second.raw)["Cc"] == "Egor <egor@client.test>"
    await desk.take(mail("Egor <egor@client.test>", f"In-Reply-To: <{second.message_id}>"))
    detail = await desk.house.office.conversation(1)
    assert ([one.value for one in detail.reply_to], [one.value for one in detail.cc]) == (
        ["egor@client.test"],
        ["olga@client.test"],
    )
    third = message_from_bytes((await desk.answer(1)).raw)
    assert "olga@client.test" in third["Cc"]
    assert third["To"] == "Egor <egor@client.test>"


async def test_answers_go_where_the_writer_wants_them_and_only_there(desk: MailDesk):
    await desk.take(mail(OLGA, "In-Reply-To: <first@client.test>", "Reply-To: olga@home.test"))
    refused = await desk.house.office.submit(c.Reply(1, "да"))
    assert refused == Refused("reply_to_differs", {"address": "olga@home.test"})
    sent = message_from_bytes((await desk.answer(1, anyway=True)).raw)
    assert ("olga@home.test" in sent["To"], sent["Cc"]) == (True, None)


async def test_an_address_of_ours_is_never_answered(desk: MailDesk):
    """A Reply-To that leads back to us would have us answer ourselves."""
    ours = await desk.answer(1)
    await desk.take(mail(OLGA, f"In-Reply-To: <{ours.message_id}>", f"Reply-To: {ours.reply_address}"))
    sent = message_from_bytes((await desk.answer(1)).raw)
    assert "olga@client.test" in sent["To"]


async def test_what_was_taken_back_overtakes_nobody(desk: MailDesk):
    seen = (await desk.house.office.conversation(1)).last_message_id
    boris = desk.house.as_(desk.house.boris)
    done = await boris.submit(c.Reply(1, "уже", seen_message_id=seen))
    assert isinstance(await desk.house.office.submit(c.Reply(1, "и я", seen_message_id=seen)), Refused)
    await boris.submit(c.TakeBack(done.message_id))
    assert not isinstance(await desk.house.office.submit(c.Reply(1, "и я", seen_message_id=seen)), Refused)


async def test_a_mail_late_on_its_way_counts_from_when_it_was_written(desk: MailDesk):
    """It was written before the one that came first: the wait began then."""
    before = (await desk.state(1))["waiting_since"]
    at = desk.house.clock() - timedelta(hours=2)
    await desk.take(mail(OLGA, "In-Reply-To: <first@client.test>", f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000"))
    state = await desk.state(1)
    assert (state["waiting_since"], state["asked"]) == (int(at.timestamp() * 1000), 2)
    assert state["waiting_since"] < before


async def test_the_same_mail_again_changes_nothing(desk: MailDesk):
    raw = mail(OLGA, "In-Reply-To: <first@client.test>", message_id="twice@client.test")
    await desk.take(raw)
    before = await desk.state(1)
    again = await desk.take(raw)
    assert (again.held, again.reason) == (Held.IGNORED, "already here")
    assert await desk.state(1) == before


async def test_our_mail_carries_what_threads_by(desk: MailDesk):
    ours: OurMail = await desk.answer(1)
    sent = message_from_bytes(ours.raw)
    assert (sent["In-Reply-To"], sent["References"]) == ("<first@client.test>", "<first@client.test>")
    assert desk.house.store.signer.public_id(ours.message_id) is not None
    assert desk.house.store.signer.conversation_number(ours.reply_address) == 1001


# --- what is shown before an answer is what the answer does


DIFFERENT = [
    ("from", (), [("email", "olga@client.test")], "", Done),
    ("in copy", ("Cc: boss@client.test, support@desk.test",), [("email", "olga@client.test")], "", Done),
    ("reply-to", ("Reply-To: olga@home.test",), [("email", "olga@home.test")], "olga@home.test", Refused),
    ("nobody", ("From: undisclosed",), [], "", Refused),
    ("no from", ("From: undisclosed", "Reply-To: real@x.test"), [("email", "real@x.test")], "", Done),
    ("form", (f"From: Форма <{US}>", "Reply-To: petr@client.test"), [("email", "petr@client.test")], "", Done),
]


@pytest.mark.parametrize(
    ("fields", "to", "warning", "answer"), [row[1:] for row in DIFFERENT], ids=[row[0] for row in DIFFERENT]
)
async def test_whom_an_answer_goes_to_is_shown_before(
    house: Any, fields: tuple[str, ...], to: list[tuple[str, str]], warning: str, answer: type[Any]
):
    desk = MailDesk(house)
    await desk.take(mail(OLGA, *fields))
    shown = await house.office.conversation(1)
    assert ([(one.kind, one.value) for one in shown.reply_to], shown.reply_warning) == (to, warning)
    assert isinstance(await house.office.submit(c.Reply(1, "да")), answer)
    done = await house.office.submit(c.Reply(1, "да", anyway=True))
    if not to:
        assert done == Refused("no_address")
        return
    (kept,) = await house.one("SELECT recipients FROM message WHERE id = ?", (done.message_id,))
    assert json.loads(kept) == {
        "to": [[one.kind, one.value, one.name] for one in shown.reply_to],
        "cc": [[one.kind, one.value, one.name] for one in shown.cc],
    }


async def test_what_can_be_attached_is_what_the_answers_channel_carries(house: Any):
    """Merging will put messages of several channels into one conversation: the answer goes to the last one's."""
    await MailDesk(house).take(mail(OLGA))
    await house.arrive(house.chat(), "bot")
    assert (await house.office.conversation(1)).max_units is None
    await house.store.writer.run(lambda tx: tx.run("UPDATE message SET conversation_id = 1 WHERE conversation_id = 2"))
    assert (await house.office.conversation(1)).max_units == 4096
