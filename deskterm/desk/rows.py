"""What screens and commands are shown: frozen rows, already cleaned, read from the store in one go."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from deskterm.desk.model import Delivery, Held, Kind, Operator, Origin, Priority, Status
from deskterm.desk.post import HealthState
from deskterm.desk.rows_writing import Draft, NewMessage, StagedFile, StartChannel

__all__ = ["Draft", "NewMessage", "StagedFile", "StartChannel"]
"""Those that `rows_writing` tells; all others are told here."""


class View(StrEnum):
    """The built-in views of the list; what each holds is a query (`desk.views.QUERIES`). Open ones are ordered by urgency,
    snoozed by when they come back, the others by what happened last (the newest message, or closing)."""

    INBOX = "inbox"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    UNTAGGED = "untagged"
    WAITING = "waiting"
    LATE = "late"
    SNOOZED = "snoozed"
    CLOSED = "closed"
    ALL = "all"
    DRAFTS = "drafts"
    FAILED = "failed"
    SPAM = "spam"


NOBODY = "—"
"""`ConversationRow.customer` where the name is gone, since the person was erased."""
GONE_ADDRESS = "erased:"
"""With what `identity.value` begins in the store where an address was erased; its id follows. No screen is shown it."""


@dataclass(frozen=True, slots=True, order=True)
class RowKey:
    """Where a row stands in its view: the view's sort value, then the id. Ascending order is the order on the screen."""

    sort: int
    id: int


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a search found its words: the message, its words around the find, and the stretches of `text` that match
    ([from, to) in code points)."""

    message_id: int
    text: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """One line of the list. `customer` is the person's or group's name, never empty; `preview` the last words, `preview_kind`
    who said them; `sorted_at` is when that happened by which the list is sorted, where it goes by what happened last; `late`
    says that the promised time has passed; `urgent_at` is what the list goes by (None: nobody waits). `due_at` is the promised
    time, `soon` that it is near, `left_ms` what is left of it while it stands still, `sla_policy` who promises it ("" the
    allowance alone). `hit` is set in the answer to a query with words."""

    key: RowKey
    id: int
    number: int
    channel: str
    channel_kind: str
    customer: str
    subject: str
    preview: str
    preview_kind: Kind
    status: Status
    priority: Priority
    assignee_id: int | None
    assignee: str
    waiting_since: datetime | None
    urgent_at: datetime | None
    last_message_at: datetime
    asked: int = 0
    late: bool = False
    unread: int = 0
    failed: int = 0
    is_group: bool = False
    draft: bool = False
    tags: tuple[str, ...] = ()
    team: str = ""
    snoozed_until: datetime | None = None
    spam: bool = False
    hit: Hit | None = None
    sorted_at: datetime | None = None
    due_at: datetime | None = None
    left_ms: int | None = None
    soon: bool = False
    sla_policy: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a view around a key. `total` comes from the counters (None where the view has none); `more_before` and
    `more_after` say whether rows follow on either side."""

    rows: tuple[ConversationRow, ...]
    total: int | None
    more_before: bool
    more_after: bool


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A file beside a message. `state` is "stored", "pending" (not fetched yet), "failed" or "unavailable" with its reason."""

    id: int
    name: str
    media_type: str
    size: int | None
    state: str
    reason: str = ""
    inline: bool = False
    risky: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """What became of an outgoing message as a whole. `not_before` is when it goes (undo window, retry); `detail` is the
    server's words, cleaned."""

    state: Delivery
    detail: str = ""
    not_before: datetime | None = None
    attempt: int = 0
    parts: int = 1
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message of a thread. `quoted_from` is the offset in `text` from which all is quoted text or signature. `sender` is
    the address as the channel proves it; it stands beside the name, since names are anybody's. `versions` counts edits + 1.
    `cut` says that `text` is only the beginning. `inbound_id` leads to the raw bytes. A contact logged by hand has `outcome`
    ("solved", "open", "call_back", "no_answer"; else "") and perhaps `duration_s` (seconds). `in_copy` are how many people in
    copy are too many to take part; 0 where all of them do."""

    id: int
    conversation_id: int
    kind: Kind
    origin: Origin
    channel: str
    channel_kind: str
    author: str
    author_operator_id: int | None
    sender: str
    at: datetime
    text: str
    subject: str = ""
    quoted_from: int | None = None
    cut: bool = False
    placeholder: str = ""
    quote: str = ""
    forwarded_from: str = ""
    notes: tuple[str, ...] = ()
    versions: int = 1
    inbound_id: int | None = None
    delivery: DeliveryRow | None = None
    attachments: tuple[AttachmentRow, ...] = ()
    duration_s: int | None = None
    outcome: str = ""
    in_copy: int = 0


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Messages in the order of the thread (oldest first), and whether older or newer ones follow."""

    rows: tuple[MessageRow, ...]
    more_before: bool
    more_after: bool


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """One address of a customer."""

    kind: str
    value: str
    name: str


