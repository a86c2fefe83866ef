"""What erasing and retention do to tasks: the words go, the task stays with its number, its times and whose it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from deskterm.desk.rows import NOBODY
from deskterm.desk.task_columns import WORDS, checklist_points, checklist_text
from deskterm.store.task_conditions import folded_words
from deskterm.store.writer import Transaction

if TYPE_CHECKING:
    from deskterm.store.traces import Person  # which knows what is blank by `blanking`, which blanks tasks

_IN = "IN (SELECT value FROM json_each(?))"
_PARTS = (
    "WITH RECURSIVE part(id) AS (SELECT value FROM json_each(?) UNION"
    " SELECT c.id FROM part JOIN conversation c INDEXED BY ix_conversation_merged ON c.merged_into_id = part.id)"
    " SELECT id FROM part"
)
_UNDONE = "status IN ('open', 'started')"
_SAYS = f"(title <> '{NOBODY}' OR description <> '' OR checklist <> '[]')"
NAMED = "SELECT id, title, description, checklist FROM task WHERE id > ? AND id <= ?"
"""The words of a stretch of tasks, for `names`."""


def of_messages(tx: Transaction, ids: Sequence[int]) -> None:
    """Blank the tasks that came from these messages: they quote them."""
    _blank(tx, f"message_id {_IN}", ids)


def of_conversation(tx: Transaction, conversation_id: int) -> None:
    """Blank the tasks that came from a conversation, or from one that went into it."""
    _blank(tx, f"conversation_id IN ({_PARTS})", (conversation_id,))


def of_customers(tx: Transaction, ids: Sequence[int]) -> None:
    """Blank the tasks that are about these customers. What was to be done for them is not to be done any more."""
    _blank(tx, f"customer_id {_IN}", ids)
    tx.run(f"UPDATE task SET status = 'cancelled', version = version + 1 WHERE customer_id {_IN} AND {_UNDONE}", _listed(ids))


def _blank(tx: Transaction, which: str, ids: Sequence[int]) -> None:
    for task_id, touched in tx.all(f"SELECT id, touched FROM task WHERE {which} AND {_SAYS}", _listed(ids)):
        _keep(tx, task_id, NOBODY, "", "[]")
        _forget_changes(tx, task_id, touched)


def _listed(ids: Sequence[int]) -> tuple[str]:
    return (json.dumps(list(ids)),)


def _keep(tx: Transaction, task_id: int, title: str, description: str, checklist: str) -> None:
    folded = "" if title == NOBODY else folded_words(title, description, checklist_points(checklist))
    tx.run(
        "UPDATE task SET title = ?, description = ?, checklist = ?, folded = ?, version = version + 1 WHERE id = ?",
        (title, description, checklist, folded, task_id),
    )


def _forget_changes(tx: Transaction, task_id: int, touched: str) -> None:
    """Take the words from what the journal keeps of a task for undoing; only a task whose words were changed has any."""
    if WORDS.isdisjoint(json.loads(touched)):
        return
    tx.run(
        "DELETE FROM journal_text WHERE seq IN (SELECT t.seq FROM journal_text t CROSS JOIN journal j ON j.seq = t.seq"
        " WHERE j.kind = 'task_changed' AND json_extract(j.data, '$.task_id') = ?)",
        (task_id,),
    )


def names(who: Person, row: Sequence[Any]) -> bool:
    """Whether a task that is about nobody, or about somebody else, holds an address or a whole name of a person's."""
    pattern = sought(who)
    return pattern is not None and any(pattern.search(text) for text in row[1:])


def without_them(tx: Transaction, who: Person, task_id: int) -> None:
    """Take the addresses and whole names of a person from the words of a task that is not about them; the rest stays."""
    pattern = sought(who)
    row = tx.one("SELECT title, description, checklist, touched FROM task WHERE id = ?", (task_id,))
    if pattern is None or row is None:
        return
    title, description, checklist, touched = row
    points = tuple((pattern.sub(NOBODY, words), done) for words, done in checklist_points(checklist))
    _keep(tx, task_id, pattern.sub(NOBODY, title), pattern.sub(NOBODY, description), checklist_text(points))
    _forget_changes(tx, task_id, touched)


@lru_cache(maxsize=4)
def sought(who: Person) -> re.Pattern[str] | None:
    """Return what finds their written addresses and their names of several words; one of a single word may be anybody's."""
    words: Iterable[str] = {*who.written, *(name for name in who.names if " " in name)}
    longest_first = sorted(filter(None, words), key=len, reverse=True)
    if not longest_first:
        return None
    return re.compile("|".join(rf"(?<![\w.+-]){re.escape(word)}(?![\w-])" for word in longest_first), re.IGNORECASE)
