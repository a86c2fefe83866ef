"""What a command about a task is judged by: the store loads it for `desk.decide_task`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from deskterm.desk.commands_time import Checklist
from deskterm.desk.model import Conversation, Priority, TaskStatus

TO_DO = frozenset({TaskStatus.OPEN, TaskStatus.STARTED})
"""Where a task stands that is to be done."""


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task as rules judge it. `touched` says of each column that was changed at which version, and by which operator (None:
    the desk itself)."""

    id: int
    title: str
    description: str = ""
    status: TaskStatus = TaskStatus.OPEN
    priority: Priority = Priority.NORMAL
    due: datetime | None = None
    assignee_id: int | None = None
    team_id: int | None = None
    tags: tuple[int, ...] = ()
    checklist: Checklist = ()
    recurrence: str = ""
    series_id: int | None = None
    conversation_id: int | None = None
    message_id: int | None = None
    customer_id: int | None = None
    overdue: bool = False
    dropped: bool = False
    version: int = 0
    touched: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a new task is to come from. `lost` names what was asked for and is not there: "message", "conversation" or
    "customer"."""

    conversation_id: int | None = None
    message_id: int | None = None
    customer_id: int | None = None
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Follower:
    """The task that follows another one in its series; `dropped`: it was taken back when that one was. `touched`: somebody
    began or changed it, so it is no longer merely what came of that one's end."""

    id: int
    dropped: bool = False
    touched: bool = False


@dataclass(frozen=True, slots=True)
class Following:
    """When the next task of a series is due, and by which rule it recurs in its turn ("": it is the last)."""

    due: datetime
    recurrence: str


Checked: TypeAlias = Callable[[str, datetime], str | None]
"""Returns the rule (RFC 5545) that words or a rule say for a first due time; None where they say none."""
Next: TypeAlias = Callable[[str, datetime, datetime], Following | None]
"""Returns what follows a task by its rule and due time, seen from now; None where nothing does."""


def _no_rule(_text: str, _due: datetime) -> str | None:
    return None


def _nothing_next(_rule: str, _due: datetime, _now: datetime) -> Following | None:
    return None


@dataclass(frozen=True, slots=True)
class TaskSituation:
    """What commands about tasks are judged by. `conversation` is that of the task, or the one it went into; `people` are the
    names of all operators, `viewers` those who may only look; `checked` and `following` know recurrence, which is computed
    outside `desk`."""

    task: TaskState | None = None
    conversation: Conversation | None = None
    origin: Origin = Origin()
    follower: Follower | None = None
    people: Mapping[int, str] = field(default_factory=dict)
    viewers: frozenset[int] = frozenset()
    checked: Checked = _no_rule
    following: Next = _nothing_next