@dataclass(frozen=True, slots=True)
class ReplyRoute:
    """A way that an answer can go: where the customer wrote last on that channel and in that thread. `message_id` is what
    `Reply.via_message_id` takes; `to` is whom it goes to."""

    message_id: int
    channel: str
    channel_kind: str
    to: tuple[IdentityRow, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class ConversationDetail:
    """A conversation with what stands around it. `reply_to` is whom an answer goes to, `cc` who gets a copy; `reply_warning` is
    set where the customer asked for answers elsewhere than they write from. Numbers are of linked conversations; `related_why`
    says why `maybe_related_number` is named ("refers", "similar", "elsewhere", "operator"). `merged` are those that went into
    this one: id and number, the oldest first; `merged_at` says when each did. `routes` are the ways that an answer can go, the
    usual one first, where there are several; `greeting` is the first name of whom an answer greets, `language` the customer's
    (both perhaps ""). `before_number` and `after_number` are those that this one continues and that continues it, else the
    customer's conversations before and after it in time."""

    row: ConversationRow
    customer_id: int | None
    identities: tuple[IdentityRow, ...]
    reply_to: tuple[IdentityRow, ...]
    cc: tuple[IdentityRow, ...]
    reply_warning: str
    can_attach: bool
    max_units: int | None
    opened_at: datetime
    closed_at: datetime | None
    previous_number: int | None
    next_number: int | None
    maybe_related_number: int | None
    unreachable: bool
    last_message_id: int | None
    related_why: str = ""
    merged: tuple[tuple[int, int], ...] = ()
    merged_at: tuple[datetime | None, ...] = ()
    split_from_number: int | None = None
    routes: tuple[ReplyRoute, ...] = ()
    greeting: str = ""
    language: str = ""
    before_number: int | None = None
    after_number: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How some conversations stand: how many of them are known, are not closed, and have something unread."""

    known: int
    active: int
    unread: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations each view holds for the one who asks, and what stands in the outbox and on the shelf. `channels`,
    `teams` and `tags` count the open ones by id."""

    views: dict[View, int]
    queued: int = 0
    failed: int = 0
    uncertain: int = 0
    held: int = 0
    channels: dict[int, int] = field(default_factory=dict)
    teams: dict[int, int] = field(default_factory=dict)
    tags: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SavedView:
    """A query with a name, personal (`owner_id`) or shared (None), and a key 1-9 of one's own (None: without). `id` 0: it is
    not saved yet."""

    id: int
    name: str
    query: str
    key: int | None = None
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer found by a few letters; `conversation_id` is their newest conversation, None without any; `company` the name
    of the one they belong to."""

    id: int
    name: str
    identities: tuple[IdentityRow, ...]
    conversation_id: int | None = None
    number: int | None = None
    company_id: int | None = None
    company: str = ""


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """How a channel is: its health, when it was last heard, and the ledger: what the server holds against what we hold. `gap`
    says that messages may have been missed, found at `gap_at`; it stays until somebody has taken note."""

    id: int
    name: str
    kind: str
    address: str
    enabled: bool
    state: HealthState
    detail: str
    fix: str
    last_ok_at: datetime | None
    since: datetime | None
    server_count: int | None
    ours_count: int | None
    counted_at: datetime | None
    held: int
    gap: str = ""
    gap_at: datetime | None = None

    @property
    def missing(self) -> int:
        """How many messages the server holds and we do not; 0 where nobody has counted."""
        if self.server_count is None or self.ours_count is None:
            return 0
        return max(0, self.server_count - self.ours_count)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One outgoing message that has not simply arrived, written by the operator `operator_id`."""

    message_id: int
    conversation_id: int
    number: int
    channel: str
    customer: str
    operator: str
    preview: str
    at: datetime
    delivery: DeliveryRow
    operator_id: int | None = None


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A ledger row that is no message (yet): quarantined or ignored, and why."""

    id: int
    channel: str
    channel_kind: str
    state: Held
    reason: str
    received_at: datetime
    size: int
    hint: str


@dataclass(frozen=True, slots=True)
class DeskStatus:
    """The desk in one look, for `deskterm status` and the status line. `polling` says who holds the lease ("this process",
    "pid 41 on host", "" for nobody)."""

    counts: Counts
    channels: tuple[ChannelRow, ...]
    operators: tuple[Operator, ...]
    polling: str
    store_path: str
    sqlite: str
    journal_mode: str
