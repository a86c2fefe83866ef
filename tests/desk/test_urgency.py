"""The order of urgency: it stands still as time goes by, and whoever waits longer comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from deskterm.desk.model import Conversation, Priority, Status
from deskterm.desk.urgency import sort_value, urgent_at

T0 = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
QUIET = Conversation(1, 1001, 1, Status.OPEN, T0, T0, T0)
TIMES = st.integers(0, 10**9).map(lambda seconds: T0 + timedelta(seconds=seconds))
ASKED = st.integers(1, 30)
PRIORITIES = st.sampled_from(Priority)
MS = st.integers(0, 4_102_444_800_000)
"""Milliseconds up to the year 2100."""


def waiting(since: datetime, priority: Priority = Priority.NORMAL, asked: int = 1) -> datetime:
    due = urgent_at(replace(QUIET, waiting_since=since, priority=priority, asked=asked))
    assert due is not None
    return due


def test_the_times_allowed():
    minutes = {priority: (waiting(T0, priority) - T0) / timedelta(minutes=1) for priority in Priority}
    assert minutes == {Priority.LOW: 240, Priority.NORMAL: 60, Priority.HIGH: 30, Priority.URGENT: 15}
    assert [(waiting(T0, asked=n) - T0) / timedelta(minutes=1) for n in (1, 2, 7, 8, 99)] == [60, 55, 30, 30, 30]


@given(TIMES, TIMES, PRIORITIES, ASKED)
def test_who_waits_longer_is_due_earlier(one, two, priority, asked):
    assert (waiting(one, priority, asked) < waiting(two, priority, asked)) == (one < two)


@given(TIMES, PRIORITIES, PRIORITIES, ASKED)
def test_a_higher_priority_is_due_earlier(since, one, two, asked):
    assert (waiting(since, one, asked) < waiting(since, two, asked)) == (one > two)


@given(TIMES, PRIORITIES, ASKED, ASKED)
def test_asking_again_never_makes_it_later(since, priority, one, two):
    if one <= two:
        assert waiting(since, priority, two) <= waiting(since, priority, one)


@given(TIMES, PRIORITIES)
def test_nobody_waits_in_what_is_closed_snoozed_spam_or_answered(since, priority):
    waits = replace(QUIET, waiting_since=since, priority=priority, asked=1)
    assert urgent_at(replace(waits, status=Status.CLOSED)) is None
    assert urgent_at(replace(waits, status=Status.SNOOZED)) is None
    assert urgent_at(replace(waits, spam=True)) is None
    assert urgent_at(replace(waits, waiting_since=None)) is None


@given(MS, MS, MS, MS)
def test_the_sort_value_puts_who_waits_first_by_time_and_the_rest_by_the_newest(due, other_due, newest, other_newest):
    assert (sort_value(due, newest) < sort_value(other_due, other_newest)) == (due < other_due)
    assert sort_value(due, newest) < sort_value(None, other_newest)
    assert (sort_value(None, newest) < sort_value(None, other_newest)) == (newest > other_newest)
    assert 0 <= sort_value(None, newest) < 2**63
