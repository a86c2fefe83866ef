"""Undoing what was done to tasks: each by its opposite, some in a transaction; those that were changed since stay as they are.

What a command did to one task stands together in the journal, beginning with `task_changed`: that it was done, and the next of
its series that came of it. Both go back, or neither.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from deskterm.desk.commands import Refused
from deskterm.desk.commands_time import DropTask, TaskCommand
from deskterm.desk.decide import decide
from deskterm.desk.model import Actor, ActorKind, Operator
from deskterm.desk.situation_task import TO_DO, TaskState
from deskterm.desk.task_columns import column, given_back
from deskterm.store import conversations, situations, situations_tasks
from deskterm.store.apply import apply
from deskterm.store.entries import CHANGED, Entry
from deskterm.store.rules import Rules
from deskterm.store.writer import Transaction

KINDS = ("task_added", "task_changed", "task_dropped")
_FIRST = "task_changed"
_ANY = f"SELECT 1 FROM journal WHERE command_id = ? AND kind IN {KINDS!r} LIMIT 1"
_ENTRIES = (
    "SELECT j.seq, j.command_id, j.kind, j.conversation_id, j.customer_id, j.message_id, j.data, t.text FROM journal j"
    f" LEFT JOIN journal_text t ON t.seq = j.seq WHERE j.command_id = ? AND j.seq > ? AND j.kind IN {KINDS!r}"
    " ORDER BY j.seq LIMIT ?"
)
_SAME = (
    "EXISTS (SELECT 1 FROM json_each(j.data, '$.now') c WHERE c.key IN (SELECT value FROM json_each(:columns)))"
    " OR EXISTS (SELECT 1 FROM json_each(t.text, '$.now_words') w"
    " WHERE json_extract(w.value, '$[0]') IN (SELECT value FROM json_each(:columns)))"
)
"""Whether a change was of one of these columns, or of these words."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What undoing a stretch of a command came to: `done` and `kept` count tasks; `last_seq` is the last entry that was looked
    at, `over` that there are no more."""

    command_id: int
    last_seq: int
    done: int = 0
    kept: int = 0
    refusal: Refused | None = None
    over: bool = True


def is_about_tasks(tx: Transaction, command_id: int) -> bool:
    """Whether a command made, changed or dropped tasks."""
    return tx.one(_ANY, (command_id,)) is not None


def step(
    tx: Transaction, undone_id: int, command_id: int, last_seq: int, limit: int, me: Operator, rules: Rules, now: datetime
) -> Batch:
    """Undo what a command did to the next tasks, under the undo's own command id (0: it has none yet)."""
    rows = tx.all(_ENTRIES, (undone_id, last_seq, 2 * limit + 1))
    groups = _groups(rows)
    more = len(rows) == 2 * limit + 1
    groups = groups[:-1] if more and len(groups) > 1 else groups  # the last may go on behind these rows
    done = kept = 0
    refusal = None
    for group in groups:
        told = _opposed(tx, group, command_id, me, rules, now)
        if isinstance(told, Refused):
            kept += 1
            refusal = refusal or (_changed_by(tx, group, me) if told == CHANGED else told)
        else:
            command_id = told
            done += 1
    last = groups[-1][-1].seq if groups else last_seq
    return Batch(command_id, last, done, kept, refusal, over=not more)


def _groups(rows: Iterable[Any]) -> list[list[Entry]]:
    groups: list[list[Entry]] = []
    for row in rows:
        seq, command_id, kind, conversation_id, customer_id, message_id, data, words = row
        about = (conversation_id, customer_id, message_id)
        entry = Entry(seq, command_id, kind, *about, json.loads(data), json.loads(words or "{}"))
        if entry.kind == _FIRST or not groups or groups[-1][0].kind != _FIRST:
            groups.append([])
        groups[-1].append(entry)
    return groups


def _opposed(tx: Transaction, group: list[Entry], command_id: int, me: Operator, rules: Rules, now: datetime) -> int | Refused:
    """Do the opposite of these entries, of all or of none; returns the command id it was done under."""
    tx.quietly("SAVEPOINT undoing_task")
    for entry in group:
        told = _do(tx, _inverse(tx, entry, me), command_id, me, rules, now)
        if isinstance(told, Refused):
            tx.quietly("ROLLBACK TO undoing_task")
            tx.quietly("RELEASE undoing_task")
            return told
        command_id = told
    tx.quietly("RELEASE undoing_task")
    return command_id


