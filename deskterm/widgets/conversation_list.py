"""The list of conversations: a stretch of a view's rows, of which only the visible lines are ever painted.

It holds no master copy: the screen hands it windows and hears `EdgeNear` before the operator reaches the end of what is
loaded. A move of the cursor repaints two lines; leaving the visible part scrolls by half of it, so that a held key scrolls
rarely.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from deskterm.desk.rows import ConversationRow, RowKey, Window
from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.widgets.cells import fit
from deskterm.widgets.paint import UNICODE, Columns, Marks, Span, conversation_line
from deskterm.widgets.strips import Brush, Painted

AHEAD = 60
"""How near to the end of the loaded rows the cursor comes before more are asked for."""
MOST = 800
"""Rows held at most; the far end is let go."""

SERVED = ("down", "up", "half_down", "half_up", "page_down", "page_up", "first", "last", "open")
"""The commands that the list itself carries out."""


class Side(Enum):
    """Where more rows are wanted."""

    BEFORE = "before"
    AFTER = "after"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Stretch:
    """What `office.conversations` must be asked to see the rows again that are loaded now."""

    at: RowKey | None
    before: int
    after: int
    generation: int


class ConversationList(Painted, can_focus=True):
    """See the module."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"row--{role}" for role in ("late", "unread", "waits", "muted", "own", "failed", "cursor", "mark")
    }
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.LIST, only=SERVED, at_once=True)]

    class CursorMoved(Message):
        """The cursor came to stand on another conversation (None: the list is empty)."""

        def __init__(self, row: ConversationRow | None) -> None:
            super().__init__()
            self.row = row

    class RowChosen(Message):
        """The operator opens the conversation under the cursor."""

        def __init__(self, row: ConversationRow) -> None:
            super().__init__()
            self.row = row

    class EdgeNear(Message):
        """The cursor nears the end of what is loaded, or wants the view's first or last row, which is not."""

        def __init__(self, side: Side) -> None:
            super().__init__()
            self.side = side

    def __init__(self, now: Callable[[], datetime], me_id: int, marks: Marks = UNICODE, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._now = now
        self._me_id = me_id
        self._marks = marks
        self._brush = Brush(self, "row")
        self._rows: tuple[ConversationRow, ...] = ()
        self._strips: dict[tuple[int, bool, bool], Strip] = {}
        self._columns = Columns.of(0)
        self._cursor = 0
        self._top = 0
        self._more_before = False
        self._more_after = False
        self._loaded = False
        self._room = Size(0, 0)
        self.total: int | None = None
        self.first_place: int | None = 0
        self.generation = 0
        self.empty_words = ""

    # What the screen asks

    @property
    def rows(self) -> Sequence[ConversationRow]:
        """The rows that are loaded."""
        return self._rows

    @property
    def chosen(self) -> ConversationRow | None:
        """The row under the cursor."""
        return self._rows[self._cursor] if self._rows else None

    @property
    def position(self) -> int | None:
        """Where the cursor stands in the whole view, counted from 1; None where that is not known."""
        return None if self.first_place is None or not self._rows else self.first_place + self._cursor + 1

    @property
    def at_top(self) -> bool:
        """Whether the view's first row is on the screen."""
        return self._top == 0 and not self._more_before

    def stretch(self) -> Stretch:
        """Return what to ask for to look at the loaded rows again."""
        after = max(len(self._rows), self._room.height) + 2 * AHEAD
        at = self._rows[0].key if self._rows and self._more_before else None
        return Stretch(at, AHEAD if at else 0, after, self.generation)

    def neighbour(self, step: int) -> ConversationRow | None:
        """Return the row that many rows below (or above) the cursor, if it is loaded."""
        index = self._cursor + step
        return self._rows[index] if 0 <= index < len(self._rows) else None

    # What the screen tells

    def show(
        self, window: Window, *, cursor_id: int | None = None, leave: bool = False, jump: bool = False, end: bool = False
    ) -> None:
        """Show a window instead of what stood here, the cursor on a conversation.

        Where that one is gone (or `leave` says to go on from it) the cursor stands on the one that followed it. What the
        operator reads does not move, unless the first row is on the screen. `jump` shows the cursor in the middle, as after
        going there; `end` puts it on the last row.
        """
        height = max(1, self._room.height)
        at_top, shift = self.at_top, self._cursor - self._top
        places = {row.id: index for index, row in enumerate(window.rows)}
        target = None if leave else places.get(cursor_id) if cursor_id is not None else None
        if target is None and cursor_id is not None:
            target = self._successor(cursor_id, places)
        before, first_place = self.chosen, None
        if self.first_place is not None and self._rows and self._rows[0].id in places:
            first_place = self.first_place - places[self._rows[0].id]
        self._take(window, first_place)
        self._cursor = len(window.rows) - 1 if end else min(target or 0, max(0, len(window.rows) - 1))
        self._cursor = max(0, self._cursor)
        if jump:
            self._top = self._cursor - height // 2
        else:
            self._top = 0 if at_top and not window.more_before else self._cursor - shift
        self._settle(height)
        self.refresh()
        if end and window.total is not None:
            self.first_place = window.total - len(window.rows)
        self._tell(before)

    def extend(self, window: Window, side: Side) -> None:
        """Join further rows to the loaded ones; rows that are here already are not taken twice."""
        known = {row.id for row in self._rows}
        new = tuple(row for row in window.rows if row.id not in known)
        if side is Side.BEFORE:
            rows, shift, more = (*new, *self._rows), len(new), (window.more_before, self._more_after)
            dropped = max(0, len(rows) - max(MOST, shift + self._cursor + self._room.height + AHEAD))
            rows = rows[: len(rows) - dropped]
            more = (more[0], more[1] or dropped > 0)
        else:
            rows, shift, more = (*self._rows, *new), 0, (self._more_before, window.more_after)
            dropped = max(0, min(len(rows) - MOST, self._top - AHEAD))
            rows, shift, more = rows[dropped:], -dropped, (more[0] or dropped > 0, more[1])
        first_place = None if self.first_place is None else self.first_place - shift
        self._take(Window(rows, window.total, *more), first_place)
        self._cursor += shift
        self._top += shift
        self.refresh()

    def put_cursor(self, conversation_id: int) -> bool:
        """Put the cursor on a conversation if it is loaded; says whether it is."""
        for index, row in enumerate(self._rows):
            if row.id == conversation_id:
                self._move_to(index)
                return True
        return False

    def clear(self) -> None:
        """Forget everything, as for another view; the cursor starts at the top."""
        self._take(Window((), None, False, False))
        self._loaded = False
        self._cursor = self._top = 0
        self.refresh()

    def tick(self) -> None:
        """Repaint the times."""
        self._strips.clear()
        self.refresh()

    # Moving

    def action_down(self) -> None:
        self._move_to(self._cursor + 1)

    def action_up(self) -> None:
        self._move_to(self._cursor - 1)

    def action_half_down(self) -> None:
        self._scroll_by(self._room.height // 2)

    def action_half_up(self) -> None:
        self._scroll_by(-(self._room.height // 2))

    def action_page_down(self) -> None:
        self._scroll_by(self._room.height - 1)

    def action_page_up(self) -> None:
        self._scroll_by(1 - self._room.height)

    def action_first(self) -> None:
        if self._more_before:
            self.post_message(self.EdgeNear(Side.FIRST))
        else:
            self._move_to(0)

    def action_last(self) -> None:
        if self._more_after:
            self.post_message(self.EdgeNear(Side.LAST))
        else:
            self._move_to(len(self._rows) - 1)

    def action_open(self) -> None:
        if self.chosen is not None:
            self.post_message(self.RowChosen(self.chosen))

    def _move_to(self, index: int) -> None:
        """Put the cursor on a row; outside of the visible part, half of it is scrolled."""
        if not self._rows:
            return
        old, before = self._cursor, self.chosen
        self._cursor = max(0, min(index, len(self._rows) - 1))
        height = max(1, self._room.height)
        if self._top <= self._cursor < self._top + height:
            if old != self._cursor:
                self.refresh(self._line_of(old), self._line_of(self._cursor))
        else:
            self._top = self._cursor - height // 2
            self._settle(height)
            self.refresh()
        self._tell(before)

    def _scroll_by(self, lines: int) -> None:
        before = self.chosen
        self._top += lines
        self._cursor = max(0, min(self._cursor + lines, len(self._rows) - 1))
        self._settle(max(1, self._room.height))
        self.refresh()
        self._tell(before)

    def _settle(self, height: int) -> None:
        """Keep the visible part within the rows, and the cursor within the visible part."""
        self._top = max(self._top, self._cursor - height + 1)
        self._top = min(self._top, self._cursor, max(0, len(self._rows) - height))
        self._top = max(0, self._top)

    def _line_of(self, index: int) -> Region:
        return Region(0, index - self._top, self._room.width, 1)

    def _tell(self, before: ConversationRow | None) -> None:
        """Tell where the cursor went, and ask for more rows in good time."""
        after = self.chosen
        if (before and before.id) != (after and after.id):
            self.post_message(self.CursorMoved(after))
        if self._more_after and len(self._rows) - self._cursor < AHEAD:
            self.post_message(self.EdgeNear(Side.AFTER))
        elif self._more_before and self._cursor < AHEAD:
            self.post_message(self.EdgeNear(Side.BEFORE))

    def _successor(self, gone_id: int, places: dict[int, int]) -> int | None:
        """Return the new place of the row that followed a conversation, else of the nearest one above it."""
        ids = [row.id for row in self._rows]
        if gone_id not in ids:
            return None
        index = ids.index(gone_id)
        for near in (*ids[index + 1 :], *reversed(ids[:index])):
            if near in places:
                return places[near]
        return None

    def _take(self, window: Window, first_place: int | None = None) -> None:
        self._rows = window.rows
        self._more_before, self._more_after = window.more_before, window.more_after
        self._loaded = True
        self.total = window.total
        self.first_place = 0 if not window.more_before else first_place
        self.generation += 1
        self._strips.clear()
        self._columns = self._share_columns()

    # Painting

    def _share_columns(self) -> Columns:
        return Columns.of(self._room.width, max((row.number for row in self._rows), default=0))

    def on_resize(self, event: Resize) -> None:
        """Remember the room there is: a hidden widget has none, and is told nothing when it is shown again as it was."""
        if event.size.area:
            self._room = event.size
            self._strips.clear()
            self._columns = self._share_columns()
            self._settle(event.size.height)

    def notify_style_update(self) -> None:
        self._strips.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        cells = self.size.width
        index = self._top + y
        if index >= len(self._rows):
            words = self.empty_words if self._loaded and not self._rows and y == 1 else ""
            return self._brush.strip((Span(fit(f"  {words}", cells), "muted"),), cells)
        row = self._rows[index]
        here = index == self._cursor
        found = self._strips.get((row.id, here, self.has_focus))
        if found is None:
            found = self._strips[row.id, here, self.has_focus] = self._paint(row, here, cells)
        return found

    def _paint(self, row: ConversationRow, here: bool, cells: int) -> Strip:
        mark = (
            Span(self._marks.cursor, "mark") if here and self.has_focus else Span(self._marks.cursor if here else " ", "muted")
        )
        line = conversation_line(row, self._columns, self._now(), self._me_id, self._marks)
        return self._brush.strip((mark, *line), cells, *(("cursor",) if here else ()))
