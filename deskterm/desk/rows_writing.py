"""What screens and commands are shown of what an operator has begun to write: frozen rows. See `deskterm.desk.rows`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file that waits to be sent with a draft."""

    id: int
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What an operator has begun to write. `note` says that it is a note; the two never mix."""

    conversation_id: int
    text: str
    note: bool = False
    files: tuple[StagedFile, ...] = ()
    saved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What an operator has begun to write to somebody first; one at a time for each operator. `to` is as typed."""

    channel: str
    to: str
    subject: str
    text: str
    files: tuple[StagedFile, ...] = ()
    related_id: int | None = None
    saved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StartChannel:
    """A channel on which a conversation can be started, and what it carries. `starts`: with anybody who has an address on it
    ("any"), or only with who wrote there before ("known"); `address` is ours."""

    id: int
    name: str
    kind: str
    address: str
    starts: str
    subject: bool
    can_attach: bool
    max_units: int | None = None
