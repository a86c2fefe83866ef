"""What commands about tasks do: one is made, changed, dropped; one of a series that is done makes the next. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from deskterm.desk import commands_time as ct
from deskterm.desk import facts as f
from deskterm.desk import facts_time as ft
from deskterm.desk.commands import Refused
from deskterm.desk.commands_time import Checklist, Keep
from deskterm.desk.model import TaskStatus
from deskterm.desk.situation import Decided, Situation
from deskterm.desk.situation_task import TO_DO, TaskSituation, TaskState
from deskterm.desk.tagging import tagging
from deskterm.desk.task_columns import COLUMNS, WORDS, column
from deskterm.desk.text import clean, clean_line

MAX_TITLE = 200
MAX_DESCRIPTION = 10_000
MAX_POINTS = 50
MAX_POINT = 300
"""Longest title, description, checklist and point of it, in characters and in points."""


def add(command: ct.AddTask, situation: Situation, now: datetime) -> Decided:
    """A task is made; one whose time has passed is overdue at once."""
    known = situation.task or TaskSituation()
    if known.origin.lost:
        return Refused("task_origin_lost")
    task_id = situation.fresh.task
    bare = TaskState(task_id, "", priority=command.priority, due=command.due)
    state = _said(bare, command.title, command.description, command.checklist)
    state = state if isinstance(state, Refused) else _given(state, command.assignee_id, command.team_id, situation, known)
    state = state if isinstance(state, Refused) else _recurring(state, command.recurrence, known)
    if isinstance(state, Refused):
        return state
    tags = tagging(command.tags, (), (), situation.tags, situation.fresh.tag)
    if isinstance(tags, Refused):
        return tags
    added = ft.TaskAdded(
        task_id=task_id,
        number=task_id,
        conversation_id=known.origin.conversation_id,
        message_id=known.origin.message_id,
        customer_id=known.origin.customer_id,
        priority=state.priority,
        due=state.due,
        assignee_id=state.assignee_id,
        team_id=state.team_id,
        tags=tags.added,
        recurrence=state.recurrence,
        series_id=task_id if state.recurrence else None,
        title=state.title,
        description=state.description,
        checklist=state.checklist,
    )
    return [*tags.made, added, *_overdue(state, known, now)]


def change(command: ct.ChangeTask, situation: Situation, now: datetime) -> Decided:
    """A task is otherwise. What somebody changed since it was seen stays theirs; what only they changed does not stand in the
    way."""
    known = situation.task or TaskSituation()
    before = known.task
    if before is None or before.dropped:
        return Refused("task_gone")
    tags = tagging(command.add_tags, command.remove_tags, before.tags, situation.tags, situation.fresh.tag)
    if isinstance(tags, Refused):
        return tags
    after = _changed(command, before, situation, known)
    if isinstance(after, Refused):
        return after
    after = replace(after, tags=tuple(sorted({*before.tags, *tags.added}.difference(tags.removed))))
    names = [name for name in COLUMNS if column(before, name) != column(after, name)]
    if not names:
        return []
    if refusal := _overtaken(command, before, known, names):
        return refusal
    changed = ft.TaskChanged(
        task_id=before.id,
        version=before.version + 1,
        conversation_id=_conversation_id(known),
        was=_values(before, names),
        now=_values(after, names),
        was_words=_words(before, names),
        now_words=_words(after, names),
    )
    made: list[f.Fact] = [*tags.made, changed]
    late_already = before.overdue and before.due == after.due
    if not late_already:
        made += _overdue(after, known, now)
    if after.status is TaskStatus.DONE and before.status is not TaskStatus.DONE:
        made += _next(after, situation, known, now)
    if before.status is TaskStatus.DONE and after.status is not TaskStatus.DONE:
        made += _not_next(known)
    return made


def drop(command: ct.DropTask, situation: Situation, now: datetime) -> Decided:
    """A task that was added by mistake goes, or returns."""
    known = situation.task or TaskSituation()
    if known.task is None:
        return Refused("task_gone")
    if known.task.dropped is not command.back:
        return []
    return [ft.TaskDropped(task_id=known.task.id, conversation_id=_conversation_id(known), back=command.back)]


def _conversation_id(known: TaskSituation) -> int | None:
    return None if known.conversation is None else known.conversation.id


# --- what a task says


def _changed(command: ct.ChangeTask, before: TaskState, situation: Situation, known: TaskSituation) -> TaskState | Refused:
    """Return the task as the command wants it, its tags aside."""
    title = before.title if command.title is None else command.title
    description = before.description if command.description is None else command.description
    points = before.checklist if command.checklist is None else command.checklist
    state = _said(before, title, description, points)
    if isinstance(state, Refused):
        return state
    state = replace(
        state,
        status=command.status or before.status,
        priority=before.priority if command.priority is None else command.priority,
        due=before.due if isinstance(command.due, Keep) else command.due,
    )
    assignee = before.assignee_id if isinstance(command.assignee_id, Keep) else command.assignee_id
    team = before.team_id if isinstance(command.team_id, Keep) else command.team_id
    given = _given(state, assignee, team, situation, known)
    if isinstance(given, Refused):
        return given
    recurring = _recurring(given, before.recurrence if command.recurrence is None else command.recurrence, known)
    if isinstance(recurring, Refused) or not recurring.recurrence or recurring.series_id is not None:
        return recurring
    return replace(recurring, series_id=before.id)


def _said(state: TaskState, title: str, description: str, checklist: Checklist) -> TaskState | Refused:
    """Return a task with these words, if it can have them."""
    title = clean_line(title, 4 * MAX_TITLE)
    if not title:
        return Refused("task_title_wanted")
    if len(title) > MAX_TITLE:
        return Refused("task_title_long", {"n": MAX_TITLE})
    description = clean(description).strip()
    if len(description) > MAX_DESCRIPTION:
        return Refused("task_description_long", {"n": MAX_DESCRIPTION})
    points = tuple((words, done) for text, done in checklist if (words := clean_line(text, 4 * MAX_POINT)))
    if len(points) > MAX_POINTS or any(len(words) > MAX_POINT for words, _done in points):
        return Refused("task_checklist_long", {"n": MAX_POINTS, "length": MAX_POINT})
    return replace(state, title=title, description=description, checklist=points)


def _given(
    state: TaskState, assignee_id: int | None, team_id: int | None, situation: Situation, known: TaskSituation
) -> TaskState | Refused:
    """Return a task that is these people's. Who has it already may be somebody who left, or may only look by now."""
    if assignee_id not in (None, state.assignee_id):
        if assignee_id not in situation.operators:
            return Refused("unknown_operator")
        if assignee_id in known.viewers:
            return Refused("task_viewer", {"name": known.people[assignee_id]})
    if team_id not in (None, state.team_id) and team_id not in situation.teams:
        return Refused("unknown_team")
    return replace(state, assignee_id=assignee_id, team_id=team_id)


