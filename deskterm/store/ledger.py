"""The ledger: what every channel handed over, what became of it, and the proof against the server's own count.

Stage one keeps bytes and checkpoint in one transaction; only then is the channel told. Stage two places what was understood and
settles the row in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from deskterm.desk import intake
from deskterm.desk.model import Actor, ActorKind, Held
from deskterm.desk.post import CopyState, Ignored, Inbound, Raw, ServerCopy
from deskterm.store import arrivals, blanking, notice_aside, situations, tombstones
from deskterm.store.applied import Files
from deskterm.store.apply import apply
from deskterm.store.arrivals import Source
from deskterm.store.rules import Rules
from deskterm.store.times import from_ms, to_ms
from deskterm.store.writer import Transaction

IN_TABLE = 64 * 1024
"""Raw messages up to this size (bytes) lie in the table, larger ones in a file."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A raw message on its way into the ledger; `sha256` where its bytes already lie in a file."""

    raw: Raw
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Pending:
    """A ledger row that waits to be understood."""

    id: int
    channel_id: int
    received_at: datetime
    flag: str
    data: bytes | None
    sha256: str | None


def keep(tx: Transaction, channel_id: int, rows: Sequence[Kept], mark: tuple[str, str] | None, now: datetime) -> list[int]:
    """Keep raw messages, their places on the server and the checkpoint; returns the ids of rows that are new."""
    new = []
    for row in rows:
        raw = row.raw
        inbound_id = _insert(tx, channel_id, row, now)
        if inbound_id is not None:
            new.append(inbound_id)
        if raw.copy is not None:
            known = inbound_id or _found_again(tx, channel_id, raw.source_key)
            _place(tx, channel_id, raw.copy, "held", known)
    if mark is not None:
        set_mark(tx, channel_id, mark, now)
    return new


def _insert(tx: Transaction, channel_id: int, row: Kept, now: datetime) -> int | None:
    cursor = tx.run(
        "INSERT INTO inbound (channel_id, source_key, state, reason, flag, received_at, size, data, sha256)"
        " VALUES (?,?,'received','',?,?,?,?,?) ON CONFLICT (channel_id, source_key) DO NOTHING",
        (
            channel_id,
            row.raw.source_key,
            row.raw.reason,
            to_ms(min(row.raw.at, now)),
            len(row.raw.data),
            None if row.sha256 else row.raw.data,
            row.sha256,
        ),
    )
    return cursor.lastrowid if cursor.rowcount else None


def _found_again(tx: Transaction, channel_id: int, source_key: str) -> int:
    """Return the row of a raw message that was kept before; if its message has vanished, it is to be understood again."""
    row = tx.one("SELECT id FROM inbound WHERE channel_id = ? AND source_key = ?", (channel_id, source_key))
    tx.run(
        "UPDATE inbound SET state = 'received' WHERE id = ? AND state = 'stored'"
        " AND NOT EXISTS (SELECT 1 FROM message WHERE inbound_id = inbound.id)",
        (row[0],),
    )
    return int(row[0])


_PLACE = (
    "INSERT INTO server_copy (channel_id, folder, epoch, position, state, inbound_id, tries, present) VALUES (?,?,?,?,?,?,1,1)"
    " ON CONFLICT (channel_id, folder, epoch, position) DO UPDATE SET state = excluded.state, inbound_id = excluded.inbound_id,"
    " tries = tries + 1, present = 1 RETURNING tries"
)


def _place(tx: Transaction, channel_id: int, copy: ServerCopy, state: str, inbound_id: int | None) -> int:
    row = tx.run(_PLACE, (channel_id, copy.folder, copy.epoch, copy.position, state, inbound_id)).fetchone()
    return int(row[0])


def note_copy(
    tx: Transaction, channel_id: int, copy: ServerCopy, state: CopyState, mark: tuple[str, str] | None, now: datetime
) -> int:
    """Keep that a place on the server brought no bytes; returns how often it was tried."""
    tries = _place(tx, channel_id, copy, state.value, None)
    if mark is not None:
        set_mark(tx, channel_id, mark, now)
    return tries


def set_mark(tx: Transaction, channel_id: int, mark: tuple[str, str], now: datetime) -> None:
    """Keep a channel's checkpoint."""
    tx.run(
        "INSERT INTO checkpoint (channel_id, key, value, at) VALUES (?,?,?,?)"
        " ON CONFLICT (channel_id, key) DO UPDATE SET value = excluded.value, at = excluded.at",
        (channel_id, *mark, to_ms(now)),
    )


