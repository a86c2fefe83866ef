"""Messages of a conversation, of which some become a conversation of their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from deskterm.desk.commands_customer import SplitConversation
from deskterm.desk.model import Kind
from deskterm.desk.rows import ConversationRow, MessageRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.screens.asking import Dialog, plain
from deskterm.screens.console import begin, console_of
from deskterm.screens.leaving import leave
from deskterm.screens.room import marks_of
from deskterm.widgets.cells import fit, width
from deskterm.widgets.line_list import LineList
from deskterm.widgets.paint import Line, Marks, Span
from deskterm.widgets.when import moment

MOST_PAGES = 20
"""Pages of 100 messages that are offered, the newest first."""


class SplitScreen(Dialog[SplitConversation]):
    """See the module. Space marks a message, `v` all from one to another, Enter splits off what is marked. The cursor
    stands at `at_id` first."""

    DEFAULT_CSS: ClassVar[str] = """
    SplitScreen > .box { width: 96; }
    SplitScreen LineList { max-height: 18; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", show=False, priority=True),
        Binding("v", "range", show=False, priority=True),
    ]

    def __init__(self, row: ConversationRow, at_id: int | None = None) -> None:
        super().__init__(f"#{row.number} {row.customer}")
        self._row = row
        self._at_id = at_id
        self._marked: set[int] = set()
        self._range_from: int | None = None

    def body(self) -> Iterable[Widget]:
        yield LineList[MessageRow](self._line, lambda one: one.id, empty=_("Nothing here."), marks=marks_of(self))
        yield plain("", "hint")

    def on_mount(self) -> None:
        self._hint()
        begin(self, self._load(), group="rows")

    async def _load(self) -> None:
        rows: list[MessageRow] = []
        before: int | None = None
        for _page in range(MOST_PAGES):
            page = await console_of(self).office.messages(self._row.id, before_id=before, limit=100)
            rows[:0] = [row for row in page.rows if row.kind is not Kind.ACTIVITY]
            if not page.more_before or not page.rows:
                break
            before = page.rows[0].id
        found = self.query_one(LineList)
        found.show(rows)
        found.put_cursor(next((at for at, row in enumerate(rows) if row.id == self._at_id), len(rows) - 1))

    def _line(self, row: MessageRow, cells: int) -> Line:
        office = console_of(self).office
        return message_line(row, cells, office.now(), marks_of(self), marked=row.id in self._chosen)

    @property
    def _chosen(self) -> set[int]:
        """What is marked, with the range that is being marked."""
        found = self.query_one(LineList)
        if self._range_from is None or found.chosen is None:
            return self._marked
        ids = [row.id for row in found.rows]
        first, last = sorted((ids.index(self._range_from), ids.index(found.chosen.id)))
        return self._marked.union(ids[first : last + 1])

    def _hint(self) -> None:
        count = len(self._chosen)
        words = _("space marks   v from here   Enter splits off what is marked   Esc leaves")
        said = ngettext("{n} marked", "{n} marked", count).format(n=count) + "   " if count else ""
        self.query_one(".hint", Static).update(Content(said + words))

    def action_mark(self) -> None:
        found = self.query_one(LineList)
        if self._range_from is not None:
            self._marked, self._range_from = self._chosen, None
        elif found.chosen is not None:
            self._marked ^= {found.chosen.id}
            found.action_down()
        self._again()

    def action_range(self) -> None:
        found = self.query_one(LineList)
        if self._range_from is not None:
            self._marked, self._range_from = self._chosen, None
        elif found.chosen is not None:
            self._range_from = found.chosen.id
        self._again()

    def _again(self) -> None:
        self.query_one(LineList).refresh()
        self._hint()

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Split off what is marked, in the order of the thread; with nothing marked the message under the cursor."""
        found = self.query_one(LineList)
        wanted = self._chosen or ({event.row.id} if isinstance(event.row, MessageRow) else set())
        if len(wanted) == len(found.rows):
            self.query_one(".hint", Static).update(Content(_("At least one message stays.")))
            return
        leave(self, SplitConversation(self._row.id, tuple(row.id for row in found.rows if row.id in wanted)))


def message_line(row: MessageRow, cells: int, now: datetime, marks: Marks, *, marked: bool) -> Line:
    """Return a message as a line: marked or not, when, whose, its first words."""
    at = fit(moment(row.at, now), 11)
    author = fit(clean_line(row.author, 60), max(6, min(18, cells // 5)))
    note = f"{_('NOTE')} " if row.kind is Kind.NOTE else ""
    room = max(0, cells - width(at) - width(author) - width(note) - 6)
    words = clean_line(row.text, 300) or clean_line(", ".join(file.name for file in row.attachments), 300)
    return (
        Span(f" {marks.marked if marked else ' '} ", "mark"),
        Span(f"{at} ", "muted"),
        Span(f"{author} ", "name"),
        Span(note, "warning"),
        Span(fit(words, room)),
    )
