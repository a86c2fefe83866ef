"""The shape of cards edited by keys: a draft until it is saved, then cards look so at once."""

from __future__ import annotations

from card_seed import SETTINGS, full_card
from desk_pilot import Desk, desk
from fake_office import FakeOffice
from fake_seed import BOB, EVERY_KIND
from textual.widgets import Input

from deskterm.desk.card import BlockKind, CardField, CardSettings, FieldType, Label
from deskterm.screens.card_acts import CardActs
from deskterm.screens.card_layout import LayoutScreen
from deskterm.screens.customer import CustomerScreen
from deskterm.screens.layout_forms import FieldFormScreen, Options, RuleFormScreen

SIZE = (120, 40)


async def layout(opened: Desk) -> LayoutScreen:
    """Open a card, and from there its shape."""
    kept: list[CardSettings] = []

    async def keep(card: CardSettings) -> None:
        kept.append(card)
        opened.office.card_settings = card

    opened.app.card_kept = keep
    opened.office.card_settings = SETTINGS
    opened.office.put_card(full_card(EVERY_KIND))
    await opened.open(EVERY_KIND)
    await opened.press("i")
    await opened.until(lambda: opened.app.screen.query(CardActs) and opened.app.screen.query_one(CardActs).known is not None)
    await opened.press("L")
    await opened.until(lambda: isinstance(opened.app.screen, LayoutScreen))
    screen = opened.app.screen
    assert isinstance(screen, LayoutScreen)
    await opened.until(lambda: screen.rows.rows)
    return screen


async def test_a_block_is_moved_and_folded_and_cards_look_so_at_once() -> None:
    async with desk(FakeOffice(), size=SIZE) as opened:
        screen = await layout(opened)
        await opened.press("J")
        assert [block.kind for block in screen.draft.blocks[:2]] == [BlockKind.FIELDS, BlockKind.IDENTITIES]
        await opened.press("home", "space")
        assert screen.draft.blocks[0].folded
        assert opened.office.card == SETTINGS
        await opened.press("ctrl+s")
        await opened.until(lambda: opened.office.card == screen.draft and not screen.is_changed)
        await opened.press("escape")
        await opened.until(lambda: isinstance(opened.app.screen, CustomerScreen))
        await opened.until(lambda: "▶ About" in opened.text)


async def test_a_field_is_added_and_what_is_wrong_is_said() -> None:
    async with desk(FakeOffice(), size=SIZE) as opened:
        screen = await layout(opened)
        await opened.press("a")
        await opened.until(lambda: isinstance(opened.app.screen, FieldFormScreen))
        form = opened.app.screen
        await opened.press("enter")
        assert isinstance(opened.app.screen, FieldFormScreen)
        assert form.query_one(".hint").has_class("-problem")
        await opened.press(*"Colour", "tab", *"Цвет", "tab", "tab")
        await opened.until(lambda: isinstance(opened.app.focused, Options))
        await opened.press("right", "right", "right", "tab", *"red, blue", "enter")
        await opened.until(lambda: opened.app.screen is screen)
        added = CardField("colour", FieldType.CHOICE, Label("colour", {"en": "Colour", "ru": "Цвет"}), ("red", "blue"))
        assert screen.draft.field("colour") == added
        about = next(block for block in screen.draft.blocks if block.kind is BlockKind.FIELDS)
        assert about.fields[-1] == "colour"
        await opened.press("x", "x")
        assert isinstance(screen.draft, CardSettings)


async def test_a_rule_names_only_what_there_is() -> None:
    async with desk(FakeOffice(), size=SIZE) as opened:
        screen = await layout(opened)
        await opened.press("n")
        await opened.until(lambda: isinstance(opened.app.screen, RuleFormScreen))
        await opened.press(*"nonsense", "enter")
        assert opened.app.screen.query_one(".hint").has_class("-problem")
        opened.app.screen.query_one("#fields", Input).value = "birthday, name"
        await opened.press("enter")
        await opened.until(lambda: opened.app.screen is screen)
        assert screen.draft.required[0].fields == ("birthday", "name")


async def test_a_rule_is_asked_by_labels_and_keeps_keys() -> None:
    async with desk(FakeOffice(), size=SIZE) as opened:
        screen = await layout(opened)
        await opened.press("n")
        await opened.until(lambda: isinstance(opened.app.screen, RuleFormScreen))
        assert "Shoe size" in opened.text
        await opened.press(*"shoe size, Birthday", "enter")
        await opened.until(lambda: opened.app.screen is screen)
        assert screen.draft.required[0].fields == ("size", "birthday")


async def test_what_is_not_saved_is_asked_about() -> None:
    async with desk(FakeOffice(), size=SIZE) as opened:
        screen = await layout(opened)
        await opened.press("space", "escape")
        await opened.until_shown("Throw away")
        await opened.press("n")
        await opened.until(lambda: opened.app.screen is screen)
        assert screen.is_changed
        await opened.press("escape", "y")
        await opened.until(lambda: isinstance(opened.app.screen, CustomerScreen))
        assert opened.office.card == SETTINGS


async def test_an_operator_may_look_and_not_save() -> None:
    async with desk(FakeOffice(me=BOB), size=SIZE) as opened:
        screen = await layout(opened)
        await opened.press("space", "ctrl+s")
        await opened.until(lambda: "owner" in opened.foot)
        assert screen.is_changed
