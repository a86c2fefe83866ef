"""Erasing a person goes through every table: also what stands of them outside of their own card and conversations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from erased_home import forms, left_of
from house import House
from mail_desk import MailDesk, mail
from test_erasing import ALL, CHAT, HER_WORDS, MAIL, NAME, OUR_WORDS, Desk, fill

from deskterm.desk import commands as c
from deskterm.desk import commands_customer as cc
from deskterm.desk.commands import Done
from deskterm.desk.commands_time import AddTask, ChangeTask, Promised, Remind
from deskterm.desk.likeness import keys
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.rows import SavedView

OTHERS_MAIL = "tihon@yablochko.test"
PHONE = "+79123456789"

CONFIGURED = {
    "alembic_version": "the schema's version",
    "channel": "the configuration's channels",
    "checkpoint": "how far a channel has read",
    "company": "firms, who stay when one of their people goes",
    "company_word": "words of firms' names",
    "conversation_tag": "numbers of conversations by tag",
    "counter": "counts",
    "journal": "what was done, in codes and numbers",
    "duplicate": "pairs of numbers, with a code",
    "lease": "which process serves the channels",
    "meta": "what the store knows of itself",
    "notice": "codes and numbers of what operators are told",
    "notice_choice": "by which ways operators are told",
    "notice_delivery": "what became of notices; what mail servers say of operators' addresses",
    "notice_person": "addresses and chats of those who work here",
    "operator": "those who work here",
    "operator_address": "addresses of those who work here",
    "participant": "who takes part, by number, with a code",
    "sequence": "the next numbers",
    "server_copy": "where a copy lies on the mail server, by number",
    "server_count": "how many copies a folder of the mail server holds",
    "sla_alarm": "which alarms were rung, by codes and numbers",
    "sla_clock": "how long promised times ran, in codes and numbers",
    "sqlite_sequence": "the next numbers",
    "tag": "the desk's own labels",
    "team": "the desk's own teams",
    "tombstone": "keyed hashes",
    "undo_entry": "numbers of commands",
}
"""Tables with text in which no customer's words can stand, and what they hold instead."""
_SHADOW = ("_config", "_data", "_docsize", "_idx")
"""How FTS5 calls the tables of its own; what stands in them is packed, and found by searching the bytes of the file."""


async def holding(house: House, words: tuple[str, ...]) -> tuple[set[str], dict[str, Any]]:
    """Return the tables that can hold words, and of those that hold some of these a row that does."""
    sought = forms(words)
    able, found = set(), {}
    for (table,) in await house.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"):
        if table.endswith(_SHADOW):
            continue
        columns = await house.all(f'SELECT name, upper(type) FROM pragma_table_info("{table}")')
        if any(kind not in ("INTEGER", "BOOLEAN", "REAL", "FLOAT") for _name, kind in columns):
            able.add(table)
        for row in await house.all(f'SELECT * FROM "{table}"'):
            cells = [cell.encode() if isinstance(cell, str) else cell for cell in row if isinstance(cell, str | bytes)]
            if any(word in cell for cell in cells for word in sought):
                found[table] = row
    return able, found


async def spread(desk: Desk) -> int:
    """Put the person into the tables that `fill` leaves out; returns the card."""
    house = desk.house
    card, _group = await fill(desk)
    submit = house.office.submit
    commands = (
        cc.AddIdentity(card, Address(IdentityKind.PHONE, PHONE, NAME)),
        cc.EditCustomer(card, company="Журавлик", language="ru", add_tags=("постоянная",)),
    )
    for command in commands:
        assert isinstance(await submit(command), Done), command
    for task in (
        AddTask(HER_WORDS[0], f"> {HER_WORDS[0]}", checklist=((NAME, False),), message_id=1),
        AddTask(HER_WORDS[1], customer_id=card),
        AddTask(f"Ответить {NAME} на {MAIL}", PHONE, checklist=((f"письмо {MAIL.upper()}", True),)),
    ):
        done = await submit(task)
        assert isinstance(done, Done), done
        assert isinstance(await submit(ChangeTask(done.task_id or 0, title=f"{NAME} {MAIL}")), Done)
    later = house.clock() + timedelta(hours=1)
    for reminder in (
        Remind(later, HER_WORDS[0], conversation_id=1),
        Remind(later, NAME, customer_id=card),
        Remind(later, HER_WORDS[1], task_id=1),
        Remind(later, f"Позвонить {NAME}, {PHONE}, потом пить чай"),
    ):
        assert isinstance(await submit(reminder), Done)
    promised = (Promised(later, f"{OUR_WORDS[0]} {MAIL}", remind=True),)
    draft = await house.office.draft(1)  # which a reply takes along
    assert isinstance(await submit(c.Reply(1, OUR_WORDS[0], anyway=True, promises=promised)), Done)
    if draft is not None:
        await house.office.save_draft(draft)
    await house.office.save_view(SavedView(0, NAME, f'"{MAIL}"', 3))
    await house.office.save_view(SavedView(0, "мои", "is:open", 4))
    await house.store.writer.run(
        lambda tx: tx.run(
            "INSERT INTO thread_alias (channel_id, thread_key, now_key) SELECT channel_id, ?, thread_key FROM conversation"
            " WHERE thread_key = ?",
            (f"-{CHAT}", CHAT),
        )
    )
    return card


