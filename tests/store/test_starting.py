"""Writing to somebody first: what it makes of people and conversations, how it goes out, how an answer comes back."""

from __future__ import annotations

from email import message_from_bytes
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest
from house import House
from mail_desk import DOMAIN, US, MailDesk, mail

from deskterm.channels.email.compose import Sender, compose
from deskterm.desk import commands as c
from deskterm.desk.commands import Done, Refused
from deskterm.desk.model import Held, Origin, Status
from deskterm.desk.post import Address, Bounce, IdentityKind
from deskterm.desk.rows import NewMessage, View
from deskterm.office import OfficeError
from deskterm.store import outbox
from deskterm.store.outbox import Claim, Failed, Sent

LI = Address(IdentityKind.EMAIL, "Li.Wei@Client.TEST", "Li Wei")
TARAS = Address(IdentityKind.TELEGRAM, "7", "Тарас")


def to_li(house: House, text: str = "Ваш заказ готов", **more: Any) -> c.StartConversation:
    return c.StartConversation(house.channels["mail"], LI, text, **({"subject": "Заказ 8812"} | more))


def to_taras(house: House, text: str = "Здравствуйте!", **more: Any) -> c.StartConversation:
    return c.StartConversation(house.channels["bot"], TARAS, text, **more)


async def done(house: House, command: c.Command, who: Any = None) -> Done:
    answer = await (house.office if who is None else house.as_(who)).submit(command)
    assert isinstance(answer, Done), answer
    return answer


async def refused(house: House, command: c.Command) -> Refused:
    before = await house.one("SELECT count(*), (SELECT count(*) FROM journal) FROM message")
    answer = await house.office.submit(command)
    assert isinstance(answer, Refused), answer
    assert await house.one("SELECT count(*), (SELECT count(*) FROM journal) FROM message") == before
    return answer


async def send(house: House, channel: str, message_id: int | None) -> Claim:
    """Have the undo window pass and the message go out."""
    house.clock.pass_(seconds=11)
    claims = await house.store.writer.run(
        lambda tx: outbox.claim(tx, [house.channels[channel]], None, house.clock(), house.store.files, house.rules, DOMAIN)
    )
    (claim,) = [one for one in claims if one.message_id == message_id]
    await house.store.writer.run(lambda tx: outbox.settle(tx, claim.outbound.outbox_id, Sent(), None, house.clock()))
    return claim


async def test_a_mail_to_a_stranger_begins_a_conversation_that_is_its_writers(house: House) -> None:
    answer = await done(house, to_li(house))
    assert answer.conversation_id is not None
    detail = await house.office.conversation(answer.conversation_id)
    assert detail is not None
    row = detail.row
    assert (row.customer, row.subject, row.preview, row.status) == ("Li Wei", "Заказ 8812", "Ваш заказ готов", Status.OPEN)
    assert (row.assignee_id, row.waiting_since, row.unread) == (house.anna.id, None, 0)
    assert [(one.value, one.name) for one in detail.identities] == [("li.wei@client.test", "Li Wei")]
    assert [one.value for one in detail.reply_to] == ["li.wei@client.test"]
    assert await house.one("SELECT identity_id, role FROM participant") == (1, "customer")
    assert await house.one("SELECT kind, delivery, reply_to_message_id FROM message") == ("outgoing", "queued", None)
    counts = await house.office.counts()
    assert (counts.views[View.MINE], counts.views[View.WAITING]) == (1, 0)


async def test_a_known_customer_is_not_made_twice(house: House) -> None:
    await house.arrive(house.mail(sender="li.wei@client.test", name="Ли"))
    answer = await done(house, to_li(house))
    assert await house.all("SELECT id, name FROM customer") == [(1, "Ли")]
    assert await house.one("SELECT customer_id FROM conversation WHERE id = ?", (answer.conversation_id,)) == (1,)
    assert await house.one("SELECT count(*) FROM conversation") == (2,)


async def test_who_was_only_in_copy_gets_a_card(house: House) -> None:
    await house.arrive(house.mail(cc=(Address(IdentityKind.EMAIL, "li.wei@client.test", ""),)))
    assert await house.one("SELECT customer_id FROM identity WHERE value = 'li.wei@client.test'") == (None,)
    answer = await done(house, to_li(house))
    assert await house.one(
        "SELECT cu.name FROM conversation c JOIN customer cu ON cu.id = c.customer_id WHERE c.id = ?",
        (answer.conversation_id,),
    ) == ("Li Wei",)
    assert await house.one("SELECT count(*) FROM identity WHERE value = 'li.wei@client.test'") == (1,)


