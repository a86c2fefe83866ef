"""Numbers of records in texts: "заказ №5531", "order A-5531". Pure; which of them there are, the store says.

Numbers are compared without case, spaces and the signs № and #, and with Cyrillic letters as the Latin ones that look alike: a
customer who copies "A-5531" from a parcel by hand has a Russian keyboard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from deskterm.desk.card import RecordKind

MAX_TEXT = 20_000
"""How much of a text is searched, in characters."""
MAX_NUMBERS = 50
"""Most numbers that one text is taken to name: a table of them is no mention."""
MAX_ID = 100
"""Longest number of a record, in characters."""
_ALIKE = str.maketrans("АВЕКМНОРСТУХЅІЈаеорсухѕіј", "ABEKMHOPCTYXSIJaeopcyxsij")
_SIGNS = re.compile(r"[\s№#]+")


def record_key(text: str) -> str:
    """Return a record's number as it is compared."""
    return _SIGNS.sub("", text.translate(_ALIKE)).casefold()


@dataclass(frozen=True, slots=True)
class NamedNumber:
    """Words that may name a record of a kind: as they stand in the text, and by which keys it may be kept, the likelier
    first."""

    words: str
    kind: str
    keys: tuple[str, ...]


def keys_of(prefix: str, text: str) -> tuple[str, ...]:
    """Return the keys under which a record is kept that somebody calls by a number, with the prefix of its kind or without it;
    the last one is without."""
    key, prefix = record_key(text), record_key(prefix)
    if not prefix:
        return (key,)
    bare = key.removeprefix(prefix)
    return (prefix + bare, bare)


def is_spotted(kind: RecordKind, number: str) -> bool:
    """Return whether a record's number is found in texts that name it as it is written."""
    key = record_key(number)
    return any(key in named.keys for text in (number, kind.prefix + number) for named in numbers_in(text, (kind,)))


def numbers_in(text: str, kinds: Iterable[RecordKind]) -> tuple[NamedNumber, ...]:
    """Return what a text may name, each once, kinds with the longest prefix first. Pieces of longer numbers, of dates, amounts
    and telephone numbers with a plus are none, nor is what stands within a number with a prefix."""
    text = text[:MAX_TEXT]
    alike = text.translate(_ALIKE)
    found: dict[tuple[str, str], NamedNumber] = {}
    spans: list[tuple[int, int]] = []
    for kind in sorted(kinds, key=lambda one: -len(one.prefix)):
        for match in _pattern(kind).finditer(alike):
            start, end = match.span()
            if any(begin <= start and end <= stop and (begin, stop) != (start, end) for begin, stop in spans):
                continue
            words = text[start:end]
            spans.append((start, end))
            found.setdefault((words, kind.key), NamedNumber(words, kind.key, keys_of(kind.prefix, words)))
            if len(found) >= MAX_NUMBERS:
                return tuple(found.values())
    return tuple(found.values())


def _pattern(kind: RecordKind) -> re.Pattern[str]:
    low, high = kind.digits
    prefix = re.escape(kind.prefix.translate(_ALIKE))
    before = r"(?<![\w+])(?<![0-9][.,:/\-])"
    after = r"(?![\w])(?![.,:/\-][0-9])"
    return re.compile(rf"{before}(?:[№#] ?)?{prefix + ' ?' if prefix else ''}[0-9]{{{low},{high}}}{after}", re.IGNORECASE)
