"""What erasing and retention do to reminders and promises: the words go, what was to be done when stays."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from deskterm.desk.rows import NOBODY
from deskterm.store import erasing_tasks
from deskterm.store.writer import Transaction

if TYPE_CHECKING:
    from deskterm.store.traces import Person  # which knows what is blank by `blanking`, which blanks reminders

TABLES = ("reminder", "promise")
NAMED = "SELECT id, words FROM {table} WHERE id > ? AND id <= ? AND words <> ''"
"""The words of a stretch of reminders or promises, for `erasing_tasks.names`."""

_IN = "IN (SELECT value FROM json_each(:ids))"
_PARTS = (
    "(WITH RECURSIVE part(id) AS (SELECT value FROM json_each(:ids) UNION"
    " SELECT c.id FROM part JOIN conversation c INDEXED BY ix_conversation_merged ON c.merged_into_id = part.id)"
    " SELECT id FROM part)"
)
_OF_PROMISES = "promise_id IN (SELECT id FROM promise WHERE {which})"
_OF_TASKS = "task_id IN (SELECT id FROM task WHERE {which})"
_CANCELLED = (
    "UPDATE reminder SET state = 'cancelled', how = 'erased', settled_at = :now, version = version + 1"
    " WHERE {which} AND state IN ('set', 'due')"
)
_DROPPED = (
    "UPDATE promise SET state = 'dropped', how = 'erased', settled_at = :now WHERE {which} AND state IN ('open', 'overdue')"
)


def of_messages(tx: Transaction, ids: Sequence[int]) -> None:
    """Blank the promises of messages, whose words they are, and the reminders of them."""
    which = f"message_id {_IN}"
    _blank(tx, ids, (which,), (_OF_PROMISES.format(which=which), _OF_TASKS.format(which=which)))


def of_conversation(tx: Transaction, conversation_id: int) -> None:
    """Blank what a conversation, or one that went into it, has of both."""
    which = f"conversation_id IN {_PARTS}"
    _blank(tx, (conversation_id,), (which,), (which, _OF_TASKS.format(which=which)))


def of_customers(tx: Transaction, ids: Sequence[int], now_ms: int) -> None:
    """Blank what these customers were promised, and the reminders about them. Nobody is to come back to them: what stands of
    both is settled."""
    which = f"customer_id {_IN}"
    of_theirs = f"conversation_id IN (SELECT id FROM conversation WHERE {which})"
    reminders = (which, of_theirs, _OF_PROMISES.format(which=which), _OF_TASKS.format(which=which))
    _blank(tx, ids, (which,), reminders)
    values = {"ids": json.dumps(list(ids)), "now": now_ms}
    for each in reminders:
        tx.run(_CANCELLED.format(which=each), values)
    for each in (which, of_theirs):
        tx.run(_DROPPED.format(which=each), values)


def _blank(tx: Transaction, ids: Sequence[int], promises: tuple[str, ...], reminders: tuple[str, ...]) -> None:
    values = {"ids": json.dumps(list(ids))}
    for which in reminders:
        tx.run(f"UPDATE reminder SET words = '', version = version + 1 WHERE {which} AND words <> ''", values)
    for which in promises:
        tx.run(f"UPDATE promise SET words = '' WHERE {which} AND words <> ''", values)


def without_them(tx: Transaction, who: Person, place: tuple[str, int]) -> None:
    """Take the addresses and whole names of a person from the words of a reminder or promise about others: (table, id)."""
    table, row_id = place
    sought = erasing_tasks.sought(who)
    row = tx.one(f"SELECT words FROM {table} WHERE id = ?", (row_id,))
    if sought is not None and row is not None:
        tx.run(f"UPDATE {table} SET words = ? WHERE id = ?", (sought.sub(NOBODY, row[0]), row_id))
