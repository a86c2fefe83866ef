"""The line at the head of the inbox: which view, its filter, how far one is, what is late, who one is."""

from __future__ import annotations

from deskterm.desk.rows import Counts, View
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.screens.places import Place, shown_count
from deskterm.widgets.paint import Line, Marks, Span


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
) -> tuple[Line, Line]:
    """Return the left and the right end of the line. `arrived` conversations came above what is on the screen."""
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
    late = counts.views.get(View.LATE, 0) if counts is not None else 0
    right = [Span(f"{marks.late} {_('{n} late').format(n=shown_count(late))}  ", "late")] if late else []
    right.append(Span(f"{clean_line(me)} ", "muted"))
    return tuple(left), tuple(right)
