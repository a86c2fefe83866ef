"""What the list can show, by name: built-in views, saved ones, those of a channel, a team or a tag, and any filter text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from deskterm.desk.model import Tag, Team
from deskterm.desk.query import Mistake, Name, Query, Term, every, parse, show
from deskterm.desk.rows import Counts, DeskStatus, SavedView, View
from deskterm.desk.text import clean_line
from deskterm.desk.views import as_query
from deskterm.i18n import N_, _, language
from deskterm.office import Listing, Office
from deskterm.words.wording import count_words

VIEW_TITLES: dict[View, str] = {
    View.INBOX: N_("Inbox"),
    View.MINE: N_("Mine"),
    View.UNASSIGNED: N_("Unassigned"),
    View.UNTAGGED: N_("No tag"),
    View.WAITING: N_("Waiting"),
    View.LATE: N_("Late"),
    View.SNOOZED: N_("Snoozed"),
    View.CLOSED: N_("Closed"),
    View.ALL: N_("All"),
    View.DRAFTS: N_("Drafts"),
    View.FAILED: N_("Failed"),
    View.SPAM: N_("Spam"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """What a list shows: its title and its filter text, both in the operator's language, and what the desk is asked for.

    `counter` names the live count it has, if any: a part of `Counts` and the key in it.
    """

    title: str
    text: str
    listing: Listing
    counter: tuple[str, int | View] | None = None
    saved: SavedView | None = None

    @property
    def view(self) -> View | None:
        """The built-in view that it is."""
        return self.listing if isinstance(self.listing, View) else None

    def count(self, counts: Counts | None) -> int | None:
        """Return how many conversations it holds, where that is counted all the time."""
        if counts is None or self.counter is None:
            return None
        kind, key = self.counter
        numbers: dict[int | View, int] = getattr(counts, kind)
        return numbers.get(key, 0)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The names that places are made of."""

    saved: tuple[SavedView, ...] = ()
    channels: tuple[tuple[int, str], ...] = ()
    teams: tuple[Team, ...] = ()
    tags: tuple[Tag, ...] = ()


async def look_at_shelf(office: Office, status: DeskStatus) -> Shelf:
    """Ask the desk for the names. A channel alone is no choice."""
    channels = tuple((channel.id, channel.name) for channel in status.channels if channel.enabled)
    return Shelf(await office.saved_views(), channels if len(channels) > 1 else (), await office.teams(), await office.tags())


def built_in(view: View) -> Place:
    """Return the place of a built-in view."""
    return _built_in(view, language())


@cache
def _built_in(view: View, shown_in: str) -> Place:
    return Place(_(VIEW_TITLES[view]), show(as_query(view), shown_in), view, ("views", view))


def promises() -> Place:
    """Return the place of what we promised for a time that has passed."""
    query = every((Term("is", (Name("promised"),)),))
    return Place(_("Overdue promises"), show(query, language()), query)


def of_query(text: str, query: Query) -> Place:
    """Return the place that a filter text leads to: a built-in view, where it says the same as one."""
    for view in View:
        if as_query(view) == query:
            return built_in(view)
    return Place(_("Filter"), text.strip(), query)


def shown_query(text: str) -> str:
    """Return a filter text in the operator's language; as it is where this program does not understand it."""
    query = parse(text)
    return text if isinstance(query, Mistake) else show(query, language())


def of_saved(saved: SavedView) -> Place | None:
    """Return the place of a saved view; None where this program does not understand its text."""
    query = parse(saved.query)
    if isinstance(query, Mistake):
        return None
    return Place(clean_line(saved.name, 40), show(query, language()), query, saved=saved)


def _open_with(title: str, field: str, name: str, counter: tuple[str, int]) -> Place:
    query = every((Term("is", (Name("open"),)), Term(field, (Name(name),))))
    return Place(clean_line(title, 40), show(query, language()), query, counter)


def sections(shelf: Shelf, counts: Counts | None) -> Iterator[tuple[str, list[Place]]]:
    """Yield all places with the titles of their sections, in the order in which `]` steps through them.

    Of the tags only those with open conversations: a desk may have hundreds.
    """
    yield "", [built_in(view) for view in View]
    yield _("Saved views"), [place for saved in shelf.saved if (place := of_saved(saved)) is not None]
    yield _("Channels"), [_open_with(name, "channel", name, ("channels", id_)) for id_, name in shelf.channels]
    yield _("Teams"), [_open_with(team.name, "team", team.name, ("teams", team.id)) for team in shelf.teams]
    tags = [_open_with(tag.name, "tag", tag.name, ("tags", tag.id)) for tag in shelf.tags]
    yield _("Tags"), [place for place in tags if place.count(counts)]


def all_places(shelf: Shelf, counts: Counts | None) -> list[Place]:
    """Return all places in their order."""
    return [place for _title, places in sections(shelf, counts) for place in places]


def shown_count(count: int, *, at_most: int | None = None) -> str:
    """Return a count as it is shown: "212", "12 000", and "10 000+" where it was counted no further."""
    words = count_words(count)
    return f"{words}+" if at_most is not None and count >= at_most else words
