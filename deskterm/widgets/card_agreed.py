"""What was agreed with a customer as rows above their card: reminders about them, and promises that are still to be kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deskterm.desk.rows_time import PromiseRow, ReminderRow
from deskterm.office import Office
from deskterm.widgets.card_rows import CardRow, On, Spot
from deskterm.widgets.cells import cut, width
from deskterm.widgets.paint import Line, Marks, Span
from deskterm.widgets.paint_agreed import promise_line, reminder_line

REMINDERS, PROMISES = 3, 2
"""Rows of each, at most."""
_ROLES = {"good": "muted", "note": "name"}


def agreed_rows(
    reminders: Sequence[ReminderRow], promises: Sequence[PromiseRow], office: Office, marks: Marks, cells: int
) -> Iterator[CardRow]:
    """Yield the rows, no wider than `cells`; mine and what is due come first, as the desk gives them."""
    now = office.now()
    for reminder in reminders[:REMINDERS]:
        line = reminder_line(reminder, now, office.me.id, marks)
        yield CardRow(Spot(On.FACT, f"reminder {reminder.id}"), (_fitted(line, cells),))
    standing = [row for row in promises if row.state in ("open", "overdue")]
    for promise in standing[:PROMISES]:
        yield CardRow(Spot(On.FACT, f"promise {promise.id}"), (_fitted(promise_line(promise, now, marks), cells),))


def _fitted(line: Line, cells: int) -> Line:
    shown = []
    for span in line:
        text = cut(span.text, cells)
        shown.append(Span(text, _ROLES.get(span.role, span.role)))
        cells -= width(text)
    return tuple(shown)
