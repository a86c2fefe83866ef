"""All saved views in a dialog, also those without a key: Enter shows one, F2 renames it, Delete forgets it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.widget import Widget

from deskterm.desk.rows import SavedView
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.screens.asking import Dialog, plain
from deskterm.screens.leaving import leave
from deskterm.screens.places import shown_query
from deskterm.widgets.cells import cut, fit, width
from deskterm.widgets.line_list import LineList
from deskterm.widgets.paint import Line, Span


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with a saved view."""

    what: Literal["show", "rename", "forget"]
    view: SavedView


class SavedListScreen(Dialog[Wish]):
    """See the module."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "wish('rename')", show=False, priority=True),
        Binding("delete", "wish('forget')", show=False, priority=True),
        Binding("q", "leave", show=False),
    ]

    def __init__(self, views: Sequence[SavedView]) -> None:
        super().__init__(_("Saved views"))
        self._views = tuple(views)

    def body(self) -> Iterable[Widget]:
        yield LineList[SavedView](saved_line, lambda view: view.id)
        yield plain(_("Enter shows   F2 renames   Delete forgets   Esc leaves"), "hint")

    def on_mount(self) -> None:
        rows = self.query_one(LineList)
        rows.show(self._views)
        rows.focus()

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        event.stop()
        self.action_wish("show")

    def action_wish(self, what: Literal["show", "rename", "forget"]) -> None:
        """End with the view under the cursor and what is to be done with it."""
        chosen = self.query_one(LineList).chosen
        if isinstance(chosen, SavedView):
            leave(self, Wish(what, chosen))


def saved_line(view: SavedView, cells: int) -> Line:
    """Return a saved view as a line: its key, its name, what it asks for."""
    name = cut(clean_line(view.name), max(8, cells // 2))
    rest = max(0, cells - 4 - width(name) - 2)
    return (
        Span(f" {view.key or ' '}  ", "key"),
        Span(f"{name}  ", "name"),
        Span(fit(clean_line(shown_query(view.query)), rest), "muted"),
    )
