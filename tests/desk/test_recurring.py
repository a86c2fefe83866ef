"""How tasks recur: words and rules read, and when the next one is due on the wall clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm import i18n
from deskterm.times.recurring import checked, next_of
from deskterm.times.recurring_words import recurrence_words
from deskterm.times.repeat_words import rule_words

BERLIN = ZoneInfo("Europe/Berlin")
DUE = datetime(2026, 1, 31, 9, 0, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("every day", "FREQ=DAILY"),
        ("  Каждый  День ", "FREQ=DAILY"),
        ("каждый понедельник", "FREQ=WEEKLY;BYDAY=MO"),
        ("по пятницам и средам", "FREQ=WEEKLY;BYDAY=WE,FR"),
        ("по средам, пт и вт", "FREQ=WEEKLY;BYDAY=TU,WE,FR"),
        ("every monday and thursday", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("по будням", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("every 2 weeks", "FREQ=WEEKLY;INTERVAL=2"),
        ("каждые 3 дня", "FREQ=DAILY;INTERVAL=3"),
        ("раз в 2 месяца", "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
        ("quarterly", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
        ("ежегодно", "FREQ=YEARLY"),
        ("every two weeks", "FREQ=WEEKLY;INTERVAL=2"),
        ("каждые две недели", "FREQ=WEEKLY;INTERVAL=2"),
        ("раз в три дня", "FREQ=DAILY;INTERVAL=3"),
        ("every first monday", "FREQ=MONTHLY;BYDAY=1MO"),
        ("каждый первый понедельник", "FREQ=MONTHLY;BYDAY=1MO"),
        ("the last friday of the month", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("последняя пятница месяца", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("1 числа каждого месяца", "FREQ=MONTHLY;BYMONTHDAY=1"),
        ("каждое 15 число", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("каждое первое число", "FREQ=MONTHLY;BYMONTHDAY=1"),
        ("15-го числа", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("on the 15th of every month", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("каждое 31 число", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
        ("every monday at 9", "FREQ=WEEKLY;BYDAY=MO"),
        ("каждый понедельник в 9:00", "FREQ=WEEKLY;BYDAY=MO"),
        ("каждое 32 число", None),
        ("every monday at 25", None),
        ("RRULE:freq=weekly;byday=mo;count=3", "FREQ=WEEKLY;BYDAY=MO;COUNT=3"),
        ("FREQ=DAILY;UNTIL=20260210", "FREQ=DAILY;UNTIL=20260210T235959"),
        ("FREQ=DAILY;UNTIL=20260210T080000Z", "FREQ=DAILY;UNTIL=20260210T090000"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("", None),
        ("now and then", None),
        ("every 0 days", None),
        ("FREQ=HOURLY", None),
        ("FREQ=DAILY;COUNT=1", None),
        ("FREQ=DAILY;UNTIL=20250101", None),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", None),
        ("FREQ=DAILY;INTERVAL=0", None),
        ("FREQ=DAILY;FREQ=DAILY", None),
        ("FREQ=WEEKLY;BYDAY=XX", None),
        ("FREQ=DAILY;BYHOUR=7", None),
        ("FREQ=YEARLY;INTERVAL=500", None),
        ("x" * 201, None),
    ],
)
def test_what_words_and_rules_say(text: str, rule: str | None) -> None:
    assert checked(text, DUE, BERLIN) == rule
    if rule is not None:
        assert checked(rule, DUE, BERLIN) == rule
        assert recurrence_words(rule)


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYSETPOS=100", "FREQ=DAILY;INTERVAL=7;BYDAY=MO"]
)
def test_a_rule_that_never_holds_is_none_and_does_not_take_long(rule: str) -> None:
    began = time.process_time()
    assert checked(rule, DUE, BERLIN) is None
    assert time.process_time() - began < 2


def dues(rule: str, due: datetime, count: int, zone: ZoneInfo = BERLIN) -> list[str]:
    found: list[str] = []
    for _turn in range(count):
        following = next_of(rule, due, due, zone)
        if following is None:
            return [*found, "end"]
        due, rule = following.due, following.recurrence
        found.append(f"{due.astimezone(zone):%m-%d %H:%M}")
    return found


def test_the_last_day_of_a_month_is_kept() -> None:
    rule = checked("monthly", DUE, BERLIN)
    assert rule is not None
    assert dues(rule, DUE, 4) == ["02-28 09:00", "03-31 09:00", "04-30 09:00", "05-31 09:00"]
    assert recurrence_words(rule) == "every month"


def test_the_wall_clock_is_kept_when_the_clocks_change() -> None:
    assert dues("FREQ=DAILY", datetime(2026, 3, 27, 9, 0, tzinfo=BERLIN), 3) == ["03-28 09:00", "03-29 09:00", "03-30 09:00"]
    assert dues("FREQ=DAILY", datetime(2026, 10, 23, 9, 0, tzinfo=BERLIN), 3) == ["10-24 09:00", "10-25 09:00", "10-26 09:00"]


def test_an_hour_that_is_left_out_is_only_later_on_that_day() -> None:
    due = datetime(2026, 3, 27, 2, 30, tzinfo=BERLIN)
    assert dues("FREQ=DAILY", due, 4) == ["03-28 02:30", "03-29 03:30", "03-30 02:30", "03-31 02:30"]


def test_a_count_is_counted_down_also_by_what_was_missed() -> None:
    assert dues("FREQ=DAILY;COUNT=3", DUE, 5) == ["02-01 09:00", "02-02 09:00", "end"]
    late = next_of("FREQ=DAILY;COUNT=5", DUE, DUE + timedelta(days=2, hours=1), BERLIN)
    assert late is not None
    assert (late.due.astimezone(BERLIN).day, late.recurrence) == (3, "FREQ=DAILY;COUNT=2")
    assert next_of("FREQ=DAILY;COUNT=5", DUE, DUE + timedelta(days=9), BERLIN) is None


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("", ""),
        ("FREQ=DAILY", "every day"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "every 2 weeks on Mon, Thu"),
        ("FREQ=MONTHLY;COUNT=3", "every month 2 times more"),
        ("FREQ=YEARLY;UNTIL=20300102T235959", "every year until 02.01.2030"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=-1FR"),
    ],
)
def test_a_rule_in_words(rule: str, words: str) -> None:
    assert recurrence_words(rule) == words


def test_a_rule_may_say_another_time_of_day() -> None:
    rule = checked("every monday at 3", DUE, BERLIN)
    assert rule == "FREQ=WEEKLY;BYDAY=MO;BYHOUR=15;BYMINUTE=0"
    assert dues(rule, DUE, 3) == ["02-02 15:00", "02-09 15:00", "02-16 15:00"]
    monthly = checked("monthly at 10:30", DUE, BERLIN)
    assert monthly is not None
    assert dues(monthly, DUE, 2) == ["02-28 10:30", "03-31 10:30"]


@pytest.mark.parametrize("text", ["every day", "every monday at 9", "yearly", "monthly", "FREQ=DAILY;UNTIL=99991231T235959Z"])
@pytest.mark.parametrize("hours", [0, 1, 24, 24 * 400])
def test_every_series_ends_with_the_last_year_that_there_is(text: str, hours: int) -> None:
    due = datetime(9999, 12, 31, 23, 30, tzinfo=UTC) - timedelta(hours=hours)
    rule = checked(text, due, BERLIN)
    assert rule is None or hours
    assert next_of("FREQ=DAILY", datetime(9999, 12, 31, 23, 30, tzinfo=UTC), due, BERLIN) is None


_RULES = st.sampled_from(
    ["every day", "по будням", "every 2 weeks", "monthly", "ежегодно", "FREQ=MONTHLY;BYDAY=1MO", "FREQ=WEEKLY;BYDAY=SU;COUNT=9"]
)


@given(_RULES, st.integers(0, 20 * 365 * 24 * 60), st.integers(0, 400 * 24 * 60))
def test_the_next_one_is_later_and_at_the_same_time_of_day(text: str, minutes: int, late: int) -> None:
    due = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    now = due + timedelta(minutes=late)
    rule = checked(text, due, BERLIN)
    assert rule is not None
    following = next_of(rule, due, now, BERLIN)
    if following is None:
        assert "COUNT" in rule
        return
    assert following.due > now
    due_at, wall = due.astimezone(BERLIN), following.due.astimezone(BERLIN)
    assert "BYHOUR" in following.recurrence or (wall.hour, wall.minute) == (due_at.hour, due_at.minute)


@pytest.mark.parametrize(
    "rule",
    ["FREQ=DAILY", "FREQ=DAILY;INTERVAL=5", "FREQ=WEEKLY;INTERVAL=2", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=YEARLY;INTERVAL=3"],
)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_a_form_shows_of_a_rule_is_understood_again(rule: str, language: str) -> None:
    i18n.use(language)
    try:
        assert checked(rule_words(rule), DUE, BERLIN) == rule
    finally:
        i18n.use("en")
