"""The promised times of the conversation that is read, in a line under its heading: what is left, what is late, what stands
still and why."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual.message import Message

from deskterm.desk.rows import ConversationRow
from deskterm.desk.rows_time import ClockRow
from deskterm.desk.text import clean_line
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.console import console_of
from deskterm.widgets.cells import width
from deskterm.widgets.paint import Line, Marks, Span
from deskterm.widgets.status import Bar
from deskterm.words.sla_words import clock_words, running, why_still

TICK_S = 5.0
"""How often the times are looked at; a line whose words are the same is not painted."""


def clocks_line(
    row: ConversationRow, clocks: tuple[ClockRow, ...], now: datetime, marks: Marks, cells: int | None = None
) -> Line:
    """Return how running clocks stand, each with its sign: "◔ first reply 12m left · ‖ resolution stopped, 2h left: snoozed
    (general)"; nothing where none runs. Where that is wider than `cells`, whole parts are left out: the policy, then why one
    stands still, then what is due last."""
    going, why = running(clocks), why_still(row, now)
    tries = [_line(going, now, marks, why, named=True), _line(going, now, marks, why), _line(going, now, marks, "")]
    tries += [_line(going[:count], now, marks, "") for count in range(len(going) - 1, 0, -1)]
    fitting = (line for line in tries if cells is None or sum(width(span.text) for span in line) <= cells)
    return next(fitting, tries[-1])


def _line(going: tuple[ClockRow, ...], now: datetime, marks: Marks, why: str, *, named: bool = False) -> Line:
    """Return the line of these clocks; `named`: with their policies."""
    policies = {clock.policy for clock in going} if named else set()
    spans: list[Span] = []
    for place, clock in enumerate(going):
        sign, role = _sign(clock, now, marks)
        more = "" if len(policies) < 2 else f" ({clean_line(clock.policy, 40)})"
        spans.append(Span(f"{'· ' if place else ' '}{sign} {clock_words(clock, now, why)}{more} ", role))
    if len(policies) == 1:
        spans.append(Span(f"({clean_line(going[0].policy, 40)}) ", "muted"))
    return tuple(spans)


def _sign(clock: ClockRow, now: datetime, marks: Marks) -> tuple[str, str]:
    if clock.due_at is None:
        return marks.still, "muted"
    if clock.due_at <= now:
        return marks.late, "late"
    return (marks.soon, "note") if clock.warned else (marks.left, "good")


class ClockBar(Bar):
    """See the module. It is there only where something is promised."""

    DEFAULT_CSS: ClassVar[str] = """
    ClockBar { display: none; background: $surface; }
    ClockBar.-runs { display: block; }
    """

    class Known(Message):
        """The clocks of the conversation that is shown were read."""

        def __init__(self, clocks: tuple[ClockRow, ...]) -> None:
            super().__init__()
            self.clocks = clocks

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = marks
        self._again = Coalesced(self, self._read, "clocks")
        self._row: ConversationRow | None = None
        self.clocks: tuple[ClockRow, ...] = ()

    def on_mount(self) -> None:
        self.set_interval(TICK_S, self.paint)

    def look_at(self, row: ConversationRow | None) -> None:
        """Show the clocks of this conversation (None: of none)."""
        if row is None or self._row is None or row.id != self._row.id:
            self.clocks = ()
        self._row = row
        self.paint()
        if row is not None:
            self._again.ask()

    async def _read(self) -> None:
        row = self._row
        if row is None:
            return
        clocks = await console_of(self).office.clocks(row.id)
        if self._row is not None and self._row.id == row.id:
            self.clocks = clocks
            self.paint()
            self.post_message(self.Known(clocks))

    def on_resize(self) -> None:
        self.paint()

    def paint(self) -> None:
        """Say how they stand now."""
        row, now = self._row, console_of(self).office.now()
        line = () if row is None else clocks_line(row, self.clocks, now, self._marks, self.size.width or None)
        self.set_class(bool(line), "-runs")
        self.put(line)
