"""What a line says, once it is read; the words of a line; how a verb is written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from deskterm.i18n import _, language
from deskterm.verbs.table import Verb

QUOTED = r'"(?:[^"\\]|\\.)*"'
"""A piece of a line between double quotes; a backslash takes the meaning from the sign behind it."""
_WORD = re.compile(r'(?:[^\s"]|"(?:[^"\\]|\\.)*"?)+')
_QUOTES = re.compile(r'"((?:[^"\\]|\\.)*)"?')


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a line: `text` without its quotes, and where it begins."""

    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """A verb with what was said beside it. `numbers` are those of conversations, `query` finds them instead; `words` is the
    argument word by word, `rest` the same as it was typed; `choices` are the names of the verb's own that were added, `options`
    names with their values. `swapped`: the verb was typed in the wrong keyboard layout, so its text may be, too."""

    verb: Verb
    numbers: tuple[int, ...] = ()
    query: str | None = None
    words: tuple[str, ...] = ()
    rest: str = ""
    choices: frozenset[str] = frozenset()
    options: tuple[tuple[str, str], ...] = ()
    swapped: bool = False

    @property
    def names_its_own(self) -> bool:
        """Whether it says itself which conversations it is about."""
        return bool(self.numbers) or self.query is not None

    def values(self, option: str) -> list[str]:
        """Return the values of an option, in their order."""
        return [value for name, value in self.options if name == option]


def split(line: str) -> tuple[Word, ...]:
    """Return the words of a line; white space within double quotes parts none."""
    return tuple(Word(unquoted(match[0]), match.start()) for match in _WORD.finditer(line))


def unquoted(text: str) -> str:
    """Return a text without the double quotes around its pieces."""
    return _QUOTES.sub(lambda piece: re.sub(r"\\(.)", r"\1", piece[1]), text)


def verb_name(verb: Verb) -> str:
    """Return the name of a verb in the language of the interface."""
    return verb.russian if language() == "ru" else verb.name


def usage_words(verb: Verb) -> str:
    """Say how a verb is written."""
    return _("Write: {usage}").format(usage=verb.usage)
