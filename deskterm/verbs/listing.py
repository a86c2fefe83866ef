"""What a list shows, by the words for it: a built-in view, a saved one, a query, or what a query finds within a view."""

from __future__ import annotations

from deskterm.desk.query import And, Name, Not, Or, Query, Term, both
from deskterm.desk.rows import View
from deskterm.desk.text import clean_line
from deskterm.desk.views import as_query
from deskterm.i18n import _
from deskterm.office import Listing, Office
from deskterm.verbs.named import unknown
from deskterm.words.query_words import understood


def speaks_of_me(query: Query) -> bool:
    """Whether what a query finds depends on who asks: `assignee:me`, `team:me`, `has:draft`."""
    match query:
        case Term(field, values):
            return any(
                isinstance(value, Name) and (value.text == "me" or (field, value.text) == ("has", "draft")) for value in values
            )
        case Not(inner):
            return speaks_of_me(inner)
        case And(parts) | Or(parts):
            return any(map(speaks_of_me, parts))
    return False


def needs_operator(view: str | None, text: str) -> bool:
    """Whether somebody must be named for this listing: views and queries of one's own. Raises OfficeError("bad_query")."""
    if view is not None and view not in tuple(View):
        return True
    return speaks_of_me(understood(text)) or (view is not None and speaks_of_me(as_query(View(view))))


async def listing_of(office: Office, view: str | None, text: str) -> Listing:
    """Return what to list: the view, the query, or both. Raises OfficeError("bad_query" | "no_view")."""
    if not text.strip():
        return View.INBOX if view is None else await view_called(office, view)
    query = understood(text, await office.names())
    if view is None:
        return query
    return both(as_query(await view_called(office, view)), query)


async def view_called(office: Office, name: str) -> Listing:
    """Return a built-in view by its name, or the query of a saved one by its name or key. Raises OfficeError("no_view")."""
    if name in tuple(View):
        return View(name)
    saved = await office.saved_views()
    wanted = name.casefold()
    for one in saved:
        if one.name.casefold() == wanted or (one.key is not None and str(one.key) == name):
            return understood(one.query)
    names = [*View, *(one.name for one in saved)]
    raise unknown("no_view", _("there is no view {name}").format(name=clean_line(name, 60)), name, names)
