"""The names of tags: such that a query can speak of them as they are."""

from __future__ import annotations

from deskterm.desk.query import FIELD
from deskterm.desk.text import clean_line

MAX_NAME = 40
"""Longest name of a tag, in characters."""
MAX_TAGS = 20
"""Most tags on one conversation."""
_IN_QUERIES = frozenset(",\"'«»“”:()[]{}<>=\\")
"""What has a meaning of its own in a query, or is taken for it."""


def tag_name(text: str) -> str | None:
    """Return the name of a tag as it is kept, None where that cannot be one: the filter's own words ("none") cannot."""
    name = " ".join(clean_line(text, 8 * MAX_NAME).split())
    if not 1 <= len(name) <= MAX_NAME or name.startswith("-") or not _IN_QUERIES.isdisjoint(name):
        return None
    return None if FIELD["tag"].choice(name) is not None else name
