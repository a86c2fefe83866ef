"""The inbox: the list of a view, and beside or instead of it the conversation under its cursor.

How many panes there are is the style sheet's affair, by the width of the terminal; `-reading` says which one a narrow
terminal shows. The screen loads windows of rows, hears the bell, and keeps the cursor on its conversation.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import DescendantFocus, Resize, ScreenResume
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from deskterm.desk.rows import ConversationRow, DeskStatus, View
from deskterm.i18n import _
from deskterm.keys.actions import FOOTER, Context
from deskterm.keys.keymap import bindings
from deskterm.screens.acts import Acts
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.console import begin, console_of
from deskterm.screens.conversation import ConversationPane
from deskterm.screens.sending import Sending
from deskterm.screens.views import VIEW_TITLES, Views
from deskterm.widgets.conversation_list import SERVED, ConversationList
from deskterm.widgets.paint import ASCII, UNICODE, Marks, Span
from deskterm.widgets.status import Bar, foot_line, health_forms, needs_a_look
from deskterm.widgets.when import short_span

STATUS_S = 10.0
"""How often the channels' health is asked for without a bell, so that "4s ago" stays true."""


class InboxScreen(Views, Acts, Screen[None]):
    """See the module."""

    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-tiny"), (60, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-short"), (15, "-tall")]
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As Textual 8.2 has it, but that a change does not paint the whole screen anew: the widgets concerned do."""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.LIST, Context.THREAD, but=SERVED)]

    def __init__(self, marks: Marks = UNICODE) -> None:
        super().__init__()
        self._marks = marks
        self._status: DeskStatus | None = None
        self._status_again = Coalesced(self, self._look_at_status, "status", gap_s=1.0)

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
        self.pane.composer.is_here = self._is_reading
        self.set_focus(self.list)
        self.go_to_view(View.INBOX)

    def on_unmount(self) -> None:
        self.hang_up()

    @property
    def _panes(self) -> Horizontal:
        return self.query_one("#panes", Horizontal)

    @property
    def pane(self) -> ConversationPane:
        """The conversation's pane."""
        return self.query_one("#conversation", ConversationPane)

    @property
    def is_wide(self) -> bool:
        """Whether list and conversation stand side by side."""
        return self.has_class("-wide")

    @property
    def has_arrived(self) -> bool:
        """Whether the view that was gone to is there, and no text is on its way: keys typed ahead wait for it."""
        return self.settled.is_set() and self.pane.composer.settled.is_set()

    async def arrive(self) -> None:
        """Wait until it `has_arrived`."""
        await self.settled.wait()
        await self.pane.composer.settled.wait()

    @property
    def target(self) -> ConversationRow | None:
        """The conversation that an act is about: the one being read, else the one under the cursor."""
        return self.pane.row if self.is_reading else self.list.chosen

    # Live

    def _rang(self) -> None:
        self.rows_again.ask()
        self._status_again.ask()
        self.pane.look_again()

    async def _look_at_status(self) -> None:
        self._status = await console_of(self).office.status()
        self._show_foot()

    def _tick(self) -> None:
        self.list.tick()
        self.pane.look_again()

    # List and conversation

    def follow(self) -> None:
        """Beside the list, the pane follows its cursor; it never takes the keys."""
        if self.is_wide and not self.is_reading:
            self.pane.follow(self.list.chosen)

    def on_conversation_list_cursor_moved(self, event: ConversationList.CursorMoved) -> None:
        event.stop()
        self.follow()
        self.show_head()

    def on_conversation_list_row_chosen(self, event: ConversationList.RowChosen) -> None:
        event.stop()
        if self.pane.composer.conversation_id != event.row.id:  # else an answer was begun meanwhile, and has the keys
            self.read(event.row)

    def read(self, row: ConversationRow) -> None:
        """Show a conversation to be read: it counts as seen, and the keys are its."""
        self._show_conversation(True)
        self.pane.open(row, read=True)
        self.set_focus(self.pane.thread)
        self._show_foot()

    def _show_conversation(self, shown: bool) -> None:
        """Say which pane a narrow terminal shows. A wide one shows both and is spared the new layout."""
        self._conversation_shown = shown
        self._panes.set_class(shown and not self.is_wide, "-reading")

    def show_list(self) -> None:
        """Go back to the list, past a conversation that was dealt with meanwhile."""
        self._show_conversation(False)
        if self.pane.composer.is_open:
            self.pane.composer.keep()
        self.set_focus(self.list)
        if (following := self.take_following()) is not None:
            self.put_cursor(following)
        self.follow()
        self._show_foot()

    def move_on(self, row: ConversationRow) -> None:
        """The matter is dealt with: back to the list, whose cursor goes on at once: the next key is for what follows."""
        self._show_conversation(False)
        self.set_focus(self.list)
        if (following := self.take_following()) is not None:
            self.put_cursor(following)
        self._show_foot()
        self.rows_again.ask()

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
        row = self.take_following() if step > 0 else None
        row = row or self.list.neighbour(step)
        if row is not None:
            self._done_with = None
            self.put_cursor(row)
            self.read(row)

    def on_sending_sent(self, event: Sending.Sent) -> None:
        event.stop()
        if event.message_id is not None:
            self.remember(event.message_id)
        self._after_sending(event)
        self.pane.composer.settle()
        begin(self, self._say_sent(event), group="acts")

    def _after_sending(self, event: Sending.Sent) -> None:
        """Go on where the text was sent from, unless the operator has gone on or writes already."""
        row = self.pane.row
        if row is None or self.pane.composer.is_open or not self._is_reading(event.conversation_id):
            return
        if event.closed or self.written_from_list:
            self.move_on(row)
        else:
            self.set_focus(self.pane.thread)
            self.pane.thread.action_last()

    def _is_reading(self, conversation_id: int) -> bool:
        return self.is_reading and self.pane.row is not None and self.pane.row.id == conversation_id

    async def _say_sent(self, event: Sending.Sent) -> None:
        console = console_of(self)
        if event.message_id is None:
            console.tell(_("The note is kept."))
            return
        message = await console.office.message(event.message_id)
        when = message.delivery.not_before if message is not None and message.delivery is not None else None
        if when is not None and when > console.office.now():
            span, key = short_span(when - console.office.now()), console.own_keys.shown("act.undo")
            console.tell(_("Goes out in {span} · {key} takes it back").format(span=span, key=key))

    def on_sending_left(self, event: Sending.Left) -> None:
        event.stop()
        if self.is_reading and not self.pane.composer.is_open:
            self.set_focus(self.pane.thread)

    # Head and foot

    def on_resize(self, event: Resize) -> None:
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        """Go on where one was: Textual takes the focus from what a small terminal hides."""
        self._show_conversation(self._conversation_shown)
        if self.focused is None and self._panes.display:
            if not self._conversation_shown:
                self.set_focus(self.list)
            elif self.pane.composer.is_open:
                self.pane.composer.take_keys()
            else:
                self.set_focus(self.pane.thread)
        self.follow()
        self.show_head()
        self._show_foot()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self._show_foot()

    def on_screen_resume(self, event: ScreenResume) -> None:
        self.rows_again.ask()

    def show_head(self) -> None:
        office, position = console_of(self).office, self.list.position
        total = self.counts.views.get(self.view) if self.counts is not None else self.list.total
        left = [Span(f" {_('DEMO')} ", "demo")] if office.demo else []
        left.append(Span(f" {_(VIEW_TITLES[self.view])}", "name"))
        if total is not None:
            place = _("{place} of {total}").format(place=position, total=total) if position else str(total)
            left.append(Span(f"  {place}", "muted"))
        late = self.counts.views.get(View.LATE, 0) if self.counts is not None else 0
        right = [Span(f"{self._marks.late} {_('{n} late').format(n=late)}  ", "late")] if late else []
        right.append(Span(f"{office.me.name} ", "muted"))
        self.query_one("#head", Bar).put(left, right)

    def _show_foot(self) -> None:
        console, status, context = console_of(self), self._status, self.context
        health = [] if status is None else health_forms(status, console.office.now(), self._marks)
        always = context is not Context.COMPOSER or (status is not None and needs_a_look(status))
        self.query_one("#foot", Bar).put(*foot_line(FOOTER[context], console.own_keys, self.size.width, health, always=always))

    @property
    def context(self) -> Context:
        """Which keys work now."""
        if self.pane.composer.is_open and self.pane.composer.has_focus_within:
            return Context.COMPOSER
        return Context.THREAD if self.is_reading else Context.LIST
