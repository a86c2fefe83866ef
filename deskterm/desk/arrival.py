"""What the desk knows when a message comes in: what placing it is judged by. The store loads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from deskterm.desk.delivery import SentMessage
from deskterm.desk.model import Conversation, Fresh


@dataclass(frozen=True, slots=True)
class KnownIdentity:
    """An address we have a row for."""

    id: int
    customer_id: int | None
    name: str
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A conversation the message may belong to. `same_thread`: it is the chat itself; else a mail's ids led here.

    `participants` are identity ids.
    """

    conversation: Conversation
    participants: frozenset[int] = frozenset()
    same_thread: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """A message of before that this one changes or completes (an edit, an album).

    `file_marks` tell its files (see `file_marks`). `words_of_another`: it is an album, and not all of its text came with the
    piece that is edited now.
    """

    message_id: int
    conversation: Conversation
    text: str = ""
    placeholder: str = ""
    version_keys: frozenset[str] = frozenset()
    file_marks: frozenset[str] = frozenset()
    words_of_another: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the desk knows when a message comes in. `candidates` are best first, merged ones already followed; `own_copy`: it is
    a message that we sent, come back (we stood in copy, a list passed it on)."""

    channel_id: int
    reopen_after: timedelta
    fresh: Fresh
    inbound_id: int | None
    received_at: datetime
    sender: KnownIdentity | None = None
    cc: tuple[KnownIdentity | None, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    edited: Earlier | None = None
    album: Earlier | None = None
    bounced: SentMessage | None = None
    moved: tuple[Conversation, ...] = ()
    already: bool = False
    own_copy: bool = False
