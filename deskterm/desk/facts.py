"""What happened, in the past tense: what rules return, tables are changed by, and the journal keeps.

A field made with `words()` holds text from outside or of people; the journal's data never does (only ids, codes and numbers),
so that erasing a person's words leaves the journal whole. `before()` marks what undo needs of the past and is words too: it
goes to `journal_text`, which erasure may empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from deskterm.desk.facts_customer import (
    ClaimMade,
    CompanyChanged,
    ContactLogged,
    ConversationMerged,
    ConversationParted,
    CustomerChanged,
    CustomerErased,
    CustomerNoteWritten,
    CustomerParted,
    CustomersMerged,
    DuplicateFound,
    DuplicateSettled,
    IdentityProved,
    IdentityRemoved,
    MessagesMoved,
    RecordKept,
    RelatedNoted,
    Values,
    words,
)
from deskterm.desk.facts_history import ReplyImported
from deskterm.desk.facts_sending import (
    DeliverySettled,
    PartFailed,
    PartPutOff,
    PartSent,
    PartUncertain,
    SendCancelled,
    SendRequeued,
)
from deskterm.desk.facts_time import TimeFact
from deskterm.desk.facts_triage import (
    Assigned,
    ConversationRead,
    ConversationRestored,
    ConversationSnoozed,
    IdentityBlocked,
    LateMarked,
    PriorityChanged,
    SnoozeEnded,
    SpamMarked,
    TagAdded,
    TagsChanged,
    TeamChanged,
    WaitEnded,
    WaitRestored,
)
from deskterm.desk.model import Kind, Origin, Part, Priority
from deskterm.desk.post import Address, IdentityKind, InFile

__all__ = [
    "Assigned",
    "ClaimMade",
    "CompanyChanged",
    "ContactLogged",
    "ConversationMerged",
    "ConversationParted",
    "ConversationRead",
    "ConversationRestored",
    "ConversationSnoozed",
    "CustomerChanged",
    "CustomerErased",
    "CustomerNoteWritten",
    "CustomerParted",
    "CustomersMerged",
    "DeliverySettled",
    "DuplicateFound",
    "DuplicateSettled",
    "IdentityBlocked",
    "IdentityProved",
    "IdentityRemoved",
    "LateMarked",
    "MessagesMoved",
    "PartFailed",
    "PartPutOff",
    "PartSent",
    "PartUncertain",
    "PriorityChanged",
    "RecordKept",
    "RelatedNoted",
    "ReplyImported",
    "SendCancelled",
    "SendRequeued",
    "SnoozeEnded",
    "SpamMarked",
    "TagAdded",
    "TagsChanged",
    "TeamChanged",
    "Values",
    "WaitEnded",
    "WaitRestored",
]
"""Those that `facts_customer`, `facts_history`, `facts_sending` and `facts_triage` tell; all others are told here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAdded:
    """A card was made, at first contact or by hand."""

    customer_id: int
    name: str = words()
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityAdded:
    """An address of a person became known. `customer_id` is None for nobody's yet. `proof`, `shared`, `label` and `plain` as in
    the table."""

    identity_id: int
    customer_id: int | None
    identity_kind: IdentityKind
    proof: str = "written"
    shared: bool = False
    label: str = words()
    plain: str = words()
    value: str = words()
    name: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRenamed:
    """A person writes under another name now; the address is the same."""

    identity_id: int
    name: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityReached:
    """The channel says whether a person can be written to (`unreachable`: they blocked us)."""

    identity_id: int
    unreachable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOpened:
    """A matter began. `previous_id` is the closed conversation it continues, `maybe_related_id` one it may belong to and
    `related_why` why ("refers", "similar", "elsewhere"). `home_customer_id` is whose it is when merged cards are parted, where
    that is another; `split_from_id` the conversation it was split off."""

    conversation_id: int
    number: int
    channel_id: int
    customer_id: int | None
    at: datetime
    previous_id: int | None = None
    maybe_related_id: int | None = None
    related_why: str = ""
    home_customer_id: int | None = None
    split_from_id: int | None = None
    priority: Priority = Priority.NORMAL
    thread_key: str = words()
    subject: str = words()
    group: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationReopened:
    """A closed conversation is open again, or a snoozed one by what became of a reply. `how`: "customer", "operator",
    "taken_back" or "failure" (a reply did not arrive)."""

    conversation_id: int
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationClosed:
    """The matter is done."""

    conversation_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationMoved:
    """The chat has a new id on its channel (Telegram migration); the old one is kept as an alias."""

    conversation_id: int
    thread_key: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantAdded:
    """A person takes part in a conversation, as "customer", "cc" or "member" of a group; `via_id`: in one that was merged into
    it."""

    conversation_id: int
    identity_id: int
    role: str
    via_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived:
    """A message came in. `waits` says that it is a human customer's and that somebody now waits for us. `home_id`: it came for
    a conversation that was merged into this one. `history`: it was brought in from an archive, and is no news to anybody."""

    conversation_id: int
    message_id: int
    channel_id: int
    origin: Origin
    author_identity_id: int | None
    at: datetime
    waits: bool
    inbound_id: int | None = None
    home_id: int | None = None
    history: bool = False
    external_ids: tuple[str, ...] = words(())
    public_id: str = words()
    text: str = words()
    subject: str = words()
    quoted_from: int | None = None
    placeholder: str = ""
    thread_key: str = words()
    quote: str = words()
    forwarded_from: str = words()
    reply_to: str = words()
    album: str = words()
    mail_id: str = words()
    mail_references: tuple[str, ...] = words(())
    reply_to_external: str = words()
    notes: tuple[str, ...] = words(())
    cc: tuple[Address, ...] = words(())
    attachments: tuple[InFile, ...] = words(())


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumExtended:
    """A further piece of an album joined its message."""

    conversation_id: int
    message_id: int
    inbound_id: int | None = None
    channel_id: int = 0
    external_ids: tuple[str, ...] = words(())
    text: str = words()
    attachments: tuple[InFile, ...] = words(())


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited:
    """A customer changed a message; what it said before is kept as a version, and its files stay beside the new ones.

    `attachments` are the new files, `places` where each stood among those that came with the edit. `external_id` is the piece
    of an album that was edited, `with_words` whether that piece carries words now.
    """

    conversation_id: int
    message_id: int
    at: datetime
    inbound_id: int | None = None
    channel_id: int = 0
    with_words: bool = True
    placeholder: str = ""
    external_id: str = words()
    version_key: str = words()
    text: str = words()
    attachments: tuple[InFile, ...] = words(())
    places: tuple[int, ...] = words(())


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyQueued:
    """An operator answered; the parts leave at `not_before` (the undo window). It ends the wait that began at
    `answered_wait`, which comes back if the reply does not arrive or is taken back; in the latter case the `answered_unread`
    messages are unread again, too. `begins`: it answers nobody, the operator writes first."""

    conversation_id: int
    message_id: int
    channel_id: int
    operator_id: int
    at: datetime
    not_before: datetime
    part_count: int
    answered_wait: datetime | None = None
    answered_asked: int = 0
    answered_unread: int = 0
    reply_to_message_id: int | None = None
    begins: bool = False
    home_id: int | None = None
    public_id: str = words()
    parts: tuple[Part, ...] = words(())
    attachments: tuple[int, ...] = words(())
    text: str = words()
    subject: str = words()
    thread_key: str = words()
    to: tuple[Address, ...] = words(())
    cc: tuple[Address, ...] = words(())


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded:
    """An operator wrote an internal note; `by_mail`: above a mail that they forwarded, not in the console."""

    conversation_id: int
    message_id: int
    operator_id: int
    at: datetime
    by_mail: bool = False
    public_id: str = words()
    text: str = words()
    attachments: tuple[int, ...] = words(())


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityNoted:
    """The desk itself says something in the thread. `code` is one of `deskterm.words.wording`'s activities, `value` what stands
    in its words (an id)."""

    conversation_id: int
    message_id: int
    at: datetime
    code: str
    value: str = ""
    public_id: str = words()


