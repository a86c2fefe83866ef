"""Filter queries answered the slow way, over plain values, by the words of `desk.query`: what the store's lists must equal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from deskterm.desk.model import Conversation, Priority, Status
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
    folded,
    order_of,
    together,
    without_order,
)
from deskterm.desk.urgency import due_at, urgent_at
from deskterm.store import stems

BY_FIELD = {"waiting": "waiting_since", "opened": "opened_at", "updated": "updated_at", "closed": "closed_at"}
FIRST_WITHOUT_WAIT = 1 << 53
NEVER = 1 << 52


@dataclass(frozen=True)
class Person:
    """Somebody with an address: a customer (`id`), or only somebody in copy (None)."""

    id: int | None
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    company: str = ""


@dataclass(frozen=True)
class Said:
    """A message: its columns of words, what became of it; activity has no words."""

    id: int
    columns: dict[str, tuple[str, ...]]
    delivery: str = ""


@dataclass
class Talk:
    """A conversation with what is said in it and who takes part."""

    state: Conversation
    is_group: bool = False
    said: list[Said] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)


@dataclass
class World:
    """A whole desk, and who asks. Names to ids are folded."""

    talks: dict[int, Talk]
    me: int
    now: datetime
    zone: tzinfo
    tags: dict[str, int]
    operators: dict[str, int]
    teams: dict[str, int]
    my_teams: frozenset[int]
    channels: dict[str, frozenset[int]]
    drafts: frozenset[int]
    overdue: frozenset[int]
    promised: frozenset[int]
    reminded: frozenset[int]
    segments: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def answer(self, query: Query) -> list[tuple[int, int]]:
        """Return (sort, id) of what a query finds, in its order. Not for `sort:rank`, which weighs."""
        condition = without_order(query)
        with_spam = says_spam(condition)
        sort = ORDERS[self.order(query)]
        found = [
            talk
            for talk in self.talks.values()
            if talk.state.merged_into_id is None and (with_spam or not talk.state.spam) and self.holds(condition, talk)
        ]
        return sorted((sort(talk.state), talk.state.id) for talk in found)

    def order(self, query: Query) -> str:
        if (asked := order_of(query)) is not None:
            return "newest" if asked == "rank" else asked
        if any(has_words(part) for part in together(query)):
            return "newest"
        if any(isinstance(part, Term) and is_of_open_ones(part) for part in together(query)):
            return "urgent"
        return "returns" if Term("is", (Name("snoozed"),)) in tuple(together(query)) else "newest"

    def holds(self, query: Query, talk: Talk) -> bool:
        match query:
            case Everything():
                return True
            case Word():
                return self.said((query,), talk)
            case Not(inner):
                return not self.holds(inner, talk)
            case Or(parts):
                return any(self.holds(part, talk) for part in parts)
            case And():
                return all(
                    self.said(part, talk) if isinstance(part, tuple) else self.holds(part, talk) for part in together(query)
                )
            case Term(name, values):
                return any(self.term(name, value, talk) for value in values)

    def said(self, words: tuple[Word, ...], talk: Talk) -> bool:
        """All words stand in one message; those without letter or digit stand everywhere."""
        sought = [word for word in words if stems.stems(word.text)]
        if not sought:
            return True
        return any(
            all(any(stands(word, text) for texts in message.columns.values() for text in texts) for word in sought)
            for message in talk.said
        )

    def term(self, name: str, value: Value, talk: Talk) -> bool:
        if name in ("subject", "body"):
            assert isinstance(value, Name)
            word = Word(value.text, phrase=" " in value.text)
            if not stems.stems(value.text):
                return True
            return any(stands(word, text) for message in talk.said for text in message.columns.get(name, ()))
        if isinstance(value, Compare):
            return self.compares(name, value, talk)
        check: Callable[[str, Talk], bool] = getattr(self, f"is_{name}")
        return check(value.text, talk)

    def compares(self, name: str, value: Compare, talk: Talk) -> bool:
        state = talk.state
        if isinstance(value.amount, Number):
            mine = [int(state.priority)] if name == "priority" else [state.number, *self.given_up(state.id)]
            return any(COMPARE[value.op](one, value.amount.value) for one in mine)
        at: datetime | None
        if name == "sla":
            at = due_at(state) if state.status is Status.OPEN and not state.spam else None
        elif name == "snoozed":
            at = state.snoozed_until if state.status is Status.SNOOZED else None
        elif name == "waiting":
            at = state.waiting_since if waits(state) else None
        else:
            at = getattr(state, BY_FIELD[name])
        return at is not None and at in bounds(value, self.now, self.zone, ahead=name in ("sla", "snoozed"))

    def chain(self, row_id: int) -> set[int]:
        """A conversation, and those that hold what it holds."""
        into = self.talks[row_id].state.merged_into_id
        return {row_id} if into is None else {row_id} | self.chain(into)

    def given_up(self, into: int) -> list[int]:
        return [talk.state.number for talk in self.talks.values() if talk.state.merged_into_id == into]

    def is_is(self, word: str, talk: Talk) -> bool:
        state = talk.state
        return {
            "open": state.status is Status.OPEN,
            "snoozed": state.status is Status.SNOOZED,
            "closed": state.status is Status.CLOSED,
            "waiting": waits(state),
            "late": state.late,
            "unread": state.unread > 0,
            "read": state.unread == 0,
            "spam": state.spam,
            "group": talk.is_group,
            "failed": state.failed > 0,
            "uncertain": any(message.delivery == "uncertain" for message in talk.said),
            "asked": waits(state) and state.asked > 1,
            "promised": state.id in self.overdue,
        }[word]

    def is_has(self, word: str, talk: Talk) -> bool:
        state = talk.state
        return {
            "attachment": state.files > 0,
            "note": state.notes > 0,
            "tag": bool(state.tags),
            "draft": state.id in self.drafts,
            "promise": state.id in self.promised,
            "reminder": any(state.id in self.chain(one) for one in self.reminded),
            "failed": state.failed > 0,
        }[word]

    def is_tag(self, word: str, talk: Talk) -> bool:
        if word in ("none", "any"):
            return bool(talk.state.tags) is (word == "any")
        return self.tags.get(folded(word)) in talk.state.tags

    def is_assignee(self, word: str, talk: Talk) -> bool:
        who = talk.state.assignee_id
        if word in ("none", "any"):
            return (who is not None) is (word == "any")
        return who is not None and who == (self.me if word == "me" else self.operators.get(folded(word)))

    def is_team(self, word: str, talk: Talk) -> bool:
        team = talk.state.team_id
        if word in ("none", "any"):
            return (team is not None) is (word == "any")
        return team is not None and (team in self.my_teams if word == "me" else team == self.teams.get(folded(word)))

    def is_channel(self, word: str, talk: Talk) -> bool:
        return talk.state.channel_id in self.channels.get(folded(word), frozenset())

    def is_priority(self, word: str, talk: Talk) -> bool:
        return talk.state.priority is Priority[word.upper()]

    def is_sla(self, word: str, talk: Talk) -> bool:
        state, due = talk.state, due_at(talk.state)
        match word:
            case "late":
                return state.late
            case "paused":
                return state.left_ms is not None
            case "soon":
                allowed = None if state.sla_policy else due
                return not state.late and (state.soon or (allowed is not None and allowed <= self.now + SOON))
            case _:
                return due is None and state.left_ms is None

    def is_segment(self, word: str, talk: Talk) -> bool:
        tags = self.segments.get(talk.state.customer_id or 0, frozenset())
        if word in ("none", "any"):
            return bool(tags) is (word == "any")
        return self.tags.get(folded(word)) in tags

    def is_customer(self, text: str, talk: Talk) -> bool:
        return any(is_called(person, text) or text.casefold() in person.addresses for person in talk.people)

    def is_company(self, text: str, talk: Talk) -> bool:
        sought = "".join(char if char.isalnum() else " " for char in folded(text)).split()
        return bool(sought) and any(
            all(any(name.startswith(word) for name in folded(person.company).split()) for word in sought)
            for person in talk.people
        )


def waits(state: Conversation) -> bool:
    return state.status is Status.OPEN and not state.spam and state.waiting_since is not None


def is_called(person: Person, text: str) -> bool:
    """Every word begins a word of the names of a customer; one letter alone is a word of its own."""
    words = stems.folded_words(text)
    names = [name for one in person.names for name in stems.folded_words(one)]
    return (
        person.id is not None
        and bool(words)
        and all(any(name.startswith(word) if len(word) > 1 else name == word for name in names) for word in words)
    )


def stands(word: Word, text: str) -> bool:
    """Whether a text has a word in any form, or, unless it was quoted, what begins with it."""
    said, sought = stems.stems(text), stems.stems(word.text)
    if not sought:
        return True
    last = "" if word.phrase else stems.folded_words(word.text)[-1]

    def fits(stretch: list[str]) -> bool:
        if stretch == sought:
            return True
        return len(last) > 1 and stretch[:-1] == sought[:-1] and stretch[-1].startswith(last)

    size = len(sought)
    return any(fits(said[at : at + size]) for at in range(len(said) - size + 1))


def has_words(part: Query | tuple[Word, ...]) -> bool:
    match part:
        case tuple():
            return any(stems.stems(word.text) for word in part)
        case Word(text):
            return bool(stems.stems(text))
        case Term("subject" | "body", values):
            return any(isinstance(value, Name) and bool(stems.stems(value.text)) for value in values)
        case Not(inner):
            return has_words(inner)
        case And(parts) | Or(parts):
            return any(map(has_words, parts))
        case _:
            return False


def is_of_open_ones(term: Term) -> bool:
    names = {value.text for value in term.values if isinstance(value, Name)}
    match term.field:
        case "is":
            return names <= {"open", "waiting", "late", "asked"}
        case "sla":
            return names.isdisjoint({"none", "paused"})
        case name:
            return name == "waiting"


def says_spam(query: Query) -> bool:
    match query:
        case Term("is", values):
            return Name("spam") in values
        case Not(inner):
            return says_spam(inner)
        case And(parts) | Or(parts):
            return any(map(says_spam, parts))
        case _:
            return False


COMPARE: dict[str, Callable[[int, int], bool]] = {
    "=": int.__eq__,
    "<": int.__lt__,
    ">": int.__gt__,
    "<=": int.__le__,
    ">=": int.__ge__,
}


def ms(at: datetime | None) -> int:
    return 0 if at is None else round(at.timestamp() * 1000)


def urgency(state: Conversation) -> int:
    due = urgent_at(state)
    return ms(due) if due is not None else FIRST_WITHOUT_WAIT - max(ms(state.last_message_at), ms(state.woken_at))


def newest(state: Conversation) -> int:
    return -max(ms(state.last_message_at), ms(state.closed_at))


ORDERS: dict[str, Callable[[Conversation], int]] = {
    "urgent": urgency,
    "newest": newest,
    "oldest": lambda state: -newest(state),
    "number": lambda state: state.number,
    "returns": lambda state: NEVER if state.snoozed_until is None else ms(state.snoozed_until),
}


def ids(rows: Iterable[tuple[int, int]]) -> list[int]:
    return [row_id for _, row_id in rows]
