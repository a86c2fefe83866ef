"""The `:` line at the foot: a verb and what it is about, with completion and the lines given before.

Tab puts the first offer in place, again the next one, shift+Tab the one before; ↑ ↓ go through earlier lines that begin alike.
What is wrong is said below the line, which stays to be mended.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Input, Static

from deskterm.desk.query import Completions
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.office import OfficeError
from deskterm.screens.completion import paths_beginning
from deskterm.screens.console import begin, console_of
from deskterm.screens.filter_prompt import OFFERS_S, offers_line
from deskterm.screens.help import HelpScreen
from deskterm.screens.inbox import InboxScreen
from deskterm.screens.leaving import leave
from deskterm.screens.verb_messages import Deed
from deskterm.screens.verb_work import Spoken
from deskterm.verbs.completion import offers
from deskterm.verbs.known import Known
from deskterm.widgets.paint import Span
from deskterm.widgets.status import Bar

KNOWN_ROWS = 200
"""Conversations of the list that are offered by their number."""


class CommandLineScreen(ModalScreen[None]):
    """See the module."""

    DEFAULT_CSS: ClassVar[str] = """
    CommandLineScreen {
        align: left bottom; background: transparent;
        & > Vertical { height: 2; background: $surface; }
        & Horizontal { height: 1; }
        & Static { width: 3; color: $text-accent; text-style: bold; }
        & Input { width: 1fr; background: $surface; }
        & Bar { background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("tab", "complete(1)", show=False, priority=True),
        Binding("shift+tab", "complete(-1)", show=False, priority=True),
        Binding("f1", "tell_verbs", show=False, priority=True),
        Binding("up", "older", show=False, priority=True),
        Binding("down", "newer", show=False, priority=True),
    ]

    def __init__(self, line: str = "") -> None:
        super().__init__()
        self._begins_with = line
        self._ready = asyncio.Event()
        self._offers = Completions(0, 0)
        self._turn: int | None = None
        """Which offer stands in place, while Tab goes through them."""
        self._before_turn = ""
        self._offering: Timer | None = None
        self._wrong = False
        """Whether it is said what is wrong with the line: offers wait until it is another one."""

    def compose(self) -> ComposeResult:
        with Vertical():
            with Horizontal():
                yield Static(Content(" : "))
                yield Input(self._begins_with, select_on_focus=False, compact=True)
            yield Bar(id="offers")

    @property
    def has_arrived(self) -> bool:
        """Whether it can be typed into: keys typed ahead wait for it."""
        return self._ready.is_set()

    async def arrive(self) -> None:
        """Wait until it `has_arrived`."""
        await self._ready.wait()

    @property
    def _field(self) -> Input:
        return self.query_one(Input)

    @property
    def _inbox(self) -> InboxScreen:
        inbox = self.app.screen_stack[0]
        assert isinstance(inbox, InboxScreen)
        return inbox

    def on_mount(self) -> None:
        self._field.focus()
        self._ready.set()
        begin(self, self._open(), group="history")

    async def _open(self) -> None:
        await console_of(self).lines.load()
        await self._offer()

    def action_leave(self) -> None:
        leave(self, None)

    def action_tell_verbs(self) -> None:
        self.app.push_screen(HelpScreen())

    # Offers

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._turn = None
        self._wrong = False
        self._hold()
        self._offering = self.set_timer(OFFERS_S, self._offer_soon)

    def _hold(self) -> None:
        if self._offering is not None:
            self._offering.stop()

    def _offer_soon(self) -> None:
        begin(self, self._offer(), group="offers", exclusive=True)

    async def _offer(self) -> None:
        line, cursor = self._field.value, self._field.cursor_position
        found = await offers(line, cursor, console_of(self).office, self._known())
        if self._turn is None and line == self._field.value and not self._wrong:
            self._offers = found
            self._show_offers()

    def _known(self) -> Known:
        rows = self._inbox.list.rows[:KNOWN_ROWS]
        return Known(
            [(row.number, clean_line(f"{row.customer} · {row.subject or row.preview}", 60)) for row in rows], paths_beginning
        )

    def _show_offers(self) -> None:
        bar = self.query_one("#offers", Bar)
        if self._offers.candidates:
            bar.put(offers_line(self._offers, self._turn or 0, self.size.width - 12))
        else:
            bar.put((Span("   " + _("Enter does it   Esc leaves   ↑ earlier lines   F1 tells more"), "muted"),))

    def action_complete(self, step: int) -> None:
        """Put the next offer in place of what is being typed; the only one at once with a space behind it."""
        begin(self, self._complete(step), group="offers", exclusive=True)

    async def _complete(self, step: int) -> None:
        self._wrong = False
        if self._turn is None:
            self._hold()
            await self._offer()
            self._before_turn = self._field.value
        candidates = self._offers.candidates
        if not candidates:
            return
        if len(candidates) == 1:
            self._put(candidates[0].text, more="" if candidates[0].text.endswith((":", "/")) else " ")
            self._turn = None
            await self._offer()
            return
        first = 0 if step > 0 else len(candidates) - 1
        self._turn = first if self._turn is None else (self._turn + step) % len(candidates)
        self._put(candidates[self._turn].text)
        self._show_offers()

    def _put(self, text: str, *, more: str = "") -> None:
        """Put a text in place of what is offered for; a space behind it where nothing follows."""
        line = self._before_turn
        rest = line[self._offers.end :]
        self._fill(line[: self._offers.start] + text + ("" if rest.startswith(" ") else more) + rest)
        self._field.cursor_position = len(self._field.value) - len(rest)

    def _fill(self, line: str) -> None:
        with self.prevent(Input.Changed):
            self._field.value = line
        self._field.cursor_position = len(line)

    # Earlier lines

    def action_older(self) -> None:
        self._recall(console_of(self).lines.older(self._field.value))

    def action_newer(self) -> None:
        self._recall(console_of(self).lines.newer())

    def _recall(self, line: str | None) -> None:
        if line is not None:
            self._turn, self._wrong = None, False
            self._fill(line)
            self._offer_soon()

    # Doing

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._hold()
        if event.value.strip():
            begin(self, self._take(event.value.strip()), group="take", exclusive=True)
        else:
            leave(self, None)

    async def _take(self, line: str) -> None:
        """Look up what a line means; leave and do it, or say what is wrong and stay."""
        console, inbox = console_of(self), self._inbox
        here = len(self.app.screen_stack) == 2
        try:
            deed = await Spoken(console, inbox, here=here).understand(line)
        except OfficeError as error:
            self._wrong = True
            self.query_one("#offers", Bar).put((Span(f"   {clean_line(error.words, 400)}", "problem"),))
            return
        await console.lines.add(line)
        leave(self, None)
        begin(inbox, _done(deed), group="acts")


async def _done(deed: Deed) -> None:
    await deed()
