"""The conversation row: read into the value that rules judge, written back with its place in the lists and the counters."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from deskterm.desk.model import Conversation, Kind, Priority, Status
from deskterm.desk.urgency import alarm_at, due_at, sort_value, urgent_at
from deskterm.store.times import from_ms, to_ms
from deskterm.store.writer import Transaction

_FIELDS = tuple(field.name for field in fields(Conversation))
_TIMES = frozenset(
    {
        "opened_at",
        "updated_at",
        "last_message_at",
        "waiting_since",
        "closed_at",
        "snoozed_until",
        "last_incoming_at",
        "woken_at",
        "sla_due_at",
        "alarm_at",
    }
)
_FLAGS = frozenset({"late", "spam", "soon"})
_COLUMN_OF = {"tags": "tag_ids", "sla_due_at": "due_at"}
_COLUMN_NAMES = tuple(_COLUMN_OF.get(name, name) for name in _FIELDS)
COLUMNS = ", ".join(_COLUMN_NAMES)
NEVER = 1 << 52
"""`returns_at` of what is not snoozed, or until the customer writes: after every time."""
_DERIVED = ("newest_at", "urgent_at", "sort_at", "returns_at")
_STORED = (*_COLUMN_NAMES, *_DERIVED)
_BORN = (
    "title",
    "is_group",
    "subject",
    "preview",
    "preview_kind",
    "previous_id",
    "maybe_related_id",
    "related_why",
    "home_customer_id",
    "split_from_id",
)
_INSERT = f"INSERT INTO conversation ({', '.join((*_STORED, *_BORN))}) VALUES ({', '.join('?' * len((*_STORED, *_BORN)))})"
_UPDATED = tuple(name for name in _STORED if name not in ("id", "number", "opened_at"))
_UPDATE = f"UPDATE conversation SET {', '.join(f'{name} = ?' for name in _UPDATED)} WHERE id = ?"
_UPDATE_SAID = f"UPDATE conversation SET {', '.join(f'{n} = ?' for n in (*_UPDATED, 'preview', 'preview_kind'))} WHERE id = ?"


def from_row(row: Any) -> Conversation:
    """Make the value of a row selected by `COLUMNS`."""
    return Conversation(
        id=row[0],
        number=row[1],
        channel_id=row[2],
        status=Status(row[3]),
        opened_at=from_ms(row[4]),
        updated_at=from_ms(row[5]),
        last_message_at=from_ms(row[6]),
        customer_id=row[7],
        thread_key=row[8],
        assignee_id=row[9],
        priority=Priority(row[10]),
        waiting_since=from_ms(row[11]),
        asked=row[12],
        closed_at=from_ms(row[13]),
        snoozed_until=from_ms(row[14]),
        last_incoming_at=from_ms(row[15]),
        last_message_id=row[16],
        message_count=row[17],
        unread=row[18],
        failed=row[19],
        late=bool(row[20]),
        spam=bool(row[21]),
        merged_into_id=row[22],
        team_id=row[23],
        tags=tag_ids(row[24]),
        woken_at=from_ms(row[25]),
        files=row[26],
        notes=row[27],
        version=row[28],
        sla_policy=row[29],
        sla_due_at=from_ms(row[30]) if row[29] else None,
        left_ms=row[31],
        soon=bool(row[32]),
        alarm_at=from_ms(row[33]) if row[29] else None,
    )


def tag_ids(text: str) -> tuple[int, ...]:
    """Read the column `tag_ids`: ",3,17," is (3, 17)."""
    return tuple(int(part) for part in text.split(",") if part)


def tag_column(tags: tuple[int, ...]) -> str:
    """Return what the column `tag_ids` holds for these tags."""
    return f",{','.join(map(str, tags))}," if tags else ""


def load(tx: Transaction, conversation_id: int) -> Conversation | None:
    """Return a conversation, following merges (a chain is followed to its end; merges cannot form a ring)."""
    row = tx.one(f"SELECT {COLUMNS} FROM conversation WHERE id = ?", (conversation_id,))
    if row is None:
        return None
    found = from_row(row)
    return found if found.merged_into_id is None else load(tx, found.merged_into_id)


def alone(tx: Transaction, conversation_id: int) -> Conversation | None:
    """Return a conversation as its row says, also one that was merged away."""
    row = tx.one(f"SELECT {COLUMNS} FROM conversation WHERE id = ?", (conversation_id,))
    return None if row is None else from_row(row)


def _values(state: Conversation) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in _FIELDS:
        value = getattr(state, name)
        values[name] = to_ms(value) if name in _TIMES else int(value) if name in _FLAGS else value
    values["tag_ids"] = tag_column(values.pop("tags"))
    values["status"] = state.status.value
    values["priority"] = int(state.priority)
    del values["sla_due_at"]
    values["due_at"] = to_ms(due_at(state))
    values["alarm_at"] = to_ms(alarm_at(state))
    urgent = to_ms(urgent_at(state))
    newest = values["last_message_at"]
    # Closing is what happened last to a closed conversation: a slip of the key is found at the top.
    values["newest_at"] = -max(newest, values["closed_at"] or 0)
    values["urgent_at"] = urgent
    values["sort_at"] = sort_value(urgent, max(newest, values["woken_at"] or 0))
    returns = values["snoozed_until"]
    values["returns_at"] = NEVER if returns is None else returns
    return values


def insert(tx: Transaction, state: Conversation, born: dict[str, Any]) -> None:
    """Write a new conversation. `born` holds the columns of `_BORN`, which rules do not judge; the last three may be left
    out."""
    values = _values(state) | {"related_why": "", "home_customer_id": None, "split_from_id": None} | born
    tx.run(_INSERT, [values[name] for name in (*_STORED, *_BORN)])
    _list_tags(tx, None, state, values)
    _count(tx, None, state)


def update(tx: Transaction, before: Conversation, after: Conversation, said: tuple[str, Kind] | None) -> None:
    """Write what changed; `said` are the last words for the list, where somebody said something."""
    values = _values(after)
    changed = [values[name] for name in _UPDATED]
    if said is None:
        tx.run(_UPDATE, [*changed, after.id])
    else:
        tx.run(_UPDATE_SAID, [*changed, said[0], said[1].value, after.id])
    if before.tags or after.tags:
        _list_tags(tx, before, after, values)
    _count(tx, before, after)


def tag_rows(state: Conversation, sort_at: int, newest_at: int) -> set[tuple[int, str, int, int]]:
    """Return the rows of `conversation_tag` that a conversation in this state has."""
    if state.merged_into_id is not None or state.spam:
        return set()
    rows = {(tag, "a", newest_at, state.id) for tag in state.tags}
    if state.status is Status.OPEN:
        rows |= {(tag, "o", sort_at, state.id) for tag in state.tags}
    return rows


def _list_tags(tx: Transaction, before: Conversation | None, after: Conversation, values: dict[str, Any]) -> None:
    """Keep the lists by tag."""
    was: set[tuple[int, str, int, int]] = set()
    if before is not None and before.tags:
        old = _values(before)
        was = tag_rows(before, old["sort_at"], old["newest_at"])
    now = tag_rows(after, values["sort_at"], values["newest_at"])
    if was != now:
        tx.run_many(
            "DELETE FROM conversation_tag WHERE tag_id = ? AND list = ? AND sort = ? AND conversation_id = ?", was - now
        )
        tx.run_many("INSERT INTO conversation_tag (tag_id, list, sort, conversation_id) VALUES (?,?,?,?)", now - was)


def counted_in(state: Conversation) -> frozenset[tuple[str, int]]:
    """Return the counters (view, scope) that a conversation in this state adds one to. "channel", "team" and "tag" count the
    open ones; "any_tag" counts all of a tag."""
    if state.merged_into_id is not None:
        return frozenset()
    if state.spam:
        return frozenset({("spam", 0)})
    views: set[tuple[str, int]] = {("all", 0), *(("any_tag", tag) for tag in state.tags)}
    if state.failed:
        views.add(("failed", 0))
    if state.status is Status.CLOSED:
        views.add(("closed", 0))
    elif state.status is Status.SNOOZED:
        views.add(("snoozed", 0))
    else:
        views |= _counted_open(state)
    return frozenset(views)


def _counted_open(state: Conversation) -> set[tuple[str, int]]:
    views = {("inbox", 0), ("channel", state.channel_id), *(("tag", tag) for tag in state.tags)}
    views.add(("mine", state.assignee_id) if state.assignee_id is not None else ("unassigned", 0))
    if not state.tags:
        views.add(("untagged", 0))
    if state.team_id is not None:
        views.add(("team", state.team_id))
    if state.waiting_since is not None:
        views.add(("waiting", 0))
    if state.late:
        views.add(("late", 0))
    if state.soon:
        views.add(("soon", 0))
    return views


_ADD = "INSERT INTO counter (view, scope, n) VALUES (?,?,?) ON CONFLICT (view, scope) DO UPDATE SET n = n + excluded.n"


def _count(tx: Transaction, before: Conversation | None, after: Conversation) -> None:
    was = counted_in(before) if before is not None else frozenset()
    now = counted_in(after)
    if was != now:
        changes = [(*key, 1) for key in now - was] + [(*key, -1) for key in was - now]
        tx.run_many(_ADD, changes)


NEXT_ALARM = "SELECT min(alarm_at) FROM conversation WHERE alarm_at IS NOT NULL"
"""When the clock has to look at a conversation next (ms)."""
NEXT_RETURN = (
    "SELECT min(returns_at) FROM conversation WHERE status = 'snoozed' AND spam = 0 AND merged_into_id IS NULL"
    f" AND returns_at < {NEVER}"
)
"""When the first snoozed conversation comes back (ms)."""


def due_before(tx: Transaction, now: datetime, limit: int) -> list[Conversation]:
    """Return conversations that the clock has to look at, the one due first before the others."""
    rows = tx.all(
        f"SELECT {COLUMNS} FROM conversation WHERE alarm_at IS NOT NULL AND alarm_at <= ? ORDER BY alarm_at LIMIT ?",
        (to_ms(now), limit),
    )
    return [from_row(row) for row in rows]


def returning_before(tx: Transaction, now: datetime, limit: int) -> list[Conversation]:
    """Return snoozed conversations whose time has come, the one due first before the others."""
    rows = tx.all(
        f"SELECT {COLUMNS} FROM conversation WHERE status = 'snoozed' AND spam = 0 AND merged_into_id IS NULL"
        " AND returns_at <= ? ORDER BY returns_at, id LIMIT ?",
        (to_ms(now), limit),
    )
    return [from_row(row) for row in rows]
