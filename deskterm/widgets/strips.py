"""Spans into strips: the theme's style of each role, looked up once."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from deskterm.widgets.cells import width
from deskterm.widgets.paint import Line, Span


class Painted(Widget):
    """A widget that paints its lines with a brush of its own."""

    _brush: Brush

    def notify_style_update(self) -> None:
        """Look the styles up again: the theme or the widget's own look changed."""
        self._brush.forget()
        super().notify_style_update()


class Brush:
    """Paints lines in the component styles of one widget: role "late" of prefix "row" is the class `row--late`.

    `states` are further component classes laid over every span of a line, such as the cursor. Call `forget` when the
    theme or the widget's own look changed.
    """

    def __init__(self, widget: Widget, prefix: str) -> None:
        self._widget = widget
        self._prefix = prefix
        self._styles: dict[tuple[str, ...], Style] = {}

    def forget(self) -> None:
        """Look all styles up again."""
        self._styles.clear()

    def style(self, role: str, *states: str) -> Style:
        """Return the style of a role on the background of the states; the empty role is the widget's own style."""
        found = self._styles.get((role, *states))
        if found is None:
            found = self._own(role) if role else self._widget.rich_style
            for state in states:
                # Textual gives several component classes the style of the last one: late rows would lose their red here.
                over = self._own(state)
                found += Style(bgcolor=over.bgcolor, bold=over.bold or None)
            self._styles[role, *states] = found
        return found

    def _own(self, role: str) -> Style:
        return self._widget.get_component_rich_style(f"{self._prefix}--{role}")

    def exact(self, spans: Iterable[Span], cells: int, *states: str) -> Strip:
        """Return a line of spans that are known to take exactly `cells` together: nothing is measured again."""
        pieces: list[tuple[str, Style]] = []
        for text, role in spans:
            style = self.style(role, *states)
            if pieces and pieces[-1][1] is style:
                pieces[-1] = (pieces[-1][0] + text, style)
            elif text:
                pieces.append((text, style))
        return Strip([Segment(text, style) for text, style in pieces], cells)

    def strip(self, spans: Iterable[Span], cells: int, *states: str) -> Strip:
        """Return a line of exactly `cells`, filled up in its own background; neighbours of one style become one segment,
        since every segment costs its colours in bytes."""
        segments = [Segment(span.text, self.style(span.role, *states)) for span in spans if span.text]
        return Strip(segments).adjust_cell_length(cells, self.style("", *states)).simplify()


def changed_cells(old: Line, new: Line) -> tuple[int, int]:
    """Return the stretch of cells [first, last) in which two versions of a line differ, for a repaint of no more than that."""
    first = 0
    for before, after in zip(old, new, strict=False):
        if before != after:
            break
        first += width(after.text)
    ends = [sum(width(span.text) for span in line) for line in (old, new)]
    last = max(ends)
    if ends[0] == ends[1]:
        for before, after in zip(reversed(old), reversed(new), strict=False):
            if before != after or last - width(after.text) <= first:
                break
            last -= width(after.text)
    return first, max(last, first + 1)
