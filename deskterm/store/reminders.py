"""Reminders in the store: loaded as rules judge them, and written as facts leave them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from deskterm.desk import facts as f
from deskterm.desk import facts_time as ft
from deskterm.desk.situation_reminder import Reminder
from deskterm.desk.situation_task import TO_DO
from deskterm.store import conversations
from deskterm.store.applied import Applied
from deskterm.store.times import from_ms, to_ms
from deskterm.store.writer import Transaction

PENDING = ("set", "due")
_REMINDER = (
    "SELECT r.id, r.at, r.state, r.operator_id, o.name, r.by_id, r.conversation_id, r.task_id, r.how, r.rang_at FROM reminder r"
    " JOIN operator o ON o.id = r.operator_id WHERE {where}"
)


def load(tx: Transaction, reminder_id: int) -> Reminder | None:
    """Load a reminder, told of the conversation that holds what it is about now."""
    row = tx.one(_REMINDER.format(where="r.id = ?"), (reminder_id,))
    return None if row is None else _reminder(tx, row)


def due_until(tx: Transaction, until_ms: int, limit: int) -> list[Reminder]:
    """Load the reminders whose time has come, the earliest first."""
    rows = tx.all(_REMINDER.format(where="r.state = 'set' AND r.at <= ? ORDER BY r.at, r.id LIMIT ?"), (until_ms, limit))
    return [_reminder(tx, row) for row in rows]


def of_promise(tx: Transaction, promise_id: int) -> list[Reminder]:
    """Load the reminders of a promise."""
    rows = tx.all(_REMINDER.format(where="r.promise_id = ? ORDER BY r.id"), (promise_id,))
    return [_reminder(tx, row) for row in rows]


def of_task(tx: Transaction, task_id: int) -> list[Reminder]:
    """Load the reminders of a task."""
    rows = tx.all(_REMINDER.format(where="r.task_id = ? ORDER BY r.id"), (task_id,))
    return [_reminder(tx, row) for row in rows]


def _reminder(tx: Transaction, row: Any) -> Reminder:
    held = None if row[6] is None else conversations.load(tx, row[6])
    return Reminder(
        id=row[0],
        at=from_ms(row[1]),
        state=row[2],
        operator_id=row[3],
        operator_name=row[4],
        by_id=row[5],
        conversation_id=None if held is None else held.id,
        task_id=row[7],
        how=row[8],
        rang_at=from_ms(row[9]),
    )


def write(run: Applied, fact: ft.ReminderMoved) -> None:
    """Write how a reminder stands now."""
    pending = fact.state in PENDING
    run.tx.run(
        "UPDATE reminder SET state = ?, at = ?, how = ?, settled_at = ?,"
        " rang_at = CASE WHEN ? THEN at ELSE rang_at END, version = version + 1 WHERE id = ?",
        (fact.state, to_ms(fact.due), fact.how, None if pending else run.now_ms, fact.how == "clock", fact.reminder_id),
    )


def follow(run: Applied, facts: Iterable[f.Fact]) -> list[f.Fact]:
    """Have reminders follow their tasks, in the tables; returns the facts of it. Nobody is reminded of what is done, cancelled
    or taken back; what that settled comes back when the task is to be done after all. What was asked for later stands."""
    made: list[f.Fact] = []
    for fact in facts:
        if isinstance(fact, ft.TaskDropped):
            made += _follow(run, fact.task_id, to_do=fact.back)
        elif isinstance(fact, ft.TaskChanged) and "status" in fact.now:
            made += _follow(run, fact.task_id, to_do=fact.now["status"] in TO_DO)
    return made


def _follow(run: Applied, task_id: int, *, to_do: bool) -> list[f.Fact]:
    made: list[f.Fact] = []
    for reminder in of_task(run.tx, task_id):
        stands = reminder.state in PENDING
        if stands is to_do or (to_do and reminder.how != "task"):
            continue
        moved = ft.ReminderMoved(
            reminder_id=reminder.id,
            operator_id=reminder.operator_id,
            state=reminder.pending if to_do else "cancelled",
            was_state=reminder.state,
            due=reminder.at,
            was_due=reminder.at,
            at=run.now,
            conversation_id=reminder.conversation_id,
            task_id=task_id,
            how="task",
        )
        made.append(moved)
        write(run, moved)
    return made
