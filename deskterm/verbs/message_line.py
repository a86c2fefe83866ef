"""Lines with which one writes: `reply --close "It is on its way"`, `note #1042 call back`, `forward olga@example.org`.

What is a text stays as it was typed, quotes and spaces and all; only one that is quoted as a whole loses its quotes. Words with
dashes stand before the text or behind it; after `--` all is text.
"""

from __future__ import annotations

import re

from deskterm.desk.layouts import other_layout
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.office import OfficeError
from deskterm.verbs.call import QUOTED, Call, unquoted, usage_words, verb_name
from deskterm.verbs.table import Choice, Kind, Option, Verb

_NUMBER = re.compile(r"(#?)([0-9]{1,18})(?=\s|$)\s*")
_VALUE = rf"{QUOTED}|[^\s\"]+"
_FIRST = re.compile(rf"--(?P<name>[^\W\d_][\w-]*)(?=[\s=]|$)(?:(?:=|\s+)(?P<value>{_VALUE})(?=\s|$))?")
_LAST = re.compile(r"(?:^|\s)--(?P<name>[^\W\d_][\w-]*)\s*$")
_LAST_WITH_VALUE = re.compile(rf"(?:^|\s)--(?P<name>[^\W\d_][\w-]*)(?:=|\s+)(?P<value>{_VALUE})\s*$")
_WHOLE = re.compile(QUOTED, re.DOTALL)
_ADDRESS = re.compile(rf"({_VALUE})(?:\s+|$)")


def read_message(verb: Verb, line: str, *, swapped: bool = False) -> Call:
    """Return the call of a verb with which one writes, of what stands behind it. Raises OfficeError("usage").

    A bare number before a text is refused: it may be a conversation, or the text's own ("5 days"), and what goes to the wrong
    customer cannot be called back.
    """
    said = _Said(verb)
    line = said.take_first(line.strip())
    numbers: tuple[int, ...] = ()
    if (number := _NUMBER.match(line)) is not None and "NUMBER" in verb.takes:
        line = said.take_first(line[number.end() :])
        if verb.kind is Kind.TEXT and line and not number[1]:
            raise _unclear(verb, number[2])
        numbers = (int(number[2]),)
    to = said.value("to")
    if verb.kind is Kind.ADDRESSED and to is None and not line.startswith("-- "):
        to, line = _address(line)
        if to:
            said.options.append(("to", to))
        line = said.take_first(line)
    line = said.take_last(line)
    line = line.removeprefix("--").lstrip() if line == "--" or line.startswith("-- ") else line
    text = unquoted(line) if _WHOLE.fullmatch(line) else line
    return Call(
        verb, numbers, rest=text, choices=frozenset(said.choices), options=tuple(said.options), swapped=swapped and bool(text)
    )


def _address(line: str) -> tuple[str, str]:
    """Part the address that a line begins with from what follows."""
    found = _ADDRESS.match(line)
    return ("", line) if found is None else (unquoted(found[1]), line[found.end() :])


def _unclear(verb: Verb, number: str) -> OfficeError:
    words = _("it is not clear whether {number} is a conversation or begins the text").format(number=number)
    name = verb_name(verb)
    return OfficeError(
        "usage", words, _("Write: {one} or {other}").format(one=f"{name} #{number} …", other=f'{name} "{number} …"')
    )


class _Said:
    """The words with dashes that were found."""

    def __init__(self, verb: Verb) -> None:
        self.verb = verb
        self.choices: set[str] = set()
        self.options: list[tuple[str, str]] = []

    def value(self, name: str) -> str | None:
        """Return the value of an option."""
        return next((value for known, value in self.options if known == name), None)

    def take_first(self, line: str) -> str:
        """Take the words with dashes off the beginning of a line; return the rest. Raises OfficeError where one is unknown."""
        while (found := _FIRST.match(line)) is not None:
            named = self._named(found["name"])
            if named is None:
                words = _("{verb} has no use for {word}").format(verb=verb_name(self.verb), word=clean_line(line, 60))
                raise OfficeError("usage", words, usage_words(self.verb))
            line = line[self._take(named, found) :].lstrip()
        return line

    def take_last(self, line: str) -> str:
        """Take the words with dashes off the end of a line; what is not known there is text."""
        while True:
            found = _LAST.search(line)
            named = None if found is None else self._named(found["name"])
            if not isinstance(named, Choice):
                found = _LAST_WITH_VALUE.search(line)
                named = None if found is None else self._named(found["name"])
                if not isinstance(named, Option):
                    return line
            assert found is not None
            self._take(named, found)
            line = line[: found.start()].rstrip()

    def _named(self, name: str) -> Choice | Option | None:
        wanted = (name.casefold(), other_layout(name.casefold()))
        return next((one for one in self.verb.extras if one.name in wanted or one.russian in wanted), None)

    def _take(self, named: Choice | Option, found: re.Match[str]) -> int:
        """Keep what was found; return where it ends. Raises OfficeError where a value is missing, or said twice."""
        if isinstance(named, Choice):
            self.choices.add(named.name)
            return found.end("name")
        value = unquoted(found["value"] or "")
        if not value:
            words = _("{option} lacks something").format(option=f"--{named.name}")
            raise OfficeError("usage", words, usage_words(self.verb))
        if not named.again and self.value(named.name) is not None:
            words = _("{option} is said twice").format(option=f"--{named.name}")
            raise OfficeError("usage", words, usage_words(self.verb))
        self.options.append((named.name, value))
        return found.end()
