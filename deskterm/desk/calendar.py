"""Business hours: how much of a time they are, and when so much of them has passed.

A desk is open whenever the clock on the wall of its zone shows a time within a span of that day, and what counts is what
really passes meanwhile. An hour that a clock skips is nobody's; an hour that it shows twice counts twice, also where a span
begins or ends within it. Spans that overlap (a night shift into a moved working day) count once.

All times are milliseconds since 1970 UTC, all amounts milliseconds. Zones are those of `zoneinfo`, whose
`ZoneInfoNotFoundError` is raised for one that this machine does not know.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise

from deskterm.desk.sla_book import Calendar, Span

FURTHEST_MS = 100 * 366 * 86_400_000
"""No further than a hundred years from a time is it looked where an amount ends: a calendar that opens an hour a year never
gets there."""

_MINUTE_MS = 60_000
_DAY_MS = 86_400_000
_BLOCK_MS = 28 * _DAY_MS
"""Hours are laid out in pieces of four weeks, each once, when it is first asked for."""
_MOST_BLOCKS = 2_000
_CALENDARS = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_FIRST_BLOCK = (datetime(2, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=_BLOCK_MS) + 1
_LAST_BLOCK = (datetime(9998, 12, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=_BLOCK_MS) - 1
"""Beyond the calendar of `datetime` nothing is open."""


def add(calendar: Calendar, at_ms: int, amount_ms: int) -> int | None:
    """Return the first moment by which so much of the business hours has passed since a time; None where that never comes.

    It may be a closing time, never the opening after it. Nothing has always passed: 0 gives the time itself, open or not. A
    negative amount goes back: to the last moment from which so much passes until the time.
    """
    if amount_ms == 0:
        return at_ms
    hours = _hours(calendar)
    return hours.forward(at_ms, amount_ms) if amount_ms > 0 else hours.back(at_ms, -amount_ms)


def between(calendar: Calendar, from_ms: int, to_ms: int) -> int:
    """Return how much of the business hours passes from one time to another; less than nothing where that lies before it."""
    if to_ms < from_ms:
        return -between(calendar, to_ms, from_ms)
    return _hours(calendar).between(from_ms, to_ms)


def is_open(calendar: Calendar, at_ms: int) -> bool:
    """Return whether a moment is within business hours; that of opening is, that of closing is not."""
    return opens_next(calendar, at_ms) == at_ms


def opens_next(calendar: Calendar, at_ms: int) -> int | None:
    """Return the first moment from a time on that is within business hours, itself where it is; None where none is."""
    closes = _hours(calendar).forward(at_ms, 1)
    return None if closes is None else closes - 1


def hours_on(calendar: Calendar, day: date) -> tuple[Span, ...]:
    """Return the spans that begin on a date."""
    return calendar.days.get(day, calendar.week[day.weekday()])


@lru_cache(maxsize=_CALENDARS)
def _hours(calendar: Calendar) -> _Hours:
    return _Hours(calendar)


class _Block:
    """The open stretches of four weeks, ascending and apart; `passed[i]` is how much of them is over when stretch i closes."""

    __slots__ = ("closes", "opens", "passed", "total")

    def __init__(self, stretches: list[tuple[int, int]]) -> None:
        self.opens = [opens for opens, _ in stretches]
        self.closes = [closes for _, closes in stretches]
        self.passed = list(accumulate(closes - opens for opens, closes in stretches))
        self.total = self.passed[-1] if self.passed else 0

    def before(self, at_ms: int) -> int:
        """Return how much of the block's hours lies before a time."""
        place = bisect_right(self.opens, at_ms) - 1
        return 0 if place < 0 else self.passed[place] - max(0, self.closes[place] - at_ms)

    def first_after(self, amount_ms: int) -> int:
        """Return the first moment by which so much of the block's hours (more than 0) is over."""
        place = bisect_left(self.passed, amount_ms)
        return self.closes[place] - (self.passed[place] - amount_ms)

    def last_after(self, amount_ms: int) -> int:
        """Return the last moment by which so much of the block's hours (less than all) is over."""
        place = bisect_right(self.passed, amount_ms)
        return self.closes[place] - (self.passed[place] - amount_ms)


