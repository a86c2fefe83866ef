"""One customer, found by a few letters of names or addresses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from deskterm.desk.rows import CustomerRow
from deskterm.i18n import _
from deskterm.keys.layout import other_layout
from deskterm.office import Office
from deskterm.screens.asking import Dialog, plain
from deskterm.screens.console import begin, console_of
from deskterm.screens.leaving import leave
from deskterm.screens.room import marks_of
from deskterm.widgets.line_list import LineList
from deskterm.widgets.paint_customer import customer_line

MOST = 10
"""Customers shown at once."""


async def customers_called(office: Office, letters: str, *, limit: int = MOST) -> tuple[CustomerRow, ...]:
    """Return the newest customers whose names or addresses begin so, in either keyboard layout."""
    found = await office.customers(letters, limit=limit)
    return found or (await office.customers(other_layout(letters), limit=limit) if letters.strip() else ())


class ChooseCustomerScreen(Dialog[CustomerRow]):
    """Ends with the customer chosen. `but` is one that is not offered."""

    DEFAULT_CSS: ClassVar[str] = """
    ChooseCustomerScreen > .box { width: 78; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]

    def __init__(self, title: str, *, but: int | None = None) -> None:
        super().__init__(title)
        self._but = but

    def body(self) -> Iterable[Widget]:
        yield Input(select_on_focus=False, compact=True)
        found = LineList[CustomerRow](customer_line, lambda row: row.id, empty=_("Nobody is called so."), marks=marks_of(self))
        found.can_focus = False
        yield found
        yield plain(_("type to find   ↑ ↓   Enter takes it   Esc leaves"), "hint")

    def on_mount(self) -> None:
        begin(self, self._find(""), group="find", exclusive=True)

    async def _find(self, letters: str) -> None:
        rows = await customers_called(console_of(self).office, letters, limit=MOST + 1)
        if letters == self.query_one(Input).value:
            self.query_one(LineList).show([row for row in rows if row.id != self._but][:MOST])

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one(LineList).action_first()
        begin(self, self._find(event.value), group="find", exclusive=True)

    def action_move(self, lines: int) -> None:
        self.query_one(LineList).move(lines)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        begin(self, self._take(event.value), group="keys")

    async def _take(self, letters: str) -> None:
        await self._find(letters)
        chosen = self.query_one(LineList).chosen
        if isinstance(chosen, CustomerRow):
            leave(self, chosen)
