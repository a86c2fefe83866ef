"""SLA clocks against a reference that counts minutes of the whole history; and that when the clock looks changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sla_story import Story

from deskterm.desk.calendar import between
from deskterm.desk.sla import MISS_STAGE, Ring
from deskterm.desk.sla_book import Calendar, Deed, Metric, Pause, Policy, Step, Target

MINUTE = 60_000
BEGAN = 1_795_392_000_000 // MINUTE
"""Sunday 2026-11-22 at midnight UTC, in minutes."""
DAYS = ((540, 780), (840, 1080))
OFFICE = Calendar("office", "Europe/Berlin", ((*DAYS,), DAYS, DAYS, DAYS, DAYS, ((600, 720),), ()))
NIGHT = Calendar("night", "America/New_York", (((1320, 1800),),) * 7)


def policy(minutes: int, *, business: bool, snoozed: bool) -> Policy:
    targets = {metric: Target(timedelta(minutes=minutes), business) for metric in (Metric.FIRST_REPLY, Metric.NEXT_REPLY)}
    pause = frozenset({Pause.SNOOZED} if snoozed else ())
    steps = (Step(timedelta(minutes=20), Deed.NOTIFY, "owner"),)
    return Policy(f"p{minutes}{business}{snoozed}", targets=targets, pause=pause, warn=(0.5, 0.75), steps=steps)


POLICIES = st.builds(policy, st.sampled_from([20, 60, 100, 480]), business=st.booleans(), snoozed=st.booleans())
EVENTS = st.sampled_from(
    ["writes", "writes", "answers", "no reply needed", "snoozes", "wakes", "urgent", "normal", "closes", "reopens"]
)
GAPS = st.integers(0, 900)


@dataclass
class Counted:
    """One wait as it is counted minute by minute: `ran` are the minutes in which its clock ran."""

    since: int
    ran: list[int] = field(default_factory=list)
    missed: int | None = None
    ended: bool = False
    promised_at: int = 0

    def due(self, within: int, calendar: Calendar | None) -> int | None:
        """The minute by whose end so many of those that count are over."""
        counts = [1 if calendar is None else between(calendar, one * MINUTE, (one + 1) * MINUTE) // MINUTE for one in self.ran]
        for minute, total in zip(self.ran, accumulate(counts), strict=True):
            if total == within:
                return minute + 1
        return None


class Reference:
    """The whole history, counted."""

    def __init__(self, plain: Policy, urgent: Policy, calendar: Calendar | None) -> None:
        self.plain, self.urgent, self.calendar = plain, urgent, calendar
        self.policy = plain
        self.status = "open"
        self.wait: Counted | None = None
        self.waits: list[Counted] = []

    def passes(self, from_minute: int, to_minute: int) -> None:
        still = self.status == "snoozed" and Pause.SNOOZED in self.policy.pause
        if self.wait is not None:
            if not still:
                self.wait.ran += range(from_minute, to_minute)
            due = self.due()
            if self.wait.missed is None and due is not None and self.wait.promised_at <= due < to_minute:
                self.wait.missed = due

    def due(self) -> int | None:
        assert self.wait is not None
        target = self.policy.targets[Metric.FIRST_REPLY]
        return self.wait.due(target.within // timedelta(minutes=1), self.calendar if target.business else None)

    def promise(self, policy: Policy, now: int) -> None:
        """A promise that was over when it was made counts from then, and only for as long as it holds."""
        was, will = (one.targets[Metric.FIRST_REPLY] for one in (self.policy, policy))
        counts = (will.within, will.business and self.calendar is not None)
        if self.wait is not None and (was.within, was.business and self.calendar is not None) != counts:
            self.wait.promised_at = now
        self.policy = policy

    def ends(self, now: int) -> None:
        if self.wait is None:
            return
        due = self.due()
        if self.wait.missed is None and due is not None and max(due, self.wait.promised_at) < now:
            self.wait.missed = max(due, self.wait.promised_at)
        self.wait.ended, self.wait = True, None

    def happens(self, minute: int, what: str) -> None:
        match what:
            case "writes":
                self.status = "open"
                if self.wait is None:
                    self.wait = Counted(minute, promised_at=minute)
                    self.waits.append(self.wait)
            case "answers" | "no reply needed":
                self.ends(minute)
            case "snoozes" | "wakes" | "reopens" | "closes":
                self.status = {"snoozes": "snoozed", "closes": "closed"}.get(what, "open")
                if what == "closes":
                    self.ends(minute)
            case _:
                self.promise(self.urgent if what == "urgent" else self.plain, minute)


def is_done(status: str, what: str) -> bool:
    """Whether a rule would allow it: only what is open is snoozed, answered or closed, only what is not, comes back."""
    return {"snoozed": what not in ("snoozes", "reopens"), "closed": what in ("writes", "reopens", "urgent", "normal")}.get(
        status, what not in ("wakes", "reopens")
    )


@settings(max_examples=300, deadline=None)
@given(
    plain=POLICIES,
    urgent=POLICIES,
    calendar=st.sampled_from([None, OFFICE, NIGHT]),
    happenings=st.lists(st.tuples(GAPS, EVENTS), max_size=14),
    awake=st.booleans(),
)
def test_clocks_are_what_counting_every_minute_of_the_history_gives(plain, urgent, calendar, happenings, awake) -> None:
    story, reference = Story(plain, calendar, urgent), Reference(plain, urgent, calendar)
    minute = BEGAN + 600
    for gap, what in [(0, "writes"), *happenings]:
        if not is_done(reference.status, what) or (
            what == "writes" and gap == 0 and minute in {w.since for w in reference.waits}
        ):
            continue
        if awake:
            for passed in range(minute + 7, minute + gap, 7):
                story.rings(passed * MINUTE)
        reference.passes(minute, minute + gap)
        minute += gap
        reference.happens(minute, what)
        story.happens(minute * MINUTE, what)
    replies = [clock for clock in story.clocks if clock.metric is not Metric.RESOLUTION]
    assert [clock.started_at // MINUTE for clock in replies] == [wait.since for wait in reference.waits]
    for clock, wait in zip(replies, reference.waits, strict=True):
        known = None if clock.missed_at is None else clock.missed_at // MINUTE
        if wait.ended:
            assert known == wait.missed
        assert (clock.outcome == "missed") == (wait.ended and wait.missed is not None)
        assert (clock.ended_at is not None) == wait.ended
        ran = [one for since, until in clock.runs for one in range(since // MINUTE, until // MINUTE)]
        if clock.running_since is not None:
            ran += range(clock.running_since // MINUTE, minute)
        assert ran == wait.ran


@given(
    plain=POLICIES,
    calendar=st.sampled_from([None, OFFICE, NIGHT]),
    looks=st.lists(st.integers(1, 3_000), min_size=1, max_size=30),
)
@settings(max_examples=200, deadline=None)
def test_when_the_clock_looks_changes_no_miss_and_no_step(plain, calendar, looks) -> None:
    asleep, awake = Story(plain, calendar), Story(plain, calendar)
    began = (BEGAN + 600) * MINUTE
    for story in (asleep, awake):
        story.happens(began, "writes")
    for look in sorted(looks):
        awake.rings(began + look * MINUTE)
    asleep.rings(began + max(looks) * MINUTE)
    firm = [[(a.kind, a.stage, a.at) for _, a in story.rung if a.kind is not Ring.WARNING] for story in (asleep, awake)]
    assert firm[0] == firm[1]
    told = [(alarm.stage, alarm.at) for _, alarm in awake.rung]
    assert told == sorted(told)
    assert len({stage for stage, _ in told}) == len(told)
    assert all(alarm.at <= began + max(looks) * MINUTE for _, alarm in awake.rung)


@pytest.mark.parametrize("warn", [(), (0.5,), (0.25, 0.5, 0.75)])
def test_the_stage_of_the_miss_is_no_matter_of_how_many_warnings_there_are(warn) -> None:
    story = Story(Policy("p", targets={Metric.FIRST_REPLY: Target(timedelta(hours=1), business=False)}, warn=warn))
    story.happens(0, "writes")
    assert [alarm.stage for _, alarm in story.rings(3_600_000)] == [MISS_STAGE]


def test_nothing_promised_rings_nothing_and_knows_the_past() -> None:
    story = Story(None)
    story.happens(0, "writes")
    assert story.rings(10**12) == []
    assert story.reply().running_since == 0
    story.policy = Policy("p", targets={Metric.FIRST_REPLY: Target(timedelta(hours=1), business=False)})
    story.follow(7_200_000)
    assert (story.reply().due_at, story.stored().alarm_at) == (3_600_000, 7_200_000)
    assert [alarm.at for _, alarm in story.rings(7_200_000)] == [7_200_000]
