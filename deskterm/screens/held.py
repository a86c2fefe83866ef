"""What arrived and is no message: quarantined because nobody could understand it, or ignored for a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from deskterm.desk.model import Held
from deskterm.desk.rows import HeldRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.screens.asking import PathScreen
from deskterm.screens.console import begin
from deskterm.screens.list_room import ListRoom
from deskterm.screens.reading import SourceScreen, save_raw
from deskterm.widgets.cells import cut, fit, fit_right
from deskterm.widgets.line_list import SERVED, LineList
from deskterm.widgets.paint import Line, Span
from deskterm.widgets.when import short_span
from deskterm.words import reasons
from deskterm.words.wording import held_words, size_words

_CHANNEL, _SIZE, _TIME = 10, 8, 4


def held_line(row: HeldRow, cells: int, now: datetime) -> Line:
    """Return one ledger row as a line: its channel, why it is held, a hint of what it is, its size, since when."""
    room = max(0, cells - _CHANNEL - _SIZE - _TIME - 5)
    why = min(room // 2, 40)
    return (
        Span(f" {fit(clean_line(row.channel), _CHANNEL)} ", "muted"),
        Span(fit(clean_line(reasons.shown(row.reason)), why), "warning" if row.state is Held.QUARANTINED else "muted"),
        Span(" " + fit(clean_line(row.hint), room - why)),
        Span(fit_right(size_words(row.size), _SIZE), "muted"),
        Span(" " + fit_right(cut(short_span(now - row.received_at), _TIME), _TIME) + " ", "muted"),
    )


class HeldScreen(ListRoom[HeldRow]):
    """See the module."""

    CONTEXT = Context.HELD
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.HELD, but=SERVED)]

    _state = Held.QUARANTINED

    def body(self) -> Iterable[Widget]:
        yield LineList[HeldRow](
            lambda row, cells: held_line(row, cells, self.office.now()),
            lambda row: row.id,
            empty=_("Nothing is held."),
            marks=self.marks,
        )

    async def load(self) -> None:
        rows = await self.office.held(self._state, limit=self.limit)
        self.rows.show(rows)
        shown = Span(f"{held_words(self._state)}: {len(rows)}{'+' if len(rows) == self.limit else ''}", "muted")
        self.head((Span(_("Held"), "name"),), (shown,))

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        if isinstance(event.row, HeldRow):
            self.app.push_screen(SourceScreen(event.row.id, event.row.hint or reasons.shown(event.row.reason)))

    def action_held_state(self) -> None:
        """Between quarantined and ignored."""
        self._state = Held.IGNORED if self._state is Held.QUARANTINED else Held.QUARANTINED
        self.reload()

    def action_parse(self) -> None:
        if self.rows.chosen is not None:
            begin(self, self._parse(self.rows.chosen), group="acts")

    async def _parse(self, row: HeldRow) -> None:
        left = await self.office.reparse(row.id)
        if left is None:
            self.console_app.tell(_("It is a message now."))
        else:
            self.console_app.tell(_("Still held: {reason}").format(reason=clean_line(reasons.shown(left.reason))), problem=True)
        self.reload()

    def action_save_raw(self) -> None:
        row = self.rows.chosen
        if row is not None:
            self.app.push_screen(PathScreen(_("Save as"), "~/", take=partial(self._write, row.id)))

    async def _write(self, inbound_id: int, path: Path) -> None:
        target = await save_raw(await self.office.raw(inbound_id), path)
        self.console_app.tell(_("Saved: {path}").format(path=clean_line(str(target))))
