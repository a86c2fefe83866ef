"""Likely doubles: pairs of customers that the desk takes for one person, the surest first, until somebody decides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from deskterm.desk.commands_customer import DismissDuplicate
from deskterm.desk.rows_customer import DuplicateRow
from deskterm.i18n import _, ngettext
from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.screens.console import begin
from deskterm.screens.merge_preview import MergePreviewScreen, two_words
from deskterm.screens.people_room import PeopleRoom, carried_out
from deskterm.widgets.line_list import SERVED, LineList
from deskterm.widgets.paint import Span
from deskterm.widgets.paint_customer import duplicate_line


class DuplicatesScreen(PeopleRoom[DuplicateRow]):
    """See the module. Enter compares the two, `x` says that they are two."""

    CONTEXT = Context.DUPLICATES
    context = Context.DUPLICATES
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.DUPLICATES, but=SERVED)]

    def body(self) -> Iterable[Widget]:
        yield LineList[DuplicateRow](
            duplicate_line, lambda row: (row.first_id, row.second_id), empty=_("No likely doubles."), marks=self.marks
        )

    async def load(self) -> None:
        rows = await self.office.duplicates(limit=self.limit)
        self.rows.show(rows)
        words = ngettext("{n} pair", "{n} pairs", len(rows)).format(n=f"{len(rows)}{'+' if len(rows) == self.limit else ''}")
        self.head((Span(_("Likely doubles"), "name"),), (Span(words, "muted"),))

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        if isinstance(event.row, DuplicateRow):
            self.app.push_screen(MergePreviewScreen(event.row.first_id, event.row.second_id))

    def action_merge(self) -> None:
        self.rows.action_open()

    def action_two(self) -> None:
        if self.rows.chosen is not None:
            begin(self, self._two(self.rows.chosen), group="acts")

    async def _two(self, row: DuplicateRow) -> None:
        if await carried_out(self, DismissDuplicate(row.first_id, row.second_id)) is not None:
            self.console_app.tell(two_words(self, row.first_name, row.second_name))
