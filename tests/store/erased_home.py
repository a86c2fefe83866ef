"""Every byte under a folder, searched for words in every form that the store keeps them in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from deskterm.store import stems

COMMON = {"example"}
"""Words that stand anywhere."""


def forms(words: Iterable[str]) -> set[bytes]:
    """Return the words as they were written, folded, and stemmed."""
    found = set()
    for text in words:
        for form in (text, text.casefold(), " ".join(stems.stems(text)), " ".join(stems.folded_words(text))):
            found.add(form.encode())
        found |= {word.encode() for word in stems.stems(text) if len(word) > 5 and word not in COMMON}
    return found


def left_of(home: Path, words: Iterable[str]) -> dict[str, list[str]]:
    """Return which files under a folder hold which of these words, in any form."""
    sought = forms(words)
    found = {}
    for path in sorted(home.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            held = sorted(word.decode() for word in sought if word in data or word in path.name.encode())
            if held:
                found[str(path.relative_to(home))] = held
    return found
