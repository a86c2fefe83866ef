"""Text fields: every character that a keyboard gives arrives as it was typed, also one that is a key of the console."""

from __future__ import annotations

import string
from collections.abc import Callable

import pytest
from desk_pilot import Desk, desk
from textual.widgets import Input, TextArea

from deskterm.desk.layouts import other_layout
from deskterm.keys.actions import ACTIONS
from deskterm.screens.command_line import CommandLineScreen
from deskterm.screens.new_message import NewMessageScreen
from deskterm.screens.tagging import TagsScreen

PRINTABLE = "".join(chr(code) for code in range(ord("!"), ord("~") + 1)) + " "
CYRILLIC = "".join(map(chr, range(ord("А"), ord("я") + 1))) + "ЁёІіЇїЄєҐґЎў№«»—"
TEXT = PRINTABLE + CYRILLIC + " end"
ONE = 5


def value(field: Input | TextArea) -> str:
    return field.value if isinstance(field, Input) else field.text


async def writing(d: Desk, key: str) -> Input | TextArea:
    await d.open(ONE)
    await d.press(key)
    composer = d.inbox.pane.composer
    await d.until(lambda: composer._filled and d.app.focused is composer._text)
    return composer._text


async def filtering(d: Desk) -> Input | TextArea:
    await d.press("slash")
    await d.until(lambda: d.app.focused is d.inbox.prompt.field)
    field = d.inbox.prompt.field
    field.value = ""
    return field


async def command_line(d: Desk) -> Input | TextArea:
    await d.press("colon")
    await d.until(lambda: isinstance(d.app.screen, CommandLineScreen) and isinstance(d.app.focused, Input))
    return d.app.screen.query_one(Input)


async def new_field(d: Desk, name: str) -> Input | TextArea:
    await d.press("c")
    await d.until(lambda: isinstance(d.app.screen, NewMessageScreen) and d.app.screen._loaded)
    screen = d.app.screen
    assert isinstance(screen, NewMessageScreen)
    field = {"to": screen.to, "subject": screen._subject, "text": screen.text}[name]
    screen.set_focus(field)
    return field


async def tags(d: Desk) -> Input | TextArea:
    await d.press("t")
    await d.until(lambda: isinstance(d.app.screen, TagsScreen) and isinstance(d.app.focused, Input))
    return d.app.screen.query_one(Input)


FIELDS: dict[str, Callable[[Desk], object]] = {
    "reply": lambda d: writing(d, "r"),
    "note": lambda d: writing(d, "n"),
    "filter": filtering,
    "command line": command_line,
    "to": lambda d: new_field(d, "to"),
    "subject": lambda d: new_field(d, "subject"),
    "text": lambda d: new_field(d, "text"),
    "tags": tags,
}
LONG = {"reply", "note", "text"}


@pytest.mark.parametrize("name", list(FIELDS))
async def test_what_is_typed_arrives_as_it_is(name: str) -> None:
    typed = f"{TEXT}\r{TEXT}" if name in LONG else TEXT
    async with desk() as d:
        field: Input | TextArea = await FIELDS[name](d)  # type: ignore[misc]
        await d.burst(typed)
        wanted = typed.replace("\r", "\n")
        await d.until(lambda: value(field) == wanted or len(value(field)) > len(wanted))
        assert value(field) == wanted
        assert d.app.focused is field


@pytest.mark.parametrize("name", list(FIELDS))
async def test_so_does_what_the_operators_own_keys_are(name: str) -> None:
    """Every sign is the key of something that goes before the next key."""
    signs = [sign for sign in string.punctuation if sign not in ".,"]
    at_once = [
        one.id for one in ACTIONS if one.menu is None and len(one.keys) == 1 and not one.id.startswith(("compose", "view"))
    ]
    own = dict(zip(at_once, signs, strict=False))
    assert len(own) > 20
    own |= {
        "find.filter": "slash",
        "do.command": "colon",
        "compose.new": "c",
        "act.tags": "t",
        "act.reply": "r",
        "act.note": "n",
    }
    async with desk(keys=own) as d:
        field: Input | TextArea = await FIELDS[name](d)  # type: ignore[misc]
        await d.burst(PRINTABLE + "x")
        await d.until(lambda: len(value(field)) >= len(PRINTABLE) + 1)
        assert value(field) == PRINTABLE + "x"
        assert d.app.focused is field


def test_the_other_layout_is_typed_too() -> None:
    assert all(other_layout(letter) in CYRILLIC for letter in string.ascii_letters)
