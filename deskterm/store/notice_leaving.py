"""When notices leave the house. What comes within a moment for one person goes as one mail or message; what comes in quiet
hours, or is gathered by choice, waits; and nobody gets more than so many an hour: the rest goes as one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from deskterm.desk.notice_kinds import NoticeKind, Way
from deskterm.store import notice_people
from deskterm.store.notice_people import Reached
from deskterm.store.times import from_ms, to_ms
from deskterm.store.writer import Transaction

GATHERED = timedelta(seconds=20)
"""How long a mail or message waits for others that come at the same moment: forty promises missed at the opening hour."""
MOST_AN_HOUR = 20
"""Mails or messages that one person gets in an hour by one way."""
HOUR = timedelta(hours=1)
_LOOKED_AT = 2000
"""Latest notices of one person that are looked at for what left in the last hour."""

_OPEN_BATCH = (
    "SELECT d.batch, d.not_before FROM notice_delivery d JOIN notice n ON n.id = d.notice_id WHERE d.state = 'queued'"
    " AND d.way = ? AND n.operator_id = ? AND d.batch IS NOT NULL AND d.attempt = 0 AND d.not_before > ?"
    " ORDER BY d.not_before LIMIT 1"
)
_LATELY = (
    "SELECT min(coalesce(sent_at, :now)) FROM (SELECT coalesce(d.batch, d.notice_id) AS parcel, d.state, d.attempt, d.sent_at"
    " FROM notice n INDEXED BY ix_notice_operator JOIN notice_delivery d ON d.notice_id = n.id AND d.way = :way"
    f" WHERE n.operator_id = :operator_id ORDER BY n.id DESC LIMIT {_LOOKED_AT})"
    " WHERE (state = 'sent' AND sent_at > :since) OR (state IN ('queued', 'sending') AND attempt > 0) GROUP BY parcel"
)
"""When each of the last hour's mails or messages left; those that are still being tried count as of now."""


def send(tx: Transaction, notice_id: int, operator_id: int, reached: Reached, at: datetime) -> None:
    """Put a notice on its way out of the house, where it has one. It goes with what waits already."""
    for way in reached.carried():
        leaves = reached.undisturbed(max(at + GATHERED, reached.gathered(at)))
        waiting = _open_batch(tx, way, operator_id, at)
        batch, not_before = (notice_id, to_ms(leaves)) if waiting is None else waiting
        queue(tx, notice_id, way, not_before, batch)


def queue(tx: Transaction, notice_id: int, way: Way, not_before: int, batch: int | None = None) -> None:
    """Have a notice leave by a way, not before a time (ms). Without a batch it goes alone."""
    tx.run(
        "INSERT INTO notice_delivery (notice_id, way, state, not_before, attempt, batch, detail)"
        " VALUES (?,?,'queued',?,0,?,'')",
        (notice_id, way.value, not_before, batch),
    )


def _open_batch(tx: Transaction, way: Way, operator_id: int, at: datetime) -> tuple[int, int] | None:
    """Return the batch that still waits, and until when (ms)."""
    row = tx.one(_OPEN_BATCH, (way.value, operator_id, to_ms(at)))
    return None if row is None else (row[0], row[1])


def held_back_until(tx: Transaction, operator_id: int, way: Way, now: datetime) -> datetime | None:
    """Return when the next mail or message may go to a person who got as many as anybody gets in an hour; None: now."""
    values = {"now": to_ms(now), "since": to_ms(now - HOUR), "way": way.value, "operator_id": operator_id}
    left = sorted(at for (at,) in tx.all(_LATELY, values))
    return from_ms(left[-MOST_AN_HOUR]) + HOUR if len(left) >= MOST_AN_HOUR else None


def hold_back(tx: Transaction, notice_ids: Sequence[int], operator_id: int, way: Way, until: datetime, now: datetime) -> None:
    """Have these wait together, with what waits already."""
    batch, not_before = _open_batch(tx, way, operator_id, now) or (notice_ids[0], to_ms(until))
    tx.run_many(
        "UPDATE notice_delivery SET batch = ?, not_before = ? WHERE notice_id = ? AND way = ?",
        [(batch, not_before, one, way.value) for one in notice_ids],
    )


def settings_changed(tx: Transaction, operator_id: int, now: datetime) -> None:
    """Have what waits for a person leave when their quiet hours and their gathering say now."""
    reached = notice_people.reached(tx, operator_id, NoticeKind.DIGEST)
    waiting = tx.all(
        "SELECT d.way, d.batch, min(n.created_at) FROM notice_delivery d INDEXED BY ix_notice_delivery"
        " JOIN notice n ON n.id = d.notice_id WHERE d.state IN ('queued', 'sending') AND d.state = 'queued'"
        " AND n.operator_id = ? AND d.attempt = 0 AND d.batch IS NOT NULL GROUP BY 1, 2",
        (operator_id,),
    )
    for way, batch, created_ms in waiting:
        created = from_ms(created_ms)
        leaves = reached.undisturbed(max(created + GATHERED, reached.gathered(created), now))
        tx.run(
            "UPDATE notice_delivery SET not_before = ? WHERE batch = ? AND way = ? AND state = 'queued' AND attempt = 0",
            (to_ms(leaves), batch, way),
        )
