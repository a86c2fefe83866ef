"""Whom a note names: "@anna", "@Анна", "@Anna Petrova". Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

_AT = re.compile(r"(?<![\w.@+/-])@(?=\w)")
"""An @ that begins a name: not that of an address (anna@shop.test) or of a link."""
_ENDS = re.compile(r"(?![\w@])(?![.-]\w)")
"""Where a name ends: "@anna." and "@anna's" name Anna, "@anna.petrova" and "@anna@shop.test" do not."""
MOST = 50
"""How many places of one note are looked at."""


def mentioned(text: str, names: Mapping[int, Iterable[str]]) -> frozenset[int]:
    """Return the ids of those whom a text names. `names` are the names that each goes by; of several that fit at one place the
    longest counts, and one that two people share names both."""
    if "@" not in text:
        return frozenset()
    known: dict[str, set[int]] = {}
    for person, own in names.items():
        for name in own:
            if name.strip():
                known.setdefault(_alike(name), set()).add(person)
    longest_first = sorted(known, key=len, reverse=True)
    words = _alike(text)
    found: set[int] = set()
    for at, _count in zip(_AT.finditer(words), range(MOST), strict=False):
        for name in longest_first:
            if words.startswith(name, at.end()) and _ENDS.match(words, at.end() + len(name)):
                found |= known[name]
                break
    return frozenset(found)


def _alike(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace("ё", "е").split())
