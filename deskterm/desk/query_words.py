"""The characters of a filter text: what is a bare word, a field, a quoted text. Reading, printing and completion share it."""

from __future__ import annotations

import re

OR_WORDS = {"en": "OR", "ru": "ИЛИ"}
"""The word between alternatives, in capitals; each is understood in every language."""

BARE_WORD = re.compile(r'[^\s()"]+')
BARE_VALUE = re.compile(r'[^\s(),"]+')
FIELD_HEAD = re.compile("((?:[^\\W\\d_][\u0300-\u036f]*)+):(?!//)")
"""A field's name and its colon. Letters only: "10:30" is a word; and nothing before "//": an address of the web is one too."""
OPERATOR = re.compile("[<>]=?|=")
QUOTED = re.compile(r'"((?:[^"\\]|\\["\\]|\\(?!["\\]))*)"')


def unquoted(inner: str) -> str:
    """Return what stands between quotes: a backslash before a quote or a backslash is taken off, white space is one space."""
    return " ".join(re.sub(r'\\(["\\])', r"\1", inner).split())


def quoted(text: str) -> str:
    """Return a text in quotes, such that `unquoted` gives it back."""
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def is_bare_word(text: str) -> bool:
    """Whether a text, as it is, reads as one free word."""
    return bool(
        BARE_WORD.fullmatch(text) and not text.startswith("-") and text not in OR_WORDS.values() and not FIELD_HEAD.match(text)
    )


def is_bare_value(text: str) -> bool:
    """Whether a text, as it is, reads as one value of a field."""
    return bool(BARE_VALUE.fullmatch(text) and not OPERATOR.match(text) and not text.startswith("//"))
