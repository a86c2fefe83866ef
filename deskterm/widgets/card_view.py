"""A card on the screen: its rows, a cursor on one of them, and what is edited standing in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Resize
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.widgets.card_rows import CardRow, On, Spot, cut_spans
from deskterm.widgets.paint import UNICODE, Line, Marks, Span
from deskterm.widgets.strips import Brush, Painted

SERVED = ("down", "up", "page_down", "page_up", "first", "last", "open", "card_step(1)", "card_step(-1)")
"""The commands that the card itself carries out."""
ROLES = ("name", "muted", "warning", "good", "title", "tag", "link", "wanted", "late", "unread", "waits", "cursor", "mark")
EDITABLE = (On.NAME, On.LANGUAGE, On.COMPANY, On.FIELD, On.TAGS, On.NOTE, On.NEW_NOTE, On.NEW_IDENTITY)
"""What can be edited in its place."""


class CardView(Painted, can_focus=True):
    """Shows what `lay_out(cells)` returns, asked again when the width changes; the cursor stays on its row."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"card--{role}" for role in ROLES}
    DEFAULT_CSS: ClassVar[str] = """
    CardView {
        height: 1fr; overflow: hidden;
        & > .card--name { text-style: bold; }
        & > .card--title { color: $text-accent; text-style: bold; }
        & > .card--muted { color: $text-muted; }
        & > .card--late { color: $text-error; text-style: bold; }
        & > .card--wanted { color: $text-error; text-style: bold; }
        & > .card--unread { text-style: bold; }
        & > .card--waits { color: $text-warning; }
        & > .card--warning { color: $text-warning; }
        & > .card--good { color: $text-success; text-style: bold; }
        & > .card--tag { color: $text-accent; }
        & > .card--link { color: $text-accent; }
        & > .card--cursor { background: $boost; }
        & > .card--mark { color: $text-accent; text-style: bold; }
        &:focus > .card--cursor { background: $primary-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.CARD, only=SERVED)]

    class Chosen(Message):
        """The operator opens the row under the cursor."""

        def __init__(self, spot: Spot) -> None:
            super().__init__()
            self.spot = spot

    def __init__(self, marks: Marks = UNICODE, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = marks
        self._brush = Brush(self, "card")
        self._lay_out: Callable[[int], Sequence[CardRow]] | None = None
        self._rows: Sequence[CardRow] = ()
        self._lines: list[tuple[int, Line]] = []
        """Each line with the place of its row."""
        self._cursor = 0
        self._top = 0
        self._edited: Spot | None = None
        self._editor: Widget | None = None

    @property
    def words(self) -> str:
        """All lines as text, for tests and the reader of the screen."""
        return "\n".join("".join(span.text for span in line) for _row, line in self._lines)

    @property
    def spot(self) -> Spot | None:
        """What the row under the cursor is about."""
        return self._rows[self._cursor].spot if self._rows else None

    @property
    def editor(self) -> Widget | None:
        """What stands in the place of the row that is edited."""
        return self._editor

    @property
    def spots(self) -> list[Spot]:
        """What the rows are about, from the top."""
        return [row.spot for row in self._rows]

    def show(self, lay_out: Callable[[int], Sequence[CardRow]], *, from_top: bool = False) -> None:
        """Show other rows, none wider than the cells given."""
        self._lay_out = lay_out
        if from_top:
            self._cursor = self._top = 0
        self._again(keep=not from_top)

    def put_cursor(self, spot: Spot) -> bool:
        """Put the cursor on the row about something; says whether there is one."""
        place = next((place for place, row in enumerate(self._rows) if row.spot == spot), None)
        if place is None:
            return False
        self._move_to(place)
        return True

    def edit(self, spot: Spot, editor: Widget) -> None:
        """Let a widget stand in the place of a row's value; its height is that of the widget. One at a time."""
        self.put_cursor(spot)
        self._edited, self._editor = spot, editor
        editor.styles.position = "absolute"
        self.mount(editor)
        self._again()

    def end_edit(self) -> None:
        """Show the row again in place of what edited it."""
        editor, self._editor, self._edited = self._editor, None, None
        if editor is not None:
            editor.remove()
        self._again()

    def _again(self, *, keep: bool = True) -> None:
        cells = self.content_size.width - 1
        if self._lay_out is None or cells < 1:
            return
        before = self.spot if keep else None
        self._rows = self._lay_out(cells)
        places = {row.spot: place for place, row in enumerate(self._rows)}
        wanted = places.get(before, self._cursor) if before is not None else self._cursor
        self._cursor = max(0, min(wanted, len(self._rows) - 1))
        self._spread()
        self._settle()
        self.refresh()

    def _spread(self) -> None:
        """Make lines of the rows; where a row is edited its place is left to the widget."""
        self._lines = []
        for place, row in enumerate(self._rows):
            if self._editor is not None and row.spot == self._edited:
                label = tuple(cut_spans(row.lines[0], row.value_at)) if row.value_at else ()
                height = self._editor_height()
                self._lines += [(place, label if line == 0 else ()) for line in range(height)]
            else:
                self._lines += [(place, line) for line in row.lines]

    def _editor_height(self) -> int:
        height = getattr(self._editor, "lines_needed", 2)
        return int(height)

    def _settle(self) -> None:
        """Keep the row under the cursor on the screen, and the editor on its row."""
        height = max(1, self.content_size.height)
        mine = [index for index, (place, _line) in enumerate(self._lines) if place == self._cursor]
        if mine:
            self._top = max(self._top, min(mine[-1] - height + 1, mine[0]))
            self._top = min(self._top, mine[0])
        self._top = max(0, min(self._top, len(self._lines) - height))
        if self._editor is not None and mine:
            at = self._rows[self._cursor].value_at + 1
            self._editor.styles.offset = (at, mine[0] - self._top)
            self._editor.styles.width = max(4, self.content_size.width - at)
            self._editor.styles.height = len(mine)

    # Moving

    def _move_to(self, place: int) -> None:
        if not self._rows:
            return
        self._cursor = max(0, min(place, len(self._rows) - 1))
        self._settle()
        self.refresh()

    def action_down(self) -> None:
        self._move_to(self._cursor + 1)

    def action_up(self) -> None:
        self._move_to(self._cursor - 1)

    def action_page_down(self) -> None:
        self._by_lines(max(1, self.content_size.height - 1))

    def action_page_up(self) -> None:
        self._by_lines(-max(1, self.content_size.height - 1))

    def _by_lines(self, lines: int) -> None:
        here = next((index for index, (place, _line) in enumerate(self._lines) if place == self._cursor), 0)
        there = max(0, min(here + lines, len(self._lines) - 1))
        if self._lines:
            self._move_to(self._lines[there][0])

    def action_first(self) -> None:
        self._move_to(0)

    def action_last(self) -> None:
        self._move_to(len(self._rows) - 1)

    def action_card_step(self, step: int) -> None:
        """To the next row that can be edited, or the one before; round at the ends."""
        for count in range(1, len(self._rows) + 1):
            place = (self._cursor + step * count) % len(self._rows)
            if self._rows[place].spot.what in EDITABLE:
                self._move_to(place)
                return

    def next_editable(self, spot: Spot) -> Spot | None:
        """Return the row that can be edited after one, for going on without leaving the keys."""
        spots = self.spots
        start = spots.index(spot) + 1 if spot in spots else 0
        return next((one for one in spots[start:] if one.what in EDITABLE), None)

    def action_open(self) -> None:
        if self.spot is not None:
            self.post_message(self.Chosen(self.spot))

    def on_resize(self, _event: Resize) -> None:
        self._again()

    def render_line(self, y: int) -> Strip:
        cells = self.content_size.width
        index = self._top + y
        if index >= len(self._lines):
            return self._brush.strip((), cells)
        place, line = self._lines[index]
        here = place == self._cursor and (self.has_focus or self._editor is not None)
        mark = Span(self._marks.cursor if here else " ", "mark")
        return self._brush.strip((mark, *line), cells, *(("cursor",) if here else ()))
