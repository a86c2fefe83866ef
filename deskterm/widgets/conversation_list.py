"""The list of conversations: a stretch of a view's rows, of which only the visible lines are ever painted.

It holds no master copy: the screen hands it windows and hears `EdgeNear` before the operator reaches the end of what is
loaded. What the operator reads does not move: rows that come above it are counted in `arrived` until the top is gone to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Resize
from textual.geometry import Region
from textual.strip import Strip

from deskterm.desk.rows import ConversationRow, RowKey, Window
from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.widgets.arrivals import Arrivals
from deskterm.widgets.cells import fit
from deskterm.widgets.columns import Columns
from deskterm.widgets.list_moves import AHEAD, SERVED, Moving, Side
from deskterm.widgets.paint import UNICODE, Marks, Span
from deskterm.widgets.paint_row import ROLES, conversation_line, times, times_width
from deskterm.widgets.strips import Brush

__all__ = ["AHEAD", "MOST", "SERVED", "ConversationList", "Side", "Stretch"]

MOST = 800
"""Rows held at most; the far end is let go."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What `office.conversations` must be asked to see the rows again that are loaded now."""

    at: RowKey | None
    before: int
    after: int
    generation: int


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as it was painted, of which row, with which times."""

    row: ConversationRow
    times: tuple[tuple[str, str], ...]
    strip: Strip


class ConversationList(Moving, can_focus=True):
    """See the module. `marked` are the ids of the marked conversations, loaded or not; reloads leave them as they are."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"row--{role}" for role in (*ROLES, "cursor", "mark")}
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.LIST, only=SERVED, at_once=True)]

    def __init__(self, now: Callable[[], datetime], me_id: int, marks: Marks = UNICODE, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._now = now
        self._me_id = me_id
        self._marks = marks
        self._brush = Brush(self, "row")
        self._lines: dict[tuple[int, bool, bool, bool], _Line] = {}
        self._columns = Columns.of(0)
        self._loaded = False
        self._arrivals = Arrivals()
        self._range_start: int | None = None
        self.marked: set[int] = set()
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
    def lines(self) -> int:
        """How many rows the screen has room for."""
        return max(1, self._room.height)

    @property
    def position(self) -> int | None:
        """Where the cursor stands in the whole view, counted from 1; None where that is not known."""
        return None if self.first_place is None or not self._rows else self.first_place + self._cursor + 1

    @property
    def arrived(self) -> int:
        """How many conversations came above what is on the screen, unseen."""
        return self._arrivals.count

    @property
    def is_deep(self) -> bool:
        """Whether the view's beginning is not loaded: what arrives there must be looked for, see `hear_top`."""
        return self._more_before

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show, and not only nothing yet."""
        return self._loaded and not self._rows

    def stretch(self) -> Stretch:
        """Return what to ask for to look at the loaded rows again: those and what the screen needs, no more at each look."""
        after = max(min(len(self._rows), MOST), self._top + self._room.height + 2 * AHEAD)
        at = self._rows[0].key if self._rows and self._more_before else None
        return Stretch(at, AHEAD if at else 0, after, self.generation)

    def neighbour(self, step: int) -> ConversationRow | None:
        """Return the row that many rows below (or above) the cursor, if it is loaded."""
        index = self._cursor + step
        return self._rows[index] if 0 <= index < len(self._rows) else None

    def following(self, done: Collection[int]) -> ConversationRow | None:
        """Return the next row below the cursor that is none of these, else the nearest above it."""
        near = (*self._rows[self._cursor :], *reversed(self._rows[: self._cursor]))
        return next((row for row in near if row.id not in done), None)

    # Marks

    @property
    def range_start(self) -> int | None:
        """The conversation where a range begins; all rows from there to the cursor show as marked."""
        return self._range_start

    @range_start.setter
    def range_start(self, conversation_id: int | None) -> None:
        before = set(self.range_ids())
        self._range_start = conversation_id
        self._repaint_ids(before | set(self.range_ids()))

    def range_ids(self) -> tuple[int, ...]:
        """Return the conversations from the anchor to the cursor; none without an anchor that is loaded."""
        at = next((index for index, row in enumerate(self._rows) if row.id == self._range_start), None)
        if at is None:
            return ()
        first, last = sorted((at, self._cursor))
        return tuple(row.id for row in self._rows[first : last + 1])

    def mark(self, ids: Iterable[int], on: bool = True) -> None:
        """Mark conversations, or take their marks away; only their lines are painted again."""
        wanted = set(ids)
        changed = wanted - self.marked if on else wanted & self.marked
        self.marked ^= changed
        self._repaint_ids(changed)

    def clear_marks(self) -> None:
        """Take all marks away, and the anchor."""
        self.range_start = None
        self.mark(tuple(self.marked), False)

    def spans_range(self) -> bool:
        return self._range_start is not None

    def _repaint_ids(self, ids: Collection[int]) -> None:
        lines = [self._line_of(index) for index in self._visible() if self._rows[index].id in ids]
        if lines:
            self.refresh(*lines)

    # What the screen tells

    def show(
        self,
        window: Window,
        *,
        cursor_id: int | None = None,
        leave: Collection[int] = (),
        jump: bool = False,
        end: bool = False,
    ) -> None:
        """Show a window instead of what stood here, the cursor on a conversation.

        Where that one is gone (or among those to `leave`) the cursor stands on the one that followed it. What the
        operator reads does not move, unless the cursor rests on the first row. `jump` shows the cursor in the middle, as
        after going there; `end` puts it on the last row.
        """
        height = max(1, self._room.height)
        rests, shift = self._rests and self.at_top, self._cursor - self._top
        places = {row.id: index for index, row in enumerate(window.rows)}
        target = None if cursor_id is None or cursor_id in leave else places.get(cursor_id)
        if target is None and cursor_id is not None:
            target = self._successor(cursor_id, places, leave)
        before, first_place = self.chosen, None
        since = self._rows[0].key if self._rows and self._more_before else None
        if self.first_place is not None and self._rows and self._rows[0].id in places:
            first_place = self.first_place - places[self._rows[0].id]
        painted = [self._rows[index] for index in self._visible()]
        self._take(window, first_place)
        self._cursor = len(window.rows) - 1 if end else min(target or 0, max(0, len(window.rows) - 1))
        self._cursor = max(0, self._cursor)
        if jump or end:
            self._top = self._cursor - height // 2
        else:
            self._top = 0 if rests and not window.more_before else self._cursor - shift
        self._settle(height)
        self._rests = not window.more_before and (self._cursor == 0 or (rests and not jump))
        self._look_above(since, jump=jump or end)
        self._repaint(painted, before)
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
        self._arrivals.know(new)
        columns, had_room = self._columns, len(self._rows) - self._top < self._room.height
        self._take(Window(rows, window.total, *more), first_place)
        self._cursor += shift
        self._top += shift
        if self._columns != columns or had_room:
            self.refresh()

    def hear_top(self, rows: Sequence[ConversationRow]) -> None:
        """Look at the view's first rows, which are not loaded: what came there is counted."""
        if self._rows:
            self._arrivals.hear(rows, self._rows[self._top].key, own_id=self._rows[self._cursor].id)

    def know_top(self, rows: Sequence[ConversationRow]) -> None:
        """Take the view's first rows, which are not loaded, as known: what comes there later is new."""
        self._arrivals.know(rows)

    def put_cursor(self, conversation_id: int) -> bool:
        """Put the cursor on a conversation if it is loaded; says whether it is."""
        for index, row in enumerate(self._rows):
            if row.id == conversation_id:
                self._move_to(index)
                return True
        return False

    def clear(self) -> None:
        """Forget everything, as for another view: the cursor starts at the top, and nothing is marked there.

        Nothing is painted: what is on the screen stays until the next rows come, or until a `refresh`.
        """
        self._take(Window((), None, False, False))
        self._loaded = False
        self._cursor = self._top = 0
        self._rests = True
        self._range_start = None
        self.marked.clear()
        self._arrivals.forget()

    def tick(self) -> None:
        """Time goes by: paint those times again whose words are others now, and nothing else."""
        now, kept, stale = self._now(), {}, []
        places = {self._rows[index].id: index for index in self._visible()}
        for key, line in self._lines.items():
            place = places.get(key[0])
            if place is None:
                continue
            if times(line.row, self._columns, now, self._marks) == line.times:
                kept[key] = line
            else:
                stale.append(place)
        self._lines = kept
        if stale:
            cells = min(times_width(self._columns), self._room.width)
            self.refresh(*(Region(self._room.width - cells, place - self._top, cells, 1) for place in set(stale)))

    def scrolled(self) -> None:
        if self.at_top:
            self._arrivals.seen()

    def _visible(self) -> range:
        return range(self._top, min(self._top + self._room.height, len(self._rows)))

    def _look_above(self, since: RowKey | None, *, jump: bool) -> None:
        """Count what came above the screen since the last look."""
        if not jump and not self.at_top and self._rows:
            self._arrivals.hear(
                self._rows[: self._top], self._rows[self._top].key, since=since, own_id=self._rows[self._cursor].id
            )
        elif self.at_top:
            self._arrivals.seen()
        self._arrivals.know(self._rows)

    def _repaint(self, painted: Sequence[ConversationRow], before: ConversationRow | None) -> None:
        """Paint the lines again that say something else now: most rows are as they were when the bell rings."""
        here, was = self.chosen, before
        visible = self._visible()
        if len(painted) != len(visible) or not painted:
            self.refresh()
            return
        moved = {row.id for row in (here, was) if row is not None} if (here and here.id) != (was and was.id) else set()
        changed = [
            self._line_of(index)
            for index, old in zip(visible, painted, strict=True)
            if self._rows[index] != old or old.id in moved
        ]
        if changed:
            self.refresh(*changed)

    def _successor(self, gone_id: int, places: dict[int, int], leave: Collection[int]) -> int | None:
        """Return the new place of the row that followed a conversation, else of the nearest one above it."""
        ids = [row.id for row in self._rows]
        if gone_id not in ids:
            return None
        index = ids.index(gone_id)
        near = (*ids[index + 1 :], *reversed(ids[:index]))
        return next((places[one] for one in near if one in places and one not in leave), places.get(gone_id))

    def _take(self, window: Window, first_place: int | None = None) -> None:
        self._rows = window.rows
        self._more_before, self._more_after = window.more_before, window.more_after
        self._loaded = True
        self.total = window.total
        self.first_place = 0 if not window.more_before else first_place
        self.generation += 1
        columns = self._share_columns() if window.rows else self._columns
        if columns != self._columns:
            self._columns = columns
            self._lines.clear()
            self.refresh()

    # Painting

    def _share_columns(self) -> Columns:
        return Columns.of(self._room.width, max((row.number for row in self._rows), default=0))

    def on_resize(self, event: Resize) -> None:
        """Remember the room there is: a hidden widget has none, and is told nothing when it is shown again as it was."""
        if event.size.area:
            if event.size.width != self._room.width:
                self._lines.clear()
                self.refresh()
            self._room = event.size
            self._columns = self._share_columns()
            self._settle(event.size.height)

    def notify_style_update(self) -> None:
        self._lines.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        cells = self.size.width
        index = self._top + y
        if index >= len(self._rows):
            words = self.empty_words if self.is_empty and y == 1 else ""
            return self._brush.strip((Span(fit(f"  {words}", cells), "muted"),), cells)
        row = self._rows[index]
        here = index == self._cursor
        marked = row.id in self.marked or (self._range_start is not None and row.id in self.range_ids())
        key = (row.id, here, self.has_focus, marked)
        found = self._lines.get(key)
        if found is None or found.row != row:
            if len(self._lines) > 2 * MOST:
                self._lines.clear()
            found = self._lines[key] = self._paint(row, here, marked, cells)
        return found.strip

    def _paint(self, row: ConversationRow, here: bool, marked: bool, cells: int) -> _Line:
        mark = (
            Span(self._marks.cursor, "mark") if here and self.has_focus else Span(self._marks.cursor if here else " ", "muted")
        )
        now = self._now()
        columns = self._columns if self._columns.width == cells else Columns.of(cells)
        line = conversation_line(row, columns, now, self._me_id, self._marks, marked=marked)
        strip = self._brush.exact((mark, *line), cells, *(("cursor",) if here else ()))
        return _Line(row, times(row, self._columns, now, self._marks), strip)
