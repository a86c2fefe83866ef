"""Where the rows of a list may be read from: the indexes and tables that hold all that one part of a query finds.

Each source knows how many conversations it holds (from the counters, or counted to a limit) and in which order it gives them.
`list_plans` chooses among those that the parts of a query offer; what the others say is then a filter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from deskterm.desk.query import Compare, Name, Number, Or, Query, Term, Value, Word
from deskterm.store import list_promises, list_text
from deskterm.store.bound import Bound
from deskterm.store.list_conditions import (
    UNCERTAIN,
    Meaning,
    allowed_soon,
    found_in,
    term_condition,
)
from deskterm.store.list_people import People, is_of_people
from deskterm.store.list_text import Text

OPEN = "c.status = 'open' AND c.spam = 0 AND c.merged_into_id IS NULL"
CLOSED = "c.status = 'closed' AND c.spam = 0 AND c.merged_into_id IS NULL"
OPEN_TERM = Term("is", (Name("open"),))
CLOSED_TERM = Term("is", (Name("closed"),))
_SHOWN = "c.spam = 0 AND c.merged_into_id IS NULL"

Part = Query | tuple[Word, ...]
"""A part of the topmost AND, as `desk.query.together` gives it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A counter's name: (view, scope) of the table `counter`."""

    view: str
    scope: int = 0


Size = Counted | Text | People | int | str | tuple["Size", ...]
"""What says how many rows there are: a counter, the hits of a text, that these people are a crowd, a number, a SELECT whose
rows are counted to a limit, or several of these together."""


@dataclass(frozen=True, slots=True)
class Source:
    """`rows` is what stands after FROM: the conversation as `c`, or, where `is_set`, only its id, as `s.id`; `where` goes with
    it.

    Rows come in the order of the conversation's column `order`, which they show as `sort`, then by `id`; "" for no order.
    `parts` are those of the query that it holds whole: no filter is needed for them. `only` (a part, None for none) and
    `no_spam` say what it holds no others of, and that it is no source for a query that does. `is_dense` says that its index
    holds what filters ask most, so that a row which does not fit costs next to nothing.
    """

    rows: str
    where: str
    size: Size
    order: str = ""
    sort: str = ""
    id: str = "c.id"
    is_set: bool = False
    parts: frozenset[Part] = frozenset()
    only: Term | None = None
    no_spam: bool = True
    is_dense: bool = False


_DENSE = frozenset({"ix_list_inbox", "ix_list_closed", "ix_list_all"})


def _index(name: str, where: str, size: Size, order: str, *parts: Part) -> Source:
    only = OPEN_TERM if where.startswith(OPEN) else CLOSED_TERM if where.startswith(CLOSED) else None
    no_spam = only is not None or where.startswith("c.spam = 0") or f"AND {_SHOWN}" in where
    held = frozenset(parts if only is None else (*parts, only))
    rows = f"conversation c INDEXED BY {name}"
    return Source(rows, where, size, order, f"c.{order}", parts=held, only=only, no_spam=no_spam, is_dense=name in _DENSE)


def _set(select: str, size: Size, *parts: Part) -> Source:
    return Source(f"({select}) s", "1", size, id="s.id", is_set=True, parts=frozenset(parts), no_spam=False)


def whole(*, with_spam: bool) -> Iterator[Source]:
    """Yield the sources that hold everything, one for each order that has one."""
    hidden = "c.merged_into_id IS NULL" if with_spam else _SHOWN
    yield _index("ix_list_all", hidden, Counted("all"), "newest_at")
    yield _index("ux_conversation_number", hidden, Counted("all"), "number")
    yield _index("ix_list_urgent", hidden, Counted("all"), "sort_at")


def of_part(part: Part, meaning: Meaning, bound: Bound) -> Iterator[Source]:
    """Yield the sources that hold all that a part of a query finds, spam and merged ones aside."""
    if isinstance(part, Word):
        part = (part,)
    if isinstance(part, tuple):
        yield from _of_text(list_text.of_words(part), part, meaning, bound)
    elif isinstance(part, Term) and len(part.values) == 1:
        yield from _of_term(part, part.values[0], meaning, bound)
    elif isinstance(part, Term):
        yield from _of_any(part, [Term(part.field, (value,)) for value in part.values], meaning, bound)
    elif isinstance(part, Or):
        yield from _of_any(part, part.parts, meaning, bound)


def _of_any(part: Query, alternatives: Iterable[Query], meaning: Meaning, bound: Bound) -> Iterator[Source]:
    """Yield what alternatives find together, where of each there is a source that holds just that."""
    chosen: list[Source] = []
    for one in alternatives:
        sources = of_part(one, meaning, bound)
        held = [s for s in sources if not s.parts.isdisjoint({one, (one,)}) and s.only in (None, one)]
        if not held:
            return
        chosen.append(held[0])
    union = " UNION ALL ".join(f"SELECT {one.id} AS id FROM {one.rows} WHERE {one.where}" for one in chosen)
    sizes = tuple(one.size for one in chosen)
    yield replace(_set(f"SELECT DISTINCT id FROM ({union})", sizes, part), no_spam=any(one.no_spam for one in chosen))


