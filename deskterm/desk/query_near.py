"""The known words nearest to one that is not known: mistyped, cut short, or typed in the wrong keyboard layout."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from deskterm.desk.layouts import other_layout
from deskterm.desk.query_fields import CONVERSATIONS, Choice, Field, Vocabulary, folded

MOST = 3
"""How many words are named at most."""
_LONGEST = 60
"""A longer text is like no word: comparing it would only take time."""
_LIKE = 0.6
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_COLONS = str.maketrans("Ж^", "::")
"""What the Latin colon's keys give in a Russian layout, and the other way round."""


def language_of(text: str) -> str:
    """Return the language that a text is written in: "ru" where it has a Cyrillic letter."""
    return "ru" if _CYRILLIC.search(text) else "en"


def in_other_layout(text: str) -> str:
    """Return a text as the same keys give it in the other keyboard layout, in small letters; a colon is one in both."""
    return ":".join(map(other_layout, text.translate(_COLONS).lower().split(":")))


def nearest(text: str, words: Iterable[str]) -> tuple[str, ...]:
    """Return the words most like a text, the nearest first."""
    wanted = folded(text)
    by_fold = {folded(word): word for word in words}
    if not wanted or len(wanted) > _LONGEST:
        return ()
    found = [folded(in_other_layout(text))] if folded(in_other_layout(text)) in by_fold else []
    found += [word for word in by_fold if word.startswith(wanted)]
    found += difflib.get_close_matches(wanted, by_fold, MOST, _LIKE)
    return tuple(by_fold[word] for word in dict.fromkeys(found))[:MOST]


def nearest_field(text: str, among: Vocabulary = CONVERSATIONS) -> tuple[str, ...]:
    """Return the names of fields most like a text, in its language or in the one that the other layout gives."""
    return _among(among.fields(), text)


def nearest_choice(field: Field, text: str) -> tuple[str, ...]:
    """Return the words of a field's own list most like a text, in its language or in the one that the other layout gives."""
    return _among(field.values, text)


def _among(named: Iterable[Field | Choice], text: str) -> tuple[str, ...]:
    named = tuple(named)
    language = language_of(text)
    other = "en" if language == "ru" else "ru"
    swapped = folded(in_other_layout(text))
    found = [name for one in named for name in one.names(other) if folded(name) == swapped]
    return (*found, *nearest(text, (name for one in named for name in one.names(language))))[:MOST]
