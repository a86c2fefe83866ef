"""A list of one-line rows in a room beside the inbox (outbox, held, choices of a dialog); only the visible ones are painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual.binding import BindingType
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.widgets.cells import fit
from deskterm.widgets.paint import UNICODE, Line, Marks, Span
from deskterm.widgets.strips import Brush, Painted

Row = TypeVar("Row")

SERVED = ("down", "up", "page_down", "page_up", "first", "last", "open")
"""The commands that the list itself carries out."""
AHEAD = 30
"""How near to the last row the cursor comes before more are asked for."""
ROLES = ("name", "muted", "failed", "warning", "good", "key", "cursor", "mark")


class LineList(Painted, Generic[Row], can_focus=True):
    """Rows, each painted by `paint(row, cells)`; `key` tells which is the same one after a reload. It holds no master copy."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"line--{role}" for role in ROLES}
    DEFAULT_CSS: ClassVar[str] = """
    LineList {
        height: 1fr;
        & > .line--name { text-style: bold; }
        & > .line--muted { color: $text-muted; }
        & > .line--failed { color: $text-error; text-style: bold; }
        & > .line--warning { color: $text-warning; text-style: bold; }
        & > .line--good { color: $text-success; }
        & > .line--key { color: $text-accent; text-style: bold; }
        & > .line--cursor { background: $boost; }
        & > .line--mark { color: $text-accent; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.OUTBOX, Context.HELD, only=SERVED)]

    class Chosen(Message):
        """The operator opens the row under the cursor."""

        def __init__(self, row: object) -> None:
            super().__init__()
            self.row = row

    class EndNear(Message):
        """The cursor nears the last row that is loaded."""

    def __init__(
        self,
        paint: Callable[[Row, int], Line],
        key: Callable[[Row], object],
        *,
        empty: str = "",
        marks: Marks = UNICODE,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._marks = marks
        self._paint = paint
        self._key = key
        self._empty = empty
        self._brush = Brush(self, "line")
        self._rows: tuple[Row, ...] = ()
        self._loaded = False
        self._cursor = 0
        self._top = 0

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows shown."""
        return self._rows

    @property
    def chosen(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self._cursor] if self._rows else None

    def show(self, rows: Sequence[Row]) -> None:
        """Show other rows; the cursor stays on its row, or on the one that took its place."""
        before = self.chosen
        self._rows = tuple(rows)
        self._loaded = True
        if before is not None:
            wanted = self._key(before)
            found = next((index for index, row in enumerate(self._rows) if self._key(row) == wanted), self._cursor)
            self._cursor = found
        self._cursor = max(0, min(self._cursor, len(self._rows) - 1))
        self._settle()
        self.refresh(layout=self.styles.is_auto_height)

    def put_cursor(self, index: int) -> None:
        """Put the cursor on a row by its place."""
        if index != self._cursor and 0 <= index < len(self._rows):
            self._cursor = index
            self._settle()
            self.refresh()

    def move(self, lines: int) -> None:
        """Move the cursor by so many rows, as far as there are rows."""
        if not self._rows:
            return
        self._cursor = max(0, min(self._cursor + lines, len(self._rows) - 1))
        self._settle()
        self.refresh()
        if len(self._rows) - self._cursor <= AHEAD:
            self.post_message(self.EndNear())

    def action_down(self) -> None:
        self.move(1)

    def action_up(self) -> None:
        self.move(-1)

    def action_page_down(self) -> None:
        self.move(max(1, self.size.height - 1))

    def action_page_up(self) -> None:
        self.move(-max(1, self.size.height - 1))

    def action_first(self) -> None:
        self.move(-len(self._rows))

    def action_last(self) -> None:
        self.move(len(self._rows))

    def action_open(self) -> None:
        if self.chosen is not None:
            self.post_message(self.Chosen(self.chosen))

    def _settle(self) -> None:
        height = max(1, self.size.height)
        self._top = max(self._top, self._cursor - height + 1)
        self._top = max(0, min(self._top, self._cursor, len(self._rows) - height))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the rows take, for a dialog that grows with them."""
        return max(1, len(self._rows))

    def on_resize(self, _event: Resize) -> None:
        self._settle()

    def render_line(self, y: int) -> Strip:
        cells = self.size.width
        index = min(self._top, max(0, len(self._rows) - self.size.height)) + y  # it may have grown since
        if index >= len(self._rows):
            words = self._empty if self._loaded and not self._rows and y == 0 else ""
            return self._brush.strip((Span(fit(f"  {words}", cells), "muted"),), cells)
        here = index == self._cursor
        mark = Span(self._marks.cursor if here else " ", "mark")
        states = ("cursor",) if here else ()
        return self._brush.strip((mark, *self._paint(self._rows[index], cells - 1)), cells, *states)
