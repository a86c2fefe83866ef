"""On which line of a TOML file a key stands: tomllib does not say, and a person who mends the file needs it."""

from __future__ import annotations

import re

KeyPath = tuple[str, ...]

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_PART}(?:\s*\.\s*{_PART})*)\s*\]")
_PARTS = re.compile(_PART)
_STRING = re.compile(r"\"\"\"|'''|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|#[^\n]*|[\[\]{}]")


def lines_of(text: str) -> dict[KeyPath, int]:
    """Return the line (from 1) of every table and key of a TOML text that tomllib accepts.

    A key inside an inline table has none of its own: ask for its parent. The tables of an array (`[[a.b]]`) have their place
    in it, from 1, as one more part: ("a", "b", "1").
    """
    found: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    inside = _Inside()
    for number, line in enumerate(text.split("\n"), start=1):
        if not inside:
            if header := _HEADER.match(line):
                table = _placed(_parts(header[2]), header[1] == "[[", counts)
                if header[1] == "[[":
                    found.setdefault(table[:-1], number)
                found.setdefault(table, number)
                continue
            if key := _KEY.match(line):
                path = table + _parts(key[1])
                for length in range(len(table) + 1, len(path) + 1):
                    found.setdefault(path[:length], number)
                line = line[key.end() :]
        inside.read(line)
    return found


def line_of(lines: dict[KeyPath, int], path: KeyPath) -> int:
    """Return the line of a key, or of the nearest table around it; 1 where nothing is known."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


def _placed(path: KeyPath, is_array: bool, counts: dict[KeyPath, int]) -> KeyPath:
    """Return where a header's table lies: below an array of tables in its last one; `is_array` begins one more."""
    placed: KeyPath = ()
    for place, part in enumerate(path, start=1):
        placed = (*placed, part)
        if is_array and place == len(path):
            counts[placed] = counts.get(placed, 0) + 1
        if placed in counts:
            placed = (*placed, str(counts[placed]))
    return placed


def _parts(dotted: str) -> KeyPath:
    return tuple(part.strip("\"'") for part in _PARTS.findall(dotted))


class _Inside:
    """Whether a line begins inside a value of several lines: a long string, an array, an inline table."""

    def __init__(self) -> None:
        self._quotes = ""
        self._depth = 0

    def __bool__(self) -> bool:
        return bool(self._quotes) or self._depth > 0

    def read(self, line: str) -> None:
        """Take in one line, or what follows a key's equals sign."""
        at = 0
        while True:
            if self._quotes:
                end = line.find(self._quotes, at)
                if end < 0:
                    return
                at, self._quotes = end + 3, ""
            token = _STRING.search(line, at)
            if token is None:
                return
            at = token.end()
            mark = token.group()
            if mark in ('"""', "'''"):
                self._quotes = mark
            elif mark in "[{":
                self._depth += 1
            elif mark in "]}":
                self._depth = max(0, self._depth - 1)
