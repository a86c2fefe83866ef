"""The list of tasks: rows with marks, of which only the visible ones are painted; further pages are joined to its end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from deskterm.desk.rows_time import TaskRow
from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.widgets.line_list import SERVED, LineList
from deskterm.widgets.paint import UNICODE, Line, Marks
from deskterm.widgets.paint_task import TaskColumns, task_line


class TaskList(LineList[TaskRow], inherit_bindings=False):
    """See the module. What is marked stays so while it is listed no more."""

    DEFAULT_CSS: ClassVar[str] = """
    TaskList:focus > .line--cursor { background: $primary-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.TASKS, only=SERVED)]

    class RangeMoved(Message):
        """The range that is being marked has another end."""

    def __init__(self, now: Callable[[], datetime], me_id: int, marks: Marks = UNICODE, *, id: str | None = None) -> None:
        super().__init__(self._line, lambda row: row.id, marks=marks, id=id)
        self._now = now
        self._me_id = me_id
        self._signs = marks
        self._highest = 0
        """The highest number listed, for which there is room in every row."""
        self.marked: frozenset[int] = frozenset()
        self.range_start: int | None = None
        """The task at which the range begins that is being marked."""

    def _line(self, row: TaskRow, cells: int) -> Line:
        columns = TaskColumns.of(cells, self._highest)
        marked = row.id in self.marked or row.id in self.range_ids()
        return task_line(row, columns, self._now(), self._me_id, self._signs, marked=marked)

    def show(self, rows: Sequence[TaskRow]) -> None:
        self._highest = max((row.number for row in rows), default=0)
        super().show(rows)

    def say_empty(self, words: str) -> None:
        """Say so where no task is listed."""
        if words != self._empty:
            self._empty = words
            self.refresh()

    def extend(self, rows: Sequence[TaskRow]) -> None:
        """Join a further page to the end."""
        known = {row.id for row in self._rows}
        self.show((*self._rows, *(row for row in rows if row.id not in known)))

    def show_at(self, rows: Sequence[TaskRow], task_id: int | None) -> None:
        """Show other rows with the cursor on a task, else on the first one."""
        self._cursor = self._top = 0
        self._rows = ()
        self.show(rows)
        self.find(task_id)

    def find(self, task_id: int | None) -> bool:
        """Put the cursor on a task; says whether it is listed."""
        place = next((index for index, row in enumerate(self._rows) if row.id == task_id), None)
        if place is not None:
            self.put_cursor(place)
        return place is not None

    # Marks

    def mark(self, ids: Collection[int], marked: bool = True) -> None:
        """Mark tasks, or take their marks away."""
        self.marked = self.marked.union(ids) if marked else self.marked.difference(ids)
        self.refresh()

    def clear_marks(self) -> bool:
        """Take all marks away; says whether there were any."""
        had = bool(self.marked) or self.range_start is not None
        self.marked, self.range_start = frozenset(), None
        self.refresh()
        return had

    def range_ids(self) -> Sequence[int]:
        """Return the tasks from the beginning of the range to the cursor; none where no range is being marked."""
        if self.range_start is None:
            return ()
        ids = [row.id for row in self._rows]
        if self.range_start not in ids:
            return ()
        first, last = sorted((ids.index(self.range_start), self._cursor))
        return ids[first : last + 1]

    def move(self, lines: int) -> None:
        super().move(lines)
        if self.range_start is not None:
            self.refresh()
            self.post_message(self.RangeMoved())
