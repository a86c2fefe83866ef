"""The book of what is promised, as the store keeps it: every process judges by the same one, whatever its configuration says.

`meta` holds it under "promised" (JSON) and, as "promised_version", a hash of that ("" for an empty book); "promised_applied" is
the version that all open conversations are measured by.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from deskterm.desk.query import Mistake, Query, parse, sure
from deskterm.desk.sla_book import NOTHING_PROMISED, Book, Calendar, Deed, Metric, Pause, Policy, Span, Step, Target
from deskterm.desk.sla_query import fields_of, policy_query_mistake
from deskterm.store.writer import Transaction

VERSION = "SELECT value FROM meta WHERE key = 'promised_version'"
BOOK = "SELECT value FROM meta WHERE key = 'promised'"
_KEEP = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
APPLIED, PROGRESS = "promised_applied", "promised_progress"


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def to_json(book: Book) -> str:
    """Return a book as text; the same book is always the same text."""
    if not book.policies:
        return ""
    plain = {"calendars": [_calendar(one) for one in book.calendars], "policies": [_policy(one) for one in book.policies]}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _calendar(one: Calendar) -> dict[str, Any]:
    return {
        "key": one.key,
        "zone": one.zone,
        "week": one.week,
        "days": {day.isoformat(): spans for day, spans in one.days.items()},
        "until": None if one.until is None else one.until.isoformat(),
        "channels": one.channels,
        "teams": one.teams,
    }


def _policy(one: Policy) -> dict[str, Any]:
    return {
        "key": one.key,
        "query": one.query,
        "targets": {metric.value: [_ms(target.within), target.business] for metric, target in one.targets.items()},
        "calendar": one.calendar,
        "warn": one.warn,
        "pause": sorted(pause.value for pause in one.pause),
        "steps": [[_ms(step.after), step.deed.value, step.to] for step in one.steps],
    }


def from_json(text: str) -> Book:
    """Return the book that a text of `to_json` says."""
    if not text:
        return NOTHING_PROMISED
    plain = json.loads(text)
    return Book(tuple(map(_calendar_of, plain["calendars"])), tuple(map(_policy_of, plain["policies"])))


def _spans(plain: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple((begins, ends) for begins, ends in plain)


def _calendar_of(plain: Mapping[str, Any]) -> Calendar:
    return Calendar(
        plain["key"],
        plain["zone"],
        tuple(map(_spans, plain["week"])),
        {date.fromisoformat(day): _spans(spans) for day, spans in plain["days"].items()},
        None if plain["until"] is None else date.fromisoformat(plain["until"]),
        tuple(plain["channels"]),
        tuple(plain["teams"]),
    )


def _policy_of(plain: Mapping[str, Any]) -> Policy:
    return Policy(
        plain["key"],
        plain["query"],
        {
            Metric(metric): Target(timedelta(milliseconds=within), business)
            for metric, (within, business) in plain["targets"].items()
        },
        plain["calendar"],
        tuple(plain["warn"]),
        frozenset(map(Pause, plain["pause"])),
        tuple(Step(timedelta(milliseconds=after), Deed(deed), to) for after, deed, to in plain["steps"]),
    )


def version_of(text: str) -> str:
    """Return the version of a book's text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""


def _query(text: str) -> Query:
    """Return a policy's query; one that this program does not understand, or would not take, finds nothing."""
    query = parse(text)
    return sure("id:0") if isinstance(query, Mistake) or policy_query_mistake(text) is not None else query


class Promised:
    """A book ready to be judged by: policies and calendars by key, and what its queries speak of."""

    __slots__ = ("book", "calendars", "compiled", "fields", "policies", "queries", "version")

    def __init__(self, version: str, book: Book) -> None:
        self.version = version
        self.book = book
        self.calendars = {one.key: one for one in book.calendars}
        self.policies = {one.key: one for one in book.policies}
        self.queries: tuple[Query, ...] = tuple(_query(one.query) for one in book.policies)
        self.compiled: tuple[Any, str, dict[str, Any]] | None = None
        """The choice among its policies as SQL, with the names that it was made for (`sla_policy`)."""
        self.fields: frozenset[str] = frozenset().union(*map(fields_of, self.queries))

    def __bool__(self) -> bool:
        return bool(self.policies)


EMPTY = Promised("", NOTHING_PROMISED)


_known: dict[str, Promised] = {"": EMPTY}
"""Books by version: what a version says never changes."""
_MOST_KNOWN = 8


def known(version: str) -> Promised | None:
    """Return the book of a version, where this process has read it."""
    return _known.get(version)


def read(version: str, text: str) -> Promised:
    """Return the book of a version from its text, and know it from now on."""
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
        _known[""] = EMPTY
    made = _known[version] = Promised(version, from_json(text))
    return made


def current(tx: Transaction) -> Promised:
    """Return the book that holds: one small read where it is known, as it nearly always is."""
    row = tx.one(VERSION)
    version = "" if row is None else row[0]
    found = known(version)
    return read(version, tx.one(BOOK)[0]) if found is None else found


def keep(tx: Transaction, book: Book) -> bool:
    """Have this book hold from now on; returns whether it is another one. The clock has all open conversations follow it."""
    text = to_json(book)
    version = version_of(text)
    row = tx.one(VERSION)
    if version == ("" if row is None else row[0]):
        return False
    tx.run_many(_KEEP, [("promised", text), ("promised_version", version)])
    return True


def agrees(version: str | None, book: Book) -> bool:
    """Whether the store's version (None: there is none) is this book's, so that nothing need be written."""
    return (version or "") == version_of(to_json(book))


def apply_again(tx: Transaction) -> None:
    """Have the clock choose the policies of all open conversations anew: what they are chosen by has changed for many."""
    tx.run("DELETE FROM meta WHERE key IN (?, ?)", (APPLIED, PROGRESS))


_BY_NAME = frozenset({"tag", "segment", "assignee", "team", "channel"})


def names_changed(tx: Transaction) -> None:
    """Have the policies be chosen anew where they, or business hours, go by the names of tags, people, teams or channels: one
    of them means something else now."""
    promised = current(tx)
    if promised.fields & _BY_NAME or any(one.teams or one.channels for one in promised.book.calendars):
        apply_again(tx)