async def test_no_table_says_anything_of_them(house: House) -> None:
    """Whoever adds a table with text says here that it holds no customer's words, or has them put into it and erased."""
    card = await spread(Desk(house))
    words = (*ALL, PHONE, *keys(NAME))
    able, before = await holding(house, words)
    assert able - before.keys() - CONFIGURED.keys() == set()
    assert before.keys() & CONFIGURED.keys() == set()
    await house.office.erase_customer(card)
    assert (await holding(house, words))[1] == {}
    assert left_of(house.store.home, (*ALL, PHONE)) == {}
    assert await house.all("SELECT name, query FROM saved_view") == [("мои", "is:open")]
    assert await house.all("SELECT title, description, checklist FROM task ORDER BY id") == [
        ("—", "", "[]"),
        ("—", "", "[]"),
        ("— —", "—", '[["письмо —",1]]'),
    ]
    said = await house.all("SELECT words FROM reminder UNION SELECT words FROM promise ORDER BY words")
    assert said == [("",), ("Позвонить —, —, потом пить чай",)]


# --- addresses that were taken off the card


async def test_an_address_taken_off_before_goes_too(house: House) -> None:
    desk = MailDesk(house)
    await desk.take(mail(f"Xenia Zzyzx <{MAIL}>", text="Hello"))
    await house.office.submit(cc.AddIdentity(1, Address(IdentityKind.PHONE, PHONE, NAME)))
    (phone,) = await house.one("SELECT id FROM identity WHERE kind = 'phone'")
    assert isinstance(await house.office.submit(cc.RemoveIdentity(phone)), Done)
    await house.office.erase_customer(1)
    assert (await holding(house, (MAIL, NAME, PHONE)))[1] == {}
    assert left_of(house.store.home, (MAIL, NAME, PHONE)) == {}


async def test_an_address_that_is_somebody_elses_now_stays(house: House) -> None:
    desk = MailDesk(house)
    await desk.take(mail(f"Xenia <{MAIL}>", text="Hello"))
    await desk.take(mail(f"Tihon <{OTHERS_MAIL}>", text="Hello"))
    await house.office.submit(cc.AddIdentity(1, Address(IdentityKind.PHONE, PHONE)))
    (phone,) = await house.one("SELECT id FROM identity WHERE kind = 'phone'")
    await house.office.submit(cc.RemoveIdentity(phone))
    await house.office.submit(cc.AddIdentity(2, Address(IdentityKind.PHONE, PHONE)))
    assert await house.one("SELECT customer_id, home_id FROM identity WHERE id = ?", (phone,)) == (2, None)
    await house.office.erase_customer(1)
    assert await house.one("SELECT customer_id, value FROM identity WHERE id = ?", (phone,)) == (2, PHONE)
    assert left_of(house.store.home, (MAIL,)) == {}


