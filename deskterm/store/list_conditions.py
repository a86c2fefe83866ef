"""A query as a condition on the conversation `c`, in SQL with every value bound. What it means is told in `desk.query`.

Conditions are whole truths: none is ever NULL, so that NOT is the opposite. Each part of a query is a condition of its own,
whatever drives the list (`list_sources`), so a wrong guess costs time and never a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from deskterm.desk.query import (
    SOON,
    And,
    Compare,
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
    together,
)
from deskterm.store import list_promises, list_text
from deskterm.store.bound import Bound
from deskterm.store.list_asker import Asker, Ids
from deskterm.store.list_people import MESSAGES_IN, People, is_of_people
from deskterm.store.list_text import COLUMNS, Text
from deskterm.store.times import to_ms

NOTHING = "c.id < 0"
"""Holds for no conversation. A plain 0 would have SQLite drop all conditions beside it, and with them the use of a partial
index, which fails where that is demanded."""
WAITS = "c.status = 'open' AND c.spam = 0 AND c.waiting_since IS NOT NULL"
UNCERTAIN = (
    "SELECT conversation_id FROM message INDEXED BY ix_message_delivery"
    " WHERE delivery IN ('queued','sending','failed','uncertain') AND delivery = 'uncertain'"
)
"""Conversations with a message of which nobody knows whether it went out, said so that its partial index fits."""

_IS = {
    "open": "c.status = 'open'",
    "snoozed": "c.status = 'snoozed'",
    "closed": "c.status = 'closed'",
    "waiting": f"({WAITS})",
    "late": "c.late = 1",
    "unread": "c.unread > 0",
    "read": "c.unread = 0",
    "spam": "c.spam = 1",
    "group": "c.is_group = 1",
    "failed": "c.failed > 0",
    "uncertain": f"c.id IN ({UNCERTAIN})",
    "asked": f"({WAITS} AND c.asked > 1)",
    "promised": f"c.id IN ({list_promises.OVERDUE})",
}
_HAS = {
    "attachment": "c.files > 0",
    "note": "c.notes > 0",
    "tag": "c.tag_ids <> ''",
    "failed": "c.failed > 0",
    "promise": f"c.id IN ({list_promises.PENDING})",
}
_PRIORITIES = {"low": 0, "normal": 1, "high": 2, "urgent": 3}
_TIMES = {
    "waiting": ("c.waiting_since", WAITS),
    "opened": ("c.opened_at", "1"),
    "updated": ("c.updated_at", "1"),
    "closed": ("c.closed_at", "c.closed_at IS NOT NULL"),
    "snoozed": ("c.snoozed_until", "c.status = 'snoozed' AND c.snoozed_until IS NOT NULL"),
    "sla": ("c.due_at", "c.status = 'open' AND c.spam = 0 AND c.due_at IS NOT NULL"),
}
_AHEAD = frozenset({"snoozed", "sla"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """Beside the query, what its condition depends on.

    The index is asked once for all messages that hold a text of `indexed`, unless they stand in `hit` already (JSON); those
    that hold one of `few` are so few that their conversations can be looked up. For any other text messages are looked at one
    by one.

    Of people whose conversations are few `people` has the ids (JSON); those of `gathered` are gathered for the statement. Any
    other conversation is asked whether it is theirs.
    """

    asker: Asker
    ids: Ids
    indexed: frozenset[Text] = frozenset()
    few: frozenset[Text] = frozenset()
    hit: Mapping[Text, str] = field(default_factory=dict)
    people: Mapping[People, str] = field(default_factory=dict)
    gathered: frozenset[People] = frozenset()


def texts(query: Query) -> tuple[Text, ...]:
    """Return what a query asks of messages, each once."""
    found: dict[Text, None] = {}
    for part in together(query) if isinstance(query, And) else (query,):
        match part:
            case tuple():
                found[list_text.of_words(part)] = None
            case Word():
                found[list_text.of_words((part,))] = None
            case Term("subject" | "body"):
                found.update(dict.fromkeys(list_text.of_term(part)))
            case Not(inner):
                found.update(dict.fromkeys(texts(inner)))
            case And(parts) | Or(parts):
                found.update((text, None) for inner in parts for text in texts(inner))
    return tuple(text for text in found if text.sought)


def condition(query: Query, meaning: Meaning, bound: Bound) -> str:
    """Return the SQL that holds for the conversations a query finds, merged ones and spam not yet left out."""
    match query:
        case Everything():
            return "1"
        case Word():
            return text_condition(list_text.of_words((query,)), meaning, bound)
        case Not(inner):
            return f"NOT {condition(inner, meaning, bound)}"
        case Or(parts):
            return f"({' OR '.join(condition(part, meaning, bound) for part in parts)})"
        case And():
            return f"({' AND '.join(part_condition(part, meaning, bound) for part in together(query))})"
        case Term():
            return term_condition(query, meaning, bound)


def part_condition(part: Query | tuple[Word, ...], meaning: Meaning, bound: Bound) -> str:
    """As `condition`, for a part of the topmost AND as `together` gives it."""
    if isinstance(part, tuple):
        return text_condition(list_text.of_words(part), meaning, bound)
    return condition(part, meaning, bound)


def text_condition(text: Text, meaning: Meaning, bound: Bound) -> str:
    """Return the condition that a message of the conversation holds a text."""
    if not text.sought:
        return "1"
    if text in meaning.indexed:
        # Run once, its answer kept for the statement. The plus keeps SQLite from seeking every hit in every conversation.
        held = f"+d.id IN ({_messages(text, meaning, bound)})"
    else:
        held = " AND ".join(holds(text, bound, "d"))
    documents = "search_doc d INDEXED BY ix_search_doc_conversation"
    return f"EXISTS (SELECT 1 FROM {documents} WHERE d.conversation_id = c.id AND {held})"


def found_in(text: Text, meaning: Meaning, bound: Bound) -> str:
    """Return a SELECT of the conversations in which messages hold a text."""
    return MESSAGES_IN.format(messages=_messages(text, meaning, bound))


def _messages(text: Text, meaning: Meaning, bound: Bound) -> str:
    if text in meaning.hit:
        return f"SELECT value AS id FROM json_each({bound(meaning.hit[text])})"
    return f"SELECT rowid AS id FROM search WHERE search MATCH {bound(text.match)}"


def holds(text: Text, bound: Bound, alias: str) -> Iterable[str]:
    """Yield the conditions that a row of `search_doc` holds all of a text."""
    words = " || ".join(f"{alias}.{name}" for name in (COLUMNS if text.columns == COLUMNS else text.columns))
    for sought in text.sought:
        yield f"({' OR '.join(f'instr({words}, {bound(pattern)}) > 0' for pattern in sought.patterns)})"


def term_condition(term: Term, meaning: Meaning, bound: Bound) -> str:
    """Return the condition of one term: that of any of its values."""
    if term.field in ("subject", "body"):
        held = [text_condition(text, meaning, bound) for text in list_text.of_term(term)]
    elif term.field == "sort":
        return "1"
    else:
        held = [_value_condition(term.field, value, meaning, bound) for value in term.values]
    return held[0] if len(held) == 1 else f"({' OR '.join(held)})"


def _value_condition(name: str, value: Value, meaning: Meaning, bound: Bound) -> str:
    if name in _BY_NAME and isinstance(value, Name):
        return _BY_NAME[name](value.text, meaning, bound)
    if isinstance(value, Name) and is_of_people(name):
        return _theirs(People(name, value.text), meaning, bound)
    if isinstance(value, Compare):
        if isinstance(value.amount, Number):
            return _number(name, value.op, value.amount.value, bound)
        return _time(name, value, meaning.asker, bound)
    raise ValueError(f"{name} has no such value")


def _number(name: str, op: str, number: int, bound: Bound) -> str:
    if name == "priority":
        return f"c.priority {op} {bound(number)}"
    value = bound(number)
    merged = "conversation m INDEXED BY ix_conversation_merged WHERE m.merged_into_id = c.id"
    return f"(c.number {op} {value} OR EXISTS (SELECT 1 FROM {merged} AND m.number {op} {value}))"


def _time(name: str, value: Compare, asker: Asker, bound: Bound) -> str:
    column, where = _TIMES[name]
    interval = bounds(value, asker.now, asker.zone, ahead=name in _AHEAD)
    limits = [where]
    if interval.start is not None:
        limits.append(f"{column} >= {bound(to_ms(interval.start))}")
    if interval.end is not None:
        limits.append(f"{column} < {bound(to_ms(interval.end))}")
    return f"({' AND '.join(limits)})"


def _is(text: str, _meaning: Meaning, _bound: Bound) -> str:
    return _IS[text]


def _has(text: str, meaning: Meaning, bound: Bound) -> str:
    if text == "draft":
        return f"c.id IN (SELECT conversation_id FROM draft WHERE operator_id = {bound(meaning.asker.me)})"
    if text == "reminder":
        return f"c.id IN ({list_promises.reminded(bound(meaning.asker.me))})"
    return _HAS[text]


def _tag(text: str, meaning: Meaning, bound: Bound) -> str:
    if text in ("none", "any"):
        return "c.tag_ids = ''" if text == "none" else "c.tag_ids <> ''"
    tag = meaning.ids.tag(text)
    return NOTHING if tag is None else f"instr(c.tag_ids, {bound(f',{tag},')}) > 0"


def _assignee(text: str, meaning: Meaning, bound: Bound) -> str:
    if text in ("none", "any"):
        return "c.assignee_id IS NULL" if text == "none" else "c.assignee_id IS NOT NULL"
    who = meaning.asker.me if text == "me" else meaning.ids.operator(text)
    return NOTHING if who is None else f"c.assignee_id IS {bound(who)}"


def _team(text: str, meaning: Meaning, bound: Bound) -> str:
    if text in ("none", "any"):
        return "c.team_id IS NULL" if text == "none" else "c.team_id IS NOT NULL"
    if text == "me":
        held = [f"c.team_id IS {bound(team)}" for team in meaning.ids.mine]
        return f"({' OR '.join(held)})" if held else NOTHING
    team = meaning.ids.team(text)
    return NOTHING if team is None else f"c.team_id IS {bound(team)}"


def _channel(text: str, meaning: Meaning, bound: Bound) -> str:
    held = [bound(channel) for channel in meaning.ids.channel(text)]
    return f"c.channel_id IN ({', '.join(held)})" if held else NOTHING


def _priority(text: str, _meaning: Meaning, bound: Bound) -> str:
    return f"c.priority = {bound(_PRIORITIES[text])}"


def _sla(text: str, meaning: Meaning, bound: Bound) -> str:
    match text:
        case "none":
            return "(c.due_at IS NULL AND c.left_ms IS NULL)"
        case "late":
            return "c.late = 1"
        case "paused":
            return "c.left_ms IS NOT NULL"
    # What no policy holds is warned of by nobody.
    return f"(c.late = 0 AND (c.soon = 1 OR {allowed_soon(meaning, bound)}))"


def allowed_soon(meaning: Meaning, bound: Bound) -> str:
    """Return the condition that what is allowed for an answer, where no policy promises one, ends soon or has ended."""
    ends = f"c.due_at IS NOT NULL AND c.due_at <= {bound(to_ms(meaning.asker.now + SOON))}"
    return f"(c.sla_policy = '' AND c.status = 'open' AND c.spam = 0 AND {ends})"


def _segment(text: str, meaning: Meaning, bound: Bound) -> str:
    tagged = "SELECT 1 FROM customer_tag g WHERE g.customer_id = c.customer_id"
    if text in ("none", "any"):
        return f"{'NOT ' if text == 'none' else ''}EXISTS ({tagged})"
    tag = meaning.ids.tag(text)
    return NOTHING if tag is None else f"EXISTS ({tagged} AND g.tag_id = {bound(tag)})"


def _theirs(who: People, meaning: Meaning, bound: Bound) -> str:
    """Return the condition that a conversation is that of people, or names them."""
    if who in meaning.people:
        return f"c.id IN (SELECT value FROM json_each({bound(meaning.people[who])}))"
    if who in meaning.gathered:
        return f"c.id IN ({who.conversations(bound)})"
    named = f" OR {text_condition(who.named, meaning, bound)}" if who.named.sought else ""
    return f"({who.probe(bound)}{named})"


_BY_NAME: dict[str, Callable[[str, Meaning, Bound], str]] = {
    "is": _is,
    "has": _has,
    "tag": _tag,
    "assignee": _assignee,
    "team": _team,
    "channel": _channel,
    "priority": _priority,
    "segment": _segment,
    "sla": _sla,
}


def mentions_spam(query: Query) -> bool:
    """Whether `is:spam` stands anywhere: only then is spam not left out."""
    match query:
        case Term("is", values):
            return Name("spam") in values
        case Not(inner):
            return mentions_spam(inner)
        case And(parts) | Or(parts):
            return any(map(mentions_spam, parts))
        case _:
            return False
