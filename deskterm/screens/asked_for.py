"""What of mine asks to be looked at, counted for the head of the inbox at every bell; and the clocks of what is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskterm.desk.query import Name, Term
from deskterm.desk.rows_time import DueCounts
from deskterm.screens.clock_bar import ClockBar
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.console import console_of
from deskterm.screens.customer_pane import CustomerPane
from deskterm.screens.inbox_head import WORDY

if TYPE_CHECKING:
    from textual.screen import Screen

    Base = Screen[None]
else:
    Base = object  # a mix-in of InboxScreen

GAP_S = 0.5
"""Time between two looks."""
MANY = 999
"""Up to how many near ends are counted."""
_SOON = Term("sla", (Name("soon"),))


class AskedFor(Base):
    """The part of the inbox screen that counts notices, reminders and overdue tasks. `due` is None before it has looked."""

    due: DueCounts | None = None
    soon = 0
    """How many promised times are near; counted where there is room to show it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._due_again = Coalesced(self, self._look_at_due, "due", gap_s=GAP_S)

    def show_head(self) -> None:
        """Other numbers may stand at the head."""
        raise TypeError("the screen has the bar")

    def on_mount(self) -> None:
        self._hang_up_due = console_of(self).office.on_change(self._due_again.ask)
        self._due_again.ask()

    def on_unmount(self) -> None:
        self._hang_up_due()

    def on_clock_bar_known(self, event: ClockBar.Known) -> None:
        event.stop()
        self.query_one("#customer", CustomerPane).tell_clocks(event.clocks)

    async def _look_at_due(self) -> None:
        office = console_of(self).office
        due = await office.due()
        soon = await office.count(_SOON, at_most=MANY) if self.size.width >= WORDY else 0
        if (due, soon) != (self.due, self.soon):
            self.due, self.soon = due, soon
            self.show_head()
