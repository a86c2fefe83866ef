"""All customers: found by a few letters as one types, the newest first; beside them the companies, and how many likely doubles
there are. Two lists in one room: `[` and `]` go between them. The foot says what works where the keys go.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, TypeAlias

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import DescendantFocus
from textual.widget import Widget
from textual.widgets import Input, Static

from deskterm.desk.rows import CustomerRow
from deskterm.desk.rows_customer import CompanyRow
from deskterm.i18n import _, ngettext
from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.keys.layout import other_layout
from deskterm.screens.choosing_customer import ChooseCustomerScreen
from deskterm.screens.company import CompanyScreen
from deskterm.screens.console import begin
from deskterm.screens.duplicates import DuplicatesScreen
from deskterm.screens.leaving import leave
from deskterm.screens.merge_preview import MergePreviewScreen
from deskterm.screens.people_room import PeopleRoom, open_card
from deskterm.screens.writing_to import log_contact_with, write_to
from deskterm.widgets.line_list import SERVED, LineList
from deskterm.widgets.paint import Line, Span
from deskterm.widgets.paint_customer import company_line, customer_line
from deskterm.widgets.status import Bar

Entry: TypeAlias = CustomerRow | CompanyRow

COUNTED_DOUBLES = 99
"""Up to how many likely doubles are counted in the head."""


class CustomersScreen(PeopleRoom[Entry]):
    """See the module. The letters typed go to the field above the list until Esc; then letters are keys."""

    CONTEXT = Context.CUSTOMERS
    context = Context.CUSTOMERS
    DEFAULT_CSS: ClassVar[str] = """
    CustomersScreen {
        & #search { height: 1; background: $surface; }
        & #search Static { width: 3; color: $text-accent; text-style: bold; }
        & #search Input { width: 1fr; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Context.CUSTOMERS, but=SERVED),
        Binding("down", "into_list", show=False),
        Binding("up", "step(-1)", show=False),
        Binding("pagedown", "step(20)", show=False),
        Binding("pageup", "step(-20)", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._of_companies = False
        self._doubles = 0

    def body(self) -> Iterable[Widget]:
        with Horizontal(id="search"):
            yield Static(Content(" / "))
            yield Input(select_on_focus=False, compact=True, max_length=100)
        yield LineList[Entry](self._line, _key, empty=_("Nobody is called so."), marks=self.marks)

    def on_mount(self) -> None:
        super().on_mount()
        self.set_focus(self.field)

    @property
    def field(self) -> Input:
        """Where the letters are typed."""
        return self.query_one(Input)

    def _line(self, row: Entry, cells: int) -> Line:
        return customer_line(row, cells) if isinstance(row, CustomerRow) else company_line(row, cells)

    # Finding

    async def load(self) -> None:
        await self._find(self.field.value)
        self._doubles = len(await self.office.duplicates(limit=COUNTED_DOUBLES + 1))
        self._show_head()

    async def _find(self, letters: str) -> None:
        """Show who is found; letters that find nobody are tried as the other keyboard layout has them."""
        companies, limit = self._of_companies, self.limit
        found: tuple[Entry, ...] = ()
        for typed in (letters, other_layout(letters)):
            if companies:
                found = await self.office.companies(typed, limit=limit)
            else:
                found = await self.office.customers(typed, limit=limit)
            if found or not letters.strip():
                break
        if (letters, companies) == (self.field.value, self._of_companies):
            self.rows.show(found)

    def _show_head(self) -> None:
        title = _("Companies") if self._of_companies else _("Customers")
        count = self._doubles
        shown = f"{COUNTED_DOUBLES}+" if count > COUNTED_DOUBLES else str(count)
        words = ngettext("{n} likely double", "{n} likely doubles", count).format(n=shown)
        key = self.console_app.own_keys.shown("customers.doubles")
        right = (Span(f"{words} ", "note"), Span(key, "key")) if count else ()
        self.head((Span(title, "name"),), right)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.rows.action_first()
        begin(self, self._find(event.value), group="find", exclusive=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        begin(self, self._open_typed(event.value), group="keys")

    async def _open_typed(self, letters: str) -> None:
        """Open what the letters typed before Enter find, also where they were typed ahead; the list has the keys afterwards."""
        await self._find(letters)
        if self.rows.chosen is not None:
            self.set_focus(self.rows)
            self._open(self.rows.chosen)

    # Keys

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self.show_foot(self.size.width)

    def show_foot(self, cells: int) -> None:
        """In the field letters are letters: there the foot names what else works."""
        if self.focused is not self.field:
            super().show_foot(cells)
            return
        foot: list[Span] = [Span(" ")]
        hints = (("↓ Esc", _("to the list, where keys act")), ("Enter", _("open the first")), ("F1", _("help")))
        for key, words in hints:
            foot += [Span(key, "key"), Span(f" {words}  ")]
        self.query_one("#foot", Bar).put(foot)

    def action_into_list(self) -> None:
        """From the letters to the row that they found first."""
        if self.rows.rows:
            self.set_focus(self.rows)

    def action_step(self, lines: int) -> None:
        self.rows.move(lines)

    def action_search(self) -> None:
        self.set_focus(self.field)

    def action_back(self) -> None:
        """From the letters to the list; there letters typed before go first, then the room is left."""
        if self.focused is self.field and self.rows.rows:
            self.set_focus(self.rows)
        elif self.field.value:
            self.field.value = ""
        else:
            leave(self, None)

    def action_other_kind(self) -> None:
        self._of_companies = not self._of_companies
        self.rows.show(())
        self._show_head()
        self.reload()

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        if isinstance(event.row, CustomerRow | CompanyRow):
            self._open(event.row)

    def _open(self, row: Entry) -> None:
        if isinstance(row, CustomerRow):
            open_card(self, row.id)
        else:
            self.app.push_screen(CompanyScreen(row.id))

    @property
    def _customer(self) -> CustomerRow | None:
        """The customer under the cursor."""
        row = self.rows.chosen
        return row if isinstance(row, CustomerRow) else None

    def action_company(self) -> None:
        row = self._customer
        if row is not None and row.company_id is not None:
            self.app.push_screen(CompanyScreen(row.company_id))
        elif row is not None:
            self.console_app.tell(_("{name} belongs to no company.").format(name=row.name))

    def action_doubles(self) -> None:
        self.app.push_screen(DuplicatesScreen())

    def action_merge(self) -> None:
        """Ask for the other one, then compare the two."""
        row = self._customer
        if row is None:
            return

        def compare(other: CustomerRow | None) -> None:
            if other is not None:
                self.app.push_screen(MergePreviewScreen(row.id, other.id, into_id=row.id))

        self.app.push_screen(ChooseCustomerScreen(_("Merge {name} with").format(name=row.name), but=row.id), compare)

    def action_write_to(self) -> None:
        if self._customer is not None:
            begin(self, write_to(self, self._customer), group="acts")

    def action_log_contact(self) -> None:
        log_contact_with(self, self._customer)


def _key(row: Entry) -> tuple[bool, int]:
    return isinstance(row, CustomerRow), row.id
