"""Records of the business: kept by their number, joined to the customer whom an address of theirs names, now or later."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deskterm.desk.card import RecordKind
from deskterm.desk.facts import Fact, RecordKept
from deskterm.desk.model import Actor
from deskterm.desk.record_rows import CUSTOMER, RecordData, date_of, found_through
from deskterm.desk.rows_customer import RecordRow
from deskterm.store import journal
from deskterm.store.times import from_ms, to_ms
from deskterm.store.writer import Transaction

COLUMNS = "id, kind, external_id, at, data, customer_id"
_NAMES_ONE = "customer_id IS NOT NULL AND shared = 0 AND proof <> 'claimed'"
_WHOSE = f"SELECT customer_id, home_id FROM identity WHERE kind = ? AND value = ? AND {_NAMES_ONE}"
"""Whose an address is: not one that several people use, nor one that somebody only says is theirs."""
_AWAITED = (
    f"SELECT customer_id, home_id, kind, value FROM identity i WHERE id = ? AND {_NAMES_ONE}"
    " AND EXISTS (SELECT 1 FROM record_key k WHERE k.kind = i.kind AND k.value = i.value)"
)
_SURVIVOR = (
    "WITH RECURSIVE went (id, into_id) AS (SELECT id, merged_into_id FROM customer WHERE id = ?"
    " UNION ALL SELECT c.id, c.merged_into_id FROM went JOIN customer c ON c.id = went.into_id)"
    " SELECT id FROM went WHERE into_id IS NULL"
)
_OF_KEY = "SELECT record_id FROM record_key WHERE kind = ? AND value = ?"


def row(raw: Any) -> RecordRow:
    """Make the row of one selected by `COLUMNS`."""
    return RecordRow(raw[0], raw[1], raw[2], from_ms(raw[3]), json.loads(raw[4]), raw[5])


@dataclass(frozen=True, slots=True)
class Whose:
    """The customer of a record, and whose it is when merged cards are parted again (None: the same)."""

    customer_id: int | None = None
    home_id: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a row: "added", "changed" or "unchanged"; the values the record has now."""

    outcome: str
    values: Mapping[str, str]


def outcome(before: Mapping[str, str] | None, data: RecordData) -> Kept:
    """Say what a row changes of what stands there (None: nothing yet)."""
    if before is None:
        return Kept("added", {name: value for name, value in data.values.items() if value})
    values = {name: value for name, value in {**before, **data.values}.items() if value}
    return Kept("unchanged" if values == before else "changed", values)


def put(
    tx: Transaction, kind: RecordKind, rows: Iterable[RecordData], *, actor: Actor, command_id: int, now: datetime
) -> list[str]:
    """Keep rows of one kind; returns what became of each, see `Kept`."""
    facts: list[Fact] = []
    outcomes = []
    for data in rows:
        kept, fact = _put(tx, kind, data, now)
        outcomes.append(kept)
        facts += [] if fact is None else [fact]
    if facts:
        journal.write(tx, facts, command_id=command_id, actor=actor, now_ms=to_ms(now))
    return outcomes


def _put(tx: Transaction, kind: RecordKind, data: RecordData, now: datetime) -> tuple[str, RecordKept | None]:
    there = tx.one("SELECT id, data, customer_id, home_id FROM record WHERE kind = ? AND folded = ?", (kind.key, data.key))
    kept = outcome(None if there is None else json.loads(there[1]), data)
    keys = found_through(kind, kept.values)
    known = Whose() if there is None else Whose(there[2], there[3])
    whose = _resolved(tx, keys) or (known if there is not None and _same_keys(tx, there[0], keys) else Whose())
    if kept.outcome == "unchanged" and whose.customer_id == known.customer_id:
        return kept.outcome, None
    at, now_ms = date_of(kind, kept.values), to_ms(now)
    encoded = json.dumps(kept.values, ensure_ascii=False)
    if there is None:
        record_id = tx.run("UPDATE sequence SET next = next + 1 WHERE name = 'record' RETURNING next - 1").fetchone()[0]
        tx.run(
            "INSERT INTO record (id, kind, external_id, folded, customer_id, home_id, at, data, created_at, updated_at)"
            " VALUES (?,?,?,?,?,?,?,?,?,?)",
            (
                *(record_id, kind.key, data.external_id, data.key, whose.customer_id, whose.home_id),
                *(to_ms(at) if at else now_ms, encoded, now_ms, now_ms),
            ),
        )
    else:
        record_id = there[0]
        tx.run(
            "UPDATE record SET external_id = ?, customer_id = ?, home_id = ?, at = coalesce(?, at), data = ?, updated_at = ?"
            " WHERE id = ?",
            (data.external_id, whose.customer_id, whose.home_id, to_ms(at) if at else None, encoded, now_ms, record_id),
        )
        tx.run("DELETE FROM record_key WHERE record_id = ?", (record_id,))
    tx.run_many(
        "INSERT INTO record_key (kind, value, record_id) VALUES (?,?,?)", [(how, value, record_id) for how, value in keys]
    )
    fact = RecordKept(record_id=record_id, customer_id=whose.customer_id, record_kind=kind.key, made=there is None)
    return kept.outcome, fact


def _same_keys(tx: Transaction, record_id: int, keys: tuple[tuple[str, str], ...]) -> bool:
    return set(tx.all("SELECT kind, value FROM record_key WHERE record_id = ?", (record_id,))) == set(keys)


def _resolved(tx: Transaction, keys: Iterable[tuple[str, str]]) -> Whose | None:
    """Return the customer whom the first key names that names one."""
    for how, value in keys:
        if how == CUSTOMER:
            number = int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0
            found = tx.one(_SURVIVOR, (number,))
            if found is not None:
                return Whose(found[0], None if found[0] == number else number)
        elif (found := tx.one(_WHOSE, (how, value))) is not None:
            return Whose(*found)
    return None


def link_records(tx: Transaction, identity_id: int) -> None:
    """Join the records that were waiting for an address to its customer: called when the address gets one, or is proven."""
    found = tx.one(_AWAITED, (identity_id,))
    if found is not None:
        tx.run(f"UPDATE record SET customer_id = ?, home_id = ? WHERE customer_id IS NULL AND id IN ({_OF_KEY})", found)


def unlink_records(tx: Transaction, kind: str, value: str, customer_id: int) -> None:
    """Take from a customer the records of an address that is theirs no more, unless something else names them."""
    for (record_id,) in tx.all(
        f"SELECT id FROM record WHERE customer_id = ? AND id IN ({_OF_KEY})", (customer_id, kind, value)
    ):
        keys = tx.all("SELECT kind, value FROM record_key WHERE record_id = ?", (record_id,))
        whose = _resolved(tx, [key for key in keys if key != (kind, value)]) or Whose()
        tx.run("UPDATE record SET customer_id = ?, home_id = ? WHERE id = ?", (whose.customer_id, whose.home_id, record_id))
