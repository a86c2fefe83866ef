"""The records of the business that messages name: chosen among, and shown with all their columns and their customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from deskterm.desk.card import CardSettings
from deskterm.desk.rows_customer import RecordRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _, language
from deskterm.screens.asking import Dialog, plain
from deskterm.screens.console import begin, console_of
from deskterm.screens.leaving import leave
from deskterm.screens.room import marks_of
from deskterm.widgets.cells import cut, fit, width, wrap
from deskterm.widgets.line_list import LineList
from deskterm.widgets.paint import Line, Span
from deskterm.widgets.text_view import TextView
from deskterm.widgets.when import moment

_LABEL = 18


def title_of(record: RecordRow, card: CardSettings) -> str:
    """Return what a record is called: its kind and its number."""
    kind = card.record(record.kind)
    name = kind.label.shown(language()) if kind is not None else record.kind
    return f"{clean_line(name, 60)} {clean_line(record.external_id, 80)}"


def columns_of(record: RecordRow, card: CardSettings) -> list[tuple[str, str]]:
    """Return the columns of a record in the order of the configuration, then those that it does not know, with their labels."""
    kind = card.record(record.kind)
    known = {column.key: column.label.shown(language()) for column in kind.columns} if kind is not None else {}
    keys = [*(key for key in known if key in record.values), *(key for key in record.values if key not in known)]
    return [(clean_line(known.get(key, key), 60), clean_line(record.values[key], 1000)) for key in keys]


def record_line(record: RecordRow, card: CardSettings, cells: int) -> Line:
    """Return a record as a line: what it is called, then what its columns say."""
    title = cut(title_of(record, card), max(4, cells // 2))
    said = ", ".join(value for _label, value in columns_of(record, card) if value)
    return (Span(f" {title}  ", "name"), Span(fit(said, max(0, cells - width(title) - 3)), "muted"))


class RecordScreen(Dialog[int]):
    """One record. Enter ends with the id of its customer."""

    DEFAULT_CSS: ClassVar[str] = """
    RecordScreen > .box { width: 76; }
    RecordScreen TextView { height: auto; max-height: 18; min-height: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,i", "customer", show=False, priority=True)]

    def __init__(self, record: RecordRow, title: str) -> None:
        super().__init__(title)
        self._record = record
        self._customer = ""

    def body(self) -> Iterable[Widget]:
        yield TextView()
        yield plain(_("Enter opens the customer's card   Esc leaves") if self._record.customer_id else _("Esc leaves"), "hint")

    def on_mount(self) -> None:
        self.query_one(TextView).show(self._lines)
        begin(self, self._load(), group="rows")

    async def _load(self) -> None:
        card = None if self._record.customer_id is None else await console_of(self).office.customer(self._record.customer_id)
        if card is not None:
            self._customer = clean_line(card.name, 200)
            self.query_one(TextView).show(self._lines)

    def _lines(self, cells: int) -> Sequence[Line]:
        office = console_of(self).office
        rows = [*columns_of(self._record, office.card), (_("at"), moment(self._record.at, office.now()))]
        if self._customer:
            rows.append((_("customer"), self._customer))
        label = min(_LABEL, cells // 3)
        lines: list[Line] = []
        for name, value in rows:
            for place, part in enumerate(wrap(value, max(4, cells - label - 1))):
                lines.append((Span(fit("" if place else name, label) + " ", "muted"), Span(part)))
        return lines

    def action_customer(self) -> None:
        leave(self, self._record.customer_id)


class RecordsScreen(Dialog[RecordRow]):
    """Several records, of which one is chosen."""

    def __init__(self, records: Sequence[RecordRow]) -> None:
        super().__init__(_("Records named here"))
        self._records = tuple(records)

    def body(self) -> Iterable[Widget]:
        yield LineList[RecordRow](self._line, lambda one: one.id, marks=marks_of(self))
        yield plain(_("Enter opens it   Esc leaves"), "hint")

    def on_mount(self) -> None:
        self.query_one(LineList).show(self._records)

    def _line(self, record: RecordRow, cells: int) -> Line:
        return record_line(record, console_of(self).office.card, cells)

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        if isinstance(event.row, RecordRow):
            leave(self, event.row)