async def test_the_first_mail_answers_nothing_and_its_answer_threads_back(house: House) -> None:
    answer = await done(house, to_li(house))
    claim = await send(house, "mail", answer.message_id)
    raw = compose(claim.outbound, Sender(US, "Чайка"))
    ours = message_from_bytes(raw)
    assert (ours["In-Reply-To"], ours["References"]) == (None, None)
    assert parseaddr(ours["To"])[1] == "li.wei@client.test"
    desk = MailDesk(house)
    back = await desk.take(
        mail(
            "Li Wei <li.wei@client.test>",
            f"In-Reply-To: {ours['Message-ID']}",
            f"References: {ours['Message-ID']}",
            text="Thanks",
        )
    )
    assert (back.held, back.conversation_id) == (Held.STORED, answer.conversation_id)
    by_address = await desk.take(mail("li.wei@client.test", text="and more", to=parseaddr(ours["Reply-To"])[1]))
    assert by_address.conversation_id == answer.conversation_id
    # Another person who carries the id joins nothing.
    stranger = await desk.take(mail("eve@client.test", f"In-Reply-To: {ours['Message-ID']}", text="me too"))
    assert stranger.conversation_id != answer.conversation_id


async def test_a_second_mail_before_any_answer_goes_to_the_same_person_and_threads(house: House) -> None:
    first = await done(house, to_li(house))
    ours = message_from_bytes(compose((await send(house, "mail", first.message_id)).outbound, Sender(US)))
    assert first.conversation_id is not None
    for text in ("И ещё", "Последнее"):
        more = await done(house, c.Reply(first.conversation_id, text))
        next_mail = message_from_bytes(compose((await send(house, "mail", more.message_id)).outbound, Sender(US)))
        assert parseaddr(next_mail["To"])[1] == "li.wei@client.test"
        assert next_mail["In-Reply-To"] == next_mail["References"] == ours["Message-ID"]


async def test_after_a_bounce_the_next_mail_goes_to_the_person_and_not_to_the_server(house: House) -> None:
    first = await done(house, to_li(house))
    claim = await send(house, "mail", first.message_id)
    bounce = Bounce(claim.outbound.message_id, "li.wei@client.test", "5.1.1", True, "no such user")
    await house.arrive(house.mail(sender="mailer-daemon@client.test", origin=Origin.BOUNCE, bounce=bounce))
    assert first.conversation_id is not None
    detail = await house.office.conversation(first.conversation_id)
    assert detail is not None
    assert [one.value for one in detail.reply_to] == ["li.wei@client.test"]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (Address(IdentityKind.EMAIL, "Support@Desk.TEST"), "own_address"),
        (Address(IdentityKind.EMAIL, "support+x@desk.test"), "own_address"),
        (Address(IdentityKind.EMAIL, "nobody"), "no_address"),
        (Address(IdentityKind.EMAIL, '"a b"@client.test'), "no_address"),
        (Address(IdentityKind.EMAIL, ""), "no_address"),
        (Address(IdentityKind.EMAIL, "a@client.test\nBcc: eve@client.test"), "no_address"),
        (TARAS, "no_address"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value.value),
)
async def test_where_no_mail_can_go(house: House, address: Address, code: str) -> None:
    answer = await refused(house, c.StartConversation(house.channels["mail"], address, "hello"))
    assert answer.code == code


async def test_what_cannot_be_sent_is_refused(house: House, tmp_path: Path) -> None:
    assert (await refused(house, to_li(house, "  "))).code == "empty"
    assert (await refused(house, to_li(house, "x" * 100_001))).code == "too_long"
    assert (await refused(house, to_li(house, attachments=(99,)))).code == "file_gone"
    assert (await refused(house, c.StartConversation(99, LI, "x"))).code == "not_found"
    await house.store.writer.run(lambda tx: tx.run("UPDATE channel SET enabled = 0"))
    assert (await refused(house, to_li(house))).code == "channel_disabled"


