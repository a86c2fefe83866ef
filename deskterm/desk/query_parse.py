"""A filter text read into its tree: by descent, with the position of every value, so that a mistake can be pointed at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from deskterm.desk.query_amounts import amount
from deskterm.desk.query_fields import CONVERSATIONS, LANGUAGES, Amounts, Field, Kind, Vocabulary
from deskterm.desk.query_near import nearest_choice, nearest_field
from deskterm.desk.query_show import show
from deskterm.desk.query_tree import (
    SORT,
    Compare,
    Everything,
    Mistake,
    Name,
    Query,
    Term,
    Value,
    Word,
    either,
    every,
    negated,
)
from deskterm.desk.query_words import BARE_VALUE, BARE_WORD, FIELD_HEAD, OPERATOR, OR_WORDS, QUOTED, unquoted

MAX_LENGTH = 2_000
"""Longest text in code points; what a text says, written out in either language, may be no longer."""
MAX_DEPTH = 20
"""How deep brackets may stand in one another."""

_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
"""Control characters and lone surrogates: no keyboard types them and no database keeps them."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the text a value of a field stands."""

    field: Field
    value: Value
    position: int
    length: int


def is_readable(text: str) -> bool:
    """Whether a text has no character that no query may hold."""
    return not _UNREADABLE.search(text)


