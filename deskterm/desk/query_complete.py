"""What may stand at the cursor of a filter text: fields, their words, names, typical amounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from deskterm.desk.query_amounts import UNITS_SHOWN, amount
from deskterm.desk.query_check import Names, check
from deskterm.desk.query_fields import CONVERSATIONS, LANGUAGES, Amounts, Choice, Field, Kind, Vocabulary, folded
from deskterm.desk.query_near import in_other_layout
from deskterm.desk.query_parse import is_readable, parse
from deskterm.desk.query_pieces import Piece, has_order_beside, piece_at
from deskterm.desk.query_show import show, value_text
from deskterm.desk.query_tree import SORT, Compare, Mistake, Name, Term
from deskterm.desk.query_words import OPERATOR

MOST = 50
"""How many candidates are offered at most."""
_LEAST_TYPED = 2
"""From how many letters of a free word on the values of fields are offered, and not only fields."""
_COUNT = re.compile("[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text to put in place, and in English what it is (may be empty). A field's name ends with its colon.

    `who` is the person whose login the text is, as people call them: it is shown beside it.
    """

    text: str
    help: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Completions:
    """What may stand in place of `text[start:end]`, the likeliest first.

    `finished` says that what stands there lacks nothing: a candidate is taken only where it was chosen.
    """

    start: int
    end: int
    candidates: tuple[Candidate, ...] = ()
    finished: bool = False


@dataclass(frozen=True, slots=True)
class _Offer:
    """A candidate with the words it is found by."""

    candidate: Candidate
    found_by: tuple[str, ...]


def complete(text: str, cursor: int, names: Names, language: str = "en", among: Vocabulary = CONVERSATIONS) -> Completions:
    """Return what may stand at the cursor, in the interface's language; what is typed finds words of both languages.

    The cursor is a position in code points, brought to the text's end or beginning where it lies outside.
    """
    cursor = max(0, min(cursor, len(text)))
    piece = piece_at(text, cursor, among)
    if piece is None:
        return Completions(cursor, cursor)
    typed = piece.typed(text, cursor)
    without_sort = has_order_beside(text, piece, among)
    if not piece.is_value:
        offers = list(_fields(among, language, without_sort))
        if len(typed) >= _LEAST_TYPED and not piece.is_name:
            offers += [
                *_mistyped(among, text[piece.start : piece.end], language, without_sort),
                *_terms(among, language, names, without_sort),
            ]
    elif piece.field is None or (without_sort and piece.field.name == SORT):
        offers = []
    else:
        offers = list(_values(piece.field, language, typed, names))
    return Completions(piece.start, piece.end, tuple(_matching(offers, typed))[:MOST], _is_finished(among, piece, text, names))


def _is_finished(among: Vocabulary, piece: Piece, text: str, names: Names) -> bool:
    """Whether a piece is as it may stay: nothing is begun there, or a value that its field knows."""
    if piece.start == piece.end or not piece.is_value or piece.field is None:
        return piece.start == piece.end and not piece.is_value
    term = parse(f"{piece.field.name}:{text[piece.start : piece.end]}", among)
    return not isinstance(term, Mistake) and check(term, names, among=among) is None


def _matching(offers: Iterable[_Offer], typed: str) -> list[Candidate]:
    """Return the candidates that begin with what is typed, then those of which a later word does; else by the other layout."""
    offers = tuple(offers)
    for wanted in (folded(typed), folded(in_other_layout(typed))):
        begin = [one.candidate for one in offers if any(folded(word).startswith(wanted) for word in one.found_by)]
        within = [one.candidate for one in offers if any(f" {wanted}" in _words(word) for word in one.found_by)]
        if found := list(dict.fromkeys((*begin, *within))):
            return found
    return []


def _words(text: str) -> str:
    return re.sub(r"[\W_]+", " ", folded(text))


def _fields(among: Vocabulary, language: str, without_sort: bool) -> Iterator[_Offer]:
    for field in among.fields():
        if not (without_sort and field.name == SORT):
            yield _Offer(Candidate(f"{field.names(language)[0]}:", field.help), _found_by(field))


def _terms(among: Vocabulary, language: str, names: Names, without_sort: bool) -> Iterator[_Offer]:
    """Yield whole terms, found by their value."""
    for field in among.fields():
        if not (without_sort and field.name == SORT):
            for value in (*_choices(field, language), *_names(field, names)):
                text = f"{field.names(language)[0]}:{value.candidate.text}"
                yield _Offer(Candidate(text, value.candidate.help, value.candidate.who), value.found_by)


def _mistyped(among: Vocabulary, word: str, language: str, without_sort: bool) -> Iterator[_Offer]:
    """Yield the term that a free word is in the other keyboard layout: "ефпЖтщту" are the keys of "tag:none"."""
    term = parse(in_other_layout(word), among)
    if isinstance(term, Term) and not (without_sort and term.field == SORT):
        yield _Offer(Candidate(show(term, language, among)), (word,))


def _values(field: Field, language: str, typed: str, names: Names) -> Iterator[_Offer]:
    operator = OPERATOR.match(typed)
    if operator and field.compares is Amounts.ORDER:
        for offer in _choices(field, language):
            text = operator[0] + offer.candidate.text
            yield _Offer(Candidate(text, offer.candidate.help), tuple(operator[0] + word for word in offer.found_by))
        return
    yield from _choices(field, language)
    yield from _names(field, names)
    for typical in (*field.typical, *_with_units(field, typed)):
        start = OPERATOR.match(typical)
        compared = amount(field, typical[start.end() if start else 0 :])
        if compared is not None:
            text = value_text(field, Compare(start[0] if start else "=", compared), language)
            yield _Offer(Candidate(text), (typical, text))


def _with_units(field: Field, typed: str) -> list[str]:
    """Return what is typed of a span with each unit behind it."""
    if field.compares not in (Amounts.SPAN, Amounts.MOMENT, Amounts.AHEAD):
        return []
    operator = OPERATOR.match(typed)
    return [typed + unit for unit in UNITS_SHOWN["en"].values() if _COUNT.fullmatch(typed, operator.end() if operator else 0)]


def _choices(field: Field, language: str) -> Iterator[_Offer]:
    for choice in field.values:
        yield _Offer(Candidate(value_text(field, Name(choice.name), language), choice.help), _found_by(choice))


def _names(field: Field, names: Names) -> Iterator[_Offer]:
    """Yield the names that a field may name, without those that its own words hide."""
    if field.kind is not Kind.NAME:
        return
    for name in sorted(names.of(field), key=folded):
        if name.strip() and is_readable(name) and field.choice(name) is None:
            who = names.shown_name(name) if field.names_in == "operators" else ""
            who = who if is_readable(who) else ""
            yield _Offer(Candidate(value_text(field, Name(name), "en"), who=who), (name, who) if who else (name,))


def _found_by(named: Field | Choice) -> tuple[str, ...]:
    return tuple(name for language in LANGUAGES for name in named.names(language))
