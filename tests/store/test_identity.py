"""Recognising people on a real store: the same address the same card, what is proven, claimed, shared, merged by the desk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from house import House

from deskterm.desk import commands as c
from deskterm.desk.card import CardField, CardSettings, FieldType, Label
from deskterm.desk.commands import Done
from deskterm.desk.commands_customer import (
    AddCustomer,
    DismissDuplicate,
    EditCustomer,
    LogContact,
    MergeCustomers,
    PartCustomer,
    ShareIdentity,
)
from deskterm.desk.model import Held, Origin
from deskterm.desk.post import Address, IdentityKind, Inbound
from deskterm.store.people import ChannelSpec

NUMBER = "+79123456789"
PHONE = Address(IdentityKind.PHONE, NUMBER)
CARD = CardSettings(fields=(CardField("mobile", FieldType.PHONE, Label("mobile")),))


@pytest.fixture
async def house(open_house: Any) -> House:
    house: House = await open_house(ChannelSpec("phone", "manual", "", True, 0))
    house.rules = replace(house.rules, card=CARD)
    house.office = house.as_(house.anna)
    return house


async def act(house: House, command: c.Command) -> Done:
    answer = await house.office.submit(command)
    assert isinstance(answer, Done), answer
    return answer


async def identities(house: House) -> list[Any]:
    return await house.all("SELECT value, customer_id, proof FROM identity ORDER BY id")


async def doubles(house: House) -> list[Any]:
    return await house.all(
        "SELECT low_id, high_id, reason FROM duplicate WHERE state = 'open' AND reason <> 'name' ORDER BY id"
    )


async def customers(house: House) -> list[Any]:
    return await house.all("SELECT id, merged_into_id FROM customer ORDER BY id")


def contact(house: House, user: str = "7", **more: Any) -> Inbound:
    """A Telegram contact that is the writer's own."""
    return house.chat("", user, proven=True, shared=(PHONE,), **more)


def form(house: House, reply_to: str, text: str = "Перезвоните") -> Inbound:
    return house.mail(text, "support@desk.test", origin=Origin.OWN, reply_to=reply_to, name="Сайт")


async def test_a_card_at_first_contact(house: House):
    await house.arrive(house.mail("Where is my parcel?", proven=True))
    assert await house.all("SELECT name, language FROM customer") == [("Ольга К.", "en")]
    assert await identities(house) == [("olga@client.test", 1, "verified")]
    await house.arrive(house.mail("again"))
    await house.arrive(house.chat(proven=True))
    assert [row[1:] for row in await identities(house)] == [(1, "verified"), (2, "verified")]


async def test_better_proof_is_kept(house: House):
    await house.arrive(house.mail())
    assert await identities(house) == [("olga@client.test", 1, "written")]
    await house.arrive(house.mail(proven=True))
    await house.arrive(house.mail())
    assert await identities(house) == [("olga@client.test", 1, "verified")]


async def test_who_was_in_copy_has_written_nothing_yet(house: House):
    await house.arrive(house.mail(cc=(Address(IdentityKind.EMAIL, "egor@client.test"),)))
    assert (await identities(house))[1] == ("egor@client.test", None, "claimed")
    await house.arrive(house.mail("это я", "egor@client.test", name="Егор"))
    assert (await identities(house))[1] == ("egor@client.test", 2, "written")


# --- claims


async def test_a_number_typed_in_a_text_is_a_claim_and_only_suggests(house: House):
    await act(house, AddCustomer("Ольга", (PHONE,)))
    await house.arrive(house.chat("мой телефон 8 (912) 345-67-89, почта olga@client.test"))
    assert await house.all("SELECT kind, value, customer_id, evidence FROM claim ORDER BY kind") == [
        ("email", "olga@client.test", 2, "typed"),
        ("phone", NUMBER, 2, "typed"),
    ]
    assert await doubles(house) == [(1, 2, "phone")]
    assert await customers(house) == [(1, None), (2, None)]
    assert await identities(house) == [(NUMBER, 1, "entered"), ("7", 2, "written")]
    await house.arrive(house.mail())
    assert await doubles(house) == [(1, 2, "phone"), (2, 3, "email")]


async def test_said_twice_is_said_once(house: House):
    for _ in range(2):
        await house.arrive(house.chat("телефон 89123456789"))
    assert await house.one("SELECT count(*) FROM journal WHERE kind = 'claim_made'") == (1,)


@pytest.mark.parametrize(
    "text",
    [
        "пишите на support@desk.test или SUPPORT+x@desk.test",
        "ответ от no-reply@shop.test",
        "заказ 5531000123",
        "> 8 912 345-67-89 писали вы",
    ],
)
async def test_what_is_no_claim(house: House, text: str):
    quoted = text.index(">") if ">" in text else None
    await house.arrive(house.mail(text, quoted_from=quoted))
    assert await house.all("SELECT * FROM claim") == []


