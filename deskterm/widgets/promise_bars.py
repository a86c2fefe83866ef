"""What the composer shows of promises: the last ones made above the text, what the text promises below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from deskterm.widgets.paint import Line, Span
from deskterm.widgets.status import Bar

MOST_SHOWN = 2
"""Lines of earlier promises above a text: a terminal of 24 lines has no more to give."""


class LastPromises(Vertical):
    """The last promises, a line each, at most `MOST_SHOWN`; no line is taken where there are none."""

    DEFAULT_CSS: ClassVar[str] = """
    LastPromises { height: auto; display: none; & > Bar { background: $surface; } & > Bar.-empty { display: none; } }
    LastPromises.-told { display: block; }
    """

    def compose(self) -> ComposeResult:
        for _line in range(MOST_SHOWN):
            yield Bar()

    def put(self, lines: Sequence[Line]) -> None:
        """Show these lines."""
        self.set_class(bool(lines), "-told")
        for place, bar in enumerate(self.query(Bar)):
            bar.put(lines[place] if place < len(lines) else ())
            bar.set_class(place >= len(lines), "-empty")


class Offer(Bar):
    """What the text promises, and the key that has one reminded of it; no line is taken where it promises nothing."""

    DEFAULT_CSS: ClassVar[str] = """
    Offer { background: $surface; display: none; }
    Offer.-told { display: block; }
    """

    def offer(self, line: Line, key: Line = ()) -> None:
        """Show a line, and at its end the key with what it does, which is never cut off; an empty line hides it."""
        self.set_class(bool(line), "-told")
        self.put(line if line else (Span(""),), key)
