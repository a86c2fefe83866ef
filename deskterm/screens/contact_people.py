"""The customers that begin with the letters typed, below the field; the last line is a new customer of that name."""

from __future__ import annotations

from typing import ClassVar, TypeAlias

from textual.binding import BindingType

from deskterm.desk.rows import CustomerRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.screens.choosing_customer import customers_called
from deskterm.screens.console import begin, console_of
from deskterm.widgets.cells import fit
from deskterm.widgets.line_list import LineList
from deskterm.widgets.paint import Line, Marks, Span
from deskterm.widgets.paint_customer import customer_line

Found: TypeAlias = CustomerRow | str
"""A customer, or the words typed that are a new one's."""
MOST = 6


class PeopleFound(LineList[Found]):
    """See the module; the keys stay with the field above, but for the arrows."""

    DEFAULT_CSS: ClassVar[str] = """
    PeopleFound { height: auto; max-height: 7; margin: 0 0 0 13; background: $boost; display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(found_line, lambda one: one if isinstance(one, str) else one.id, marks=marks, id=id)
        self.can_focus = False
        self.display = False
        self._letters = ""

    def look_for(self, letters: str) -> None:
        """Show who is found by these letters, once the desk has answered."""
        self._letters = letters.strip()
        if self._letters:
            begin(self, self._look(self._letters), group="find", exclusive=True)
        else:
            self.hide()

    async def _look(self, letters: str) -> None:
        found = await customers_called(console_of(self).office, letters, limit=MOST)
        if letters == self._letters:
            self.show((*found, letters))
            self.display = True

    async def found_for(self, letters: str) -> Found:
        """Return the line under the cursor; where it is not there yet, the first that these letters find."""
        letters = letters.strip()
        if self.display and self.rows and self.rows[-1] == letters and self.chosen is not None:
            return self.chosen
        found = await customers_called(console_of(self).office, letters, limit=1)
        return found[0] if found else letters

    def hide(self) -> None:
        """Show nothing until other letters are typed."""
        self._letters = ""
        self.display = False
        self.action_first()


def found_line(one: Found, cells: int) -> Line:
    """Return a customer, or "new: …"."""
    if isinstance(one, str):
        return (Span(" " + fit(_("new: {name}").format(name=clean_line(one, 100)), cells - 1), "good"),)
    return customer_line(one, cells)
