"""Promises in the store: made by replies, kept by the next ones. See `desk.promising`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deskterm.desk import facts as f
from deskterm.desk import facts_time as ft
from deskterm.desk.promising import PENDING, SETTLING, Around, Promise, followed
from deskterm.desk.situation_reminder import Reminder
from deskterm.store import reminders
from deskterm.store.applied import Applied
from deskterm.store.times import from_ms, to_ms
from deskterm.store.writer import Transaction

_COLUMNS = "id, conversation_id, message_id, due_at, state, how, missed_at, settled_at, kept_by_id"
_MOVING = (f.ConversationMerged, f.ConversationParted, f.MessagesMoved)
_MOVE = (
    "UPDATE promise SET conversation_id = (SELECT m.conversation_id FROM message m WHERE m.id = promise.message_id)"
    " WHERE conversation_id IN (?, ?)"
)


def load(tx: Transaction, promise_id: int) -> Promise | None:
    """Load a promise."""
    row = tx.one(f"SELECT {_COLUMNS} FROM promise WHERE id = ?", (promise_id,))
    return None if row is None else _promise(row)


def due_until(tx: Transaction, until_ms: int, limit: int) -> list[Promise]:
    """Load the promises whose time has passed, the earliest first."""
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM promise WHERE state = 'open' AND due_at <= ? ORDER BY due_at, id LIMIT ?", (until_ms, limit)
    )
    return [_promise(row) for row in rows]


def _promise(row: Any) -> Promise:
    return Promise(
        id=row[0],
        conversation_id=row[1],
        message_id=row[2],
        due=from_ms(row[3]),
        state=row[4],
        how=row[5],
        missed=row[6] is not None,
        settled_at=from_ms(row[7]),
        kept_by_id=row[8],
    )


def follow(run: Applied, facts: Sequence[f.Fact]) -> list[f.Fact]:
    """Settle the promises that facts settle, and the reminders of tasks, in the tables; returns the facts of it. A conversation
    in which nothing was ever promised costs one read of an index."""
    for fact in facts:
        if isinstance(fact, _MOVING):
            other = fact.into_id if isinstance(fact, f.ConversationMerged) else fact.from_id
            run.tx.run(_MOVE, (fact.conversation_id, other))
    made: list[f.Fact] = []
    touched = dict.fromkeys(fact.conversation_id for fact in facts if isinstance(fact, SETTLING))
    for conversation_id in touched:
        rows = run.tx.all(f"SELECT {_COLUMNS} FROM promise WHERE conversation_id = ? ORDER BY id", (conversation_id,))
        if rows:
            made += _follow(run, facts, [_promise(row) for row in rows])
    for fact in facts:
        if isinstance(fact, ft.PromiseSettled):
            made += _reminders(run, fact)
    return [*made, *reminders.follow(run, facts)]


def _follow(run: Applied, facts: Sequence[f.Fact], standing: list[Promise]) -> list[f.Fact]:
    new = frozenset(fact.promise_id for fact in facts if isinstance(fact, ft.PromiseMade))
    made: list[f.Fact] = []
    for before, after in zip(standing, followed(standing, facts, Around(run.before, run.after, new), run.now), strict=True):
        if after == before:
            continue
        fact = ft.PromiseSettled(
            promise_id=after.id,
            conversation_id=after.conversation_id,
            state=after.state,
            was=before.state,
            how=after.how,
            at=after.settled_at or run.now,
            message_id=after.kept_by_id,
        )
        made.append(fact)
        settled(run, fact)
        made += _reminders(run, fact)
    return made


def settled(run: Applied, fact: ft.PromiseSettled) -> None:
    """Write how a promise stands now."""
    pending = fact.state in PENDING
    run.tx.run(
        "UPDATE promise SET state = ?, how = ?, settled_at = ?, kept_by_id = ?,"
        " missed_at = CASE WHEN ? THEN due_at ELSE missed_at END WHERE id = ?",
        (fact.state, fact.how, None if pending else to_ms(fact.at), fact.message_id, fact.how == "clock", fact.promise_id),
    )


def _reminders(run: Applied, fact: ft.PromiseSettled) -> list[f.Fact]:
    """Have the reminders of a promise follow it: one that was kept needs none, one that was none neither; those that it settled
    come back with it."""
    made: list[f.Fact] = []
    for reminder in reminders.of_promise(run.tx, fact.promise_id):
        state = _state_of(reminder, fact)
        if state != reminder.state:
            moved = ft.ReminderMoved(
                reminder_id=reminder.id,
                operator_id=reminder.operator_id,
                state=state,
                was_state=reminder.state,
                due=reminder.at,
                was_due=reminder.at,
                at=run.now,
                conversation_id=reminder.conversation_id,
                task_id=reminder.task_id,
                how="promise",
            )
            made.append(moved)
            reminders.write(run, moved)
    return made


def _state_of(reminder: Reminder, fact: ft.PromiseSettled) -> str:
    stands = reminder.state in ("set", "due")
    if fact.state not in PENDING:
        settled_as = "done" if fact.state == "kept" else "cancelled"
        return settled_as if stands else reminder.state
    comes_back = fact.was not in PENDING and not stands and reminder.how == "promise"
    return reminder.pending if comes_back else reminder.state
