"""Where a time is typed in words, with the time that is understood shown under it before it is taken.

No key waits for it: what only dateparser understands is read in a thread, once typing pauses. A key typed ahead behind Enter is
the screen's affair: it is `Arriving` (see `deskterm.typed_ahead`) while the field is not `is_settled`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from logging import getLogger
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.times.when_typed import mistake_words, quick_typed_time, typed_time, zone_words
from deskterm.times.when_words import Mistake
from deskterm.widgets.when import to_come

log = getLogger(__name__)

PAUSE_S = 0.15
"""How long typing must pause before words are read in a thread."""


class TimeField(Vertical):
    """See the module. Enter has it say `Taken`, or why it is not; ↓ and ↑ put its `ready` choices in."""

    DEFAULT_CSS: ClassVar[str] = """
    TimeField {
        height: auto; width: 1fr;
        & > Input { margin: 0; }
        & > .understood { height: auto; min-height: 1; color: $text-muted; }
        & > .understood.-time { color: $text-success; text-style: bold; }
        & > .understood.-problem { color: $text-error; text-style: bold; }
        & > .ready { height: 1; color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "ready(1)", show=False),
        Binding("up", "ready(-1)", show=False),
    ]

    class Taken(Message):
        """Enter took the time `at`; None: no time, where none need be given."""

        def __init__(self, field: TimeField, at: datetime | None) -> None:
            super().__init__()
            self.field = field
            self.at = at

        @property
        def control(self) -> TimeField:
            """The field, so that `@on` can tell several apart."""
            return self.field

    class Understood(Message):
        """Other words stand in it now, of which `field.found` tells."""

        def __init__(self, field: TimeField) -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> TimeField:
            """The field, so that `@on` can tell several apart."""
            return self.field

    def __init__(
        self,
        now: Callable[[], datetime],
        typed: str = "",
        *,
        ready: Sequence[str] = (),
        optional: bool = False,
        said: Callable[[datetime, datetime], str] = to_come,
        zone: Callable[[], tzinfo | None] = lambda: None,
        id: str | None = None,
    ) -> None:
        """Begin with the words `typed`. `ready`: words that can be chosen; `optional`: no time may be given; `said`: what is
        said of a time that is understood, and the time now; `zone`: on whose clock words are read (None: the machine's)."""
        super().__init__(id=id)
        self._now = now
        self._ready = tuple(ready)
        self._chosen = -1
        self._optional = optional
        self._said = said
        self._zone = zone
        self._typed_before = typed
        self._timer: Timer | None = None
        self._settled = asyncio.Event()
        self._settled.set()
        self.found: datetime | Mistake | None = Mistake.EMPTY
        """The time that is understood, or why none is; None while that is being found out."""

    def compose(self) -> ComposeResult:
        yield Input(self._typed_before, select_on_focus=False, compact=True)
        yield Static(Content(mistake_words(Mistake.EMPTY)), classes="understood", markup=False)
        if self._ready:
            yield Static(Content(f"↑↓ {' · '.join(clean_line(words) for words in self._ready)}"), classes="ready", markup=False)

    def on_mount(self) -> None:
        self._input.cursor_position = len(self.typed)
        self._look()

    # What the screen asks and tells

    @property
    def _input(self) -> Input:
        return self.query_one(Input)

    @property
    def typed(self) -> str:
        """The words that stand in it."""
        return self._input.value

    @property
    def is_settled(self) -> bool:
        """Whether Enter has been answered: otherwise keys wait."""
        return self._settled.is_set()

    async def settle(self) -> None:
        """Wait until it `is_settled`."""
        await self._settled.wait()

    def put(self, typed: str) -> None:
        """Replace the words."""
        self._input.value = typed
        self._input.cursor_position = len(typed)

    def take_keys(self) -> None:
        """Put the focus into it."""
        self._input.focus()

    def take(self) -> None:
        """Take the time that stands in it, as Enter does."""
        if self.found is not None:
            self._take()
            return
        self._settled.clear()
        self._think()

    # Keys

    def action_ready(self, step: int) -> None:
        if self._ready:
            self._chosen = (self._chosen + step) % len(self._ready) if self._chosen >= 0 or step > 0 else len(self._ready) - 1
            self.put(self._ready[self._chosen])

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._look()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._look()  # of what Enter was pressed on: its own `Changed` may still be on its way
        self.take()

    # Understanding

    def _look(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.workers.cancel_node(self)
        self._find(self._quick())
        if self.found is None:
            self._timer = self.set_timer(PAUSE_S, self._think)

    def _quick(self) -> datetime | Mistake | None:
        """Return what the words mean where that is known at once. No words end the console."""
        try:
            return quick_typed_time(self.typed, self._now(), self._zone())
        except Exception:
            log.exception("words could not be read as a time")
            return Mistake.NOT_UNDERSTOOD

    def _think(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.run_worker(self._read(self.typed), group="time", exclusive=True)

    async def _read(self, typed: str) -> None:
        """Have the words read in a thread. What dateparser fails on is no time."""
        found: datetime | Mistake
        try:
            found = await asyncio.to_thread(typed_time, typed, self._now(), self._zone())
        except Exception:
            log.exception("words could not be read as a time")
            found = Mistake.NOT_UNDERSTOOD
        self._find(found)
        if not self.is_settled:
            self._take()

    def _find(self, found: datetime | Mistake | None) -> None:
        self.found = found
        self._show(problem=False)
        self.post_message(self.Understood(self))

    def _take(self) -> None:
        found, none = self.found, self._optional and self.found is Mistake.EMPTY
        if isinstance(found, datetime) or none:
            self.post_message(self.Taken(self, found if isinstance(found, datetime) else None))
        else:
            self._show(problem=True)
        self._settled.set()

    def _show(self, *, problem: bool) -> None:
        found, shown = self.found, self.query_one(".understood", Static)
        if found is None:
            words = "…"
        elif isinstance(found, Mistake):
            words = _("no time") if self._optional and found is Mistake.EMPTY and not problem else mistake_words(found)
        else:
            words = self._said(found, self._now()) + zone_words(found, self._zone())
        shown.update(Content(clean_line(words)))
        shown.set_class(isinstance(found, datetime), "-time")
        shown.set_class(problem, "-problem")
