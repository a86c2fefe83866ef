"""Spans into strips: the theme's style of each role, looked up once."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from deskterm.widgets.paint import Span


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

    def style(self, *roles: str) -> Style:
        """Return the style of roles laid over one another; the empty role is the widget's own style."""
        found = self._styles.get(roles)
        if found is None:
            names = [f"{self._prefix}--{role}" for role in roles if role]
            found = self._widget.get_component_rich_style(*names) if names else self._widget.rich_style
            self._styles[roles] = found
        return found

    def strip(self, spans: Iterable[Span], cells: int, *states: str) -> Strip:
        """Return a line of exactly `cells`, filled up in its own background."""
        segments = [Segment(span.text, self.style(span.role, *states)) for span in spans if span.text]
        return Strip(segments).adjust_cell_length(cells, self.style("", *states))
