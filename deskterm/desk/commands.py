"""What people and the desk's own clock ask for. Each is one wish; `desk.decide` answers with facts or a refusal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer the customer. `seen_message_id` is the newest message the writer had on the screen.

    Newer ones refuse the reply unless `anyway`; so do a customer who blocked us and an answer that would go elsewhere than they
    write from. `attachments` are ids of staged files. `close` closes the conversation in the same transaction.
    """

    conversation_id: int
    text: str
    seen_message_id: int | None = None
    attachments: tuple[int, ...] = ()
    close: bool = False
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Write an internal note; it can never be sent."""

    conversation_id: int
    text: str
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Assign:
    """Give a conversation to an operator, or to nobody (None)."""

    conversation_id: int
    assignee_id: int | None


@dataclass(frozen=True, slots=True)
class Take:
    """Make a conversation one's own."""

    conversation_id: int


@dataclass(frozen=True, slots=True)
class Close:
    """The matter is done."""

    conversation_id: int


@dataclass(frozen=True, slots=True)
class Reopen:
    """The matter is not done after all. Where it was closed by mistake, `waiting_since` and `asked` say what closing ended, so
    that the customer keeps their place."""

    conversation_id: int
    waiting_since: datetime | None = None
    asked: int = 0


@dataclass(frozen=True, slots=True)
class MarkRead:
    """The conversation was seen on a screen."""

    conversation_id: int


@dataclass(frozen=True, slots=True)
class MarkUnread:
    """Show the conversation as not yet seen."""

    conversation_id: int


@dataclass(frozen=True, slots=True)
class NoReplyNeeded:
    """End the customer's wait without an answer ("thanks!")."""

    conversation_id: int


@dataclass(frozen=True, slots=True)
class RetrySend:
    """Send a failed or uncertain message again."""

    message_id: int


@dataclass(frozen=True, slots=True)
class RetryAllFailed:
    """Send everything again that failed. Uncertain messages are not touched: they may have arrived."""


@dataclass(frozen=True, slots=True)
class MarkDelivered:
    """An uncertain message did arrive, says a person."""

    message_id: int


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Cancel a message that has not gone out yet; its text returns before what its writer has begun to write since. Only the
    writer may, an owner or a supervisor."""

    message_id: int


@dataclass(frozen=True, slots=True)
class SendNow:
    """Do not wait for the undo window any longer: for one message, or for all (None)."""

    message_id: int | None = None


Command: TypeAlias = (
    Reply
    | Note
    | Assign
    | Take
    | Close
    | Reopen
    | MarkRead
    | MarkUnread
    | NoReplyNeeded
    | RetrySend
    | RetryAllFailed
    | MarkDelivered
    | TakeBack
    | SendNow
)


@dataclass(frozen=True, slots=True)
class Done:
    """The command was carried out and is on disk. `message_id` is that of a reply or note it made; `count` how many things it
    touched (0: nothing was to do)."""

    command_id: int
    message_id: int | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Refused:
    """The command was not carried out; nothing changed. `code` is one of `deskterm.wording.REFUSALS`, `values` fill its
    words."""

    code: str
    values: dict[str, str | int] = field(default_factory=dict)
