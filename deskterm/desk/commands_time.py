"""What people ask for about tasks, reminders and promises. See `desk.commands`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeAlias

from deskterm.desk.model import Priority, TaskStatus


class Keep(Enum):
    """Stands for what is not to be changed, where None has a meaning of its own."""

    KEEP = "keep"


KEEP = Keep.KEEP

Checklist: TypeAlias = tuple[tuple[str, bool], ...]
"""The points of a task, in their order: what is to be done, and whether it is."""


@dataclass(frozen=True, slots=True)
class AddTask:
    """Make a task: from a message, a conversation, for a customer, or alone. `tags` are names, made where they are not known.
    `recurrence` is an RRULE (RFC 5545) without its DTSTART, which is `due`; one needs the other. A task from a message is about
    its conversation, one from a conversation about its customer. `Done.task_id` names it."""

    title: str
    description: str = ""
    due: datetime | None = None
    assignee_id: int | None = None
    team_id: int | None = None
    tags: tuple[str, ...] = ()
    priority: Priority = Priority.NORMAL
    checklist: Checklist = ()
    recurrence: str = ""
    conversation_id: int | None = None
    message_id: int | None = None
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeTask:
    """Change a task: what is None (or `KEEP`) stays. `seen_version`: the task as it was on the screen; where somebody changed
    the same things since it is refused ("task_changed"). A task of a series that is done makes the next one."""

    task_id: int
    title: str | None = None
    description: str | None = None
    status: TaskStatus | None = None
    priority: Priority | None = None
    due: datetime | Keep | None = KEEP
    assignee_id: int | Keep | None = KEEP
    team_id: int | Keep | None = KEEP
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    checklist: Checklist | None = None
    recurrence: str | None = None
    seen_version: int | None = None


@dataclass(frozen=True, slots=True)
class DropTask:
    """A task was added by mistake: it goes as if it had never been (undoing `AddTask`); `back` has it return."""

    task_id: int
    back: bool = False


@dataclass(frozen=True, slots=True)
class ManyTasks:
    """One change of many tasks, under one command id: `act` with each of `task_ids` in its place. As `commands.Many`."""

    act: ChangeTask
    task_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Remind:
    """Remind an operator (None: me) at a time of a conversation, a customer or a task. `Done.reminder_id` names the
    reminder."""

    at: datetime
    words: str = ""
    operator_id: int | None = None
    conversation_id: int | None = None
    customer_id: int | None = None
    task_id: int | None = None
    promise_id: int | None = None


@dataclass(frozen=True, slots=True)
class MoveReminder:
    """Have a reminder come at another time, or again. `back`: it is to stand as it once did (undoing), also where that time has
    passed."""

    reminder_id: int
    at: datetime
    state: str = "set"
    back: bool = False


@dataclass(frozen=True, slots=True)
class SettleReminder:
    """A reminder is acknowledged ("done"), not wanted any more ("cancelled"), or after all as it was ("set", "due")."""

    reminder_id: int
    state: str = "done"


@dataclass(frozen=True, slots=True)
class ManyReminders:
    """Several reminders set, or several acknowledged, under one command id, so that one undo takes all of them back."""

    acts: tuple[Remind | SettleReminder, ...]

    @property
    def act(self) -> Remind | SettleReminder:
        """Return the first of them: what it is called by."""
        return self.acts[0]


@dataclass(frozen=True, slots=True)
class SettlePromise:
    """A promise was kept ("kept"), was none ("dropped"), or is one after all ("open")."""

    promise_id: int
    state: str = "kept"


TaskCommand: TypeAlias = AddTask | ChangeTask | DropTask
ReminderCommand: TypeAlias = Remind | MoveReminder | SettleReminder | SettlePromise


@dataclass(frozen=True, slots=True)
class Promised:
    """A time that the words of a reply promise; `remind`: its writer is to be reminded of it."""

    due: datetime
    words: str
    remind: bool = False
