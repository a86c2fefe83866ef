"""The words of the desk as values: what is kept of a conversation, a message, a person.

Everything here is frozen. Times are aware datetimes in UTC; `None` means "not set", never "now".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Status(StrEnum):
    """Where a conversation stands. Spam, merged and bot state are properties beside it."""

    OPEN = "open"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class Kind(StrEnum):
    """What a message is. A note can never be queued to a channel: there is no way from NOTE to an outbox row."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    NOTE = "note"
    ACTIVITY = "activity"


class Origin(StrEnum):
    """Who wrote an incoming message, by what its headers say (RFC 3834, RFC 3464); only HUMAN starts a wait."""

    HUMAN = "human"
    AUTO = "auto"
    BOUNCE = "bounce"
    LIST = "list"
    OWN = "own"


class Delivery(StrEnum):
    """What became of an outgoing message. A retry is QUEUED with a later `not_before`."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


class Held(StrEnum):
    """State of a ledger row: what became of one thing that a channel handed over."""

    RECEIVED = "received"
    STORED = "stored"
    QUARANTINED = "quarantined"
    IGNORED = "ignored"


class Priority(IntEnum):
    """How much a conversation matters; shortens the time allowed to answer (`desk.urgency`)."""

    LOW = 0
    NORMAL = 1
    HIGH = 2
    URGENT = 3


class TaskStatus(StrEnum):
    """Where a task stands. OPEN and STARTED are to be done."""

    OPEN = "open"
    STARTED = "started"
    DONE = "done"
    CANCELLED = "cancelled"


class Role(StrEnum):
    """What an operator may do."""

    OWNER = "owner"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    VIEWER = "viewer"


class ActorKind(StrEnum):
    """Who did something, for the journal."""

    OPERATOR = "operator"
    CUSTOMER = "customer"
    CHANNEL = "channel"
    CLOCK = "clock"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an operator by id, or the desk's own clock, channel or sender (id None)."""

    kind: ActorKind
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Operator:
    """A person who works here."""

    id: int
    login: str
    name: str
    role: Role = Role.OPERATOR


@dataclass(frozen=True, slots=True)
class Conversation:
    """The state of one conversation that rules need; `desk.evolve` turns it and a fact into the next state.

    `waiting_since` is the time of the first unanswered message of a human customer; `asked` counts the customer's
    messages since then. `tags` are ids in ascending order. `snoozed_until` None while snoozed means "until the customer
    writes"; `woken_at` is when it last came back. `version` grows with every change and is how a writer notices that
    somebody was faster.

    The last fields are what `desk.sla` made of its clocks: `sla_policy` says by which policy it is promised an answer ("" by
    the allowance of `desk.urgency` alone), `sla_due_at` when that is due, `left_ms` what is left of it while it stands still,
    `soon` that it has been warned of, `alarm_at` when the clock has to look at it next.
    """

    id: int
    number: int
    channel_id: int
    status: Status
    opened_at: datetime
    updated_at: datetime
    last_message_at: datetime
    customer_id: int | None = None
    thread_key: str = ""
    assignee_id: int | None = None
    priority: Priority = Priority.NORMAL
    waiting_since: datetime | None = None
    asked: int = 0
    closed_at: datetime | None = None
    snoozed_until: datetime | None = None
    last_incoming_at: datetime | None = None
    last_message_id: int | None = None
    message_count: int = 0
    unread: int = 0
    failed: int = 0
    late: bool = False
    spam: bool = False
    merged_into_id: int | None = None
    team_id: int | None = None
    tags: tuple[int, ...] = ()
    woken_at: datetime | None = None
    files: int = 0
    notes: int = 0
    version: int = 0
    sla_policy: str = ""
    sla_due_at: datetime | None = None
    left_ms: int | None = None
    soon: bool = False
    alarm_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """What a conversation can be about."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Team:
    """Operators who share a queue; `members` are their ids."""

    id: int
    name: str
    members: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of an outgoing message that a channel sends as one: an outbox row."""

    text: str
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Fresh:
    """The next free ids, read inside the write transaction, and randomness: so that rules stay pure."""

    conversation: int
    number: int
    message: int
    customer: int
    identity: int
    public_id: str
    tag: int = 0
    company: int = 0
    customer_note: int = 0
    record: int = 0
    task: int = 0
    reminder: int = 0
    promise: int = 0