def _of_text(text: Text, part: Part, meaning: Meaning, bound: Bound) -> Iterator[Source]:
    if text in meaning.few:
        yield _set(f"SELECT DISTINCT id FROM ({found_in(text, meaning, bound)})", text, part)


def _of_term(term: Term, value: Value, meaning: Meaning, bound: Bound) -> Iterator[Source]:
    match term.field, value:
        case (("subject" | "body"), _):
            for text in list_text.of_term(term):
                yield from _of_text(text, term, meaning, bound)
        case "is", Name(word) if word != "promised":
            yield from _of_state(word, term)
        case "has", Name("failed"):
            yield from _of_state("failed", term)
        case "has", Name("draft"):
            found = f"SELECT conversation_id AS id FROM draft WHERE operator_id = {bound(meaning.asker.me)}"
            yield _set(found, found, term)
        case ("is", Name("promised")) | ("has", Name("promise" | "reminder")):
            yield _of_promised(value, term, meaning, bound)
        case "waiting", _:
            yield from _of_state("waiting")
        case "sla", Name("late"):
            yield from _of_state("late", term)
        case "sla", Name("soon" | "paused") | Compare():
            yield _of_promise(term, value, meaning, bound)
        case "segment", Name(text):
            yield from _of_segment(text, term, meaning, bound)
        case "snoozed", _:
            yield from _of_state("snoozed")
        case (("opened" | "closed"), Compare()):
            where = term_condition(term, meaning, bound)
            found = f"SELECT c.id FROM conversation c INDEXED BY ix_conversation_{term.field} WHERE {where}"
            yield _set(found, found, term)
        case "id", Compare(op, Number(number)):
            numbered = f"conversation INDEXED BY ux_conversation_number WHERE number {op} {bound(number)}"
            found = f"SELECT DISTINCT coalesce(merged_into_id, id) AS id FROM {numbered}"
            yield _set(found, f"SELECT 1 FROM {numbered}", term)
        case name, Name(text) if is_of_people(name):
            yield _of_people(People(name, text), term, meaning, bound)
        case (("tag" | "assignee" | "team" | "channel"), Name(text)):
            yield from _of_name(term, text, meaning, bound)


def _of_promise(term: Term, value: Value, meaning: Meaning, bound: Bound) -> Source:
    match value:
        case Name("paused"):
            where = f"c.left_ms IS NOT NULL AND {_SHOWN}"
            counted = f"SELECT 1 FROM conversation c INDEXED BY ix_list_paused WHERE {where}"
            return _index("ix_list_paused", where, counted, "newest_at", term)
        case Name("soon"):
            due = f"ix_list_due WHERE {OPEN} AND c.late = 0 AND {allowed_soon(meaning, bound)}"
            warned = f"ix_list_soon WHERE {OPEN} AND c.soon = 1 AND c.late = 0"
            found = " UNION ".join(f"SELECT c.id FROM conversation c INDEXED BY {index}" for index in (warned, due))
        case _:
            where = f"{OPEN} AND {term_condition(term, meaning, bound)}"
            found = f"SELECT c.id FROM conversation c INDEXED BY ix_list_due WHERE {where}"
    return replace(_set(found, found, term, OPEN_TERM), no_spam=True)


def _of_promised(value: Value, term: Term, meaning: Meaning, bound: Bound) -> Source:
    if value == Name("reminder"):
        found = list_promises.reminded(bound(meaning.asker.me))
        return _set(found, found, term)
    found = list_promises.OVERDUE if value == Name("promised") else list_promises.PENDING
    return _set(f"SELECT DISTINCT id FROM ({found})", found, term)


def _of_segment(text: str, term: Term, meaning: Meaning, bound: Bound) -> Iterator[Source]:
    tag = None if text in ("none", "any") else meaning.ids.tag(text)
    if tag is not None:
        found = (
            "SELECT x.id FROM customer_tag g INDEXED BY ix_customer_tag CROSS JOIN conversation x"
            f" INDEXED BY ix_conversation_customer ON x.customer_id = g.customer_id WHERE g.tag_id = {bound(tag)}"
        )
        yield _set(found, found, term)
    elif text not in ("none", "any"):
        yield _nothing(term)


def _of_people(who: People, term: Term, meaning: Meaning, bound: Bound) -> Source:
    ids = meaning.people.get(who)
    if ids is None:
        return _set(who.conversations(bound), who, term)
    return _set(f"SELECT value AS id FROM json_each({bound(ids)})", 1 + ids.count(",") if len(ids) > 2 else 0, term)


