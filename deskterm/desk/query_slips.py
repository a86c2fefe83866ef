"""Slips of the fingers in a filter text: the other keyboard layout, OR in small letters; and what was meant."""

from __future__ import annotations

from dataclasses import replace

from deskterm.desk.layouts import other_layout
from deskterm.desk.query_check import Names, check
from deskterm.desk.query_fields import CONVERSATIONS, Kind, Vocabulary, folded
from deskterm.desk.query_near import in_other_layout
from deskterm.desk.query_parse import parse
from deskterm.desk.query_pieces import Piece, pieces
from deskterm.desk.query_show import value_text
from deskterm.desk.query_tree import And, Mistake, Name, Not, Or, Query, Term, Word
from deskterm.desk.query_words import OR_WORDS

_MOST = 40
"""How many pieces of a text are mended at most."""
_SMALL_OR = {word.casefold(): word for word in OR_WORDS.values()}


def in_right_layout(text: str, names: Names, among: Vocabulary = CONVERSATIONS) -> str:
    """Return a text with every piece mended that only the other keyboard layout gives a meaning; "" where there is none such.

    A free word is one where it becomes a whole term; a field's name or a value is one where it is not known as it stands.
    """
    mended = _with_terms(text, among)
    for _turn in range(_MOST):
        wrong = _mistake(mended, names, among)
        meant = "" if wrong is None else _meant(wrong)
        if wrong is None or not meant:
            break
        mended = mended[: wrong.position] + meant + mended[wrong.position + wrong.length :]
    return mended if mended != text else ""


def _with_terms(text: str, among: Vocabulary) -> str:
    mended = text
    for piece in reversed(list(pieces(text, among))):
        if _is_bare(piece):
            swapped = in_other_layout(text[piece.start : piece.end])
            if isinstance(parse(swapped, among), Term):
                mended = mended[: piece.start] + swapped + mended[piece.end :]
    return mended


def _is_bare(piece: Piece) -> bool:
    return not (piece.is_name or piece.is_value or piece.opens)


def _mistake(text: str, names: Names, among: Vocabulary) -> Mistake | None:
    query = parse(text, among)
    return query if isinstance(query, Mistake) else check(query, names, text, among)


def _meant(wrong: Mistake) -> str:
    """Return the known word that what is wrong is in the other layout, as it is written there."""
    written = str(wrong.values.get("field" if wrong.code == "unknown_field" else "value", ""))
    if wrong.code not in ("unknown_field", "unknown_value") or not wrong.nearest:
        return ""
    if folded(wrong.nearest[0]) != folded(in_other_layout(written)):
        return ""
    return correction(wrong, wrong.nearest[0])


def correction(wrong: Mistake, word: str, among: Vocabulary = CONVERSATIONS) -> str:
    """Return a known word as it is written in place of what is wrong."""
    field = among.by_name.get(str(wrong.values.get("field", "")))
    if wrong.code == "unknown_field" or field is None:
        return word
    return word if field.choice(word) else value_text(field, Name(word), "en")


def retyped(query: Query, among: Vocabulary = CONVERSATIONS) -> Query:
    """Return a query with its words as the same keys give them in the other layout: free ones, and those of `customer` and the
    like. What is in a list of the desk stays: `check` knows of that."""
    match query:
        case Word(text, phrase):
            return Word(other_layout(text), phrase)
        case Term(field, values) if among.by_name[field].kind is Kind.WORDS:
            return Term(field, tuple(Name(other_layout(one.text)) if isinstance(one, Name) else one for one in values))
        case Not(inner):
            return replace(query, inner=retyped(inner, among))
        case And(parts) | Or(parts):
            return replace(query, parts=tuple(retyped(part, among) for part in parts))
        case _:
            return query


def with_capital_or(text: str, among: Vocabulary = CONVERSATIONS) -> str:
    """Return a text with each "or" and "или" between other pieces in capitals, as is meant; "" where none is."""
    found = [piece for piece in pieces(text, among) if not piece.is_name]
    mended = text
    for piece in found[1:-1]:
        capitals = _SMALL_OR.get(text[piece.start : piece.end])
        if capitals is not None and _is_bare(piece):
            mended = mended[: piece.start] + capitals + mended[piece.end :]
    return mended if mended != text and not isinstance(parse(mended, among), Mistake) else ""