class _Hours:
    """A calendar laid out on the line of time."""

    def __init__(self, calendar: Calendar) -> None:
        from zoneinfo import ZoneInfo  # costs a start some milliseconds that a desk without business hours need not pay

        self._zone = ZoneInfo(calendar.zone)
        self._week = calendar.week
        self._days = {day.toordinal(): spans for day, spans in calendar.days.items()}
        self._blocks: dict[int, _Block] = {}
        special = [day for day, spans in self._days.items() if spans]
        weekly = any(self._week)
        # A day more on either side: the zones lie up to that far from UTC, and spans run on past midnight.
        self._first = _FIRST_BLOCK if weekly else _block_of_day(min(special, default=1) - 1)
        self._last = _LAST_BLOCK if weekly else _block_of_day(max(special, default=0) + 2)

    def forward(self, at_ms: int, amount_ms: int) -> int | None:
        """Return when so much has passed since a time."""
        number = max(at_ms // _BLOCK_MS, self._first)
        last = min((at_ms + FURTHEST_MS) // _BLOCK_MS, self._last)
        wanted = amount_ms
        while number <= last:
            block = self._block(number)
            over = block.before(at_ms)
            if block.total - over >= wanted:
                return block.first_after(over + wanted)
            wanted -= block.total - over
            number += 1
        return None

    def back(self, at_ms: int, amount_ms: int) -> int | None:
        """Return from when on so much passes until a time."""
        number = min(at_ms // _BLOCK_MS, self._last)
        first = max((at_ms - FURTHEST_MS) // _BLOCK_MS, self._first)
        wanted = amount_ms
        while number >= first:
            block = self._block(number)
            over = block.before(at_ms)
            if over >= wanted:
                return block.last_after(over - wanted)
            wanted -= over
            number -= 1
        return None

    def between(self, from_ms: int, to_ms: int) -> int:
        """Return how much passes from one time to a later one."""
        first, last = max(from_ms // _BLOCK_MS, self._first), min(to_ms // _BLOCK_MS, self._last)
        if first > last:
            return 0
        whole = sum(self._block(number).total for number in range(first, last))
        return whole + self._block(last).before(to_ms) - self._block(first).before(from_ms)

    def _block(self, number: int) -> _Block:
        block = self._blocks.get(number)
        if block is None:
            if len(self._blocks) >= _MOST_BLOCKS:
                self._blocks.clear()
            from_ms = number * _BLOCK_MS
            block = self._blocks[number] = _Block(_joined(sorted(self._stretches(from_ms, from_ms + _BLOCK_MS))))
        return block

    def _stretches(self, from_ms: int, to_ms: int) -> Iterator[tuple[int, int]]:
        """Yield what is open between two times: the spans of each day, for as long as the zone keeps one distance from UTC."""
        for begins, ends, offset in self._steady(from_ms, to_ms):
            # Spans of the day before may run on past midnight.
            first, last = (begins + offset) // _DAY_MS - 1, (ends + offset) // _DAY_MS
            for day in range(first, last + 1):
                ordinal = day + _EPOCH_DAY
                midnight = day * _DAY_MS - offset
                for opens, closes in self._days.get(ordinal, self._week[(ordinal - 1) % 7]):
                    start = max(begins, midnight + opens * _MINUTE_MS)
                    end = min(ends, midnight + closes * _MINUTE_MS)
                    if start < end:
                        yield start, end

    def _steady(self, from_ms: int, to_ms: int) -> Iterator[tuple[int, int, int]]:
        """Yield the stretches of a time in which the zone's distance from UTC is one: (from, to, distance)."""
        turns = [from_ms]
        for early, late in pairwise(range(from_ms, to_ms + 1, _DAY_MS)):
            if self._offset(early) != self._offset(late):
                turns.append(self._turn(early, late))
        for begins, ends in pairwise([*turns, to_ms]):
            yield begins, ends, self._offset(begins)

    def _turn(self, early: int, late: int) -> int:
        """Return the first moment of the new distance from UTC, which differs at these two; zones turn at most once a day."""
        old = self._offset(early)
        while late - early > 1:
            middle = (early + late) // 2
            early, late = (middle, late) if self._offset(middle) == old else (early, middle)
        return late

    def _offset(self, at_ms: int) -> int:
        shift = (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(self._zone).utcoffset()
        return 0 if shift is None else shift // timedelta(milliseconds=1)


def _block_of_day(ordinal: int) -> int:
    return (ordinal - _EPOCH_DAY) * _DAY_MS // _BLOCK_MS


def _joined(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ascending stretches with those that touch or overlap made one."""
    joined: list[tuple[int, int]] = []
    for opens, closes in stretches:
        if joined and opens <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(closes, joined[-1][1])
        else:
            joined.append((opens, closes))
    return joined
