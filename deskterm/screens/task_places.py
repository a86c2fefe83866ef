"""What the list of tasks can show: five filters of its own, and any filter text of tasks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from deskterm.desk.query import Query
from deskterm.desk.query_task import SORTS, TaskQuery, in_order, order_of, show_tasks, sure_tasks, task_query
from deskterm.desk.rows_time import TaskCounts
from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _, language

_BUILT_IN: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("current", N_("Current"), ("is:current",)),
    ("overdue", N_("Overdue"), ("is:overdue",)),
    ("done", N_("Done"), ("is:done", "sort:date")),
    ("mine", N_("Mine"), ("is:current", "assignee:me")),
    ("unassigned", N_("Unassigned"), ("is:current", "assignee:none")),
)
"""Name of the counter, title, the terms of what is asked for."""
EMPTY: dict[str, str] = {
    "current": N_("Nothing is to be done. {key} makes a task."),
    "overdue": N_("Nothing is overdue."),
    "done": N_("Nothing was done yet."),
    "mine": N_("Nothing is yours to do."),
    "unassigned": N_("Every task has somebody."),
    "": N_("No task is found."),
}
"""What is said where a place holds nothing."""


@dataclass(frozen=True, slots=True)
class TaskPlace:
    """What the list shows: its title, its filter text in the operator's language, what the desk is asked for; `counter` names
    the count of `TaskCounts` that it has, "" for any other filter."""

    title: str
    text: str
    query: TaskQuery
    counter: str = ""

    def count(self, counts: TaskCounts | None) -> int | None:
        """Return how many tasks it holds, where that is counted."""
        return int(getattr(counts, self.counter)) if counts is not None and self.counter else None

    @property
    def order(self) -> str:
        """The order of its tasks."""
        return order_of(self.query.query)

    def ordered(self, order: str) -> TaskPlace:
        """Return the same in another order."""
        query = in_order(self.query, order)
        return TaskPlace(self.title, show_tasks(query, language()), query, self.counter)


@dataclass(frozen=True, slots=True)
class TaskSight:
    """What of the tasks an operator had before them, to come back to."""

    place: TaskPlace
    cursor_id: int | None = None
    marked: frozenset[int] = frozenset()


def task_places() -> tuple[TaskPlace, ...]:
    """Return the filters of the room, in the order in which Tab steps through them."""
    return _places(language())


@cache
def _places(shown_in: str) -> tuple[TaskPlace, ...]:
    return tuple(
        TaskPlace(_(title), show_tasks(query, shown_in), query, name)
        for name, title, terms in _BUILT_IN
        for query in (sure_tasks(" ".join(terms)),)
    )


def of_task_query(text: str, query: Query) -> TaskPlace:
    """Return the place that a filter text leads to: one of the room's own, in any order, where it says the same as that."""
    wanted = task_query(query)
    plain = in_order(wanted, SORTS[0])
    for place in task_places():
        if in_order(place.query, SORTS[0]).query == plain.query:
            return TaskPlace(place.title, show_tasks(wanted, language()), wanted, place.counter)
    return TaskPlace(_("Filter"), text.strip(), wanted)


def tasks_of_customer(customer_id: int, name: str) -> TaskPlace:
    """Return the place of all tasks of a customer, by the number of the card."""
    query = sure_tasks(f"customer:{customer_id}")
    return TaskPlace(clean_line(name, 40), show_tasks(query, language()), query)