async def test_who_is_blocked_or_has_blocked_us_is_not_written_to(house: House) -> None:
    await house.arrive(house.mail(sender="li.wei@client.test"))
    await house.store.writer.run(lambda tx: tx.run("UPDATE identity SET blocked = 1"))
    assert (await refused(house, to_li(house))).code == "blocked"
    await house.store.writer.run(lambda tx: tx.run("UPDATE identity SET blocked = 0, unreachable = 1"))
    assert (await refused(house, to_li(house))).code == "unreachable"


async def test_a_bot_writes_only_to_who_wrote_first(house: House) -> None:
    assert (await refused(house, to_taras(house))).code == "no_address"
    await house.arrive(house.chat(user="8", thread_key="-100", group="Клуб"), "bot")
    group = c.StartConversation(house.channels["bot"], Address(IdentityKind.TELEGRAM, "8"), "x")
    assert (await refused(house, group)).code == "no_address"


async def test_an_open_or_snoozed_chat_is_named(house: House) -> None:
    await house.arrive(house.chat(), "bot")
    assert await refused(house, to_taras(house)) == Refused("already_open", {"number": 1001})
    await done(house, c.Snooze(1, None))
    assert await refused(house, to_taras(house)) == Refused("already_open", {"number": 1001})


async def test_a_closed_chat_is_opened_again_however_old(house: House) -> None:
    await house.arrive(house.chat(), "bot")
    await done(house, c.Assign(1, house.boris.id))
    await done(house, c.Close(1))
    house.clock.pass_(days=400)
    answer = await done(house, to_taras(house))
    assert answer.conversation_id == 1
    row = (await house.office.conversation(1)).row
    assert (row.status, row.assignee_id, row.waiting_since) == (Status.OPEN, house.anna.id, None)
    claim = await send(house, "bot", answer.message_id)
    assert (claim.outbound.thread_key, claim.outbound.text, claim.outbound.reply_to_external) == ("7", "Здравствуйте!", "")
    assert await house.one("SELECT count(*) FROM conversation") == (1,)


async def test_writing_into_a_chat_marked_as_spam_takes_the_mark_off(house: House) -> None:
    await house.arrive(house.chat(), "bot")
    await done(house, c.Close(1))
    await done(house, c.MarkSpam(1))
    await done(house, to_taras(house))
    assert (await house.one("SELECT spam, status FROM conversation")) == (0, "open")


async def test_taken_back_it_is_the_new_message_again_and_its_conversation_over(house: House, tmp_path: Path) -> None:
    (tmp_path / "план.txt").write_text("x")
    await house.arrive(house.mail())
    file = await house.office.stage_file(None, tmp_path / "план.txt")
    begun = NewMessage("mail", "Li Wei <li.wei@client.test>", "Заказ 8812", "Ваш заказ готов", (file,), related_id=1)
    await house.office.save_new_message(begun)
    answer = await done(house, to_li(house, attachments=(file.id,), related_id=1))
    assert await house.office.new_message() is None
    assert await house.one("SELECT maybe_related_id FROM conversation WHERE id = ?", (answer.conversation_id,)) == (1,)
    assert answer.message_id is not None
    await done(house, c.TakeBack(answer.message_id))
    back = await house.office.new_message()
    assert back is not None
    assert (back.channel, back.to, back.subject, back.text, back.files, back.related_id) == (
        "mail", "Li Wei <li.wei@client.test>", "Заказ 8812", "Ваш заказ готов", (file,), 1,
    )  # fmt: skip
    assert answer.conversation_id is not None
    assert (await house.office.conversation(answer.conversation_id)).row.status is Status.CLOSED
    assert await house.office.draft(answer.conversation_id) is None
    again = await done(house, to_li(house, back.text, attachments=(file.id,)))
    claim = await send(house, "mail", again.message_id)
    assert [one.name for one in claim.outbound.attachments] == ["план.txt"]


async def test_taken_back_while_another_was_begun_it_stays_in_its_conversation(house: House) -> None:
    answer = await done(house, to_li(house))
    other = NewMessage("mail", "olga@client.test", "", "Добрый день")
    await house.office.save_new_message(other)
    assert answer.message_id is not None
    assert answer.conversation_id is not None
    await done(house, c.TakeBack(answer.message_id))
    draft = await house.office.draft(answer.conversation_id)
    assert draft is not None
    assert draft.text == "Ваш заказ готов"
    assert (await house.office.conversation(answer.conversation_id)).row.status is Status.OPEN
    kept = await house.office.new_message()
    assert kept is not None
    assert (kept.to, kept.text) == ("olga@client.test", "Добрый день")
    # And from there it goes to whom it was meant for.
    sent = await done(house, c.Reply(answer.conversation_id, draft.text))
    assert [one.value for one in (await send(house, "mail", sent.message_id)).outbound.to] == ["li.wei@client.test"]


