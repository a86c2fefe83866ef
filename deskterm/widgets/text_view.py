"""Lines to read and scroll: the source of a message, its earlier versions, the health of the desk, the list of keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Resize
from textual.strip import Strip

from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.widgets.paint import Line
from deskterm.widgets.strips import Brush, Painted

SERVED = ("down", "up", "page_down", "page_up", "first", "last")
ROLES = ("name", "muted", "failed", "warning", "good", "key", "title")


class TextView(Painted, can_focus=True):
    """Shows what `lay_out(cells)` returns, asked again when the width changes; keeps its place."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"text--{role}" for role in ROLES}
    DEFAULT_CSS: ClassVar[str] = """
    TextView {
        height: 1fr; padding: 0 1;
        & > .text--name { text-style: bold; }
        & > .text--title { color: $text-accent; text-style: bold; }
        & > .text--muted { color: $text-muted; }
        & > .text--failed { color: $text-error; text-style: bold; }
        & > .text--warning { color: $text-warning; text-style: bold; }
        & > .text--good { color: $text-success; }
        & > .text--key { color: $text-accent; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.HEALTH, Context.HELD, only=SERVED)]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._brush = Brush(self, "text")
        self._lay_out: Callable[[int], Sequence[Line]] | None = None
        self._lines: Sequence[Line] = ()
        self._top = 0

    @property
    def words(self) -> str:
        """All lines as text, for tests."""
        return "\n".join("".join(span.text for span in line) for line in self._lines)

    def show(self, lay_out: Callable[[int], Sequence[Line]], *, from_top: bool = False) -> None:
        """Show other lines, none wider than the cells given."""
        self._lay_out = lay_out
        if from_top:
            self._top = 0
        self._again()

    def _again(self) -> None:
        if self._lay_out is not None and self.size.width:
            self._lines = self._lay_out(self.size.width)
            self._scroll_by(0)

    def _scroll_by(self, lines: int) -> None:
        most = max(0, len(self._lines) - self.size.height)
        self._top = max(0, min(self._top + lines, most))
        self.refresh()

    def action_down(self) -> None:
        self._scroll_by(1)

    def action_up(self) -> None:
        self._scroll_by(-1)

    def action_page_down(self) -> None:
        self._scroll_by(max(1, self.size.height - 1))

    def action_page_up(self) -> None:
        self._scroll_by(-max(1, self.size.height - 1))

    def action_first(self) -> None:
        self._scroll_by(-len(self._lines))

    def action_last(self) -> None:
        self._scroll_by(len(self._lines))

    def on_resize(self, _event: Resize) -> None:
        self._again()

    def render_line(self, y: int) -> Strip:
        index = self._top + y
        line = self._lines[index] if index < len(self._lines) else ()
        return self._brush.strip(line, self.size.width)
