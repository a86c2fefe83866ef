"""What of mine asks to be looked at, counted for the head of the inbox at every bell; and the clocks of what is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskterm.desk.rows_time import DueCounts
from deskterm.screens.clock_bar import ClockBar
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.console import console_of
from deskterm.screens.customer_pane import CustomerPane

if TYPE_CHECKING:
    from textual.screen import Screen

    Base = Screen[None]
else:
    Base = object  # a mix-in of InboxScreen

GAP_S = 0.5
"""Time between two looks."""


class AskedFor(Base):
    """The part of the inbox screen that counts notices, reminders and overdue tasks. `due` is None before it has looked."""

    due: DueCounts | None = None

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
        due = await console_of(self).office.due()
        if due != self.due:
            self.due = due
            self.show_head()
