"""Fields that must be filled in: closing without them is refused on every way there is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from deskterm.desk import commands as c
from deskterm.desk.card import CardField, CardSettings, FieldType, Label, Required, default_blocks
from deskterm.desk.commands import Done, Refused
from deskterm.desk.required import asked
from deskterm.store.office import StoreOffice

FIELDS = tuple(CardField(key, FieldType.TEXT, Label(key)) for key in ("size", "city"))


def card(*rules: Required) -> CardSettings:
    return CardSettings(fields=FIELDS, blocks=default_blocks(FIELDS), required=rules)


def office(house: Any, *rules: Required) -> StoreOffice:
    house.rules = replace(house.rules, card=card(*rules))
    made: StoreOffice = house.as_(house.anna)
    return made


async def fill(house: Any, **values: str) -> None:
    def write(tx: Any) -> None:
        for key, value in values.items():
            tx.run("INSERT OR REPLACE INTO customer_value (customer_id, field, value) VALUES (1, ?, ?)", (key, value))

    await house.store.writer.run(write)


async def status(house: Any, conversation_id: int = 1) -> str:
    return str((await house.one("SELECT status FROM conversation WHERE id = ?", (conversation_id,)))[0])


async def test_closing_wants_what_is_missing_and_nothing_gets_round_it(house: Any) -> None:
    await house.arrive(house.mail())
    desk = office(house, Required(("city", "identity:phone")), Required(("size",), channels=("mail",)))
    refused = Refused("fields_wanted", {"fields": "identity:phone, size, city"})
    assert await desk.submit(c.Close(1)) == refused
    assert await desk.submit(c.Close(1, without_tags=True)) == refused
    assert await desk.submit(c.Reply(1, "done", close=True, without_tags=True, anyway=True)) == refused
    assert await desk.missing_fields(1) == ("identity:phone", "size", "city")
    assert await status(house) == "open"
    await fill(house, size="M", city="")
    assert await desk.missing_fields(1) == ("identity:phone", "city")
    await fill(house, city="Omsk")
    await house.store.writer.run(
        lambda tx: tx.run(
            "INSERT INTO identity (id, customer_id, kind, value, name, unreachable, created_at)"
            " VALUES (99, 1, 'phone', '+79120000000', '', 0, 0)"
        )
    )
    assert await desk.missing_fields(1) == ()
    assert isinstance(await desk.submit(c.Reply(1, "done", close=True)), Done)
    assert await status(house) == "closed"


async def test_an_answer_that_leaves_it_open_wants_nothing(house: Any) -> None:
    await house.arrive(house.mail())
    desk = office(house, Required(("size",)))
    assert isinstance(await desk.submit(c.Reply(1, "a moment")), Done)
    assert isinstance(await desk.submit(c.Snooze(1, None)), Done)


async def test_rules_hold_where_they_are_for(house: Any) -> None:
    await house.arrive(house.mail())
    assert await office(house, Required(("size",), channels=("bot",))).missing_fields(1) == ()
    assert await office(house, Required(("size",), teams=("Sales",))).missing_fields(1) == ()
    desk = office(
        house, Required(("size",), teams=("Sales",)), Required(("city",), tags=("Возврат",), channels=("mail", "bot"))
    )
    team = await desk.add_team("sales")
    await desk.submit(c.SetTeam(1, team.id))
    assert await desk.missing_fields(1) == ("size",)
    await desk.submit(c.SetTags(1, add=("возврат", "other")))
    assert await desk.missing_fields(1) == ("size", "city")
    await desk.submit(c.SetTeam(1, None))
    assert await desk.submit(c.Close(1)) == Refused("fields_wanted", {"fields": "city"})


async def test_a_name_that_is_only_the_address_is_none(house: Any) -> None:
    await house.arrive(house.mail(name=""))
    desk = office(house, Required(("name", "company", "identity:email")))
    assert await desk.missing_fields(1) == ("name", "company")
    await house.store.writer.run(lambda tx: tx.run("UPDATE customer SET name = 'Olga'"))
    assert await desk.missing_fields(1) == ("company",)


async def test_spam_and_what_has_no_customer_are_not_asked(house: Any) -> None:
    await house.arrive(house.mail())
    await house.arrive(house.mail(sender="taras@client.test"))
    desk = office(house, Required(("size",)))
    await desk.submit(c.MarkSpam(1))
    await house.store.writer.run(lambda tx: tx.run("UPDATE conversation SET customer_id = NULL WHERE id = 2"))
    assert (await desk.missing_fields(1), await desk.missing_fields(2), await desk.missing_fields(77)) == ((), (), ())
    assert isinstance(await desk.submit(c.Close(1)), Done)
    assert isinstance(await desk.submit(c.Close(2)), Done)


async def test_closing_many_names_those_that_cannot_be(house: Any) -> None:
    for sender in ("olga", "taras", "liwei"):
        await house.arrive(house.mail(sender=f"{sender}@client.test"))
    desk = office(house, Required(("size",)))
    await fill(house, size="M")
    done = await desk.submit(c.Many(c.Close(0), (1, 2, 3, 999)))
    assert isinstance(done, Done)
    assert (done.count, done.refused) == (1, (("fields_wanted", 2), ("not_found", 1)))
    assert done.refused_ids == (("fields_wanted", (2, 3)), ("not_found", (999,)))


@pytest.mark.parametrize(
    ("rules", "looks"), [((), 0), ((Required(("size",), channels=("bot",)),), 0), ((Required(("size",)),), 3)]
)
async def test_cards_are_looked_at_only_where_a_rule_fits(
    house: Any, monkeypatch: pytest.MonkeyPatch, rules: tuple[Required, ...], looks: int
) -> None:
    from deskterm.store import required

    for sender in ("olga", "taras", "liwei"):
        await house.arrive(house.mail(sender=f"{sender}@client.test"))
    seen: list[Any] = []

    def filled(row: Any) -> frozenset[str]:
        seen.append(row)
        return frozenset({"size"})

    monkeypatch.setattr(required, "filled", filled)
    done = await office(house, *rules).submit(c.Many(c.Close(0), (1, 2, 3)))
    assert isinstance(done, Done)
    assert (done.count, len(seen)) == (3, looks)


def test_what_is_asked_stands_in_the_order_of_the_card() -> None:
    settings = card(Required(("city", "name", "size")), Required(("company",), tags=("ёлка",)))
    assert asked(settings, "mail", "", ()) == ("name", "size", "city")
    assert asked(settings, "mail", "", ("ЕЛКА",)) == ("name", "company", "size", "city")
