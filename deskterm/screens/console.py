"""What a screen may use of the application around it."""

from __future__ import annotations

from typing import Protocol, cast

from textual.dom import DOMNode

from deskterm.keys.keymap import Keymap
from deskterm.office import Office
from deskterm.settings import ConsoleSettings


class Console(Protocol):
    """The application as its screens see it: the desk, the operator's keys and looks, and the way to other rooms."""

    @property
    def office(self) -> Office:
        """The desk."""
        ...

    @property
    def console(self) -> ConsoleSettings:
        """How the operator wants it to look."""
        ...

    @property
    def own_keys(self) -> Keymap:
        """The operator's keys."""
        ...

    def tell(self, words: str, *, problem: bool = False) -> None:
        """Say one sentence at the foot of the screen; a `problem` stays longer and stands out. Cleaned, never markup."""
        ...

    def open_conversation(self, conversation_id: int) -> None:
        """Leave every other room and show this conversation."""
        ...

    def go_to_view(self, view: str) -> None:
        """Leave every other room and show a view of the list, by its name in `deskterm.desk.rows.View`."""
        ...


def console_of(node: DOMNode) -> Console:
    """Return the application that a widget or screen lives in."""
    return cast(Console, node.app)
