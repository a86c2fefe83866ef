"""A small menu that waits for the second key of a prefix and shows what is possible.

It is pushed before the next key is looked at, so whoever knows the keys may type them as fast as they like.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.dom import DOMNode
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Static

from deskterm.i18n import _
from deskterm.keys.actions import BY_ID, Action, Menu, menu_actions
from deskterm.keys.keymap import opener, shown_key
from deskterm.screens.console import console_of
from deskterm.screens.leaving import leave


class WhichKeyScreen(ModalScreen[Action | None]):
    """Ends with the action that was chosen, or None for any other key. `without` are ids that are not possible now."""

    DEFAULT_CSS: ClassVar[str] = """
    WhichKeyScreen { align: right bottom; background: transparent; }
    WhichKeyScreen > Static {
        width: auto; min-width: 26; max-width: 100%; max-height: 100%; height: auto; margin: 0 1 1 1; padding: 0 1;
        border: round $primary; background: $surface; color: $foreground;
    }
    """

    def __init__(self, menu: Menu, without: Collection[str] = (), title: str = "") -> None:
        super().__init__()
        self._menu = menu
        self._title = title
        self._without = without

    def compose(self) -> ComposeResult:
        keymap = console_of(self).own_keys
        lines = [
            Content.assemble(
                (f"{shown_key(keymap.keys(action)[0]):>5}", "bold $accent"), "  ", Content(_(action.title)),
            )
            for action in menu_actions(self._menu)
            if action.id not in self._without
        ]  # fmt: skip
        if self._title:
            lines.insert(0, Content(self._title))
        box = Static(Content("\n").join(lines))
        box.border_title = Content(_(BY_ID[opener(self._menu)].title))
        yield box

    def on_key(self, event: Key) -> None:
        event.stop()
        if not self.is_current:
            # Typed ahead of the menu's end: this key is for whatever comes now.
            self.app.post_message(Key(event.key, event.character))
            return
        action = console_of(self).own_keys.in_menu(self._menu, event.key)
        leave(self, None if action is None or action.id in self._without else action)


def open_menu(node: DOMNode, menu: Menu, without: Collection[str] = (), title: str = "") -> None:
    """Push a menu, under a title of ours, and carry out what is chosen, where the focus is then."""

    async def perform(action: Action | None) -> None:
        if action is not None:
            await console_of(node).perform(action)

    node.app.push_screen(WhichKeyScreen(menu, without, title), perform)
