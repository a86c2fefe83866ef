"""The built-in views, each said in the filter language: what `/` begins with, and what the command line may say instead."""

from __future__ import annotations

from functools import cache

from deskterm.desk.query import Query, sure
from deskterm.desk.rows import View

QUERIES: dict[View, str] = {
    View.INBOX: "is:open",
    View.MINE: "is:open assignee:me",
    View.UNASSIGNED: "is:open assignee:none",
    View.UNTAGGED: "is:open tag:none",
    View.WAITING: "is:waiting",
    View.LATE: "is:late",
    View.SNOOZED: "is:snoozed",
    View.CLOSED: "is:closed",
    View.ALL: "",
    View.DRAFTS: "has:draft",
    View.FAILED: "has:failed",
    View.SPAM: "is:spam",
}
"""View -> its query. A list opened by either shows the same rows in the same order."""


def as_query(listing: View | Query) -> Query:
    """Return the query that a list shows, be it one or a built-in view."""
    return _of_view(listing) if isinstance(listing, View) else listing


@cache
def _of_view(view: View) -> Query:
    return sure(QUERIES[view])
