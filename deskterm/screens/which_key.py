"""A small menu that waits for the second key of a prefix and shows what is possible.

It is pushed before the next key is looked at, so whoever knows the keys may type them as fast as they like.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.dom import DOMNode
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Static

from deskterm.desk.rows import View
from deskterm.i18n import _
from deskterm.keys.actions import BY_ID, Action, Group, Menu, menu_actions
from deskterm.keys.keymap import opener, shown_key
from deskterm.screens.console import console_of
from deskterm.screens.covered import Covered
from deskterm.screens.leaving import leave
from deskterm.screens.places import shown_count
from deskterm.screens.views import Views

INSTALLED = "menu"
"""The one screen of all menus, kept: after one that ends for good Textual lays out anew what it leaves behind."""
FRAME = 3
"""Lines that the menu's border and margin take."""
_NONE: Mapping[str, str] = MappingProxyType({})
_SPOKEN = {Menu.SNOOZE: "snooze.until"}
"""Menus that take words, too: which choice is given the first letter of them."""


class WhichKeyScreen(ModalScreen[None]):
    """Carries out the action of the next key. It stays open, and says so, for a key that means none.

    Esc closes it, and so does the key that opened it. `without` are ids not possible now; `notes` are more words beside some,
    by id.
    """

    DEFAULT_CSS: ClassVar[str] = """
    WhichKeyScreen { align: right bottom; background: transparent; }
    WhichKeyScreen > Static {
        width: auto; min-width: 26; max-width: 100%; max-height: 100%; height: auto; margin: 0 1 1 1; padding: 0 1;
        border: round $primary; background: $surface; color: $foreground;
    }
    """

    def __init__(self, menu: Menu, without: Collection[str] = (), title: str = "", notes: Mapping[str, str] = _NONE) -> None:
        super().__init__()
        self._notes = notes
        self._menu = menu
        self._title = title
        self._without = without

    def compose(self) -> ComposeResult:
        yield Static()

    def on_mount(self) -> None:
        self._write()

    def tell(self, menu: Menu, without: Collection[str], title: str, notes: Mapping[str, str]) -> None:
        """Become another menu."""
        self._menu, self._without, self._title, self._notes = menu, without, title, notes
        if self.is_mounted:
            self._write()

    def _write(self) -> None:
        lines = [self._line(action) for action in menu_actions(self._menu) if action.id not in self._without]
        room = self.app.size.height - FRAME - (1 if self._title else 0)
        lines = beside(lines, room) if 0 < room < len(lines) else lines
        if self._title:
            lines.insert(0, Content(self._title))
        box = self.query_one(Static)
        box.border_title = Content(_(BY_ID[opener(self._menu)].title))
        box.border_subtitle = ""
        box.update(Content("\n").join(lines))

    def _line(self, action: Action) -> Content:
        key = shown_key(console_of(self).own_keys.keys(action)[0])
        words = _("comes later") if action.group is Group.LATER else self._notes.get(action.id, "")
        note = (f"  {words}", "$text-muted") if words else ""
        return Content.assemble((f"{key:>5}", "bold $accent"), "  ", Content(_(action.title)), note)

    async def on_key(self, event: Key) -> None:
        event.stop()
        if self.is_current:
            await self.take(event.key, event.character)
        else:
            self.app.post_message(Key(event.key, event.character))  # typed ahead: it is for whatever comes now

    async def take(self, key: str, character: str | None = None) -> None:
        """Take a key, as a Latin layout has it, and the character that was typed.

        The application calls this before it looks at the key after that one.
        """
        if not self.is_current:
            return
        action = self._meant(key, character)
        if action is not None:
            self._end()
            await console_of(self).perform(action)
        elif key == "escape" or key in console_of(self).own_keys.keys(BY_ID[opener(self._menu)]):
            self._end()
        else:
            self.query_one(Static).border_subtitle = Content(_("no such key"))

    def _meant(self, key: str, character: str | None) -> Action | None:
        """Return what a key stands for; a character that is no choice begins the words of a menu that takes some."""
        action = console_of(self).own_keys.in_menu(self._menu, key)
        if action is not None:
            return None if action.id in self._without else action
        if self._menu not in _SPOKEN or character is None or not character.isprintable() or character.isspace():
            return None
        spoken = BY_ID[_SPOKEN[self._menu]]
        return replace(spoken, command=f"{spoken.command}({character!r})")

    def _end(self) -> None:
        beneath = self.app.screen_stack[-2]
        if isinstance(beneath, Covered):
            beneath.uncover()
        leave(self, None)


def beside(lines: Sequence[Content], room: int) -> list[Content]:
    """Return lines in two columns, for a menu that is higher than its screen has `room`."""
    half = max(room, (len(lines) + 1) // 2)
    left, right = lines[:half], lines[half:]
    cells = max(line.cell_length for line in left)
    padded = [Content.assemble(line, " " * (cells - line.cell_length + 2)) for line in left]
    return [Content.assemble(line, right[row]) if row < len(right) else line for row, line in enumerate(padded)]


def view_notes(node: DOMNode) -> Mapping[str, str]:
    """Return how many conversations each view holds, as last counted, by the id of the action that goes there."""
    views = node.app.screen_stack[0]
    if not isinstance(views, Views) or views.counts is None:
        return _NONE
    counts = views.counts
    notes = {
        action.id: shown_count(counts.views.get(view, 0))
        for action in menu_actions(Menu.GO)
        for view in View
        if action.command == f"view('{view}')"
    }
    outbox = counts.queued + counts.failed + counts.uncertain
    return {**notes, "go.outbox": shown_count(outbox), "go.held": shown_count(counts.held)}


def open_menu(
    node: DOMNode, menu: Menu, without: Collection[str] = (), title: str = "", notes: Mapping[str, str] = _NONE
) -> None:
    """Push a menu, under a title of ours; what is chosen is carried out where the focus is then. Views have their counts."""
    if menu is Menu.GO and not notes:
        notes = view_notes(node)
    app = node.app
    if not app.is_screen_installed(INSTALLED):
        app.install_screen(WhichKeyScreen(menu, without, title, notes), INSTALLED)
    kept = app.get_screen(INSTALLED, WhichKeyScreen)
    kept.tell(menu, without, title, notes)
    app.push_screen(kept)
