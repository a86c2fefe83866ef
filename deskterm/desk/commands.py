"""What people and the desk's own clock ask for. Each is one wish; `desk.decide` answers with facts or a refusal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from deskterm.desk.commands_customer import CustomerCommand, LogContact, MergingCommand
from deskterm.desk.commands_time import ManyReminders, ManyTasks, Promised, ReminderCommand, TaskCommand
from deskterm.desk.model import Priority
from deskterm.desk.post import Address


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer the customer. `seen_message_id` is the newest message the writer had on the screen.

    Newer ones refuse the reply unless `anyway`; so do a customer who blocked us and an answer that would go elsewhere than they
    write from. `attachments` are ids of staged files. `close` closes the conversation in the same transaction, `snooze` snoozes
    it until `snooze_until` (None: until the customer writes). It goes where the customer's last message came from, or to the
    channel and thread of the message `via_message_id`. Closing may be refused ("tags_wanted") unless `without_tags`, and
    where the card lacks something ("fields_wanted"). `promises` are times that its words promise.
    """

    conversation_id: int
    text: str
    seen_message_id: int | None = None
    attachments: tuple[int, ...] = ()
    close: bool = False
    anyway: bool = False
    snooze: bool = False
    snooze_until: datetime | None = None
    without_tags: bool = False
    via_message_id: int | None = None
    promises: tuple[Promised, ...] = ()


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
    """The matter is done. Where the channel asks for tags, one without any is refused ("tags_wanted") unless `without_tags`;
    where the card lacks what must be filled in, always ("fields_wanted", with `fields`, by key)."""

    conversation_id: int
    without_tags: bool = False


@dataclass(frozen=True, slots=True)
class Reopen:
    """The matter is not done after all. Where it was closed by mistake, `waiting_since` and `asked` say what closing ended, so
    that the customer keeps their place."""

    conversation_id: int
    waiting_since: datetime | None = None
    asked: int = 0


@dataclass(frozen=True, slots=True)
class MarkRead:
    """The conversation was seen on a screen; `by_hand`: an operator said so, which can be undone."""

    conversation_id: int
    by_hand: bool = False


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


@dataclass(frozen=True, slots=True)
class SetTags:
    """Put tags on a conversation and take others off, by name; a tag that is not known yet is made."""

    conversation_id: int
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetPriority:
    """Say how much a conversation matters."""

    conversation_id: int
    priority: Priority


@dataclass(frozen=True, slots=True)
class SetTeam:
    """Put a conversation into a team's queue, or into nobody's (None)."""

    conversation_id: int
    team_id: int | None


@dataclass(frozen=True, slots=True)
class Snooze:
    """Out of sight until a time, or until the customer writes (None); the customer's message ends it in any case."""

    conversation_id: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class MarkSpam:
    """A conversation is spam, or is not after all. `block`: what its customer writes from now on is quarantined."""

    conversation_id: int
    spam: bool = True
    block: bool = False


@dataclass(frozen=True, slots=True)
class StartConversation:
    """Write to somebody first. `to` is an address on the channel's kind; `related_id` is the conversation it came from (a
    forward). `attachments` are ids of files staged without a conversation. Refused ("already_open") where the channel has one
    thread with this person and it is open."""

    channel_id: int
    to: Address
    text: str
    subject: str = ""
    attachments: tuple[int, ...] = ()
    related_id: int | None = None


@dataclass(frozen=True, slots=True)
class Many:
    """One act on many conversations, under one command id: `act` with each of `conversation_ids` in its place.

    Carried out in many short transactions; those that refuse are counted in `Done.refused`, the others go on.
    """

    act: ConversationAct
    conversation_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Undo:
    """Undo my newest command that can be undone, or that one; also of an earlier run of the program."""

    command_id: int | None = None


@dataclass(frozen=True, slots=True)
class Redo:
    """Do again what I undid last, unless I have done something else since."""


ConversationAct: TypeAlias = (
    Assign | Take | Close | Reopen | MarkRead | MarkUnread | NoReplyNeeded | SetTags | SetPriority | SetTeam | Snooze | MarkSpam
)
"""What can be done to one conversation or to many, and undone."""

Command: TypeAlias = (
    Reply
    | Note
    | ConversationAct
    | RetrySend
    | RetryAllFailed
    | MarkDelivered
    | TakeBack
    | SendNow
    | StartConversation
    | LogContact
    | CustomerCommand
    | MergingCommand
    | TaskCommand
    | ReminderCommand
    | Many
    | ManyTasks
    | ManyReminders
    | Undo
    | Redo
)


@dataclass(frozen=True, slots=True)
class Done:
    """The command was carried out and is on disk. `message_id` is that of a reply or note it made; `count` how many things it
    touched (0: nothing was to do). `refused` says of a command about many why and how often parts of it were refused (code,
    count), `refused_ids` which conversations they were (code, ids); `undone` what `Undo` or `Redo` was about: the kind of
    command ("set_tags", of `Many` that of its act), and its only conversation or None; `conversation_id` is that which the
    command began, `customer_id` the card it made, `task_id` the task and `reminder_id` the reminder."""

    command_id: int
    message_id: int | None = None
    count: int = 1
    refused: tuple[tuple[str, int], ...] = ()
    undone: tuple[str, int | None] | None = None
    conversation_id: int | None = None
    customer_id: int | None = None
    refused_ids: tuple[tuple[str, tuple[int, ...]], ...] = ()
    task_id: int | None = None
    reminder_id: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The command was not carried out; nothing changed. `code` is one of `deskterm.words.wording.REFUSALS`, `values` fill its
    words."""

    code: str
    values: dict[str, str | int] = field(default_factory=dict)
