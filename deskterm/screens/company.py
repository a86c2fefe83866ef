"""A company: its note, its people, and their conversations; the name and the note are changed here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, TypeAlias

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from deskterm.desk.commands_customer import EditCompany
from deskterm.desk.query import Name, Term
from deskterm.desk.rows import ConversationRow
from deskterm.desk.rows_customer import CompanyRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.screens.asking import Dialog, plain
from deskterm.screens.console import begin
from deskterm.screens.leaving import leave
from deskterm.screens.people_room import PeopleRoom, carried_out, open_card
from deskterm.widgets.cells import fit
from deskterm.widgets.line_list import SERVED, LineList
from deskterm.widgets.paint import Line, Marks, Span
from deskterm.widgets.paint_row import state_mark
from deskterm.widgets.status import Bar

Person: TypeAlias = tuple[int, str]
Entry: TypeAlias = Person | ConversationRow


class CompanyScreen(PeopleRoom[Entry]):
    """See the module. Two lists in one room: `[` and `]` go between people and conversations."""

    CONTEXT = Context.COMPANY
    context = Context.COMPANY
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.COMPANY, but=SERVED)]

    def __init__(self, company_id: int) -> None:
        super().__init__()
        self._company_id = company_id
        self._company: CompanyRow | None = None
        self._of_talks = False

    def body(self) -> Iterable[Widget]:
        yield Bar(id="note")
        yield LineList[Entry](self._line, _key, empty=_("Nothing here."), marks=self.marks)

    def _line(self, row: Entry, cells: int) -> Line:
        return talk_line(row, cells, self.marks) if isinstance(row, ConversationRow) else _person_line(row, cells)

    async def load(self) -> None:
        company = await self.office.company(self._company_id)
        if company is None:
            self.console_app.tell(_("This company is not there any more."), problem=True)
            leave(self, None)
            return
        self._company = company
        rows: tuple[Entry, ...]
        if self._of_talks:
            listing = Term("company", (Name(company.name),))
            rows = (await self.office.conversations(listing, after=self.limit)).rows
        else:
            rows = (await self.office.company_people(company.id))[: self.limit]
        self.rows.show(rows)
        self.query_one("#note", Bar).put((Span(f" {clean_line(company.note, 300)}", "muted"),))
        people = ngettext("{n} customer", "{n} customers", company.people).format(n=company.people)
        what = _("its conversations") if self._of_talks else _("its people")
        counts = f"{people} · " + _("{n} open").format(n=company.open_count)
        self.head((Span(clean_line(company.name, 120), "name"), Span(f"  {what}", "muted")), (Span(counts, "muted"),))

    def action_other_kind(self) -> None:
        self._of_talks = not self._of_talks
        self.rows.show(())
        self.reload()

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        if isinstance(event.row, ConversationRow):
            self.console_app.open_conversation(event.row.id)
        elif isinstance(event.row, tuple):
            open_card(self, int(event.row[0]))

    def action_edit(self) -> None:
        company = self._company
        if company is None:
            return

        def keep(wish: EditCompany | None) -> None:
            if wish is not None:
                begin(self, self._keep(wish), group="acts")

        self.app.push_screen(EditCompanyScreen(company), keep)

    async def _keep(self, wish: EditCompany) -> None:
        if await carried_out(self, wish) is not None:
            self.console_app.tell(_("The company is changed."))


class EditCompanyScreen(Dialog[EditCompany]):
    """Asks for the name and the note of a company; Enter goes on, and on the last field is done."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "finish", show=False, priority=True)]

    def __init__(self, company: CompanyRow) -> None:
        super().__init__(_("Company"))
        self._company = company

    def body(self) -> Iterable[Widget]:
        yield plain(_("Name"), "hint")
        yield Input(clean_line(self._company.name, 200), id="name", select_on_focus=False, compact=True, max_length=200)
        yield plain(_("Note"), "hint")
        yield Input(clean_line(self._company.note, 2000), id="note", select_on_focus=False, compact=True, max_length=2000)
        yield plain(_("Enter goes on   ctrl+s done   Esc leaves"), "hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id == "name":
            self.set_focus(self.query_one("#note", Input))
        else:
            self._finish()

    def action_finish(self) -> None:
        (self.focused or self).call_later(self._finish)

    def _finish(self) -> None:
        name, note = (self.query_one(f"#{one}", Input).value.strip() for one in ("name", "note"))
        changed = EditCompany(
            self._company.id,
            name if name and name != self._company.name else None,
            note if note != self._company.note else None,
        )
        leave(self, changed if changed.name is not None or changed.note is not None else None)


def talk_line(row: ConversationRow, cells: int, marks: Marks) -> Line:
    """Return a conversation as a line where there are no columns: its state, number, customer and matter."""
    sign, role = state_mark(row, marks)
    words = clean_line(row.subject) or clean_line(row.preview)
    name = max(8, min(24, cells // 4))
    number = f"#{row.number} "
    return (
        Span(f" {sign} ", "failed" if role == "late" else "muted"),
        Span(number, "muted"),
        Span(fit(clean_line(row.customer, 80), name) + " ", "name"),
        Span(fit(words, max(0, cells - name - len(number) - 4))),
    )


def _person_line(person: Person, cells: int) -> Line:
    return (Span(f" {fit(clean_line(person[1], 120), cells - 1)}", "name"),)


def _key(row: Entry) -> tuple[bool, int]:
    return (True, row.id) if isinstance(row, ConversationRow) else (False, row[0])