Fact: TypeAlias = (
    CustomerAdded
    | IdentityAdded
    | IdentityRenamed
    | IdentityReached
    | ConversationOpened
    | ConversationReopened
    | ConversationClosed
    | ConversationMoved
    | ParticipantAdded
    | MessageReceived
    | AlbumExtended
    | MessageEdited
    | ReplyQueued
    | NoteAdded
    | ActivityNoted
    | Assigned
    | WaitEnded
    | WaitRestored
    | ConversationRead
    | TagAdded
    | TagsChanged
    | PriorityChanged
    | TeamChanged
    | ConversationSnoozed
    | SnoozeEnded
    | SpamMarked
    | IdentityBlocked
    | ConversationRestored
    | LateMarked
    | PartSent
    | PartPutOff
    | PartFailed
    | PartUncertain
    | SendRequeued
    | SendCancelled
    | DeliverySettled
    | ClaimMade
    | CompanyChanged
    | ContactLogged
    | ConversationMerged
    | ConversationParted
    | CustomerChanged
    | CustomerErased
    | CustomerNoteWritten
    | CustomerParted
    | CustomersMerged
    | DuplicateFound
    | DuplicateSettled
    | IdentityProved
    | IdentityRemoved
    | MessagesMoved
    | RecordKept
    | RelatedNoted
    | ReplyImported
    | TimeFact
)

MESSAGE_KINDS: dict[type[Any], Kind] = {
    MessageReceived: Kind.INCOMING,
    ReplyQueued: Kind.OUTGOING,
    ReplyImported: Kind.OUTGOING,
    NoteAdded: Kind.NOTE,
    ActivityNoted: Kind.ACTIVITY,
    ContactLogged: Kind.INCOMING,
}
"""Which facts bring a message into a thread, and what it is (a contact by hand may be OUTGOING as well)."""
