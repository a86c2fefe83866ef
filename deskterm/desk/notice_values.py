"""What the rules of notices work with, as values. See `desk.noticing`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from types import MappingProxyType
from typing import Any

from deskterm.desk.model import Conversation
from deskterm.desk.notice_kinds import NoticeKind
from deskterm.desk.notice_people import People


class Gathered(Enum):
    """What becomes of a notice like one that is there. ONCE: nothing, it was told. COUNTED: that one counts one more (of many
    conversations given away by one command the new assignee hears once). UNREAD: one of this kind about this conversation that
    is not read yet counts one more (a customer who writes five times)."""

    ONCE = "once"
    COUNTED = "counted"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice for one operator. `at` is its true time; `subject` what it is about, where several kinds may be about one thing;
    `missed`: it happened while the desk was closed. `data` holds ids, codes and numbers."""

    operator_id: int
    kind: NoticeKind
    key: str
    at: datetime
    conversation_id: int | None = None
    message_id: int | None = None
    task_id: int | None = None
    reminder_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    gathered: Gathered = Gathered.ONCE
    subject: str = ""
    missed: bool = False


@dataclass(frozen=True, slots=True)
class TaskOf:
    """Whose a task is."""

    assignee_id: int | None = None
    team_id: int | None = None
    created_by: int | None = None
    due_at: datetime | None = None
    conversation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Slept:
    """From when to when the desk was closed."""

    since: datetime
    until: datetime

    def through(self, at: datetime) -> bool:
        """Whether nobody was there at that time."""
        return self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Scene:
    """What the facts happened to, as they left it: conversations and tasks; the command that did it; and the sleep that the
    desk catches up on, if it does."""

    states: Mapping[int, Conversation]
    tasks: Mapping[int, TaskOf] = field(default_factory=lambda: MappingProxyType({}))
    command_id: int = 0
    slept: Slept | None = None


@dataclass(slots=True)
class Run:
    """One application of the rules: who did it (`doer`, None: no operator), and whose each conversation is (`holders`).
    `clocked` are the conversations whose lateness a clock tells of."""

    scene: Scene
    people: People
    doer: int | None
    now: datetime
    holders: dict[int, int | None]
    clocked: set[int] = field(default_factory=set)

    def team_of(self, conversation_id: int) -> int | None:
        """Return the team in whose queue a conversation is."""
        state = self.scene.states.get(conversation_id)
        return None if state is None else state.team_id

    def whose(self, conversation_id: int) -> tuple[int, ...]:
        """Return whose matter a conversation is."""
        holder = self.holders.get(conversation_id)
        held = self.people.known([holder])
        return held or self.people.of_queue(self.team_of(conversation_id))

    def by(self) -> dict[str, Any]:
        """Return who did it, as data."""
        return {} if self.doer is None else {"by": self.doer}


def ms(at: datetime) -> int:
    """Return a time as data holds it: milliseconds since 1970."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
