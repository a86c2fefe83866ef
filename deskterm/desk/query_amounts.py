"""Amounts of the filter language: spans (30m, 1h, 7d, 2w), days (2026-11-22) and numbers (1042), read and written."""

from __future__ import annotations

import re
from datetime import date

from deskterm.desk.query_fields import Amounts, Field
from deskterm.desk.query_tree import Amount, Day, Number, Span

MAX_SPAN = 100 * 366 * 86_400
"""Longest span in seconds: a hundred years, so that no clock arithmetic leaves the calendar."""
MAX_NUMBER = 10**18 - 1
"""Highest number: what a column of 64 bits holds."""
FIRST_YEAR, LAST_YEAR = 1970, 2999

_UNITS = {
    1: ("s", "sec", "с", "сек"),
    60: ("m", "min", "м", "мин"),
    3_600: ("h", "ч", "час"),
    86_400: ("d", "д", "дн"),
    604_800: ("w", "н", "нед"),
}
"""Seconds of a unit, and its names; shown are `UNITS_SHOWN`."""
_SECONDS = {name: seconds for seconds, names in _UNITS.items() for name in names}
UNITS_SHOWN = {
    "en": {1: "s", 60: "m", 3_600: "h", 86_400: "d", 604_800: "w"},
    "ru": {1: "с", 60: "м", 3_600: "ч", 86_400: "д", 604_800: "н"},
}
_SPAN = re.compile(r"(?:[0-9]{1,12}[a-zа-я]{1,4})+", re.IGNORECASE)
_PIECE = re.compile(r"([0-9]+)([a-zа-я]+)", re.IGNORECASE)
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DOTTED_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_NUMBER = re.compile(r"#?([0-9]{1,30})")


def amount(field: Field, text: str) -> Amount | None:
    """Return the amount that a text is for a field; None where it is none that the field is compared with."""
    match field.compares:
        case Amounts.SPAN:
            return _span(text)
        case Amounts.MOMENT:
            return _span(text) or _day(text)
        case Amounts.AHEAD:
            return _signed_span(text) or _day(text)
        case Amounts.NUMBER:
            return _number(text)
        case Amounts.ORDER:
            choice = field.choice(text)
            return None if choice is None else Number(field.values.index(choice))
        case Amounts.NOTHING:
            return None


def _span(text: str) -> Span | None:
    if not _SPAN.fullmatch(text):
        return None
    total = 0
    for count, unit in _PIECE.findall(text):
        if unit.lower() not in _SECONDS:
            return None
        total += int(count) * _SECONDS[unit.lower()]
    return Span(total) if total <= MAX_SPAN else None


def _signed_span(text: str) -> Span | None:
    """Read a span ahead, or one that has passed, with a minus."""
    span = _span(text.removeprefix("-"))
    return Span(-span.seconds) if span is not None and text.startswith("-") else span


def _day(text: str) -> Day | None:
    if match := _ISO_DAY.fullmatch(text):
        year, month, day = match.groups()
    elif match := _DOTTED_DAY.fullmatch(text):
        day, month, year = match.groups()
    else:
        return None
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return None
    try:
        return Day(date(int(year), int(month), int(day)))
    except ValueError:
        return None


def _number(text: str) -> Number | None:
    match = _NUMBER.fullmatch(text)
    return Number(int(match[1])) if match and int(match[1]) <= MAX_NUMBER else None


def amount_text(field: Field, value: Amount, language: str) -> str:
    """Return an amount as it is written in a language."""
    match value:
        case Span(seconds):
            return _span_text(seconds, language)
        case Day(day):
            return day.isoformat()
        case Number(number):
            return field.values[number].names(language)[0] if field.compares is Amounts.ORDER else str(number)


def _span_text(seconds: int, language: str) -> str:
    """Return a span in the largest unit that counts it whole; a single week is seven days, as people say it."""
    if seconds < 0:
        return f"-{_span_text(-seconds, language)}"
    shown = UNITS_SHOWN["ru" if language == "ru" else "en"]
    for size in sorted(shown, reverse=True):
        if seconds % size == 0 and seconds >= size and not (seconds == size == 604_800):
            return f"{seconds // size}{shown[size]}"
    return f"0{shown[1]}"


def width(span: Span) -> int:
    """Return the unit in seconds within which an age equals a span: the largest up to a day that counts it whole."""
    return next(size for size in (86_400, 3_600, 60, 1) if span.seconds % size == 0)
