"""A question for a filter text over a room, with the same help in typing it as the list's own filter has."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from deskterm.desk.query import Everything, Names, Query
from deskterm.screens.asking import Dialog
from deskterm.screens.console import begin, console_of
from deskterm.screens.filter_prompt import FilterPrompt
from deskterm.screens.leaving import leave


class QueryScreen(Dialog[Query]):
    """Asks for a filter text; ends with its query, None for an empty one."""

    def body(self) -> Iterable[Widget]:
        yield FilterPrompt()

    def on_mount(self) -> None:
        self.query_one(FilterPrompt).open("", Names())
        begin(self, self._know_names(), group="names")

    async def _know_names(self) -> None:
        self.query_one(FilterPrompt).know(await console_of(self).office.names())

    def on_filter_prompt_asked(self, event: FilterPrompt.Asked) -> None:
        event.stop()

    def on_filter_prompt_kept(self, event: FilterPrompt.Kept) -> None:
        event.stop()
        leave(self, None if isinstance(event.query, Everything) else event.query)

    def on_filter_prompt_left(self, event: FilterPrompt.Left) -> None:
        event.stop()
        leave(self, None)
