"""The tree that a filter text stands for, and what is done with trees. What they mean is told in `desk.query`.

Trees are always in normal form, which `every`, `either` and `negated` keep: no And directly in an And, no Or in an Or, no Not
in a Not, no Everything within anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

SORT = "sort"
"""The field that says an order and no condition."""
OPERATORS = ("=", ">", "<", ">=", "<=")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in whole seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar, in the time zone of the person who asks."""

    date: date


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number, not negative: of a conversation, or a priority by its place among the priorities (low is 0)."""

    value: int


Amount: TypeAlias = Span | Day | Number


@dataclass(frozen=True, slots=True)
class Name:
    """A value in words: as written, or the canonical English word of a field's own list (`open`, `none`, `me`)."""

    text: str


@dataclass(frozen=True, slots=True)
class Compare:
    """A value with an operator of `OPERATORS`; an amount alone is compared with "="."""

    op: str
    amount: Amount


Value: TypeAlias = Name | Compare


@dataclass(frozen=True, slots=True)
class Everything:
    """The empty query."""


@dataclass(frozen=True, slots=True)
class Word:
    """Full text. A `phrase` was quoted: one or more words, in this order."""

    text: str
    phrase: bool


@dataclass(frozen=True, slots=True)
class Term:
    """A field by its canonical English name, and its values, of which any may hold."""

    field: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What the inner query does not find."""

    inner: Query


@dataclass(frozen=True, slots=True)
class And:
    """What all parts find: two or more."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What at least one part finds: two or more."""

    parts: tuple[Query, ...]


Query: TypeAlias = Everything | Word | Term | Not | And | Or

CODES = (
    "bad_amount",  # field, value: no amount that this field is compared with
    "bad_character",  # a control character, or half of one
    "empty_brackets",
    "empty_quotes",
    "missing_value",  # field
    "not_comparable",  # field
    "one_value",  # field
    "sort_inside",  # an order within brackets, after a minus, or in one of several alternatives
    "sort_twice",
    "too_deep",  # limit: brackets
    "too_long",  # limit: characters, of the text or of its canonical form
    "unclosed_bracket",
    "unclosed_quote",
    "unexpected",  # text
    "unknown_field",  # field
    "unknown_value",  # field, value; known: people that there are, where none is near
)
"""What a mistake may be, with the names of its values: `field` is canonical unless it is not known, the rest as written."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a text is no query. `position` and `length` are code points of that text and lie within it.

    `code` is one of `CODES`; `values` fill its words; `nearest` are known words like the one that is not known, the
    nearest first, in the language it was written in.
    """

    position: int
    length: int
    code: str
    values: dict[str, str | int]
    nearest: tuple[str, ...] = ()


def every(parts: Iterable[Query]) -> Query:
    """Return the query that finds what all parts find, in normal form; Everything where there are none."""
    flat = [inner for part in parts for inner in conjuncts(part)]
    return And(tuple(flat)) if len(flat) > 1 else flat[0] if flat else Everything()


def either(parts: Iterable[Query]) -> Query:
    """Return the query that finds what any part finds, in normal form; Everything where one is that or there are none."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,))]
    if not flat or Everything() in flat:
        return Everything()
    return Or(tuple(flat)) if len(flat) > 1 else flat[0]


def negated(query: Query) -> Query:
    """Return the opposite of a query; ValueError for Everything, whose opposite no text says."""
    if isinstance(query, Everything):
        raise ValueError("nothing is no query")
    return query.inner if isinstance(query, Not) else Not(query)


def conjuncts(query: Query) -> tuple[Query, ...]:
    """Return the parts of the topmost AND: of anything else itself, of Everything none."""
    if isinstance(query, Everything):
        return ()
    return query.parts if isinstance(query, And) else (query,)


def _is_order(query: Query) -> bool:
    return isinstance(query, Term) and query.field == SORT


def order_of(query: Query) -> str | None:
    """Return the order that `sort:` asks for, None where it is not said."""
    for part in conjuncts(query):
        if isinstance(part, Term) and part.field == SORT and isinstance(part.values[0], Name):
            return part.values[0].text
    return None


def without_order(query: Query) -> Query:
    """Return the condition alone."""
    return every(part for part in conjuncts(query) if not _is_order(part))


def both(first: Query, second: Query) -> Query:
    """Return the AND of two queries, as if typed one after the other; where both say an order, the second's holds.

    Its text may be longer, and its brackets one deeper, than `parse` takes.
    """
    if order_of(second) is not None:
        first = without_order(first)
    return every((first, second))


def together(query: Query) -> Iterator[Query | tuple[Word, ...]]:
    """Yield the parts of the topmost AND, with each run of adjacent free words as one tuple: they are sought in one message."""
    run: list[Word] = []
    for part in conjuncts(query):
        if isinstance(part, Word):
            run.append(part)
            continue
        if run:
            yield tuple(run)
            run = []
        yield part
    if run:
        yield tuple(run)
