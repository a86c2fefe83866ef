"""Business hours against a reference that looks at the clock on the wall minute by minute."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deskterm.desk.calendar import FURTHEST_MS, add, between, hours_on, is_open, opens_next
from deskterm.desk.sla_book import Calendar, Span

MINUTE_MS = 60_000
DAY_MINUTES = 1440
ZONES = {
    "Europe/Moscow": (date(2014, 10, 26), date(2026, 1, 1)),
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "Asia/Kolkata": (date(2026, 1, 1), date(2024, 2, 29)),
    "Pacific/Apia": (date(2011, 12, 30), date(2011, 9, 24)),
}
"""Zones, and dates worth being near: where their clocks turn (Apia has no 30 December 2011), the year's and February's end."""
NEVER = Calendar("never", "Europe/Berlin", ((),) * 7)


def ms(at: datetime) -> int:
    """Return a time as the calendar takes it."""
    return round(at.timestamp() * 1000)


def open_minutes(calendar: Calendar, from_ms: int, count: int) -> list[bool]:
    """Say of each minute whether the clock on the wall shows one within a span of its day, or of the day before."""
    zone = ZoneInfo(calendar.zone)
    found = []
    for place in range(count):
        wall = datetime.fromtimestamp(from_ms / 1000 + 60 * place, zone)
        minute = wall.hour * 60 + wall.minute
        today, before = wall.date(), wall.date() - timedelta(days=1)
        found.append(
            any(opens <= minute < closes for opens, closes in hours_on(calendar, today))
            or any(opens <= minute + DAY_MINUTES < closes for opens, closes in hours_on(calendar, before))
        )
    return found


@st.composite
def days(draw: st.DrawFn) -> tuple[Span, ...]:
    """Up to three spans of a day, ascending and apart; the last may run on past midnight."""
    edges = sorted(draw(st.lists(st.integers(0, 2 * DAY_MINUTES - 1), max_size=6, unique=True)))
    spans = [(opens, closes) for opens, closes in zip(edges[::2], edges[1::2], strict=False) if opens < DAY_MINUTES]
    return tuple((opens, min(closes, opens + DAY_MINUTES)) for opens, closes in spans)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, int]:
    """A calendar and a whole minute near something that happens in it."""
    zone = draw(st.sampled_from(sorted(ZONES)))
    near = draw(st.sampled_from(ZONES[zone]))
    week = tuple(draw(st.lists(days(), min_size=7, max_size=7)))
    special = draw(st.dictionaries(st.integers(-2, 4).map(lambda ahead: near + timedelta(days=ahead)), days(), max_size=3))
    at = datetime.combine(near, datetime.min.time(), UTC) + timedelta(minutes=draw(st.integers(-2 * 1440, 2 * 1440)))
    return Calendar("any", zone, week, special), ms(at)


@given(calendars(), st.integers(1, 3 * DAY_MINUTES))
@settings(max_examples=150, deadline=None)
def test_what_passes_is_what_the_clock_on_the_wall_says(drawn: tuple[Calendar, int], count: int) -> None:
    calendar, from_ms = drawn
    wanted = open_minutes(calendar, from_ms, count)
    assert between(calendar, from_ms, from_ms + count * MINUTE_MS) == sum(wanted) * MINUTE_MS
    assert is_open(calendar, from_ms) == wanted[0]
    opens = next((from_ms + place * MINUTE_MS for place, is_one in enumerate(wanted) if is_one), None)
    if opens is not None:
        assert opens_next(calendar, from_ms) == opens


@given(calendars(), st.integers(1, 2 * DAY_MINUTES))
@settings(max_examples=150, deadline=None)
def test_an_amount_ends_with_its_last_open_minute(drawn: tuple[Calendar, int], minutes: int) -> None:
    calendar, from_ms = drawn
    ahead = open_minutes(calendar, from_ms, 3 * DAY_MINUTES)
    ends = [from_ms + (place + 1) * MINUTE_MS for place, is_one in enumerate(ahead) if is_one]
    assume(len(ends) >= minutes)
    assert add(calendar, from_ms, minutes * MINUTE_MS) == ends[minutes - 1]
    start = from_ms + 3 * DAY_MINUTES * MINUTE_MS
    assert add(calendar, start, -minutes * MINUTE_MS) == ends[-minutes] - MINUTE_MS


@given(calendars(), st.integers(0, 10**9), st.integers(1, 10**10))
@settings(max_examples=300, deadline=None)
def test_adding_and_measuring_are_each_others_mirror(drawn: tuple[Calendar, int], late_ms: int, amount_ms: int) -> None:
    calendar, from_ms = drawn
    from_ms += late_ms
    due = add(calendar, from_ms, amount_ms)
    assume(due is not None)
    assert due is not None
    assert between(calendar, from_ms, due) == amount_ms
    assert between(calendar, from_ms, due - 1) == amount_ms - 1  # the first moment by which it has passed
    assert between(calendar, due, from_ms) == -amount_ms
    begun = add(calendar, due, -amount_ms)
    assert begun is not None
    assert between(calendar, begun, due) == amount_ms
    assert begun >= from_ms
    assert between(calendar, begun + 1, due) == amount_ms - 1  # the last moment from which it passes


@given(calendars(), st.integers(0, 10**10), st.integers(0, 10**10))
@settings(max_examples=200, deadline=None)
def test_time_adds_up(drawn: tuple[Calendar, int], first_ms: int, second_ms: int) -> None:
    calendar, from_ms = drawn
    middle, to_ms = from_ms + first_ms, from_ms + first_ms + second_ms
    whole = between(calendar, from_ms, to_ms)
    assert whole == between(calendar, from_ms, middle) + between(calendar, middle, to_ms)
    assert 0 <= whole <= to_ms - from_ms
    later = add(calendar, from_ms, first_ms)
    if later is not None:
        assert add(calendar, later, second_ms) == add(calendar, from_ms, first_ms + second_ms) or second_ms == 0


def test_nothing_has_passed_at_once_open_or_not() -> None:
    office = Calendar("office", "Europe/Berlin", (((540, 1080),),) * 5 + ((), ()))
    sunday = ms(datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert add(office, sunday, 0) == sunday
    assert add(NEVER, sunday, 0) == sunday


def test_what_never_opens_never_gets_there() -> None:
    at = ms(datetime(2026, 11, 22, tzinfo=UTC))
    assert [add(NEVER, at, 1), add(NEVER, at, -1), opens_next(NEVER, at)] == [None, None, None]
    assert not is_open(NEVER, at)
    assert between(NEVER, 0, at) == 0


def test_a_calendar_of_single_days_ends_with_the_last() -> None:
    fair = Calendar("fair", "Asia/Kolkata", ((),) * 7, {date(2026, 12, 5): ((600, 720),), date(2026, 12, 6): ()})
    opens = ms(datetime(2026, 12, 5, 4, 30, tzinfo=UTC))
    assert opens_next(fair, 0) == opens
    assert add(fair, 0, 120 * MINUTE_MS) == opens + 120 * MINUTE_MS
    assert add(fair, 0, 120 * MINUTE_MS + 1) is None
    assert add(fair, opens + FURTHEST_MS * 3, -120 * MINUTE_MS) is None  # further back than is looked
    assert add(fair, opens + 86_400_000, -120 * MINUTE_MS) == opens
    assert between(fair, 0, FURTHEST_MS * 2) == 120 * MINUTE_MS


def test_what_takes_more_than_a_hundred_years_is_not_waited_for() -> None:
    hour_a_week = Calendar("rare", "UTC", (((540, 600),), (), (), (), (), (), ()))
    assert add(hour_a_week, 0, 52 * 60 * MINUTE_MS) == ms(datetime(1970, 12, 28, 10, tzinfo=UTC))
    assert add(hour_a_week, 0, 5_300 * 60 * MINUTE_MS) is None
    always = Calendar("always", "UTC", (((0, 1440),),) * 7)
    assert add(always, 0, FURTHEST_MS) == FURTHEST_MS


@pytest.mark.parametrize("at_ms", [-(10**17), 10**17, -62_135_596_800_000, 253_402_300_799_000])
def test_times_that_no_calendar_has_are_closed(at_ms: int) -> None:
    always = Calendar("always", "Pacific/Apia", (((0, 1440),),) * 7)
    assert not is_open(always, at_ms)
    assert between(always, at_ms, at_ms + 1) == 0


def test_a_zone_that_is_not_known_is_said() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        is_open(Calendar("x", "Nowhere/Land", ((),) * 7), 0)


def test_a_day_is_added_in_microseconds() -> None:
    """The goal is a few dozen microseconds on an idle machine; ten times that is the limit on any."""
    office = Calendar("office", "Europe/Berlin", (((540, 780), (840, 1080)),) * 5 + ((), ()))
    start = ms(datetime(2026, 11, 20, 15, tzinfo=UTC))
    add(office, start, 24 * 60 * MINUTE_MS)
    best = float("inf")
    for _ in range(5):
        began = time.perf_counter()
        for later in range(100):
            add(office, start + later, 24 * 60 * MINUTE_MS)
        best = min(best, (time.perf_counter() - began) / 100)
    assert best < 0.000_3
