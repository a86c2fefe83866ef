"""Filter queries for hypothesis: any tree that a text can say, over the names, words, days and numbers of a test's own desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hypothesis import strategies as st

from deskterm.desk.query import (
    CONVERSATIONS,
    LANGUAGES,
    MAX_LENGTH,
    Amounts,
    Compare,
    Day,
    Everything,
    Field,
    Kind,
    Name,
    Names,
    Number,
    Query,
    Span,
    Term,
    Value,
    Vocabulary,
    Word,
    either,
    every,
    negated,
    show,
)

WORDS = ("возврат", "заказ", "заказы", "5531", "refund", "orders", "деньги", "e-mail", "ёлка")
"""Words of the messages of a small desk."""
SPANS = (0, 30, 60, 90, 1_800, 3_600, 5_400, 86_400, 7 * 86_400, 14 * 86_400, 30 * 86_400)
DAYS = (date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 23))
NUMBERS = (1, 2, 3, 7, 10, 1042)
_SIGNS = (">", "<", ">=", "<=")
_OWN_ORDER = "sort"


def queries(
    names: Names,
    *,
    words: Sequence[str] = WORDS,
    spans: Sequence[int] = SPANS,
    days: Sequence[date] = DAYS,
    numbers: Sequence[int] = NUMBERS,
    orders: bool = True,
    among: Vocabulary = CONVERSATIONS,
) -> st.SearchStrategy[Query]:
    """Return queries that name what is given; with `orders` some of them say an order. Everything is one of them. `among` are
    the fields that they speak of."""
    amounts = _Amounts(spans, days, numbers)
    fields = [field for field in among.fields() if field.name != _OWN_ORDER and _values(field, names, words, amounts)]
    terms = st.sampled_from(fields).flatmap(lambda field: _terms(field, _values(field, names, words, amounts)))
    phrases = st.lists(st.sampled_from(words), min_size=1, max_size=3).map(lambda some: Word(" ".join(some), phrase=True))
    free = st.one_of(st.sampled_from(words).map(lambda word: Word(word, phrase=False)), phrases)
    conditions = st.recursive(st.one_of(terms, terms, free), _combined, max_leaves=8)
    if orders:
        order = st.none() | st.sampled_from(_choices(among.by_name[_OWN_ORDER]))
        conditions = st.builds(_ordered, conditions | st.just(Everything()), order)
    else:
        conditions = conditions | st.just(Everything())
    return conditions.filter(lambda query: all(len(show(query, language, among)) <= MAX_LENGTH for language in LANGUAGES))


class _Amounts:
    def __init__(self, spans: Sequence[int], days: Sequence[date], numbers: Sequence[int]) -> None:
        spans_of, days_of = [Span(seconds) for seconds in spans], [Day(day) for day in days]
        self.of: dict[Amounts, list[Span | Day | Number]] = {
            Amounts.NOTHING: [],
            Amounts.ORDER: [],
            Amounts.SPAN: [*spans_of],
            Amounts.MOMENT: [*spans_of, *days_of],
            Amounts.AHEAD: [*spans_of, *(Span(-seconds) for seconds in spans if seconds), *days_of],
            Amounts.NUMBER: [Number(number) for number in numbers],
        }


def _choices(field: Field) -> list[Value]:
    return [Name(choice.name) for choice in field.values]


def _values(field: Field, names: Names, words: Sequence[str], amounts: _Amounts) -> list[Value]:
    """Return every value that a field may have."""
    values = _choices(field)
    if field.kind is Kind.NAME:
        values += [Name(name) for name in sorted(names.of(field)) if field.choice(name) is None]
    elif field.kind is Kind.WORDS:
        values += [Name(word) for word in words] + [Name(f"{words[0]} {words[-1]}")]
    if field.compares is Amounts.ORDER:
        values += [Compare(op, Number(place)) for op in _SIGNS for place in range(len(field.values))]
    return values + [Compare(op, amount) for op in ("=", *_SIGNS) for amount in amounts.of[field.compares]]


def _terms(field: Field, values: list[Value]) -> st.SearchStrategy[Query]:
    several = st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)
    return several.map(lambda some: Term(field.name, tuple(some)))


def _combined(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(inner, min_size=2, max_size=4)
    return st.one_of(several.map(every), several.map(either), inner.map(negated))


def _ordered(condition: Query, order: Value | None) -> Query:
    return condition if order is None else every((condition, Term(_OWN_ORDER, (order,))))