async def test_groups_and_long_talks_are_not_searched(house: House):
    await house.arrive(house.chat("звоните 89123456789", thread_key="-100", group="Дом 5"))
    for n in range(7):
        await house.arrive(house.chat(f"{n}"))
    await house.arrive(house.chat("мой 89123456789"))
    assert await house.all("SELECT * FROM claim") == []


async def test_reply_to_is_a_claim(house: House):
    await house.arrive(house.mail(sender="egor@client.test", name="Егор"))
    await house.arrive(house.mail(reply_to="egor@client.test"))
    assert await house.all("SELECT value, customer_id, evidence FROM claim") == [("egor@client.test", 2, "reply_to")]
    assert await doubles(house) == [(1, 2, "email")]


async def test_a_number_in_a_field_of_a_card_is_found(house: House):
    await act(house, AddCustomer("Ольга"))
    await act(house, EditCustomer(1, values=(("mobile", NUMBER),)))
    await house.arrive(house.chat("мой 8 912 345 67 89"))
    assert await doubles(house) == [(1, 2, "phone")]


async def test_addresses_that_differ_by_a_plus_suggest(house: House):
    await house.arrive(house.mail(sender="olga+shop@client.test"))
    await house.arrive(house.mail(sender="olga@client.test"))
    assert await doubles(house) == [(1, 2, "plus")]
    assert await customers(house) == [(1, None), (2, None)]


async def test_a_firms_box_suggests_nothing(house: House):
    await house.arrive(house.chat("наша почта info@client.test"))
    await house.arrive(house.mail(sender="info@client.test", name="ООО Чайка"))
    await house.arrive(house.mail(sender="info+anna@client.test", name="Анна"))
    assert await doubles(house) == []
    await house.arrive(house.mail(sender="info@client.test", name="Пётр"))
    assert [row[1] for row in await identities(house)] == [1, 2, 3]


async def test_what_many_say_is_theirs_and_is_nobodys_makes_three_pairs(house: House):
    for user in range(10, 17):
        for _ in range(2):
            await house.arrive(house.chat("такси 8 912 345-67-89", str(user)))
    assert await house.one("SELECT count(*) FROM claim") == (7,)
    assert await house.one("SELECT count(*) FROM journal WHERE kind = 'claim_made'") == (7,)
    assert await doubles(house) == [(1, 2, "phone"), (1, 3, "phone"), (2, 3, "phone")]


async def test_the_owner_is_found_among_many_who_say_it_is_theirs(house: House):
    for user in range(10, 17):
        await house.arrive(house.chat("почта olga@client.test", str(user)))
    before = await doubles(house)
    await house.arrive(house.mail(name="Ольга"))
    assert [pair for pair in await doubles(house) if pair not in before] == [(n, 8, "email") for n in range(1, 6)]
    await house.arrive(house.mail("моя другая почта olga@client.test", "olga2@client.test", name="Ольга Вторая"))
    assert [pair[:2] for pair in await doubles(house) if 9 in pair] == [(8, 9)]


async def test_a_field_of_a_card_comes_before_what_people_say(house: House):
    await act(house, AddCustomer("Ольга"))
    await act(house, EditCustomer(1, values=(("mobile", NUMBER),)))
    for user in range(10, 17):
        await house.arrive(house.chat("мой 8 912 345 67 89", str(user)))
    assert await doubles(house) == [(1, n, "phone") for n in range(2, 9)]


# --- forms


async def test_a_form_from_a_stranger(house: House):
    await house.arrive(form(house, "olga@client.test"))
    assert await identities(house) == [("olga@client.test", 1, "claimed")]
    await house.arrive(form(house, "olga@client.test"))
    assert await customers(house) == [(1, None)]
    await house.arrive(house.mail())
    assert await identities(house) == [("olga@client.test", 1, "written")]


async def test_a_form_in_a_known_customers_name_shows_nothing_of_theirs(house: House):
    await house.arrive(house.mail())
    await house.arrive(form(house, "olga@client.test"))
    assert await customers(house) == [(1, None), (2, None)]
    assert await house.one("SELECT customer_id FROM conversation WHERE id = 2") == (2,)
    assert await house.all("SELECT identity_id, role FROM participant WHERE conversation_id = 2") == [(1, "claimed")]
    assert await doubles(house) == [(1, 2, "email")]
    (row,) = (await house.office.messages(2)).rows
    assert (row.author, row.sender) == ("olga@client.test", "")
    detail = await house.office.conversation(2)
    assert detail is not None
    assert [who.value for who in detail.reply_to] == ["olga@client.test"]
    assert isinstance(await house.office.submit(c.Reply(2, "Перезвоним")), Done)


# --- numbers that their owners share


async def test_a_shared_number_becomes_the_senders(house: House):
    await house.arrive(house.chat(proven=True))
    await house.arrive(contact(house))
    assert await identities(house) == [("7", 1, "verified"), (NUMBER, 1, "verified")]


