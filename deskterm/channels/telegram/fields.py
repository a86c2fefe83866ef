"""Tolerant reading of JSON from outside: a field of another type than expected is a field that is not there.

The Bot API's objects grow with every release and a bot server of one's own may send anything, so nothing here raises.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

Json = dict[str, object]

_SURROGATE = re.compile("[\ud800-\udfff]")
_INT64 = 2**63
_YEAR_10000 = 253_402_300_800


def table(value: object) -> Json:
    """Return an object, or an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[Json]:
    """Return the objects of a list; whatever else stands in it is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: object) -> str:
    """Return a string without lone surrogates (each becomes U+FFFD, so that lengths in UTF-16 units stay), or ""."""
    return _SURROGATE.sub("\ufffd", value) if isinstance(value, str) else ""


def integer(value: object) -> int | None:
    """Return a whole number of at most 64 bits; a JSON `true` is none."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if -_INT64 <= value < _INT64 else None


def number(value: object) -> float | None:
    """Return a finite number (a coordinate)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 else None


def moment(value: object) -> datetime | None:
    """Return a time given in Unix seconds; Telegram's 0 ("unknown") is none."""
    seconds = integer(value)
    if seconds is None or not 0 < seconds < _YEAR_10000:
        return None
    return datetime.fromtimestamp(seconds, UTC)