def _recurring(state: TaskState, text: str, known: TaskSituation) -> TaskState | Refused:
    """Return a task that recurs so. A rule that stands already is not read again."""
    if not text.strip():
        return replace(state, recurrence="")
    if state.due is None:
        return Refused("task_recurrence_due")
    rule = text if text == state.recurrence else known.checked(text, state.due)
    return Refused("task_bad_recurrence", {"text": clean_line(text, 60)}) if rule is None else replace(state, recurrence=rule)


# --- what changed


def _overtaken(command: ct.ChangeTask, before: TaskState, known: TaskSituation, names: list[str]) -> Refused | None:
    """Refuse to change what somebody changed since the task was seen. Tags are put on and taken off one by one."""
    seen = command.seen_version
    if seen is None:
        return None
    for name in names:
        version, operator_id = before.touched.get(name, (0, None))
        if version > seen and name != "tag_ids":
            return Refused("task_changed", {"name": known.people.get(operator_id or 0, "")})
    return None


def _values(state: TaskState, names: list[str]) -> dict[str, Any]:
    return {name: column(state, name) for name in names if name not in WORDS}


def _words(state: TaskState, names: list[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, column(state, name)) for name in names if name in WORDS)


def _overdue(state: TaskState, known: TaskSituation, now: datetime) -> list[f.Fact]:
    """Return the fact that a task's time has passed, with the time it had: nobody waits for the clock to say so."""
    if state.status not in TO_DO or state.due is None or state.due > now:
        return []
    conversation_id = known.origin.conversation_id if known.task is None else _conversation_id(known)
    return [ft.TaskOverdue(task_id=state.id, at=state.due, conversation_id=conversation_id)]


def _next(done: TaskState, situation: Situation, known: TaskSituation, now: datetime) -> list[f.Fact]:
    """Return the fact that makes the next task of a series; the one that was there already returns, if it had been taken back
    together with this one's end."""
    if not done.recurrence or done.due is None:
        return []
    conversation_id = _conversation_id(known)
    if known.follower is not None:
        back = ft.TaskDropped(task_id=known.follower.id, conversation_id=conversation_id, back=True)
        return [back] if known.follower.dropped else []
    following = known.following(done.recurrence, done.due, now)
    if following is None:
        return []
    task_id = situation.fresh.task
    return [
        ft.TaskAdded(
            task_id=task_id,
            number=task_id,
            conversation_id=conversation_id,
            message_id=done.message_id,
            customer_id=done.customer_id,
            priority=done.priority,
            due=following.due,
            assignee_id=done.assignee_id if done.assignee_id in situation.operators - known.viewers else None,
            team_id=done.team_id,
            tags=done.tags,
            recurrence=following.recurrence,
            series_id=done.series_id or done.id,
            next_of=done.id,
            title=done.title,
            description=done.description,
            checklist=tuple((words, False) for words, _done in done.checklist),
        )
    ]


def _not_next(known: TaskSituation) -> list[f.Fact]:
    """Return the fact that takes back what came of a task's being done: it is not. One that somebody has touched stays."""
    follower = known.follower
    if follower is None or follower.dropped or follower.touched:
        return []
    return [ft.TaskDropped(task_id=follower.id, conversation_id=_conversation_id(known))]
