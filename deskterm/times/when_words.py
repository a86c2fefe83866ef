"""A time in a person's words, Russian or English: "завтра 10:00", "friday", "in 2h", "30м", "понедельник 9".

The answer is always a time to come. A day without a time means its morning; a time of day or a part of the day that has passed
today means tomorrow's. Spans, days and times of day are understood here; names of months and numbers in words by dateparser
(1.2), which is loaded only then and takes a quarter of a second for it: who must not wait asks `quick_time_in_words` first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from threading import Lock

MORNING, AFTERNOON, EVENING = time(9), time(14), time(19)
"""What "in the morning", "in the afternoon" and "in the evening" mean."""
FURTHEST = timedelta(days=3 * 366)
"""No typed time lies further ahead: such a one is a slip of the finger."""
LONGEST = 100
"""Characters; whatever is longer is no time."""


_Asked = Callable[[str, datetime], datetime | None]
_ONE_AT_A_TIME = Lock()
"""Held while dateparser reads: it may be asked in threads, and keeps what it knows of languages in its classes."""


class Mistake(StrEnum):
    """Why words are no time to come."""

    EMPTY = "empty"
    NOT_UNDERSTOOD = "not_understood"
    PAST = "past"
    TOO_FAR = "too_far"


def time_in_words(text: str, now: datetime, zone: tzinfo | None = None) -> datetime | Mistake:
    """Return the time in UTC that words mean, seen from `now` (aware), in the zone of who types (None: the machine's)."""
    return _time(text, now, zone, _by_dateparser)


def quick_time_in_words(text: str, now: datetime, zone: tzinfo | None = None) -> datetime | Mistake | None:
    """Return the same in less than a millisecond; None where only dateparser can tell."""
    try:
        return _time(text, now, zone, _unasked)
    except _NotAsked:
        return None


def _time(text: str, now: datetime, zone: tzinfo | None, ask: _Asked) -> datetime | Mistake:
    words = _plain(text)
    if not words or len(words) > LONGEST:
        return Mistake.NOT_UNDERSTOOD if words else Mistake.EMPTY
    wall = now.astimezone(zone).replace(tzinfo=None)
    try:
        found = _after_a_span(words, wall, ask) or _Reading(words, wall, ask).result()
    except (ValueError, OverflowError):
        return Mistake.NOT_UNDERSTOOD  # no such day or time: 31.02., 25:00
    if found is None:
        return Mistake.NOT_UNDERSTOOD
    if found - wall > FURTHEST:
        return Mistake.TOO_FAR
    when = found.astimezone(UTC) if zone is None else found.replace(tzinfo=zone).astimezone(UTC)
    return when if when > now else Mistake.PAST


def _plain(text: str) -> str:
    words = text.casefold().replace("ё", "е")
    words = re.sub(r",(?=\s|$)", " ", words)
    words = re.sub(r"(?<=\d)-?(?:st|nd|rd|th|го|е)(?!\w)", "", words)
    words = re.sub(r"полтора (?=час)|полторы (?=мин|нед)", "1.5 ", words)
    words = re.sub(r"\bпол ?часа\b|\bhalf an hour\b", "30 min", words)
    return " ".join(words.split())


# "in 2h", "через 3 дня в 10:00"

_UNITS = (
    (re.compile(r"m|mins?|minutes?|м|мин|минут[аыу]?"), timedelta(minutes=1)),
    (re.compile(r"h|hrs?|hours?|ч|час|часа|часов"), timedelta(hours=1)),
    (re.compile(r"d|days?|д|дн|день|дня|дней"), timedelta(days=1)),
    (re.compile(r"w|weeks?|н|нед|недел[яюиь]"), timedelta(weeks=1)),
)
_AFTER = re.compile(r"(?:in|after|через|спустя)\s+(?:an?\s+(?!half))?")
_PIECE = re.compile(r"(?:(\d{1,5}(?:[.,]\d{1,2})?)\s*)?([^\W\d_]+)(?:\s+(?:and|и)(?!\w))?\s*")


def _after_a_span(words: str, wall: datetime, ask: _Asked) -> datetime | None:
    """Return the end of a span that the words begin with, at the time of day that may follow whole days; None: no span."""
    told = _AFTER.match(words)
    rest, span, pieces = words[told.end() :] if told else words, timedelta(), 0
    while (piece := _PIECE.match(rest)) is not None:
        unit = next((length for names, length in _UNITS if names.fullmatch(piece[2])), None)
        if unit is None or (piece[1] is None and not (told and not pieces)):
            break
        span += unit * float((piece[1] or "1").replace(",", "."))
        rest, pieces = rest[piece.end() :], pieces + 1
    if not pieces or span > FURTHEST * 2:
        return wall + FURTHEST * 2 if pieces else None
    if not rest:
        return wall + span
    reading = _Reading(rest, wall, ask)
    return reading.on((wall + span).date()) if span >= timedelta(days=1) else None


# Days and times of day, in either order

_DAYS = {
    "today": 0, "сегодня": 0, "tomorrow": 1, "tmrw": 1, "завтра": 1, "the day after tomorrow": 2, "day after tomorrow": 2,
    "послезавтра": 2, "yesterday": -1, "вчера": -1,
}  # fmt: skip
_WEEKDAYS = (
    "mon|monday|пн|понедельник",
    "tue|tues|tuesday|вт|вторник",
    "wed|wednesday|ср|среда|среду",
    "thu|thur|thurs|thursday|чт|четверг",
    "fri|friday|пт|пятница|пятницу",
    "sat|saturday|сб|суббота|субботу",
    "sun|sunday|вс|воскресенье",
)
_PARTS: dict[str, time] = {
    "in the morning": MORNING, "morning": MORNING, "утром": MORNING, "утро": MORNING, "с утра": MORNING,
    "noon": time(12), "полдень": time(12), "midday": time(12), "midnight": time(0), "полночь": time(0),
    "in the afternoon": AFTERNOON, "afternoon": AFTERNOON, "днем": AFTERNOON, "после обеда": AFTERNOON,
    "in the evening": EVENING, "evening": EVENING, "вечером": EVENING, "вечер": EVENING,
}  # fmt: skip
_FILLER = re.compile(r"(?:on|at|by|this|в|во|к|эту|этот|это)\s+")
_DAY = re.compile(rf"({'|'.join(sorted(_DAYS, key=len, reverse=True))})(?!\w)")
_WEEKDAY = re.compile(rf"((?:next|следующ(?:ий|ую|ая|ее))\s+)?(?:{'|'.join(f'({names})' for names in _WEEKDAYS)})(?!\w)\.?")
_NEXT_WEEK = re.compile(r"(?:next week|(?:на )?следующ(?:ей|ая|ую) недел[еяю])(?!\w)")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\w)")
_DOTTED = re.compile(r"(\d{1,2})([./])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\w:./])")
_PART = re.compile(rf"({'|'.join(sorted(_PARTS, key=len, reverse=True))})(?!\w)")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|утра|дня|вечера|ночи|o'clock|час(?:а|ов)?|ч|h)?(?![\w:./-])")
_CLOCK_AT_END = re.compile(r"\s(?:at |в |к )?(\d{1,2}:\d{2}|\d{1,2} ?(?:am|pm|утра|вечера|ночи))$|\s(?:at|в|к) (\d{1,2})$")
_MONTH = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)")


