"""Worked by hand: what becomes of SLA clocks. Each case is a story by the clock on the wall, and what is due, missed or rung.

Days: 2026-11-23 is a Monday. Berlin's clocks go back on Sunday 2026-10-25 at 3:00 and forward on Sunday 2027-03-28 at 2:00.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sla_story import Story

from deskterm.desk.sla import Clock
from deskterm.desk.sla_book import Calendar, Deed, Metric, Pause, Policy, Step, Target

BERLIN, MOSCOW = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Moscow")
DAYS = ((540, 1080),)
OFFICE = Calendar("office", "Europe/Berlin", (DAYS, DAYS, DAYS, DAYS, DAYS, (), ()), {date(2026, 11, 25): ()})
LUNCH = Calendar("lunch", "Europe/Moscow", (((540, 780), (840, 1080)),) * 5 + ((), ()))
NIGHT = Calendar("night", "Europe/Berlin", (((1320, 1800),),) * 7)


def promised(reply: float, work: float | None = None, *, business: bool = True, **more: object) -> Policy:
    """A policy by its minutes for an answer and for all of it."""
    targets = {metric: Target(timedelta(minutes=reply), business) for metric in (Metric.FIRST_REPLY, Metric.NEXT_REPLY)}
    if work is not None:
        targets[Metric.RESOLUTION] = Target(timedelta(minutes=work), business)
    return Policy("plain", targets=targets, **more)  # type: ignore[arg-type]


HOUR = promised(60)
WALL = promised(60, business=False)
WORK = promised(60, 480)
NO_PAUSE = promised(60, 480, pause=frozenset())
FAST = promised(15, business=False)
STEPS = promised(60, steps=(Step(timedelta(minutes=30), Deed.NOTIFY, "owner"), Step(timedelta(hours=2), Deed.RAISE, "high")))


@dataclass(frozen=True)
class Case:
    """`told`: "day hh:mm event" lines; `reply`/`work`: what becomes of that clock, as `shown` says it."""

    name: str
    policy: Policy
    calendar: Calendar | None
    told: str
    reply: str = ""
    work: str = ""
    rung: str = ""
    urgent: Policy | None = None


CASES = [
    Case("within a day", HOUR, OFFICE, "2026-11-23 10:00 writes", "due 2026-11-23 11:00"),
    Case("over the night", HOUR, OFFICE, "2026-11-23 17:30 writes", "due 2026-11-24 09:30"),
    Case("over a holiday", HOUR, OFFICE, "2026-11-24 17:30 writes", "due 2026-11-26 09:30"),
    Case("over a weekend", HOUR, OFFICE, "2026-11-27 17:45 writes", "due 2026-11-30 09:45"),
    Case("written on a holiday", HOUR, OFFICE, "2026-11-25 12:00 writes", "due 2026-11-26 10:00"),
    Case("over lunch", HOUR, LUNCH, "2026-11-23 12:30 writes", "due 2026-11-23 14:30"),
    Case("a night shift over midnight", HOUR, NIGHT, "2026-11-23 23:30 writes", "due 2026-11-24 00:30"),
    Case("written in the morning after it", HOUR, NIGHT, "2026-11-24 06:30 writes", "due 2026-11-24 23:00"),
    Case("clocks go back in a night shift", promised(300), NIGHT, "2026-10-24 23:00 writes", "due 2026-10-25 03:00"),
    Case("clocks go forward in one", promised(300), NIGHT, "2027-03-27 23:00 writes", "due 2027-03-28 05:00"),
    Case("clocks go back on the wall", promised(240, business=False), None, "2026-10-25 01:00 writes", "due 2026-10-25 04:00"),
    Case(
        "clocks go forward on the wall", promised(240, business=False), None, "2027-03-28 01:00 writes", "due 2027-03-28 06:00"
    ),
    Case(
        "answered in time",
        HOUR,
        OFFICE,
        "2026-11-23 17:30 writes; 2026-11-24 09:20 answers",
        "met after 50",
    ),
    Case("answered at the very minute", HOUR, OFFICE, "2026-11-23 10:00 writes; 2026-11-23 11:00 answers", "met after 60"),
    Case(
        "answered too late, nobody awake",
        HOUR,
        OFFICE,
        "2026-11-23 10:00 writes; 2026-11-23 16:00 answers",
        "missed 2026-11-23 11:00",
    ),
    Case(
        "a burst is one wait",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 10:20 writes; 2026-11-23 10:50 writes",
        "due 2026-11-23 11:00",
    ),
    Case(
        "the next wait has its own hour",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 10:10 answers; 2026-11-23 15:00 writes",
        "due 2026-11-23 16:00",
    ),
    Case(
        "snoozed and back",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 10:40 snoozes; 2026-11-24 08:00 wakes",
        "due 2026-11-24 08:20",
    ),
    Case("snoozed it stands still", WALL, None, "2026-11-23 10:00 writes; 2026-11-23 10:40 snoozes", "left 20"),
    Case(
        "snoozed over the due time",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 10:40 snoozes; 2026-11-23 12:00 rings; 2026-11-23 12:30 wakes;"
        " 2026-11-23 12:50 answers",
        "met after 60",
    ),
    Case(
        "snoozed after it was missed",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 11:00 rings; 2026-11-23 11:30 snoozes; 2026-11-23 15:00 wakes;"
        " 2026-11-23 15:00 rings",
        "due 2026-11-23 11:00",
        rung="2026-11-23 11:00 miss",
    ),
    Case(
        "a policy that does not stop",
        NO_PAUSE,
        OFFICE,
        "2026-11-23 10:00 writes; 2026-11-23 10:40 snoozes",
        "due 2026-11-23 11:00",
        "due 2026-11-23 18:00",
    ),
    Case(
        "the work stands still while we wait for the customer",
        WORK,
        OFFICE,
        "2026-11-23 10:00 writes; 2026-11-23 11:00 answers; 2026-11-24 15:00 writes",
        "due 2026-11-24 16:00",
        "due 2026-11-26 13:00",
    ),
    Case(
        "closed in time",
        WORK,
        OFFICE,
        "2026-11-23 10:00 writes; 2026-11-23 10:30 answers; 2026-11-23 16:00 closes",
        "met after 30",
        "met after 30",
    ),
    Case(
        "closed without an answer",
        WORK,
        OFFICE,
        "2026-11-23 10:00 writes; 2026-11-23 10:30 closes",
        "dropped after 30",
        "met after 30",
    ),
    Case("no reply needed", WALL, None, "2026-11-23 10:00 writes; 2026-11-23 10:30 no reply needed", "dropped after 30"),
    Case(
        "no reply needed, but too late",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 11:30 no reply needed",
        "missed 2026-11-23 11:00",
    ),
    Case(
        "reopened by the customer",
        WORK,
        OFFICE,
        "2026-11-23 10:00 writes; 2026-11-23 10:30 answers; 2026-11-23 12:00 closes; 2026-11-24 09:00 writes",
        "due 2026-11-24 10:00",
        "due 2026-11-24 17:00",
    ),
    Case(
        "reopened by an operator",
        NO_PAUSE,
        OFFICE,
        "2026-11-23 10:00 writes; 2026-11-23 10:30 answers; 2026-11-23 12:00 closes; 2026-11-24 09:00 reopens",
        "met after 30",
        "due 2026-11-24 15:00",
    ),
    Case(
        "urgent mid-way",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 10:10 urgent",
        "due 2026-11-23 10:15",
        urgent=FAST,
    ),
    Case(
        "urgent too late: broken from when it was promised",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 10:30 urgent; 2026-11-23 10:31 answers",
        "missed 2026-11-23 10:30",
        urgent=FAST,
    ),
    Case(
        "urgent by a slip, and back before it rang",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 10:30 urgent; 2026-11-23 10:31 normal; 2026-11-23 10:40 answers",
        "met after 40",
        urgent=FAST,
    ),
    Case(
        "urgent by a slip, rung, and back",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 10:30 urgent; 2026-11-23 10:31 rings; 2026-11-23 10:32 normal;"
        " 2026-11-23 10:40 answers",
        "met after 40",
        rung="2026-11-23 10:30 miss",
        urgent=FAST,
    ),
    Case(
        "a slip over, then late all the same",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 10:30 urgent; 2026-11-23 10:31 rings; 2026-11-23 10:32 normal;"
        " 2026-11-23 11:05 rings",
        "due 2026-11-23 11:00",
        rung="2026-11-23 10:30 miss; 2026-11-23 11:00 miss",
        urgent=FAST,
    ),
    Case(
        "urgent while asleep and snoozed: promised what was over",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 10:30 snoozes; 2026-11-23 12:00 urgent; 2026-11-23 13:00 wakes;"
        " 2026-11-23 13:01 rings",
        "due 2026-11-23 10:15",
        rung="2026-11-23 12:00 miss",
        urgent=FAST,
    ),
    Case(
        "steps of a promise that was over count from when it was made",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 10:30 urgent; 2026-11-23 14:00 rings",
        "due 2026-11-23 10:15",
        rung="2026-11-23 10:30 miss; 2026-11-23 11:00 step; 2026-11-23 12:30 step",
        urgent=promised(15, business=False, steps=STEPS.steps),
    ),
    Case(
        "steps that are new to a miss are taken from then on",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 11:00 rings; 2026-11-23 12:00 urgent; 2026-11-23 13:30 rings",
        "due 2026-11-23 11:00",
        rung="2026-11-23 11:00 miss; 2026-11-23 12:00 step; 2026-11-23 13:00 step",
        urgent=STEPS,
    ),
    Case(
        "answered in the very minute in which it rang",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 11:00 rings; 2026-11-23 11:00 answers",
        "met after 60",
    ),
    Case(
        "a call before it was due, noted after it rang",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 11:00 rings; 2026-11-23 10:20 answers",
        "met after 20",
    ),
    Case(
        "the clock of the machine set back",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 11:00 rings; 2026-11-23 10:30 normal; 2026-11-23 12:00 answers",
        "missed 2026-11-23 11:00",
        rung="2026-11-23 11:00 miss",
    ),
    Case(
        "snoozed in a night",
        HOUR,
        OFFICE,
        "2026-11-23 17:30 writes; 2026-11-23 20:00 snoozes; 2026-11-24 10:00 wakes",
        "due 2026-11-24 10:30",
    ),
    Case(
        "snoozed twice",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 10:10 snoozes; 2026-11-23 11:00 wakes; 2026-11-23 11:10 snoozes;"
        " 2026-11-23 12:00 wakes",
        "due 2026-11-23 12:40",
    ),
    Case(
        "a customer who writes wakes it",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 10:10 snoozes; 2026-11-23 11:00 writes",
        "due 2026-11-23 11:50",
    ),
    Case(
        "closed late, reopened by its customer",
        WORK,
        OFFICE,
        "2026-11-23 10:00 writes; 2026-11-23 12:00 closes; 2026-11-23 13:00 writes",
        "due 2026-11-23 14:00",
        "due 2026-11-24 12:00",
    ),
    Case(
        "work is missed while the customer waits for a second answer",
        WORK,
        OFFICE,
        "2026-11-23 09:00 writes; 2026-11-23 09:30 answers; 2026-11-23 10:00 writes; 2026-11-24 10:30 closes",
        "missed 2026-11-23 11:00",
        "missed 2026-11-23 17:30",
    ),
    Case(
        "from the wall clock to business hours",
        FAST,
        OFFICE,
        "2026-11-23 17:50 writes; 2026-11-23 17:55 urgent",
        "due 2026-11-24 09:50",
        urgent=HOUR,
    ),
    Case(
        "urgent and back: what was missed stays missed",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 10:10 urgent; 2026-11-23 10:30 normal; 2026-11-23 10:31 answers",
        "missed 2026-11-23 10:15",
        urgent=FAST,
    ),
    Case(
        "from business hours to the wall clock",
        HOUR,
        OFFICE,
        "2026-11-23 17:50 writes; 2026-11-23 18:01 urgent",
        "due 2026-11-23 18:05",
        urgent=FAST,
    ),
    Case(
        "the time asleep stays out of another measure",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 10:05 snoozes; 2026-11-23 12:00 wakes; 2026-11-23 12:01 urgent",
        "due 2026-11-23 12:10",
        urgent=FAST,
    ),
    Case("spam is nobody's wait", WALL, None, "2026-11-23 10:00 writes; 2026-11-23 12:00 spam", "dropped after 120"),
    Case(
        "back from spam",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 10:30 spam; 2026-11-24 10:00 no spam",
        "due 2026-11-24 10:30",
    ),
    Case(
        "steps after a miss, in business hours",
        STEPS,
        OFFICE,
        "2026-11-23 16:30 writes; 2026-11-24 12:00 rings",
        "due 2026-11-23 17:30",
        rung="2026-11-23 17:30 miss; 2026-11-23 18:00 step; 2026-11-24 10:30 step",
    ),
    Case(
        "one warning, then the miss",
        WALL,
        None,
        "2026-11-23 10:00 writes; 2026-11-23 10:50 rings; 2026-11-23 11:05 rings; 2026-11-23 11:06 rings",
        "due 2026-11-23 11:00",
        rung="2026-11-23 10:45 warning; 2026-11-23 11:00 miss",
    ),
]


def at(text: str, case: Case) -> int:
    zone = MOSCOW if case.calendar is LUNCH else BERLIN
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


def when(ms: int, case: Case) -> str:
    zone = MOSCOW if case.calendar is LUNCH else BERLIN
    return f"{datetime.fromtimestamp(ms / 1000, zone):%Y-%m-%d %H:%M}"


def shown(clock: Clock, case: Case) -> str:
    if clock.outcome == "missed" and clock.missed_at is not None:
        return f"missed {when(clock.missed_at, case)}"
    if clock.outcome:
        return f"{clock.outcome} after {clock.spent_ms // 60_000}"
    if clock.due_at is None:
        return f"left {(clock.target_ms or 0) // 60_000 - clock.spent_ms // 60_000}"
    return f"due {when(clock.due_at, case)}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_worked_by_hand(case: Case) -> None:
    story = Story(case.policy, case.calendar, case.urgent)
    for line in case.told.split("; "):
        day, hour, what = line.split(" ", 2)
        story.happens(at(f"{day} {hour}", case), what)
    assert shown(story.reply(), case) == case.reply
    if case.work:
        assert shown(story.work(), case) == case.work
    if case.rung:
        assert "; ".join(f"{when(alarm.at, case)} {alarm.kind}" for _, alarm in story.rung) == case.rung


def test_an_answer_that_is_taken_back_was_none() -> None:
    case = Case("", WALL, None, "")
    story = Story(WALL)
    story.happens(at("2026-11-23 10:00", case), "writes")
    story.happens(at("2026-11-23 10:20", case), "answers")
    assert shown(story.reply(), case) == "met after 20"
    story.takes_back(at("2026-11-23 10:50", case), at("2026-11-23 10:00", case))
    assert shown(story.reply(), case) == "due 2026-11-23 11:00"
    assert len(story.clocks) == 2


def test_a_failed_answer_over_the_due_time_is_missed_at_that() -> None:
    case = Case("", WALL, None, "")
    story = Story(WALL)
    story.happens(at("2026-11-23 10:00", case), "writes")
    story.happens(at("2026-11-23 10:20", case), "answers")
    story.takes_back(at("2026-11-23 13:00", case), at("2026-11-23 10:00", case))
    story.happens(at("2026-11-23 13:01", case), "rings")
    assert [when(one, case) for one in story.misses()] == ["2026-11-23 11:00"]


def test_work_goes_on_as_if_it_had_not_waited_for_an_answer_that_was_none() -> None:
    case = Case("", WORK, OFFICE, "")
    story = Story(WORK, OFFICE)
    story.happens(at("2026-11-23 10:00", case), "writes")
    story.happens(at("2026-11-23 10:30", case), "answers")
    assert shown(story.work(), case) == "left 450"
    story.takes_back(at("2026-11-23 15:30", case), at("2026-11-23 10:00", case))
    assert shown(story.work(), case) == "due 2026-11-23 18:00"


def test_no_step_is_taken_for_a_time_at_which_it_counted_as_answered() -> None:
    case = Case("", STEPS, None, "")
    story = Story(promised(60, business=False, steps=STEPS.steps))
    story.happens(at("2026-11-23 10:00", case), "writes")
    story.happens(at("2026-11-23 11:10", case), "answers")
    story.takes_back(at("2026-11-23 12:00", case), at("2026-11-23 10:00", case))
    story.happens(at("2026-11-23 13:30", case), "rings")
    told = [(alarm.kind.value, when(alarm.at, case)[-5:]) for _, alarm in story.rung]
    assert told == [("step", "12:00"), ("step", "13:00")]
    assert [when(clock.missed_at or 0, case) for clock in story.clocks][:1] == ["2026-11-23 11:00"]


def test_a_message_that_comes_late_is_the_same_wait_begun_earlier() -> None:
    case = Case("", WORK, None, "")
    story = Story(promised(60, 480, business=False))
    story.happens(at("2026-11-23 14:00", case), "writes")
    story.happens(at("2026-11-23 15:00", case), "rings")
    story.follow(at("2026-11-23 11:00", case), since=at("2026-11-23 11:00", case), now=at("2026-11-23 15:01", case))
    story.happens(at("2026-11-23 15:02", case), "rings")
    assert len(story.clocks) == 2
    assert (shown(story.reply(), case), shown(story.work(), case)) == ("due 2026-11-23 12:00", "due 2026-11-23 19:00")
    assert [when(one, case) for one in story.misses()] == ["2026-11-23 15:00"]
    assert story.stored().late


def test_a_calendar_without_hours_stands_still() -> None:
    story = Story(HOUR, Calendar("never", "UTC", ((),) * 7))
    story.happens(0, "writes")
    assert (story.stored().due_at, story.stored().left_ms, story.stored().late) == (None, 3_600_000, False)


def test_pausing_while_snoozed_is_the_policys_choice() -> None:
    assert Pause.SNOOZED in WALL.pause
    assert NO_PAUSE.pause == frozenset()
