"""Dialogs, help and palette: what they answer, and that keys typed ahead take nothing else with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_office import FakeOffice
from fake_seed import EVERY_KIND
from room_app import RoomApp
from test_rooms import until
from textual.command import CommandPalette
from textual.events import Key
from textual.widgets import Input, Static

from deskterm.desk.commands import Assign, SetTeam
from deskterm.keys.actions import ACTIONS, Context, Menu
from deskterm.keys.keymap import Keymap
from deskterm.screens.asking import ConfirmScreen, PathScreen
from deskterm.screens.assigning import AssignScreen
from deskterm.screens.attachments import AttachmentsScreen, default_folder
from deskterm.screens.completion import completions
from deskterm.screens.help import HelpScreen, help_lines
from deskterm.screens.outbox import OutboxScreen
from deskterm.screens.palette import ActionProvider, open_palette
from deskterm.screens.reading import SourceScreen
from deskterm.screens.which_key import WhichKeyScreen
from deskterm.settings import ConsoleSettings
from deskterm.widgets.line_list import LineList
from deskterm.widgets.text_view import TextView


@pytest.mark.parametrize(("key", "answer"), [("y", True), ("enter", True), ("n", False), ("escape", False)])
async def test_confirm(key: str, answer: bool) -> None:
    app = RoomApp(FakeOffice(), ConfirmScreen("Really [/x]?"))
    async with app.run_test() as pilot:
        await pilot.press("x", key)
        await until(pilot, lambda: app.answers == [answer])


async def test_keys_typed_ahead_leave_one_screen_only() -> None:
    app = RoomApp(FakeOffice(), OutboxScreen())
    async with app.run_test() as pilot:
        await app.push_screen(SourceScreen(5001))
        source = app.screen
        for _press in range(3):
            await source.run_action("back")
        await until(pilot, lambda: isinstance(app.screen, OutboxScreen))
        assert len(app.screen_stack) == 2
        assert app.answers == []


async def test_a_menu_gives_back_the_keys_behind_its_own() -> None:
    app = RoomApp(FakeOffice(), OutboxScreen())
    async with app.run_test() as pilot:
        await until(pilot, lambda: bool(app.screen.query(LineList)) and len(app.screen.query_one(LineList).rows) == 4)
        await app.push_screen(WhichKeyScreen(Menu.GO))
        menu = app.screen
        for key in "mjj":
            menu.post_message(Key(key, key))
        rows = app.screen_stack[1].query_one(LineList)
        await until(pilot, lambda: rows.chosen is not None and rows.chosen == rows.rows[2])
        assert app.performed == ["go.mine"]


async def test_whom_to_assign_to() -> None:
    app = RoomApp(FakeOffice(), AssignScreen("", 1))
    async with app.run_test() as pilot:
        await until(pilot, lambda: len(app.screen.query_one(LineList).rows) == 7)
        await pilot.press("down", "up", "down", "enter")
        await until(pilot, lambda: app.answers == [Assign(0, 2)])


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("bob", Assign(0, 2)),
        ("ВЕР", Assign(0, 3)),
        ("vera", Assign(0, 3)),
        ("ищи", Assign(0, 2)),
        ("nob", Assign(0, None)),
        ("скл", SetTeam(0, 1)),
        ("no team", SetTeam(0, None)),
    ],
)
async def test_whom_to_assign_to_by_typing(typed: str, answer: object) -> None:
    app = RoomApp(FakeOffice(), AssignScreen())
    async with app.run_test() as pilot:
        await until(pilot, lambda: len(app.screen.query_one(LineList).rows) == 7)
        await pilot.press(*("space" if letter == " " else letter for letter in typed))
        await until(pilot, lambda: len(app.screen.query_one(LineList).rows) == 1)
        await pilot.press("enter")
        await until(pilot, lambda: app.answers == [answer])


async def test_nobody_of_that_name() -> None:
    app = RoomApp(FakeOffice(), AssignScreen())
    async with app.run_test() as pilot:
        await pilot.press(*"zzz", "enter")
        await until(pilot, lambda: not app.screen.query_one(LineList).rows)
        await pilot.press("escape")
        await until(pilot, lambda: app.answers == [None])


async def test_path_is_completed(tmp_path: Path) -> None:
    (tmp_path / "orders one").mkdir()
    (tmp_path / "orders two").mkdir()
    (tmp_path / "order.txt").touch()
    (tmp_path / ".hidden").touch()
    (tmp_path / "bad\x1b]0;x\x07").touch()
    assert await completions(f"{tmp_path}/o") == (f"{tmp_path}/order", ["order.txt", "orders one/", "orders two/"])
    assert await completions(f"{tmp_path}/o", folders=True) == (f"{tmp_path}/orders ", ["orders one/", "orders two/"])
    assert await completions(f"{tmp_path}/.h") == (f"{tmp_path}/.hidden", [".hidden"])
    assert (await completions(f"{tmp_path}/"))[1] == ["order.txt", "orders one/", "orders two/"]
    assert await completions(f"{tmp_path}/none/x") == (f"{tmp_path}/none/x", [])
    assert await completions("~") == ("~/", [])
    app = RoomApp(FakeOffice(), PathScreen("Save", f"{tmp_path}/o"))
    async with app.run_test() as pilot:
        await pilot.press("tab")
        await until(pilot, lambda: app.screen.query_one(Input).value == f"{tmp_path}/order")
        await until(pilot, lambda: "orders one/" in str(app.screen.query_one(".hint", Static).render()))
        await pilot.press("s", "tab", "o", "tab", "enter")
        await until(pilot, lambda: len(app.answers) == 1)
        assert app.answers[0] in (tmp_path / "orders one", tmp_path / "orders o")


async def test_attachments_are_saved(tmp_path: Path) -> None:
    app = RoomApp(FakeOffice(), AttachmentsScreen(EVERY_KIND))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: len(app.screen.query_one(LineList).rows) == 5)
        box = app.screen
        await pilot.press("j", "enter")
        await until(pilot, lambda: "This file is not here." in str(box.query_one(".hint", Static).render()))
        await pilot.press("k", "enter")
        await until(pilot, lambda: isinstance(app.screen, PathScreen))
        assert app.screen.query_one(Input).value == default_folder()
        app.screen.query_one(Input).value = str(tmp_path)
        await pilot.press("enter")
        await until(pilot, lambda: (tmp_path / "attachment-1").exists() and app.screen is box)
        await until(pilot, lambda: "Saved: " in str(box.query_one(".hint", Static).render()))
        await pilot.press("S")
        await until(pilot, lambda: isinstance(app.screen, PathScreen))
        app.screen.query_one(Input).value = str(tmp_path / "missing")
        await pilot.press("enter")
        await until(pilot, lambda: "no such folder" in str(app.screen.query_one(".hint", Static).render()))
        assert app.screen.query_one(Input).value == str(tmp_path / "missing")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is box)
        await pilot.press("escape")
        await until(pilot, lambda: app.answers == [None])


def help_words(typed: str, keymap: Keymap | None = None, here: Context | None = None, cells: int = 100) -> str:
    lines = help_lines(keymap or Keymap(), typed, here, cells)
    return "\n".join("".join(span.text for span in line) for line in lines)


def test_help_has_every_action_with_the_operators_own_keys() -> None:
    shown = help_words("")
    assert all(action.title in shown for action in ACTIONS)
    assert " g i " in shown
    own = help_words("reply", Keymap({"act.reply": "f6"}))
    assert "F6 " in own
    assert "Nothing is called so." in help_words("zzzz")
    assert "There is no action act.nothing." in help_words("", Keymap({"act.nothing": "x"}))
    for cells in (20, 40, 60, 100):
        assert max(len(line) for line in help_words("", cells=cells).split("\n")) <= max(cells, 22)


async def test_help_is_searched_by_typing() -> None:
    app = RoomApp(FakeOffice(), HelpScreen(Context.LIST))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press(*"take back")
        await until(pilot, lambda: "Take back" in app.screen.query_one(TextView).words)
        await until(pilot, lambda: "Half a page" not in app.screen.query_one(TextView).words)
        await pilot.press("down", "pagedown", "up", "pageup", "escape")
        await until(pilot, lambda: app.answers == [None])


async def test_the_palette_offers_what_works_here() -> None:
    class PaletteApp(RoomApp):
        COMMANDS = {ActionProvider}
        action_command_palette = open_palette

    app = PaletteApp(FakeOffice(), OutboxScreen(), ConsoleSettings(keys={"act.delivered": "["}))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, OutboxScreen))
        provider = ActionProvider(app.screen)
        offers = [hit async for hit in provider.discover()]
        titles = [hit.text for hit in offers]
        assert "Send again" in titles
        assert "works in the list" in next(str(hit.help) for hit in offers if hit.text == "Reply")
        assert titles.index("Send again") < titles.index("Reply")
        shown = next(hit for hit in offers if hit.text == "It did arrive")
        assert str(shown.prompt) == "It did arrive  ["
        found = [hit async for hit in provider.search("failed")]
        assert "Send all failed again" in [hit.text for hit in found]
        app.action_command_palette()
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(*"did arrive")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await until(pilot, lambda: app.performed == ["act.delivered"])
