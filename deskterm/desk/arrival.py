"""What the desk knows when a message comes in: what placing it is judged by. The store loads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from deskterm.desk.delivery import SentMessage
from deskterm.desk.model import Conversation, Fresh
from deskterm.desk.post import Address
from deskterm.desk.same_matter import OpenMatter
from deskterm.desk.situation_customer import CardState


@dataclass(frozen=True, slots=True)
class KnownIdentity:
    """An address we have a row for. `proof`, `shared` and `label` as in the table; `home_id` is the card it came with, where
    that has gone into another one."""

    id: int
    customer_id: int | None
    name: str
    blocked: bool = False
    proof: str = "written"
    shared: bool = False
    label: str = ""
    home_id: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An address that the sender told of beside the one they write from, and what the desk knows of it.

    `evidence` is "shared" where the channel proves that it is theirs, else what a claim rests on ("typed", "form", "reply_to").
    `holders` are other customers (survivors) on whose card it stands in a field, or who said that it was theirs. `owner` is the
    card of another customer whose proven address it is, `pair` whether the two were thought to be one ("" for never).
    `already`: the sender's card says so by now.
    """

    address: Address
    evidence: str
    known: KnownIdentity | None = None
    holders: tuple[int, ...] = ()
    owner: CardState | None = None
    pair: str = ""
    already: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A conversation the message may belong to. `same_thread`: it is the chat itself; else a mail's ids led here.

    `participants` are identity ids. `home_id` is the conversation that was really found, where that has gone into this one.
    """

    conversation: Conversation
    participants: frozenset[int] = frozenset()
    same_thread: bool = False
    home_id: int | None = None


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
    a message that we sent, come back (we stood in copy, a list passed it on).

    `told` are addresses the sender told of; `card` is the sender's, where it may go into another one by them. Of a sender who
    has no card yet, `holders` are customers who said that the sender's address was theirs, `plainly` those who write from one
    that differs by what follows a plus sign alone. `bounced_home_id`: `bounced` came home here from a merged conversation.
    `forwarder_id` is the operator whose address `Inbound.forwarded_by` is.
    `matters` are what the sender has open, where a conversation may begin.
    """

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
    card: CardState | None = None
    told: tuple[Told, ...] = ()
    holders: tuple[int, ...] = ()
    plainly: tuple[int, ...] = ()
    bounced_home_id: int | None = None
    forwarder_id: int | None = None
    matters: tuple[OpenMatter, ...] = ()
