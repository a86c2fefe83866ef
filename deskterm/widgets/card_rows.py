"""What a card is made of on the screen: rows that the cursor can stand on, each of one or more lines. Pure.

A row knows what it is about (`Spot`), so that keys act on the row under the cursor and the cursor finds its row again after the
card was read anew. `deskterm.widgets.card_paint` makes the rows of a card.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from deskterm.desk.card import NO_CARD, CardSettings
from deskterm.desk.rows import ConversationRow
from deskterm.desk.rows_customer import Card, ParticipantRow
from deskterm.desk.rows_time import TaskRow
from deskterm.desk.text import clean_line
from deskterm.widgets.cells import cut, fit, width, wrap
from deskterm.widgets.paint import UNICODE, Line, Marks, Span


class On(StrEnum):
    """What a row is about."""

    NAME = "name"
    LANGUAGE = "language"
    COMPANY = "company"
    FIELD = "field"
    BLOCK = "block"
    IDENTITY = "identity"
    NEW_IDENTITY = "new_identity"
    CLAIM = "claim"
    DUPLICATE = "duplicate"
    MERGED = "merged"
    NOTE = "note"
    NEW_NOTE = "new_note"
    TAGS = "tags"
    FACT = "fact"
    CONVERSATION = "conversation"
    RECORD = "record"
    PERSON = "person"
    TASK = "task"
    NEW_TASK = "new_task"


@dataclass(frozen=True, slots=True)
class Spot:
    """What one row is about: `key` is that of a field, a fact or an address, `id` that of a note, an address or a conversation,
    of a block its place."""

    what: On
    key: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class CardRow:
    """A row. `value_at` is the cell at which its value begins, where an input stands while it is edited."""

    spot: Spot
    lines: tuple[Line, ...]
    value_at: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A card with what is shown of it. `talks` are the customer's conversations, the newest first; `turned` the places of the
    blocks that are opened although they are folded, or the other way round; `wanted` the keys of fields that must be filled
    in; `open_key` is the key that opens what is under the cursor, as people read it; `people` those who take part in the
    conversation at hand; `tasks` the customer's, what is to be done first, as `me_id` sees them."""

    card: Card
    now: datetime
    settings: CardSettings = NO_CARD
    talks: tuple[ConversationRow, ...] = ()
    turned: frozenset[int] = field(default=frozenset())
    wanted: tuple[str, ...] = ()
    language: str = "en"
    marks: Marks = UNICODE
    open_key: str = "Enter"
    people: tuple[ParticipantRow, ...] = ()
    tasks: tuple[TaskRow, ...] = ()
    me_id: int = 0

    def is_folded(self, place: int) -> bool:
        """Whether only the title of a block is shown."""
        return self.settings.blocks[place].folded is not (place in self.turned)


def label_cells(cells: int) -> int:
    """Return how many cells the names of fields take in a card of a width."""
    return min(18, max(8, cells // 2 + 1))


def value_row(spot: Spot, label: str, value: str, cells: int, role: str = "", *, most: int = 4) -> CardRow:
    """Return a row with a name at its left and a value that takes as many lines as it needs, `most` at most."""
    left = min(label_cells(cells), max(0, cells - 4))
    named = fit(clean_line(label), left - 1) + " " if left > 1 else ""
    parts = wrap(clean_line(value), max(4, cells - width(named)))[:most]
    lines: list[Line] = [(Span(named, "muted"), Span(parts[0], role))]
    lines += [(Span(" " * width(named)), Span(part, role)) for part in parts[1:]]
    return CardRow(spot, tuple(lines), width(named))


def text_row(spot: Spot, spans: Sequence[Span], cells: int) -> CardRow:
    """Return a row of one line, cut to a width."""
    return CardRow(spot, (tuple(cut_spans(spans, cells)),))


def aside_row(spot: Spot, spans: Sequence[Span], aside: Sequence[Span], cells: int, indent: int) -> CardRow:
    """Return a row with something more behind it, which takes a line of its own where it does not fit beside."""
    if not aside or sum(width(span.text) for span in (*spans, *aside)) + 2 <= cells:
        return text_row(spot, [*spans, Span("  " if aside else ""), *aside], cells)
    return CardRow(spot, (tuple(cut_spans(spans, cells)), tuple(cut_spans([Span(" " * indent), *aside], cells))))


def cut_spans(spans: Iterable[Span], cells: int) -> Iterator[Span]:
    """Yield spans as far as they fit in so many cells; the one that does not is cut."""
    left = cells
    for span in spans:
        text = cut(span.text, left)
        if text:
            yield Span(text, span.role)
        left -= width(text)
        if text != span.text or left <= 0:
            return