def mark_seen(tx: Transaction, channel_id: int, folder: str, epoch: int, changes: Sequence[tuple[int, int]]) -> None:
    """Keep which places a full scan saw again (1) or found gone from the server (0): pairs of that and the position."""
    tx.run_many(
        "UPDATE server_copy SET present = ? WHERE channel_id = ? AND folder = ? AND epoch = ? AND position = ?",
        [(present, channel_id, folder, epoch, position) for present, position in changes],
    )


def counted(tx: Transaction, channel_id: int, folder: str, epoch: int, on_server: int, now: datetime) -> None:
    """Keep how many messages a full scan saw, once all its places are marked."""
    tx.run(
        "INSERT INTO server_count (channel_id, folder, epoch, on_server, at) VALUES (?,?,?,?,?)"
        " ON CONFLICT (channel_id, folder) DO UPDATE SET epoch = excluded.epoch, on_server = excluded.on_server,"
        " at = excluded.at",
        (channel_id, folder, epoch, on_server, to_ms(now)),
    )


def pending(tx: Transaction, channel_id: int, limit: int) -> list[Pending]:
    """Return ledger rows of a channel that nobody has understood yet, oldest first."""
    rows = tx.all(
        "SELECT id, channel_id, received_at, flag, data, sha256 FROM inbound WHERE state = 'received'"
        " AND channel_id = ? ORDER BY id LIMIT ?",
        (channel_id, limit),
    )
    return [Pending(r[0], r[1], from_ms(r[2]), r[3], r[4], r[5]) for r in rows]


def one(tx: Transaction, inbound_id: int) -> Pending | None:
    """Return a ledger row in any state."""
    row = tx.one("SELECT id, channel_id, received_at, flag, data, sha256 FROM inbound WHERE id = ?", (inbound_id,))
    return None if row is None else Pending(row[0], row[1], from_ms(row[2]), row[3], row[4], row[5])


def settle(tx: Transaction, inbound_id: int, state: Held, reason: str, now: datetime) -> None:
    """Say what became of a ledger row; one that is a message already stays so, whoever understood it last."""
    tx.run(
        "UPDATE inbound SET state = ?, reason = ?, settled_at = ? WHERE id = ? AND state <> 'stored'",
        (state.value, reason, to_ms(now), inbound_id),
    )


def take_in(tx: Transaction, row: Pending, inbound: Inbound, files: Files, rules: Rules, now: datetime) -> Held:
    """Place one understood message and settle its ledger row; returns the row's state."""
    current = tx.one("SELECT state FROM inbound WHERE id = ?", (row.id,))
    if current is None or current[0] == Held.STORED.value:
        return Held.STORED
    reopen_ms = tx.one("SELECT reopen_ms FROM channel WHERE id = ?", (row.channel_id,))[0]
    source = Source(row.channel_id, timedelta(milliseconds=reopen_ms), row.id, row.received_at)
    if tombstones.is_buried(tx, row.channel_id, inbound):
        settle(tx, row.id, Held.IGNORED, blanking.ERASED, now)
        blanking.raw(tx, [row.id], blanking.Gone())
        return Held.IGNORED
    aside = notice_aside.set_aside(tx, row.channel_id, inbound, rules.signer, now)
    if aside:
        settle(tx, row.id, Held.IGNORED, aside, now)
        return Held.IGNORED
    arrival, states = arrivals.of_arrival(tx, inbound, source, rules)
    if intake.is_blocked(inbound, arrival):
        settle(tx, row.id, Held.QUARANTINED, intake.BLOCKED, now)
        return Held.QUARANTINED
    placed = intake.place(inbound, arrival, now)
    if isinstance(placed, Ignored):
        settle(tx, row.id, Held.IGNORED, placed.reason, now)
        return Held.IGNORED
    actor = Actor(ActorKind.CUSTOMER, arrival.sender.customer_id if arrival.sender else None)
    command_id = situations.next_command(tx)
    apply(tx, placed, states, arrival.fresh, command_id=command_id, actor=actor, now=now, files=files)
    settle(tx, row.id, Held.STORED, "", now)
    return Held.STORED
