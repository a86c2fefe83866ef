"""Facts of tasks into their tables."""

from __future__ import annotations

import json
from typing import Any

from deskterm.desk import facts_time as ft
from deskterm.desk.model import TaskStatus
from deskterm.desk.task_columns import checklist_points, checklist_text
from deskterm.store import conversations
from deskterm.store.applied import Applied, Handlers
from deskterm.store.task_conditions import folded_words
from deskterm.store.times import to_ms

_NEW = (
    "id, number, title, description, folded, status, priority, due_at, assignee_id, team_id, tag_ids, checklist, recurrence,"
    " series_id, conversation_id, message_id, customer_id, created_by, created_at, updated_at, done_at, overdue, dropped_at,"
    " version, touched"
)
_INSERT = f"INSERT INTO task ({_NEW}) VALUES ({', '.join('?' * len(_NEW.split(',')))})"
_ORIGIN = "SELECT conversation_id, message_id, customer_id FROM task WHERE id = ?"


def _added(run: Applied, fact: ft.TaskAdded) -> None:
    origin = (fact.conversation_id, fact.message_id, fact.customer_id)
    if fact.next_of is not None:
        origin = run.tx.one(_ORIGIN, (fact.next_of,))  # where that came from, be it merged into another one now
    run.tx.run(
        _INSERT,
        (
            fact.task_id,
            fact.number,
            fact.title,
            fact.description,
            folded_words(fact.title, fact.description, fact.checklist),
            fact.status.value,
            int(fact.priority),
            to_ms(fact.due),
            fact.assignee_id,
            fact.team_id,
            conversations.tag_column(fact.tags),
            checklist_text(fact.checklist),
            fact.recurrence,
            fact.series_id,
            *origin,
            run.operator_id,
            run.now_ms,
            run.now_ms,
            None,
            0,
            None,
            0,
            "{}",
        ),
    )


def _changed(run: Applied, fact: ft.TaskChanged) -> None:
    values: dict[str, Any] = {**fact.now, **dict(fact.now_words)}
    touched = json.loads(run.tx.one("SELECT touched FROM task WHERE id = ?", (fact.task_id,))[0])
    touched |= {name: [fact.version, run.operator_id] for name in values}
    values |= {"version": fact.version, "updated_at": run.now_ms, "touched": json.dumps(touched)}
    if "due_at" in values:
        values["overdue"] = 0
    if "status" in values:
        values["done_at"] = run.now_ms if values["status"] == TaskStatus.DONE else None
    run.tx.run(f"UPDATE task SET {', '.join(f'{name} = ?' for name in values)} WHERE id = ?", (*values.values(), fact.task_id))
    if fact.now_words:
        title, description, points = run.tx.one("SELECT title, description, checklist FROM task WHERE id = ?", (fact.task_id,))
        folded = folded_words(title, description, checklist_points(points))
        run.tx.run("UPDATE task SET folded = ? WHERE id = ?", (folded, fact.task_id))


def _dropped(run: Applied, fact: ft.TaskDropped) -> None:
    dropped_at = None if fact.back else run.now_ms
    run.tx.run("UPDATE task SET dropped_at = ?, updated_at = ? WHERE id = ?", (dropped_at, run.now_ms, fact.task_id))


def _overdue(run: Applied, fact: ft.TaskOverdue) -> None:
    run.tx.run("UPDATE task SET overdue = 1 WHERE id = ?", (fact.task_id,))


HANDLERS: Handlers = {
    ft.TaskAdded: _added,
    ft.TaskChanged: _changed,
    ft.TaskDropped: _dropped,
    ft.TaskOverdue: _overdue,
}
