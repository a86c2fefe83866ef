"""Attachments that a channel keeps for us: which are to be fetched, and what became of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from deskterm.desk.post import RemoteFile
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction


@dataclass(frozen=True, slots=True)
class Wanted:
    """An attachment that is not here yet; `tries` counts those before."""

    id: int
    channel_id: int
    remote: RemoteFile
    tries: int


def wanted(tx: Transaction, channel_ids: Sequence[int], now: datetime) -> list[Wanted]:
    """Return attachments of the given channels that are due to be fetched."""
    marks = ",".join("?" * len(channel_ids))
    rows = tx.all(
        "SELECT id, channel_id, remote_ref, size, tries FROM attachment WHERE state = 'pending' AND next_at <= ?"
        f" AND channel_id IN ({marks}) ORDER BY next_at, id LIMIT 20",
        (to_ms(now), *channel_ids),
    )
    return [Wanted(row[0], row[1], RemoteFile(row[2], row[3]), row[4]) for row in rows]


def stored(tx: Transaction, attachment_id: int, sha256: str, size: int) -> None:
    """Record that its bytes lie in the store."""
    tx.run(
        "UPDATE attachment SET state = 'stored', sha256 = ?, size = ?, reason = '' WHERE id = ? AND state = 'pending'",
        (sha256, size, attachment_id),
    )


def put_off(tx: Transaction, attachment_id: int, until: datetime, tries: int) -> None:
    """Record that it is to be fetched later, and how often that was tried."""
    tx.quietly("UPDATE attachment SET tries = ?, next_at = ? WHERE id = ?", (tries, to_ms(until), attachment_id))


def failed(tx: Transaction, attachment_id: int, reason: str) -> None:
    """Record that it cannot be fetched, and why."""
    tx.run("UPDATE attachment SET state = 'failed', reason = ? WHERE id = ?", (reason, attachment_id))
