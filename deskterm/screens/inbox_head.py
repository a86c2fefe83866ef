"""The line at the head of the inbox: which view, its filter, how far one is, what is late, who one is."""

from __future__ import annotations

from deskterm.desk.rows import Counts, View
from deskterm.desk.rows_time import DueCounts
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.screens.places import Place, shown_count
from deskterm.widgets.paint import Line, Marks, Span

WORDY = 100
"""Cells from which on words stand beside signs."""


def head_lines(
    place: Place,
    counts: Counts | None,
    marks: Marks,
    *,
    demo: bool,
    me: str,
    position: int | None,
    total: int | None,
    counted_to: int | None,
    arrived: int,
    due: DueCounts | None = None,
    soon: int = 0,
    cells: int = 0,
) -> tuple[Line, Line]:
    """Return the left and the right end of the line. `arrived` conversations came above what is on the screen; `due` is what
    of mine asks to be looked at, `soon` how many promised times are near. Words stand beside the signs in a line of
    `WORDY` cells."""
    left = [Span(f" {_('DEMO')} ", "demo")] if demo else []
    left.append(Span(f" {clean_line(place.title)}", "name"))
    if place.view is None and place.text:
        left.append(Span(f"  {clean_line(place.text)}", "muted"))
    if total is not None:
        whole = shown_count(total, at_most=counted_to)
        words = _("{place} of {total}").format(place=shown_count(position), total=whole) if position else whole
        left.append(Span(f"  {words}", "muted"))
    if arrived:
        words = ngettext("{n} new", "{n} new ones", arrived).format(n=arrived)
        left.append(Span(f"  {marks.high} {words}", "note"))
    right = [*_asking(due, marks, wordy=cells >= WORDY), *_promised(counts, soon, marks)]
    right.append(Span(f"{clean_line(me)} ", "muted"))
    return tuple(left), tuple(right)


def _promised(counts: Counts | None, soon: int, marks: Marks) -> list[Span]:
    """How many promised times are near, and how many have passed."""
    late = counts.views.get(View.LATE, 0) if counts is not None else 0
    near = [Span(f"{marks.soon} {_('{n} soon').format(n=shown_count(soon))}  ", "note")] if soon else []
    return [*near, Span(f"{marks.late} {_('{n} late').format(n=shown_count(late))}  ", "late")] if late else near


def _asking(due: DueCounts | None, marks: Marks, *, wordy: bool) -> list[Span]:
    """Return my reminders whose time came and my notices that are not read: a sign and a number, where there is room a word."""
    if due is None:
        return []
    reminders = ngettext("{n} reminder", "{n} reminders", due.reminders) if wordy else "{n}"
    notices = ngettext("{n} notice", "{n} notices", due.notices) if wordy else "{n}"
    told = ((marks.reminder, due.reminders, reminders), (marks.notice, due.notices, notices))
    return [Span(f"{sign} {words.format(n=shown_count(n))}  ", "note") for sign, n, words in told if n]
