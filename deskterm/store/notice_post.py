"""Notices on their way out of the house: what is due, what became of it. See `background.notify`.

A delivery is "sending" from the moment at which the server may take it. Whoever finds one so after a crash sends a mail again,
under the same Message-ID; a Telegram message is not repeated, since nobody could tell the two apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from deskterm.desk.notice_kinds import Way
from deskterm.desk.rows_time import NoticeRow
from deskterm.store import notice_leaving
from deskterm.store.read_notices import ROWS, shown
from deskterm.store.times import from_ms, to_ms
from deskterm.store.writer import Transaction

AT_ONCE = 50
"""Mails or messages taken out together."""
TRIES = 8
KEPT_FOR = timedelta(hours=24)
"""What could not be told for so long is no news any more."""
UNCERTAIN = "it may have arrived, and is not sent again"
TOO_OLD = "it could not be sent for a day"
NOWHERE = "there is no address or chat to send it to any more"


@dataclass(frozen=True, slots=True)
class Parcel:
    """Notices that go out together: by one way, to one operator's address or chat. `first_id` names them for ever, `attempt`
    counts earlier tries."""

    way: Way
    first_id: int
    at: datetime
    attempt: int
    email: str
    channel_id: int | None
    chat: str
    rows: tuple[NoticeRow, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """The notices in it."""
        return tuple(row.id for row in self.rows)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One delivery that is due."""

    notice_id: int
    operator_id: int
    batch: int | None
    not_before: int
    attempt: int

    @property
    def parcel(self) -> int:
        """What names the parcel that it goes in."""
        return self.notice_id if self.batch is None else self.batch

    @property
    def is_fresh(self) -> bool:
        """Whether it was not tried yet and may go with others."""
        return self.attempt == 0 and self.batch is not None


def recover(tx: Transaction, now: datetime) -> int:
    """Settle what an earlier process left in the middle; returns how many that were."""
    left = tx.run(
        "UPDATE notice_delivery SET state = 'failed', detail = ?, sent_at = ? WHERE state = 'sending' AND way = 'telegram'",
        (UNCERTAIN, to_ms(now)),
    ).rowcount
    return left + tx.run("UPDATE notice_delivery SET state = 'queued' WHERE state = 'sending'").rowcount


_DUE = (
    "SELECT d.notice_id, n.operator_id, d.batch, d.not_before, d.attempt"
    " FROM notice_delivery d INDEXED BY ix_notice_delivery JOIN notice n ON n.id = d.notice_id"
    " WHERE d.state IN ('queued', 'sending') AND d.state = 'queued' AND d.not_before <= ? AND d.way = ?"
    " ORDER BY n.operator_id, d.notice_id"
)
_READ = (
    "UPDATE notice_delivery SET state = 'dropped' WHERE state = 'queued' AND not_before <= ? AND way = ?"
    " AND EXISTS (SELECT 1 FROM notice n WHERE n.id = notice_id AND n.read_at IS NOT NULL)"
)
_OLD = (
    "UPDATE notice_delivery SET state = 'failed', detail = ? WHERE state = 'queued' AND not_before <= ? AND way = ?"
    " AND attempt > 0 AND EXISTS (SELECT 1 FROM notice n WHERE n.id = notice_id AND n.created_at < ?)"
)
_WHERE = "SELECT email, telegram_channel_id, telegram_chat FROM notice_person WHERE operator_id = ?"


def due(tx: Transaction, way: Way, now: datetime) -> list[Parcel]:
    """Return what is to leave now by a way. What was read first is dropped."""
    now_ms = to_ms(now)
    if tx.one(f"{_DUE} LIMIT 1", (now_ms, way.value)) is None:
        return []
    tx.run(_READ, (now_ms, way.value))
    tx.run(_OLD, (TOO_OLD, now_ms, way.value, to_ms(now - KEPT_FOR)))
    waiting = [_Waiting(*row) for row in tx.all(_DUE, (now_ms, way.value))]
    together = [group for _operator, theirs in groupby(waiting, key=lambda one: one.operator_id) for group in _together(theirs)]
    parcels: list[Parcel] = []
    for group in together:
        if len(parcels) == AT_ONCE:
            break
        if group[0].is_fresh and _is_held_back(tx, way, group, now):
            continue
        parcel = _parcel(tx, way, group)
        if parcel.chat if way is Way.TELEGRAM else parcel.email:
            parcels.append(parcel)
        else:
            failed(tx, parcel, NOWHERE, now)
    return parcels


