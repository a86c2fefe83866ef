"""Makes a small demo store large: its ordinary conversations again and again, as other customers' of earlier times.

A few thousand conversations are played by the rules of the desk (`deskterm.demo.play`); a million would take most of an hour.
So whole blocks of them are copied, with ids, addresses and times of their own. The copies are as complete as the originals:
ledger, outbox, journal, participants, search. What was played comes last: its ids are the highest, its times the newest.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from deskterm.store import copied_names, engine, search_index
from deskterm.store.engine import STORE_FILE
from deskterm.store.files import Files
from deskterm.store.recount import recount
from deskterm.store.store import create
from deskterm.store.times import to_ms

PLAYED = 3_000
"""So many conversations are played; a larger demo copies some of them."""
_STRIDE = {"conversation": 2, "number": 2, "message": 16, "customer": 2, "identity": 2, "command": 24}
"""How far the ids of one block lie from those of the next, for each conversation played: more than any block uses."""
SHORT, SHORT_OPEN = 4, 6
"""Most messages of a conversation that is copied, closed or open: about three on the average."""
CLOSED_TO_OPEN = 9
OPEN_SPREAD_MS = 20 * 60_000
"""How far apart the copies of an open conversation are at most, for each block: a desk with a large backlog has been late for
long, and the clock has nothing to mark while somebody looks at the demo."""
CLOSED_SPREAD_MS = 3 * 365 * 86_400_000
"""Over how long a time the copies of closed ones are spread."""

_PICK = f"""
INSERT INTO temp.picked (id, status) SELECT c.id, c.status FROM played.conversation c
WHERE c.status IN ('open', 'closed') AND NOT c.is_group AND c.merged_into_id IS NULL AND NOT c.spam AND c.failed = 0
  AND c.previous_id IS NULL AND c.message_count <= CASE c.status WHEN 'open' THEN {SHORT_OPEN} ELSE {SHORT} END
  AND (SELECT count(*) FROM played.participant p WHERE p.conversation_id = c.id) = 1
  AND NOT EXISTS (SELECT 1 FROM played.draft d WHERE d.conversation_id = c.id)
  AND NOT EXISTS (SELECT 1 FROM played.conversation n WHERE c.id IN (n.previous_id, n.maybe_related_id))
  AND NOT EXISTS (
    SELECT 1 FROM played.outbox o WHERE o.conversation_id = c.id AND (o.state <> 'sent' OR o.attachments <> '[]'))
  AND NOT EXISTS (SELECT 1 FROM played.message m WHERE m.conversation_id = c.id AND m.version > 1)
"""
_THIN = f"""
DELETE FROM temp.picked WHERE status = 'open' AND id NOT IN (
  SELECT id FROM temp.picked WHERE status = 'open' ORDER BY (id * 7919) % 10007
  LIMIT (SELECT count(*) / {CLOSED_TO_OPEN} FROM temp.picked WHERE status = 'closed'))
"""
_BLOCK = """
INSERT INTO temp.block (id, shift, customer_id, old, new)
SELECT k.id, CASE k.status WHEN 'open' THEN (k.id * 40503 + :block * 791900003) % :open_spread ELSE :earlier END,
  c.customer_id, i.value, address(i.kind, i.value, :block)
FROM temp.picked k JOIN played.conversation c ON c.id = k.id JOIN played.participant p ON p.conversation_id = k.id
JOIN played.identity i ON i.id = p.identity_id
ORDER BY (k.id * 6271) % 9973 LIMIT :most
"""
_TEMPORARY = (
    "CREATE TEMP TABLE picked (id INTEGER PRIMARY KEY, status TEXT)",
    "CREATE TEMP TABLE block (id INTEGER PRIMARY KEY, shift INTEGER, customer_id INTEGER, old TEXT, new TEXT)",
    "CREATE INDEX temp.of_customer ON block (customer_id)",
    "CREATE TEMP TABLE raw (id INTEGER PRIMARY KEY, sha256 TEXT)",
)


@dataclass(frozen=True, slots=True)
class _Copied:
    """How a table is copied: what joins a row `t` to its block `b`, and the columns that differ from the original's."""

    table: str
    source: str
    changed: dict[str, str] = field(default_factory=dict)