async def test_a_shared_number_joins_the_cards_and_the_thread_says_so(house: House):
    done = await act(house, LogContact(house.channels["phone"], "Звонила", name="Ольга", address=PHONE))
    await house.arrive(house.chat(proven=True))
    await house.arrive(contact(house))
    assert await customers(house) == [(1, None), (2, 1)]
    assert await identities(house) == [(NUMBER, 1, "verified"), ("7", 1, "verified")]
    assert await house.all("SELECT id, customer_id, home_customer_id, title FROM conversation ORDER BY id") == [
        (done.conversation_id, 1, None, "Ольга"),
        (2, 1, 2, "Ольга"),
    ]
    assert await house.one("SELECT kind, placeholder, text FROM message ORDER BY id DESC LIMIT 1") == (
        "activity",
        "recognised",
        "2",
    )
    await house.arrive(house.chat("ещё вопрос", proven=True))
    assert await house.one("SELECT count(*) FROM conversation WHERE customer_id = 1") == (2,)


async def test_a_newcomer_who_begins_with_the_number(house: House):
    await act(house, AddCustomer("Ольга", (PHONE,)))
    await house.arrive(contact(house))
    assert await customers(house) == [(1, None), (2, 1)]
    assert await house.one("SELECT customer_id, home_customer_id, title FROM conversation") == (1, 2, "Ольга")


async def test_what_the_desk_joined_an_operator_parts_and_it_stays_parted(house: House):
    await act(house, AddCustomer("Ольга", (PHONE,)))
    await house.arrive(contact(house))
    await act(house, PartCustomer(2))
    assert await identities(house) == [(NUMBER, 1, "verified"), ("7", 2, "verified")]
    assert await house.one("SELECT customer_id, home_customer_id FROM conversation") == (2, None)
    await act(house, DismissDuplicate(1, 2))
    await house.arrive(contact(house))
    assert await customers(house) == [(1, None), (2, None)]


async def test_a_shared_number_that_was_only_claimed_suggests(house: House):
    await house.arrive(house.chat("мой 89123456789", "8"))
    await house.arrive(contact(house))
    assert await identities(house) == [("8", 1, "written"), ("7", 2, "verified"), (NUMBER, 2, "verified")]
    assert await doubles(house) == [(1, 2, "phone")]


async def test_a_number_that_several_people_use_joins_nothing(house: House):
    await act(house, AddCustomer("Ольга", (PHONE,)))
    await act(house, ShareIdentity(1))
    await house.arrive(contact(house))
    assert await customers(house) == [(1, None), (2, None)]
    assert await doubles(house) == []


# --- merged cards


async def test_after_a_merge_every_address_finds_the_card_that_stayed(house: House):
    await house.arrive(house.mail())
    await house.arrive(house.chat("мой 89123456789"))
    await act(house, MergeCustomers(1, 2))
    await act(house, c.Close(2))
    house.clock.pass_(days=4)
    await house.arrive(house.chat("новое дело"))
    assert await house.one("SELECT customer_id, home_customer_id, previous_id FROM conversation ORDER BY id DESC LIMIT 1") == (
        1,
        2,
        2,
    )
    await house.arrive(house.chat("тоже мой: 8 912 345-67-89", "8"))
    assert await doubles(house) == [(1, 3, "phone")]
    await act(house, PartCustomer(2))
    assert await house.all("SELECT customer_id, home_customer_id FROM conversation ORDER BY id") == [
        (1, None),
        (2, None),
        (2, None),
        (3, None),
    ]


# --- groups


async def test_a_group_with_people_and_an_anonymous_admin(house: House):
    group = {"thread_key": "-100", "group": "Дом 5"}
    assert await house.arrive(house.chat("когда?", "7", **group)) is Held.STORED
    await house.arrive(house.chat("завтра", "-100", name="Дом 5", **group))
    await house.arrive(house.chat("спасибо", "8", name="Вера", **group))
    assert await house.all("SELECT customer_id, is_group, title FROM conversation") == [(None, 1, "Дом 5")]
    assert await house.all("SELECT value, customer_id FROM identity ORDER BY id") == [("7", 1), ("-100", None), ("8", 2)]
    assert await house.all("SELECT DISTINCT role FROM participant") == [("member",)]
    rows = (await house.office.messages(1)).rows
    assert [row.author for row in rows] == ["Тарас", "Дом 5", "Вера"]


async def test_the_journal_holds_no_address(house: House):
    await act(house, AddCustomer("Ольга", (PHONE,)))
    await house.arrive(
        house.mail("мой 89123456789", reply_to="egor@client.test", cc=(Address(IdentityKind.EMAIL, "x@y.test"),))
    )
    await house.arrive(contact(house, name="Тарас"))
    for (data,) in await house.all("SELECT data FROM journal"):
        assert not any(word in data for word in ("912", "client.test", "y.test", "Тарас", "Ольга"))
