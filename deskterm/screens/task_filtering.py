"""The filter of the room of tasks: `/` asks for its text, the list shows live what it finds, Esc goes back to what was."""

from __future__ import annotations

from deskterm.desk.query import Names, conjuncts, every
from deskterm.desk.query_task import show_tasks, task_query
from deskterm.desk.text import clean_line
from deskterm.i18n import _, language
from deskterm.screens.console import begin
from deskterm.screens.filter_prompt import FilterPrompt
from deskterm.screens.task_acts import TaskActs
from deskterm.screens.task_places import TaskPlace, of_task_query


class TaskFiltering(TaskActs):
    """The part of the room of tasks that asks for a filter."""

    def __init__(self) -> None:
        super().__init__()
        self._before: tuple[TaskPlace, int | None] | None = None
        """What the list showed before a filter was asked for, and where its cursor stood."""

    def go_to(self, place: TaskPlace, cursor_id: int | None = None) -> None:
        """Show another place, from its beginning or around a task."""
        raise TypeError("the room has the rows")

    @property
    def _prompt(self) -> FilterPrompt:
        return self.query_one(FilterPrompt)

    def action_filter(self) -> None:
        """Ask for another filter, beginning with that of the list."""
        if not self._prompt.is_open:
            row = self.rows.chosen
            self._before = (self.place, None if row is None else row.id)
            self._prompt.open(self.place.text, Names())
            begin(self, self._know_names(), group="names")

    async def _know_names(self) -> None:
        self._prompt.know(await self.office.names())

    def on_filter_prompt_asked(self, event: FilterPrompt.Asked) -> None:
        event.stop()
        if self._prompt.is_open:
            self._look_for(event)

    def on_filter_prompt_kept(self, event: FilterPrompt.Kept) -> None:
        event.stop()
        self._look_for(event)
        self._end_filter()

    def on_filter_prompt_left(self, event: FilterPrompt.Left) -> None:
        event.stop()
        if self._before is not None and self._before[0].query != self.place.query:
            self.go_to(*self._before)
        self._end_filter()

    def _look_for(self, event: FilterPrompt.Asked) -> None:
        place = of_task_query(event.text, event.query)
        if place.query.query != self.place.query.query:
            self.go_to(place)
        begin(self, self._try_without(event.text, place), group="another", exclusive=True)

    async def _try_without(self, text: str, place: TaskPlace) -> None:
        """Where a filter finds nothing, offer what finds something: without the conditions with which its text began."""
        if self._before is None or await self.office.tasks(place.query, limit=1):
            return
        given, asked = conjuncts(self._before[0].query.query), conjuncts(place.query.query)
        left = tuple(part for part in asked if part not in given)
        other = task_query(every(left))
        if left and left != asked and await self.office.tasks(other, limit=1):
            dropped = show_tasks(task_query(every(part for part in asked if part in given)), language())
            why = _("nothing found, but something without {condition}").format(condition=clean_line(dropped, 60))
            self._prompt.offer_instead(text.strip(), show_tasks(other, language()), why)

    def _end_filter(self) -> None:
        self._before = None
        self._prompt.close()
        self.set_focus(self.rows)
