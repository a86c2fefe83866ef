"""The room of tasks: what is to be done, whose it is, until when, and where it came from.

Five filters stand above the list with their counts; `/` asks for any other. The room is read again whenever the bell rings, and
its cursor stays on its task.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from deskterm.desk.query_task import TASKS, TaskQuery
from deskterm.desk.rows_time import TaskCounts, TaskRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.keys.actions import FOOTER, Context
from deskterm.keys.keymap import bindings
from deskterm.keys.time_actions import MARKED_TASKS_FOOTER
from deskterm.screens.console import begin
from deskterm.screens.filter_prompt import FilterPrompt
from deskterm.screens.leaving import leave
from deskterm.screens.list_room import PAGE
from deskterm.screens.places import shown_count
from deskterm.screens.task_filtering import TaskFiltering
from deskterm.screens.task_places import EMPTY, TaskPlace, TaskSight, task_places
from deskterm.widgets.cells import width
from deskterm.widgets.line_list import SERVED, LineList
from deskterm.widgets.paint import Span
from deskterm.widgets.status import Bar, key_hints
from deskterm.widgets.task_list import TaskList

TICK_S = 20.0
"""How often times are painted anew where nothing changes."""


class TasksScreen(TaskFiltering):
    """See the module. `sight` is what is come back to."""

    CONTEXT = Context.TASKS
    context = Context.TASKS
    DEFAULT_CSS: ClassVar[str] = """
    TasksScreen { & #filters { background: $surface; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.TASKS, but=SERVED)]

    def __init__(self, sight: TaskSight | None = None) -> None:
        super().__init__()
        self.place: TaskPlace = task_places()[0] if sight is None else sight.place
        self._sight = sight
        self._counts: TaskCounts | None = None
        self._shown: TaskQuery | None = None
        """What the rows are those of."""
        self._paging = False

    def body(self) -> Iterable[Widget]:
        yield Bar(id="filters")
        yield FilterPrompt(TASKS, id="filter")
        yield TaskList(self.office.now, self.office.me.id, self.marks)

    def on_mount(self) -> None:
        super().on_mount()
        self.set_focus(self.rows)
        self.set_interval(TICK_S, self.rows.refresh)
        if self._sight is not None:
            self.rows.mark(self._sight.marked)

    @property
    def has_arrived(self) -> bool:
        """Whether the rows of the place are there and no act goes on; see `deskterm.typed_ahead`."""
        return self._shown == self.place.query and self.underway.is_over

    async def arrive(self) -> None:
        """Wait until it `has_arrived`."""
        if self._shown != self.place.query:
            await self.load()
        await self.underway.over()

    @property
    def sight(self) -> TaskSight:
        """What is before the operator now."""
        row = self.rows.chosen
        return TaskSight(self.place, None if row is None else row.id, self.rows.marked)

    # Rows

    async def load(self) -> None:
        place, sight = self.place, self._sight
        if self._shown == place.query:
            rows = await self.office.tasks(place.query, limit=max(PAGE, len(self.rows.rows)))
        else:
            rows = await self.office.tasks(place.query, limit=PAGE)
            if sight is not None and sight.cursor_id is not None:
                rows = await self._as_far_as(place.query, sight.cursor_id, rows)
        counts = await self.office.task_counts()
        if place is not self.place:
            return
        if self._shown == place.query:
            self.rows.show(rows)
        else:
            self.rows.show_at(rows, None if sight is None else sight.cursor_id)
        self._sight, self._shown, self._counts = None, place.query, counts
        key = self.console_app.own_keys.shown("tasks.new")
        self.rows.say_empty(_(EMPTY[place.counter]).format(key=key))
        self._show_head()

    async def _as_far_as(self, query: TaskQuery, task_id: int, rows: tuple[TaskRow, ...]) -> tuple[TaskRow, ...]:
        """Return rows with further pages up to the one that holds a task which is come back to."""
        listed = await self.office.task_ids(query)
        place = listed.index(task_id) if task_id in listed else -1
        return rows if place < len(rows) else await self.office.tasks(query, limit=place + PAGE)

    def on_line_list_end_near(self, _event: LineList.EndNear) -> None:
        if not self._paging and self.rows.rows and len(self.rows.rows) % PAGE == 0:
            self._paging = True
            begin(self, self._page(), group="page")

    async def _page(self) -> None:
        place, last = self.place, self.rows.rows[-1]
        try:
            rows = await self.office.tasks(place.query, after=last.id, limit=PAGE)
        finally:
            self._paging = False
        if place is self.place and self.rows.rows and self.rows.rows[-1].id == last.id:
            self.rows.extend(rows)
            self._show_head()

    def go_to(self, place: TaskPlace, cursor_id: int | None = None) -> None:
        """Show another place, from its beginning or around a task."""
        self.place = place
        self._sight = None if cursor_id is None else TaskSight(place, cursor_id)
        self._show_head()
        self.reload()

    # Head and foot

    def _show_head(self) -> None:
        total = self.place.count(self._counts)
        loaded = len(self.rows.rows)
        if total is None:
            total = loaded
        more = "+" if not self.place.counter and loaded and loaded % PAGE == 0 else ""
        self.head(
            (Span(_("Tasks"), "name"), Span(f"  {clean_line(self.place.title, 40)}  "), Span(self.place.text, "muted")),
            (Span(f"{shown_count(total)}{more} ", "muted"),),
        )
        line: list[Span] = [Span(" ")]
        for place in task_places():
            here = place.counter == self.place.counter
            count = place.count(self._counts)
            words = place.title if count is None else f"{place.title} {shown_count(count)}"
            late = place.counter == "overdue" and count
            line.append(Span(f"[{words}]" if here else f" {words} ", "late" if late else "name" if here else "muted"))
        self.query_one("#filters", Bar).put(line)

    def show_foot(self, cells: int) -> None:
        words = self.mark_words if self.query(TaskList) else ""
        marked = (Span(f" {words} ", "note"),) if words else ()
        ids = MARKED_TASKS_FOOTER if words else FOOTER[Context.TASKS]
        hints = key_hints(ids, self.console_app.own_keys, cells - width(words) - 2 * len(marked))
        self.query_one("#foot", Bar).put((*marked, *hints))

    # Keys

    def action_step(self, step: int) -> None:
        """To the next of the room's own filters; the order chosen stays."""
        places = task_places()
        here = next((index for index, place in enumerate(places) if place.counter == self.place.counter), -(step > 0))
        self.go_to(places[(here + step) % len(places)])

    def action_sort(self, order: str) -> None:
        row = self.rows.chosen
        self.go_to(self.place.ordered(order), None if row is None else row.id)

    def action_back(self) -> None:
        """Marks go first, then a filter that was typed, then the room is left."""
        if self.clear_marks():
            return
        if not self.place.counter:
            self.go_to(task_places()[0])
        else:
            leave(self, None)

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        if isinstance(event.row, TaskRow):
            self._to_source(event.row)

    def action_open_task(self) -> None:
        if (row := self.rows.chosen) is not None:
            self._open(row.id)

    def _open(self, task_id: int) -> None:
        from deskterm.screens.task_form import TaskFormScreen

        self.app.push_screen(TaskFormScreen(task_id, seen=self.sight), self._kept)

    def action_new_task(self) -> None:
        """Begin a task of its own; where mine or nobody's are listed, it is so."""
        from deskterm.desk.commands_time import AddTask
        from deskterm.screens.task_form import TaskFormScreen

        mine = None if self.place.counter == "unassigned" else self.office.me.id
        self.app.push_screen(TaskFormScreen(draft=AddTask("", assignee_id=mine)), self._kept)

    def _kept(self, task_id: int | None) -> None:
        """A form was left: the cursor goes to what was kept there, where it is listed."""
        if task_id is not None:
            self._sight = TaskSight(self.place, task_id, self.rows.marked)
            self._shown = None
        self.reload()

    def action_task_source(self) -> None:
        if (row := self.rows.chosen) is not None:
            self._to_source(row)

    def _to_source(self, row: TaskRow) -> None:
        """To where a task came from; one that came from nowhere is opened itself."""
        from deskterm.screens.tasking import go_to_source

        if row.conversation_id is None and row.customer_id is None:
            self._open(row.id)
        else:
            go_to_source(self, row, self.sight)
