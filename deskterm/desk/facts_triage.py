"""What happened to a conversation in triage: ids, codes and times, no words but a tag's name. See `desk.facts`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deskterm.desk.facts_customer import words
from deskterm.desk.model import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """A conversation changed hands. `how`: "operator", "first_reply" or "taken_back" (that reply was)."""

    conversation_id: int
    from_id: int | None
    to_id: int | None
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitEnded:
    """Nobody waits any more, without an answer ("no reply needed", closing)."""

    conversation_id: int
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRestored:
    """The customer waits after all, since then: the reply that ended the wait did not arrive or was taken back."""

    conversation_id: int
    since: datetime
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRead:
    """Somebody saw the conversation (`unread` 0), or set it back to unseen (1)."""

    conversation_id: int
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TagsChanged:
    """Tags were put on a conversation or taken off, by id."""

    conversation_id: int
    added: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityChanged:
    """A conversation matters more or less than it did."""

    conversation_id: int
    from_priority: Priority
    to_priority: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChanged:
    """A conversation went to another team's queue."""

    conversation_id: int
    from_id: int | None
    to_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSnoozed:
    """A conversation is out of sight until then (None: until the customer writes)."""

    conversation_id: int
    at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeEnded:
    """A snoozed conversation is open again. `how`: "clock", "customer" or "operator"; `at` is its time, not the clock's."""

    conversation_id: int
    at: datetime
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpamMarked:
    """A conversation is spam, or is not after all."""

    conversation_id: int
    spam: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityBlocked:
    """What comes from an address is quarantined from now on, or is taken in again. It was asked for in `conversation_id`."""

    identity_id: int
    blocked: bool
    conversation_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRestored:
    """Undo or redo gave a conversation earlier values back. `values` are pairs of a field of `Conversation` and its value (see
    `desk.undo.RESTORED`); ids, codes and times only."""

    conversation_id: int
    undone_command_id: int
    values: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LateMarked:
    """The time allowed for an answer has passed at `at` (which may lie before now: the desk was closed)."""

    conversation_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TagAdded:
    """A tag was made."""

    tag_id: int
    name: str = words()
