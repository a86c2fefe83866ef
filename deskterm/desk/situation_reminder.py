"""What commands about reminders and promises are judged by: `desk.decide_reminder` reads it, the store loads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from deskterm.desk.model import Role
from deskterm.desk.promising import Promise


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder as it stands. `how` it came to: by an "operator", the "clock", or its "promise"; `rang_at` is the time for
    which it has come up; `conversation_id` the conversation that holds what it is about now."""

    id: int
    at: datetime
    state: str
    operator_id: int
    operator_name: str
    by_id: int | None
    conversation_id: int | None = None
    task_id: int | None = None
    how: str = ""
    rang_at: datetime | None = None

    @property
    def pending(self) -> str:
        """The state of one that is to be acknowledged: "due" where its time has come up, else "set"."""
        return "due" if self.rang_at == self.at else "set"


@dataclass(frozen=True, slots=True)
class ReminderSituation:
    """What a command about reminders or promises is judged by. `operators` are those who work here, each with their role;
    `conversation_id`, `customer_id` and `task_id` what the command names, or what that has gone into (None: there is none)."""

    operators: Mapping[int, Role] = field(default_factory=dict)
    conversation_id: int | None = None
    customer_id: int | None = None
    task_id: int | None = None
    reminder: Reminder | None = None
    promise: Promise | None = None
