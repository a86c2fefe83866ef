"""How a task recurs: words or a rule (RRULE, RFC 5545 section 3.3.10) read into a rule that we keep, and when it is due next.

A rule is counted on the wall clock of the desk's zone: what is due at nine stays due at nine when the clocks change. What falls
into an hour that is left out is due an hour later, as clocks show it. dateutil (2.9) counts, and is loaded with the first rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import MAXYEAR, UTC, datetime, timedelta, tzinfo
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from deskterm.desk.situation_task import Checked, Following, Next
from deskterm.times.recurring_said import rule_said, time_said

if TYPE_CHECKING:
    from dateutil.rrule import rrule

LONGEST = 200
"""Characters of a rule; a longer one is none that a person meant."""
MAX_LOOK = 20_000
"""Most occurrences that are counted to find the next one: 54 years of days."""
_PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "BYYEARDAY"})
_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_PART = re.compile(r"([A-Z]+)=([A-Z0-9,+:-]+)", re.IGNORECASE)
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})Z?)?", re.IGNORECASE)
_CYCLE = 28
HORIZON = timedelta(days=20 * 366)
"""Nothing recurs less often: a rule with nothing within it is looked through no further."""


def checked(text: str, due: datetime, zone: tzinfo) -> str | None:
    """Return the rule that words ("every Monday", "каждые 2 недели") or a rule of RFC 5545 say for what is first due at `due`;
    None where they say none, or where nothing follows."""
    words = " ".join(text.casefold().replace("ё", "е").split())
    if not words or len(words) > LONGEST:
        return None
    try:
        wall = _wall(due, zone)
        at, said = time_said(words)
        rule = rule_said(said) or (None if at else _normal(words.removeprefix("rrule:").upper(), wall, zone))
    except OverflowError:  # the time is one of the last that there are
        return None
    if rule is None:
        return None
    rule = _of_long_months(rule, wall)
    if at is not None and (at.hour, at.minute) != (wall.hour, wall.minute):
        rule = _text(_parts(rule) | {"BYHOUR": str(at.hour), "BYMINUTE": str(at.minute)})
    return rule if next_of(rule, due, due, zone) is not None else None


def next_of(rule: str, due: datetime, now: datetime, zone: tzinfo) -> Following | None:
    """Return what follows a task of a series that was due at `due`: the first time by its rule that is later than that and than
    now; None where the series has ended, at the latest in the year 9999. What was missed meanwhile is left out, but counted."""
    try:
        return _next_of(rule, due, now, zone)
    except OverflowError:
        return None


def _next_of(rule: str, due: datetime, now: datetime, zone: tzinfo) -> Following | None:
    parts = _parts(rule)
    start = _wall(due, zone)
    if "BYHOUR" in parts:  # it is due at another time than the first, or fell into an hour that was left out
        start = start.replace(hour=int(parts.pop("BYHOUR")), minute=int(parts.pop("BYMINUTE")))
    count = int(parts.pop("COUNT", 0))
    later_than = max(start, _wall(now, zone))
    seen = 0
    for occurrence in _occurrences(parts, start, _horizon(later_than)):
        if occurrence <= start and seen == 0:
            continue
        seen += 1
        if count and seen >= count:
            return None
        if occurrence <= later_than:
            continue
        left = parts | ({"COUNT": str(count - seen)} if count else {})
        at = occurrence.replace(tzinfo=zone).astimezone(UTC)
        if _wall(at, zone) != occurrence:
            left |= {"BYHOUR": str(occurrence.hour), "BYMINUTE": str(occurrence.minute)}
        return Following(at, _text(left))
    return None


def _horizon(wall: datetime) -> datetime:
    return wall + HORIZON if wall.year <= MAXYEAR - 21 else wall.replace(year=MAXYEAR, month=12, day=31, hour=23)


def in_zone(zone: tzinfo) -> tuple[Checked, Next]:
    """Return `checked` and `next_of` for a desk in a zone, as rules are handed them."""
    return partial(_checked, zone), partial(_next, zone)


def _checked(zone: tzinfo, text: str, due: datetime) -> str | None:
    return checked(text, due, zone)


def _next(zone: tzinfo, rule: str, due: datetime, now: datetime) -> Following | None:
    return next_of(rule, due, now, zone)


def _of_long_months(rule: str, wall: datetime) -> str:
    """Return a rule by which what is due on the 31st is due on the last day of a shorter month, not left out in it."""
    parts = _parts(rule)
    if parts["FREQ"] != "MONTHLY" or wall.day <= 28 or any(name.startswith("BY") for name in parts):
        return rule
    days = ",".join(str(day) for day in range(28, wall.day + 1))
    return _text(parts | {"BYMONTHDAY": days, "BYSETPOS": "-1"})


# --- rules


def _normal(text: str, wall: datetime, zone: tzinfo) -> str | None:
    """Return a rule as it is kept; None where it is none that we count by."""
    found = [_PART.fullmatch(part) for part in text.strip().strip(";").split(";")]
    if not all(found):
        return None
    parts = {match[1]: match[2] for match in found if match is not None}
    if len(parts) < len(found) or not _PARTS.issuperset(parts) or parts.get("FREQ") not in _FREQUENCIES:
        return None
    if any(not (parts.get(name, "1").isdigit() and 1 <= int(parts.get(name, "1")) <= 999) for name in ("INTERVAL", "COUNT")):
        return None
    if "UNTIL" in parts:
        until = _until(parts["UNTIL"], zone)
        if until is None or "COUNT" in parts:
            return None
        parts["UNTIL"] = until
    return _text(parts) if _ever_is(parts, wall) else None


def _ever_is(parts: dict[str, str], wall: datetime) -> bool:
    """Whether a rule is one, and ever holds after its start. dateutil looks for the next time up to the year 9999: the rule is
    tried by the calendar of the last years before it, which is that of our own, every 28 years the same."""
    years = (MAXYEAR - wall.year) // _CYCLE * _CYCLE
    try:
        tried = {name: value for name, value in parts.items() if name not in ("COUNT", "UNTIL")}
        late = wall.replace(year=wall.year + years)
        return _rule(tried, late).after(late) is not None
    except (ValueError, TypeError, IndexError, KeyError, OverflowError):  # whatever dateutil says of a part that is wrong
        return False


def _until(text: str, zone: tzinfo) -> str | None:
    match = _UNTIL.fullmatch(text)
    if match is None:
        return None
    try:
        at = datetime.strptime(f"{match[1]}{match[2] or '235959'}", "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return (at.astimezone(zone) if text.endswith("Z") else at).strftime("%Y%m%dT%H%M%S")
    except (ValueError, OverflowError):
        return None


def _parts(rule: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in rule.split(";"))


def _text(parts: dict[str, str]) -> str:
    first = ("FREQ", "INTERVAL")
    return ";".join(f"{name}={parts[name]}" for name in sorted(parts, key=lambda name: (name not in first, name)))


def _wall(at: datetime, zone: tzinfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def _occurrences(parts: dict[str, str], start: datetime, end: datetime) -> Iterator[datetime]:
    return islice(_rule(parts, start, end), MAX_LOOK)


def _rule(parts: dict[str, str], start: datetime, end: datetime | None = None) -> rrule:
    """Return dateutil's rule; one without an end looks no further than `end`."""
    from dateutil.rrule import rrule, rrulestr

    if end is not None and "UNTIL" not in parts:
        parts = parts | {"UNTIL": end.strftime("%Y%m%dT%H%M%S")}
    rule = rrulestr(_text(parts), dtstart=start)
    assert isinstance(rule, rrule)
    return rule
