"""The dialogs that an act on a conversation opens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from deskterm.desk.model import Operator
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.screens.asking import ConfirmScreen, Dialog, PathScreen
from deskterm.screens.attachments import AttachmentsScreen
from deskterm.screens.console import begin, console_of
from deskterm.screens.leaving import leave
from deskterm.screens.reading import SourceScreen, VersionsScreen
from deskterm.screens.room import marks_of
from deskterm.widgets.cells import fit
from deskterm.widgets.line_list import LineList
from deskterm.widgets.paint import Line, Span
from deskterm.wording import role_words

__all__ = ["AttachmentsScreen", "ChooseOperatorScreen", "ConfirmScreen", "PathScreen", "SourceScreen", "VersionsScreen"]

NOBODY = Operator(0, "", "")
"""Stands in the list for "to nobody"."""


class ChooseOperatorScreen(Dialog[int]):
    """Chooses an operator: type a part of the name or login, arrows, Enter. Ends with the id, 0 for nobody."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]

    def __init__(self, current_id: int | None = None) -> None:
        super().__init__(_("Assign to"))
        self._operators: tuple[Operator, ...] = ()
        self._current = current_id

    def body(self) -> Iterable[Widget]:
        yield Input(select_on_focus=False, compact=True)
        found = LineList[Operator](self._line, lambda one: one.id, empty=_("Nobody is called so."), marks=marks_of(self))
        found.can_focus = False
        yield found

    def on_mount(self) -> None:
        begin(self, self._load(), group="rows")

    async def _load(self) -> None:
        self._operators = (*await console_of(self).office.operators(), NOBODY)
        self._filter(self.query_one(Input).value)

    def _line(self, one: Operator, cells: int) -> Line:
        if one is NOBODY:
            return (Span(f" {_('nobody')}"),)
        here = f" {_('(now)')}" if one.id == self._current else ""
        return (Span(f" {fit(clean_line(one.name, 80), 26)}", "name"), Span(f" {role_words(one.role)}{here}", "muted"))

    def _filter(self, typed: str) -> None:
        wanted = typed.casefold().strip()
        names = ((one, f"{one.login} {one.name}" if one is not NOBODY else _("nobody")) for one in self._operators)
        self.query_one(LineList).show([one for one, name in names if wanted in name.casefold()])

    def on_input_changed(self, event: Input.Changed) -> None:
        self._filter(event.value)

    def action_move(self, lines: int) -> None:
        self.query_one(LineList).move(lines)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        chosen = self.query_one(LineList).chosen
        if chosen is not None:
            leave(self, chosen.id)
