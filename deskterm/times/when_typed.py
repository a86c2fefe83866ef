"""A time that a person types, also in the wrong keyboard layout, and what is said of it before it is taken."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

from deskterm.desk.layouts import other_layout
from deskterm.i18n import N_, _
from deskterm.times.when_words import Mistake, quick_time_in_words, time_in_words
from deskterm.words.wording import day_and_time

MISTAKES: dict[Mistake, str] = {
    Mistake.EMPTY: N_("For example: 2h, tomorrow 10:00, friday, 5 december"),
    Mistake.NOT_UNDERSTOOD: N_("No time that is understood yet; for example: 2h, tomorrow 10:00, friday"),
    Mistake.PAST: N_("That time has passed"),
    Mistake.TOO_FAR: N_("That is more than three years ahead"),
}
READY = (N_("1h"), N_("tomorrow 9:00"), N_("monday 9:00"))
"""Times that are offered in words, in every language; `typed_time` understands each."""


_IN_FIGURES = re.compile(r"(?<=\d)[жюб](?=\d)", re.IGNORECASE)
_SIGNS = {"ж": ":", "ю": ".", "б": ","}


def typed_time(text: str, now: datetime, zone: tzinfo | None = None) -> datetime | Mistake:
    """Return the time that was typed, also in the wrong layout ("pfdnhf 10^00" is "завтра 10:00"), on a zone's clock (None: the
    machine's). It may take a quarter of a second. Never raises."""
    quick = quick_typed_time(text, now, zone)
    if quick is not None:
        return quick
    found = time_in_words(text, now, zone)
    if found is Mistake.NOT_UNDERSTOOD and (other := in_other_layout(text)) != text:
        found = time_in_words(other, now, zone)
    return found


def quick_typed_time(text: str, now: datetime, zone: tzinfo | None = None) -> datetime | Mistake | None:
    """Return the same at once; None where `typed_time` has to be asked. Never raises."""
    found = quick_time_in_words(text, now, zone)
    if (found is None or found is Mistake.NOT_UNDERSTOOD) and (other := in_other_layout(text)) != text:
        swapped = quick_time_in_words(other, now, zone)
        return swapped if isinstance(swapped, datetime) or found is not None else None
    return found


def in_other_layout(text: str) -> str:
    """Return a time as the same keys give it in the other layout. What stands between figures is no letter."""
    return _IN_FIGURES.sub(lambda found: _SIGNS[found[0].lower()], other_layout(text))


def understood(at: datetime, zone: tzinfo | None) -> str:
    """Return a time that was understood with its day, and what a zone's clock shows then where that is not the operator's."""
    return f"{day_and_time(at)}{zone_words(at, zone)}"


def zone_words(at: datetime, zone: tzinfo | None) -> str:
    """Return what the clock of a zone shows at a time, to stand behind it: " · 12:00 Europe/Moscow"; "" where the operator's
    shows the same (None: it is the operator's)."""
    local, there = at.astimezone(), at.astimezone(zone)
    if local.utcoffset() == there.utcoffset():
        return ""
    form = "%H:%M" if local.date() == there.date() else "%d.%m %H:%M"
    return f" · {there.strftime(form)} {getattr(zone, 'key', None) or there.tzname() or ''}".rstrip()


def mistake_words(mistake: Mistake) -> str:
    """Return why words are no time to come."""
    return _(MISTAKES[mistake])
