"""What comparing a time with a span or a day means: by example, and against the words of the definition."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.desk.query import Compare, Day, Number, Span, bounds, width

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICK = timedelta(milliseconds=1)
MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
OPERATORS = ["=", ">", "<", ">=", "<="]


@pytest.mark.parametrize(
    ("op", "start", "end"),
    [
        (">", None, NOW - HOUR),
        (">=", None, NOW - HOUR + TICK),
        ("<", NOW - HOUR + TICK, None),
        ("<=", NOW - HOUR, None),
        ("=", NOW - 2 * HOUR + TICK, NOW - HOUR + TICK),
    ],
)
def test_an_age(op: str, start: datetime | None, end: datetime | None) -> None:
    found = bounds(Compare(op, Span(3_600)), NOW, UTC)
    assert (found.start, found.end) == (start, end)


@pytest.mark.parametrize(
    ("op", "start", "end"),
    [
        (">", NOW + HOUR + TICK, None),
        (">=", NOW + HOUR, None),
        ("<", None, NOW + HOUR),
        ("<=", None, NOW + HOUR + TICK),
        ("=", NOW + HOUR, NOW + 2 * HOUR),
    ],
)
def test_a_time_ahead(op: str, start: datetime | None, end: datetime | None) -> None:
    found = bounds(Compare(op, Span(3_600)), NOW, UTC, ahead=True)
    assert (found.start, found.end) == (start, end)


@pytest.mark.parametrize(
    ("op", "start", "end"),
    [
        ("=", datetime(2026, 11, 21, 21, tzinfo=UTC), datetime(2026, 11, 22, 21, tzinfo=UTC)),
        (">", datetime(2026, 11, 22, 21, tzinfo=UTC), None),
        ("<", None, datetime(2026, 11, 21, 21, tzinfo=UTC)),
        (">=", datetime(2026, 11, 21, 21, tzinfo=UTC), None),
        ("<=", None, datetime(2026, 11, 22, 21, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("ahead", [False, True])
def test_a_day_is_one_of_the_askers_zone(op: str, start: datetime | None, end: datetime | None, ahead: bool) -> None:
    found = bounds(Compare(op, Day(date(2026, 11, 22))), NOW, MOSCOW, ahead=ahead)
    assert (found.start, found.end) == (start, end)


def test_a_day_on_which_clocks_change_is_longer() -> None:
    found = bounds(Compare("=", Day(date(2026, 10, 25))), NOW, BERLIN)
    assert found.start is not None
    assert found.end is not None
    assert found.end - found.start == timedelta(hours=25)


def test_the_unit_of_an_equal_span() -> None:
    assert [width(Span(seconds)) for seconds in (0, 30, 90, 120, 5_400, 7_200, 86_400, 90_000, 604_800)] == [
        86_400,
        1,
        1,
        60,
        60,
        3_600,
        86_400,
        3_600,
        86_400,
    ]


def test_a_number_is_no_time() -> None:
    with pytest.raises(ValueError, match="number"):
        bounds(Compare("=", Number(1)), NOW, UTC)


@given(
    st.sampled_from(OPERATORS),
    st.sampled_from([0, 1, 59, 60, 90, 3_600, 86_400, 604_800]),
    st.integers(-700_000_000, 700_000_000),
    st.booleans(),
)
def test_a_span_holds_as_the_words_say(op: str, seconds: int, milliseconds: int, ahead: bool) -> None:
    at = NOW + timedelta(milliseconds=milliseconds)
    distance = (at - NOW if ahead else NOW - at) / timedelta(milliseconds=1)
    length, more = seconds * 1_000, (seconds + width(Span(seconds))) * 1_000
    expected = {
        "=": length <= distance < more,
        ">": distance > length,
        "<": distance < length,
        ">=": distance >= length,
        "<=": distance <= length,
    }[op]
    assert (at in bounds(Compare(op, Span(seconds)), NOW, UTC, ahead=ahead)) == expected


@given(st.sampled_from(OPERATORS), st.integers(-4, 4), st.integers(-96 * 60, 96 * 60), st.sampled_from([UTC, MOSCOW, BERLIN]))
def test_a_day_holds_as_the_calendar_says(op: str, days: int, minutes: int, zone: ZoneInfo) -> None:
    day, at = NOW.date() + timedelta(days=days), NOW + timedelta(minutes=minutes)
    its_day = at.astimezone(zone).date()
    expected = {"=": its_day == day, ">": its_day > day, "<": its_day < day, ">=": its_day >= day, "<=": its_day <= day}[op]
    assert (at in bounds(Compare(op, Day(day)), NOW, zone)) == expected


@given(st.sampled_from(OPERATORS), st.sampled_from([Span(100 * 366 * 86_400), Day(date(1970, 1, 1)), Day(date(2999, 12, 31))]))
def test_the_furthest_amounts_stay_in_the_calendar(op: str, amount: Span | Day) -> None:
    for zone in (UTC, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Niue")):
        for ahead in (False, True):
            bounds(Compare(op, amount), NOW, zone, ahead=ahead)
