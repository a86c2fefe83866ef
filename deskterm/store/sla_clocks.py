"""The rows of SLA clocks, as values of `desk.sla`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from deskterm.desk.sla import Alarm, Clock
from deskterm.desk.sla_book import Metric
from deskterm.desk.sla_terms import NOTHING, Terms, terms_of
from deskterm.store.sla_book import Promised
from deskterm.store.writer import Transaction

_KEPT = (
    "metric",
    "started_at",
    "policy",
    "calendar",
    "target_ms",
    "due_at",
    "running_since",
    "spent_ms",
    "runs",
    "stage",
    "missed_at",
    "ended_at",
    "outcome",
    "terms_since",
    "steps_since",
    "missed_by_terms",
)
COLUMNS = ", ".join(_KEPT)
_SAVE = (
    f"INSERT INTO sla_clock (conversation_id, {COLUMNS}) VALUES ({', '.join('?' * (len(_KEPT) + 1))})"
    " ON CONFLICT (conversation_id, metric, started_at) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _KEPT[2:])
)
_GONE = "DELETE FROM sla_clock WHERE conversation_id = ? AND metric = ? AND started_at = ?"
_GIVEN = "conversation_id IN (SELECT value FROM json_each(?))"
_LIVE = (
    f"SELECT conversation_id, {COLUMNS} FROM sla_clock INDEXED BY ix_sla_clock_running WHERE ended_at IS NULL AND {_GIVEN}"
    " ORDER BY id"
)
_WORK = f"SELECT conversation_id, {COLUMNS} FROM sla_clock WHERE {_GIVEN} AND metric = 'resolution' AND ended_at IS NOT NULL"
_LAST = (
    "SELECT (SELECT k.id FROM sla_clock k WHERE k.conversation_id = w.id AND k.metric = '{metric}'"
    " ORDER BY {by} LIMIT 1) FROM w"
)
_BEHIND = (
    "WITH w AS (SELECT value ->> 0 AS id, value ->> 1 AS since FROM json_each(?))"
    f" SELECT conversation_id, {COLUMNS} FROM sla_clock WHERE ended_at IS NOT NULL AND id IN ("
    "SELECT k.id FROM w CROSS JOIN sla_clock k ON k.conversation_id = w.id AND k.started_at = w.since"
    " AND k.metric IN ('first_reply', 'next_reply', 'resolution')"
    f" UNION ALL {_LAST.format(metric='first_reply', by='k.started_at DESC')}"
    f" UNION ALL {_LAST.format(metric='next_reply', by='k.started_at DESC')}"
    f" UNION ALL {_LAST.format(metric='resolution', by='k.ended_at DESC, k.started_at DESC')}) ORDER BY id"
)
_RUNG = (
    "INSERT INTO sla_alarm (conversation_id, metric, started_at, due_at, stage, at, rung_at) VALUES (?,?,?,?,?,?,?)"
    " ON CONFLICT DO NOTHING"
)


def clock_of(row: Any) -> Clock:
    """Make the value of a row selected by `COLUMNS`."""
    return Clock(
        metric=Metric(row[0]),
        started_at=row[1],
        policy=row[2],
        calendar=row[3],
        target_ms=row[4],
        due_at=row[5],
        running_since=row[6],
        spent_ms=row[7],
        runs=() if row[8] == "[]" else tuple((since, until) for since, until in json.loads(row[8])),
        stage=row[9],
        missed_at=row[10],
        ended_at=row[11],
        outcome=row[12],
        terms_since=row[13],
        steps_since=row[14],
        missed_by_terms=bool(row[15]),
    )


def live(tx: Transaction, conversation_ids: Iterable[int]) -> dict[int, list[Clock]]:
    """Return the clocks of each of these conversations that have not ended."""
    ids = sorted(conversation_ids)
    return {one: [] for one in ids} | _grouped(tx.all(_LIVE, (json.dumps(ids),)))


def behind(tx: Transaction, waits: Iterable[tuple[int, int | None]]) -> dict[int, list[Clock]]:
    """Return what a wait or work that begins may go back to, for each (conversation, since when the customer waits): the ended
    clocks of that moment, and the last one of each metric."""
    return _grouped(tx.all(_BEHIND, (json.dumps(list(waits)),)))


def work_of(tx: Transaction, conversation_ids: Iterable[int]) -> dict[int, list[Clock]]:
    """Return the ended clocks of the work on each of these conversations."""
    return _grouped(tx.all(_WORK, (json.dumps(list(conversation_ids)),)))


def _grouped(rows: Iterable[Any]) -> dict[int, list[Clock]]:
    found: dict[int, list[Clock]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(clock_of(row[1:]))
    return found


def save(tx: Transaction, clocks: Iterable[tuple[int, Clock]]) -> None:
    """Write clocks, each with its conversation's id, as they are now; none is forgotten but by `replaced`."""
    rows = [_row(conversation_id, clock) for conversation_id, clock in clocks]
    if rows:
        tx.run_many(_SAVE, rows)


def _row(conversation_id: int, clock: Clock) -> tuple[Any, ...]:
    return (
        conversation_id,
        clock.metric.value,
        clock.started_at,
        clock.policy,
        clock.calendar,
        clock.target_ms,
        clock.due_at,
        clock.running_since,
        clock.spent_ms,
        json.dumps(clock.runs, separators=(",", ":")),
        clock.stage,
        clock.missed_at,
        clock.ended_at,
        clock.outcome,
        clock.terms_since,
        clock.steps_since,
        clock.missed_by_terms,
    )


def replaced(tx: Transaction, clocks: Iterable[tuple[int, Clock]]) -> None:
    """Forget clocks whose wait turned out to have begun at another time: others were made of them."""
    for conversation_id, clock in clocks:
        tx.run(_GONE, (conversation_id, clock.metric.value, clock.started_at))


def rung(tx: Transaction, conversation_id: int, clock: Clock, due_at: int, stage: int, at: int, now: int) -> bool:
    """Note that an alarm was rung; returns whether it had not been, so that it may be told."""
    values = (conversation_id, clock.metric.value, clock.started_at, due_at, stage, at, now)
    return tx.run(_RUNG, values).rowcount > 0


def ring_once(tx: Transaction, conversation_id: int, clock: Clock, alarms: Iterable[Alarm], now: int) -> list[Alarm]:
    """Note that these alarms of a clock were rung; returns those that had not been."""
    due = clock.due_at or 0
    return [one for one in alarms if rung(tx, conversation_id, clock, due, one.stage, one.at, now)]


def terms_under(promised: Promised, clock: Clock) -> Terms:
    """Return the terms that a clock is measured by, as the book has them now."""
    policy = promised.policies.get(clock.policy)
    if policy is None:
        return NOTHING
    return terms_of(policy, clock.metric, promised.calendars.get(clock.calendar))
