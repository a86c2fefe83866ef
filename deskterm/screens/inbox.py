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
from textual.widget import Widget
from textual.widgets import Static

from deskterm.desk.rows import ConversationRow, DeskStatus, View
from deskterm.i18n import _
from deskterm.keys.actions import BY_HAND_FOOTER, EMPTY_FOOTER, FOOTER, MARKED_FOOTER, Context
from deskterm.keys.keymap import bindings
from deskterm.screens.acts import Acts
from deskterm.screens.asked_for import AskedFor
from deskterm.screens.beside import Beside
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.console import begin, console_of
from deskterm.screens.conversation import ConversationPane
from deskterm.screens.covered import Covered
from deskterm.screens.customer_pane import CustomerPane
from deskterm.screens.filter_prompt import FilterPrompt
from deskterm.screens.filtering import Filtering
from deskterm.screens.inbox_head import head_lines
from deskterm.screens.places import look_at_shelf
from deskterm.screens.saved_views import SavedViews
from deskterm.screens.sending import Sending
from deskterm.screens.sent_words import say_sent
from deskterm.screens.views import Views
from deskterm.screens.views_pane import ViewsPane
from deskterm.widgets.cells import width
from deskterm.widgets.conversation_list import SERVED, ConversationList
from deskterm.widgets.paint import ASCII, UNICODE, Marks, Span
from deskterm.widgets.status import Bar, foot_line, health_forms, needs_a_look, only_by_hand

STATUS_S = 10.0
"""How often the channels' health is asked for without a bell, so that "4s ago" stays true."""

TICK_S = 5.0
"""How often times are looked at; only those whose words are others are painted."""


