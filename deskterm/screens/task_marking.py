"""Marks on the list of tasks: acts take all that are marked, and the foot says how many these are."""

from __future__ import annotations

from deskterm.desk.rows_time import TaskRow
from deskterm.i18n import ngettext
from deskterm.screens.list_room import ListRoom
from deskterm.screens.places import shown_count
from deskterm.screens.task_places import TaskPlace
from deskterm.screens.underway import Underway
from deskterm.widgets.status import Bar
from deskterm.widgets.task_list import TaskList
from deskterm.words.task_words import task_called


class TaskMarking(ListRoom[TaskRow]):
    """The part of the room of tasks that marks."""

    place: TaskPlace

    def __init__(self) -> None:
        super().__init__()
        self.underway = Underway(self, "tasks")

    @property
    def rows(self) -> TaskList:
        """The list."""
        return self.query_one(TaskList)

    @property
    def marked_count(self) -> int:
        """How many tasks are marked, with the range that is being marked."""
        return len(self.rows.marked.union(self.rows.range_ids()))

    @property
    def mark_words(self) -> str:
        """Say how many are marked; "" for none."""
        count = self.marked_count
        return ngettext("{n} marked", "{n} marked", count).format(n=shown_count(count)) if count else ""

    @property
    def about(self) -> str:
        """Say what the next act is about, for the title of a dialog: "12 marked" or "T7 Call the courier"."""
        row = self.rows.chosen
        return self.mark_words or (task_called(row, 40) if row is not None else "")

    def aim(self) -> tuple[int, ...]:
        """Return what an act is about: the marked tasks, else the one at hand. A range that is being marked ends."""
        self._end_range()
        row = self.rows.chosen
        return tuple(sorted(self.rows.marked)) or (() if row is None else (row.id,))

    def clear_marks(self) -> bool:
        """Take all marks away; says whether there were any."""
        had = self.rows.clear_marks()
        if had:
            self.marks_changed()
        return had

    def marks_changed(self) -> None:
        """Show how many are marked now."""
        if self.marked_count:
            self.query_one("#foot", Bar).hush()  # the count stands where the last act was told
        self.show_foot(self.size.width)

    def on_task_list_range_moved(self, event: TaskList.RangeMoved) -> None:
        event.stop()
        self.marks_changed()

    # Keys

    def action_mark_toggle(self) -> None:
        """Mark or unmark the row and go down; where a range is being marked, end that."""
        row = self.rows.chosen
        if row is None:
            return
        if self.rows.range_start is not None:
            self._end_range()
        else:
            self.rows.mark((row.id,), row.id not in self.rows.marked)
            self.rows.action_down()
        self.marks_changed()

    def action_mark_range(self) -> None:
        row = self.rows.chosen
        if self.rows.range_start is not None:
            self._end_range()
        elif row is not None:
            self.rows.range_start = row.id
        self.marks_changed()

    def _end_range(self) -> None:
        spanned = self.rows.range_ids()
        self.rows.range_start = None
        if spanned:
            self.rows.mark(spanned)

    def action_mark_all(self) -> None:
        """Mark all that the place holds, also what is not loaded."""
        self.underway.begin(self._mark_all())

    async def _mark_all(self) -> None:
        place = self.place
        ids = await self.office.task_ids(place.query)
        if place is self.place:
            self._end_range()
            self.rows.mark(ids)
            self.marks_changed()
