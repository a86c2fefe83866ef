"""Likely doubles in people's words, for console and command line: why two customers may be one, and how likely that is."""

from __future__ import annotations

from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _

REASONS: dict[str, str] = {
    "phone": N_("the same telephone number"),
    "email": N_("the same e-mail address"),
    "plus": N_("the same address but for what follows a plus"),
    "name": N_("names alike"),
    "record": N_("named by the same record"),
}
"""Every reason of `store.schema_customer.Duplicate`."""
VERY_LIKELY = 85
"""The score from which on a pair is worth a colour."""
_SURE = ((95, N_("almost surely")), (VERY_LIKELY, N_("very likely")), (70, N_("likely")), (0, N_("perhaps")))


def double_words(reason: str) -> str:
    """Return why two customers are likely one; a reason that is not known (from a newer store) as it is, with spaces."""
    return _(REASONS[reason]) if reason in REASONS else clean_line(reason.replace("_", " "), 60)


def score_words(score: int) -> str:
    """Return how likely it is (0-100), in words."""
    return next(_(words) for least, words in _SURE if score >= least)
