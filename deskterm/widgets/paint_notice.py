"""Lines of the notices room: reminders whose time came, and notices; pure, tested without a screen."""

from __future__ import annotations

from datetime import datetime

from deskterm.desk.rows_time import NoticeRow, ReminderRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.widgets.cells import cut, fit, fit_right, width
from deskterm.widgets.paint import UNICODE, Line, Marks, Span
from deskterm.widgets.when import moment, short_span
from deskterm.words.notice_words import notice_words

TIME_CELLS = 4
ROLES_OF = {
    "sla_late": "failed", "escalated": "failed", "overdue": "failed", "missed": "failed", "sla_soon": "warning",
    "mention": "key", "digest": "warning",
}  # fmt: skip
"""Roles of the signs of unread notices; the others have that of a name."""


def notice_line(row: NoticeRow, cells: int, now: datetime, marks: Marks = UNICODE, *, marked: bool = False) -> Line:
    """Return a notice as a line: its sign, whether it is marked, what it says, how long ago it was."""
    unread = row.read_at is None
    sign = _sign(row, marks) if unread else " "
    return _line(
        Span(f" {sign}", ROLES_OF.get(row.kind, "name") if unread else "muted"),
        Span(notice_words(row, now), "name" if unread else "muted"),
        Span(short_span(now - row.at), "muted"),
        cells,
        marks.marked if marked else " ",
    )


def _sign(row: NoticeRow, marks: Marks) -> str:
    if row.kind in ("sla_late", "escalated", "overdue", "missed"):
        return marks.late
    return marks.soon if row.kind == "sla_soon" else marks.new


def reminder_line(row: ReminderRow, cells: int, now: datetime, marks: Marks = UNICODE) -> Line:
    """Return a reminder whose time came as a line: since when, what for, of what, by whom where that is another."""
    words = clean_line(row.words, 300) or _("Reminder")
    parts = [f"{moment(row.at, now)} {words}", clean_line(row.about, 120)]
    if row.by and row.by != row.operator:
        parts.append(_("by {name}").format(name=clean_line(row.by, 60)))
    said = " · ".join(part for part in parts if part)
    late = Span(marks.minus + short_span(now - row.at), "warning")
    return _line(Span(f" {marks.reminder}", "warning"), Span(said, "warning"), late, cells, " ")


def _line(sign: Span, said: Span, time: Span, cells: int, mark: str) -> Line:
    """Put the parts of a line into so many cells."""
    time_cells = max(TIME_CELLS + 1, width(time.text))
    room = max(0, cells - width(sign.text) - 2 - time_cells - 2)
    return (
        sign,
        Span(f"{mark} ", "mark"),
        Span(fit(cut(said.text, room), room), said.role),
        Span(f" {fit_right(time.text, time_cells)} ", time.role),
    )
