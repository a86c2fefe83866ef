"""The contract between a channel and the back room.

A channel is told of nothing but its own settings and the `Porch`. `listen` hands over what came with `porch.take`, which
returns after the commit; only then may the channel tell its server (offset, \\Seen). Everything it awaits is bounded by
itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

from deskterm.desk.post import (
    Capabilities,
    CheckResult,
    CopyState,
    Health,
    Ignored,
    Inbound,
    Outbound,
    Raw,
    Receipt,
    RemoteFile,
    ServerCopy,
)

OnWire = Callable[[], Awaitable[None]]
"""Awaited by `Channel.send` right before the first byte that could make the server take the message."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A channel's checkpoint: an opaque value under a key (a folder; "offset")."""

    key: str
    value: str


class Porch(Protocol):
    """What the back room offers to one listening channel. All methods are durable when they return.

    They raise `StoreUnavailable` while the store cannot write (disk full): the channel then tells its server nothing and
    tries again; `LeaseLost` when another process took over: the channel ends.
    """

    async def mark(self, key: str) -> str | None:
        """Return the checkpoint kept under `key`."""
        ...

    async def take(self, raws: Sequence[Raw], mark: Mark | None = None) -> None:
        """Keep the raw messages and the checkpoint in one transaction. What is already kept is kept once."""
        ...

    async def accounted(self, folder: str, epoch: int, positions: Sequence[int]) -> set[int]:
        """Return those of the server's positions that need no fetching: the ledger has their message, or parked them."""
        ...

    async def note_copy(self, copy: ServerCopy, state: CopyState, mark: Mark | None = None) -> int:
        """Keep that a copy brought no bytes; returns how often this was said of it (tries)."""
        ...

    async def counted(self, folder: str, epoch: int, positions: Sequence[int]) -> None:
        """Say which positions the server holds now (a full scan): the ledger's proof "118 of 118"."""
        ...

    async def health(self, health: Health) -> None:
        """Say how the channel is. Repeating the same state costs nothing."""
        ...

    async def gap(self, since_s: float, detail: str) -> None:
        """Say that messages may have been missed, for good: the server had dropped them."""
        ...


class StoreUnavailable(Exception):
    """The store cannot write now; nothing was kept."""


class LeaseLost(Exception):
    """Another process does the polling now."""


class NotNow(Exception):
    """The channel cannot understand anything at the moment (it closes, its parser does not start). Says nothing of the message
    it was asked about: that is to be asked again."""


@runtime_checkable
class HearsOfOperators(Protocol):
    """A channel that reads what our own people forward to the desk, and so must know their addresses."""

    def operators_are(self, addresses: Sequence[str]) -> None:
        """Take the operators' addresses as they are now; told before each message is understood."""
        ...


class Channel(Protocol):
    """A configured way in and out. Its class is named in `channels.registry`, which makes it by `of`."""

    kind: ClassVar[str]
    capabilities: ClassVar[Capabilities]

    @classmethod
    def of(cls, settings: Any, mail_domain: str) -> Self:
        """Make the channel of these settings; opens no connection. `mail_domain` is the right side of our Message-IDs."""
        ...

    async def listen(self, porch: Porch) -> None:
        """Hand over what arrives until cancelled. Reconnects by itself, with back-off; never raises for the wire's faults."""
        ...

    async def parse(self, data: bytes) -> Inbound | Ignored:
        """Understand one raw message. Raises `Unreadable`. Touches no network and no store; bounded in time and memory."""
        ...

    async def prepare(self, outbound: Outbound) -> bytes:
        """Return the bytes that `send` will put on the wire; they are stored, and a retry sends the same."""
        ...

    async def send(self, outbound: Outbound, payload: bytes, on_wire: OnWire) -> Receipt:
        """Send one part. Raises the `SendError` kinds of `desk.post`."""
        ...

    async def resolve(self, outbound: Outbound, payload: bytes) -> Receipt | None:
        """For an uncertain part: did it arrive? None where the channel cannot know."""
        ...

    async def file_sent(self, outbound: Outbound, payload: bytes) -> None:
        """File a copy where the channel keeps sent messages (IMAP APPEND to Sent). Not part of "sent"; may raise SendLater."""
        ...

    async def fetch(self, remote: RemoteFile) -> bytes:
        """Fetch a file. Raises `SendLater` (try again) or `SendRejected` (never: too large, gone)."""
        ...

    async def check(self) -> list[CheckResult]:
        """Test the connection for real, step by step; stops at the first failure."""
        ...

    async def close(self) -> None:
        """Let go of connections and processes."""
        ...
