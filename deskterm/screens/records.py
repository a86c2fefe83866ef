"""The records of the business that messages name: chosen among, and shown with all their columns and their customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from deskterm.desk.card import CardSettings, Label, RecordKind
from deskterm.desk.card_values import shown_value
from deskterm.desk.rows_customer import RecordRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _, language
from deskterm.screens.asking import Dialog, plain
from deskterm.screens.console import begin, console_of
from deskterm.screens.leaving import leave
from deskterm.screens.room import marks_of
from deskterm.widgets.card_records import dated_column, day_of
from deskterm.widgets.cells import cut, fit, width, wrap
from deskterm.widgets.line_list import LineList
from deskterm.widgets.paint import Line, Span
from deskterm.widgets.text_view import TextView

_LABEL = 18


def title_of(record: RecordRow, card: CardSettings) -> str:
    """Return what a record is called: its kind and its number."""
    kind = card.record(record.kind)
    name = kind.label.shown(language()) if kind is not None else record.kind
    return f"{clean_line(name, 60)} {clean_line(record.external_id, 80)}"


def columns_of(record: RecordRow, card: CardSettings) -> list[tuple[str, str]]:
    """Return all columns of a record in the order of the configuration, then those that it does not know, with their labels and
    with what they say as the card shows it; "" where they say nothing."""
    kind = card.record(record.kind)
    columns = {column.key: column for column in kind.columns} if kind is not None else {}
    said = [
        (column.label.shown(language()), shown_value(record.values.get(key, ""), column.type, language()))
        for key, column in columns.items()
    ]
    said += [(key, value) for key, value in record.values.items() if key not in columns]
    return [(clean_line(label, 60), clean_line(value, 1000)) for label, value in said]


def record_line(record: RecordRow, card: CardSettings, cells: int) -> Line:
    """Return a record as a line: what it is called, then what its columns say."""
    title = cut(title_of(record, card), max(4, cells // 2))
    said = ", ".join(value for _label, value in columns_of(record, card) if value)
    return (Span(f" {title}  ", "name"), Span(fit(said, max(0, cells - width(title) - 3)), "muted"))


class RecordText(TextView):
    """What a record says; as high as that is, as far as there is room."""

    DEFAULT_CSS: ClassVar[str] = """
    RecordText { height: auto; min-height: 2; max-height: 18; }
    """

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines there are."""
        return len(self._lay_out(width)) if self._lay_out is not None and width else 2

    @property
    def hides_some(self) -> bool:
        """Whether there are more lines than fit."""
        return len(self._lines) > self.size.height


class RecordScreen(Dialog[int]):
    """One record, all its columns. Enter ends with the id of its customer."""

    DEFAULT_CSS: ClassVar[str] = """
    RecordScreen > .box { width: 76; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,i", "customer", show=False, priority=True)]

    def __init__(self, record: RecordRow, title: str) -> None:
        super().__init__(title)
        self._record = record
        self._customer = ""

    def body(self) -> Iterable[Widget]:
        yield RecordText()
        yield plain(self._keys, "hint")

    @property
    def _keys(self) -> str:
        return _("Enter opens the customer's card   Esc leaves") if self._record.customer_id else _("Esc leaves")

    @property
    def _text(self) -> RecordText:
        return self.query_one(RecordText)

    def on_mount(self) -> None:
        self._show()
        begin(self, self._load(), group="rows")

    async def _load(self) -> None:
        card = None if self._record.customer_id is None else await console_of(self).office.customer(self._record.customer_id)
        if card is not None:
            self._customer = clean_line(card.name, 200)
            self._show()

    def _show(self) -> None:
        self._text.show(self._lines)
        self._text.refresh(layout=True)
        self.call_after_refresh(self._hint)

    def on_resize(self) -> None:
        self.call_after_refresh(self._hint)

    def _hint(self) -> None:
        """Say how to see what does not fit."""
        scrolls = _("↓ ↑ more") + "   " if self._text.hides_some else ""
        self.query_one(".hint", Static).update(Content(scrolls + self._keys))

    def _lines(self, cells: int) -> Sequence[Line]:
        office = console_of(self).office
        rows = columns_of(self._record, office.card)
        kind = office.card.record(self._record.kind)
        if kind is None or dated_column(kind) is None:
            rows.append((_("at"), day_of(kind or RecordKind(self._record.kind, Label(""), ()), self._record, language())))
        if self._customer:
            rows.append((_("customer"), self._customer))
        label = min(_LABEL, cells // 3)
        lines: list[Line] = []
        for name, value in rows:
            for place, part in enumerate(wrap(value or "—", max(4, cells - label - 1))):
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
