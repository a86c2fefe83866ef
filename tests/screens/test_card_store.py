"""The card over a real store: what is typed is on disk, undone by one key, seen by a colleague, wanted before closing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from card_seed import FIELDS
from desk_pilot import Desk
from house import House
from house_pilot import console_on, customers_write, done
from textual.widgets import Input, TextArea

from deskterm.desk.card import CardSettings, Required, default_blocks
from deskterm.desk.commands_customer import EditCustomer
from deskterm.desk.model import Status
from deskterm.screens.card_acts import CardActs
from deskterm.screens.choosing_customer import ChooseCustomerScreen
from deskterm.screens.customer import CustomerScreen
from deskterm.screens.merge_preview import MergePreviewScreen
from deskterm.screens.tagging import TagsScreen
from deskterm.widgets.card_rows import On, Spot

CARD = CardSettings(FIELDS, default_blocks(FIELDS))


@pytest.fixture
async def desk(house: House) -> AsyncIterator[Desk]:
    """A console over a desk with three conversations."""
    house.rules.card = CARD
    await customers_write(house, 3)
    async with console_on(house) as opened:
        yield opened


def box(opened: Desk) -> CardActs:
    return opened.app.screen.query_one(CardActs)


async def card(opened: Desk) -> CardActs:
    await opened.press("i")
    await opened.until(lambda: isinstance(opened.app.screen, CustomerScreen) and box(opened).known is not None)
    await opened.until(lambda: box(opened).view.spots)
    return box(opened)


async def put(opened: Desk, spot: Spot, *keys: str) -> None:
    """Edit a row: clear what stands there and type something else."""
    shown = box(opened)
    assert shown.view.put_cursor(spot)
    await opened.press("e")
    await opened.until(lambda: shown.view.query(Input))
    shown.view.query_one(Input).value = ""
    await opened.press(*keys, "enter")
    await opened.until(lambda: shown.editing is None)


async def test_an_edit_is_on_disk_and_z_takes_it_back(desk: Desk, house: House) -> None:
    shown = await card(desk)
    assert shown.customer_id is not None
    await put(desk, Spot(On.FIELD, "size"), *"41,5")
    assert dict(await house.all("SELECT field, value FROM customer_value")) == {"size": "41.5"}
    await put(desk, Spot(On.COMPANY), *"Acme")
    await desk.until(lambda: shown.known is not None and shown.known.company == "Acme")
    await put(desk, Spot(On.NAME), *"Olga")
    assert await house.one("SELECT name FROM customer WHERE id = ?", (shown.customer_id,)) == ("Olga",)
    for _step in range(3):
        await desk.press("z")
        await desk.pilot.pause(0.05)
    await desk.until(lambda: shown.known is not None and not shown.known.values.get("size") and not shown.known.company)
    await desk.until(lambda: shown.known is not None and shown.known.name != "Olga")
    await desk.press("Z")
    await desk.until(lambda: shown.known is not None and shown.known.values.get("size") == "41.5")


async def test_a_note_and_an_address(desk: Desk, house: House) -> None:
    shown = await card(desk)
    await desk.press("n")
    await desk.until(lambda: shown.view.query(TextArea))
    await desk.press(*"Hi", "ctrl+s")
    await desk.until(lambda: shown.editing is None)
    assert await house.all("SELECT text, pinned FROM customer_note") == [("Hi", 0)]
    await desk.press("a")
    await desk.until(lambda: shown.view.query(Input))
    await desk.press(*"8 912 345-67-89", "enter")
    await desk.until(lambda: shown.known is not None and len(shown.known.identities) == 2)
    assert await house.one("SELECT value, proof FROM identity WHERE kind = 'phone'") == ("+79123456789", "entered")
    await desk.press("z")
    await desk.until(lambda: shown.known is not None and len(shown.known.identities) == 1)


async def test_a_colleagues_change_is_said(desk: Desk, house: House) -> None:
    shown = await card(desk)
    assert shown.customer_id is not None
    assert shown.view.put_cursor(Spot(On.FIELD, "size"))
    await desk.press("e", "4", "1")
    boris = house.as_(house.boris)
    await boris.submit(EditCustomer(shown.customer_id, values=(("size", "39"),)))
    await desk.press("enter")
    await desk.until_shown("Boris changed it to: 39")
    await desk.press("enter")
    await desk.until(lambda: shown.known is not None and shown.known.values.get("size") == "41")


async def test_conversations_of_the_customer_are_there(desk: Desk, house: House) -> None:
    shown = await card(desk)
    talks = [spot for spot in shown.view.spots if spot.what is On.CONVERSATION]
    assert len(talks) == 1
    assert shown.view.put_cursor(talks[0])
    await desk.press("enter")
    await desk.until(lambda: desk.app.screen is desk.inbox and desk.inbox.is_reading)


async def test_closing_wants_the_card_filled_in(desk: Desk, house: House) -> None:
    house.rules.card = CardSettings(FIELDS, default_blocks(FIELDS), (Required(("size", "company")),))
    number = desk.chosen
    await desk.press("e")
    await desk.until(lambda: isinstance(desk.app.screen, CustomerScreen) and box(desk).editing is not None)
    await desk.until(lambda: box(desk).view.spot == Spot(On.COMPANY))
    await desk.press(*"Acme", "enter")
    await desk.until(lambda: box(desk).editing is not None and box(desk).view.spot == Spot(On.FIELD, "size"))
    await desk.press("4", "1", "enter")
    await desk.until(lambda: desk.app.screen is desk.inbox)
    for _step in range(500):
        if await house.one("SELECT status FROM conversation WHERE number = ?", (number,)) == (Status.CLOSED.value,):
            return
        await desk.pilot.pause(0.01)
    raise AssertionError(desk.text)


async def test_send_and_close_wants_it_too(desk: Desk, house: House) -> None:
    house.rules.card = CardSettings(FIELDS, default_blocks(FIELDS), (Required(("size",)),))
    await desk.press("r")
    await desk.until(lambda: desk.inbox.pane.composer.is_open)
    await desk.press(*"Yes", "ctrl+s", "e")
    await desk.until(lambda: isinstance(desk.app.screen, CustomerScreen) and box(desk).editing is not None)
    await desk.press("4", "1", "enter")
    await desk.until(lambda: desk.app.screen is desk.inbox)
    for _step in range(500):
        if await house.all("SELECT text FROM message WHERE kind = 'outgoing'") == [("Yes",)]:
            return
        await desk.pilot.pause(0.01)
    raise AssertionError(desk.text)


async def test_bulk_close_names_what_stays_open(desk: Desk, house: House) -> None:
    house.rules.card = CardSettings(FIELDS, default_blocks(FIELDS), (Required(("size",)),))
    first = desk.inbox.list.rows[0]
    detail = await house.office.conversation(first.id)
    assert detail is not None
    assert detail.customer_id is not None
    await done(house, EditCustomer(detail.customer_id, values=(("size", "40"),)))
    await desk.press("V")
    await desk.until(lambda: desk.inbox.marked_count == 3)
    await desk.press("e")
    await desk.until(lambda: "Not closed for the card: #1002, #1003 (Shoe size)" in desk.foot)
    await desk.until(lambda: desk.inbox.marked_count == 2)
    assert first.id not in desk.inbox.list.marked


async def test_a_card_is_merged_with_another_by_M_and_z_parts_them(desk: Desk, house: House) -> None:
    shown = await card(desk)
    assert shown.known is not None
    other = next(row for row in await house.office.customers("") if row.id != shown.known.id)
    await desk.press("M")
    await desk.until(lambda: isinstance(desk.app.screen, ChooseCustomerScreen))
    await desk.press(*other.name[:4])
    await desk.until(lambda: other.name in desk.text)
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, MergePreviewScreen) and "stays" in desk.text)
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, CustomerScreen))
    await desk.until(lambda: box(desk).known is not None and box(desk).known.merged and len(box(desk).talks) == 2)
    await desk.press("z")
    await desk.until(lambda: not box(desk).known.merged and len(box(desk).talks) == 1)


async def test_esc_after_a_tick_asks_whether_it_is_kept(desk: Desk, house: House) -> None:
    shown = await card(desk)
    assert shown.known is not None
    await desk.press("t")
    await desk.until(lambda: isinstance(desk.app.screen, TagsScreen))
    await desk.press(*"vip", "enter", "escape")
    await desk.until_shown("Keep the tags as they are ticked?")
    await desk.press("y")
    await desk.until(lambda: shown.known is not None and shown.known.tags == ("vip",))


async def test_the_foot_of_a_card_names_its_keys_and_that_letters_are_typed(desk: Desk) -> None:
    shown = await card(desk)
    await desk.until(lambda: "e edit" in desk.foot and "a address" in desk.foot and "t tags" in desk.foot)
    assert shown.view.put_cursor(Spot(On.FIELD, "size"))
    await desk.press("e")
    await desk.until(lambda: "Letters are typed into the card here" in desk.foot)
    await desk.press("escape")
    await desk.until(lambda: "a address" in desk.foot)