_OF_CONVERSATION = "JOIN temp.block b ON b.id = t.conversation_id"
_OF_MESSAGE = "JOIN played.message m ON m.id = t.message_id JOIN temp.block b ON b.id = m.conversation_id"
_THREAD_KEY = "CASE t.thread_key WHEN b.old THEN b.new ELSE t.thread_key END"


def _earlier(*columns: str) -> dict[str, str]:
    return {column: f"t.{column} - b.shift" for column in columns}


def _moved(*columns: str, by: str = "") -> dict[str, str]:
    """Ids of another table: `message_id` moves by :message."""
    return {column: f"t.{column} + :{by or column.removesuffix('_id')}" for column in columns}


def _named(*columns: str) -> dict[str, str]:
    return {column: f"named(t.{column}, :block)" for column in columns}


_TABLES = (
    _Copied(
        "customer",
        "WHERE t.id IN (SELECT customer_id FROM temp.block)",
        {**_moved("id", by="customer"), "created_at": "t.created_at - :earlier"},
    ),
    _Copied(
        "identity",
        "WHERE t.customer_id IN (SELECT customer_id FROM temp.block)",
        {
            **_moved("id", by="identity"),
            **_moved("customer_id"),
            "value": "address(t.kind, t.value, :block)",
            "plain": "CASE t.plain WHEN '' THEN '' ELSE address(t.kind, t.plain, :block) END",
            "created_at": "t.created_at - :earlier",
        },
    ),
    _Copied("customer_key", "WHERE t.customer_id IN (SELECT customer_id FROM temp.block)", _moved("customer_id")),
    _Copied(
        "conversation",
        "JOIN temp.block b ON b.id = t.id",
        {
            **_moved("id", by="conversation"),
            **_moved("number", "customer_id"),
            **_moved("last_message_id", by="message"),
            "thread_key": _THREAD_KEY,
            **_earlier("opened_at", "updated_at", "closed_at", "last_message_at", "last_incoming_at"),
            **_earlier("waiting_since", "urgent_at", "due_at", "woken_at"),
            "newest_at": "t.newest_at + b.shift",
            "sort_at": "CASE WHEN t.urgent_at IS NULL THEN t.sort_at + b.shift ELSE t.sort_at - b.shift END",
            "late": "coalesce(t.status = 'open' AND t.urgent_at - b.shift <= :now, 0)",
            "alarm_at": "CASE WHEN t.urgent_at - b.shift > :now THEN t.alarm_at - b.shift END",
        },
    ),
    _Copied("participant", _OF_CONVERSATION, {**_moved("conversation_id", "identity_id"), **_earlier("added_at")}),
    _Copied(
        "inbound",
        "JOIN played.message m ON m.inbound_id = t.id JOIN temp.block b ON b.id = m.conversation_id",
        {
            **_moved("id", by="inbound"),
            **_named("source_key"),
            **_earlier("received_at", "settled_at"),
            "data": "NULL",
            "sha256": "(SELECT r.sha256 FROM temp.raw r WHERE r.id = t.id)",
        },
    ),
    _Copied(
        "message",
        _OF_CONVERSATION,
        {
            **_moved("id", by="message"),
            **_moved("conversation_id", "inbound_id"),
            **_moved("author_identity_id", by="identity"),
            **_moved("reply_to_message_id", by="message"),
            "public_id": "public_id(t.public_id, :block)",
            "thread_key": _THREAD_KEY,
            **_named("mail_id", "mail_references", "album"),
            "recipients": "replace(t.recipients, '\"' || b.old || '\"', '\"' || b.new || '\"')",
            **_earlier("at", "stored_at", "sent_at", "answered_wait"),
        },
    ),
    _Copied("message_ref", _OF_MESSAGE, {**_named("external_id"), **_moved("message_id")}),
    _Copied("attachment", _OF_MESSAGE, {**_moved("id", by="attachment"), **_moved("message_id")}),
    _Copied(
        "outbox",
        _OF_CONVERSATION,
        {
            **_moved("id", by="outbox"),
            **_moved("message_id", "conversation_id"),
            **_earlier("at", "not_before", "sent_at"),
        },
    ),
    _Copied(
        "journal",
        f"{_OF_CONVERSATION} WHERE t.kind <> 'late_marked'",
        {
            **_moved("seq", by="journal"),
            **_moved("command_id", "conversation_id", "customer_id", "message_id"),
            **_earlier("at", "stored_at"),
            "data": "moved(t.data, b.shift)",
        },
    ),
    _Copied(
        "search_doc",
        _OF_CONVERSATION,
        {**_moved("id", by="message"), **_moved("conversation_id"), "who": "readdressed(t.who, b.old, b.new)"},
    ),
    _Copied(
        "customer_doc",
        "WHERE t.id IN (SELECT customer_id FROM temp.block)",
        {
            **_moved("id", by="customer"),
            "addresses": "folded((SELECT group_concat(address(i.kind, i.value, :block), ' ') FROM played.identity i"
            " WHERE i.customer_id = t.id))",
        },
    ),
)
"""In an order in which nothing is named before it is there."""
_COUNTED_BY_ROWS = {"inbound": "id", "outbox": "id", "attachment": "id", "journal": "seq"}
"""Tables that number their rows themselves -> by which column."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How large a demo is: how many conversations it has, and how many of them are played at most."""

    size: int
    most_played: int = PLAYED

    @property
    def played(self) -> int:
        """How many are played; the others are copies."""
        return min(self.size, self.most_played)

    @property
    def blocks(self) -> int:
        """The most blocks of copies there can be, if a fifth of what is played is fit to be copied."""
        return -(-(self.size - self.played) // max(1, self.played // 5))

    def strides(self) -> dict[str, int]:
        """Return how far the ids of blocks lie apart, by the name of their sequence."""
        return {name: per_conversation * self.played for name, per_conversation in _STRIDE.items()}

    def first_ids(self) -> list[tuple[int, str]]:
        """Return how far up the ids of what is played begin, to leave room for the copies: (how far, sequence)."""
        return [(self.blocks * stride, name) for name, stride in self.strides().items()]


def multiply(folder: Path, extent: Extent, now: datetime, step: Callable[[int], None]) -> None:
    """Bring the demo store in `folder`, in which `extent.played` conversations were played, to all of `extent.size`.

    Its file is replaced when the larger one is whole. `step` hears how many there are.
    """
    making = folder / "large"
    making.mkdir()
    create(making, demo=True)
    with closing(engine.connect_writer(making / STORE_FILE, synchronous="OFF")) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA cache_size = -262144")
        connection.execute("ATTACH ? AS played", (str(folder / STORE_FILE),))
        _Multiplication(connection, Files(folder / "files"), extent, now).run(step)
        connection.execute("DETACH played")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (making / STORE_FILE).replace(folder / STORE_FILE)
    making.rmdir()


class _Multiplication:
    """Copies from the attached store `played` into the new one of the connection."""

    def __init__(self, connection: sqlite3.Connection, files: Files, extent: Extent, now: datetime) -> None:
        self._connection = connection
        self._files = files
        self._extent = extent
        self._now = now
        self._offsets: dict[str, int] = {}
        for name, parameters, function in (
            ("address", 3, copied_names.address),
            ("named", 2, copied_names.named_anew),
            ("public_id", 2, copied_names.public_id),
            ("moved", 2, self._moved),
            ("readdressed", 3, copied_names.readdressed),
            ("folded", 1, copied_names.folded),
        ):
            connection.create_function(name, parameters, function, deterministic=True)

    def run(self, step: Callable[[int], None]) -> None:
        """Fill the new store."""
        run, size = self._connection.execute, self._extent.size
        for statement in (*_TEMPORARY, _PICK, _THIN):
            run(statement)
        (in_block,) = run("SELECT count(*) FROM temp.picked").fetchone()
        (played,) = run("SELECT count(*) FROM played.conversation").fetchone()
        blocks = -(-(size - played) // in_block)
        assert blocks <= self._extent.blocks, "fewer conversations are fit to be copied than was reckoned with"
        indexes = self._without_indexes()
        run("BEGIN IMMEDIATE")
        self._clear()
        self._keep_raw()
        made = 0
        for number in range(blocks):
            made += self._copy_block(number, blocks, min(in_block, size - played - made))
            step(made)
        self._copy_played(blocks)
        recount(run)
        search_index.reindex(self._connection)
        run("COMMIT")
        for statement in indexes:
            run(statement)
        step(size)

    def _without_indexes(self) -> list[str]:
        """Drop the indexes of the tables that are filled; returns what makes them again, in one go when all is there."""
        names = tuple(copied.table for copied in _TABLES)
        found = self._connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN"
            f" ({','.join('?' * len(names))})",
            names,
        ).fetchall()
        for name, _sql in found:
            self._connection.execute(f"DROP INDEX {name}")
        return [sql for _name, sql in found]

    def _clear(self) -> None:
        """Forget what the new store was born with: all of it comes from the played one."""
        for table in ("meta", "sequence"):
            self._connection.execute(f"DELETE FROM {table}")

    def _keep_raw(self) -> None:
        """Put what came in into files, once: the copies share the bytes."""
        rows = self._connection.execute("SELECT id, data, sha256 FROM played.inbound WHERE state = 'stored'").fetchall()
        kept = [(id_, sha256 if data is None else self._files.put(bytes(data))) for id_, data, sha256 in rows]
        self._connection.executemany("INSERT INTO temp.raw (id, sha256) VALUES (?, ?)", kept)

    def _copy_block(self, number: int, blocks: int, most: int) -> int:
        """Copy the block with this number, the earliest first; returns how many conversations it has."""
        before = blocks - number
        self._offsets = {name: -before * stride for name, stride in self._extent.strides().items()}
        for table, column in _COUNTED_BY_ROWS.items():
            (last,) = self._connection.execute(f"SELECT coalesce(max({column}), 0) FROM played.{table}").fetchone()
            self._offsets[table] = (number if table == "journal" else number + 1) * last
        values = {
            **self._offsets,
            "block": before,
            "earlier": before * CLOSED_SPREAD_MS // blocks,
            "open_spread": blocks * OPEN_SPREAD_MS,
            "now": to_ms(self._now),
            "most": most,
        }
        self._connection.execute("DELETE FROM temp.block")
        copied = self._connection.execute(_BLOCK, values).rowcount
        for one in _TABLES:
            self._copy(one.table, one.source, one.changed, values)
        return copied

    def _copy(self, table: str, source: str, changed: Mapping[str, str], values: Mapping[str, int]) -> None:
        columns = [row[1] for row in self._connection.execute(f"PRAGMA main.table_info({table})")]
        taken = ", ".join(changed.get(column, f"t.{column}") for column in columns)
        self._connection.execute(
            f"INSERT INTO main.{table} ({', '.join(columns)}) SELECT {taken} FROM played.{table} t {source}", values
        )

    def _copy_played(self, blocks: int) -> None:
        """Copy the played store as it is; only its journal goes on behind the copies'."""
        tables = self._connection.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
            " AND name NOT IN ('alembic_version', 'counter', 'conversation_tag')"
        ).fetchall()
        (last,) = self._connection.execute("SELECT max(seq) FROM played.journal").fetchone()
        for (table,) in tables:
            changed = {"seq": f"t.seq + {blocks * last}"} if table in ("journal", "journal_text") else {}
            self._copy(table, "", changed, {})

    def _moved(self, data: str, shift: int) -> str:
        """Return a journal entry's data with the ids and times of the copy."""

        def moved_id(found: re.Match[str]) -> str:
            return f'"{found[1]}":{int(found[2]) + self._offsets[_NUMBERED_BY[found[1]]]}'

        data = _ID_IN_DATA.sub(moved_id, data)
        return _TIME_IN_DATA.sub(lambda found: f'"{found[1]}":{int(found[2]) - shift}', data)


_NUMBERED_BY = {
    "inbound_id": "inbound",
    "identity_id": "identity",
    "author_identity_id": "identity",
    "outbox_id": "outbox",
    "reply_to_message_id": "message",
    "number": "number",
}
_ID_IN_DATA = re.compile(rf'"({"|".join(_NUMBERED_BY)})":(\d+)')
_TIME_IN_DATA = re.compile(r'"(not_before|answered_wait|since|waiting_since|closed_at|until|snoozed_until|woken_at)":(\d{12,})')
