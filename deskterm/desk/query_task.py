"""Queries of tasks: the filter language with the fields that tasks have. See `desk.query` for its grammar.

| field | finds tasks |
| --- | --- |
| `is:current` | that are to be done: open or started |
| `is:open` `started` `done` `cancelled` | of this status |
| `is:overdue` | that are to be done and whose time has passed |
| `is:recurring` | that belong to a series |
| `assignee` `team` `tag` `priority` | as in `desk.query` |
| `due:none` `any` | without a time; with one |
| `due:today` `tomorrow` | with a time on this day of the asker's calendar |
| `due:<2d` | with a time: due - now compared with the span; what is overdue is less than any span |
| `due:<-1d` | whose time passed longer ago than the span |
| `created` `done` | by age, as times in `desk.query`; `done` of those that are done only |
| `customer` | of a customer in whose name every word begins so, or with the card of this number; `none`, `any` |
| `conversation` | of the conversation of this number and of all that went into the same one; `none`, `any` |
| `id` | by number |
| `sort` | no condition: the order of all; without it as `sort:due` |

A free word is found in the title, the description and the checklist, in any of its forms or as the beginning of a word; a
phrase is words side by side in one of them. A task that was added by mistake is in none.

Orders: `due` what is to be done first, then by due time, those without last; `date` the newest first; `status` started, open,
done, cancelled; `assignee` by name, nobody's last; `priority` the highest first; `number`. Ties go by due time, then number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from deskterm.desk.query import Mistake, Name, Names, Query, Term, check, conjuncts, every, parse, show, with_logins
from deskterm.desk.query_task_fields import TASKS
from deskterm.desk.query_tree import SORT

__all__ = [
    "CURRENT",
    "SORTS",
    "TASKS",
    "WORD_DAYS",
    "TaskQuery",
    "in_order",
    "order_of",
    "parse_tasks",
    "show_tasks",
    "sure_tasks",
    "task_query",
]

SORTS = tuple(choice.name for choice in TASKS.by_name[SORT].values)
"""The orders of tasks; the first is the one without `sort:`."""
WORD_DAYS = {"today": timedelta(0), "tomorrow": timedelta(days=1)}
"""Days of `due:` that are called by a word, and how far they lie ahead."""


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """A query of tasks, checked. `query` is its tree, whose fields are those of tasks; `text` as it was typed."""

    query: Query
    text: str = ""


def parse_tasks(text: str, names: Names | None = None) -> TaskQuery | Mistake:
    """Return the query of tasks that a text says, or why it says none; never raises. With `names`, what it names must exist,
    and people are called by their logins."""
    query = parse(text, TASKS)
    if isinstance(query, Mistake):
        return query
    if names is None:
        return TaskQuery(query, text)
    return check(query, names, text, TASKS) or TaskQuery(with_logins(query, names, TASKS), text)


def sure_tasks(text: str) -> TaskQuery:
    """Return the query of tasks of a text of our own. Raises ValueError where it is none."""
    query = parse_tasks(text)
    if isinstance(query, Mistake):
        raise ValueError(f"no query of tasks: {text!r}: {query.code} at {query.position}")
    return query


def task_query(query: Query) -> TaskQuery:
    """Return a tree as a query of tasks."""
    return TaskQuery(query, show(query, "en", TASKS))


def show_tasks(query: TaskQuery, language: str = "en") -> str:
    """Return the canonical text of a query of tasks in a language; "" is every task."""
    return show(query.query, language, TASKS)


def order_of(query: Query) -> str:
    """Return the order that a query of tasks asks for, one of `SORTS`."""
    for part in conjuncts(query):
        if isinstance(part, Term) and part.field == SORT and isinstance(part.values[0], Name):
            return part.values[0].text
    return SORTS[0]


def in_order(query: TaskQuery, order: str) -> TaskQuery:
    """Return a query in another order, one of `SORTS`."""
    parts = [part for part in conjuncts(query.query) if not (isinstance(part, Term) and part.field == SORT)]
    if order != SORTS[0]:
        parts.append(Term(SORT, (Name(order),)))
    return task_query(every(parts))


CURRENT = sure_tasks("is:current")
"""What is to be done."""