@dataclass(slots=True)
class _Reading:
    """Words that name a day, a time of day or both; `wall` is the time on the clock of who typed them."""

    rest: str
    wall: datetime
    ask: _Asked
    """Reads what is not understood here; None: it does not understand it either."""
    day: date | None = None
    part: time | None = None
    clock: time | None = None
    repeats: timedelta | None = None
    """After how long the day comes again, where it was not meant as a day of the past."""

    def result(self) -> datetime | None:
        """Return the time meant; None where the words are not understood."""
        if _MONTH.search(self.rest):
            return self._by_month()
        words = self.rest
        while self.rest:
            if not (self._filler() or self._names_day() or self._names_time()):
                known = self.day or self.clock or self.part
                return None if known else self.ask(words, self.wall)
        return self._together()

    def on(self, day: date) -> datetime | None:
        """Return the time of that day which the words name; None where they name anything else."""
        while self.rest:
            if not (self._filler() or self._names_time()):
                return None
        self.day = day
        return self._together()

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.rest)
        if found is not None:
            self.rest = self.rest[found.end() :].lstrip()
        return found

    def _filler(self) -> bool:
        return self._take(_FILLER) is not None

    def _names_day(self) -> bool:
        if self.day is not None:
            return False
        today = self.wall.date()
        if self.rest == "tonight" or self.rest.startswith("tonight "):
            self.rest, self.day, self.part = self.rest[8:], today, EVENING
        elif (found := self._take(_DAY)) is not None:
            self.day = today + timedelta(days=_DAYS[found[1]])
        elif self._take(_NEXT_WEEK) is not None:
            self.day = today + timedelta(days=7 - today.weekday())
        elif (found := self._take(_WEEKDAY)) is not None:
            weekday = next(index for index in range(7) if found[index + 2])
            ahead = 7 - today.weekday() + weekday if found[1] else (weekday - today.weekday()) % 7
            self.day, self.repeats = today + timedelta(days=ahead), timedelta(weeks=1)
        else:
            self.day = self._dated(today)
        return self.day is not None

    def _dated(self, today: date) -> date | None:
        if (found := self._take(_ISO)) is not None:
            return date(int(found[1]), int(found[2]), int(found[3]))
        found = _DOTTED.match(self.rest)
        if found is None or not 1 <= int(found[3]) <= 12:
            return None
        self._take(_DOTTED)
        if found[4]:
            return date(int(found[4]) % 2000 + 2000, int(found[3]), int(found[1]))
        years = (today.year + ahead for ahead in range(9))
        days = (_day_of(year, int(found[3]), int(found[1])) for year in years)
        coming = next((day for day in days if day is not None and day >= today), None)
        if coming is None:
            raise ValueError("a day that no month has")
        return coming

    def _names_time(self) -> bool:
        if self.part is None and (found := self._take(_PART)) is not None:
            self.part = _PARTS[found[1]]
            return True
        if self.clock is None and (found := self._take(_CLOCK)) is not None:
            self.clock = _clock(int(found[1]), int(found[2] or 0), found[3] or "")
            return True
        return False

    def _together(self) -> datetime:
        at = self.clock or self.part
        if self.clock is not None and self.part in (AFTERNOON, EVENING) and self.clock.hour < 12:
            at = self.clock.replace(hour=self.clock.hour + 12)
        if self.day is None:
            assert at is not None
            when = datetime.combine(self.wall.date(), at)
            return when if when > self.wall else when + timedelta(days=1)
        when = datetime.combine(self.day, at or MORNING)
        if when <= self.wall and self.repeats is not None:
            return when + self.repeats
        if at is None and when <= self.wall and self.day == self.wall.date():
            return datetime.combine(self.day, EVENING)
        return when

    def _by_month(self) -> datetime | None:
        """Read a date that names its month, and the time of day at its end."""
        words = f" {self.rest}"
        found = _CLOCK_AT_END.search(words)
        read = self.ask(words[: found.start()] if found else words, self.wall)
        if read is None:
            return None
        self.rest = (found[1] or found[2]) if found else ""
        return self.on(read.date())


def _by_dateparser(words: str, wall: datetime) -> datetime | None:
    import dateparser

    # a day of the month that was not said is the first; a span of months keeps the day
    day = "first" if _MONTH.search(words) else "current"
    settings = {"PREFER_DATES_FROM": "future", "PREFER_DAY_OF_MONTH": day, "RELATIVE_BASE": wall, "DATE_ORDER": "DMY"}
    with _ONE_AT_A_TIME:
        read = dateparser.parse(words, languages=["ru", "en"], settings=settings)
    return None if read is None else read.replace(tzinfo=None)


class _NotAsked(Exception):
    """The words are dateparser's to understand."""


def _unasked(_words: str, _wall: datetime) -> datetime | None:
    raise _NotAsked


def _day_of(year: int, month: int, day: int) -> date | None:
    """Return a day, None in a year that has none such (29.02.)."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(hour: int, minute: int, half: str) -> time:
    if half in ("pm", "дня", "вечера") and hour < 12:
        hour += 12
    elif half in ("am", "ночи") and hour == 12:
        hour = 0
    return time(hour, minute)
