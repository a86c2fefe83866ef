"""A view of the list: its windows of rows, live changes, and which conversation follows one that was dealt with."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from deskterm.desk.rows import ConversationRow, Counts, RowKey, View
from deskterm.i18n import N_, _
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.console import begin, console_of
from deskterm.widgets.conversation_list import ConversationList, Side

if TYPE_CHECKING:
    from textual.screen import Screen

    Base = Screen[None]
else:
    Base = object  # a mix-in of InboxScreen

FIRST_ROWS = 120
"""Rows asked for when a view is opened."""
MORE_ROWS = 200
LAST_PLACE = RowKey(2**62, 0)

VIEW_TITLES: dict[View, str] = {
    View.INBOX: N_("Inbox"),
    View.MINE: N_("Mine"),
    View.UNASSIGNED: N_("Unassigned"),
    View.WAITING: N_("Waiting"),
    View.LATE: N_("Late"),
    View.SNOOZED: N_("Snoozed"),
    View.CLOSED: N_("Closed"),
    View.ALL: N_("All"),
    View.FAILED: N_("Failed"),
}


class Views(Base):
    """The half of the inbox screen that keeps the list filled. The cursor stays on its conversation, wherever that goes."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.view = View.INBOX
        self.counts: Counts | None = None
        self.rows_again = Coalesced(self, self._look_again, "rows")
        self.settled = asyncio.Event()
        """Set while the view that was gone to is there."""
        self._conversation_shown = False
        self._extending = False
        self._loading: object = None
        self._done_with: tuple[int, ConversationRow | None] | None = None

    @property
    def list(self) -> ConversationList:
        """The rows of the view."""
        return self.query_one("#list", ConversationList)

    @property
    def is_reading(self) -> bool:
        """Whether the operator is in the conversation rather than in the list (a closing composer leaves no focus)."""
        return self._conversation_shown if self.focused is None else self.focused is not self.list

    def follow(self) -> None:
        """The cursor may stand on another conversation now."""
        raise TypeError("the screen has the pane")

    def show_head(self) -> None:
        """The counts or the position may be others now."""
        raise TypeError("the screen has the bar")

    def show_list(self) -> None:
        """Go back to the list."""
        raise TypeError("the screen has the panes")

    # Windows of rows

    def go_to_view(self, view: View, cursor_id: int | None = None) -> None:
        """Show a view from its beginning, or around a conversation."""
        if view is not self.view:
            self.view = view
            self.list.clear()
        self.list.empty_words = _("Nothing here. All done.") if view is View.INBOX else _("Nothing here.")
        self.settled.clear()
        self._loading = token = object()
        begin(self, self._settle(view, cursor_id, token), group="view", exclusive=True)

    async def _settle(self, view: View, cursor_id: int | None, token: object) -> None:
        try:
            await self._load_view(view, cursor_id)
        finally:
            if self._loading is token:
                self.settled.set()

    async def _load_view(self, view: View, cursor_id: int | None) -> None:
        office = console_of(self).office
        key = None if cursor_id is None else await office.row(cursor_id, view)
        if key is None:
            window = await office.conversations(view, after=FIRST_ROWS)
        else:
            window = await office.conversations(view, at=key, before=FIRST_ROWS, after=FIRST_ROWS)
        counts = await office.counts()
        if view is self.view:
            self.counts = counts
            self.list.show(window, cursor_id=cursor_id, jump=True)
            self.follow()
            self.show_head()

    def action_next_view(self) -> None:
        self._step_view(1)

    def action_previous_view(self) -> None:
        self._step_view(-1)

    def _step_view(self, step: int) -> None:
        views = list(View)
        self.show_list()
        self.go_to_view(views[(views.index(self.view) + step) % len(views)])

    async def _look_again(self) -> None:
        """Look at the loaded rows again; the cursor stays on its conversation, wherever that went."""
        office, view, stretch = console_of(self).office, self.view, self.list.stretch()
        window = await office.conversations(view, at=stretch.at, before=stretch.before, after=stretch.after)
        counts = await office.counts()
        chosen = self.list.chosen
        done_with = self._done_with is not None and chosen is not None and chosen.id == self._done_with[0]
        if chosen is not None and not done_with and all(row.id != chosen.id for row in window.rows):
            key = await office.row(chosen.id, view)
            if key is not None:
                window = await office.conversations(view, at=key, before=FIRST_ROWS, after=FIRST_ROWS)
        if view is not self.view or stretch.generation != self.list.generation:
            self.rows_again.ask()
            return
        leave = done_with and not self.is_reading
        if leave:
            self._done_with = None
        now_chosen = self.list.chosen
        self.list.show(window, cursor_id=now_chosen.id if now_chosen else None, leave=leave)
        self.counts = counts
        self.follow()
        self.show_head()

    def on_conversation_list_edge_near(self, event: ConversationList.EdgeNear) -> None:
        event.stop()
        if not self._extending:
            self._extending = True
            begin(self, self._extend(event.side), group="edge")

    async def _extend(self, side: Side) -> None:
        office, view, rows, generation = console_of(self).office, self.view, self.list.rows, self.list.generation
        try:
            if side is Side.FIRST or not rows:
                window = await office.conversations(view, after=FIRST_ROWS)
            elif side is Side.LAST:
                window = await office.conversations(view, at=LAST_PLACE, before=FIRST_ROWS, after=0)
            elif side is Side.BEFORE:
                window = await office.conversations(view, at=rows[0].key, before=MORE_ROWS, after=0)
            else:
                window = await office.conversations(view, at=rows[-1].key, after=MORE_ROWS)
        finally:
            self._extending = False
        if view is not self.view or generation != self.list.generation:
            return  # other rows stand there meanwhile: they ask for what they need
        if side in (Side.FIRST, Side.LAST):
            self.list.show(window, end=side is Side.LAST)
        else:
            self.list.extend(window, side)
        self.show_head()

    # What follows a conversation

    def deal_with(self, conversation_id: int | None) -> None:
        """Remember, before a command that ends a matter, which conversation follows it; None: it was refused."""
        if conversation_id is None:
            self._done_with = None
        else:
            self._done_with = (conversation_id, self.list.neighbour(1) or self.list.neighbour(-1))

    def take_following(self) -> ConversationRow | None:
        """Return, once, the conversation that followed the one just dealt with, if the cursor still stands on that one."""
        if self._done_with is None:
            return None
        (done, following), self._done_with = self._done_with, None
        chosen = self.list.chosen
        return following if chosen is not None and chosen.id == done else None

    def put_cursor(self, row: ConversationRow) -> None:
        """Put the cursor on a conversation, also where the list has followed another one far away."""
        if not self.list.put_cursor(row.id):
            self.go_to_view(self.view, row.id)
