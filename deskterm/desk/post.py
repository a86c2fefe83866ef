"""What crosses the porch: what a channel hands in, what it is given to send, and what it says of it.

A channel knows its wire and this module, nothing else of the house. All text in an `Inbound` is still hostile: `take_in`
cleans it (`desk.text.clean`) before anything is kept for show; raw bytes are kept as they came.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from deskterm.desk.model import Origin


@dataclass(frozen=True, slots=True)
class ServerCopy:
    """Where a raw message stands on the server: a mailbox folder, its UIDVALIDITY and UID (RFC 9051 2.3.1.1)."""

    folder: str
    epoch: int
    position: int


@dataclass(frozen=True, slots=True)
class Raw:
    """One thing as the server handed it over, before anybody understood it.

    `source_key` is unique in the channel: whatever is delivered again carries the same key and is stored once.
    `reason` is set for what the desk decides not to fetch whole ("oversize") or at all ("before the start", with empty
    data): such a row still stands in the ledger.
    """

    source_key: str
    data: bytes
    at: datetime
    copy: ServerCopy | None = None
    reason: str = ""


class CopyState(StrEnum):
    """What became of a server copy that brought no bytes."""

    RETRY = "retry"
    GONE = "gone"
    POISON = "poison"
    SKIPPED = "skipped"


class IdentityKind(StrEnum):
    """What kind of address an identity is."""

    EMAIL = "email"
    PHONE = "phone"
    TELEGRAM = "telegram"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a person: `value` is normalised by the channel (lower-case IDNA e-mail, Telegram numeric id, a telephone
    number in E.164); `label` is what it is called today and may be another's tomorrow (a Telegram user name)."""

    kind: IdentityKind
    value: str
    name: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that a channel keeps for us to fetch later, outside any transaction."""

    ref: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class InFile:
    """An attachment of an incoming message: its decoded bytes, or where to fetch them. `name` is as the sender wrote it;
    `content_id` names the file itself on its channel (mail: Content-ID, Telegram: file_unique_id)."""

    name: str
    media_type: str
    data: bytes | None = None
    remote: RemoteFile | None = None
    inline: bool = False
    content_id: str = ""
    unavailable: str = ""


@dataclass(frozen=True, slots=True)
class MailRefs:
    """What a mail says of the thread it belongs to. Ids are without <>; order is as in the header.

    `delivered_to` are all addresses of ours it names (To, Cc, Delivered-To, X-Original-To), where a signed reply address
    may stand.
    """

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    delivered_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report (RFC 3464): which of our messages did not arrive. `permanent` is False for "delayed" (4.x.x)."""

    message_id: str
    recipient: str
    status: str
    permanent: bool
    text: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One understood message. `external_id` is unique in the channel (mail: the content key; Telegram: chat:message).

    `proven`: the channel proves that the sender is the sender (Telegram always, mail where our own server's
    Authentication-Results say so); `forged`: it proves that somebody else is (they say that DMARC failed). `shared` are
    addresses that the sender has proven to be theirs as well (a telephone number shared as a contact of one's own), `claimed`
    those they only said were ("form", "reply_to", "typed"). `language` is the sender's, as the channel tells it ("ru").
    `forwarded_by` is the address of the operator who forwarded the sender's mail to us, `cover` what they wrote above it;
    `forwarder_proven`: our own server found the mail to be from there. `hearsay`: it looks forwarded by an operator, but who
    sent it is not proven, so nothing in it is believed.

    `quoted_from` is the offset in `text` (code points) from which all is quoted or signature, for folding; the whole text is
    kept. `edit_of` names the `external_id` that this is a later version of, `version_key` tells versions of it apart.
    `album` joins messages of one album. `placeholder` is a code such as "sticker" for what has no text of its own.
    `notes` are codes for the reader: "unparseable", "oversize", "signature not checked", "reply-to differs".
    """

    external_id: str
    sender: Address | None
    at: datetime
    text: str
    subject: str = ""
    quoted_from: int | None = None
    origin: Origin = Origin.HUMAN
    thread_key: str = ""
    group: str = ""
    reply_to: str = ""
    cc: tuple[Address, ...] = ()
    refs: MailRefs | None = None
    bounce: Bounce | None = None
    attachments: tuple[InFile, ...] = ()
    edit_of: str = ""
    version_key: str = ""
    album: str = ""
    reply_to_external: str = ""
    quote: str = ""
    forwarded_from: str = ""
    placeholder: str = ""
    unreachable: bool | None = None
    moved_from: str = ""
    notes: tuple[str, ...] = ()
    proven: bool = False
    shared: tuple[Address, ...] = ()
    claimed: tuple[tuple[str, Address], ...] = ()
    language: str = ""
    forwarded_by: str = ""
    cover: str = ""
    forwarder_proven: bool = False
    forged: bool = False
    hearsay: bool = False


@dataclass(frozen=True, slots=True)
class Ignored:
    """The channel understood the raw message and says that it is nothing for a conversation, and why (a code)."""

    reason: str


class Unreadable(Exception):
    """A raw message that cannot be understood: it is quarantined with this reason, its bytes are kept."""


@dataclass(frozen=True, slots=True)
class OutFile:
    """An attachment to send: where its bytes lie in the store (`path`), and the name the operator gave."""

    name: str
    media_type: str
    size: int
    path: str


@dataclass(frozen=True, slots=True)
class Outbound:
    """One part of an outgoing message, ready for its channel. `part_no` counts from 0; parts go in order, one at a time.

    For mail: `message_id`, `in_reply_to`, `references` without <>, `reply_address` is our signed address. `attempt` counts
    tries before this one; `at` is when the operator sent it and never changes, so that the bytes can stay the same.
    `automatic`: nobody wrote it and nobody is to answer it (a mail says so, RFC 3834).
    """

    outbox_id: int
    message_id: str
    part_no: int
    part_count: int
    at: datetime
    text: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    thread_key: str = ""
    subject: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_address: str = ""
    reply_to_external: str = ""
    attachments: tuple[OutFile, ...] = ()
    attempt: int = 0
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """The server took the message. `refused` are recipients it did not take, each with its words."""

    remote_ids: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    detail: str = ""


class SendError(Exception):
    """Why a message did not go out. `reason` is shown to the operator, without secrets."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


LONGEST_PAUSE_S = 2 * 86_400.0
"""Longest pause that a server's word is taken for, in seconds: after two days a message has failed anyway."""


class SendLater(SendError):
    """It surely did not arrive; try again after `after_s` seconds (None: the sender's own back-off), two days at most."""

    def __init__(self, reason: str, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.after_s = None if after_s is None else min(after_s, LONGEST_PAUSE_S)


class SendRejected(SendError):
    """It surely did not arrive and never will like this."""


class SendUncertain(SendError):
    """It may have arrived: the connection went after the message was on the wire."""


class ChannelRefused(SendError):
    """The server refuses us (password, token): the channel is paused and says so; the message stays queued."""


class ThreadMoved(SendError):
    """The chat has a new id (Telegram migrate_to_chat_id): keep `thread_key` as an alias and send again."""

    def __init__(self, thread_key: str) -> None:
        super().__init__("the chat moved")
        self.thread_key = thread_key


class HealthState(StrEnum):
    """How a channel is, for the status line and `deskterm status`."""

    STARTING = "starting"
    OK = "ok"
    RETRYING = "retrying"
    REFUSED = "refused"
    CONFLICT = "conflict"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Health:
    """What a channel says of itself. `detail` is one clean line without secrets; `fix` says what to do."""

    state: HealthState
    detail: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One step of a connection test: what was tried, whether it worked, and the fix where not."""

    step: str
    ok: bool
    detail: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can carry. `max_units` limits a part's text in UTF-16 units (None: no limit); `files_apart`: each file is
    a part of its own; `idempotent`: sending the same part twice shows once or as one message id, so an uncertain part may
    be sent again; `files` and `subject` say whether the channel has these at all. `starts` says with whom a conversation may be
    begun: "any" address, or only one that is "known" because it wrote on this channel before. `sends` is False for what is only
    logged by hand: nothing can be written there."""

    max_units: int | None = None
    files: bool = True
    files_apart: bool = False
    max_file_bytes: int = 25 * 2**20
    subject: bool = False
    idempotent: bool = False
    starts: str = "known"
    sends: bool = True
    extra: dict[str, str] = field(default_factory=dict)