class InboxScreen(AskedFor, Beside, SavedViews, Filtering, Views, Acts, Covered):
    """See the module."""

    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-tiny"), (60, "-narrow"), (100, "-wide"), (160, "-widest")]
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-short"), (15, "-tall")]
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As Textual 8.2 has it, but that a change does not paint the whole screen anew: the widgets concerned do."""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.LIST, Context.THREAD, but=SERVED)]

    def __init__(self, marks: Marks = UNICODE) -> None:
        super().__init__()
        self._marks = marks
        self._status: DeskStatus | None = None
        self._nothing_there = False
        """Whether the foot shows the keys of an empty list."""
        self._beside: tuple[object, ...] = ()
        """What the views at the left show."""
        self._status_again = Coalesced(self, self._look_at_status, "status", gap_s=1.0)

    @classmethod
    def dressed(cls, *, ascii_only: bool) -> InboxScreen:
        """Return the screen with the symbols that the operator's terminal can show."""
        return cls(ASCII if ascii_only else UNICODE)

    def compose(self) -> ComposeResult:
        office = console_of(self).office
        yield Bar(id="head")
        yield FilterPrompt(id="filter")
        yield self.begun_bar
        with Horizontal(id="panes"):
            yield ViewsPane(self._marks, id="views")
            yield ConversationList(office.now, office.me.id, self._marks, id="list")
            yield ConversationPane(self._marks, id="conversation")
            yield CustomerPane(self._marks, id="customer")
        yield Bar(id="foot")
        yield Static(Content(_("deskterm needs a terminal of at least 60 columns and 15 lines.")), id="ask-for-room")

    def on_mount(self) -> None:
        self.hang_up = console_of(self).office.on_change(self._rang)
        self.set_interval(TICK_S, self._tick)
        self.set_interval(STATUS_S, self._status_again.ask)
        self._status_again.ask()
        self.list.open_row = self._open_row
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
        return self.has_class("-wide") or self.is_widest

    @property
    def is_widest(self) -> bool:
        """Whether the views and the customer stand beside them, too."""
        return self.has_class("-widest")

    @property
    def is_reading(self) -> bool:
        """Whether the operator is in the conversation rather than in the list (a closing composer leaves no focus)."""
        if self.focused is None:
            return self._conversation_shown
        return self.pane in self.focused.ancestors

    @property
    def views_pane(self) -> ViewsPane:
        """All views, at the left of a wide terminal."""
        return self.query_one("#views", ViewsPane)

    @property
    def has_arrived(self) -> bool:
        """Whether the view that was gone to is there, what was begun by a key is done, and no text is on its way."""
        begun = self.acts_underway.is_over and self.marks_underway.is_over
        return begun and self.settled.is_set() and self.pane.composer.settled.is_set()

    async def arrive(self) -> None:
        """Wait until it `has_arrived`."""
        await self.marks_underway.over()
        await self.acts_underway.over()
        await self.settled.wait()
        await self.pane.composer.settled.wait()

    @property
    def target(self) -> ConversationRow | None:
        """The conversation that an act is about: the one being read, else the one under the cursor."""
        return self.pane.row if self.is_reading else self.list.chosen

    # Live

    def _rang(self) -> None:
        if not self.query("#list"):
            return  # the console is being taken down: its panes go before it hangs up
        self.rows_again.ask()
        self._status_again.ask()
        if self.list.marked:
            self.strays_again.ask()
        self.pane.look_again()

    async def _look_at_status(self) -> None:
        self._status = await console_of(self).office.status()
        self.show_foot()
        await self.look_at_shelf()

    async def look_at_shelf(self) -> None:
        office = console_of(self).office
        self.shelf = await look_at_shelf(office, self._status or await office.status())
        self.show_head()

    def _tick(self) -> None:
        self.list.tick()

    # List and conversation

    def follow(self) -> None:
        """Beside the list, the pane follows its cursor; it never takes the keys."""
        if self.is_wide and not self.is_reading:
            self.pane.follow(self.list.chosen)

    def on_conversation_list_cursor_moved(self, event: ConversationList.CursorMoved) -> None:
        event.stop()
        self.call_after_refresh(self._moved)

    def _moved(self) -> None:
        """What stands around the list follows in the frame after the list's own: it would double the wait for a key."""
        self.follow()
        self.show_head()
        if self.list.range_start is not None:
            self.show_foot()

    def _open_row(self, row: ConversationRow) -> None:
        self.read(row)
        if self.view is View.DRAFTS:
            self.pane.go_on_writing()

    def read(self, row: ConversationRow) -> None:
        """Show a conversation to be read: it counts as seen, and the keys are its."""
        self._show_conversation(True)
        self.pane.open(row, read=True)
        self.set_focus(self.pane.thread)
        self.show_foot()

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
        self.show_foot()

    def move_on(self, row: ConversationRow) -> None:
        """The matter is dealt with: back to the list, whose cursor goes on at once: the next key is for what follows."""
        self._show_conversation(False)
        self.set_focus(self.list)
        if (following := self.take_following()) is not None:
            self.put_cursor(following)
        self.show_foot()
        self.rows_again.ask()

    def action_back(self) -> None:
        if self.return_there() or self.clear_marks():
            return
        was_reading = self.is_reading
        if was_reading:
            self.show_list()
        if not self.come_back() and not was_reading:
            self.step_back()

    def action_pane(self) -> None:
        """From the views to the list to the conversation and round; a narrow terminal shows the other one."""
        if self.focused is self.views_pane:
            self.set_focus(self.list)
        elif not self.is_reading:
            self.list.action_open()
            if self.list.chosen is None and self.is_widest:
                self.set_focus(self.views_pane)
        elif self.is_wide:
            self.set_focus(self.views_pane if self.is_widest else self.list)
        else:
            self.show_list()

    # Views

    def on_views_pane_gone(self, event: ViewsPane.Gone) -> None:
        event.stop()
        if event.entry.place is not None:
            self.show_list()
            self.go_to(event.entry.place)
        else:
            begin(self, self.run_in_app(f"room('{event.entry.room}')"), group="go")

    async def run_in_app(self, action: str) -> None:
        """Carry out an action of the application."""
        await self.app.run_action(action, self.app)

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
        begin(self, say_sent(self, event), group="acts")

    def _after_sending(self, event: Sending.Sent) -> None:
        """Go on where the text was sent from, unless the operator has gone on or writes already."""
        row = self.target
        if row is None or self.pane.composer.is_open or row.id != event.conversation_id:
            return
        if event.dealt_with or self.written_from_list:
            self.move_on(row)
        elif self.is_reading:
            self.set_focus(self.pane.thread)
            self.pane.thread.action_last()

    def _is_reading(self, conversation_id: int) -> bool:
        return self.is_reading and self.pane.row is not None and self.pane.row.id == conversation_id

    def on_sending_left(self, event: Sending.Left) -> None:
        event.stop()
        if self.is_reading and not self.pane.composer.is_open:
            self.set_focus(self.pane.thread)

    # Head and foot

    @property
    def writes_nothing(self) -> bool:
        """See `only_by_hand`."""
        return self._status is not None and only_by_hand(self._status)

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
        self.show_foot()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self.show_foot()

    def on_conversation_pane_known(self, event: ConversationPane.Known) -> None:
        event.stop()
        self.query_one("#customer", CustomerPane).tell(event.detail)

    def on_screen_resume(self, event: ScreenResume) -> None:
        self.menu_gone()
        if not self.menu_went:
            self.rows_again.ask()

    def show_head(self) -> None:
        office = console_of(self).office
        lines = head_lines(
            self.place, self.counts, self._marks, demo=office.demo, me=office.me.name, position=self.list.position,
            total=self.total, counted_to=self.counted_to, arrived=self.list.arrived,
            due=self.due, soon=self.soon, cells=self.size.width,
        )  # fmt: skip
        self.query_one("#head", Bar).put(*lines)
        self.look_at_begun()
        beside = (self.shelf, self.counts, self.place, self.is_widest)
        if self.is_widest and beside != self._beside:
            self.views_pane.fill(self.shelf, self.counts, self.place, console_of(self).own_keys)
        self._beside = beside
        if self.list.is_empty != self._nothing_there:
            self.show_foot()

    def show_foot(self) -> None:
        """Show the keys at hand, and how the channels are."""
        console, status, context = console_of(self), self._status, self.context
        health = [] if status is None else health_forms(status, console.office.now(), self._marks)
        always = context is not Context.COMPOSER or (status is not None and needs_a_look(status))
        words = "" if context is Context.COMPOSER else self.mark_words
        marked = (Span(f" {words} ", "note"),) if words else ()
        self._nothing_there = self.list.is_empty
        own = EMPTY_FOOTER if self._nothing_there and context is Context.LIST else FOOTER[context]
        ids = [BY_HAND_FOOTER.get(one, one) if self.writes_nothing else one for one in (MARKED_FOOTER if words else own)]
        left, right = foot_line(ids, console.own_keys, self.size.width - width(words) - 2 * len(marked), health, always=always)
        self.query_one("#foot", Bar).put((*marked, *left), right)

    @property
    def context(self) -> Context:
        """Which keys work now."""
        if self.pane.composer.is_open and self.pane.composer.has_focus_within:
            return Context.COMPOSER
        if self.on_card:
            return Context.CARD
        return Context.THREAD if self.is_reading else Context.LIST
