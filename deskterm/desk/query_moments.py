"""What a comparison with a span or a day means on the clock: an interval of times, from its start to before its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from deskterm.desk.query_amounts import width
from deskterm.desk.query_tree import Compare, Day, Span

SOON = timedelta(minutes=15)
"""A promised time is soon (`sla:soon`) when at most so much is left."""
TICK = timedelta(milliseconds=1)
"""Times are kept in milliseconds: "later than t" is "from t + TICK on"."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Times from `start` (included) to `end` (not included); None has no limit on that side."""

    start: datetime | None
    end: datetime | None

    def __contains__(self, at: datetime) -> bool:
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


_MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "=": "="}
"""An operator as it reads from the other side: how old a thing is, and how far ahead it lies."""


def bounds(compared: Compare, now: datetime, zone: tzinfo, *, ahead: bool = False) -> Interval:
    """Return the times (UTC, whole milliseconds) for which a comparison with a span or a day holds.

    A span is the time's age, or with `ahead` how far it lies in the future; one below zero is meant the other way round. A day
    is one of `zone`. ValueError for a number.
    """
    now = now.astimezone(UTC).replace(microsecond=now.microsecond // 1_000 * 1_000)
    match compared.amount:
        case Span() as span:
            return _of_span(compared.op, span, now, ahead)
        case Day(day):
            start = datetime(day.year, day.month, day.day, tzinfo=zone)
            following = day + timedelta(days=1)
            end = datetime(following.year, following.month, following.day, tzinfo=zone)
            return _between(compared.op, start.astimezone(UTC), end.astimezone(UTC))
        case _:
            raise ValueError("a number is no time")


def _of_span(op: str, span: Span, now: datetime, ahead: bool) -> Interval:
    if span.seconds < 0:
        return _of_span(_MIRRORED[op], Span(-span.seconds), now, not ahead)
    length = timedelta(seconds=span.seconds)
    if op == "=":
        more = length + timedelta(seconds=width(span))
        return Interval(now + length, now + more) if ahead else Interval(now - more + TICK, now - length + TICK)
    if ahead:
        return _between(op, now + length, now + length + TICK)
    return _between(_MIRRORED[op], now - length, now - length + TICK)


def _between(op: str, start: datetime, end: datetime) -> Interval:
    """Return the times that stand in a relation to those from `start` to before `end`."""
    match op:
        case "<":
            return Interval(None, start)
        case "<=":
            return Interval(None, end)
        case ">":
            return Interval(end, None)
        case ">=":
            return Interval(start, None)
        case _:
            return Interval(start, end)
