"""What was agreed with the customer of the conversation that is read: reminders and promises, in lines under its heading."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from deskterm.desk.rows_time import PromiseRow, ReminderRow
from deskterm.i18n import _, ngettext
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.console import console_of
from deskterm.widgets.paint import Line, Marks, Span
from deskterm.widgets.paint_agreed import promise_line, reminder_line
from deskterm.widgets.status import Bar

STANDING = ("open", "overdue")
"""States of promises that are still to be kept."""


class Agreed(Vertical):
    """One line for reminders and one for promises, each there only where there is something to say. What is due comes first;
    of more, how many. Promises stand above the composer while one writes."""

    DEFAULT_CSS: ClassVar[str] = """
    Agreed { height: auto; & > Bar { display: none; background: $surface; } & > Bar.-told { display: block; } }
    Agreed.-writing > #promises { display: none; }
    """

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = marks
        self._again = Coalesced(self, self._read, "agreed")
        self.conversation_id: int | None = None
        self.reminders: tuple[ReminderRow, ...] = ()
        self.promises: tuple[PromiseRow, ...] = ()

    def compose(self) -> ComposeResult:
        yield Bar(id="reminders")
        yield Bar(id="promises")

    def look_at(self, conversation_id: int | None) -> None:
        """Show what was agreed in this conversation (None: in none)."""
        if conversation_id != self.conversation_id:
            self.conversation_id, self.reminders, self.promises = conversation_id, (), ()
            self.paint()
        if conversation_id is not None:
            self._again.ask()

    async def _read(self) -> None:
        office, wanted = console_of(self).office, self.conversation_id
        if wanted is None:
            return
        reminders = await office.reminders(conversation_id=wanted, everybody=True)
        promises = await office.promises(conversation_id=wanted)
        if wanted == self.conversation_id:
            mine = [row for row in reminders if row.operator_id == office.me.id]
            self.reminders = (*mine, *(row for row in reminders if row.operator_id != office.me.id))
            self.promises = tuple(row for row in promises if row.state in STANDING)
            self.paint()

    def paint(self) -> None:
        """Say what is known."""
        console = console_of(self)
        now, keys = console.office.now(), console.own_keys
        mine = bool(self.reminders) and self.reminders[0].operator_id == console.office.me.id
        reminder = [reminder_line(row, now, console.office.me.id, self._marks) for row in self.reminders[:1]]
        promise = [promise_line(row, now, self._marks) for row in self.promises[:1]]
        done = (Span(keys.shown("act.reminder_done"), "key"), Span(f" {_('done')} ", "muted"))
        settle = (Span(keys.shown("act.promise"), "key"), Span(f" {_('kept…')} ", "muted"))
        self._put("reminders", reminder, len(self.reminders), done if mine else ())
        self._put("promises", promise, len(self.promises), settle)

    def _put(self, which: str, first: Iterable[Line], count: int, key: Line) -> None:
        bar = self.query_one(f"#{which}", Bar)
        line = next(iter(first), None)
        bar.set_class(line is not None, "-told")
        if line is None:
            bar.put(())
            return
        more = ngettext("+{n} more", "+{n} more", count - 1).format(n=count - 1) if count > 1 else ""
        bar.put((Span(" "), *line), (Span(f" {more}" if more else "", "muted"), Span("  "), *key))