async def test_a_colleague_takes_it_back_for_its_writer(house: House) -> None:
    answer = await done(house, to_li(house), house.boris)
    assert answer.message_id is not None
    await done(house, c.TakeBack(answer.message_id))
    assert await house.office.new_message() is None
    assert (await house.as_(house.boris).new_message()) is not None


async def test_one_that_failed_waits_with_its_conversation_open(house: House) -> None:
    answer = await done(house, to_li(house))
    house.clock.pass_(seconds=11)
    (claim,) = await house.store.writer.run(
        lambda tx: outbox.claim(tx, [house.channels["mail"]], None, house.clock(), house.store.files, house.rules, DOMAIN)
    )
    await house.store.writer.run(
        lambda tx: outbox.settle(tx, claim.outbound.outbox_id, Failed("no such user"), None, house.clock())
    )
    row = (await house.office.conversation(answer.conversation_id)).row
    assert (row.status, row.failed, row.waiting_since) == (Status.OPEN, 1, None)
    await done(house, c.TakeBack(answer.message_id))
    row = (await house.office.conversation(answer.conversation_id)).row
    assert (row.status, row.failed) == (Status.CLOSED, 0)


async def test_a_message_begun_elsewhere_stays(house: House) -> None:
    await house.office.save_new_message(NewMessage("mail", "olga@client.test", "", "Добрый день"))
    await done(house, to_li(house))
    assert (await house.office.new_message()).text == "Добрый день"


async def test_an_empty_message_is_none_and_what_it_names_no_more_goes(house: House, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    first, second = [await house.office.stage_file(None, tmp_path / "a.txt") for _ in range(2)]
    assert (await house.office.new_message()).files == (first, second)
    await house.office.save_new_message(NewMessage("mail", " ", "", "\n", (second,)))
    assert (await house.office.new_message()).files == (second,)
    await house.office.save_new_message(NewMessage("mail", " ", "", "\n"))
    assert await house.office.new_message() is None
    assert await house.one("SELECT count(*) FROM attachment") == (0,)
    assert await house.one("SELECT count(*) FROM new_message") == (0,)
    await house.office.save_new_message(NewMessage("mail", "", "", "x", related_id=99))
    kept = await house.office.new_message()
    assert (kept.related_id, kept.saved_at) == (None, house.clock())
    assert await house.as_(house.boris).new_message() is None
    await house.office.save_new_message(None)
    assert await house.office.new_message() is None


async def test_a_stored_file_is_staged_once_more(house: House, tmp_path: Path) -> None:
    (tmp_path / "счёт.pdf").write_bytes(b"%PDF")
    await house.arrive(house.mail())
    file = await house.office.stage_file(1, tmp_path / "счёт.pdf")
    await done(house, c.Reply(1, "вот", attachments=(file.id,)))
    for place in (None, 1):
        copy = await house.office.stage_attachment(file.id, place)
        assert (copy.name, copy.size) == ("счёт.pdf", 4)
        assert copy.id != file.id
    assert [one.name for one in (await house.office.new_message()).files] == ["счёт.pdf"]
    assert len((await house.office.draft(1)).files) == 1
    for missing in (99, copy.id):
        with pytest.raises(OfficeError) as caught:
            await house.as_(house.boris).stage_attachment(missing, None)
        assert caught.value.code == "not_found"
    await house.store.writer.run(
        lambda tx: tx.run("UPDATE attachment SET sha256 = NULL, state = 'pending' WHERE id = ?", (file.id,))
    )
    with pytest.raises(OfficeError) as caught:
        await house.office.stage_attachment(file.id, None)
    assert caught.value.code == "not_stored"


async def test_channels_say_with_whom_one_can_begin(house: House) -> None:
    found = {one.name: (one.kind, one.starts, one.subject, one.max_units) for one in await house.office.start_channels()}
    assert found == {"mail": ("email", "any", True, None), "bot": ("telegram", "known", False, 4096)}
