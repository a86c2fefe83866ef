"""The tasks of the conversation that is read, in lines under its heading; of what is done, how much."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from deskterm.desk.rows_time import TaskRow
from deskterm.i18n import _, ngettext
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.console import console_of
from deskterm.widgets.paint import Line, Marks, Span
from deskterm.widgets.paint_task import folded_words, task_short
from deskterm.widgets.status import Bar
from deskterm.words.task_words import TO_DO

LINES = 2
"""Tasks that have a line each, at most; of more, how many."""
_ROLES = {"failed": "late", "warning": "note"}


class TasksBeside(Vertical):
    """See the module. There is nothing where there is no task."""

    DEFAULT_CSS: ClassVar[str] = """
    TasksBeside { height: auto; & > Bar { display: none; background: $surface; } & > Bar.-told { display: block; } }
    """

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = marks
        self._again = Coalesced(self, self._read, "tasks-beside")
        self.conversation_id: int | None = None
        self.tasks: tuple[TaskRow, ...] = ()

    def compose(self) -> ComposeResult:
        for line in range(LINES):
            yield Bar(id=f"task-{line}")

    def look_at(self, conversation_id: int | None) -> None:
        """Show the tasks of this conversation (None: of none)."""
        if conversation_id != self.conversation_id:
            self.conversation_id, self.tasks = conversation_id, ()
            self.paint()
        if conversation_id is not None:
            self._again.ask()

    async def _read(self) -> None:
        wanted = self.conversation_id
        if wanted is None:
            return
        tasks = await console_of(self).office.tasks_of(conversation_id=wanted)
        if wanted == self.conversation_id:
            self.tasks = tasks
            self.paint()

    def paint(self) -> None:
        """Say what is known."""
        lines = self._lines(self.size.width or self.screen.size.width)
        for place in range(LINES):
            bar = self.query_one(f"#task-{place}", Bar)
            bar.set_class(place < len(lines), "-told")
            bar.put(*(lines[place] if place < len(lines) else ((), ())))

    def _lines(self, cells: int) -> list[tuple[Line, Line]]:
        """Return the lines, each with what stands at its right end."""
        if not self.tasks:
            return []
        office, keys = console_of(self).office, console_of(self).own_keys
        to_do = [row for row in self.tasks if row.status in TO_DO]
        over = [row for row in self.tasks if row.status not in TO_DO]
        more = len(to_do) - LINES
        tail = folded_words(over, self._marks)
        if more > 0:
            tail = " · ".join(filter(None, (ngettext("+{n} task", "+{n} tasks", more).format(n=more), tail)))
        open_it = (Span(keys.shown("act.tasks_here"), "key"), Span(f" {_('open')} "))
        right = (Span(f" {tail}  " if tail else " ", "muted"), *open_it)
        room = max(20, cells - 2 - sum(len(span.text) for span in right))
        rows = to_do[:LINES]
        if not rows:
            return [((Span(f" {folded_words(over, self._marks)}", "muted"),), open_it)]
        lines: list[tuple[Line, Line]] = []
        for place, row in enumerate(rows):
            line = task_short(row, office.now(), office.me.id, self._marks, room)
            shown = tuple(Span(span.text, _ROLES.get(span.role, span.role)) for span in line)
            lines.append(((Span(" "), *shown), right if place == 0 else ()))
        return lines
