"""The inbox: the list of a view, and beside or instead of it the conversation under its cursor.

How many panes there are is the style sheet's affair, by the width of the terminal; `-reading` says which one a narrow
terminal shows. The screen loads windows of rows, hears the bell, and keeps the cursor on its conversation.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import DescendantFocus, Resize, ScreenResume
from textual.screen import Screen
from textual.widgets import Static

from deskterm.desk.rows import ConversationRow, Counts, DeskStatus, RowKey, View
from deskterm.i18n import N_, _
from deskterm.keys.actions import FOOTER, Context
from deskterm.keys.keymap import bindings
from deskterm.screens.acts import Acts
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.compose import ComposePane
from deskterm.screens.console import begin, console_of
from deskterm.screens.conversation import ConversationPane
from deskterm.widgets.conversation_list import SERVED, ConversationList, Side
from deskterm.widgets.paint import ASCII, UNICODE, Marks, Span
from deskterm.widgets.status import Bar, health_line, key_hints
from deskterm.widgets.when import short_span

FIRST_ROWS = 120
"""Rows asked for when a view is opened."""
MORE_ROWS = 200
LAST_PLACE = RowKey(2**62, 0)
STATUS_S = 10.0
"""How often the channels' health is asked for without a bell, so that "4s ago" stays true."""

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


