"""The records of a customer as aligned rows, the newest first, kind by kind: pure."""

from __future__ import annotations

from collections.abc import Iterator

from deskterm.desk.card import CardField, FieldType, Label, RecordKind
from deskterm.desk.card_values import shown_value
from deskterm.desk.rows_customer import RecordRow
from deskterm.desk.text import clean_line
from deskterm.i18n import ngettext
from deskterm.widgets.card_rows import CardRow, On, Shown, Spot, text_row
from deskterm.widgets.cells import fit, fit_right, width
from deskterm.widgets.paint import Span

MOST = 20
"""Records shown of a kind."""
DAY_CELLS, NUMBER_CELLS, COLUMN_CELLS = 10, 16, 24
GAP = 2


def record_rows(shown: Shown, cells: int) -> Iterator[CardRow]:
    """Yield the rows of all records; a heading with the columns stands above each kind."""
    kinds = dict.fromkeys((*(one.key for one in shown.settings.records), *(one.kind for one in shown.card.records)))
    for key in kinds:
        rows = sorted((one for one in shown.card.records if one.kind == key), key=lambda one: (one.at, one.id), reverse=True)
        if rows:
            yield from _kind_rows(shown, shown.settings.record(key) or _unknown(rows), rows, cells)


def _unknown(rows: list[RecordRow]) -> RecordKind:
    """Return a kind that the configuration does not have any more, with the columns that are there."""
    columns = dict.fromkeys(column for row in rows for column in row.values)
    return RecordKind(rows[0].kind, Label(rows[0].kind), tuple(CardField(one, FieldType.TEXT, Label(one)) for one in columns))


def _kind_rows(shown: Shown, kind: RecordKind, rows: list[RecordRow], cells: int) -> Iterator[CardRow]:
    label = clean_line(kind.label.shown(shown.language), 40)
    number = min(NUMBER_CELLS, max(width(label), *(width(clean_line(row.external_id, 60)) for row in rows)))
    columns = list(_columns(shown, kind, rows[:MOST], cells - 2 - number - GAP - DAY_CELLS))
    dated = dated_column(kind)
    day = clean_line(dated.label.shown(shown.language), 40) if dated is not None else ""
    head = [Span(f"  {fit(label, number)}  {fit(day, DAY_CELLS)}", "muted")]
    head += [Span("  " + _in_column(one, one.label.shown(shown.language), taken), "muted") for one, taken in columns]
    yield text_row(Spot(On.FACT, f"record {kind.key}"), head, cells)
    for row in rows[:MOST]:
        yield _record_row(shown, kind, row, number, columns, cells)
    if len(rows) > MOST:
        words = ngettext("and {n} more", "and {n} more", len(rows) - MOST).format(n=len(rows) - MOST)
        yield text_row(Spot(On.FACT, f"more {kind.key}"), [Span(f"  {words}", "muted")], cells)


def _columns(shown: Shown, kind: RecordKind, rows: list[RecordRow], room: int) -> Iterator[tuple[CardField, int]]:
    """Yield the columns that fit beside each other, each with its width; the day of a record has a place of its own."""
    dated = dated_column(kind)
    for column in kind.columns:
        if column is dated:
            continue
        texts = [column.label.shown(shown.language), *(_text(column, row, shown.language) for row in rows)]
        taken = min(COLUMN_CELLS, max(width(clean_line(text, 60)) for text in texts))
        if room < taken + GAP:
            return
        room -= taken + GAP
        yield column, taken


def dated_column(kind: RecordKind) -> CardField | None:
    """Return the column that says of what day a record is; see `desk.record_rows.date_of`."""
    return next((column for column in kind.columns if column.type is FieldType.DATE), None)


def _text(column: CardField, row: RecordRow, language: str) -> str:
    return clean_line(shown_value(row.values.get(column.key, ""), column.type, language), 60)


def day_of(kind: RecordKind, row: RecordRow, language: str) -> str:
    """Return of what day a record is, as people of a language write it."""
    dated = dated_column(kind)
    said = row.values.get(dated.key, "") if dated is not None else ""
    return shown_value(said or row.at.astimezone().date().isoformat(), FieldType.DATE, language)


def _in_column(column: CardField, text: str, cells: int) -> str:
    shown = clean_line(text, 60)
    return fit_right(shown, cells) if column.type is FieldType.NUMBER else fit(shown, cells)


def _record_row(
    shown: Shown, kind: RecordKind, row: RecordRow, number: int, columns: list[tuple[CardField, int]], cells: int
) -> CardRow:
    spans = [
        Span(f"  {fit(clean_line(row.external_id, 60), number)}", "link"),
        Span(f"  {fit(day_of(kind, row, shown.language), DAY_CELLS)}", "muted"),
        *(Span("  " + _in_column(column, _text(column, row, shown.language), taken)) for column, taken in columns),
    ]
    return text_row(Spot(On.RECORD, f"{row.kind} {row.external_id}", row.id), spans, cells)
