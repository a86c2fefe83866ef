"""A query of tasks as a condition on the task `t`, in SQL with every value bound. What it means is told in `desk.query_task`.

As in `list_conditions` conditions are whole truths: none is ever NULL.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from deskterm.desk.model import Priority
from deskterm.desk.query import (
    And,
    Compare,
    Day,
    Everything,
    Name,
    Not,
    Number,
    Or,
    Query,
    Term,
    Value,
    Word,
    bounds,
)
from deskterm.desk.query_task import WORD_DAYS, order_of
from deskterm.store import list_text, stems
from deskterm.store.bound import Bound
from deskterm.store.list_asker import Asker, Ids
from deskterm.store.list_people import CUSTOMERS_FOUND
from deskterm.store.times import to_ms

NOTHING = "t.id < 0"
CURRENT = "t.status IN ('open', 'started')"
THERE = "t.dropped_at IS NULL"
NEVER = 1 << 52
"""The due time of what has none, in an order: after every time."""

_IS = {
    "current": CURRENT,
    "open": "t.status = 'open'",
    "started": "t.status = 'started'",
    "done": "t.status = 'done'",
    "cancelled": "t.status = 'cancelled'",
    "overdue": f"({CURRENT} AND t.overdue = 1)",
    "recurring": "t.recurrence <> ''",
}
_CARD_NUMBER = re.compile("[0-9]{1,18}")
_DUE = f"coalesce(t.due_at, {NEVER})"
_STATUS = "CASE t.status WHEN 'started' THEN 0 WHEN 'open' THEN 1 WHEN 'done' THEN 2 ELSE 3 END"
_WHOSE = (
    "iif(t.assignee_id IS NULL, 1, 0)",
    "coalesce((SELECT lower(o.name) FROM operator o WHERE o.id = t.assignee_id), '')",
    "coalesce(t.assignee_id, 0)",
)
ORDERS: dict[str, tuple[str, ...]] = {
    "due": (f"NOT {CURRENT}", _DUE, "t.id"),
    "date": ("-t.created_at", "-t.id"),
    "status": (_STATUS, _DUE, "t.id"),
    "assignee": (*_WHOSE, _DUE, "t.id"),
    "priority": ("-t.priority", _DUE, "t.id"),
    "number": ("t.number",),
}
"""Keys of each order, ascending, none NULL; the last makes it one."""

CONVERSATION_FAMILY = (
    "WITH RECURSIVE up(id, into_id) AS (SELECT id, merged_into_id FROM conversation WHERE {one}"
    " UNION SELECT c.id, c.merged_into_id FROM up JOIN conversation c ON c.id = up.into_id),"
    " tree(id) AS (SELECT id FROM up WHERE into_id IS NULL"
    " UNION SELECT c.id FROM tree JOIN conversation c INDEXED BY ix_conversation_merged ON c.merged_into_id = tree.id)"
    " SELECT id FROM tree"
)
"""The conversations that are one with one, by merging, itself included: what their tasks are is read, never moved."""
CUSTOMER_FAMILY = (
    "WITH RECURSIVE up(id, into_id) AS (SELECT id, merged_into_id FROM customer WHERE {one}"
    " UNION SELECT c.id, c.merged_into_id FROM up JOIN customer c ON c.id = up.into_id),"
    " tree(id) AS (SELECT id FROM up WHERE into_id IS NULL"
    " UNION SELECT c.id FROM tree JOIN customer c ON c.merged_into_id = tree.id) SELECT id FROM tree"
)
"""As `CONVERSATION_FAMILY`, of customers."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """Beside the query, what its condition depends on: who asks, and the ids behind the names."""

    asker: Asker
    ids: Ids


def folded_words(title: str, description: str, checklist: tuple[tuple[str, bool], ...]) -> str:
    """Return what the column `folded` holds: the stems of all words, such that no phrase goes across the parts."""
    return "|".join(map(stems.column, (title, description, *(words for words, _done in checklist))))


def order(query: Query) -> tuple[str, ...]:
    """Return the keys of the order that a query asks for."""
    return ORDERS[order_of(query)]


def condition(query: Query, meaning: Meaning, bound: Bound) -> str:
    """Return the SQL that holds for the tasks a query finds, those that were added by mistake not yet left out."""
    match query:
        case Everything():
            return "1"
        case Word():
            return _word(query, bound)
        case Not(inner):
            return f"NOT {condition(inner, meaning, bound)}"
        case And(parts):
            return f"({' AND '.join(condition(part, meaning, bound) for part in parts)})"
        case Or(parts):
            return f"({' OR '.join(condition(part, meaning, bound) for part in parts)})"
        case Term("sort"):
            return "1"
        case Term(name, values):
            return f"({' OR '.join(_value(name, value, meaning, bound) for value in values)})"


def _word(word: Word, bound: Bound) -> str:
    sought = list_text.sought(word)
    if sought is None:
        return "1"
    return f"({' OR '.join(f'instr(t.folded, {bound(pattern)}) > 0' for pattern in sought.patterns)})"


def _value(name: str, value: Value, meaning: Meaning, bound: Bound) -> str:
    if isinstance(value, Name):
        return _BY_NAME[name](value.text, meaning, bound)
    if isinstance(value.amount, Number):
        return _number(name, value.op, value.amount.value, bound)
    return _time(name, value, meaning.asker, bound)


def _number(name: str, op: str, number: int, bound: Bound) -> str:
    if name == "priority":
        return f"t.priority {op} {bound(number)}"
    if name == "id":
        return f"t.number {op} {bound(number)}"
    if op != "=":
        own = "SELECT c.number FROM conversation c WHERE c.id = t.conversation_id"
        return f"(t.conversation_id IS NOT NULL AND ({own}) {op} {bound(number)})"
    family = CONVERSATION_FAMILY.format(one=f"number = {bound(number)}")
    return f"(t.conversation_id IS NOT NULL AND t.conversation_id IN ({family}))"


_TIMES = {
    "due": ("t.due_at", "t.due_at IS NOT NULL"),
    "created": ("t.created_at", "1"),
    "done": ("t.done_at", "t.status = 'done' AND t.done_at IS NOT NULL"),
}


def _time(name: str, value: Compare, asker: Asker, bound: Bound) -> str:
    column, where = _TIMES[name]
    interval = bounds(value, asker.now, asker.zone, ahead=name == "due")
    limits = [where]
    if interval.start is not None:
        limits.append(f"{column} >= {bound(to_ms(interval.start))}")
    if interval.end is not None:
        limits.append(f"{column} < {bound(to_ms(interval.end))}")
    return f"({' AND '.join(limits)})"


def _is(text: str, _meaning: Meaning, _bound: Bound) -> str:
    return _IS[text]


def _is_there(column: str) -> Callable[[str], str | None]:
    def of(text: str) -> str | None:
        return {"none": f"t.{column} IS NULL", "any": f"t.{column} IS NOT NULL"}.get(text)

    return of


def _tag(text: str, meaning: Meaning, bound: Bound) -> str:
    if text in ("none", "any"):
        return "t.tag_ids = ''" if text == "none" else "t.tag_ids <> ''"
    tag = meaning.ids.tag(text)
    return NOTHING if tag is None else f"instr(t.tag_ids, {bound(f',{tag},')}) > 0"


def _assignee(text: str, meaning: Meaning, bound: Bound) -> str:
    if (held := _is_there("assignee_id")(text)) is not None:
        return held
    who = meaning.asker.me if text == "me" else meaning.ids.operator(text)
    return NOTHING if who is None else f"t.assignee_id IS {bound(who)}"


def _team(text: str, meaning: Meaning, bound: Bound) -> str:
    if (held := _is_there("team_id")(text)) is not None:
        return held
    if text == "me":
        held_by = [f"t.team_id IS {bound(team)}" for team in meaning.ids.mine]
        return f"({' OR '.join(held_by)})" if held_by else NOTHING
    team = meaning.ids.team(text)
    return NOTHING if team is None else f"t.team_id IS {bound(team)}"


def _priority(text: str, _meaning: Meaning, bound: Bound) -> str:
    return f"t.priority = {bound(int(Priority[text.upper()]))}"


def _due(text: str, meaning: Meaning, bound: Bound) -> str:
    if (held := _is_there("due_at")(text)) is not None:
        return held
    day = today(meaning.asker) + WORD_DAYS[text]
    return _time("due", Compare("=", Day(day.date())), meaning.asker, bound)


def today(asker: Asker) -> datetime:
    """Return the asker's time as their clock shows it."""
    return asker.now.astimezone(asker.zone)


def _conversation(text: str, _meaning: Meaning, _bound: Bound) -> str:
    return _is_there("conversation_id")(text) or NOTHING


def _customer(text: str, _meaning: Meaning, bound: Bound) -> str:
    if (held := _is_there("customer_id")(text)) is not None:
        return held
    if _CARD_NUMBER.fullmatch(text):
        roots = f"SELECT {bound(int(text))}"
    elif match := list_text.of_person(text):
        roots = CUSTOMERS_FOUND.format(match=bound(f"names : ({match})"))
    else:
        return NOTHING
    family = CUSTOMER_FAMILY.format(one=f"id IN ({roots})")
    return f"(t.customer_id IS NOT NULL AND t.customer_id IN ({family}))"


_BY_NAME: dict[str, Callable[[str, Meaning, Bound], str]] = {
    "is": _is,
    "tag": _tag,
    "assignee": _assignee,
    "team": _team,
    "priority": _priority,
    "due": _due,
    "customer": _customer,
    "conversation": _conversation,
}
