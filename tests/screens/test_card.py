"""A customer's card in the console over a desk in memory: shown, moved in, edited in its place, required before closing."""

from __future__ import annotations

import pytest
from card_seed import SETTINGS, full_card
from desk_pilot import NARROW, Desk, desk
from fake_office import FakeOffice
from fake_seed import EVERY_KIND
from textual.widgets import Input, TextArea

from deskterm.desk import commands_customer as wish
from deskterm.desk.model import Status
from deskterm.screens.card_acts import CardActs
from deskterm.screens.customer import CustomerScreen
from deskterm.screens.merge_preview import MergePreviewScreen
from deskterm.screens.records import RecordScreen
from deskterm.widgets.card_editor import CardEditor
from deskterm.widgets.card_rows import On, Spot

WIDEST = (170, 50)


def office() -> FakeOffice:
    made = FakeOffice()
    made.card_settings = SETTINGS
    made.put_card(full_card(EVERY_KIND))
    return made


def box(opened: Desk) -> CardActs:
    return opened.app.screen.query_one(CardActs)


async def card(opened: Desk) -> CardActs:
    """Read the conversation and open the card of its customer."""
    await opened.open(EVERY_KIND)
    await opened.press("i")
    await opened.until(lambda: opened.app.screen.query(CardActs) and box(opened).known is not None)
    await opened.until(lambda: box(opened).view.spots)
    return box(opened)


async def at(opened: Desk, spot: Spot) -> None:
    """Go down to a row by keys."""
    await opened.press("home")
    for _step in range(80):
        if box(opened).view.spot == spot:
            return
        await opened.press("j")
    raise AssertionError(f"{spot} cannot be reached:\n{box(opened).view.words}")


def typed(opened: Desk) -> str:
    return box(opened).view.query_one(Input).value


def edited(opened: Desk) -> Spot | None:
    found = opened.app.screen.query(CardActs)
    return editing.spot if (editing := found.first().editing if found else None) is not None else None


def hint(opened: Desk) -> str:
    return str(box(opened).view.query_one(".hint").render())


async def test_every_row_is_reached_and_shown_at_80_by_24() -> None:
    async with desk(office(), size=NARROW) as opened:
        shown = await card(opened)
        assert isinstance(opened.app.screen, CustomerScreen)
        for spot in shown.view.spots[1:]:
            await opened.press("j")
            assert shown.view.spot == spot
            line = next(line for line in opened.lines if line.startswith("▌"))
            assert line.strip("▌ ")
        await opened.press("j")
        assert shown.view.spot == shown.view.spots[-1]
        await opened.press("home", "tab")
        assert shown.view.spot == Spot(On.LANGUAGE)
        await opened.press("escape")
        await opened.until(lambda: opened.app.screen is opened.inbox)


async def test_fields_are_edited_in_their_place() -> None:
    async with desk(office(), size=NARROW) as opened:
        shown = await card(opened)
        await at(opened, Spot(On.FIELD, "size"))
        await opened.press("e")
        await opened.until(lambda: shown.view.query(Input))
        await opened.press("x")
        assert hint(opened).strip()
        assert shown.view.query_one(".hint").has_class("-problem")
        await opened.press("enter")
        assert shown.editing is not None
        await opened.press("backspace", "4", "1", "enter")
        await opened.until(lambda: shown.editing is None)
        await opened.until(lambda: shown.known is not None and shown.known.values.get("size") == "41")
        edited = [one for one in opened.office.submitted if isinstance(one, wish.EditCustomer)]
        assert [(one.values, one.seen_version) for one in edited] == [((("size", "41"),), 3)]
        await opened.until(lambda: shown.view.spot == Spot(On.FIELD, "size"))
        assert "41" in next(line for line in opened.lines if line.startswith("▌"))


async def test_esc_leaves_a_field_as_it_was_and_tab_goes_on() -> None:
    async with desk(office(), size=NARROW) as opened:
        shown = await card(opened)
        await at(opened, Spot(On.FIELD, "birthday"))
        await opened.press("enter")
        await opened.until(lambda: shown.view.query(Input))
        await opened.press("0", "escape")
        await opened.until(lambda: shown.editing is None)
        assert shown.known is not None
        assert shown.known.values["birthday"] == "1990-05-06"
        await opened.press("enter")
        await opened.until(lambda: shown.view.query(Input))
        await opened.press("tab")
        await opened.until(lambda: shown.editing is not None and shown.editing.spot == Spot(On.FIELD, "size"))
        await opened.until(lambda: shown.view.query(Input) and typed(opened) == "")
        await opened.press("4", "2", "tab")
        await opened.until(lambda: shown.editing is not None and shown.editing.spot == Spot(On.FIELD, "level"))
        assert shown.known.values["size"] == "42"


async def test_a_choice_and_a_yes() -> None:
    async with desk(office(), size=NARROW) as opened:
        shown = await card(opened)
        await at(opened, Spot(On.FIELD, "level"))
        await opened.press("enter")
        await opened.until(lambda: shown.editing is not None and shown.view.query(CardEditor))
        await opened.press("right", "right", "tab")
        await opened.until(lambda: shown.editing is not None and shown.editing.spot == Spot(On.FIELD, "vip"))
        await opened.press("space", "enter")
        await opened.until(lambda: shown.editing is None)
        assert shown.known is not None
        assert (shown.known.values["level"], shown.known.values["vip"]) == ("regular", "yes")


