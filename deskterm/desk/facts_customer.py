"""What happened to customers' cards, and to which messages are one conversation. See `desk.facts`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from deskterm.desk.post import IdentityKind


def words(default: Any = "") -> Any:
    """Declare a field that the journal's data leaves out."""
    return field(default=default, metadata={"words": True})


def before(default: Any = "") -> Any:
    """Declare a field that undoing needs and that is words: it stands in `journal_text`, which erasure empties."""
    return field(default=default, metadata={"words": True, "before": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChanged:
    """A card says something else. `fields` are the keys that changed ("name", "language", "company" or a field's);
    `values` what they say now, `was` what they said, each in the order of `fields`."""

    customer_id: int
    version: int
    fields: tuple[str, ...] = ()
    tags_added: tuple[int, ...] = ()
    tags_removed: tuple[int, ...] = ()
    values: tuple[str, ...] = before(())
    was: tuple[str, ...] = before(())


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProved:
    """How much an address is worth changed: `proof` as in the table, and whether several people use it."""

    identity_id: int
    customer_id: int | None
    proof: str
    shared: bool = False
    label: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRemoved:
    """An address was taken off a card."""

    identity_id: int
    customer_id: int
    identity_kind: IdentityKind
    value: str = before()
    name: str = before()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimMade:
    """A customer said that an address was theirs; `evidence` as in the table."""

    customer_id: int
    identity_kind: IdentityKind
    evidence: str
    message_id: int | None = None
    value: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNoteWritten:
    """A note on a card was written, changed or (no text) taken away."""

    customer_id: int
    note_id: int
    pinned: bool = False
    was_pinned: bool = False
    made: bool = False
    text: str = before()
    was: str = before()


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateFound:
    """Two customers are likely one."""

    low_id: int
    high_id: int
    reason: str
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateSettled:
    """Two customers who look alike are two (`state` "dismissed"), are one ("merged"), or are to be looked at again
    ("open")."""

    low_id: int
    high_id: int
    state: str
    was: str = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersMerged:
    """A card went into another one. `customer_id` is the one that stays; `how`: "operator", or "verified" (the desk itself,
    by a proven address). `fields` are the keys that the one that stays took over; `values`, `was` as in `CustomerChanged`."""

    customer_id: int
    from_id: int
    how: str = "operator"
    fields: tuple[str, ...] = ()
    tags_added: tuple[int, ...] = ()
    values: tuple[str, ...] = before(())
    was: tuple[str, ...] = before(())


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerParted:
    """A card that had gone into `customer_id` stands by itself again. The fields that merging gave to the other one, and that
    nobody has changed since, say again what they said: `fields`, `values`, `was`."""

    customer_id: int
    from_id: int
    fields: tuple[str, ...] = ()
    tags_removed: tuple[int, ...] = ()
    values: tuple[str, ...] = before(())
    was: tuple[str, ...] = before(())


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerErased:
    """All words of a customer are gone. Only that is kept."""

    customer_id: int
    messages: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyChanged:
    """A company was made, or has another name or note."""

    company_id: int
    made: bool = False
    name: str = before()
    note: str = before()
    was_name: str = before()
    was_note: str = before()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKept:
    """A record of the business came in or was changed."""

    record_id: int
    customer_id: int | None
    record_kind: str
    made: bool


Values: TypeAlias = tuple[tuple[str, Any], ...]
"""Pairs of a field of `desk.model.Conversation` and its value: ids, codes, numbers and times only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationMerged:
    """A conversation went into another one, `into_id`, with all its messages. Told of the one that went.

    `had` and `values` are what the other one said before and says now. Messages from `next_message_id` on came after it.
    `homes` are pairs of a message that a split had taken from `into_id` and whose it is again."""

    conversation_id: int
    into_id: int
    at: datetime
    next_message_id: int = 0
    had: Values = ()
    values: Values = ()
    homes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationParted:
    """A conversation that had gone into `from_id` stands by itself again, with the messages whose home it is, and with
    `message_ids`, which were split off into it once. `values` is what it says now, `rest` what the other one does, where that
    changed."""

    conversation_id: int
    from_id: int
    at: datetime
    values: Values = ()
    rest: Values = ()
    message_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesMoved:
    """Messages went to another conversation for good: this one was split off `from_id`. `homes` says whose each was before;
    `values` is what this one says now, `rest` what the other one does, where that changed."""

    conversation_id: int
    from_id: int
    message_ids: tuple[int, ...]
    at: datetime
    homes: tuple[int, ...] = ()
    values: Values = ()
    rest: Values = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedNoted:
    """A conversation may be about the same matter as another (`related_id` None: it is not). `why` as in the table."""

    conversation_id: int
    related_id: int | None
    why: str = ""
    was_id: int | None = None
    was_why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLogged:
    """An operator wrote down a telephone call or a visit: a message that never was on a wire. `outcome` as in `LogContact`.
    `waits`: the customer waits for us now; `talked`: they were spoken with, which ends the wait that began at
    `answered_wait`."""

    conversation_id: int
    message_id: int
    channel_id: int
    operator_id: int
    incoming: bool
    at: datetime
    outcome: str
    duration_s: int | None = None
    waits: bool = False
    talked: bool = True
    author_identity_id: int | None = None
    answered_wait: datetime | None = None
    answered_asked: int = 0
    public_id: str = words()
    text: str = words()