async def test_an_address_taken_off_a_merged_card_does_not_come_back_by_parting(house: House) -> None:
    desk = MailDesk(house)
    await desk.take(mail(f"Xenia <{MAIL}>", text="Hello"))
    await desk.take(mail(f"Tihon <{OTHERS_MAIL}>", text="Hello"))
    await house.office.submit(cc.AddIdentity(2, Address(IdentityKind.PHONE, PHONE)))
    (phone,) = await house.one("SELECT id FROM identity WHERE kind = 'phone'")
    for command in (cc.MergeCustomers(1, 2), cc.RemoveIdentity(phone), cc.PartCustomer(2)):
        assert isinstance(await house.office.submit(command), Done), command
    assert await house.one("SELECT customer_id, home_id FROM identity WHERE id = ?", (phone,)) == (None, 2)
    await house.office.erase_customer(2)
    assert left_of(house.store.home, (PHONE, OTHERS_MAIL)) == {}
    assert await house.one("SELECT value FROM identity WHERE customer_id = 1") == (MAIL,)


async def test_whose_address_it_was_decides_nothing_of_what_comes_from_it(house: House) -> None:
    desk = MailDesk(house)
    await desk.take(mail(f"Xenia <{MAIL}>", text="Hello"))
    await house.office.submit(cc.AddIdentity(1, Address(IdentityKind.EMAIL, OTHERS_MAIL)))
    (other,) = await house.one("SELECT id FROM identity WHERE value = ?", (OTHERS_MAIL,))
    await house.office.submit(cc.RemoveIdentity(other))
    done = await house.office.submit(
        c.StartConversation(house.channels["mail"], Address(IdentityKind.EMAIL, OTHERS_MAIL), "Hi", subject="Hi")
    )
    assert isinstance(done, Done), done
    row = await house.one(
        "SELECT c.home_customer_id, i.home_id, c.customer_id = i.customer_id, i.customer_id <> 1 FROM conversation c"
        " JOIN identity i ON i.id = ? WHERE c.id = ?",
        (other, done.conversation_id),
    )
    assert row == (None, None, 1, 1)


# --- cards that have nothing but their address for a name


@pytest.fixture
async def form(house: House) -> MailDesk:
    """A mailbox to which the person has written, and then a form of our own site in their name."""
    desk = MailDesk(house)
    await desk.take(mail(f"Xenia <{MAIL}>", text="Hello"))
    await desk.take(mail("Shop <support@desk.test>", f"Reply-To: {MAIL}", text="please call"))
    assert await house.one("SELECT name FROM customer WHERE id = 2") == (MAIL,)
    return desk


async def test_the_card_of_a_form_is_not_called_by_an_erased_address(house: House, form: MailDesk) -> None:
    await house.office.erase_customer(1)
    assert (await holding(house, (MAIL,)))[1] == {}
    assert left_of(house.store.home, (MAIL,)) == {}
    assert await house.all("SELECT name, erased_at FROM customer WHERE id = 2") == [("", None)]
    assert await house.all("SELECT title FROM conversation WHERE customer_id = 2") == [("—",)]
    card = await house.office.customer(2)
    assert card is not None
    assert card.message_count == 1
    assert await house.all("SELECT text FROM message WHERE text <> ''") == [("please call",)]


async def test_nor_was_it_before_it_got_another_name(house: House, form: MailDesk) -> None:
    assert isinstance(await house.office.submit(cc.EditCustomer(2, name="Form Filler")), Done)
    await house.office.erase_customer(1)
    assert (await holding(house, (MAIL,)))[1] == {}
    assert left_of(house.store.home, (MAIL,)) == {}
    assert await house.one("SELECT name FROM customer WHERE id = 2") == ("Form Filler",)


async def test_an_answer_to_a_form_keeps_no_erased_address(house: House, form: MailDesk) -> None:
    (conversation,) = await house.one("SELECT id FROM conversation WHERE customer_id = 2")
    await form.answer(conversation, OUR_WORDS[0])
    await house.office.erase_customer(1)
    assert (await holding(house, (MAIL,)))[1] == {}
    assert left_of(house.store.home, (MAIL,)) == {}


async def test_who_only_has_a_longer_address_keeps_it(house: House) -> None:
    desk = MailDesk(house)
    await desk.take(mail(f"Xenia <{MAIL}>", text="Hello"))
    await desk.take(mail(f"<anna-{MAIL}>", text="Hello"))
    await house.office.erase_customer(1)
    assert await house.one("SELECT name FROM customer WHERE id = 2") == (f"anna-{MAIL}",)
    assert await house.one("SELECT value FROM identity WHERE customer_id = 2") == (f"anna-{MAIL}",)
