"""A message comes in: rows, counters, journal, threading, through the real write door."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from recounted import all_is_right

from deskterm.desk import commands as c
from deskterm.desk.commands import Done, Refused
from deskterm.desk.model import Delivery, Held, Kind, Origin, Status
from deskterm.desk.post import Address, Bounce, IdentityKind, InFile, MailRefs, Raw, ServerCopy
from deskterm.desk.rows import View
from deskterm.store import ledger
from deskterm.store.ledger import Kept


async def only(house: Any) -> Any:
    window = await house.office.conversations(View.ALL)
    assert len(window.rows) == 1
    return window.rows[0]


async def test_a_first_mail_makes_a_card_a_conversation_and_a_wait(house):
    assert await house.arrive(house.mail()) is Held.STORED
    row = await only(house)
    assert (row.number, row.customer, row.subject, row.preview, row.status, row.unread) == (
        1001,
        "Ольга К.",
        "Заказ 5531",
        "Где мой заказ?",
        Status.OPEN,
        1,
    )
    assert row.waiting_since == house.clock()
    counts = await house.office.counts()
    assert {view.value: n for view, n in counts.views.items() if n} == {
        "inbox": 1,
        "unassigned": 1,
        "untagged": 1,
        "waiting": 1,
        "all": 1,
    }
    kinds = [kind for (kind,) in await house.all("SELECT kind FROM journal ORDER BY seq")]
    assert kinds == ["customer_added", "identity_added", "conversation_opened", "participant_added", "message_received"]


async def test_the_journal_holds_no_words_from_outside(house):
    words = "секрет-слово"
    await house.arrive(house.mail(text=words, subject=words, name=words, sender="secret-word@client.test"))
    await house.office.submit(c.Note(1, "секрет-слово"))
    await house.office.submit(c.Reply(1, "секрет-слово"))
    for row in await house.all("SELECT * FROM journal"):
        assert "секрет" not in json.dumps(row, ensure_ascii=False)
        assert "secret" not in json.dumps(row, ensure_ascii=False)


async def test_the_same_message_comes_in_once(house):
    mail = house.mail()
    assert await house.arrive(mail) is Held.STORED
    assert await house.arrive(mail) is Held.IGNORED
    assert await house.one("SELECT count(*) FROM message") == (1,)


async def test_a_reply_threads_by_our_signed_id_and_only_for_a_participant(house):
    await house.arrive(house.mail())
    done = await house.office.submit(c.Reply(1, "Отправлен вчера"))
    assert isinstance(done, Done)
    (public_id,) = await house.one("SELECT public_id FROM message WHERE id = ?", (done.message_id,))
    ours = house.store.signer.message_id(public_id, "desk.test")
    await house.arrive(house.mail("Спасибо!", refs=MailRefs("a@client.test", in_reply_to=(ours,))))
    assert (await only(house)).preview == "Спасибо!"
    await house.arrive(house.mail("I am Olga", sender="mallory@evil.test", refs=MailRefs("b@evil.test", in_reply_to=(ours,))))
    rows = (await house.office.conversations(View.ALL)).rows
    assert len(rows) == 2
    stranger = await house.office.conversation(rows[0].id if rows[0].number == 1002 else rows[1].id)
    assert stranger.maybe_related_number == 1001


@pytest.mark.parametrize("mail_id", ["", "same@client.test"])
async def test_blank_and_repeated_message_ids_join_and_drop_nothing(house, mail_id):
    for n in range(3):
        await house.arrive(house.mail(f"mail {n}", sender=f"c{n}@client.test", refs=MailRefs(mail_id)))
    assert (await house.office.counts()).views[View.ALL] == 3


async def test_a_late_answer_opens_a_new_conversation_that_knows_the_old(house):
    await house.arrive(house.chat())
    await house.office.submit(c.Close(1))
    house.clock.pass_(days=2)
    await house.arrive(house.chat("ещё вопрос"), "bot")
    await house.arrive(house.chat("и ещё"), "bot")
    assert (await house.office.counts()).views[View.INBOX] == 1
    rows = (await house.office.conversations(View.ALL)).rows
    await house.office.submit(c.Close(rows[0].id))
    house.clock.pass_(days=4)
    await house.arrive(house.chat("снова я"), "bot")
    newest = (await house.office.conversations(View.INBOX)).rows[0]
    detail = await house.office.conversation(newest.id)
    assert detail.previous_number is not None


async def test_automatic_mail_neither_waits_nor_reopens(house):
    first = house.mail()
    await house.arrive(first)
    await house.office.submit(c.Close(1))
    auto = house.mail("Я в отпуске", refs=MailRefs("x@client.test", in_reply_to=(first.refs.message_id,)), origin=Origin.AUTO)
    await house.arrive(auto)
    row = await only(house)
    assert row.status is Status.CLOSED
    assert row.waiting_since is None


async def test_a_bounce_marks_the_message_reopens_and_restores_the_wait(house):
    await house.arrive(house.mail())
    since = house.clock()
    done = await house.office.submit(c.Reply(1, "ответ", close=True))
    (public_id,) = await house.one("SELECT public_id FROM message WHERE id = ?", (done.message_id,))
    await house.store.writer.run(lambda tx: tx.run("UPDATE outbox SET state = 'sent'"))
    await house.store.writer.run(lambda tx: tx.run("UPDATE message SET delivery = 'sent' WHERE kind = 'outgoing'"))
    house.clock.pass_(minutes=3)
    bounce = Bounce(house.store.signer.message_id(public_id, "desk.test"), "olga@client.test", "5.1.1", True, "no such user")
    report = replace(house.mail("Undelivered", sender="mailer-daemon@client.test", bounce=bounce), origin=Origin.BOUNCE)
    await house.arrive(report)
    row = await only(house)
    assert (row.status, row.waiting_since, row.failed) == (Status.OPEN, since, 1)
    message = await house.office.message(done.message_id)
    assert message.delivery.state is Delivery.FAILED
    assert "5.1.1" in message.delivery.detail
    assert (await house.office.counts()).failed == 1
    await house.office.submit(c.RetryAllFailed())
    assert (await house.office.message(done.message_id)).delivery.state is Delivery.QUEUED
    assert (await only(house)).failed == 0


async def test_edits_are_versions_and_albums_are_one_message(house):
    await house.arrive(house.chat("первое", external_id="7:1"), "bot")
    await house.arrive(house.chat("второе", external_id="7:1", edit_of="7:1", version_key="100"), "bot")
    await house.arrive(house.chat("второе", external_id="7:1", edit_of="7:1", version_key="100"), "bot")
    page = await house.office.messages(1)
    assert [(m.text, m.versions) for m in page.rows] == [("второе", 2)]
    assert [text for _, text in await house.office.versions(1)] == ["первое"]
    photo = InFile("photo.jpg", "image/jpeg", b"x")
    for n in (2, 3, 4):
        await house.arrive(house.chat("", external_id=f"7:{n}", album="A", attachments=(photo,)), "bot")
    page = await house.office.messages(1)
    assert [len(m.attachments) for m in page.rows] == [0, 3]


async def test_people_in_copy_take_part(house):
    cc = Address(IdentityKind.EMAIL, "boss@client.test", "Boss")
    await house.arrive(house.mail(cc=(cc,)))
    detail = await house.office.conversation(1)
    assert [person.value for person in detail.cc] == ["boss@client.test"]
    done = await house.office.submit(c.Reply(1, "ответ"))
    (public_id,) = await house.one("SELECT public_id FROM message WHERE id = ?", (done.message_id,))
    ours = house.store.signer.message_id(public_id, "desk.test")
    await house.arrive(house.mail("я тоже", sender="boss@client.test", refs=MailRefs("q@client.test", in_reply_to=(ours,))))
    assert (await only(house)).preview == "я тоже"


async def test_reply_refused_when_somebody_was_faster_and_taken_back_in_time(house):
    await house.arrive(house.mail())
    seen = (await house.office.conversation(1)).last_message_id
    first = await house.as_(house.boris).submit(c.Reply(1, "уже отвечаю", seen_message_id=seen))
    assert isinstance(first, Done)
    refused = await house.office.submit(c.Reply(1, "и я", seen_message_id=seen))
    assert refused == Refused("overtaken", {"name": "Boris", "seconds": 0})
    row = await only(house)
    assert (row.assignee, row.waiting_since) == ("Boris", None)
    await house.as_(house.boris).submit(c.TakeBack(first.message_id))
    row = await only(house)
    assert row.waiting_since is not None
    assert (await house.as_(house.boris).draft(1)).text == "уже отвечаю"
    assert (await house.office.messages(1)).rows[-1].delivery.state is Delivery.CANCELLED


async def test_a_note_never_reaches_the_outbox(house):
    await house.arrive(house.mail())
    await house.office.submit(c.Note(1, "не для клиента"))
    assert await house.one("SELECT count(*) FROM outbox") == (0,)
    page = await house.office.messages(1)
    assert [m.kind for m in page.rows] == [Kind.INCOMING, Kind.NOTE]


async def test_counters_equal_counting(house):
    for n in range(6):
        await house.arrive(house.mail(sender=f"c{n}@client.test"))
    await house.office.submit(c.Take(1))
    await house.office.submit(c.Close(2))
    await house.office.submit(c.Reply(3, "да"))
    await house.office.submit(c.NoReplyNeeded(4))
    counts = await house.office.counts()
    for view in View:
        window = await house.office.conversations(view, after=100)
        assert (view, counts.views[view]) == (view, len(window.rows))


async def test_what_was_closed_last_stands_first_among_the_closed(house):
    for n in range(3):
        await house.arrive(house.mail(sender=f"c{n}@client.test"))
        house.clock.pass_(minutes=1)
    await house.office.submit(c.Close(2))
    house.clock.pass_(minutes=1)
    await house.office.submit(c.Close(1))
    assert [row.id for row in (await house.office.conversations(View.CLOSED)).rows] == [1, 2]
    assert [row.id for row in (await house.office.conversations(View.ALL)).rows] == [1, 2, 3]


async def test_what_came_after_the_full_scan_is_counted_on_the_server_too(house):
    copies = [ServerCopy("INBOX", 1, uid) for uid in (1, 2, 3)]
    rows = [Kept(Raw(f"k{copy.position}", b"raw", house.clock(), copy), None) for copy in copies]
    channel = house.channels["mail"]
    await house.store.writer.run(lambda tx: ledger.keep(tx, channel, rows[:2], None, house.clock()))
    await house.store.writer.run(lambda tx: ledger.counted(tx, channel, "INBOX", 1, 2, house.clock()))
    await house.store.writer.run(lambda tx: ledger.keep(tx, channel, rows[2:], None, house.clock()))
    (mailbox, _bot) = (await house.office.status()).channels
    assert (mailbox.ours_count, mailbox.server_count) == (3, 3)


async def test_a_first_reply_taken_back_leaves_all_as_it_was(house: Any) -> None:
    await house.arrive(house.chat(), "bot")
    await house.arrive(house.chat("ау?"), "bot")
    fields = "SELECT status, assignee_id, unread, waiting_since, asked, urgent_at, sort_at FROM conversation"
    before = await house.one(fields)
    reply = await house.office.submit(c.Reply(1, "да", close=True))
    assert (await house.one(fields))[:4] == ("closed", house.anna.id, 0, None)
    assert isinstance(await house.office.submit(c.TakeBack(reply.message_id)), Done)
    assert await house.one(fields) == before
    await all_is_right(house)


async def test_a_first_reply_taken_back_after_another_answer_leaves_it_its_writers(house: Any) -> None:
    await house.arrive(house.chat(), "bot")
    reply = await house.office.submit(c.Reply(1, "да"))
    await house.office.submit(c.Reply(1, "и ещё"))
    assert isinstance(await house.office.submit(c.TakeBack(reply.message_id)), Done)
    assert await house.one("SELECT assignee_id, unread FROM conversation") == (house.anna.id, 0)
