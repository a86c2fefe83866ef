"""The filter of the inbox: `/` asks for its text, the list shows live what it finds, Esc goes back to what was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskterm.desk.query import Names, Query, conjuncts, every, retyped, show
from deskterm.desk.rows import View
from deskterm.desk.text import clean_line
from deskterm.desk.views import as_query
from deskterm.i18n import _, language, ngettext
from deskterm.screens.console import begin, console_of
from deskterm.screens.filter_prompt import FilterPrompt
from deskterm.screens.places import Place, of_query, shown_count

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
        self._given: tuple[Query, ...] = ()
        """The conditions with which the text began: those of the view in which the filter was asked for."""

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
            if self.place.view is not None or self.place.saved is not None or self.place.counter is not None:
                self._given = conjuncts(as_query(self.place.listing))
            self.prompt.open(self.place.text, Names())
            begin(self, self._know_names(), group="names")
            if not isinstance(self.place.listing, View):
                begin(self, self._try_another(self.place.text, self.place.listing), group="another", exclusive=True)

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
        begin(self, self._try_another(event.text, event.query), group="another", exclusive=True)

    async def _try_another(self, text: str, query: Query) -> None:
        """Where a query finds nothing, offer one that does: without the view's own conditions, or with the words that the same
        keys give in the other keyboard layout."""
        office = console_of(self).office
        if await office.count(query, at_most=1):
            return
        asked = conjuncts(query)
        left = tuple(part for part in asked if part not in self._given)
        found = await office.count(every(left)) if left and left != asked else 0
        if found:
            dropped = show(every(part for part in asked if part in self._given), language())
            self._offer(text, query, show(every(left), language()), _without_words(found, dropped))
            return
        other = retyped(query)
        if other != query and await office.count(other, at_most=1):
            self._offer(text, query, show(other, language()), _("nothing found"))

    def _offer(self, text: str, query: Query, meant: str, why: str) -> None:
        """Say in the prompt, and in the list where it is empty of this, what finds something and which keys take it."""
        self.prompt.offer_instead(text.strip(), meant, why)
        if self.place.listing == query:
            key = console_of(self).own_keys.shown("find.filter")
            words = _("{why}. {key} and Tab: {text}").format(why=why, key=key, text=clean_line(meant, 60))
            self.list.empty_words = words[:1].upper() + words[1:]
            self.list.refresh()

    def _end_filter(self) -> None:
        self._before_filter = None
        self.prompt.close()
        self.set_focus(self.list)
        self.show_head()


def _without_words(found: int, dropped: str) -> str:
    """Say that nothing is found, and how many are without the conditions with which the text began."""
    words = ngettext("nothing found, but {n} without {condition}", "nothing found, but {n} without {condition}", found)
    return words.format(n=shown_count(found, at_most=10_000), condition=clean_line(dropped, 60))
