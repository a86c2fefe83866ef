"""What is typed about notices, understood: quiet hours and how long notices are gathered; and shown again."""

from __future__ import annotations

import re
import zoneinfo

MINUTES_A_DAY = 1440
_HOURS = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*(?:-|–|—|to|до)\s*([0-9]{1,2})(?:[:.]([0-9]{2}))?")
_SPAN = re.compile(r"([0-9]{1,4})\s*(m|min|м|мин|h|ч|час)?")
_HOUR_NAMES = ("h", "ч", "час")


def typed_hours(text: str) -> tuple[int, int] | None:
    """Return hours of a day as minutes from midnight: "22:00-8:00" or "22-8" are (1320, 480). None where it is none: another
    form, a time that no day has, or no time at all between the two."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        return None
    hours = [int(found[1]), int(found[3])]
    minutes = [int(found[2] or 0), int(found[4] or 0)]
    if max(hours) > 23 or max(minutes) > 59:
        return None
    start, end = (60 * hour + minute for hour, minute in zip(hours, minutes, strict=True))
    return None if start == end else (start, end)


def hours_shown(start: int, end: int) -> str:
    """Return hours of a day as they are typed: "22:00-08:00"."""
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (start, end))


def typed_gathering(text: str) -> int | None:
    """Return minutes: "30", "30m", "2h"; None where it is no such length, or more than a day."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        return None
    minutes = int(found[1]) * (60 if found[2] in _HOUR_NAMES else 1)
    return minutes if minutes <= MINUTES_A_DAY else None


def known_zone(name: str) -> bool:
    """Whether the time zone database has this name."""
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return False
    return True


def is_quiet(minute: int, start: int | None, end: int | None) -> bool:
    """Whether a minute of the day lies in quiet hours, which may go over midnight; both None: there are none."""
    if start is None or end is None:
        return False
    return start <= minute < end if start < end else minute >= start or minute < end
