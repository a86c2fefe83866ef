"""Moving in the list of conversations: a held key repaints two lines, and scrolls by half of the visible part, so rarely."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from textual.geometry import Region, Size
from textual.message import Message

from deskterm.desk.rows import ConversationRow
from deskterm.widgets.strips import Painted

AHEAD = 60
"""How near to the end of the loaded rows the cursor comes before more are asked for."""

SERVED = ("down", "up", "half_down", "half_up", "page_down", "page_up", "first", "last", "open")
"""The commands that the list itself carries out."""


class Side(Enum):
    """Where more rows are wanted."""

    BEFORE = "before"
    AFTER = "after"
    FIRST = "first"
    LAST = "last"


class Moving(Painted):
    """A cursor on rows of which a part is on the screen. The messages are the list's."""

    open_row: Callable[[ConversationRow], None]
    """How a conversation is opened; whoever has the list sets it. No message: it is open before the next key is looked at."""

    class CursorMoved(Message, namespace="conversation_list"):
        """The cursor came to stand on another conversation (None: the list is empty)."""

        def __init__(self, row: ConversationRow | None) -> None:
            super().__init__()
            self.row = row

    class EdgeNear(Message, namespace="conversation_list"):
        """The cursor nears the end of what is loaded, or wants the view's first or last row, which is not."""

        def __init__(self, side: Side) -> None:
            super().__init__()
            self.side = side

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: tuple[ConversationRow, ...] = ()
        self._cursor = 0
        self._top = 0
        self._more_before = False
        self._more_after = False
        self._room = Size(0, 0)
        self._rests = True
        """Whether the operator left the cursor on the view's first row: there, what arrives may come in above it."""

    @property
    def chosen(self) -> ConversationRow | None:
        """The row under the cursor."""
        return self._rows[self._cursor] if self._rows else None

    @property
    def at_top(self) -> bool:
        """Whether the view's first row is on the screen."""
        return self._top == 0 and not self._more_before

    def scrolled(self) -> None:
        """The operator moved; the first line on the screen may be another one."""
        raise TypeError("the list knows what that means")

    def spans_range(self) -> bool:
        """Whether a range is being marked, which grows with every move."""
        raise TypeError("the list has the marks")

    def action_down(self) -> None:
        self._move_to(self._cursor + 1)

    def action_up(self) -> None:
        self._move_to(self._cursor - 1)

    def action_half_down(self) -> None:
        self._scroll_by(self._room.height // 2)

    def action_half_up(self) -> None:
        self._scroll_by(-(self._room.height // 2))

    def action_page_down(self) -> None:
        self._scroll_by(self._room.height - 1)

    def action_page_up(self) -> None:
        self._scroll_by(1 - self._room.height)

    def action_first(self) -> None:
        if self._more_before:
            self.post_message(self.EdgeNear(Side.FIRST))
        else:
            self._move_to(0, to_edge=True)

    def action_last(self) -> None:
        if self._more_after:
            self.post_message(self.EdgeNear(Side.LAST))
        else:
            self._move_to(len(self._rows) - 1)

    def action_open(self) -> None:
        if self.chosen is not None:
            self.open_row(self.chosen)

    def _move_to(self, index: int, *, to_edge: bool = False) -> None:
        """Put the cursor on a row; outside of the visible part, half of it is scrolled."""
        if not self._rows:
            return
        old, before = self._cursor, self.chosen
        self._cursor = max(0, min(index, len(self._rows) - 1))
        height = max(1, self._room.height)
        if self._top <= self._cursor < self._top + height and not (to_edge and self._top):
            self._repaint_move(old)
        else:
            self._top = self._cursor - height // 2
            self._settle(height)
            self.refresh()
        self._moved(before)

    def _repaint_move(self, old: int) -> None:
        if old == self._cursor:
            return
        if self.spans_range():
            first, last = sorted((old, self._cursor))
            self.refresh(*(self._line_of(index) for index in range(first, last + 1)))
        else:
            self.refresh(self._line_of(old), self._line_of(self._cursor))

    def _scroll_by(self, lines: int) -> None:
        before = self.chosen
        self._top += lines
        self._cursor = max(0, min(self._cursor + lines, len(self._rows) - 1))
        self._settle(max(1, self._room.height))
        self.refresh()
        self._moved(before)

    def _moved(self, before: ConversationRow | None) -> None:
        self._rests = self._cursor == 0 and not self._more_before
        self.scrolled()
        self._tell(before)

    def _settle(self, height: int) -> None:
        """Keep the visible part within the rows, and the cursor within the visible part."""
        self._top = max(self._top, self._cursor - height + 1)
        self._top = min(self._top, self._cursor, max(0, len(self._rows) - height))
        self._top = max(0, self._top)

    def _line_of(self, index: int) -> Region:
        return Region(0, index - self._top, self._room.width, 1)

    def _tell(self, before: ConversationRow | None) -> None:
        """Tell where the cursor went, and ask for more rows in good time."""
        after = self.chosen
        if (before and before.id) != (after and after.id):
            self.post_message(self.CursorMoved(after))
        if self._more_after and len(self._rows) - self._cursor < AHEAD:
            self.post_message(self.EdgeNear(Side.AFTER))
        elif self._more_before and self._cursor < AHEAD:
            self.post_message(self.EdgeNear(Side.BEFORE))
