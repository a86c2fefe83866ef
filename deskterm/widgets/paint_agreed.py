"""What was agreed, in lines: reminders, and what we promised a customer. A state is a symbol, words and a colour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from deskterm.desk.commands_time import Promised
from deskterm.desk.rows_time import PromiseRow, ReminderRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.widgets.paint import Line, Marks, Span
from deskterm.widgets.when import short_span
from deskterm.words.wording import day_and_time

OFFERED = 2
"""Times that an offer names; of more, how many."""


def reminder_line(row: ReminderRow, now: datetime, me_id: int, marks: Marks) -> Line:
    """Return a reminder: its time, whether that has come, what it says, and whom it is for where that is another."""
    due, mine = row.state == "due", row.operator_id == me_id
    late = short_span(now - row.at)
    words = _("reminder due since {span}").format(span=late) if due else _("reminder {when}").format(when=day_and_time(row.at))
    whom = "" if mine else " " + _("for {name}").format(name=clean_line(row.operator, 40))
    role = "muted" if not mine else "late" if due else "name"
    said = clean_line(row.words, 200)
    return (
        Span(f"{marks.reminder} {words}{whom}", role),
        Span(f" · {said}" if said else "", "" if due and mine else "muted"),
    )


def promise_line(row: PromiseRow, now: datetime, marks: Marks) -> Line:
    """Return a promise: by when, how it stands, its words, who gave it and when."""
    if row.state == "overdue":
        state = Span(f"{marks.promise} {_('promise overdue since {span}').format(span=short_span(now - row.due))}", "late")
    elif row.state == "open":
        state = Span(f"{marks.promise} {_('promised by {when}').format(when=day_and_time(row.due))}", "note")
    elif row.state == "kept":
        state = Span(f"{marks.done} {_('promise kept, by {when}').format(when=day_and_time(row.due))}", "good")
    else:
        state = Span(f"{marks.cancelled} {_('was no promise')}", "muted")
    by = f" · {clean_line(row.operator, 30)}, {day_and_time(row.said_at)}"
    return (state, Span(f": {clean_line(row.words, 200)}"), Span(by, "muted"))


def offer_line(found: Sequence[Promised], taking: str, key: str, marks: Marks) -> tuple[Line, Line]:
    """Return what the composer says of times that the text promises, and the `key` that goes on, with what it goes on to.
    `taking`: "note", "remind" or "none"."""
    if not found:
        return (), ()
    left = len(found) - OFFERED
    times = ", ".join(day_and_time(one.due) for one in found[:OFFERED]) + (f" +{left}" if left > 0 else "")
    if taking == "remind":
        said = Span(f"{marks.reminder} {_('Reminder when it is sent: {times}').format(times=times)}", "good")
        goes_on = _("no promise")
    elif taking == "none":
        said = Span(f"{marks.cancelled} {_('No promise is noted')}", "muted")
        goes_on = _("note it")
    else:
        said = Span(f"{marks.promise} {_('You promise {times}').format(times=times)}", "note")
        goes_on = _("remind me")
    return (said,), (Span(f" {key} ", "key"), Span(goes_on, "muted"))
