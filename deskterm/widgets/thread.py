"""The messages of a conversation, painted line by line: only what is near the visible part is ever wrapped.

There is no height of the whole: the place of the first visible line is a message and a line within it, so that older pages
joined above and live changes below move nothing. The screen hands it pages and hears `PageWanted`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple

from textual.binding import BindingType
from textual.events import Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from deskterm.desk.model import Kind
from deskterm.desk.rows import MessagePage, MessageRow
from deskterm.desk.rows_customer import RecordRow
from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.widgets.paint import UNICODE, Line, Marks
from deskterm.widgets.paint_links import names
from deskterm.widgets.paint_message import ROLES, message_lines
from deskterm.widgets.strips import Brush, Painted, changed_cells

NEAR = 8
"""How many messages from the end of what is loaded the visible part comes before more are asked for."""
SERVED = ("down", "up", "half_down", "half_up", "page_down", "page_up", "first", "last")
"""The commands that the thread itself carries out."""


class Place(NamedTuple):
    """A line of the thread: the index of a loaded message, and a line within it."""

    message: int
    line: int


class ThreadView(Painted, can_focus=True):
    """See the module."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"message--{role}" for role in ROLES}
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.THREAD, only=SERVED, at_once=True)]

    class PageWanted(Message):
        """The visible part nears the oldest message loaded (`older`), or the newest. `far`: it is the first page of all that is
        wanted, or the last, in place of those loaded."""

        def __init__(self, *, older: bool, far: bool = False) -> None:
            super().__init__()
            self.older = older
            self.far = far

    def __init__(
        self,
        now: Callable[[], datetime],
        marks: Marks = UNICODE,
        *,
        me_id: int | None = None,
        undo_key: str = "",
        id: str | None = None,
    ) -> None:
        """Make one for the operator `me_id`, whose key to take back is `undo_key`."""
        super().__init__(id=id)
        self._now = now
        self._me_id = me_id
        self._undo_key = undo_key
        self._found: Collection[str] = ()
        self._found_in: int | None = None
        self._marks = marks
        self._brush = Brush(self, "message")
        self._rows: tuple[MessageRow, ...] = ()
        self._blocks: dict[int, list[Line]] = {}
        self._visible: list[Line] | None = None
        self._top = Place(0, 0)
        self._more_before = False
        self._more_after = False
        self._at_end = True
        self._unfolded = False
        self._room = Size(0, 0)
        self._records: dict[str, RecordRow] = {}
        self.conversation_id: int | None = None
        self.openings = 0
        """How often a conversation was opened here: it tells one opening from the next, also of the same conversation."""
        self.seen: Callable[[], None] | None = None
        """Called where other messages may be on the screen; None: nobody wants to know."""

    @property
    def rows(self) -> Sequence[MessageRow]:
        """The messages that are loaded, oldest first."""
        return self._rows

    @property
    def on_screen(self) -> tuple[MessageRow, ...]:
        """The messages of which a line is on the screen."""
        index, skip = self._top
        room, last = self._room.height + skip, index
        while last < len(self._rows) and room > 0:
            room -= len(self._block(last))
            last += 1
        return self._rows[index:last]

    @property
    def visible_records(self) -> tuple[RecordRow, ...]:
        """The records that messages on the screen name, the last one first."""
        said = [row.text for row in reversed(self.on_screen)]
        found = [record for text in said for words, record in self._records.items() if names(text, words)]
        return tuple({record.id: record for record in found}.values())

    def link(self, records: Mapping[str, RecordRow]) -> None:
        """Show these words of messages as links to records, by the words that name them."""
        new = {words: record for words, record in records.items() if self._records.get(words) != record}
        if new:
            self._records.update(new)
            self._blocks.clear()
            self._visible = None
            self.refresh()

    @property
    def at_end(self) -> bool:
        """Whether the newest message's last line is on the screen."""
        return self._at_end and not self._more_after

    def open(self, conversation_id: int, page: MessagePage, unread: int = 0) -> None:
        """Show another conversation: from its oldest unread message, or at the newest."""
        self.conversation_id = conversation_id
        self.openings += 1
        self._take(page.rows, page.more_before, page.more_after)
        self._top = self._end()
        incoming = [index for index, row in enumerate(self._rows) if row.kind is Kind.INCOMING]
        if unread and incoming:
            self._top = min(self._top, Place(incoming[-min(unread, len(incoming))], 0))
        self._forget_find()
        self._records = {}
        self._scrolled()

    def jump(self, page: MessagePage, *, older: bool) -> None:
        """Show the first page of the thread, or the last, in place of what is loaded, and stand at its far end."""
        self._take(page.rows, page.more_before, page.more_after)
        self._top = Place(0, 0) if older else self._end()
        self._scrolled()

    def has(self, message_id: int) -> bool:
        """Whether a message is loaded."""
        return any(row.id == message_id for row in self._rows)

    def show_found(self, message_id: int, found: Collection[str], page: MessagePage | None = None) -> None:
        """Bring a message to the screen and mark words in it, given in small letters; `page` is one around it where it is not
        loaded."""
        if page is not None:
            self._take(page.rows, page.more_before, page.more_after)
        self._found, self._found_in = frozenset(found), message_id
        self._blocks.clear()
        index = next((index for index, row in enumerate(self._rows) if row.id == message_id), None)
        if index is not None:
            block = self._block(index)
            hit = next((line for line, spans in enumerate(block) if any(span.role == "hit" for span in spans)), 0)
            self._top = self._walk(Place(index, hit), -(self._room.height // 3))
        self._scrolled()

    def _forget_find(self) -> None:
        self._unfolded = False
        self._found, self._found_in = (), None

    def close(self) -> None:
        """Show nothing."""
        self.conversation_id = None
        self._take((), False, False)
        self._scrolled()

    def renew(self, page: MessagePage) -> None:
        """Take the newest messages as they are now; what the operator reads stays, and the end stays the end.

        Older ones that are loaded stay only where there are older ones: those that were split off are gone.
        """
        if not self._rows or self._more_after:
            return
        at_end, anchor = self.at_end, self._rows[self._top.message].id
        first = page.rows[0].id if page.rows and page.more_before else None
        kept = next((self._rows[:index] for index, row in enumerate(self._rows) if row.id == first), ())
        self._take((*kept, *page.rows), self._more_before if kept else page.more_before, page.more_after)
        index = next((index for index, row in enumerate(self._rows) if row.id == anchor), None)
        self._top = self._end() if at_end or index is None else Place(index, self._top.line)
        self._scrolled()

    def extend(self, page: MessagePage, *, older: bool) -> None:
        """Join a page of older or newer messages to the loaded ones."""
        known = {row.id for row in self._rows}
        new = tuple(row for row in page.rows if row.id not in known)
        if older:
            self._take((*new, *self._rows), page.more_before, self._more_after)
            self._top = Place(self._top.message + len(new), self._top.line)
        else:
            self._take((*self._rows, *new), self._more_before, page.more_after)
        self._scrolled()

    def tick(self) -> None:
        """Repaint what counts down: messages that wait to be sent, and of these only the cells that changed."""
        waiting = [row.id for row in self._rows if row.delivery is not None and row.delivery.not_before is not None]
        if not waiting:
            return
        before = self._lines()
        for message_id in waiting:
            self._blocks.pop(message_id, None)
        self._visible = None
        after = self._lines()
        if len(before) != len(after):
            self._scrolled()
            return
        for y, (old, new) in enumerate(zip(before, after, strict=True)):
            if old != new:
                first, last = changed_cells(old, new)
                self.refresh(Region(first, y, last - first, 1))

    def toggle_quotes(self) -> None:
        """Show quoted text, or fold it again."""
        self._unfolded = not self._unfolded
        at_end = self.at_end
        self._blocks.clear()
        if at_end:
            self._top = self._end()
        self._scrolled()

    # Moving

    def action_down(self) -> None:
        self._scroll(1)

    def action_up(self) -> None:
        self._scroll(-1)

    def action_half_down(self) -> None:
        self._scroll(self._room.height // 2)

    def action_half_up(self) -> None:
        self._scroll(-(self._room.height // 2))

    def action_page_down(self) -> None:
        self._scroll(self._room.height - 1)

    def action_page_up(self) -> None:
        self._scroll(1 - self._room.height)

    def action_first(self) -> None:
        if self._more_before:
            self.post_message(self.PageWanted(older=True, far=True))
            return
        self._top = Place(0, 0)
        self._scrolled()

    def action_last(self) -> None:
        if self._more_after:
            self.post_message(self.PageWanted(older=False, far=True))
            return
        self._top = self._end()
        self._scrolled()

    def _scroll(self, lines: int) -> None:
        self._top = self._walk(self._top, lines)
        self._scrolled()

    def _walk(self, place: Place, lines: int) -> Place:
        """Return the place some lines further down or up, within what is loaded."""
        index, line = place.message, place.line + lines
        while line < 0 and index > 0:
            index -= 1
            line += len(self._block(index))
        while index < len(self._rows) - 1 and line >= len(self._block(index)):
            line -= len(self._block(index))
            index += 1
        return Place(index, max(0, line))

    def _end(self) -> Place:
        """Return the place at which the last line stands at the foot of the pane."""
        if not self._rows:
            return Place(0, 0)
        last = len(self._rows) - 1
        return self._walk(Place(last, len(self._block(last)) - 1), 1 - max(1, self._room.height))

    def _scrolled(self) -> None:
        """Keep the place within the thread, look whether more is wanted, and repaint."""
        end = self._end()
        self._top = max(Place(0, 0), min(self._top, end))
        if self._rows:
            self._top = Place(self._top.message, min(self._top.line, len(self._block(self._top.message)) - 1))
        self._at_end = self._top >= end
        self._visible = None
        self.refresh()
        if self.seen is not None:
            self.seen()
        if self._more_before and self._top.message < NEAR:
            self.post_message(self.PageWanted(older=True))
        shown = self._room.height // 2  # a message takes two lines at least
        if self._more_after and self._top.message + shown > len(self._rows) - NEAR:
            self.post_message(self.PageWanted(older=False))

    def _take(self, rows: tuple[MessageRow, ...], more_before: bool, more_after: bool) -> None:
        old = {row.id: row for row in self._rows}
        for row in rows:
            if old.get(row.id) != row:
                self._blocks.pop(row.id, None)
        self._rows, self._more_before, self._more_after = rows, more_before, more_after

    # Painting

    def _block(self, index: int) -> list[Line]:
        row = self._rows[index]
        found = self._blocks.get(row.id)
        if found is None:
            cells = max(20, self._room.width)
            found = message_lines(
                row,
                cells,
                self._now(),
                self._marks,
                unfolded=self._unfolded or row.id == self._found_in,
                undo_key=self._undo_key if row.author_operator_id == self._me_id else "",
                found=self._found,
                links=self._records,
            )
            self._blocks[row.id] = found
        return found

    def _lines(self) -> list[Line]:
        if self._visible is None:
            lines: list[Line] = []
            index, skip = self._top
            while index < len(self._rows) and len(lines) < self._room.height:
                lines.extend(self._block(index)[skip:])
                index, skip = index + 1, 0
            self._visible = lines
        return self._visible

    def on_resize(self, event: Resize) -> None:
        """Remember the room there is: a hidden widget has none, and is told nothing when it is shown again as it was."""
        if not event.size.area:
            return
        at_end, self._room = self._at_end, event.size
        self._blocks.clear()
        if at_end:
            self._top = self._end()
        self._scrolled()

    def render_line(self, y: int) -> Strip:
        lines = self._lines()
        return self._brush.strip(lines[y] if y < len(lines) else (), self._room.width)
