"""The promised times of one conversation, in full: by which policy and why, each clock, what was rung and what happens next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from deskterm.desk.rows import ConversationRow
from deskterm.desk.rows_time import ClockRow
from deskterm.desk.sla_book import Book
from deskterm.i18n import _
from deskterm.screens.asking import Dialog, plain
from deskterm.screens.console import begin, console_of
from deskterm.widgets.cells import fit, width
from deskterm.widgets.when import moment
from deskterm.words.sla_story import Told, clocks_told, policy_told
from deskterm.words.sla_words import why_still

_STYLES = {"late": "bold $text-error", "good": "$text-success", "note": "bold $text-warning", "muted": "$text-muted", "": ""}
GAP = 2
"""Cells between a heading and its words."""


class PromisedTimesScreen(Dialog[None]):
    """See the module. It shows what stands when it is opened, and again with every change of the desk."""

    DEFAULT_CSS: ClassVar[str] = """
    PromisedTimesScreen {
        & > .box { width: 76; }
        & #promised { height: auto; max-height: 100%; scrollbar-size-vertical: 1; }
        & #promised > Static { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
        Binding("pagedown,space", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("q,enter,Y", "leave", show=False),
    ]

    def __init__(self, row: ConversationRow) -> None:
        super().__init__(_("Promised times of #{number}").format(number=row.number))
        self._row = row

    def body(self) -> Iterable[Widget]:
        yield VerticalScroll(Static(id="told", markup=False), id="promised", can_focus=False)
        yield plain(_("j k further   Esc leaves"), "hint")

    def on_mount(self) -> None:
        self._hang_up = console_of(self).office.on_change(self._again)
        self._again()

    def on_unmount(self) -> None:
        self._hang_up()

    def _again(self) -> None:
        begin(self, self._load(), group="promised", exclusive=True)

    async def _load(self) -> None:
        office = console_of(self).office
        clocks, book = await office.clocks(self._row.id), await office.book()
        self.query_one("#told", Static).update(Content("\n").join(self._lines(clocks, book)))

    def _lines(self, clocks: tuple[ClockRow, ...], book: Book) -> Iterator[Content]:
        now = console_of(self).office.now()
        still = why_still(self._row, now)
        blocks = [("", policy_told(clocks, book))]
        blocks += clocks_told(clocks, now, still, lambda at: moment(at, now))
        room = max((width(told.head) for _name, lines in blocks for told in lines), default=0) + GAP
        for place, (name, lines) in enumerate(blocks):
            if place:
                yield Content("")
            if name:
                yield Content.styled(name.capitalize(), "bold")
            yield from (_line(told, room) for told in lines)

    def action_scroll(self, lines: int) -> None:
        """Show lines further down, or further up."""
        self.query_one("#promised", VerticalScroll).scroll_relative(y=lines, animate=False)


def _line(told: Told, room: int) -> Content:
    return Content.assemble((fit(told.head, room), "$text-muted"), (told.words, _STYLES[told.role]))
