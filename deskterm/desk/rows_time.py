"""What screens and commands are shown of promised times, tasks, reminders, promises and notices: frozen rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from deskterm.desk.commands_time import Checklist
from deskterm.desk.model import Priority, TaskStatus
from deskterm.desk.sla_book import Deed, Metric


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """An alarm of a clock: when it is due, and whether it was rung (or passed over: nobody is warned of what has happened). A
    warning has the `share` of the time that is over then; a step of the escalation has its `deed` and `to` (`sla_book.Step`);
    the miss has neither."""

    at: datetime
    rung: bool
    share: float | None = None
    deed: Deed | None = None
    to: str = ""


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One SLA clock of a conversation. `due_at` is None while it stands still, when `left_ms` is what is left (may be
    negative); both are None where nothing is promised. `missed_at` is the first time that was missed, perhaps under other terms
    than those that hold now. `spent_ms` is what it has run by now; `alarms` are those it rang, and those to come if it goes on
    running."""

    metric: Metric
    policy: str
    calendar: str
    started_at: datetime
    target_ms: int | None
    due_at: datetime | None
    left_ms: int | None
    warned: bool = False
    missed_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""
    spent_ms: int = 0
    stage: int = 0
    alarms: tuple[AlarmRow, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task in a list. `number` is its name (T7); `conversation_number` and `customer` are where it came from."""

    id: int
    number: int
    title: str
    status: TaskStatus
    priority: Priority
    due: datetime | None
    overdue: bool
    assignee_id: int | None
    assignee: str
    team: str
    tags: tuple[str, ...]
    checked: int
    points: int
    conversation_id: int | None
    conversation_number: int | None
    message_id: int | None
    customer_id: int | None
    customer: str
    recurrence: str
    created_at: datetime
    updated_at: datetime
    done_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class TaskDetail:
    """One task whole. `next_number` is that of the task which follows it in its series (None: none does)."""

    row: TaskRow
    description: str = ""
    checklist: Checklist = ()
    team_id: int | None = None
    created_by: str = ""
    series_id: int | None = None
    reminders: tuple[ReminderRow, ...] = ()
    next_number: int | None = None


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """How many tasks there are: to be done, overdue, done; and of those to be done mine and nobody's."""

    current: int = 0
    overdue: int = 0
    done: int = 0
    mine: int = 0
    unassigned: int = 0


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """One reminder. `state`: "set", "due", "done" or "cancelled"; `about` names what it is about ("#1042 Olga", "T7 Call")."""

    id: int
    at: datetime
    words: str
    operator_id: int
    operator: str
    by: str
    state: str
    about: str = ""
    conversation_id: int | None = None
    conversation_number: int | None = None
    customer_id: int | None = None
    task_id: int | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise of ours: what was said, by whom, when, for when. `state`: "open", "overdue", "kept" or "dropped"."""

    id: int
    words: str
    due: datetime
    state: str
    said_at: datetime
    operator: str
    conversation_id: int
    conversation_number: int
    message_id: int


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice of mine. `kind` as in `desk.noticing`; `about` is what it is about, cleaned; `data` the ids and numbers its
    words are made of; `others` how many are told of by this one (a digest)."""

    id: int
    kind: str
    at: datetime
    read_at: datetime | None
    about: str = ""
    by: str = ""
    conversation_id: int | None = None
    conversation_number: int | None = None
    message_id: int | None = None
    task_id: int | None = None
    task_number: int | None = None
    reminder_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DueCounts:
    """What stands at the head of the console: my unread notices, my reminders whose time came, my overdue tasks.
    `newest_notice` is the id of the newest unread notice (0: none)."""

    notices: int = 0
    reminders: int = 0
    tasks: int = 0
    newest_notice: int = 0


@dataclass(frozen=True, slots=True)
class NoticeDeliveryRow:
    """What became of a notice by one way out of the house. `way`: "email" or "telegram"; `state`: "queued", "sending", "sent",
    "failed" or "dropped" (it was read first), with the reason in `detail`."""

    way: str
    state: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """By which ways an operator is told: kind -> ways, of all kinds there are; and where and when (`schema_time.NoticePerson`).
    Quiet hours are minutes of the day, both None or neither. `trouble` says why the last notice by a way did not arrive (way ->
    reason); it is only shown."""

    ways: dict[str, tuple[str, ...]]
    email: str = ""
    telegram: str = ""
    quiet_from: int | None = None
    quiet_to: int | None = None
    zone: str = ""
    digest_minutes: int = 0
    supervisor_id: int | None = None
    trouble: dict[str, str] = field(default_factory=dict)
