"""Reading one table of the configuration: every value is asked for by name, type and range, and what is wrong is collected.

A problem never repeats a value: what stands in the wrong place may be a password.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from deskterm.config.lines import KeyPath, line_of
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.office import OfficeError

MAX_TEXT = 1000
"""Longest text value of the configuration, in characters."""
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: in which file and line, at which key (dotted), what, and how to mend it."""

    file: Path
    line: int
    key: str
    what: str
    fix: str

    def __str__(self) -> str:
        where = f"{clean_line(str(self.file))}:{self.line}"
        return f"{where}: {self.key}: {self.what}. {self.fix}" if self.key else f"{where}: {self.what}. {self.fix}"


class ConfigError(OfficeError):
    """The configuration cannot be used; `problems` are all that were found, in the order of the file."""

    def __init__(self, problems: tuple[Problem, ...], fix: str = "") -> None:
        super().__init__("configuration", "\n".join(map(str, problems)), fix)
        self.problems = problems

    @property
    def words(self) -> str:
        """A line for each problem, with its own fix, and what that means for the whole desk."""
        return "\n".join(filter(None, (self.message, self.fix)))


class Problems:
    """Collects what is wrong with one file."""

    def __init__(self, file: Path, lines: dict[KeyPath, int]) -> None:
        self._file = file
        self._lines = lines
        self._found: dict[Problem, None] = {}

    def add(self, path: KeyPath, what: str, fix: str) -> None:
        """Keep a problem at a key, once."""
        key = ".".join(clean_line(part, 60) for part in path)
        self._found[Problem(self._file, line_of(self._lines, path), key, what, fix)] = None

    def raise_any(self) -> None:
        """Raise ConfigError if anything was found."""
        if self._found:
            fix = _("Nothing runs until the configuration is right. Look again with: {command}").format(
                command="deskterm check"
            )
            raise ConfigError(tuple(sorted(self._found, key=lambda problem: problem.line)), fix)


def nearest(word: str, known: list[str]) -> str:
    """Return "Did you mean …?" with the known word nearest to one, or a list of them all."""
    close = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    if close:
        return _('Did you mean "{word}"?').format(word=close[0])
    return _("Known here: {words}.").format(words=", ".join(known))


def _is_line(text: str) -> bool:
    return len(text) <= MAX_TEXT and clean_line(text, MAX_TEXT) == " ".join(text.split())


