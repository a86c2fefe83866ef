"""What the list shows: its windows of rows, live changes, and which conversation follows one that was dealt with."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from deskterm.desk.rows import ConversationRow, Counts, RowKey, View, Window
from deskterm.i18n import _
from deskterm.office import Office
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.console import begin, console_of
from deskterm.screens.places import Place, Shelf, all_places, built_in
from deskterm.widgets.conversation_list import ConversationList, Side

if TYPE_CHECKING:
    from textual.screen import Screen

    Base = Screen[None]
else:
    Base = object  # a mix-in of InboxScreen

FIRST_ROWS = 120
"""Rows asked for when a view is opened: at once those that the screen shows, then the others."""
MORE_ROWS = 200
TOP_ROWS = 30
"""Rows at the beginning of a view that are looked at for what arrives there while the operator reads far below."""
BLANK_S = 0.15
"""How long the rows of the view that was left stay on the screen: most often the new ones are there before."""
COUNTED_MOST = 10_000
"""How far the rows of a filter are counted."""
LAST_PLACE = RowKey(2**62, 0)


class Views(Base):
    """The half of the inbox screen that keeps the list filled. The cursor stays on its conversation, wherever that goes."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.place = built_in(View.INBOX)
        self.counts: Counts | None = None
        self.shelf = Shelf()
        self.rows_again = Coalesced(self, self._look_again, "rows")
        self._count_again = Coalesced(self, self._count, "count", gap_s=1.0)
        self._counted: tuple[Place, int] | None = None
        self.settled = asyncio.Event()
        """Set while the view that was gone to is there."""
        self._came_from: tuple[Place, int | None] | None = None
        """What the list showed before it was left for one conversation, and where its cursor stood."""
        self._way: list[tuple[Place, int | None]] = []
        """The views that led here, none of them twice, and where their cursors stood."""
        self._conversation_shown = False
        self._extending = False
        self._loading: object = None
        self._done_with: tuple[frozenset[int], ConversationRow | None] | None = None

    @property
    def list(self) -> ConversationList:
        """The rows of the view."""
        return self.query_one("#list", ConversationList)

    @property
    def view(self) -> View | None:
        """The built-in view that the list shows; None for a filter or saved view."""
        return self.place.view

    @property
    def total(self) -> int | None:
        """How many conversations the view holds: by the counters, by the desk's answer, or counted up to `COUNTED_MOST`."""
        count = self.place.count(self.counts)
        if count is None:
            count = self.list.total
        if count is None and self._counted is not None and self._counted[0] == self.place:
            count = self._counted[1]
        return count

    @property
    def counted_to(self) -> int | None:
        """How far the total was counted, where it may be more."""
        by_counters = self.place.count(self.counts) is not None or self.list.total is not None
        return None if by_counters else COUNTED_MOST

    @property
    def is_reading(self) -> bool:
        """Whether the operator is in the conversation rather than in the list (a closing composer leaves no focus)."""
        raise TypeError("the screen has the panes")

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
        """Show a built-in view from its beginning, or around a conversation."""
        self.go_to(built_in(view), cursor_id)

    def go_to(self, place: Place, cursor_id: int | None = None) -> None:
        """Show a place from its beginning, or around a conversation. Marks are those of the list that was left."""
        if place.listing != self.place.listing:
            self._came_from = None
            self._remember_way(place)
            self.list.clear()
            self.set_timer(BLANK_S, self._blank)
        self.place = place
        self.list.empty_words = _("Nothing here. All done.") if place.view is View.INBOX else _("Nothing here.")
        self.settled.clear()
        self._loading = token = object()
        begin(self, self._settle(place, cursor_id, token), group="view", exclusive=True)

    def visit(self, view: View, conversation_id: int) -> None:
        """Show a view around a conversation, to come back from it to where one is now."""
        chosen = self.list.chosen
        before = self._came_from or (self.place, chosen.id if chosen is not None else None)
        self.go_to_view(view, conversation_id)
        self._came_from = before if before[0].listing != self.place.listing else None

    def come_back(self) -> bool:
        """Go back to where one was before a visit; says whether there was one."""
        if self._came_from is None:
            return False
        self.go_to(*self._came_from)
        return True

    def _remember_way(self, place: Place) -> None:
        """Keep where the list was before it goes to a place. What is only being filtered is no station of the way."""
        here = self.place
        if here.view is not None or here.saved is not None or here.counter is not None:
            chosen = self.list.chosen
            self._way.append((here, chosen.id if chosen is not None else None))
        known = next((index for index, (before, _id) in enumerate(self._way) if before.listing == place.listing), None)
        if known is not None:
            del self._way[known:]

    def step_back(self) -> bool:
        """Go back to the view one came from, where its cursor stood; says whether there was one."""
        if self.view is View.INBOX:
            return False
        self.go_to(*(self._way[-1] if self._way else (built_in(View.INBOX), None)))
        return True

    def _blank(self) -> None:
        if not self.settled.is_set():
            self.list.refresh()

    async def _settle(self, place: Place, cursor_id: int | None, token: object) -> None:
        try:
            await self._load(place, cursor_id)
        finally:
            if self._loading is token:
                self.settled.set()

    async def _load(self, place: Place, cursor_id: int | None) -> None:
        office = console_of(self).office
        key = None if cursor_id is None else await office.row(cursor_id, place.listing)
        if key is None:
            window = await office.conversations(place.listing, after=min(FIRST_ROWS, self.list.lines + 1))
        else:
            window = await office.conversations(place.listing, at=key, before=FIRST_ROWS, after=FIRST_ROWS)
        top = await office.conversations(place.listing, after=FIRST_ROWS) if window.more_before else None
        if place is not self.place:
            return
        self._extending = True
        try:
            self.list.show(window, cursor_id=cursor_id, jump=True)
            if top is not None:
                self.list.know_top(top.rows)
            await self._painted()
        finally:
            self._extending = False
        self.follow()
        if window.more_after and place is self.place:
            self._extending = True
            await self._extend(Side.AFTER)
        self.counts = await office.counts()
        self.show_head()
        self._count_again.ask()

    async def _painted(self) -> None:
        """Wait until the rows stand on the screen. What is beside them follows in another frame: it would double their wait."""
        painted = asyncio.Event()
        self.call_after_refresh(painted.set)
        await painted.wait()

    async def _count(self) -> None:
        """Count a filter's rows where nothing else says how many they are."""
        place = self.place
        if place.count(self.counts) is None and self.list.total is None:
            self._counted = (place, await console_of(self).office.count(place.listing, at_most=COUNTED_MOST))
            self.show_head()

    def action_next_view(self) -> None:
        self._step_view(1)

    def action_previous_view(self) -> None:
        self._step_view(-1)

    def _step_view(self, step: int) -> None:
        places = all_places(self.shelf, self.counts)
        here = next((index for index, place in enumerate(places) if place.listing == self.place.listing), -(step > 0))
        self.show_list()
        self.go_to(places[(here + step) % len(places)])

    async def _look_again(self) -> None:
        """Look at the loaded rows again; the cursor stays on its conversation, wherever that went."""
        office, place, stretch = console_of(self).office, self.place, self.list.stretch()
        window = await office.conversations(place.listing, at=stretch.at, before=stretch.before, after=stretch.after)
        top = await office.conversations(place.listing, after=TOP_ROWS) if stretch.at is not None else None
        counts = await office.counts()
        window = await self._around_chosen(office, place, window)
        if place is not self.place or stretch.generation != self.list.generation:
            self.rows_again.ask()
            return
        now_chosen = self.list.chosen
        done = frozenset[int]()
        if self._done_with is not None and self._is_done_with(now_chosen) and not self.is_reading:
            (done, _following), self._done_with = self._done_with, None
        self.counts = counts
        self.list.show(window, cursor_id=now_chosen.id if now_chosen else None, leave=done)
        if top is not None:
            self.list.hear_top(top.rows)
        self.follow()
        self.show_head()
        self._count_again.ask()

    async def _around_chosen(self, office: Office, place: Place, window: Window) -> Window:
        """Return the window, or one around the conversation under the cursor where that has gone out of it."""
        chosen = self.list.chosen
        if chosen is None or self._is_done_with(chosen) or any(row.id == chosen.id for row in window.rows):
            return window
        key = await office.row(chosen.id, place.listing)
        if key is None:
            return window
        return await office.conversations(place.listing, at=key, before=FIRST_ROWS, after=FIRST_ROWS)

    def on_conversation_list_edge_near(self, event: ConversationList.EdgeNear) -> None:
        event.stop()
        if not self._extending:
            self._extending = True
            begin(self, self._extend(event.side), group="edge")

    async def _extend(self, side: Side) -> None:
        office, place, rows, generation = console_of(self).office, self.place, self.list.rows, self.list.generation
        try:
            if side is Side.FIRST or not rows:
                window = await office.conversations(place.listing, after=FIRST_ROWS)
            elif side is Side.LAST:
                window = await office.conversations(place.listing, at=LAST_PLACE, before=FIRST_ROWS, after=0)
            elif side is Side.BEFORE:
                window = await office.conversations(place.listing, at=rows[0].key, before=MORE_ROWS, after=0)
            else:
                window = await office.conversations(place.listing, at=rows[-1].key, after=MORE_ROWS)
        finally:
            self._extending = False
        if place is not self.place or generation != self.list.generation:
            return  # other rows stand there meanwhile: they ask for what they need
        if side in (Side.FIRST, Side.LAST):
            self.list.show(window, jump=True, end=side is Side.LAST)
        else:
            self.list.extend(window, side)
        self.show_head()

    # What follows a conversation

    def deal_with(self, done: int | Collection[int] | None) -> None:
        """Remember, before a command that ends a matter, which conversation follows it; None: it was refused."""
        if done is None:
            self._done_with = None
            return
        ids = frozenset((done,)) if isinstance(done, int) else frozenset(done)
        self._done_with = (ids, self.list.following(ids))

    def _is_done_with(self, row: ConversationRow | None) -> bool:
        return self._done_with is not None and row is not None and row.id in self._done_with[0]

    def take_following(self) -> ConversationRow | None:
        """Return, once, the conversation that followed the one just dealt with, if the cursor still stands on that one."""
        if self._done_with is None:
            return None
        is_there = self._is_done_with(self.list.chosen)
        (_done, following), self._done_with = self._done_with, None
        return following if is_there else None

    def put_cursor(self, row: ConversationRow) -> None:
        """Put the cursor on a conversation, also where the list has followed another one far away."""
        if not self.list.put_cursor(row.id):
            self.go_to(self.place, row.id)
