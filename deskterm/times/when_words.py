"""A time in a person's words, Russian or English: "завтра 10:00", "friday", "in 2h", "30м", "понедельник 9", "конец недели".

The answer is always a time to come. A day without a time means its morning; a time of day or a part of the day that has passed
today means tomorrow's. Minutes and hours are counted as they pass, days and longer spans on the wall clock. What neither this
module nor `when_days` knows is asked of dateparser (1.2), which is loaded only then and takes a quarter of a second for it: who
must not wait asks `quick_time_in_words` first.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from logging import getLogger
from threading import Lock

from deskterm.times.hours import MONTHS, NUMBERS, WallClock, after_working_days, months_later
from deskterm.times.when_days import Ask, Reading

log = getLogger(__name__)

FURTHEST = timedelta(days=3 * 366)
"""No typed time lies further ahead: such a one is a slip of the finger."""
LONGEST = 100
"""Characters; whatever is longer is no time."""
_ONE_AT_A_TIME = Lock()
"""Held while dateparser reads: it may be asked in threads, and keeps what it knows of languages in its classes."""


class Mistake(StrEnum):
    """Why words are no time to come."""

    EMPTY = "empty"
    NOT_UNDERSTOOD = "not_understood"
    PAST = "past"
    TOO_FAR = "too_far"


def time_in_words(text: str, now: datetime, zone: tzinfo | None = None) -> datetime | Mistake:
    """Return the time in UTC that words mean, seen from `now` (aware), in the zone of who types (None: the machine's). Never
    raises."""
    return _time(text, WallClock(now.astimezone(UTC), zone), _by_dateparser)


def quick_time_in_words(text: str, now: datetime, zone: tzinfo | None = None) -> datetime | Mistake | None:
    """Return the same in less than a millisecond; None where only dateparser can tell. Never raises."""
    try:
        return _time(text, WallClock(now.astimezone(UTC), zone), _unasked)
    except _NotAsked:
        return None


def _time(text: str, clock: WallClock, ask: Ask) -> datetime | Mistake:
    if len(text) > 2 * LONGEST:
        return Mistake.NOT_UNDERSTOOD
    words = _plain(text)
    if not words or len(words) > LONGEST:
        return Mistake.NOT_UNDERSTOOD if words else Mistake.EMPTY
    try:
        found = _after_a_span(words, clock) or _day_and_time(words, clock, ask)
    except (ValueError, OverflowError):
        return Mistake.NOT_UNDERSTOOD  # no such day or time: 31.02., 25:00
    if found is None or isinstance(found, Mistake):
        return found or Mistake.NOT_UNDERSTOOD
    if found - clock.now > FURTHEST:
        return Mistake.TOO_FAR
    return found if found > clock.now else Mistake.PAST


def _day_and_time(words: str, clock: WallClock, ask: Ask) -> datetime | None:
    found = Reading(words, clock.wall, ask).result()
    return None if found is None else clock.at(found)


# One way to write it

_ORDINAL = re.compile(r"(?<=\d)(?:-?(?:st|nd|rd|th|го|ого|е|ое|му)(?!\w)(?: числ[ауо]\b)?| числ[ауо]\b)")
_NAMED_MONTH = re.compile(rf"(?<!\w)(?:{'|'.join(MONTHS)})(?!\w)")
_ORDINALS_RU = (
    "первого второго третьего четвертого пятого шестого седьмого восьмого девятого десятого одиннадцатого двенадцатого"
)
_HALF_TO = re.compile(rf"(?<!\w)пол ?({_ORDINALS_RU.replace(' ', '|')})(?!\w)")
_HALF_PAST = re.compile(r"(?<!\w)half past (\d{1,2})(?![\w:.])")
_QUARTER_TO = re.compile(r"(?<!\w)(?:quarter to|без (?:пятнадцати|четверти)|без 15) (\d{1,2})(?![\w:.])")
_QUARTER_PAST = re.compile(r"(?<!\w)quarter past (\d{1,2})(?![\w:.])")


def _plain(text: str) -> str:
    """Return words in lower case and one way of writing: a day of the month as "25 числа", half past two as "2:30"."""
    words = " ".join(text.casefold().replace("ё", "е").split())
    words = re.sub(r",(?=\s|$)", " ", words)
    words = re.sub(r"(?<!\w)перво(?:го|е)(?= числ| \w{3})", "1", words)
    words = _ORDINAL.sub("" if _NAMED_MONTH.search(words) else " числа", words)
    words = re.sub(r"(?<!\w)(пол)(час)", r"\1 \2", words)
    words = _HALF_TO.sub(lambda found: f"{_ORDINALS_RU.split().index(found[1]) or 12}:30", words)
    words = _HALF_PAST.sub(r"\1:30", words)
    words = _QUARTER_PAST.sub(r"\1:15", words)
    words = _QUARTER_TO.sub(lambda found: f"{(int(found[1]) - 1) or 12}:45", words)
    return " ".join(words.split())


# "in 2h", "через 3 дня в 10:00", "in 2 business days"

_LENGTHS = (
    (re.compile(r"secs?|seconds?|сек|секунд[аыу]?"), timedelta(seconds=1)),
    (re.compile(r"m|mins?|minutes?|м|мин|минут[аыу]?"), timedelta(minutes=1)),
    (re.compile(r"h|hrs?|hours?|ч|час|часа|часов|часик|часика"), timedelta(hours=1)),
    (re.compile(r"d|days?|д|дн|день|дня|дней|сутки|суток"), timedelta(days=1)),
    (re.compile(r"w|weeks?|н|нед|недел[яюиь]"), timedelta(weeks=1)),
)
_MONTHS_LONG = ((re.compile(r"months?|месяц|месяца|месяцев"), 1), (re.compile(r"years?|год|года|лет"), 12))
_DAY_LONG = timedelta(days=1)
_COUNT = rf"(?:(\d{{1,5}}(?:[.,]\d{{1,2}})?)\s*|({'|'.join(sorted(NUMBERS, key=len, reverse=True))})\s+)"
_AFTER = re.compile(r"(?:in|after|через|спустя)\s+")
_PIECE = re.compile(rf"{_COUNT}?([^\W\d_]+)(?:\s+(?:and|и)(?!\w))?\s*")
_WORKING_DAYS = re.compile(
    rf"{_COUNT}?(?:рабоч(?:их|ий|его)|business|working|work) (?:дн(?:я|ей)|день|days?)(?!\w)\s*(?:time(?!\w)\s*)?"
)


def _after_a_span(words: str, clock: WallClock) -> datetime | Mistake | None:
    """Return the end of a span that the words begin with, at the time of day that may follow whole days; None: no span."""
    told = _AFTER.match(words)
    rest = words[told.end() :] if told else words
    today, at = clock.wall.date(), clock.wall.time()
    if (found := _WORKING_DAYS.match(rest)) is not None:
        count = _number(found[1], found[2])
        return _on_the_day(datetime.combine(after_working_days(today, round(count)), at), rest[found.end() :], clock)
    months, days, passing, pieces = 0.0, timedelta(), timedelta(), 0
    while (piece := _PIECE.match(rest)) is not None and (piece[1] or piece[2] or (told and not pieces)):
        count = _number(piece[1], piece[2])
        length = next((length for names, length in _LENGTHS if names.fullmatch(piece[3])), None)
        long = next((long for names, long in _MONTHS_LONG if names.fullmatch(piece[3])), None)
        if length is None and long is None:
            break
        if length is not None and length < _DAY_LONG:
            passing += length * count
        elif length is not None:
            days += length * count
        months += (long or 0) * count
        rest, pieces = rest[piece.end() :], pieces + 1
    if not pieces:
        return None
    if rest in ("ago", "назад"):
        return Mistake.PAST
    if months > 48 or days + passing > 2 * FURTHEST:
        return Mistake.TOO_FAR
    whole = timedelta(days=days.days)
    passing += days - whole + timedelta(days=round(months % 1 * 30))
    if not (months >= 1 or whole):
        return clock.now + passing if not rest else None
    on = datetime.combine(months_later(today, int(months)), at) + whole
    return clock.at(on) + passing if not rest else _on_the_day(on, rest, clock)


def _number(figures: str | None, word: str | None) -> float:
    return float(figures.replace(",", ".")) if figures else NUMBERS[word] if word else 1


def _on_the_day(end: datetime, rest: str, clock: WallClock) -> datetime | None:
    """Return the end of a span of days on the wall, at the time of day that words behind it name; None: they name none."""
    on = Reading(rest, clock.wall, _nothing).on(end.date()) if rest else end
    return None if on is None else clock.at(on)


# What else is asked

_YEAR = re.compile(r"(?:in |в |на )?(?:the year )?\d{4}(?: ?г(?:од[ау]?)?\.?)?")
"""No time of a person's: which day of it is meant?"""


def _by_dateparser(words: str, wall: datetime) -> datetime | None:
    if _YEAR.fullmatch(words):
        return None
    import dateparser

    settings = {"PREFER_DATES_FROM": "future", "RELATIVE_BASE": wall, "DATE_ORDER": "DMY"}
    try:
        with _ONE_AT_A_TIME:
            read = dateparser.parse(words, languages=["ru", "en"], settings=settings)
    except Exception:  # it looks through any words: what it stumbles over is no time
        log.exception("dateparser failed on words that were typed as a time")
        return None
    if read is None:
        return None
    read = read.replace(tzinfo=None)
    names_no_time = read.time() in (wall.time(), time(0)) and not re.search(r"\d[:.]\d|час|hour|ago|назад", words)
    return datetime.combine(read.date(), time(9)) if names_no_time and read.date() != wall.date() else read


class _NotAsked(Exception):
    """The words are dateparser's to understand."""


def _unasked(words: str, _wall: datetime) -> datetime | None:
    if _YEAR.fullmatch(words):
        return None
    raise _NotAsked


def _nothing(_words: str, _wall: datetime) -> datetime | None:
    return None