class Table:
    """One table of the file. Each `take_*` returns a sound value in any case, so that one reading finds all problems."""

    def __init__(self, values: Mapping[str, object], path: KeyPath, problems: Problems) -> None:
        self._values = values
        self.path = path
        self._problems = problems
        self._asked: list[str] = []

    def wrong(self, key: str, what: str, fix: str) -> None:
        """Keep a problem at one of this table's keys ("" for the table itself)."""
        self._problems.add((*self.path, key) if key else self.path, what, fix)

    def has(self, key: str) -> bool:
        """Return whether the file sets a key."""
        return key in self._values

    def misspelt(self, key: str) -> bool:
        """Return whether a key that is not there may be meant by one that is: its spelling is told then, not its absence."""
        others = [other for other in self._values if other not in self._asked]
        return not self.has(key) and any(difflib.get_close_matches(other.lower(), [key], cutoff=0.6) for other in others)

    def _get(self, key: str) -> object:
        self._asked.append(key)
        return self._values.get(key)

    def take_text(self, key: str, default: str = "", *, rule: Callable[[str], str] | None = None) -> str:
        """Return a text of one line. `rule` returns the text as kept, or raises ValueError(fix)."""
        value = self._get(key)
        if value is None:
            return default
        if not isinstance(value, str):
            self.wrong(key, _("must be a text"), _("Put it in quotes."))
            return default
        if not _is_line(value):
            self.wrong(key, _("holds characters that no line of text has"), _("Write it anew."))
            return default
        if rule is None:
            return value.strip()
        try:
            return rule(value.strip())
        except ValueError as error:
            self.wrong(key, _("is not right"), str(error))
            return default

    def take_needed_text(self, key: str, *, rule: Callable[[str], str] | None = None) -> str:
        """Return a text that must be there and not be empty."""
        value = self.take_text(key, rule=rule)
        if not value and (not self.has(key) or self._values[key] == "") and not self.misspelt(key):
            self.wrong(key, _("is missing"), _("Add it."))
        return value

    def take_whole(self, key: str, default: int, low: int, high: int) -> int:
        """Return a whole number of a range, both ends included."""
        value = self._get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.wrong(key, _("must be a whole number from {low} to {high}").format(low=low, high=high), _("Change it."))
            return default
        return value

    def take_range(self, key: str, default: tuple[int, int], low: int, high: int) -> tuple[int, int]:
        """Return two whole numbers of a range, the first not above the second, written as [4, 12]."""
        value = self._get(key)
        if value is None:
            return default
        numbers = value if isinstance(value, list) else []
        whole = [one for one in numbers if isinstance(one, int) and not isinstance(one, bool)]
        if len(numbers) != 2 or len(whole) != 2 or not low <= whole[0] <= whole[1] <= high:
            what = _("must be two whole numbers from {low} to {high}").format(low=low, high=high)
            self.wrong(key, what, _("Write them as [from, to]."))
            return default
        return whole[0], whole[1]

    def take_number(self, key: str, default: float, low: float, high: float) -> float:
        """Return a number of a range, both ends included."""
        value = self._get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.wrong(
                key, _("must be a number from {low} to {high}").format(low=f"{low:g}", high=f"{high:g}"), _("Change it.")
            )
            return default
        return float(value)

    def take_flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value = self._get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(key, _("must be true or false"), _("Write it without quotes."))
            return default
        return value

    def take_choice(self, key: str, default: _Choice) -> _Choice:
        """Return one of the words of an enumeration, that of the default."""
        kind = type(default)
        value = self._get(key)
        if value is None:
            return default
        words = [member.value for member in kind]
        if not isinstance(value, str) or value not in words:
            self.wrong(key, _("is not right"), nearest(str(value)[:60], words))
            return default
        return kind(value)

    def take_texts(
        self, key: str, default: tuple[str, ...] = (), *, rule: Callable[[str], str] | None = None
    ) -> tuple[str, ...]:
        """Return a list of texts, none empty."""
        value = self._get(key)
        if value is None:
            return default
        items = value if isinstance(value, list) else [None]
        texts = [item.strip() for item in items if isinstance(item, str) and item.strip() and _is_line(item)]
        if len(texts) < len(items):
            self.wrong(key, _("must be a list of texts"), _('Write it as ["one", "two"].'))
            return default
        if rule is None:
            return tuple(texts)
        try:
            return tuple(rule(text) for text in texts)
        except ValueError as error:
            self.wrong(key, _("is not right"), str(error))
            return default

    def take_known(self, key: str, words: Collection[str]) -> tuple[str, ...]:
        """Return a list of texts that must all be known ones."""

        def rule(text: str) -> str:
            if text not in words:
                raise ValueError(nearest(text[:60], list(words)) if words else _("There is none yet."))
            return text

        return self.take_texts(key, rule=rule)

    def take_one_or_more(self, key: str) -> tuple[str, ...] | None:
        """Return one text or a list of them, as a tuple; None for anything else. A date without quotes counts as its text."""
        value = self._get(key)
        if value is None:
            return ()
        items = [
            item.isoformat() if isinstance(item, date) and not isinstance(item, datetime) else item
            for item in (value if isinstance(value, list) else [value])
        ]
        texts = [item.strip() for item in items if isinstance(item, str) and item.strip() and _is_line(item)]
        if len(texts) < len(items):
            self.wrong(key, _("must be a text or a list of texts"), _('Write it as ["one", "two"].'))
            return None
        return tuple(texts)

    def take_wholes(self, key: str, default: tuple[int, ...], low: int, high: int) -> tuple[int, ...]:
        """Return a list of different whole numbers of a range, both ends included, ascending."""
        value = self._get(key)
        if value is None:
            return default
        items = value if isinstance(value, list) else [None]
        whole = {item for item in items if isinstance(item, int) and not isinstance(item, bool) and low <= item <= high}
        if len(whole) < len(items):
            what = _("must be a list of different whole numbers from {low} to {high}").format(low=low, high=high)
            self.wrong(key, what, _("Write it as [50, 75]."))
            return default
        return tuple(sorted(whole))

    def take_table(self, key: str) -> Table:
        """Return a table below this one; an empty one where there is none."""
        value = self._get(key)
        if value is not None and not isinstance(value, dict):
            dotted = ".".join((*self.path, key))
            self.wrong(key, _("must be a table"), _("Write it as [{key}] on a line of its own.").format(key=dotted))
        return Table(value if isinstance(value, dict) else {}, (*self.path, key), self._problems)

    def take_list(self, key: str) -> list[Table]:
        """Return an array of tables, written as [[key]]; each knows its place, from 1. An empty one where there is none."""
        value = self._get(key)
        items = value if isinstance(value, list) else []
        if value is not None and (not isinstance(value, list) or not all(isinstance(item, dict) for item in value)):
            dotted = ".".join((*self.path, key))
            self.wrong(
                key, _("must be a list of tables"), _("Write each as [[{key}]] on a line of its own.").format(key=dotted)
            )
            items = []
        return [Table(item, (*self.path, key, str(place)), self._problems) for place, item in enumerate(items, start=1)]

    def is_table(self, key: str) -> bool:
        """Return whether the file has a table under a key."""
        return isinstance(self._values.get(key), Mapping)

    def is_word(self, key: str) -> bool:
        """Return whether the file has a text of letters alone under a key."""
        value = self._values.get(key)
        return isinstance(value, str) and value.isalpha()

    def take_tables(self) -> list[tuple[str, Table]]:
        """Return all values of this table as tables, by name."""
        return [(key, self.take_table(key)) for key in self._values]

    def names(self) -> list[str]:
        """Return the names the file sets in this table."""
        return list(self._values)

    def allow(self, key: str) -> None:
        """Count a key as known although this reading has no use for it."""
        self._asked.append(key)

    def end(self) -> None:
        """Say of every key that nobody asked for that it is unknown, and which one is nearest."""
        for key in self._values:
            if key not in self._asked:
                self.wrong(key, _("is not known"), nearest(key, self._asked))
