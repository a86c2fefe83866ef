"""The fields of the form of a task, filled from a task and read back into a command: what is wrong is said beside each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from textual.suggester import Suggester

from deskterm.desk.commands_time import KEEP, AddTask, ChangeTask, Checklist
from deskterm.desk.model import Priority, TaskStatus
from deskterm.desk.query import folded
from deskterm.desk.rows_time import TaskDetail
from deskterm.desk.tags import tag_name
from deskterm.desk.text import clean_line
from deskterm.i18n import N_

PRIORITIES: tuple[tuple[str, Priority, str], ...] = (
    ("l", Priority.LOW, N_("low")),
    ("n", Priority.NORMAL, N_("normal")),
    ("h", Priority.HIGH, N_("high")),
    ("u", Priority.URGENT, N_("urgent")),
)
STATUSES: tuple[tuple[str, TaskStatus, str], ...] = (
    ("t", TaskStatus.OPEN, N_("to do")),
    ("p", TaskStatus.STARTED, N_("in progress")),
    ("d", TaskStatus.DONE, N_("done")),
    ("c", TaskStatus.CANCELLED, N_("cancelled")),
)
NAMES: dict[str, str] = {
    "title": N_("title"),
    "description": N_("description"),
    "due": N_("due"),
    "recurrence": N_("repetition"),
    "assignee_id": N_("who has it"),
    "team_id": N_("team"),
    "tags": N_("tags"),
    "priority": N_("priority"),
    "status": N_("where it stands"),
    "checklist": N_("checklist"),
}
"""What the fields are called where somebody else changed them."""


@dataclass(frozen=True, slots=True)
class TaskValues:
    """All that the form holds of a task."""

    title: str = ""
    description: str = ""
    due: datetime | None = None
    recurrence: str = ""
    assignee_id: int | None = None
    team_id: int | None = None
    tags: tuple[str, ...] = ()
    priority: Priority = Priority.NORMAL
    status: TaskStatus = TaskStatus.OPEN
    checklist: Checklist = ()

    @classmethod
    def of(cls, task: TaskDetail) -> TaskValues:
        """Return those of a task."""
        row = task.row
        return cls(
            row.title, task.description, row.due, row.recurrence, row.assignee_id, task.team_id, row.tags, row.priority,
            row.status, task.checklist,
        )  # fmt: skip

    @classmethod
    def of_draft(cls, draft: AddTask) -> TaskValues:
        """Return those that a task begins with which is not kept yet."""
        return cls(
            draft.title, draft.description, draft.due, draft.recurrence, draft.assignee_id, draft.team_id, draft.tags,
            draft.priority, TaskStatus.OPEN, draft.checklist,
        )  # fmt: skip

    def changed(self, before: TaskValues) -> tuple[str, ...]:
        """Return the names of the fields that are others than before, in their order."""
        return tuple(name for name in NAMES if getattr(self, name) != getattr(before, name))

    def as_new(self, draft: AddTask) -> AddTask:
        """Return the command that makes the task."""
        return AddTask(
            self.title, self.description, self.due, self.assignee_id, self.team_id, self.tags, self.priority, self.checklist,
            self.recurrence, draft.conversation_id, draft.message_id, draft.customer_id,
        )  # fmt: skip

    def as_change(self, task_id: int, before: TaskValues, seen_version: int) -> ChangeTask:
        """Return the command that changes what is another than before, and leaves all else as it is."""
        names = set(self.changed(before))
        return ChangeTask(
            task_id,
            title=self.title if "title" in names else None,
            description=self.description if "description" in names else None,
            status=self.status if "status" in names else None,
            priority=self.priority if "priority" in names else None,
            due=self.due if "due" in names else KEEP,
            assignee_id=self.assignee_id if "assignee_id" in names else KEEP,
            team_id=self.team_id if "team_id" in names else KEEP,
            add_tags=tuple(name for name in self.tags if name not in before.tags),
            remove_tags=tuple(name for name in before.tags if name not in self.tags),
            checklist=self.checklist if "checklist" in names else None,
            recurrence=self.recurrence if "recurrence" in names else None,
            seen_version=seen_version,
        )


def tags_typed(text: str, known: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return the tags that are typed between commas, called as those that are known already, and the first that is none."""
    found: list[str] = []
    by_name = {folded(name): name for name in known}
    for piece in text.split(","):
        if not piece.strip():
            continue
        name = tag_name(piece)
        if name is None:
            return tuple(found), clean_line(piece, 40)
        found.append(by_name.get(folded(name), name))
    return tuple(dict.fromkeys(found)), ""


class TagNames(Suggester):
    """Completes the last of several tags."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.known: tuple[str, ...] = ()

    async def get_suggestion(self, value: str) -> str | None:
        """Return the text with its last tag completed."""
        head, comma, last = value.rpartition(",")
        typed = last.lstrip()
        if not typed:
            return None
        found = next((name for name in self.known if folded(name).startswith(folded(typed)) and len(name) > len(typed)), None)
        return None if found is None else f"{head}{comma}{last[: len(last) - len(typed)]}{typed}{found[len(typed) :]}"
