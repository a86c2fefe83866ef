"""Every key of the table does the same through a Cyrillic layout, in every context and menu; text stays text."""

from __future__ import annotations

import pytest
from desk_pilot import Desk, desk

from deskterm.app import DeskApp
from deskterm.desk.layouts import other_layout
from deskterm.keys.actions import ACTIONS, BY_ID, Context, Menu, actions_in, menu_actions
from deskterm.screens.command_line import CommandLineScreen
from deskterm.screens.which_key import WhichKeyScreen

NAMED = {
    "slash": "full_stop",
    "question_mark": "comma",
    "colon": "Ж",
    "left_square_bracket": "х",
    "right_square_bracket": "ъ",
}
"""Keys that are no letters, and what is pressed for them in the Russian layout."""
UKRAINIAN = {"s": "і", "S": "І"}


def in_cyrillic(key: str) -> str | None:
    """Return what the key of a Latin letter gives in the Russian layout; None where it gives the same."""
    if key in NAMED:
        return NAMED[key]
    return other_layout(key) if len(key) == 1 and key.isalpha() else None


def direct_keys(context: Context) -> dict[str, str]:
    """Return the keys that have another letter in the Russian layout, with the command of each, in a context."""
    actions = {*actions_in(context), *actions_in(Context.ANYWHERE)}
    return {key: action.command for action in actions for key in action.keys if in_cyrillic(key) is not None}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of the console from here on; nothing of it is done."""
    found: list[str] = []

    async def run_action(self: DeskApp, action: object, *_more: object, **_named: object) -> bool:
        found.append(str(action))
        return True

    monkeypatch.setattr(DeskApp, "run_action", run_action)
    return found


async def pressed(d: Desk, asked: list[str], key: str) -> list[str]:
    """Press a key and return what that asked for."""
    asked.clear()
    await d.press(key)
    return list(asked)


@pytest.mark.parametrize("context", [Context.LIST, Context.THREAD])
async def test_direct_keys(context: Context, asked: list[str]) -> None:
    async with desk() as d:
        if context is Context.THREAD:
            assert d.inbox.list.chosen is not None
            d.inbox.read(d.inbox.list.chosen)
            await d.until(lambda: d.app.focused is d.inbox.pane.thread)
        for key, command in direct_keys(context).items():
            latin = await pressed(d, asked, key)
            assert [one for one in latin if command.partition("(")[0] in one], key
            assert await pressed(d, asked, in_cyrillic(key) or "") == latin, key
            if key in UKRAINIAN:
                assert await pressed(d, asked, UKRAINIAN[key]) == latin, key


@pytest.mark.parametrize("menu", list(Menu))
async def test_second_keys(menu: Menu, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    async def perform(self: DeskApp, action: object) -> None:
        done.append(action.id)  # type: ignore[attr-defined]

    monkeypatch.setattr(DeskApp, "perform", perform)
    async with desk() as d:
        for action in menu_actions(menu):
            for key in filter(None, [action.keys[0], *map(in_cyrillic, action.keys)]):
                done.clear()
                d.app.push_screen(WhichKeyScreen(menu))
                await d.press(key)
                assert done == [action.id], key


def test_every_letter_of_the_table_is_tried() -> None:
    letters = {key for action in ACTIONS for key in action.keys if len(key) == 1 and key.isascii() and key.isalpha()}
    assert all(in_cyrillic(key) not in (None, key) for key in letters)
    assert NAMED.keys() >= {"slash", "question_mark", "colon"}
    assert BY_ID["do.command"].keys == ("colon",)


async def test_text_fields_are_never_touched() -> None:
    async with desk() as d:
        await d.press("Ж", *"яжэхъ.,Ж")
        screen = d.app.screen
        assert isinstance(screen, CommandLineScreen)
        assert screen._field.value == "яжэхъ.,Ж"
