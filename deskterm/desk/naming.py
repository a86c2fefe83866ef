"""Names that people give to tags, teams and saved views: made sound, and compared."""

from __future__ import annotations

from deskterm.desk.query import FIELD, folded
from deskterm.desk.text import clean_line

MAX_NAME = 40
"""Longest name, in characters."""

__all__ = ["MAX_NAME", "folded", "sound_name"]


def sound_name(text: str, field: str = "") -> str | None:
    """Return a name as it is kept, on one line and of 1 to `MAX_NAME` characters; None for what cannot be one.

    `field` is the field of the filter language that will look for it ("tag", "team"): its own words ("none", "me") would never
    be taken for the name there.
    """
    if len(text) > 8 * MAX_NAME:
        return None
    name = clean_line(text, 8 * MAX_NAME)
    if not 0 < len(name) <= MAX_NAME:
        return None
    return None if field and FIELD[field].choice(name) is not None else name
