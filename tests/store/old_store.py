"""A store as the first release made it, with people, conversations and files in it: rows written by SQL alone."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

from deskterm.store import upgrade
from deskterm.store.engine import STORE_FILE

HOUR = 3_600_000
NOW = 1_795_338_000_000  # 2026-11-22 09:00 UTC


def put(connection: sqlite3.Connection, table: str, /, **values: Any) -> None:
    """Insert a row; what is not said is empty, 0 or null."""
    for _, column, kind, needed, default, key in connection.execute(f"PRAGMA table_info({table})").fetchall():
        if column not in values and needed and default is None and not key:
            values[column] = "" if kind == "VARCHAR" else 0
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", list(values.values()))


def conversation(connection: sqlite3.Connection, row_id: int, status: str, **more: Any) -> None:
    at = NOW - row_id * HOUR
    wait = more.get("waiting_since")
    values = {
        "id": row_id,
        "number": 1000 + row_id,
        "channel_id": 1,
        "customer_id": 1,
        "title": "Ольга Королёва",
        "subject": "Заказ 5531",
        "status": status,
        "priority": 1,
        "opened_at": at,
        "updated_at": at,
        "last_message_at": at,
        "newest_at": -at,
        "urgent_at": None if wait is None else wait + HOUR,
        "sort_at": (1 << 53) - at if wait is None else wait + HOUR,
        "preview_kind": "incoming",
        "message_count": 1,
    }
    put(connection, "conversation", **{**values, **more})


def message(connection: sqlite3.Connection, row_id: int, conversation_id: int, text: str, **more: Any) -> None:
    values = {
        "id": row_id,
        "public_id": f"p{row_id}",
        "conversation_id": conversation_id,
        "kind": "incoming",
        "origin": "human",
        "channel_id": 1,
        "author_identity_id": 1,
        "at": NOW - conversation_id * HOUR,
        "stored_at": NOW,
        "subject": "Заказ 5531",
        "text": text,
        "notes": "[]",
        "version": 1,
    }
    put(connection, "message", **{**values, **more})


def make(home: Path) -> None:
    """Make the store: one open and waiting, one late and taken, one snoozed, one closed, one spam, one not delivered."""
    home.mkdir(parents=True, exist_ok=True)
    upgrade.upgrade(home / STORE_FILE, "0001")
    with contextlib.closing(sqlite3.connect(home / STORE_FILE)) as connection, connection:
        for key, value in (("store_id", "a1"), ("signing_keys", '["00"]'), ("demo", "0")):
            put(connection, "meta", key=key, value=value)
        put(connection, "operator", id=1, login="anna", name="Анна", role="owner", created_at=NOW)
        put(connection, "channel", id=1, name="mail", kind="email", enabled=1, reopen_ms=72 * HOUR, state="stopped")
        put(connection, "customer", id=1, name="Ольга Королёва", created_at=NOW)
        put(connection, "identity", id=1, customer_id=1, kind="email", value="olga@client.test", name="Ольга", created_at=NOW)
        conversation(connection, 1, "open", waiting_since=NOW - HOUR, asked=1, unread=1)
        conversation(connection, 2, "open", waiting_since=NOW - 3 * HOUR, asked=2, late=1, assignee_id=1)
        conversation(connection, 3, "snoozed", snoozed_until=NOW + HOUR)
        conversation(connection, 4, "closed", closed_at=NOW)
        conversation(connection, 5, "open", spam=1)
        conversation(connection, 6, "closed", closed_at=NOW, failed=1)
        message(connection, 1, 1, "Где мои заказы?")
        message(connection, 2, 2, "Смотрите снимок")
        message(connection, 3, 2, "перезвонить завтра", kind="note", author_identity_id=None, author_operator_id=1)
        message(connection, 4, 4, "Refund for running shoes")
        message(connection, 5, 4, "closed", kind="activity", author_identity_id=None)
        put(connection, "attachment", id=1, message_id=2, channel_id=1, name="чек-оплаты.pdf", media_type="a/b", state="stored")
        put(connection, "counter", view="inbox", scope=0, n=3)
        put(connection, "counter", view="all", scope=0, n=6)