def _do(
    tx: Transaction, command: TaskCommand | Refused | None, command_id: int, me: Operator, rules: Rules, now: datetime
) -> int | Refused:
    if command is None or isinstance(command, Refused):
        return command or command_id
    situation, states = situations_tasks.of_command(tx, command, me, rules)
    decided = decide(command, situation, now)
    if isinstance(decided, Refused):
        return decided
    if decided:
        command_id = command_id or situations.next_command(tx)
        actor = Actor(ActorKind.OPERATOR, me.id)
        apply(tx, decided, states, situation.fresh, command_id=command_id, actor=actor, now=now, undoable=True)
    return command_id


def _inverse(tx: Transaction, entry: Entry, me: Operator) -> TaskCommand | Refused | None:
    """Return what undoes an entry; None: nothing is to be done; a refusal where things are not as the entry left them."""
    task = situations_tasks.load(tx, entry.data["task_id"])
    if task is None:
        return CHANGED
    match entry.kind:
        case "task_added":
            return None if task.dropped else DropTask(task.id) if _is_new(task, me) else CHANGED
        case "task_dropped":
            back = bool(entry.data.get("back", False))
            if task.dropped is back:
                return None
            return DropTask(task.id, back=not back) if not back or _is_new(task, me) else CHANGED
        case _:
            return _given_back(tx, entry, task)


def _is_new(task: TaskState, me: Operator) -> bool:
    """Whether a task may go as if it had never been: it is to be done, and nobody else has changed it."""
    return task.status in TO_DO and all(who == me.id for _version, who in task.touched.values())


def _given_back(tx: Transaction, entry: Entry, task: TaskState) -> TaskCommand | Refused | None:
    """What the command changed is again as it was, if it still is as the command left it."""
    was: dict[str, Any] = {**entry.data.get("was", {}), **dict(entry.words.get("was_words", ()))}
    left = _left(entry)
    if task.dropped or any(column(task, name) != value for name, value in left.items()):
        return CHANGED
    if not was:
        return None
    command = given_back(task.id, was)
    if "tag_ids" not in was:
        return command
    before, now = (set(conversations.tag_ids(values["tag_ids"])) for values in (was, left))
    return replace(command, add_tags=_names(tx, before - now), remove_tags=_names(tx, now - before))


def _left(entry: Entry) -> dict[str, Any]:
    """Return the columns that a change left otherwise, with their values."""
    return {**entry.data.get("now", {}), **dict(entry.words.get("now_words", ()))}


def _names(tx: Transaction, ids: Iterable[int]) -> tuple[str, ...]:
    found = (tx.one("SELECT name FROM tag WHERE id = ?", (one,)) for one in sorted(ids))
    return tuple(row[0] for row in found if row is not None)


def _changed_by(tx: Transaction, group: list[Entry], me: Operator) -> Refused:
    """Return the refusal that names who changed last what the command left, else who did anything to these tasks; somebody
    else, if there was anybody."""
    values: Mapping[str, Any] = {
        "me": me.id,
        "seq": group[-1].seq,
        "tasks": json.dumps([entry.data["task_id"] for entry in group]),
        "columns": json.dumps(sorted({name for entry in group for name in _left(entry)})),
    }
    row = tx.one(
        "SELECT j.actor_kind, coalesce(o.name, '') FROM journal j LEFT JOIN journal_text t ON t.seq = j.seq"
        " LEFT JOIN operator o ON j.actor_kind = 'operator' AND o.id = j.actor_id"
        f" WHERE j.seq > :seq AND j.kind IN {KINDS!r}"
        " AND json_extract(j.data, '$.task_id') IN (SELECT value FROM json_each(:tasks))"
        f" ORDER BY NOT (j.kind = 'task_dropped' OR {_SAME}), j.actor_kind = 'operator' AND j.actor_id = :me, j.seq DESC"
        " LIMIT 1",
        values,
    )
    kind, name = row if row is not None else (ActorKind.OPERATOR.value, me.name)
    return Refused("changed_since", {"name": name or kind, "by": kind})
