"""How a contact logged by hand ended and how long it took, in words."""

from __future__ import annotations

from deskterm.i18n import N_, _, ngettext

OUTCOMES: dict[str, str] = {
    "solved": N_("solved"),
    "open": N_("stays open"),
    "call_back": N_("call back"),
    "no_answer": N_("no answer"),
}
"""`desk.decide_contact.OUTCOMES` in words."""


def contact_words(outcome: str, duration_s: int | None) -> str:
    """Return how a contact ended, as "solved, 3 min"; "" for what is no contact."""
    if not outcome:
        return ""
    words = _(OUTCOMES[outcome]) if outcome in OUTCOMES else outcome
    return words if duration_s is None else f"{words}, {_took(duration_s)}"


def _took(seconds: int) -> str:
    if 0 < seconds < 60:
        return ngettext("{n} s", "{n} s", seconds).format(n=seconds)
    minutes = round(seconds / 60)
    return ngettext("{n} min", "{n} min", minutes).format(n=minutes)
