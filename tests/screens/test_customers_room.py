"""The room of all customers, likely doubles and the comparison of two cards: over the real store."""

from __future__ import annotations

import pytest
from desk_pilot import Desk, desk
from house import House
from textual.widgets import Input

from deskterm.desk.commands import Done
from deskterm.desk.commands_customer import AddCustomer, EditCustomer
from deskterm.desk.post import Address, IdentityKind
from deskterm.screens.company import CompanyScreen
from deskterm.screens.customer import CustomerScreen
from deskterm.screens.customers import CustomersScreen
from deskterm.screens.duplicates import DuplicatesScreen
from deskterm.screens.help import HelpScreen
from deskterm.screens.merge_preview import MergePreviewScreen
from deskterm.widgets.line_list import LineList
from deskterm.widgets.status import Bar

SIZES = [(80, 24), (160, 50)]


@pytest.fixture
async def known(house: House) -> House:
    """A house that three people wrote to: one by mail, two by the bot."""
    await house.arrive(house.mail(name="Ольга Кузнецова"))
    house.clock.pass_(minutes=1)
    await house.arrive(house.chat("привет", "7", name="Тарас"), "bot")
    house.clock.pass_(minutes=1)
    await house.arrive(house.chat("Добрый день", "8", name="Ольга Кузнецова"), "bot")
    return house


async def add(house: House, name: str, phone: str = "") -> int:
    """Make a card by hand."""
    identities = (Address(IdentityKind.PHONE, phone, name),) if phone else ()
    answer = await house.office.submit(AddCustomer(name, identities))
    assert isinstance(answer, Done), answer
    assert answer.customer_id is not None
    return answer.customer_id


async def room(d: Desk) -> CustomersScreen:
    await d.press("g", "c")
    await d.until(lambda: isinstance(d.app.screen, CustomersScreen) and d.app.screen.query_one(LineList).rows)
    assert isinstance(d.app.screen, CustomersScreen)
    return d.app.screen


def names(d: Desk) -> list[str]:
    return [row.name for row in d.app.screen.query_one(LineList).rows]


@pytest.mark.parametrize("size", SIZES)
async def test_customers_stand_the_newest_first_with_their_addresses(known: House, size: tuple[int, int]) -> None:
    async with desk(known.office, size=size) as d:  # type: ignore[arg-type]
        await room(d)
        assert names(d) == ["Ольга Кузнецова", "Тарас", "Ольга Кузнецова"]
        assert "olga@client.test" in d.text
        assert "#1" in d.text


async def test_letters_find_them_as_one_types_in_either_layout(known: House) -> None:
    async with desk(known.office) as d:  # type: ignore[arg-type]
        await room(d)
        await d.press(*"тар")
        await d.until(lambda: names(d) == ["Тарас"])
        await d.press(*["backspace"] * 3, *"nfhf")
        await d.until(lambda: names(d) == ["Тарас"])
        await d.press("escape", "escape")
        await d.until(lambda: len(names(d)) == 3)
        await d.press("escape")
        await d.until(lambda: d.app.screen is d.inbox)


async def test_keys_are_letters_until_esc_leaves_the_field(known: House) -> None:
    async with desk(known.office) as d:  # type: ignore[arg-type]
        screen = await room(d)
        await d.press("M", "c", "d")
        assert screen.query_one(Input).value == "Mcd"
        assert d.app.screen is screen
        await d.press(*["backspace"] * 3, "escape", "d")
        await d.until(lambda: isinstance(d.app.screen, DuplicatesScreen))


async def test_the_foot_names_what_works_where_the_keys_go(known: House) -> None:
    async with desk(known.office) as d:  # type: ignore[arg-type]
        screen = await room(d)
        await d.until(lambda: "to the list" in d.foot)
        assert "doubles" not in d.foot
        await d.press(*"тар")
        await d.until(lambda: names(d) == ["Тарас"])
        await d.press("down")
        await d.until(lambda: "doubles" in d.foot)
        assert screen.focused is screen.rows
        assert screen.rows.chosen is screen.rows.rows[0]
        await d.press("slash", "enter")
        await d.until(lambda: isinstance(d.app.screen, CustomerScreen))
        await d.press("escape")
        await d.until(lambda: d.app.screen is screen)
        assert screen.focused is screen.rows


async def test_f1_helps_in_the_field_too(known: House) -> None:
    async with desk(known.office) as d:  # type: ignore[arg-type]
        await room(d)
        await d.press("f1")
        await d.until(lambda: isinstance(d.app.screen, HelpScreen))