def _of_state(word: str, *parts: Part) -> Iterator[Source]:
    match word:
        case "open":
            yield _index("ix_list_inbox", OPEN, Counted("inbox"), "sort_at", *parts)
        case "waiting":
            yield _index("ix_list_waiting", f"{OPEN} AND c.waiting_since IS NOT NULL", Counted("waiting"), "sort_at", *parts)
        case "asked":
            yield _index("ix_list_waiting", f"{OPEN} AND c.waiting_since IS NOT NULL", Counted("waiting"), "sort_at")
        case "late":
            yield _index("ix_list_late", f"{OPEN} AND c.late = 1", Counted("late"), "sort_at", *parts)
        case "snoozed":
            where = f"c.status = 'snoozed' AND {_SHOWN}"
            yield _index("ix_list_snoozed", where, Counted("snoozed"), "returns_at", *parts)
        case "closed":
            yield _index("ix_list_closed", CLOSED, Counted("closed"), "newest_at", *parts)
        case "failed":
            yield _index("ix_list_failed", f"c.failed > 0 AND {_SHOWN}", Counted("failed"), "newest_at", *parts)
        case "group":
            where = f"c.is_group = 1 AND {_SHOWN}"
            counted = f"SELECT 1 FROM conversation c INDEXED BY ix_list_group WHERE {where}"
            yield _index("ix_list_group", where, counted, "newest_at", *parts)
        case "spam":
            yield _index("ix_list_spam", "c.spam = 1 AND c.merged_into_id IS NULL", Counted("spam"), "newest_at", *parts)
        case "uncertain":
            found = f"SELECT DISTINCT conversation_id AS id FROM ({UNCERTAIN})"
            yield _set(found, found, *parts)


def _of_name(term: Term, text: str, meaning: Meaning, bound: Bound) -> Iterator[Source]:
    match term.field, text:
        case "tag", "none":
            yield _index("ix_list_untagged", f"{OPEN} AND c.tag_ids = ''", Counted("untagged"), "sort_at", term)
        case "tag", _ if text != "any":
            tag = meaning.ids.tag(text)
            yield from _of_tag(tag, term, bound) if tag is not None else (_nothing(term),)
        case "assignee", "none":
            where = f"{OPEN} AND c.assignee_id IS NULL"
            yield _index("ix_list_assignee", where, Counted("unassigned"), "sort_at", term)
            yield _closed_by("assignee", "c.assignee_id IS NULL", term)
        case "assignee", _ if text != "any":
            who = meaning.asker.me if text == "me" else meaning.ids.operator(text)
            yield from _of_column("assignee", "mine", () if who is None else (who,), term, bound)
        case "team", "me":
            yield from _of_column("team", "team", meaning.ids.mine, term, bound)
        case "team", _ if text not in ("none", "any"):
            team = meaning.ids.team(text)
            yield from _of_column("team", "team", () if team is None else (team,), term, bound)
        case "channel", _:
            yield from _of_column("channel", "channel", meaning.ids.channel(text), term, bound)


def _nothing(term: Term) -> Source:
    return _set("SELECT id FROM conversation WHERE 0", 0, term)


def _of_tag(tag: int, term: Term, bound: Bound) -> Iterator[Source]:
    rows = "conversation_tag t CROSS JOIN conversation c ON c.id = t.conversation_id"
    where = f"t.tag_id = {bound(tag)} AND t.list ="
    row_id = "t.conversation_id"
    parts = frozenset({term, OPEN_TERM})
    yield Source(rows, f"{where} 'o'", Counted("tag", tag), "sort_at", "t.sort", row_id, parts=parts, only=OPEN_TERM)
    yield Source(rows, f"{where} 'a'", Counted("any_tag", tag), "newest_at", "t.sort", row_id, parts=frozenset({term}))


def _of_column(name: str, counter: str, found: Iterable[int], term: Term, bound: Bound) -> Iterator[Source]:
    """Yield the sources of a column: the open ones by urgency, the closed ones by the newest, and all, in no order."""
    found = tuple(found)
    if not found:
        yield _nothing(term)
    elif len(found) == 1:
        is_it = f"c.{name}_id = {bound(found[0])}"
        yield _index(f"ix_list_{name}", f"{OPEN} AND {is_it}", Counted(counter, found[0]), "sort_at", term)
        yield _closed_by(name, is_it, term)
        each = (
            f"ix_list_{name} WHERE {OPEN} AND {is_it}",
            f"ix_closed_{name} WHERE {CLOSED} AND {is_it}",
            f"ix_list_snoozed WHERE c.status = 'snoozed' AND {_SHOWN} AND {is_it}",
        )
        union = " UNION ALL ".join(f"SELECT c.id FROM conversation c INDEXED BY {index}" for index in each)
        yield replace(_set(union, union, term), no_spam=True)


def _closed_by(name: str, is_it: str, term: Term) -> Source:
    index = f"ix_closed_{name}"
    where = f"{CLOSED} AND {is_it}"
    return _index(index, where, f"SELECT 1 FROM conversation c INDEXED BY {index} WHERE {where}", "newest_at", term)
