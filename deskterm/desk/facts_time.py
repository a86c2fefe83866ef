"""What happened to promised times, tasks, reminders and promises. See `desk.facts`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from deskterm.desk.facts_customer import before, words
from deskterm.desk.model import Priority, TaskStatus
from deskterm.desk.sla_book import Deed, Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaChosen:
    """Another SLA policy holds for a conversation now ("" none)."""

    conversation_id: int
    policy: str
    was: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaEnded:
    """A clock has ended at `at`: `outcome` "met", "missed" or "dropped"; `spent_ms` in the measure of its target."""

    conversation_id: int
    metric: Metric
    started_at: datetime
    at: datetime
    outcome: str
    spent_ms: int
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaWarned:
    """So large a `share` of a promised time has passed, at `at` (which may lie before now: the desk was closed)."""

    conversation_id: int
    metric: Metric
    started_at: datetime
    due_at: datetime
    stage: int
    at: datetime
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaMissed:
    """A promise was broken, at its due time."""

    conversation_id: int
    metric: Metric
    started_at: datetime
    due_at: datetime
    stage: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaEscalated:
    """A step that follows a miss was taken, or could not be (`done` False: nobody to tell, no team, already so). What it
    changed is told by facts of its own."""

    conversation_id: int
    metric: Metric
    started_at: datetime
    due_at: datetime
    stage: int
    at: datetime
    deed: Deed
    to: str
    done: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAdded:
    """A task was made; `next_of` names the task of a series that it follows."""

    task_id: int
    number: int
    conversation_id: int | None = None
    message_id: int | None = None
    customer_id: int | None = None
    status: TaskStatus = TaskStatus.OPEN
    priority: Priority = Priority.NORMAL
    due: datetime | None = None
    assignee_id: int | None = None
    team_id: int | None = None
    tags: tuple[int, ...] = ()
    recurrence: str = ""
    series_id: int | None = None
    next_of: int | None = None
    title: str = words()
    description: str = words()
    checklist: tuple[tuple[str, bool], ...] = words(())


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChanged:
    """A task is otherwise. `was` and `now` are what changed of ids, codes and numbers (as columns of the table hold them),
    `was_words` and `now_words` what changed of title, description and checklist (JSON)."""

    task_id: int
    version: int
    conversation_id: int | None = None
    was: dict[str, Any]
    now: dict[str, Any]
    was_words: tuple[tuple[str, str], ...] = before(())
    now_words: tuple[tuple[str, str], ...] = before(())


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDropped:
    """A task that was added by mistake went; `back`: it returned."""

    task_id: int
    conversation_id: int | None = None
    back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOverdue:
    """A task's time has passed, at `at`."""

    task_id: int
    at: datetime
    conversation_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSet:
    """Somebody is to be reminded at `due`."""

    reminder_id: int
    operator_id: int
    due: datetime
    conversation_id: int | None = None
    customer_id: int | None = None
    task_id: int | None = None
    promise_id: int | None = None
    text: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderMoved:
    """A reminder stands otherwise: another time, another state ("set", "due", "done", "cancelled"). The clock sets "due", at
    `at`. `how`: "operator", "clock", "promise" or "task" (what became of its promise, or of its task)."""

    reminder_id: int
    operator_id: int
    state: str
    was_state: str
    due: datetime
    was_due: datetime
    at: datetime
    conversation_id: int | None = None
    task_id: int | None = None
    how: str = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMade:
    """An operator's reply promised a time."""

    promise_id: int
    conversation_id: int
    message_id: int
    customer_id: int | None
    operator_id: int | None
    due: datetime
    text: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseSettled:
    """A promise stands otherwise: "kept", "dropped", "open", or "overdue" (by the clock), at `at`. `how`: "reply" (the
    message `message_id` keeps it), "operator", "taken_back" (its message was, or the one that had kept it), "failure" (that one
    did not arrive), "closed", "spam", "reopened" or "clock"."""

    promise_id: int
    conversation_id: int
    state: str
    was: str
    how: str
    at: datetime
    message_id: int | None = None


TimeFact: TypeAlias = (
    SlaChosen
    | SlaEnded
    | SlaWarned
    | SlaMissed
    | SlaEscalated
    | TaskAdded
    | TaskChanged
    | TaskDropped
    | TaskOverdue
    | ReminderSet
    | ReminderMoved
    | PromiseMade
    | PromiseSettled
)