class _Wrong(Exception):
    """Carries the mistake to `read`, never further."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.code)
        self.mistake = mistake


def parse(text: str, among: Vocabulary = CONVERSATIONS) -> Query | Mistake:
    """Return the query that a text says, or why it says none; never raises. `among` are the fields that it may speak of."""
    return read(text, among)[0]


def sure(text: str) -> Query:
    """Return the query of a text of our own. Raises ValueError where it is none."""
    query = parse(text)
    if isinstance(query, Mistake):
        raise ValueError(f"no query: {text!r}: {query.code} at {query.position}")
    return query


def read(text: str, among: Vocabulary = CONVERSATIONS) -> tuple[Query | Mistake, tuple[Spot, ...]]:
    """Return what `parse` returns, and where the values of fields stand."""
    if len(text) > MAX_LENGTH:
        return Mistake(MAX_LENGTH, len(text) - MAX_LENGTH, "too_long", {"limit": MAX_LENGTH}), ()
    if unreadable := _UNREADABLE.search(text):
        return Mistake(unreadable.start(), 1, "bad_character", {}), ()
    reader = _Reader(text, among)
    try:
        query = reader.whole()
    except _Wrong as wrong:
        return wrong.mistake, ()
    if any(len(show(query, language, among)) > MAX_LENGTH for language in LANGUAGES):
        return Mistake(0, len(text), "too_long", {"limit": MAX_LENGTH}), ()
    return query, tuple(reader.spots)


class _Reader:
    """Reads one text from left to right; each method leaves `_at` behind what it has read."""

    def __init__(self, text: str, among: Vocabulary) -> None:
        self._text = text
        self._among = among
        self._at = 0
        self._depth = 0
        self._orders: list[tuple[int, int]] = []
        self.spots: list[Spot] = []

    def whole(self) -> Query:
        self._skip_space()
        if self._at == len(self._text):
            return Everything()
        query = self._alternatives()
        if self._at < len(self._text):
            _wrong(self._at, 1, "unexpected", text=self._text[self._at])
        return query

    def _alternatives(self) -> Query:
        orders_before = len(self._orders)
        parts = [self._conjunction()]
        while word := self._or_word():
            position = self._at
            self._at += len(word)
            if self._at_end_of_group():
                _wrong(position, len(word), "unexpected", text=word)
            parts.append(self._conjunction())
        if len(parts) > 1:
            self._no_order_since(orders_before)
        return either(parts)

    def _conjunction(self) -> Query:
        if word := self._or_word():
            _wrong(self._at, len(word), "unexpected", text=word)
        parts: list[Query] = []
        while not self._at_end_of_group() and not self._or_word():
            parts.append(self._element())
        return every(parts)

    def _element(self) -> Query:
        if not self._text.startswith("-", self._at):
            return self._plain()
        orders_before = len(self._orders)
        position = self._at
        self._at += 1
        following = self._text[self._at : self._at + 1]
        if following in ("", ")", "-") or following.isspace() or self._or_word():
            _wrong(position, 1, "unexpected", text="-")
        inner = self._plain()
        self._no_order_since(orders_before)
        return negated(inner)

    def _plain(self) -> Query:
        match self._text[self._at]:
            case "(":
                return self._group()
            case '"':
                return Word(self._quoted(), phrase=True)
        if head := FIELD_HEAD.match(self._text, self._at):
            return self._term(head)
        return Word(self._take(BARE_WORD), phrase=False)

    def _group(self) -> Query:
        position = self._at
        if self._depth == MAX_DEPTH:
            _wrong(position, 1, "too_deep", limit=MAX_DEPTH)
        self._at += 1
        self._skip_space()
        if self._text.startswith(")", self._at):
            _wrong(position, self._at + 1 - position, "empty_brackets")
        if self._at == len(self._text):
            _wrong(position, 1, "unclosed_bracket")
        self._depth += 1
        inner = self._alternatives()
        self._depth -= 1
        if self._at == len(self._text):
            _wrong(position, 1, "unclosed_bracket")
        self._at += 1
        return inner

    def _term(self, head: re.Match[str]) -> Term:
        name = head[1]
        field = self._among.called(name)
        if field is None:
            _wrong(head.start(), len(name), "unknown_field", nearest_field(name, self._among), field=name)
        self._at = head.end()
        values = [self._value(field, head.start())]
        while self._text.startswith(",", self._at):
            comma = self._at
            self._at += 1
            values.append(self._value(field, comma))
        if self._at < len(self._text) and not (self._text[self._at] == ")" or self._text[self._at].isspace()):
            _wrong(self._at, 1, "unexpected", text=self._text[self._at])
        term = Term(field.name, tuple(dict.fromkeys(values)))
        if field.name == SORT:
            self._note_order(head.start(), term)
        return term

    def _value(self, field: Field, told_from: int) -> Value:
        """Read one value; where there is none, the mistake lies from `told_from` on."""
        position = self._at
        is_quoted = self._text.startswith('"', position)
        if is_quoted:
            text = self._quoted()
        elif BARE_VALUE.match(self._text, position):
            text = self._take(BARE_VALUE)
        else:
            _wrong(told_from, position - told_from, "missing_value", field=field.name)
        value = _understood(field, text, is_quoted, position, self._at - position)
        self.spots.append(Spot(field, value, position, self._at - position))
        return value

    def _note_order(self, position: int, term: Term) -> None:
        length = self._at - position
        if self._orders:
            _wrong(position, length, "sort_twice")
        if len(term.values) > 1:
            _wrong(position, length, "one_value", field=SORT)
        self._orders.append((position, length))

    def _no_order_since(self, before: int) -> None:
        """Refuse an order within a part: only the whole has one."""
        for position, length in self._orders[before:]:
            _wrong(position, length, "sort_inside")

    def _quoted(self) -> str:
        position = self._at
        match = QUOTED.match(self._text, position)
        if match is None:
            _wrong(position, len(self._text) - position, "unclosed_quote")
        self._at = match.end()
        text = unquoted(match[1])
        if not text:
            _wrong(position, self._at - position, "empty_quotes")
        return text

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        text = match[0] if match else ""
        self._at += len(text)
        return text

    def _or_word(self) -> str:
        """Return the word for OR that stands here, "" where none does."""
        match = BARE_WORD.match(self._text, self._at)
        return match[0] if match and match[0] in OR_WORDS.values() else ""

    def _at_end_of_group(self) -> bool:
        self._skip_space()
        return self._at == len(self._text) or self._text[self._at] == ")"

    def _skip_space(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1


def _understood(field: Field, text: str, is_quoted: bool, position: int, length: int) -> Value:
    """Return the value that a text is for a field."""
    operator = None if is_quoted else OPERATOR.match(text)
    if operator:
        if not field.comparable:
            _wrong(position, length, "not_comparable", field=field.name)
        return _compared(field, operator[0], text[operator.end() :], position, length)
    if choice := field.choice(text):
        return Name(choice.name)
    if field.kind in (Kind.NAME, Kind.WORDS):
        return Name(text)
    if field.kind is Kind.CHOICE and not _may_be_amount(field, text):
        _wrong(position, length, "unknown_value", nearest_choice(field, text), field=field.name, value=text)
    return _compared(field, "=", text, position, length)


def _may_be_amount(field: Field, text: str) -> bool:
    """Whether a value without an operator is meant as an amount, where a field has words of its own as well."""
    match field.compares:
        case Amounts.SPAN:
            return text[0].isdigit()
        case Amounts.AHEAD:
            return text.removeprefix("-")[:1].isdigit()
        case Amounts.NUMBER:
            return text.removeprefix("#")[:1].isdigit()
        case _:
            return False


def _compared(field: Field, op: str, text: str, position: int, length: int) -> Value:
    if field.compares is Amounts.ORDER:
        choice = field.choice(text)
        if choice is None:
            _wrong(position, length, "unknown_value", nearest_choice(field, text), field=field.name, value=text)
        if op == "=":
            return Name(choice.name)
    compared = amount(field, text)
    if compared is None:
        _wrong(position, length, "bad_amount", field=field.name, value=text)
    return Compare(op, compared)


def _wrong(position: int, length: int, code: str, nearest: tuple[str, ...] = (), **values: str | int) -> NoReturn:
    raise _Wrong(Mistake(position, length, code, values, nearest))
