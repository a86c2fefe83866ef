"""What times in people's words have in common, whether they are typed or promised: which hour is meant, numbers in words, names
of months, working days, and how the clock on a wall is read as a time of the world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY_ENDS, NOON = time(18), time(12)
"""When a working day and a morning are over."""
FRIDAY = 4
_WITHOUT_MORE = range(1, 8)

NUMBERS: dict[str, float] = {
    "пол": 0.5, "полутора": 1.5, "полтора": 1.5, "полторы": 1.5, "пару": 2, "пары": 2,
    "один": 1, "одного": 1, "одну": 1, "одной": 1, "два": 2, "две": 2, "двух": 2, "три": 3, "трех": 3,
    "четыре": 4, "четырех": 4, "пять": 5, "пяти": 5, "шесть": 6, "шести": 6, "семь": 7, "семи": 7, "восемь": 8, "восьми": 8,
    "девять": 9, "девяти": 9, "десять": 10, "десяти": 10, "двенадцать": 12, "двенадцати": 12, "пятнадцать": 15,
    "пятнадцати": 15, "двадцать": 20, "двадцати": 20, "тридцать": 30, "тридцати": 30, "сорока": 40, "сорок": 40,
    "a couple of": 2, "couple of": 2, "half an": 0.5, "half a": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20,
    "thirty": 30, "forty": 40, "forty-eight": 48, "twenty-four": 24,
}  # fmt: skip
"""Numbers in words, in the forms that stand before hours and days."""
MONTHS = (
    "янв(?:ар[яюеь])?|jan(?:uary)?", "фев(?:рал[яюеь])?|feb(?:ruary)?", "март[ауе]?|мар|mar(?:ch)?",
    "апр(?:ел[яюеь])?|apr(?:il)?", "ма[йяюе]|may", "июн[яюеь]?|june?", "июл[яюеь]?|july?", "авг(?:уст[ауе]?)?|aug(?:ust)?",
    "сент?(?:ябр[яюеь])?|sept?(?:ember)?", "окт(?:ябр[яюеь])?|oct(?:ober)?", "ноя(?:бр[яюеь])?|nov(?:ember)?",
    "дек(?:абр[яюеь])?|dec(?:ember)?",
)  # fmt: skip
"""January to December, as patterns."""


@dataclass(frozen=True, slots=True)
class WallClock:
    """The clock on somebody's wall: `now` (UTC) in a zone (None: the machine's)."""

    now: datetime
    zone: tzinfo | None

    @property
    def wall(self) -> datetime:
        """What it shows now, naive."""
        return self.now.astimezone(self.zone).replace(tzinfo=None, fold=0)

    def at(self, wall: datetime) -> datetime:
        """Return when it shows a naive time, in UTC: of a time that it shows twice the first, unless that has passed."""
        first = self._at(wall)
        return first if first > self.now else max(first, self._at(wall.replace(fold=1)))

    def _at(self, wall: datetime) -> datetime:
        return wall.astimezone(UTC) if self.zone is None else wall.replace(tzinfo=self.zone).astimezone(UTC)


def hour_meant(written: str, half: str) -> int:
    """Return the hour of 0 to 24 that digits and the words behind them mean ("pm", "утра"; "" none): from 1 to 7 without more,
    and without a leading zero, it is that of the afternoon."""
    hour = int(written)
    if half in ("pm", "дня", "вечера"):
        return hour + 12 if hour < 12 else hour
    if half in ("am", "утра", "ночи"):
        return 0 if hour == 12 and half != "утра" else hour
    return hour + 12 if is_bare(written, half) else hour


def is_bare(written: str, half: str) -> bool:
    """Whether an hour may be one of the morning or of the afternoon, by its digits and the words behind them alone."""
    return half not in ("am", "pm", "утра", "дня", "вечера", "ночи") and len(written) == 1 and int(written) in _WITHOUT_MORE


def after_working_days(day: date, count: int) -> date:
    """Return the day that lies so many working days (Monday to Friday, at most 250) ahead."""
    for _turn in range(min(count, 250)):
        day += timedelta(days=1)
        while day.weekday() > FRIDAY:
            day += timedelta(days=1)
    return day


def months_later(day: date, count: int) -> date:
    """Return the same day so many months ahead, or the last one of a shorter month. Raises ValueError past the year 9999."""
    first = first_of_month(day, count)
    return min(first + timedelta(days=day.day - 1), last_of_month(first))


def first_of_month(day: date, ahead: int = 0) -> date:
    """Return the first day of the month of a day, or of a month so far ahead. Raises ValueError past the year 9999."""
    years, month = divmod(day.month - 1 + ahead, 12)
    return date(day.year + years, month + 1, 1)


def last_of_month(day: date) -> date:
    """Return the last day of the month of a day. Raises ValueError in the last month of all."""
    return first_of_month(day, 1) - timedelta(days=1)
