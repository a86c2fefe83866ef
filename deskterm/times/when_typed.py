"""A time that a person types, also in the wrong keyboard layout, and what is said of it before it is taken."""

from __future__ import annotations

from datetime import datetime

from deskterm.desk.layouts import other_layout
from deskterm.i18n import N_, _
from deskterm.times.when_words import Mistake, quick_time_in_words, time_in_words

MISTAKES: dict[Mistake, str] = {
    Mistake.EMPTY: N_("For example: 2h, tomorrow 10:00, friday, 5 december"),
    Mistake.NOT_UNDERSTOOD: N_("No time that is understood yet; for example: 2h, tomorrow 10:00, friday"),
    Mistake.PAST: N_("That time has passed"),
    Mistake.TOO_FAR: N_("That is more than three years ahead"),
}
READY = (N_("1h"), N_("tomorrow 9:00"), N_("monday 9:00"))
"""Times that are offered in words, in every language; `typed_time` understands each."""


def typed_time(text: str, now: datetime) -> datetime | Mistake:
    """Return the time that was typed, also in the wrong layout ("pfdnhf" is "завтра"). It may take a quarter of a second."""
    found = time_in_words(text, now)
    if found is Mistake.NOT_UNDERSTOOD:
        other = time_in_words(other_layout(text), now)
        return found if isinstance(other, Mistake) else other
    return found


def quick_typed_time(text: str, now: datetime) -> datetime | Mistake | None:
    """Return the same at once; None where `typed_time` has to be asked."""
    found = quick_time_in_words(text, now)
    if found is Mistake.NOT_UNDERSTOOD:
        other = quick_time_in_words(other_layout(text), now)
        return found if isinstance(other, Mistake) else other
    return found


def mistake_words(mistake: Mistake) -> str:
    """Return why words are no time to come."""
    return _(MISTAKES[mistake])
