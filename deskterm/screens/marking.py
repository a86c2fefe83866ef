"""Marks on the list: acts take all conversations that are marked, and the foot of the screen says how many these are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deskterm.desk.query import Query, both
from deskterm.desk.rows import ConversationRow
from deskterm.desk.views import as_query
from deskterm.i18n import _, ngettext
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.console import console_of
from deskterm.screens.places import Place, shown_count
from deskterm.screens.querying import QueryScreen
from deskterm.screens.underway import Underway
from deskterm.widgets.status import Bar

if TYPE_CHECKING:
    from textual.screen import Screen

    from deskterm.widgets.conversation_list import ConversationList

    Base = Screen[None]
else:
    Base = object  # a mix-in of InboxScreen

LOOKED_UP = 50
"""Marked conversations that are not loaded are asked for one by one up to this number; more, all of the list at once."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What an act is about, fixed when its key was pressed, whatever the list shows afterwards.

    `ids` None: what is being marked at that time, once that is known.
    """

    ids: tuple[int, ...] | None


class Marking(Base):
    """The acts of the inbox screen that mark, and what is marked."""

    place: Place

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.strays_again = Coalesced(self, self._count_strays, "strays", gap_s=1.0)
        self._strays = 0
        self.marks_underway = Underway(self, "marks")

    @property
    def list(self) -> ConversationList:
        """The rows of the view."""
        raise TypeError("the screen has the list")

    @property
    def target(self) -> ConversationRow | None:
        """The conversation at hand."""
        raise TypeError("the screen says which")

    def show_foot(self) -> None:
        """Other keys may be at hand, and the number of marks may be another."""
        raise TypeError("the screen has the bar")

    # What is marked

    @property
    def marked_count(self) -> int:
        """How many conversations are marked, with the range that is being marked."""
        return len(self.list.marked.union(self.list.range_ids()))

    @property
    def mark_words(self) -> str:
        """Say how many are marked: "12 marked, 3 not in this view"; "" for none."""
        count = self.marked_count
        if not count:
            return ""
        words = ngettext("{n} marked", "{n} marked", count).format(n=shown_count(count))
        if self._strays:
            away = ngettext("{n} not in this view", "{n} not in this view", self._strays).format(n=shown_count(self._strays))
            words = f"{words}, {away}"
        return words

    @property
    def about(self) -> str:
        """Say what the next act is about, for the title of a dialog: "12 marked" or "#1042 Ольга"."""
        row = self.target
        return self.mark_words or (f"#{row.number} {row.customer}" if row is not None else "")

    def aim(self) -> Aim:
        """Fix what an act is about: the marked conversations, else the one at hand. A range that is being marked ends."""
        self._end_range()
        if not self.marks_underway.is_over:
            return Aim(None)
        at_hand = () if self.target is None else (self.target.id,)
        return Aim(tuple(sorted(self.list.marked)) or at_hand)

    async def aimed_at(self, aim: Aim) -> tuple[int, ...]:
        """Return the conversations that were aimed at."""
        if aim.ids is not None:
            return aim.ids
        await self.marks_underway.over()
        return tuple(sorted(self.list.marked))

    async def targets(self) -> tuple[int, ...]:
        """Return what an act is about that is asked for now."""
        return await self.aimed_at(self.aim())

    def clear_marks(self) -> bool:
        """Take all marks away; says whether there were any."""
        if not self.list.marked and self.list.range_start is None:
            return False
        self.list.clear_marks()
        self._changed()
        return True

    def _changed(self) -> None:
        if not self.list.marked:
            self._strays = 0
        if self.marked_count:
            self.query_one("#foot", Bar).hush()  # the count stands where the last act was told
        self.show_foot()
        self.strays_again.ask()

    async def _count_strays(self) -> None:
        """Count the marked conversations that the list does not hold any more; not while a long act goes over them."""
        if not self.is_current:
            return
        office, place, marked = console_of(self).office, self.place, set(self.list.marked)
        away = marked - {row.id for row in self.list.rows}
        if len(away) > LOOKED_UP:
            away -= set(await office.ids(place.listing))
        else:
            away = {one for one in away if await office.row(one, place.listing) is None}
        if place is self.place and marked == self.list.marked and len(away) != self._strays:
            self._strays = len(away)
            self.show_foot()

    # Keys

    def action_mark_toggle(self) -> None:
        """Mark or unmark the row and go down; where a range is being marked, end that."""
        row = self.list.chosen
        if row is None:
            return
        if self.list.range_start is not None:
            self._end_range()
            return
        self.list.mark((row.id,), row.id not in self.list.marked)
        self.list.action_down()
        self._changed()

    def action_mark_range(self) -> None:
        row = self.list.chosen
        if self.list.range_start is not None:
            self._end_range()
        elif row is not None:
            self.list.range_start = row.id
            self._changed()

    def _end_range(self) -> None:
        """Mark for good what the range spans, also where its beginning is not loaded any more."""
        anchor, row = self.list.range_start, self.list.chosen
        if anchor is None or row is None:
            return
        spanned = self.list.range_ids()
        self.list.range_start = None
        if spanned:
            self.list.mark(spanned)
            self._changed()
        else:
            self.marks_underway.begin(self._mark_between(anchor, row.id))

    async def _mark_between(self, one: int, other: int) -> None:
        place = self.place
        ids = await console_of(self).office.ids(place.listing)
        if place is self.place and one in ids and other in ids:
            first, last = sorted((ids.index(one), ids.index(other)))
            self.list.mark(ids[first : last + 1])
        self._changed()

    def action_mark_all(self) -> None:
        self.marks_underway.begin(self.mark_found(None))

    def action_mark_query(self) -> None:
        def mark(query: Query | None) -> None:
            if query is not None:
                self.marks_underway.begin(self.mark_found(query))

        self.app.push_screen(QueryScreen(_("Mark by a query")), mark)

    async def mark_found(self, query: Query | None) -> None:
        """Mark all that the list holds, or of that what a query finds."""
        place = self.place
        listing = place.listing if query is None else both(as_query(place.listing), query)
        with self.marks_underway.going_on():
            ids = await console_of(self).office.ids(listing)
            if place is not self.place:
                return
            self._end_range()
            self.list.mark(ids)
        if not ids:
            console_of(self).tell(_("Nothing to mark was found."))
        self._changed()
