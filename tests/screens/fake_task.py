"""Tasks of the fake desk as values: made, changed, chosen by a query."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dateutil.rrule import rrulestr
from fake_seed import OPERATORS, Talk
from fake_triage import TEAMS

from deskterm.desk.commands_time import AddTask, ChangeTask, Keep
from deskterm.desk.model import Operator, TaskStatus
from deskterm.desk.query import Query, bounds
from deskterm.desk.query_task import TaskQuery
from deskterm.desk.query_tree import And, Compare, Everything, Not, Number, Or, Term, Value, Word, order_of
from deskterm.desk.rows_time import TaskDetail, TaskRow

TO_DO = (TaskStatus.OPEN, TaskStatus.STARTED)
_FAR = datetime.max.replace(tzinfo=UTC)


def new_task(task_id: int, command: AddTask, talk: Talk | None, me: Operator, now: datetime) -> TaskDetail:
    """Return the task that a command makes."""
    row = TaskRow(
        id=task_id, number=task_id, title=command.title, status=TaskStatus.OPEN, priority=command.priority, due=command.due,
        overdue=False, assignee_id=command.assignee_id, assignee=_person(command.assignee_id), team=_team(command.team_id),
        tags=tuple(sorted(command.tags)), checked=sum(done for _words, done in command.checklist),
        points=len(command.checklist), conversation_id=talk.row.id if talk else None,
        conversation_number=talk.row.number if talk else None, message_id=command.message_id,
        customer_id=talk.row.id if talk else command.customer_id, customer=talk.row.customer if talk else "",
        recurrence=command.recurrence, created_at=now, updated_at=now, done_at=None, version=0,
    )  # fmt: skip
    return TaskDetail(row, command.description, command.checklist, command.team_id, me.name)


def changed_task(kept: TaskDetail, command: ChangeTask, now: datetime) -> tuple[TaskDetail, AddTask | None]:
    """Return a task as a command has it, and the next one of its series where it is done."""
    row = kept.row
    status = command.status or row.status
    points = kept.checklist if command.checklist is None else command.checklist
    assignee = row.assignee_id if isinstance(command.assignee_id, Keep) else command.assignee_id
    team = kept.team_id if isinstance(command.team_id, Keep) else command.team_id
    given: dict[str, Any] = {"title": command.title, "priority": command.priority, "recurrence": command.recurrence}
    changed = replace(
        row, status=status, due=row.due if isinstance(command.due, Keep) else command.due,
        tags=tuple(sorted({*row.tags, *command.add_tags} - {*command.remove_tags})), checked=sum(done for _, done in points),
        points=len(points), assignee_id=assignee, assignee=_person(assignee), team=_team(team),
        done_at=(row.done_at or now) if status not in TO_DO else None,
        **{name: value for name, value in given.items() if value is not None},
    )  # fmt: skip
    description = kept.description if command.description is None else command.description
    detail = replace(kept, row=changed, description=description, checklist=points, team_id=team)
    if detail == kept:
        return kept, None
    detail = replace(detail, row=replace(changed, updated_at=now, version=row.version + 1))
    done_now = status is TaskStatus.DONE and row.status in TO_DO
    return detail, _following(detail) if done_now and changed.recurrence and changed.due else None


def _following(task: TaskDetail) -> AddTask | None:
    row = task.row
    after = rrulestr(row.recurrence, dtstart=row.due).after(row.due)
    if after is None:
        return None
    return AddTask(
        row.title, task.description, after, row.assignee_id, task.team_id, row.tags, row.priority,
        tuple((words, False) for words, _done in task.checklist), row.recurrence, row.conversation_id, row.message_id,
        row.customer_id,
    )  # fmt: skip


def _person(operator_id: int | None) -> str:
    return next((one.name for one in OPERATORS if one.id == operator_id), "")


def _team(team_id: int | None) -> str:
    return next((team.name for team in TEAMS if team.id == team_id), "")


def overdue_or_not(row: TaskRow, now: datetime) -> TaskRow:
    """Return a task whose time has passed, or has not."""
    return replace(row, overdue=row.status in TO_DO and row.due is not None and row.due <= now)


def chosen_tasks(query: TaskQuery, rows: list[TaskRow], me: Operator, now: datetime) -> list[TaskRow]:
    """Return the tasks of a query in its order: what is due first, unless it says otherwise."""
    found = [row for row in rows if _fits(query.query, row, me, now)]
    order = order_of(query.query) or "due"
    keys: dict[str, Any] = {
        "created": lambda row: -row.created_at.timestamp(), "newest": lambda row: -row.created_at.timestamp(),
        "updated": lambda row: -row.updated_at.timestamp(), "status": lambda row: list(TaskStatus).index(row.status),
        "assignee": lambda row: row.assignee.casefold() or "\uffff", "priority": lambda row: -row.priority,
        "number": lambda row: row.number, "oldest": lambda row: row.created_at.timestamp(),
    }  # fmt: skip
    first = keys.get(order, lambda _row: 0)
    return sorted(found, key=lambda row: (first(row), row.due or _FAR, row.id))


def _fits(query: Query, row: TaskRow, me: Operator, now: datetime) -> bool:
    match query:
        case Everything():
            return True
        case And(parts):
            return all(_fits(part, row, me, now) for part in parts)
        case Or(parts):
            return any(_fits(part, row, me, now) for part in parts)
        case Not(inner):
            return not _fits(inner, row, me, now)
        case Word(text):
            return text.casefold() in f"{row.title} {row.customer}".casefold()
        case Term(field, values):
            return field == "sort" or any(_has(field, value, row, me, now) for value in values)


def _has(field: str, value: Value, row: TaskRow, me: Operator, now: datetime) -> bool:
    if isinstance(value, Compare):
        return _compares(field, value, row, now)
    names = {
        "assignee": (_login(row, me), me.login if _is_mine(row, me) else "any" if row.assignee_id else "none"),
        "tag": (*row.tags, "any" if row.tags else "none"),
        "team": (row.team, "any" if row.team else "none"),
        "priority": (row.priority.name.lower(),),
        "status": (row.status.value,),
        "due": ("any" if row.due else "none",),
        "customer": (str(row.customer_id), row.customer),
        "is": _states(row, me),
    }  # fmt: skip
    wanted = me.login if field == "assignee" and value.text == "me" else value.text
    return wanted in names.get(field, ())


def _states(row: TaskRow, me: Operator) -> tuple[str, ...]:
    current = row.status in TO_DO
    flags = {
        row.status.value: True, "current": current, "todo": current, "overdue": row.overdue,
        "mine": _is_mine(row, me) and current, "unassigned": row.assignee_id is None and current,
        "recurring": bool(row.recurrence), "repeating": bool(row.recurrence),
    }  # fmt: skip
    return tuple(name for name, so in flags.items() if so)


def _compares(field: str, value: Compare, row: TaskRow, now: datetime) -> bool:
    times = {"due": row.due, "created": row.created_at, "opened": row.created_at, "updated": row.updated_at}
    times |= {"done": row.done_at, "closed": row.done_at}
    if field in times:
        at = times[field]
        return at is not None and at in bounds(value, now, UTC, ahead=field == "due")
    if not isinstance(value.amount, Number):
        return False
    number = {"priority": int(row.priority), "id": row.number, "number": row.number}.get(field, row.conversation_number)
    return number is not None and _OPERATIONS[value.op](number, value.amount.value)


def _is_mine(row: TaskRow, me: Operator) -> bool:
    return row.assignee_id == me.id


def _login(row: TaskRow, me: Operator) -> str:
    return next((one.login for one in OPERATORS if one.id == row.assignee_id), "none")


_OPERATIONS: dict[str, Any] = {
    "=": int.__eq__, ">": int.__gt__, "<": int.__lt__, ">=": int.__ge__, "<=": int.__le__,
}  # fmt: skip
