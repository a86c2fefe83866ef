"""Who takes part in a conversation, on the card and where a group has none: role and trust are shown, Enter opens a card."""

from __future__ import annotations

import pytest
from desk_pilot import NARROW, Desk
from house import House
from house_pilot import console_on

from deskterm.desk.post import Address, IdentityKind
from deskterm.screens.card_acts import CardActs
from deskterm.screens.customer import CustomerScreen
from deskterm.screens.inbox import InboxScreen
from deskterm.widgets.card_rows import On

WIDEST = (170, 50)


def box(opened: Desk) -> CardActs:
    return opened.app.screen.query_one(CardActs)


def people(opened: Desk) -> list[str]:
    """The rows of people as they are read."""
    view = box(opened).view
    return [
        " ".join("".join(span.text for line in row.lines for span in line).split())
        for row in view._rows
        if row.spot.what is On.PERSON
    ]


async def to_the_person(opened: Desk) -> None:
    view = box(opened).view
    assert view.put_cursor(next(spot for spot in view.spots if spot.what is On.PERSON))


async def a_group(house: House) -> None:
    await house.arrive(
        house.chat("Кто включил отбойник?", "7", name="Тарас", thread_key="-5", group="Жильцы", proven=True), "bot"
    )
    await house.arrive(house.chat("Не я", "8", name="Ольга", thread_key="-5", group="Жильцы"), "bot")


@pytest.mark.parametrize("size", [NARROW, WIDEST])
async def test_i_on_a_group_shows_its_people_and_enter_opens_a_card(house: House, size: tuple[int, int]) -> None:
    await a_group(house)
    async with console_on(house, size=size) as opened:
        if size == WIDEST:
            await opened.until(lambda: box(opened).people)
        await opened.press("i")
        await opened.until(lambda: len(people(opened)) == 2)
        assert people(opened) == ["✓ tg Тарас 7 in the group, proven", "tg Ольга 8 in the group"]
        if size == NARROW:
            assert "Жильцы" in opened.lines[0]
            assert "2 people" in opened.lines[0]
        await opened.press("end", "enter")
        await opened.until(lambda: isinstance(opened.app.screen, CustomerScreen) and box(opened).known is not None)
        card = box(opened).known
        assert card is not None
        assert card.name == "Ольга"
        assert [row.customer for row in box(opened).talks] == ["Жильцы"]
        await opened.press("escape")
        await opened.until(lambda: not isinstance(opened.app.screen, InboxScreen) or size == WIDEST)
        assert len(people(opened)) == 2
        assert box(opened).view.spot is not None
        assert box(opened).view.spot.what is On.PERSON


async def test_keys_that_need_a_card_do_nothing_among_people(house: House) -> None:
    await a_group(house)
    async with console_on(house) as opened:
        await opened.press("i")
        await opened.until(lambda: len(people(opened)) == 2)
        await opened.press("e", "n", "p", "a", "t", "x", "s", "y", "space")
        await opened.until(lambda: len(people(opened)) == 2)
        assert isinstance(opened.app.screen, CustomerScreen)


async def test_who_is_in_copy_stands_on_the_customers_card(house: House) -> None:
    pyotr = Address(IdentityKind.EMAIL, "pyotr@client.test", "Пётр")
    await house.arrive(house.mail("Заказ", cc=(pyotr,)))
    async with console_on(house) as opened:
        await opened.press("i")
        await opened.until(lambda: box(opened).known is not None and people(opened))
        assert people(opened) == ["~ ml Пётр pyotr@client.test in copy, not proven, no card"]
        assert "In this conversation" in box(opened).view.words
        await to_the_person(opened)
        await opened.press("enter")
        await opened.until(lambda: "no card yet" in opened.text)
    await house.arrive(house.mail("И я тоже", "pyotr@client.test", name="Пётр"))
    async with console_on(house) as opened:
        await opened.press("i")
        await opened.until(lambda: box(opened).known is not None and people(opened))
        await to_the_person(opened)
        await opened.press("enter")
        await opened.until(lambda: (card := box(opened).known) is not None and card.name == "Пётр")
        assert people(opened) == []


async def test_the_conversations_of_a_card_are_found_by_its_number(house: House) -> None:
    await house.arrive(house.mail("Раз"))
    await house.arrive(house.mail("Два", "other@client.test", name="Ольга К."))
    async with console_on(house) as opened:
        await opened.press("i")
        await opened.until(lambda: box(opened).known is not None)
        assert len(box(opened).talks) == 1
