"""A time to come on a command line, in words: "friday 10:00", "завтра", "in 2h"."""

from __future__ import annotations

from datetime import datetime, tzinfo

from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _
from deskterm.office import OfficeError
from deskterm.times import when_typed as typed
from deskterm.times.when_words import Mistake

_MISTAKES: dict[Mistake, str] = {
    Mistake.EMPTY: N_("a time is missing"),
    Mistake.NOT_UNDERSTOOD: N_("{words} is no time that is understood"),
    Mistake.PAST: N_("{words} has passed"),
    Mistake.TOO_FAR: N_("{words} is too far ahead"),
}


def typed_time(words: str, now: datetime, zone: tzinfo | None) -> datetime:
    """Return the time that words mean, also in the wrong layout, seen from `now` on the clock of a zone (None: this machine's),
    in UTC. Raises OfficeError("usage")."""
    found = typed.typed_time(words, now, zone)
    if isinstance(found, Mistake):
        what = _(_MISTAKES[found]).format(words=clean_line(words, 100))
        raise OfficeError("usage", what, _("Write it as “friday 10:00”, “in 2h” or “2026-12-01 15:00”."))
    return found
