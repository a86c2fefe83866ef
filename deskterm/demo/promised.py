"""What the demo's shop promises its customers: a calendar and SLA policies.

The replies are promised by the clock on the wall, so that a demo shows the same whenever it is made: time that runs, time that
is nearly over, and time that has passed. Only the thirty working days of wholesale are counted in business hours. A demo of
which most is copied (`store.multiply`) promises nothing but the allowance: its copies have no clocks.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from deskterm.desk.sla_book import NOTHING_PROMISED, Book, Calendar, Deed, Metric, Policy, Span, Step, Target
from deskterm.store import sla_book
from deskterm.store.store import promised_version

_DAY: tuple[Span, ...] = ((9 * 60, 18 * 60),)


def _within(first: timedelta, following: timedelta, resolution: Target) -> MappingProxyType[Metric, Target]:
    return MappingProxyType(
        {
            Metric.FIRST_REPLY: Target(first, business=False),
            Metric.NEXT_REPLY: Target(following, business=False),
            Metric.RESOLUTION: resolution,
        }
    )


_HALF_AN_HOUR, _HOUR = timedelta(minutes=30), timedelta(hours=1)
BOOK = Book(
    calendars=(Calendar("office", "Europe/Moscow", (*[_DAY] * 5, (), ())),),
    policies=(
        Policy(
            "critical",
            "priority:urgent",
            _within(_HALF_AN_HOUR, _HALF_AN_HOUR, Target(timedelta(hours=4), business=False)),
            "office",
            steps=(Step(timedelta(), Deed.NOTIFY, "supervisor"),),
        ),
        Policy("wholesale", "tag:опт", _within(_HOUR, 2 * _HOUR, Target(timedelta(hours=270))), "office"),
        Policy("general", "", _within(_HOUR, 2 * _HOUR, Target(timedelta(days=30), business=False)), "office"),
    ),
)


def promised_in(home: Path) -> Book:
    """Return what the demo in a folder promises: it goes on as it was made."""
    return BOOK if sla_book.agrees(promised_version(home), BOOK) else NOTHING_PROMISED