def _together(theirs: Iterable[_Waiting]) -> list[list[_Waiting]]:
    """Return what of one person's goes together: all that is sent for the first time; each that was tried, as it was."""
    groups: dict[int, list[_Waiting]] = {}
    for one in theirs:
        groups.setdefault(0 if one.is_fresh else one.parcel, []).append(one)
    return list(groups.values())


def _is_held_back(tx: Transaction, way: Way, group: list[_Waiting], now: datetime) -> bool:
    """Hold back what is too much for one hour; else make one parcel of the group."""
    ids = [one.notice_id for one in group]
    until = notice_leaving.held_back_until(tx, group[0].operator_id, way, now)
    if until is not None:
        notice_leaving.hold_back(tx, ids, group[0].operator_id, way, until, now)
        return True
    if len({one.batch for one in group}) > 1:
        values = [(group[0].parcel, one, way.value) for one in ids]
        tx.run_many("UPDATE notice_delivery SET batch = ? WHERE notice_id = ? AND way = ?", values)
    return False


def _parcel(tx: Transaction, way: Way, group: list[_Waiting]) -> Parcel:
    email, channel_id, chat = tx.one(_WHERE, (group[0].operator_id,)) or ("", None, "")
    told = tuple(_row(tx, one.notice_id) for one in group)
    at = from_ms(min(one.not_before for one in group))
    return Parcel(way, group[0].parcel, at, max(one.attempt for one in group), email, channel_id, chat, told)


def _row(tx: Transaction, notice_id: int) -> NoticeRow:
    return shown(tx.one(ROWS.format(index="") + " WHERE n.id = ?", (notice_id,)), outside=True)


def next_due(tx: Transaction, way: Way) -> datetime | None:
    """Return when something leaves next by a way."""
    row = tx.one(
        "SELECT min(not_before) FROM notice_delivery INDEXED BY ix_notice_delivery"
        " WHERE state IN ('queued', 'sending') AND state = 'queued' AND way = ?",
        (way.value,),
    )
    at: int | None = row[0]
    return from_ms(at)


def on_wire(tx: Transaction, parcel: Parcel) -> None:
    """Keep that the server may take it from now on."""
    tx.run_many(
        "UPDATE notice_delivery SET state = 'sending', attempt = attempt + 1 WHERE notice_id = ? AND way = ?",
        [(one, parcel.way.value) for one in parcel.ids],
    )


def sent(tx: Transaction, parcel: Parcel, now: datetime) -> None:
    """Keep that it was taken."""
    _ended(tx, parcel, "sent", "", now)


def failed(tx: Transaction, parcel: Parcel, detail: str, now: datetime) -> None:
    """Keep that it could not be sent, and why."""
    _ended(tx, parcel, "failed", detail, now)


def _ended(tx: Transaction, parcel: Parcel, state: str, detail: str, now: datetime) -> None:
    tx.run_many(
        "UPDATE notice_delivery SET state = ?, detail = ?, sent_at = ? WHERE notice_id = ? AND way = ?",
        [(state, detail, to_ms(now), one, parcel.way.value) for one in parcel.ids],
    )


def put_off(tx: Transaction, parcel: Parcel, until: datetime, detail: str) -> None:
    """Have it tried again later, or given up once it was tried often enough."""
    if parcel.attempt + 1 >= TRIES:
        failed(tx, parcel, detail, until)
        return
    tx.run_many(
        "UPDATE notice_delivery SET state = 'queued', not_before = ?, detail = ?, attempt = ? WHERE notice_id = ? AND way = ?",
        [(to_ms(until), detail, parcel.attempt + 1, one, parcel.way.value) for one in parcel.ids],
    )
