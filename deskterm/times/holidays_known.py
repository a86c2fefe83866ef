"""The public holidays of countries, by the `holidays` library (0.109, MIT).

The library is loaded only where a calendar names a country, and then takes a third of a second: what it said is kept in a file
of the desk's folder for the rest of the year, or until the library itself is another one.
"""

from __future__ import annotations

import contextlib
import difflib
import importlib.util
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from deskterm.i18n import _
from deskterm.paths import PRIVATE_FILE

YEARS_BEFORE, YEARS_AHEAD = 1, 3
"""Around the year of asking; governments announce moved days for one year or two."""
KEPT = "holidays.json"
"""The file in the desk's folder. It may be deleted at any time."""
_COUNTRY = re.compile("[A-Z]{2}")
_LARGEST = 2**20


@dataclass(frozen=True, slots=True)
class Holidays:
    """Holidays from the first day of last year `until` the last one of `YEARS_AHEAD`, and the days of rest that are worked
    instead of one, as far as the library knows them."""

    off: frozenset[date]
    worked: frozenset[date]
    until: date


class NoSuchPlace(ValueError):
    """No holidays are known for a country or a part of it; `part` tells which, the text is how to mend it."""

    def __init__(self, fix: str, *, part: bool) -> None:
        super().__init__(fix)
        self.part = part


def holidays_of(country: str, subdivision: str, today: date, home: Path | None = None) -> Holidays:
    """Return the public holidays of a country (ISO 3166-1, two letters) or of a part of it (ISO 3166-2 without the country).

    `home` is the desk's folder, where they are kept if there is one. Raises NoSuchPlace.
    """
    place = f"{country}/{subdivision}".upper()
    known = _kept(home, today)
    found = _read(known.get(place), today)
    if found is None:
        found = _asked(country.upper(), subdivision, today)
        _keep(home, today, {**known, place: {"off": _texts(found.off), "worked": _texts(found.worked)}})
    return found


def _asked(country: str, subdivision: str, today: date) -> Holidays:
    """Return what the library says."""
    fix = _("Write the two letters of a country, such as RU, DE or US.")
    if not _COUNTRY.fullmatch(country):
        raise NoSuchPlace(fix, part=False)
    import holidays

    if not hasattr(holidays, country):
        raise NoSuchPlace(fix, part=False)
    years = range(today.year - YEARS_BEFORE, today.year + YEARS_AHEAD + 1)
    parts = {part.casefold(): part for part in getattr(holidays, country).subdivisions}
    if subdivision and subdivision.casefold() not in parts:
        raise NoSuchPlace(_part_fix(subdivision, list(parts.values())), part=True)
    known = holidays.country_holidays(country, subdiv=parts.get(subdivision.casefold()), years=years, expand=False)
    return Holidays(
        off=frozenset(day for day in known if day.year in years),
        worked=frozenset(day for day in known.weekend_workdays if day.year in years),
        until=_until(today),
    )


def _until(today: date) -> date:
    return date(today.year + YEARS_AHEAD, 12, 31)


def _part_fix(given: str, parts: list[str]) -> str:
    if not parts:
        return _("Leave it out: this country has no parts with holidays of their own.")
    close = difflib.get_close_matches(given.upper(), parts, n=1)
    if close:
        return _('Did you mean "{word}"?').format(word=close[0])
    return _("Known here: {words}.").format(words=", ".join(sorted(parts)))


# What was asked before


def _stamp(today: date) -> str:
    """Return what kept holidays hold for: this year, and the library that is installed."""
    spec = importlib.util.find_spec("holidays")
    origin = Path(spec.origin) if spec is not None and spec.origin else None
    installed = [] if origin is None else sorted(path.name for path in origin.parent.parent.glob("holidays-*.dist-info"))
    return f"{today.year} {' '.join(installed)}"


def _kept(home: Path | None, today: date) -> Mapping[str, Any]:
    """Return what is kept by place; nothing where it was said in another year or by another library, or cannot be read."""
    if home is None:
        return {}
    try:
        with (home / KEPT).open(encoding="utf-8") as file:
            whole = json.loads(file.read(_LARGEST))
        return whole["known"] if whole["stamp"] == _stamp(today) and isinstance(whole["known"], dict) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # it is made anew


def _read(plain: Any, today: date) -> Holidays | None:
    try:
        return Holidays(
            off=frozenset(map(date.fromisoformat, plain["off"])),
            worked=frozenset(map(date.fromisoformat, plain["worked"])),
            until=_until(today),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _texts(days: frozenset[date]) -> list[str]:
    return [day.isoformat() for day in sorted(days)]


def _keep(home: Path | None, today: date, known: Mapping[str, Any]) -> None:
    """Keep what is known, all of it or nothing. Where the folder cannot be written the library is asked again next time."""
    if home is None:
        return
    draft = home / f".{KEPT}.{os.getpid()}"
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, PRIVATE_FILE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"stamp": _stamp(today), "known": known}, file)
        draft.replace(home / KEPT)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()
