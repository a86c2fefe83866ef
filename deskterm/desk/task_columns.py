"""A task's values as columns of the table and entries of the journal hold them, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from deskterm.desk.commands_time import KEEP, ChangeTask, Checklist
from deskterm.desk.model import Priority, TaskStatus
from deskterm.desk.situation_task import TaskState

WORDS = frozenset({"title", "description", "checklist"})
"""Columns that hold people's words: the journal keeps them apart (`journal_text`), where erasing empties them."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def checklist_text(points: Checklist) -> str:
    """Return what the column `checklist` holds: JSON [[words, done], ...]."""
    return json.dumps([[words, int(done)] for words, done in points], ensure_ascii=False, separators=(",", ":"))


def checklist_points(text: str) -> Checklist:
    """Read the column `checklist`."""
    return tuple((str(words), bool(done)) for words, done in json.loads(text))


def _due(state: TaskState) -> int | None:
    return None if state.due is None else (state.due - _EPOCH) // _MS


def _tags(state: TaskState) -> str:
    return f",{','.join(map(str, state.tags))}," if state.tags else ""


_OF: Mapping[str, Callable[[TaskState], Any]] = {
    "title": lambda state: state.title,
    "description": lambda state: state.description,
    "checklist": lambda state: checklist_text(state.checklist),
    "status": lambda state: state.status.value,
    "priority": lambda state: int(state.priority),
    "due_at": _due,
    "assignee_id": lambda state: state.assignee_id,
    "team_id": lambda state: state.team_id,
    "tag_ids": _tags,
    "recurrence": lambda state: state.recurrence,
    "series_id": lambda state: state.series_id,
}
COLUMNS = tuple(_OF)
"""The columns that changing a task may change."""


def column(state: TaskState, name: str) -> Any:
    """Return what a column holds of a task."""
    return _OF[name](state)


def given_back(task_id: int, values: Mapping[str, Any]) -> ChangeTask:
    """Return the command that gives columns these values; tags and the series are not its matter."""
    due = values.get("due_at")
    return ChangeTask(
        task_id,
        title=values.get("title"),
        description=values.get("description"),
        status=TaskStatus(values["status"]) if "status" in values else None,
        priority=Priority(values["priority"]) if "priority" in values else None,
        due=KEEP if "due_at" not in values else None if due is None else _EPOCH + due * _MS,
        assignee_id=values.get("assignee_id", KEEP),
        team_id=values.get("team_id", KEEP),
        checklist=checklist_points(values["checklist"]) if "checklist" in values else None,
        recurrence=values.get("recurrence"),
    )
