"""What the rooms beside the inbox share: a bar at the head and at the foot, live reloading, calm words for refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.dom import DOMNode
from textual.events import Resize
from textual.screen import Screen
from textual.widget import Widget

from deskterm.desk.commands import Command, Refused
from deskterm.keys.actions import FOOTER, Context
from deskterm.office import Office
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.console import Console, begin, console_of
from deskterm.screens.leaving import leave
from deskterm.widgets.paint import ASCII, UNICODE, Line, Marks, Span
from deskterm.widgets.status import Bar, key_hints
from deskterm.words.wording import refusal_words


def marks_of(node: DOMNode) -> Marks:
    """Return the symbols that the operator's terminal can show."""
    return ASCII if console_of(node).looks.ascii else UNICODE


class RoomScreen(Screen[None]):
    """A room: `body` makes its middle, `load` fills it and is called again whenever the bell rings."""

    CONTEXT: ClassVar[Context]
    DEFAULT_CSS: ClassVar[str] = """
    RoomScreen { layout: vertical; }
    """

    @property
    def console_app(self) -> Console:
        """The application around this room."""
        return console_of(self)

    @property
    def office(self) -> Office:
        """The desk."""
        return self.console_app.office

    @property
    def marks(self) -> Marks:
        """The symbols the operator wants."""
        return marks_of(self)

    def body(self) -> Iterable[Widget]:
        """Return the widgets between the bars."""
        raise TypeError(f"{type(self).__name__} has no body")

    async def load(self) -> None:
        """Ask the desk and show what it says."""
        raise TypeError(f"{type(self).__name__} has nothing to load")

    def compose(self) -> ComposeResult:
        yield Bar(id="head")
        yield from self.body()
        yield Bar(id="foot")

    def on_mount(self) -> None:
        self._again = Coalesced(self, self.load, "rows")
        self._hang_up = self.office.on_change(self.reload)
        self.reload()

    def on_unmount(self) -> None:
        self._hang_up()

    def reload(self) -> None:
        """Look again soon."""
        self._again.ask()

    def head(self, left: Line, right: Line = ()) -> None:
        """Show other words in the bar at the head."""
        self.query_one("#head", Bar).put((Span(" "), *left), (*right, Span(" ")))

    def on_resize(self, event: Resize) -> None:
        self.show_foot(event.size.width)

    def show_foot(self, cells: int) -> None:
        """Show the keys that work here in the bar at the foot, which is so many cells wide."""
        self.query_one("#foot", Bar).put(key_hints(FOOTER.get(self.CONTEXT, ()), self.console_app.own_keys, cells))

    def ask(self, command: Command, done: str | Callable[[int], str] = "") -> None:
        """Have a command carried out; says `done` (of how many it touched), or why not."""
        begin(self, self._ask(command, done), group="acts")

    async def _ask(self, command: Command, done: str | Callable[[int], str]) -> None:
        answer = await self.office.submit(command)
        if isinstance(answer, Refused):
            self.console_app.tell(refusal_words(answer), problem=True)
        elif done:
            self.console_app.tell(done(answer.count) if callable(done) else done)

    def action_back(self) -> None:
        """Leave the room."""
        leave(self, None)
