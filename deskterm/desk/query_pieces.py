"""A filter text as it is being typed, cut into pieces: which of them the cursor is in, also where the text is no query yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from deskterm.desk.query_fields import CONVERSATIONS, Field, Vocabulary
from deskterm.desk.query_tree import SORT
from deskterm.desk.query_words import BARE_VALUE, BARE_WORD, FIELD_HEAD, OR_WORDS, QUOTED, unquoted


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece, `text[start:end]`: a field's name with its colon (`is_name`), a value of a field (`is_value`), or a free word.

    `opens` says how many quotes stand before what is typed; `place` counts the values of a term from 0; `top` is false within
    brackets and after a minus.
    """

    start: int
    end: int
    is_name: bool = False
    is_value: bool = False
    field: Field | None = None
    place: int = 0
    opens: int = 0
    top: bool = True

    def typed(self, text: str, cursor: int) -> str:
        """Return what stands of it before the cursor, without its quotes."""
        before = text[self.start + self.opens : cursor]
        return unquoted(before.removesuffix('"')) if self.opens else before


def piece_at(text: str, cursor: int, among: Vocabulary = CONVERSATIONS) -> Piece | None:
    """Return the piece that the cursor is in or directly behind; an empty one between others; None where nothing can be told.

    A cursor at the first character of a word or within a phrase is in none.
    """
    for piece in pieces(text, among):
        if piece.is_value:
            if piece.start <= cursor <= piece.end:
                return piece
        elif piece.start < cursor <= piece.end - piece.is_name:
            return None if piece.opens else piece
    if text[cursor : cursor + 1].strip(") \t"):
        return None
    depth = text[:cursor].count("(") - text[:cursor].count(")")
    return Piece(cursor, cursor, top=depth <= 0 and not text[:cursor].endswith("-"))


def has_order_beside(text: str, piece: Piece, among: Vocabulary = CONVERSATIONS) -> bool:
    """Whether an order would be out of place in this piece: one is said elsewhere, or the text is of alternatives."""
    for other in pieces(text, among):
        if other.is_value and other.field is not None and other.field.name == SORT and other.start != piece.start:
            return True
        if not (other.is_value or other.is_name) and text[other.start : other.end] in OR_WORDS.values():
            return True
    return not piece.top or piece.place > 0


def pieces(text: str, among: Vocabulary = CONVERSATIONS) -> Iterator[Piece]:
    """Yield the pieces of a text, from left to right, without brackets and minus signs."""
    at, depth, minus = 0, 0, False
    while at < len(text):
        char = text[at]
        if char.isspace() or char in "()" or (char == "-" and not minus):
            depth += {"(": 1, ")": -1}.get(char, 0)
            minus = char == "-"
            at += 1
            continue
        top = depth <= 0 and not minus
        minus = False
        head = FIELD_HEAD.match(text, at)
        if head:
            field = among.called(head[1])
            yield Piece(at, head.end(), is_name=True, field=field, top=top)
            at = head.end()
            for piece in _values(text, at, field, top):
                yield piece
                at = piece.end
        else:
            end, opens = _end(text, at, is_value=False)
            yield Piece(at, end, opens=opens, top=top)
            at = end


def _values(text: str, at: int, field: Field | None, top: bool) -> Iterator[Piece]:
    place = 0
    while True:
        end, opens = _end(text, at, is_value=True)
        yield Piece(at, end, is_value=True, field=field, place=place, opens=opens, top=top)
        if not text.startswith(",", end):
            return
        at, place = end + 1, place + 1


def _end(text: str, at: int, *, is_value: bool) -> tuple[int, int]:
    """Return where a word or value ends that begins here, and how many quotes open it; an unclosed quote ends with the text."""
    if text.startswith('"', at):
        match = QUOTED.match(text, at)
        return (match.end() if match else len(text)), 1
    match = (BARE_VALUE if is_value else BARE_WORD).match(text, at)
    return (match.end() if match else at), 0
