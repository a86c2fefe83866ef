"""The rows of SLA clocks, as values of `desk.sla`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from deskterm.desk.sla import NOTHING, Alarm, Clock, Terms, terms_of
from deskterm.desk.sla_book import Metric
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
)
COLUMNS = ", ".join(_KEPT)
_SAVE = (
    f"INSERT INTO sla_clock (conversation_id, {COLUMNS}) VALUES ({', '.join('?' * (len(_KEPT) + 1))})"
    " ON CONFLICT (conversation_id, metric, started_at) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _KEPT[2:])
)
_LOAD = f"SELECT conversation_id, {COLUMNS} FROM sla_clock WHERE conversation_id IN (SELECT value FROM json_each(?))"
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
    )


def load(tx: Transaction, conversation_ids: Iterable[int]) -> dict[int, tuple[Clock, ...]]:
    """Return the clocks of each of these conversations, also those that have ended."""
    ids = sorted(conversation_ids)
    found: dict[int, list[Clock]] = {one: [] for one in ids}
    for row in tx.all(_LOAD, (json.dumps(ids),)):
        found[row[0]].append(clock_of(row[1:]))
    return {one: tuple(clocks) for one, clocks in found.items()}


def save(tx: Transaction, conversation_id: int, before: Iterable[Clock], after: Iterable[Clock]) -> None:
    """Write the clocks of a conversation that differ from what they were; none is ever forgotten."""
    known = set(before)
    rows = [_row(conversation_id, clock) for clock in after if clock not in known]
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
    )


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
