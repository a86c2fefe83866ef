"""Days and times of day in a person's words, in either order: "friday at 9", "в 9 в понедельник", "до конца дня", "25 числа".

Names of days mean the next such day; a date without its year the next one; a day without a time its morning. Hours from 1 to 7
without more are those of the afternoon, as in promises (`hours.hour_meant`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from deskterm.times.hours import (
    DAY_ENDS,
    FRIDAY,
    MONTHS,
    NOON,
    first_of_month,
    hour_meant,
    is_bare,
    last_of_month,
    months_later,
)

MORNING, AFTERNOON, EVENING = time(9), time(14), time(19)
"""What "in the morning", "in the afternoon" and "in the evening" mean."""
Ask = Callable[[str, datetime], datetime | None]
"""Reads words that are not understood here, seen from a time on the same wall; None: it does not understand them either."""

_WEEK = timedelta(weeks=1)
_SATURDAY = 5
_DAYS = {
    "today": 0, "сегодня": 0, "tomorrow": 1, "tmrw": 1, "tmr": 1, "завтра": 1, "завтро": 1, "the day after tomorrow": 2,
    "day after tomorrow": 2, "послезавтра": 2, "yesterday": -1, "вчера": -1,
}  # fmt: skip
_WEEKDAYS = (
    "mon|monday|пн|понедельник[ауе]?",
    "tue|tues|tuesday|вт|вторник[ауе]?",
    "wed|wednesday|ср|сред[ауые]",
    "thu|thur|thurs|thursday|чт|четверг[ауе]?",
    "fri|friday|пт|пятниц[ауые]",
    "sat|saturday|сб|суббот[ауые]",
    "sun|sunday|вс|воскресень[еяю]",
)
_PARTS: dict[str, time] = {
    "in the morning": MORNING, "morning": MORNING, "утром": MORNING, "утро": MORNING, "утра": MORNING, "утру": MORNING,
    "с утра": MORNING, "noon": NOON, "полдень": NOON, "полудня": NOON, "полудню": NOON, "midday": NOON, "обед": NOON,
    "обеду": NOON, "обеда": NOON, "lunch": NOON, "lunchtime": NOON, "первой половине дня": NOON,
    "midnight": time(0), "полночь": time(0), "полуночи": time(0),
    "in the afternoon": AFTERNOON, "afternoon": AFTERNOON, "днем": AFTERNOON, "после обеда": AFTERNOON,
    "во второй половине дня": AFTERNOON,
    "in the evening": EVENING, "evening": EVENING, "вечером": EVENING, "вечер": EVENING, "вечеру": EVENING, "вечера": EVENING,
}  # fmt: skip
_FILLER = re.compile(
    r"(?:on|at|by|till|until|before|this|the|around|no later than"
    r"|в|во|к|ко|до|на|эту|этот|это|этой|ближе|около|не позднее|не позже)\s+"
)
_DAY = re.compile(rf"({'|'.join(sorted(_DAYS, key=len, reverse=True))})(?!\w)")
_WEEKDAY = re.compile(
    rf"((?:next|следующ(?:ий|ую|ая|ее|ей|его))\s+)?(?:{'|'.join(f'({names})' for names in _WEEKDAYS)})(?!\w)\.?"
)
_NEXT_WEEK = re.compile(r"(?:next week|(?:начал[оеау] )?следующ(?:ей|ая|ую) недел[еяюи]|начал[оеау] недели)(?!\w)")
_NEXT_MONTH = re.compile(r"(?:next month|(?:начал[оеау] )?следующ(?:ий|ем|его) месяц[еа]?)(?!\w)")
_WEEKEND = re.compile(r"(?:weekends?|выходны[ехм]м?)(?!\w)")
_END = r"(?:the )?(?:end of|кон(?:ец|ц[аеу])) "
_THIS = r"(?:(?:the|this|этой|этого|текущей|текущего|рабочей|сегодняшнего|рабочего|business|working|work) )*"
_COMING = r"(?P<next>(?:next|следующей|следующего) )?"
_DAY_OVER = re.compile(rf"(?:{_END}{_THIS}(?:day|дня)|close of business|eod|cob)(?!\w)")
_WEEK_OVER = re.compile(rf"(?:{_END}{_THIS}{_COMING}(?:week|недели)|eow)(?!\w)")
_MONTH_OVER = re.compile(rf"(?:{_END}{_THIS}{_COMING}(?:month|месяца)|eom)(?!\w)")
_YEAR_OVER = re.compile(rf"(?:{_END}{_THIS}{_COMING}(?:year|года)|eoy)(?!\w)")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:t(?=\d)|(?!\w))")
_FIGURES = re.compile(r"(\d{1,2})([./])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\w:./])")
_OF_MONTH = re.compile(r"(\d{1,2}) числа(?!\w)")
_MONTH = "|".join(f"(?P<m{number}>{names})" for number, names in enumerate(MONTHS, 1))
_BEHIND = r"(?!\w)\.?(?:,? (?P<year>20\d\d)(?![\w:.])(?: г(?:ода?)?(?!\w)\.?)?)?"
_NAMED = re.compile(rf"(?P<day>\d{{1,2}})(?: of)? ?(?:{_MONTH}){_BEHIND}")
_NAMED_FIRST = re.compile(rf"(?:{_MONTH})\.? (?P<day>\d{{1,2}})(?![\w:]|\.\d| ?[ap]\.?m)(?:,? (?P<year>20\d\d)(?![\w:.]))?")
_ONLY_MONTH = re.compile(rf"(?:in )?(?:{_MONTH}){_BEHIND}")
_PART = re.compile(rf"({'|'.join(sorted(_PARTS, key=len, reverse=True))})(?!\w)")
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.](\d{2})|-([0-5][05]))?\s*([ap]\.?m\.?|утра|дня|вечера|ночи|o'clock|час(?:а|ов)?|ч|h)?(?![\w:/-]|\.\w)\.?"
)
_SAME_TIME = re.compile(r"(?:(?:at )?(?:the )?same time|в это же время|в то же время)(?!\w)")


@dataclass(slots=True)
class Reading:
    """Words that name a day, a time of day or both; `wall` is the time on the clock of who typed them. Its methods raise
    ValueError for a day or time that there is not."""

    rest: str
    wall: datetime
    ask: Ask
    day: date | None = None
    part: time | None = None
    clock: time | None = None
    bare: bool = False
    """Whether the hour of `clock` might be one of the morning as well."""
    again: Callable[[date], date] | None = None
    """Makes of the day the next such one, where it was not meant as a day of the past."""

    def result(self) -> datetime | None:
        """Return the time meant; None where the words are not understood."""
        words = self.rest
        while self.rest:
            if not (self._names_day() or self._names_time() or self._filler()):
                known = self.day or self.clock or self.part
                return None if known else self.ask(words, self.wall)
        return self._together()

    def on(self, day: date) -> datetime | None:
        """Return the time of that day which the words name; None where they name anything else."""
        while self.rest:
            if not (self._names_time() or self._filler()):
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

    # Days

    def _names_day(self) -> bool:
        if self.day is not None:
            return False
        today = self.wall.date()
        if self.rest == "tonight" or self.rest.startswith("tonight "):
            self.rest, self.day, self.part = self.rest[8:], today, EVENING
        elif (found := self._take(_DAY)) is not None:
            self.day = today + timedelta(days=_DAYS[found[1]])
        elif (found := self._take(_WEEKDAY)) is not None:
            weekday = next(index for index in range(7) if found[index + 2])
            ahead = 7 - today.weekday() + weekday if found[1] else (weekday - today.weekday()) % 7
            self._on(today + timedelta(days=ahead), _week_later)
        else:
            self.day = self._period(today) or self._dated(today)
        return self.day is not None

    def _on(self, day: date, again: Callable[[date], date]) -> date:
        self.day, self.again = day, again
        return day

    def _period(self, today: date) -> date | None:
        """Return the day of a week or month that is spoken of, or its last one: at the end of that work is over."""
        if self._take(_NEXT_WEEK) is not None:
            return today + timedelta(days=7 - today.weekday())
        if self._take(_NEXT_MONTH) is not None:
            return first_of_month(today, 1)
        if self._take(_WEEKEND) is not None:
            return self._on(today + timedelta(days=(_SATURDAY - today.weekday()) % 7), _week_later)
        if (found := self._take(_WEEK_OVER)) is not None:
            self.part = DAY_ENDS
            ahead = FRIDAY - today.weekday() + 7 if found["next"] else (FRIDAY - today.weekday()) % 7
            return self._on(today + timedelta(days=ahead), _week_later)
        if (found := self._take(_MONTH_OVER)) is not None:
            self.part = DAY_ENDS
            return self._on(last_of_month(first_of_month(today, 1 if found["next"] else 0)), _next_month_over)
        if (found := self._take(_YEAR_OVER)) is not None:
            self.part = DAY_ENDS
            return self._on(date(today.year + bool(found["next"]), 12, 31), _year_later)
        return None

    def _dated(self, today: date) -> date | None:
        """Return the day of a date. Raises ValueError for one that no month has."""
        if (found := self._take(_ISO)) is not None:
            return date(int(found[1]), int(found[2]), int(found[3]))
        if (found := self._take(_OF_MONTH)) is not None:
            return _next_of_month(today, int(found[1]))
        for pattern in (_NAMED, _NAMED_FIRST, _ONLY_MONTH):
            if (found := self._take(pattern)) is not None:
                told = found.groupdict()
                month = next(number for number in range(1, 13) if told[f"m{number}"])
                return _date_to_come(told["year"], month, int(told.get("day") or 1), today)
        found = _FIGURES.match(self.rest)
        if found is None:
            return None
        day, month = int(found[1]), int(found[3])
        if found[2] == "/" and month > 12 >= day:  # as Americans write it
            day, month = month, day
        if not 1 <= month <= 12:
            return None
        self._take(_FIGURES)
        return _date_to_come(found[4], month, day, today)

    # Times of day

    def _names_time(self) -> bool:
        if self.clock is None and self._take(_SAME_TIME) is not None:
            self.clock = self.wall.time().replace(microsecond=0)
            return True
        if self.part is None and self._take(_DAY_OVER) is not None:
            self.part = DAY_ENDS
            return True
        if self.part is None and (found := self._take(_PART)) is not None:
            self.part = _PARTS[found[1]]
            return True
        if self.clock is None and (found := self._take(_CLOCK)) is not None:
            half = (found[4] or "").replace(".", "")
            self.clock = time(hour_meant(found[1], half), int(found[2] or found[3] or 0))
            self.bare = is_bare(found[1], half)
            return True
        return False

    def _time(self) -> time | None:
        """Return the time of day: an hour together with the part of the day that is named beside it."""
        if self.clock is None:
            return self.part
        if self.part == MORNING and self.bare:
            return self.clock.replace(hour=self.clock.hour - 12)
        if self.part in (AFTERNOON, EVENING) and self.clock.hour < 12:
            return self.clock.replace(hour=self.clock.hour + 12)
        return self.clock

    def _together(self) -> datetime | None:
        at = self._time()
        if self.day is None:
            if at is None:
                return None
            when = datetime.combine(self.wall.date(), at)
            return when if when > self.wall else when + timedelta(days=1)
        when = datetime.combine(self.day, at or MORNING)
        if when <= self.wall and self.again is not None:
            return datetime.combine(self.again(self.day), at or MORNING)
        if at is None and when <= self.wall and self.day == self.wall.date():
            return datetime.combine(self.day, EVENING)
        return when


def _week_later(day: date) -> date:
    return day + _WEEK


def _next_month_over(day: date) -> date:
    return last_of_month(first_of_month(day, 1))


def _year_later(day: date) -> date:
    return months_later(day, 12)


def _date_to_come(year: str | None, month: int, day: int, today: date) -> date:
    """Return a date; without its year the next one. Raises ValueError for one that there is not."""
    if year is not None:
        return date(int(year) % 2000 + 2000, month, day)
    days = (_day_of(today.year + ahead, month, day) for ahead in range(9))  # a leap year may be that far
    coming = next((one for one in days if one is not None and one >= today), None)
    if coming is None:
        raise ValueError("a day that no month has")
    return coming


def _next_of_month(today: date, day: int) -> date:
    """Return the next day of this number. Raises ValueError where no month has it."""
    months = (first_of_month(today, ahead) for ahead in range(13))
    days = (_day_of(first.year, first.month, day) for first in months)
    coming = next((one for one in days if one is not None and one >= today), None)
    if coming is None:
        raise ValueError("a day that no month has")
    return coming


def _day_of(year: int, month: int, day: int) -> date | None:
    """Return a day, None in a year that has none such (29.02.)."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