async def test_a_colleagues_change_is_said_and_nothing_is_lost() -> None:
    async with desk(office(), size=NARROW) as opened:
        shown = await card(opened)
        await at(opened, Spot(On.FIELD, "size"))
        await opened.press("enter", "4", "1")
        card_now = opened.office.known_card(EVERY_KIND)
        assert card_now is not None
        await opened.office.submit(wish.EditCustomer(EVERY_KIND, values=(("size", "39"),)))
        await opened.press("enter")
        await opened.until(lambda: "39" in hint(opened))
        assert typed(opened) == "41"
        await opened.press("enter")
        await opened.until(lambda: shown.editing is None)
        assert shown.known is not None
        assert shown.known.values["size"] == "41"


async def test_notes_are_written_pinned_changed_and_removed() -> None:
    async with desk(office(), size=NARROW) as opened:
        shown = await card(opened)
        await opened.press("n")
        await opened.until(lambda: shown.view.query(TextArea))
        await opened.press("H", "i", "enter", "j", "ctrl+s")
        await opened.until(lambda: shown.editing is None)
        assert shown.known is not None
        assert shown.known.notes[0].text == "Hi\nj"
        await at(opened, Spot(On.NOTE, id=3))
        await opened.press("p")
        await opened.until(lambda: shown.known is not None and shown.known.notes[0].pinned)
        await opened.press("enter")
        await opened.until(lambda: shown.view.query(TextArea))
        await opened.press("!", "escape")
        await opened.until(lambda: opened.app.screen is not shown.screen)
        await opened.press("n")
        await opened.until(lambda: opened.app.screen is shown.screen)
        assert shown.view.query_one(TextArea).text == "Hi\nj!"
        await opened.press("ctrl+s")
        await opened.until(lambda: shown.editing is None)
        assert (shown.known.notes[0].text, shown.known.notes[0].pinned) == ("Hi\nj!", True)
        await opened.press("x")
        await opened.until(lambda: shown.known is not None and len(shown.known.notes) == 2)


async def test_company_is_completed_and_an_address_added() -> None:
    async with desk(office(), size=NARROW) as opened:
        shown = await card(opened)
        await opened.press("tab", "tab", "e")
        await opened.until(lambda: shown.editing is not None and shown.editing.spot == Spot(On.COMPANY))
        await opened.press("a", "c")
        await opened.until(lambda: shown.view.query_one(Input)._suggestion == "acme")
        await opened.press("right", "enter")
        await opened.until(lambda: shown.known is not None and shown.known.company == "acme")
        await opened.press("a")
        await opened.until(lambda: shown.view.query(Input))
        await opened.press(*"8 912 34")
        await opened.until(lambda: shown.view.query_one(".hint").has_class("-problem"))
        await opened.press(*"5-67-80", "enter")
        await opened.until(lambda: shown.editing is None)
        assert shown.known is not None
        assert shown.known.identities[-1].value == "+79123456780"


async def test_rows_lead_on() -> None:
    async with desk(office(), size=NARROW) as opened:
        shown = await card(opened)
        await at(opened, Spot(On.RECORD, "order 5533", 3))
        await opened.press("enter")
        await opened.until(lambda: isinstance(opened.app.screen, RecordScreen))
        await opened.until_shown("оплачен")
        await opened.press("escape")
        await at(opened, Spot(On.DUPLICATE, id=3))
        await opened.press("enter")
        await opened.until(lambda: isinstance(opened.app.screen, MergePreviewScreen))
        await opened.press("escape")
        await at(opened, Spot(On.IDENTITY, "phone", 23))
        await opened.press("s")
        await opened.until(lambda: shown.known is not None and shown.known.identities[2].shared)
        await opened.press("x")
        await opened.until(lambda: shown.known is not None and len(shown.known.identities) == 2)
        await at(opened, Spot(On.MERGED, id=9))
        await opened.press("enter")
        await opened.until_shown("Part Olga")
        await opened.press("n")


async def test_the_card_stands_at_the_right_and_i_gives_it_the_keys() -> None:
    async with desk(office(), size=WIDEST) as opened:
        await opened.open(EVERY_KIND)
        await opened.until_shown("Ольга Каренина")
        await opened.press("i")
        assert opened.inbox.on_card
        await opened.press("n")
        await opened.until(lambda: box(opened).view.query(TextArea))
        await opened.press("Y", "o", "ctrl+s")
        await opened.until(lambda: "Yo" in box(opened).view.words)
        await opened.press("escape")
        assert opened.app.focused is opened.inbox.pane.thread
        assert not any(type(one).__name__ in ("Note", "Close") for one in opened.office.submitted)


@pytest.mark.parametrize("give_up", [False, True])
async def test_closing_leads_through_what_must_be_filled_in(give_up: bool) -> None:
    fake = office()
    fake.required = ("size", "company")
    async with desk(fake, size=NARROW) as opened:
        await opened.open(EVERY_KIND)
        await opened.press("e")
        await opened.until(lambda: isinstance(opened.app.screen, CustomerScreen))
        await opened.until(lambda: edited(opened) == Spot(On.FIELD, "size"))
        await opened.press("4", "1", "enter")
        await opened.until(lambda: edited(opened) == Spot(On.COMPANY))
        if give_up:
            await opened.press("escape")
            await opened.until(lambda: opened.app.screen is opened.inbox)
            assert fake.talk(EVERY_KIND).row.status is Status.OPEN
            return
        await opened.press("A", "c", "enter")
        await opened.until(lambda: opened.app.screen is opened.inbox)
        await opened.until(lambda: fake.talk(EVERY_KIND).row.status is Status.CLOSED)
