"""The filter of the inbox: `/` asks for its text, the list shows live what it finds, Esc goes back to what was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskterm.desk.query import Names, Query, retyped, show
from deskterm.desk.rows import View
from deskterm.desk.text import clean_line
from deskterm.i18n import _, language
from deskterm.screens.console import begin, console_of
from deskterm.screens.filter_prompt import FilterPrompt
from deskterm.screens.places import Place, of_query

if TYPE_CHECKING:
    from deskterm.screens.views import Views as Base
else:
    Base = object  # a mix-in of InboxScreen


class Filtering(Base):
    """The part of the inbox screen that asks for a filter."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._before_filter: tuple[Place, int | None] | None = None
        """What the list showed before the prompt was opened, and where its cursor stood."""

    @property
    def prompt(self) -> FilterPrompt:
        """Where the filter is typed."""
        return self.query_one("#filter", FilterPrompt)

    def action_filter(self) -> None:
        """Ask for another filter, beginning with that of the list."""
        if not self.prompt.is_open:
            self.show_list()
            chosen = self.list.chosen
            self._before_filter = (self.place, chosen.id if chosen is not None else None)
            self.prompt.open(self.place.text, Names())
            begin(self, self._know_names(), group="names")
            if not isinstance(self.place.listing, View):
                begin(self, self._try_other_layout(self.place.text, self.place.listing), group="other-layout", exclusive=True)

    async def _know_names(self) -> None:
        self.prompt.know(await console_of(self).office.names())

    def on_filter_prompt_asked(self, event: FilterPrompt.Asked) -> None:
        event.stop()
        if self.prompt.is_open:
            self._show(event)

    def on_filter_prompt_kept(self, event: FilterPrompt.Kept) -> None:
        event.stop()
        self._show(event)
        self._end_filter()

    def on_filter_prompt_left(self, event: FilterPrompt.Left) -> None:
        event.stop()
        if self._before_filter is not None:
            place, cursor_id = self._before_filter
            if place.listing != self.place.listing:
                self.go_to(place, cursor_id)
            else:
                self.place = place
        self._end_filter()

    def _show(self, event: FilterPrompt.Asked) -> None:
        place = of_query(event.text, event.query)
        if place.listing != self.place.listing:
            self.go_to(place)
        begin(self, self._try_other_layout(event.text, event.query), group="other-layout", exclusive=True)

    async def _try_other_layout(self, text: str, query: Query) -> None:
        """Where words find nothing, and what the same keys give in the other keyboard layout does, say so."""
        other, office = retyped(query), console_of(self).office
        if other == query or await office.count(query, at_most=1) or not await office.count(other, at_most=1):
            return
        meant = show(other, language())
        self.prompt.offer_instead(text.strip(), meant)
        if self.place.listing == query:
            key = console_of(self).own_keys.shown("find.filter")
            words = _("Nothing found. {key} and Tab: {text}").format(key=key, text=clean_line(meant, 60))
            self.list.empty_words = words
            self.list.refresh()

    def _end_filter(self) -> None:
        self._before_filter = None
        self.prompt.close()
        self.set_focus(self.list)
        self.show_head()