class InboxScreen(Acts, Screen[None]):
    """See the module."""

    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-tiny"), (60, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-short"), (15, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.LIST, Context.THREAD, but=SERVED)]

    def __init__(self, marks: Marks = UNICODE) -> None:
        super().__init__()
        self._marks = marks
        self.view = View.INBOX
        self._counts: Counts | None = None
        self._status: DeskStatus | None = None
        self._rows_again = Coalesced(self, self._look_again, "rows")
        self._status_again = Coalesced(self, self._look_at_status, "status", gap_s=1.0)
        self._extending = False
        self._loading: object = None
        self.settled = asyncio.Event()
        self._done_with: tuple[int, ConversationRow | None] | None = None

    @classmethod
    def dressed(cls, *, ascii_only: bool) -> InboxScreen:
        """Return the screen with the symbols that the operator's terminal can show."""
        return cls(ASCII if ascii_only else UNICODE)

    def compose(self) -> ComposeResult:
        office = console_of(self).office
        yield Bar(id="head")
        with Horizontal(id="panes"):
            yield ConversationList(office.now, office.me.id, self._marks, id="list")
            yield ConversationPane(self._marks, id="conversation")
        yield Bar(id="foot")
        yield Static(Content(_("deskterm needs a terminal of at least 60 columns and 15 lines.")), id="ask-for-room")

    def on_mount(self) -> None:
        self.hang_up = console_of(self).office.on_change(self._rang)
        self.set_interval(60.0, self._tick)
        self.set_interval(STATUS_S, self._status_again.ask)
        self._status_again.ask()
        self.pane.composer.before_reply = self.deal_with
        self.set_focus(self.list)
        self.go_to_view(View.INBOX)

    def on_unmount(self) -> None:
        self.hang_up()

    @property
    def list(self) -> ConversationList:
        """The rows of the view."""
        return self.query_one("#list", ConversationList)

    @property
    def pane(self) -> ConversationPane:
        """The conversation's pane."""
        return self.query_one("#conversation", ConversationPane)

    @property
    def is_wide(self) -> bool:
        """Whether list and conversation stand side by side."""
        return self.has_class("-wide")

    @property
    def is_reading(self) -> bool:
        """Whether the operator is in the conversation rather than in the list."""
        return self.focused is not None and self.focused is not self.list

    @property
    def target(self) -> ConversationRow | None:
        """The conversation that an act is about: the one being read, else the one under the cursor."""
        return self.pane.row if self.is_reading else self.list.chosen

    # Views

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
            self._counts = counts
            self.list.show(window, cursor_id=cursor_id, jump=True)
            self._follow()
            self._show_head()

    def action_next_view(self) -> None:
        self._step_view(1)

    def action_previous_view(self) -> None:
        self._step_view(-1)

    def _step_view(self, step: int) -> None:
        views = list(View)
        self.show_list()
        self.go_to_view(views[(views.index(self.view) + step) % len(views)])

    # Live

    def _rang(self) -> None:
        self._rows_again.ask()
        self._status_again.ask()
        self.pane.look_again()

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
            self._rows_again.ask()
            return
        leave = done_with and not self.is_reading
        if leave:
            self._done_with = None
        now_chosen = self.list.chosen
        self.list.show(window, cursor_id=now_chosen.id if now_chosen else None, leave=leave)
        self._counts = counts
        self._follow()
        self._show_head()

    async def _look_at_status(self) -> None:
        self._status = await console_of(self).office.status()
        self._show_foot()

    def on_conversation_list_edge_near(self, event: ConversationList.EdgeNear) -> None:
        event.stop()
        if not self._extending:
            self._extending = True
            begin(self, self._extend(event.side), group="edge")

    async def _extend(self, side: Side) -> None:
        office, view, rows = console_of(self).office, self.view, self.list.rows
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
        if view is not self.view:
            return
        if side in (Side.FIRST, Side.LAST):
            self.list.show(window, end=side is Side.LAST)
        else:
            self.list.extend(window, side)
        self._show_head()

    def _tick(self) -> None:
        self.list.tick()
        self.pane.look_again()

    # List and conversation

    def _follow(self) -> None:
        """Beside the list, the pane follows its cursor; it never takes the keys."""
        if self.is_wide and not self.is_reading:
            self.pane.follow(self.list.chosen)

    def on_conversation_list_cursor_moved(self, event: ConversationList.CursorMoved) -> None:
        event.stop()
        self._follow()
        self._show_head()

    def on_conversation_list_row_chosen(self, event: ConversationList.RowChosen) -> None:
        event.stop()
        if self.pane.composer.conversation_id != event.row.id:  # else an answer was begun meanwhile, and has the keys
            self.read(event.row)

    def read(self, row: ConversationRow) -> None:
        """Show a conversation to be read: it counts as seen, and the keys are its."""
        self.add_class("-reading")
        self.pane.open(row, read=True)
        self.set_focus(self.pane.thread)
        self._show_foot()

    def show_list(self) -> None:
        """Go back to the list, past a conversation that was dealt with meanwhile."""
        self.remove_class("-reading")
        if self.pane.composer.is_open:
            self.pane.composer.keep()
        self.set_focus(self.list)
        if (following := self._take_following()) is not None:
            self._put_cursor(following)
        self._follow()
        self._show_foot()

    def move_on(self, row: ConversationRow) -> None:
        """The matter is dealt with: back to the list, whose cursor goes on to the next conversation."""
        if self.is_reading:
            self.remove_class("-reading")
            self.set_focus(self.list)
            self._show_foot()
        self._rows_again.ask()

    def deal_with(self, conversation_id: int | None) -> None:
        """Remember, before a command that ends a matter, which conversation follows it; None: it was refused."""
        if conversation_id is None:
            self._done_with = None
        else:
            self._done_with = (conversation_id, self.list.neighbour(1) or self.list.neighbour(-1))

    def _take_following(self) -> ConversationRow | None:
        """Return, once, the conversation that followed the one just dealt with, if the cursor still stands on that one."""
        if self._done_with is None:
            return None
        (done, following), self._done_with = self._done_with, None
        chosen = self.list.chosen
        return following if chosen is not None and chosen.id == done else None

    def _put_cursor(self, row: ConversationRow) -> None:
        """Put the cursor on a conversation, also where the list has followed another one far away."""
        if not self.list.put_cursor(row.id):
            self.go_to_view(self.view, row.id)

    def action_back(self) -> None:
        if self.is_reading:
            self.show_list()
        elif self.view is not View.INBOX:
            self.go_to_view(View.INBOX)
        elif self.list.position not in (None, 1):
            self.list.action_first()

    def action_pane(self) -> None:
        """Between list and conversation; a narrow terminal shows the other one."""
        if not self.is_reading:
            self.list.action_open()
        elif self.is_wide:
            self.set_focus(self.list)
        else:
            self.show_list()

    def action_next(self) -> None:
        self._step(1)

    def action_previous(self) -> None:
        self._step(-1)

    def _step(self, step: int) -> None:
        row = self._take_following() if step > 0 else None
        row = row or self.list.neighbour(step)
        if row is not None:
            self._done_with = None
            self._put_cursor(row)
            self.read(row)

    def on_compose_pane_sent(self, event: ComposePane.Sent) -> None:
        event.stop()
        self.last_sent = event.message_id or self.last_sent
        begin(self, self._say_sent(event), group="acts")

    async def _say_sent(self, event: ComposePane.Sent) -> None:
        console, row = console_of(self), self.pane.row
        if event.closed and row is not None and row.id == event.conversation_id:
            self.move_on(row)
        else:
            self.set_focus(self.pane.thread)
            self.pane.thread.action_last()
        if event.message_id is None:
            console.tell(_("The note is kept."))
            return
        message = await console.office.message(event.message_id)
        when = message.delivery.not_before if message is not None and message.delivery is not None else None
        if when is not None and when > console.office.now():
            span, key = short_span(when - console.office.now()), console.own_keys.shown("act.undo")
            console.tell(_("Goes out in {span} · {key} takes it back").format(span=span, key=key))

    def on_compose_pane_left(self, event: ComposePane.Left) -> None:
        event.stop()
        self.set_focus(self.pane.thread)

    # Head and foot

    def on_resize(self, event: Resize) -> None:
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        """Go on where one was: Textual takes the focus from what a small terminal hides."""
        if self.focused is None and self.query_one("#panes").display:
            if not self.has_class("-reading"):
                self.set_focus(self.list)
            elif self.pane.composer.is_open:
                self.pane.composer.take_keys()
            else:
                self.set_focus(self.pane.thread)
        elif self.is_reading:
            self.add_class("-reading")
        self._follow()
        self._show_head()
        self._show_foot()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self._show_foot()

    def on_screen_resume(self, event: ScreenResume) -> None:
        self._rows_again.ask()

    def _show_head(self) -> None:
        office, position = console_of(self).office, self.list.position
        total = self._counts.views.get(self.view) if self._counts is not None else self.list.total
        left = [Span(f" {_('DEMO')} ", "demo")] if office.demo else []
        left.append(Span(f" {_(VIEW_TITLES[self.view])}", "name"))
        if total is not None:
            place = _("{place} of {total}").format(place=position, total=total) if position else str(total)
            left.append(Span(f"  {place}", "muted"))
        late = self._counts.views.get(View.LATE, 0) if self._counts is not None else 0
        right = [Span(f"{self._marks.late} {_('{n} late').format(n=late)}  ", "late")] if late else []
        right.append(Span(f"{office.me.name} ", "muted"))
        self.query_one("#head", Bar).put(left, right)

    def _show_foot(self) -> None:
        cells, keymap = self.size.width, console_of(self).own_keys
        keys = key_hints(FOOTER[self.context], keymap, cells)
        health = ()
        if self._status is not None:
            room = cells - sum(len(span.text) for span in keys)
            health = health_line(self._status, console_of(self).office.now(), room, self._marks)
        self.query_one("#foot", Bar).put(keys, health)

    @property
    def context(self) -> Context:
        """Which keys work now."""
        if self.pane.composer.is_open and self.pane.composer.has_focus_within:
            return Context.COMPOSER
        return Context.THREAD if self.is_reading else Context.LIST
