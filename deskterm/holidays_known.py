"""The public holidays of countries, by the `holidays` library (0.109, MIT), which is loaded only where a calendar names one."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import date

from deskterm.i18n import _

YEARS_BEFORE, YEARS_AHEAD = 1, 3
"""Around the year of asking; governments announce moved days for one year or two."""
_COUNTRY = re.compile("[A-Z]{2}")


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


def holidays_of(country: str, subdivision: str, today: date) -> Holidays:
    """Return the public holidays of a country (ISO 3166-1, two letters) or of a part of it (ISO 3166-2 without the country).

    Raises NoSuchPlace.
    """
    import holidays

    country = country.upper()
    if not _COUNTRY.fullmatch(country) or not hasattr(holidays, country):
        raise NoSuchPlace(_("Write the two letters of a country, such as RU, DE or US."), part=False)
    years = range(today.year - YEARS_BEFORE, today.year + YEARS_AHEAD + 1)
    parts = {part.casefold(): part for part in getattr(holidays, country).subdivisions}
    if subdivision and subdivision.casefold() not in parts:
        raise NoSuchPlace(_part_fix(subdivision, list(parts.values())), part=True)
    known = holidays.country_holidays(country, subdiv=parts.get(subdivision.casefold()), years=years, expand=False)
    return Holidays(
        off=frozenset(day for day in known if day.year in years),
        worked=frozenset(day for day in known.weekend_workdays if day.year in years),
        until=date(years[-1], 12, 31),
    )


def _part_fix(given: str, parts: list[str]) -> str:
    if not parts:
        return _("Leave it out: this country has no parts with holidays of their own.")
    close = difflib.get_close_matches(given.upper(), parts, n=1)
    if close:
        return _('Did you mean "{word}"?').format(word=close[0])
    return _("Known here: {words}.").format(words=", ".join(sorted(parts)))
