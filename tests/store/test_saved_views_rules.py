"""Whatever operators do with saved views: names are unique, a key opens one view, nobody's own is touched by another."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from deskterm.desk.model import Operator, Role
from deskterm.desk.naming import folded
from deskterm.desk.rows import SavedView
from deskterm.store import saved_views
from deskterm.store.engine import StoreError
from deskterm.store.saved_views import LEADERS
from deskterm.store.writer import Transaction

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STAFF = (
    Operator(1, "anna", "Анна", Role.OWNER),
    Operator(2, "boris", "Boris", Role.OPERATOR),
    Operator(3, "vera", "Vera", Role.VIEWER),
)
VIEWS = st.builds(
    SavedView,
    id=st.integers(0, 4),
    name=st.sampled_from(["Ёж", "еж", "late", "LATE ", ""]),
    query=st.sampled_from(["is:open", "is:late"]),
    key=st.sampled_from([None, 1, 2, 10]),
    owner_id=st.sampled_from([None, 1, 2, 3]),
)
STEPS = st.lists(st.tuples(st.sampled_from(STAFF), st.one_of(VIEWS, st.integers(1, 5))), max_size=25)


def empty() -> sqlite3.Connection:
    """Return a database with the tables of saved views, as the migration makes them."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for statement in import_module("deskterm.store.migrations.versions.0002_triage").TABLES:
        if "saved_view" in statement or "view_key" in statement:
            connection.execute(statement)
    return connection


def contents(connection: sqlite3.Connection) -> tuple[list[Any], list[Any]]:
    views = connection.execute("SELECT id, folded, query, owner_id FROM saved_view ORDER BY id").fetchall()
    return views, connection.execute("SELECT operator_id, key, view_id FROM view_key ORDER BY 1, 2").fetchall()


def seen_by(me: Operator, views: list[Any]) -> list[Any]:
    return [view for view in views if view[3] in (None, me.id)]


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_views_stay_in_order(steps: list[tuple[Operator, SavedView | int]]) -> None:
    connection = empty()
    tx = Transaction(connection)
    for me, step in steps:
        before = contents(connection)
        try:
            if isinstance(step, SavedView):
                saved = saved_views.save(tx, me, step, NOW)
                assert saved.name == " ".join(step.name.split())
                assert (saved.query, saved.owner_id) == (step.query, step.owner_id)
                assert saved.key == step.key or step.key is None
            else:
                saved_views.delete(tx, me, step)
        except StoreError:
            assert contents(connection) == before
        check(me, before, contents(connection))


def check(me: Operator, before: tuple[list[Any], list[Any]], after: tuple[list[Any], list[Any]]) -> None:
    views, keys = after
    scopes = [(owner, name) for _id, name, _query, owner in views]
    assert len(set(scopes)) == len(scopes)
    assert all(folded(name) == name for _owner, name in scopes)
    assert len({(operator, key) for operator, key, _view in keys}) == len(keys)
    assert len({(operator, view) for operator, _key, view in keys}) == len(keys)
    for operator, key, view_id in keys:
        assert key in range(1, 10)
        assert view_id in [view[0] for view in seen_by(STAFF[operator - 1], views)]
    # What belongs to others stays as it was; what is shared is changed by those who lead, and added to by who may write.
    others = [view for view in before[0] if view[3] not in (None, me.id)]
    assert [view for view in views if view[3] not in (None, me.id)] == others
    shared_before = [view for view in before[0] if view[3] is None]
    shared = [view for view in views if view[3] is None]
    if me.role is Role.VIEWER:
        assert shared == shared_before
    elif me.role not in LEADERS:
        assert shared[: len(shared_before)] == shared_before