async def test_the_company_stands_beside_the_name_and_is_opened(known: House) -> None:
    customer = (await known.office.customers("тарас"))[0]
    assert isinstance(await known.office.submit(EditCustomer(customer.id, company="Ромашка")), Done)
    async with desk(known.office, size=(120, 30)) as d:  # type: ignore[arg-type]
        await room(d)
        await d.until_shown("Ромашка")
        await d.press("escape", "j", "o")
        await d.until(lambda: isinstance(d.app.screen, CompanyScreen) and d.app.screen.query_one(LineList).rows)
        assert "Тарас" in d.text
        await d.press("n")
        await d.until_shown("Enter goes on")
        await d.press(*" плюс", "enter", *"пишут по утрам", "enter")
        await d.until_shown("Ромашка плюс")
        await d.until_shown("пишут по утрам")
        await d.press("right_square_bracket")
        await d.until_shown("привет")
        await d.press("enter")
        await d.until(lambda: d.app.screen is d.inbox and d.inbox.pane.row is not None and d.inbox.pane.row.customer == "Тарас")


async def test_companies_are_listed_too(known: House) -> None:
    customer = (await known.office.customers("тарас"))[0]
    assert isinstance(await known.office.submit(EditCustomer(customer.id, company="Ромашка")), Done)
    async with desk(known.office) as d:  # type: ignore[arg-type]
        await room(d)
        await d.press("escape", "right_square_bracket")
        await d.until(lambda: names(d) == ["Ромашка"])
        await d.press("enter")
        await d.until(lambda: isinstance(d.app.screen, CompanyScreen))


@pytest.mark.parametrize("size", SIZES)
async def test_two_are_compared_and_merged_and_taken_back(known: House, size: tuple[int, int]) -> None:
    async with desk(known.office, size=size) as d:  # type: ignore[arg-type]
        await room(d)
        await d.press("escape", "M")
        await d.until_shown("Enter takes it")
        await d.press(*"тар", "enter")
        await d.until(lambda: isinstance(d.app.screen, MergePreviewScreen) and d.app.screen.query_one(LineList).rows)
        assert "[Ольга Кузнецова]" in d.text
        told = {line[:15].strip(): line[15:].split() for line in d.lines}
        ids = [(await known.office.customers(name))[0].id for name in ("ольга", "тарас")]
        assert told["card"] == [str(one) for one in ids]
        assert told["addresses"] == ["tg", "8", "tg", "7"]
        assert len(told["first contact"]) == len(told["last contact"]) == 2
        await d.press("space")
        await d.until_shown("[Тарас]")
        await d.press("space", "enter")
        await d.until(lambda: isinstance(d.app.screen, CustomersScreen) and len(names(d)) == 2)
        assert names(d) == ["Ольга Кузнецова", "Ольга Кузнецова"]
        await d.press("z")
        await d.until(lambda: names(d) == ["Ольга Кузнецова", "Тарас", "Ольга Кузнецова"])


async def test_the_other_card_can_be_the_one_that_stays(known: House) -> None:
    async with desk(known.office) as d:  # type: ignore[arg-type]
        await room(d)
        await d.press("escape", "M")
        await d.until_shown("Enter takes it")
        await d.press(*"тар", "enter")
        await d.until(lambda: isinstance(d.app.screen, MergePreviewScreen) and d.app.screen.query_one(LineList).rows)
        pair = d.app.screen.query_one("#pair", Bar)
        assert pair.words.split() == ["Ольга", "Кузнецова", "·", "stays", "Тарас", "·", "goes"]
        await d.press("s")
        await d.until(lambda: pair.words.split()[0] == "Тарас")
        await d.press("enter")
        await d.until(lambda: isinstance(d.app.screen, CustomersScreen) and len(names(d)) == 2)
        assert sorted(names(d)) == ["Ольга Кузнецова", "Тарас"]


@pytest.mark.parametrize("size", SIZES)
async def test_likely_doubles_say_why_and_are_decided(known: House, size: tuple[int, int]) -> None:
    async with desk(known.office, size=size) as d:  # type: ignore[arg-type]
        await room(d)
        await d.until_shown("1 likely double")
        await d.press("escape", "d")
        await d.until(lambda: isinstance(d.app.screen, DuplicatesScreen) and d.app.screen.query_one(LineList).rows)
        assert "names alike" in d.text
        await d.press("x")
        await d.until_shown("No likely doubles.")
        await d.press("z")
        await d.until(lambda: d.app.screen.query_one(LineList).rows)
        await d.press("enter")
        await d.until(lambda: isinstance(d.app.screen, MergePreviewScreen) and d.app.screen._preview is not None)
        await d.press("enter")
        await d.until_shown("No likely doubles.")
