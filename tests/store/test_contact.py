"""Telephone calls and visits written down, on a real store: whose they are, what they leave behind, where they are found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from house import T0, House

from deskterm.channels.manual import ManualChannel
from deskterm.desk import commands as c
from deskterm.desk.card import CardSettings, Required
from deskterm.desk.commands import Done, Refused
from deskterm.desk.commands_customer import LogContact, MergeCustomers
from deskterm.desk.model import Kind, Role, Status
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.query_parse import sure
from deskterm.desk.views import View
from deskterm.store.people import ChannelSpec

MOBILE = "8 (912) 345-67-89"
PHONE = ChannelSpec("phone", "manual", "", True, 3 * 86_400_000)


def number(text: str = MOBILE) -> Address:
    return Address(IdentityKind.PHONE, text)


@pytest.fixture
async def house(open_house: Any) -> House:
    return await open_house(PHONE)


async def log(house: House, text: str = "Спросили про заказ", **more: Any) -> Done:
    answer = await house.office.submit(LogContact(house.channels["phone"], text, **more))
    assert isinstance(answer, Done), answer
    return answer


async def refused(house: House, text: str = "Спросили про заказ", **more: Any) -> Refused:
    answer = await house.office.submit(LogContact(more.pop("channel", house.channels["phone"]), text, **more))
    assert isinstance(answer, Refused), answer
    return answer


async def state(house: House, conversation_id: int | None) -> Any:
    return await house.one(
        "SELECT status, waiting_since IS NOT NULL, asked, unread, assignee_id, message_count, customer_id FROM conversation"
        " WHERE id = ?",
        (conversation_id,),
    )


async def test_a_call_from_a_new_number_makes_a_card_and_a_conversation(house: House):
    done = await log(house, name="Ольга", address=number(), duration_s=180)
    assert (done.conversation_id, done.customer_id) == (1, 1)
    assert await house.all("SELECT kind, value, proof, customer_id FROM identity") == [("phone", "+79123456789", "entered", 1)]
    assert await state(house, 1) == ("open", 0, 0, 0, house.anna.id, 1, 1)
    (row,) = (await house.office.messages(1)).rows
    assert (row.kind, row.author, row.sender, row.text) == (Kind.INCOMING, "Ольга", "+79123456789", "Спросили про заказ")
    assert (row.duration_s, row.outcome, row.delivery, row.channel) == (180, "open", None, "phone")


@pytest.mark.parametrize(
    ("incoming", "outcome", "expected"),
    [
        (True, "open", ("open", 0)),
        (True, "solved", ("closed", 0)),
        (True, "call_back", ("open", 1)),
        (True, "no_answer", ("open", 1)),
        (False, "open", ("open", 0)),
        (False, "solved", ("closed", 0)),
        (False, "call_back", ("open", 1)),
        (False, "no_answer", ("open", 0)),
    ],
)
async def test_what_is_left_of_a_contact(house: House, incoming: bool, outcome: str, expected: tuple[str, int]):
    done = await log(house, name="Ольга", incoming=incoming, outcome=outcome)
    assert (await state(house, done.conversation_id))[:2] == expected
    assert await house.one("SELECT count(*) FROM outbox") == (0,)


async def test_the_same_number_is_the_same_customer_however_it_is_said(house: House):
    first = await log(house, name="Ольга", address=number())
    for said in ("+7 912 345 67 89", "9123456789", "7 912 345-67-89", "8-912-345-67-89 доб. 3"):
        again = await log(house, address=number(said))
        assert again.customer_id is None
        assert (await state(house, again.conversation_id))[6] == first.customer_id


async def test_a_contact_of_a_known_customer_by_mail(house: House):
    await house.arrive(house.mail())
    done = await log(house, customer_id=1)
    assert done.customer_id is None
    (row,) = (await house.office.messages(done.conversation_id or 0)).rows
    assert (row.author, row.sender) == ("Ольга К.", "")


async def test_a_card_by_name_alone(house: House):
    done = await log(house, "Зашла за чеком", name="  Ольга\nК. ")
    assert await house.one("SELECT name FROM customer WHERE id = ?", (done.customer_id,)) == ("Ольга К.",)
    assert await house.all("SELECT * FROM participant") == []


async def test_a_contact_of_one_who_was_merged_is_the_survivors(house: House):
    await house.arrive(house.mail())
    await house.arrive(house.chat())
    assert isinstance(await house.office.submit(MergeCustomers(1, 2)), Done)
    done = await log(house, customer_id=2)
    assert (await state(house, done.conversation_id))[6] == 1


async def test_a_call_in_an_open_conversation_ends_the_wait_and_an_answer_still_goes_by_mail(house: House):
    await house.arrive(house.mail())
    assert (await state(house, 1))[1] == 1
    done = await log(house, conversation_id=1, incoming=False, duration_s=60)
    assert done.conversation_id == 1
    assert await state(house, 1) == ("open", 0, 0, 0, house.anna.id, 2, 1)
    detail = await house.office.conversation(1)
    assert detail is not None
    assert [who.value for who in detail.reply_to] == ["olga@client.test"]
    assert isinstance(await house.office.submit(c.Reply(1, "Как договорились")), Done)
    assert await house.one("SELECT channel_id FROM outbox") == (house.channels["mail"],)


async def test_a_call_about_a_closed_matter_opens_it_unless_it_is_solved(house: House):
    await house.arrive(house.mail())
    await house.office.submit(c.Close(1))
    await log(house, conversation_id=1, outcome="solved")
    assert (await state(house, 1))[0] == Status.CLOSED.value
    await log(house, conversation_id=1, outcome="call_back")
    assert (await state(house, 1))[:3] == ("open", 1, 1)


async def test_nothing_can_be_sent_there(house: House):
    done = await log(house, name="Ольга", address=number())
    answer = await house.office.submit(c.Reply(done.conversation_id or 0, "Добрый день"))
    assert isinstance(answer, Refused)
    assert answer.code == "by_hand"
    assert "phone" not in [one.name for one in await house.office.start_channels()]


async def test_it_counts_as_a_conversation_everywhere(house: House):
    await log(house, "Спросила про самовар", name="Ольга", address=number())
    counts = await house.office.counts()
    assert (counts.views[View.INBOX], counts.views[View.MINE]) == (1, 1)
    found = await house.office.conversations(sure("самовар"))
    assert [row.id for row in found.rows] == [1]
    assert (found.rows[0].customer, found.rows[0].preview) == ("Ольга", "Спросила про самовар")
    assert [row.id for row in await house.office.customers("912345")] == []
    assert [row.name for row in await house.office.customers("+7912345")] == ["Ольга"]


async def test_it_is_in_the_journal_without_words(house: House):
    done = await log(house, "Тайна", name="Ольга", address=number(), duration_s=60, outcome="solved")
    rows = await house.all("SELECT kind, data FROM journal WHERE command_id = ? ORDER BY seq", (done.command_id,))
    kinds = [row[0] for row in rows]
    assert kinds[:2] == ["customer_added", "identity_added"]
    assert kinds[2:6] == ["conversation_opened", "participant_added", "contact_logged", "assigned"]
    assert kinds[6] == "conversation_closed"
    assert not any("Тайна" in row[1] or "Ольга" in row[1] or "912" in row[1] for row in rows)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"outcome": "maybe"}, "bad_outcome"),
        ({"duration_s": -1}, "bad_duration"),
        ({"duration_s": 24 * 3600 + 1}, "bad_duration"),
        ({"text": " \u200b"}, "empty_contact"),
        ({"text": "я" * 100_001}, "too_long"),
        ({"address": number("12")}, "bad_address"),
        ({"address": Address(IdentityKind.EMAIL, "nobody")}, "bad_address"),
        ({"name": " "}, "name_wanted"),
        ({"customer_id": 99}, "not_found"),
        ({"conversation_id": 99}, "not_found"),
        ({"channel": 99}, "not_found"),
        ({"channel": 1}, "not_by_hand"),
    ],
)
async def test_what_is_no_contact(house: House, more: dict[str, Any], code: str):
    more = {"name": "Ольга", **more}
    if "customer_id" in more:
        del more["name"]
    assert (await refused(house, **more)).code == code
    assert await house.one("SELECT count(*) FROM conversation") == (0,)


async def test_a_call_that_nobody_took_needs_no_words(house: House):
    done = await log(house, "", address=number(), outcome="no_answer")
    assert (await house.one("SELECT title FROM conversation WHERE id = ?", (done.conversation_id,))) == ("+79123456789",)


async def test_a_viewer_logs_nothing(house: House):
    office = house.as_(replace(house.boris, role=Role.VIEWER))
    answer = await office.submit(LogContact(house.channels["phone"], "текст", name="Ольга"))
    assert isinstance(answer, Refused)
    assert answer.code == "viewer"


async def test_when_it_was(house: House):
    await log(house, name="Ольга", at=T0 - timedelta(hours=2))
    assert (await house.office.messages(1)).rows[0].at == T0 - timedelta(hours=2)
    await log(house, name="Егор", at=T0 + timedelta(hours=2))
    assert (await house.office.messages(2)).rows[0].at == T0


async def test_solved_by_telephone_wants_the_card_filled_in_as_well(house: House):
    wanted = CardSettings(required=(Required(("name", "identity:email"), channels=("phone",)),))
    house.rules = replace(house.rules, card=wanted)
    house.office = house.as_(house.anna)
    answer = await refused(house, name="Ольга", address=number(), outcome="solved")
    assert (answer.code, answer.values) == ("fields_wanted", {"fields": "identity:email"})
    await log(house, name="Ольга", address=Address(IdentityKind.EMAIL, "olga@client.test"), outcome="solved")
    answer = await refused(house, address=number(), outcome="solved")
    assert answer.values == {"fields": "name, identity:email"}


async def test_the_channel_says_that_all_is_well():
    from deskterm.settings import ManualSettings

    (step,) = await ManualChannel.of(ManualSettings("phone", "manual"), "desk.test").check()
    assert (step.ok, step.detail) == (True, "telephone calls are logged by hand")


async def test_what_was_closed_before_a_call_does_not_wait_again_when_that_is_undone(house: House):
    await house.arrive(house.mail())
    closed = await house.office.submit(c.Close(1))
    assert isinstance(closed, Done)
    await log(house, conversation_id=1, outcome="solved")
    assert isinstance(await house.office.submit(c.Undo(closed.command_id)), Done)
    assert (await state(house, 1))[:3] == ("open", 0, 0)
