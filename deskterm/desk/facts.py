"""What happened, in the past tense: what rules return, tables are changed by, and the journal keeps.

A field made with `words()` holds text from outside or of people; the journal's data never does (only ids, codes and numbers),
so that erasing a person's words leaves the journal whole. `before()` marks what undo needs of the past and is words too: it
goes to `journal_text`, which erasure may empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

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
    TagsChanged,
    TeamChanged,
    WaitEnded,
    WaitRestored,
)
from deskterm.desk.model import Kind, Origin, Part, Priority
from deskterm.desk.post import Address, IdentityKind, InFile

__all__ = [
    "Assigned",
    "ConversationRead",
    "ConversationRestored",
    "ConversationSnoozed",
    "IdentityBlocked",
    "LateMarked",
    "PriorityChanged",
    "SnoozeEnded",
    "SpamMarked",
    "TagsChanged",
    "TeamChanged",
    "WaitEnded",
    "WaitRestored",
]
"""Those that `facts_triage` tells; all others are told here."""


def words(default: Any = "") -> Any:
    """Declare a field that the journal's data leaves out."""
    return field(default=default, metadata={"words": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAdded:
    """A card was made at first contact."""

    customer_id: int
    name: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityAdded:
    """An address of a person became known. `customer_id` is None for nobody's yet."""

    identity_id: int
    customer_id: int | None
    identity_kind: IdentityKind
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
    """A matter began. `previous_id` is the closed conversation it continues, `maybe_related_id` one it claims to belong to."""

    conversation_id: int
    number: int
    channel_id: int
    customer_id: int | None
    at: datetime
    previous_id: int | None = None
    maybe_related_id: int | None = None
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
    """A person takes part in a conversation, as "customer", "cc" or "member" of a group."""

    conversation_id: int
    identity_id: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived:
    """A message came in. `waits` says that it is a human customer's and that somebody now waits for us."""

    conversation_id: int
    message_id: int
    channel_id: int
    origin: Origin
    author_identity_id: int | None
    at: datetime
    waits: bool
    inbound_id: int | None = None
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
    """An operator wrote an internal note."""

    conversation_id: int
    message_id: int
    operator_id: int
    at: datetime
    public_id: str = words()
    text: str = words()
    attachments: tuple[int, ...] = words(())


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityNoted:
    """The desk itself says something in the thread. `code` is one of `deskterm.wording`'s activities."""

    conversation_id: int
    message_id: int
    at: datetime
    code: str
    public_id: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class TagAdded:
    """A tag was made."""

    tag_id: int
    name: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSent:
    """A part was taken by the server. `remote_ids` are the ids it has there."""

    conversation_id: int
    message_id: int
    outbox_id: int
    at: datetime
    remote_ids: tuple[str, ...] = words(())
    detail: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPutOff:
    """A part did not go out and is tried again at `not_before`."""

    conversation_id: int
    message_id: int
    outbox_id: int
    not_before: datetime
    attempt: int
    detail: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFailed:
    """A part will not go out like this; so will not the message's later parts. `was_sent`: a bounce came after "sent"."""

    conversation_id: int
    message_id: int
    outbox_id: int
    was_sent: bool = False
    detail: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartUncertain:
    """A part may have arrived. `not_before` is when the sender looks again by itself (None: a person decides)."""

    conversation_id: int
    message_id: int
    outbox_id: int
    not_before: datetime | None
    detail: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequeued:
    """A failed or uncertain message is to go out again, or a held one now; `outbox_ids` are the parts concerned."""

    conversation_id: int
    message_id: int
    not_before: datetime
    outbox_ids: tuple[int, ...]
    failed_before: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCancelled:
    """A message was taken back before it went out; its words return to the draft of `operator_id`, who wrote it, or (`as_new`)
    become the message to somebody first that they were."""

    conversation_id: int
    message_id: int
    outbox_ids: tuple[int, ...]
    operator_id: int
    failed_before: bool = False
    as_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySettled:
    """A person says that an uncertain message did arrive."""

    conversation_id: int
    message_id: int
    outbox_ids: tuple[int, ...]
    at: datetime


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
)

MESSAGE_KINDS: dict[type[Any], Kind] = {
    MessageReceived: Kind.INCOMING,
    ReplyQueued: Kind.OUTGOING,
    NoteAdded: Kind.NOTE,
    ActivityNoted: Kind.ACTIVITY,
}
"""Which facts bring a message into a thread, and what it is."""
