"""Saved views: queries with a name, shared or one's own, and the keys 1-9 that each operator gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deskterm.desk.model import Operator, Role
from deskterm.desk.naming import MAX_NAME, folded, sound_name
from deskterm.desk.rows import SavedView
from deskterm.store.engine import StoreError
from deskterm.store.reader import Look
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

KEYS = range(1, 10)
LEADERS = (Role.OWNER, Role.SUPERVISOR)
"""Who may change what everybody shares."""

_SELECT = (
    "SELECT v.id, v.name, v.query, k.key, v.owner_id FROM saved_view v"
    " LEFT JOIN view_key k ON k.view_id = v.id AND k.operator_id = :me"
)


async def load(look: Look, me: int) -> tuple[SavedView, ...]:
    """Read the shared views and one's own: those with a key first, by key, then by name."""
    rows = await look.all(
        f"{_SELECT} WHERE v.owner_id IS NULL OR v.owner_id = :me ORDER BY k.key IS NULL, k.key, v.folded, v.id", {"me": me}
    )
    return tuple(SavedView(*row) for row in rows)


def save(tx: Transaction, me: Operator, view: SavedView, now: datetime) -> SavedView:
    """Keep a view whose query is sound; see `Office.save_view`.

    Everybody but a viewer may share a view; owners and supervisors may change one that is shared. A key is each operator's own,
    so that anybody may give one to any view.

    Raises StoreError: bad_name, bad_key, not_found, not_yours, viewer.
    """
    name = sound_name(view.name)
    if name is None:
        raise StoreError("bad_name", "this cannot be the name of a view", f"use 1 to {MAX_NAME} characters")
    if view.key is not None and view.key not in KEYS:
        raise StoreError("bad_key", f"a view opens with a key from {KEYS[0]} to {KEYS[-1]}", "choose another key")
    before = _before(tx, me, view, name)
    if before is None:
        view_id = _insert(tx, me, view, name, now)
    else:
        view_id = before.id
        if (before.name, before.query, before.owner_id) != (name, view.query, view.owner_id):
            _update(tx, me, before, view, name)
    # Who saves a view by its name need not know which key it has.
    kept = before.key if before is not None and view.id == 0 and view.key is None else view.key
    _give_key(tx, me, view_id, kept)
    return SavedView(view_id, name, view.query, kept, view.owner_id)


def _before(tx: Transaction, me: Operator, view: SavedView, name: str) -> SavedView | None:
    """Return the view that is to change: the one of this id or, without an id, of this name; None for a new one."""
    seen = _seen(tx, me, view.id) if view.id else None
    # Asked before the name is looked up: nobody learns of another's personal views, or finds one by its name.
    _own_or_shared(me, view.owner_id)
    same_name = _one(
        tx, me, "coalesce(v.owner_id, 0) = :owner AND v.folded = :folded", owner=view.owner_id or 0, folded=folded(name)
    )
    if seen is None:
        return same_name
    if same_name is not None and same_name.id != seen.id:
        raise StoreError("bad_name", f"there is a view {same_name.name} already", "choose another name")
    return seen


def _seen(tx: Transaction, me: Operator, view_id: int) -> SavedView:
    found = _one(tx, me, "v.id = :id", id=view_id)
    if found is None or found.owner_id not in (None, me.id):
        raise StoreError("not_found", "there is no such view", "see: deskterm view list")
    return found


def _one(tx: Transaction, me: Operator, where: str, **values: Any) -> SavedView | None:
    row = tx.one(f"{_SELECT} WHERE {where}", {"me": me.id, **values})
    return None if row is None else SavedView(*row)


def _own_or_shared(me: Operator, owner_id: int | None) -> None:
    if owner_id not in (None, me.id):
        raise StoreError("not_yours", "a view is shared or your own", "save it for yourself")


def _may_share(me: Operator, owner_id: int | None) -> None:
    if owner_id is None and me.role is Role.VIEWER:
        raise StoreError("viewer", f"{me.login} may only look", "save it for yourself")


def _may_change(me: Operator, view: SavedView) -> None:
    if view.owner_id is None and me.role not in LEADERS:
        raise StoreError("not_yours", f"the view {view.name} is shared", "ask an owner or a supervisor to change it")


def _insert(tx: Transaction, me: Operator, view: SavedView, name: str, now: datetime) -> int:
    _may_share(me, view.owner_id)
    cursor = tx.run(
        "INSERT INTO saved_view (name, folded, query, owner_id, created_at) VALUES (?,?,?,?,?)",
        (name, folded(name), view.query, view.owner_id, to_ms(now)),
    )
    return int(cursor.lastrowid or 0)


def _update(tx: Transaction, me: Operator, before: SavedView, view: SavedView, name: str) -> None:
    _may_change(me, before)
    _may_share(me, view.owner_id)
    tx.run(
        "UPDATE saved_view SET name = ?, folded = ?, query = ?, owner_id = ? WHERE id = ?",
        (name, folded(name), view.query, view.owner_id, before.id),
    )
    if view.owner_id is not None:
        tx.run("DELETE FROM view_key WHERE view_id = ? AND operator_id <> ?", (before.id, view.owner_id))


def _give_key(tx: Transaction, me: Operator, view_id: int, key: int | None) -> None:
    """Have a key open this view for one operator, and nothing else; None: no key does."""
    tx.run("DELETE FROM view_key WHERE operator_id = ? AND (view_id = ? OR key = ?)", (me.id, view_id, key))
    if key is not None:
        tx.run("INSERT INTO view_key (operator_id, key, view_id) VALUES (?,?,?)", (me.id, key, view_id))


def delete(tx: Transaction, me: Operator, view_id: int) -> None:
    """Forget a view and its keys. Raises StoreError: not_found, not_yours."""
    _may_change(me, _seen(tx, me, view_id))
    forget(tx, view_id)


def forget(tx: Transaction, view_id: int) -> None:
    """Forget a view and its keys, whosever it is."""
    tx.run("DELETE FROM view_key WHERE view_id = ?", (view_id,))
    tx.run("DELETE FROM saved_view WHERE id = ?", (view_id,))
