"""Words as search compares them: folded, without endings, the same for what is stored and for what is asked.

A text is cut into runs of letters and digits. Each is folded (NFKC, no case, "ё" as "е", accents off Latin letters; "й" stays a
letter of its own) and stemmed by Snowball: Russian for words with a Cyrillic letter, English for those of Latin letters. What
holds a digit (a number, an order's code) is kept whole. An address is its parts, "ivan@mail.ru" the words ivan, mail, ru; each
character of Chinese or Japanese is a word, so that any part of a sentence is found.

PyStemmer is loaded with the first word: a console paints its first list without it. `RULES` of `search_index` changes with any
change here.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

LONGEST = 64
"""A longer run of letters is compared by its beginning: it is no word but data."""

_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(f"[{_HAN}]|[^\\W_{_HAN}](?:[^\\W_{_HAN}]|[\u0300-\u036f])*")
"""One word of a text as it was written, with its combining marks."""
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[a-z]+")
_LATIN_ACCENT = re.compile("([a-z])[\u0300-\u036f]+")
_RUN = re.compile(r"[^\W_]+")

_cached = lru_cache(maxsize=30_000)
"""Some 5 MB for the words that keep coming back: two thirds of what a desk hears."""


class _Snowball:
    """The stemmers, loaded with the first word. One at a time: they are no more thread-safe than their own caches."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._russian: Callable[[str], str] | None = None
        self._english: Callable[[str], str] | None = None

    def __call__(self, word: str) -> str:
        with self._lock:
            if self._russian is None or self._english is None:
                import Stemmer

                self._russian = Stemmer.Stemmer("russian", 0).stemWord
                self._english = Stemmer.Stemmer("english", 0).stemWord
            if _CYRILLIC.search(word):
                return self._russian(word)
            return self._english(word) if _LATIN.fullmatch(word) else word


_snowball = _Snowball()


@_cached
def folded_word(word: str) -> str:
    """Return a run of `WORD` as it is compared: folded, not stemmed. "" where nothing of it is left; with spaces where folding
    makes several words of it."""
    plain = unicodedata.normalize("NFKC", word).casefold().replace("ё", "е")
    if not plain.isascii():
        apart = _LATIN_ACCENT.sub(r"\1", unicodedata.normalize("NFD", plain))
        plain = unicodedata.normalize("NFC", apart)
    if not plain.isalnum():
        plain = " ".join(_RUN.findall(plain))
    return plain[:LONGEST].rstrip()


@_cached
def _stemmed(word: str) -> str:
    """Return a run of `WORD` as it is stored: folded and stemmed."""
    plain = folded_word(word)
    if plain.isalpha():
        return _snowball(plain) or plain
    return plain


def stems(text: str) -> list[str]:
    """Return the words of a text as they are compared, in its order."""
    return " ".join(map(_stemmed, WORD.findall(text))).split()


def column(text: str) -> str:
    """Return a text as a column of `search_doc` keeps it: its words, a space before and after each; "" for none."""
    words = stems(text)
    return f" {' '.join(words)} " if words else ""


def folded_words(text: str) -> list[str]:
    """Return the words of a text folded but not stemmed: for names, and for what may be the beginning of a word."""
    return " ".join(map(folded_word, WORD.findall(text))).split()


def placed(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """Yield each word of a text as (from, to, what it is stored as), in code points."""
    for match in WORD.finditer(text):
        found = _stemmed(match[0]).split()
        if found:
            yield match.start(), match.end(), found
