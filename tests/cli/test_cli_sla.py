"""`deskterm sla`: what is promised in words and as JSON, when an amount is over, and what cannot be kept to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fake_root import CONFIG, Desk

from deskterm import config
from deskterm.cli.answer import Paper
from deskterm.cli.sla_shown import Sight, book_as_json, length_words, show_book, show_clocks
from deskterm.desk.rows_time import AlarmRow, ClockRow
from deskterm.desk.sla_book import Book, Deed, Metric, Policy
from deskterm.paths import find

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROMISED = """
[calendars.office]
timezone = "Europe/Moscow"
weekdays = ["9:00-13:00", "14:00-18:00"]
off = ["2026-11-19", "2026-12-31"]
on = { 2026-11-28 = "mon" }

[calendars.night]
timezone = "Asia/Kolkata"
every = "22:00-6:00"
channels = ["bot"]
teams = ["Night"]

[[sla]]
name = "critical"
query = "priority:urgent"
first_reply = "60m"
resolution = { within = "4h", hours = "calendar" }
escalate = [
  { after = "0m", notify = "team" }, { after = "30m", notify = "bob" },
  { after = "1h30m", assign = "nobody" }, { after = "2h", assign = "anna" }, { after = "3h", raise = "urgent" },
]

[[sla]]
name = "bulk"
query = "tag:refund"
warn = []
pause = []

[[sla]]
name = "general"
next_reply = "45m"
calendar = "night"
"""
SHOWN = """\
1. critical: priority:urgent
   first reply: 1h of business hours
   resolution: 4h by the clock
   warned after: 75%
   stands still: while snoozed, while the customer is to answer
   when missed: at once tell the team; after 30m tell bob; after 1h 30m back to the team; after 2h give it to anna; \
after 3h priority urgent

2. bulk: tag:refund
   nothing is promised

3. general: all that is left
   next reply: 45m of the hours of night
   warned after: 75%
   stands still: while snoozed, while the customer is to answer

office · Europe/Moscow · closed, opens Mon 2026-11-23 09:00
   Mon 2026-11-16  9:00-13:00, 14:00-18:00
   Tue 2026-11-17  9:00-13:00, 14:00-18:00
   Wed 2026-11-18  9:00-13:00, 14:00-18:00
   Thu 2026-11-19  closed
   Fri 2026-11-20  9:00-13:00, 14:00-18:00
   Sat 2026-11-21  closed
   Sun 2026-11-22  closed
   ahead: Sat 2026-11-28  9:00-13:00, 14:00-18:00
   ahead: Thu 2026-12-31  closed

night · Asia/Kolkata · closed, opens Sun 2026-11-22 22:00
   Mon 2026-11-16  22:00-6:00
   Tue 2026-11-17  22:00-6:00
   Wed 2026-11-18  22:00-6:00
   Thu 2026-11-19  22:00-6:00
   Fri 2026-11-20  22:00-6:00
   Sat 2026-11-21  22:00-6:00
   Sun 2026-11-22  22:00-6:00
   channels: bot
   teams: Night
"""


@pytest.fixture
def promising(desk: Desk) -> Desk:
    """The desk with calendars and policies, which its store judges by as well."""
    desk.config.write_text(CONFIG + PROMISED, encoding="utf-8")
    desk.office.the_book = book(desk)
    return desk


def book(desk: Desk) -> Book:
    return config.load(find(desk.home), secrets=False).promised


def test_what_is_promised_in_words(promising: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    show_book(Paper(), book(promising), NOW)
    assert capsys.readouterr().out == SHOWN


def test_what_is_promised_as_json(promising: Desk) -> None:
    data = promising.json("sla", "show").data
    critical, bulk, general = data["policies"]
    assert critical == {
        "name": "critical",
        "query": "priority:urgent",
        "targets": {
            "first_reply": {"within_s": 3600.0, "hours": "business"},
            "resolution": {"within_s": 14400.0, "hours": "calendar"},
        },
        "calendar": None,
        "warn": [75],
        "pause": ["snoozed", "awaited"],
        "escalate": [
            {"after_s": 0.0, "deed": "notify", "to": "team"},
            {"after_s": 1800.0, "deed": "notify", "to": "bob"},
            {"after_s": 5400.0, "deed": "assign", "to": "nobody"},
            {"after_s": 7200.0, "deed": "assign", "to": "anna"},
            {"after_s": 10800.0, "deed": "raise", "to": "urgent"},
        ],
    }
    assert (bulk["targets"], bulk["warn"], bulk["pause"]) == ({}, [], [])
    assert general["calendar"] == "night"
    office, night = data["calendars"]
    assert (office["name"], office["timezone"], office["until"], len(office["week"])) == ("office", "Europe/Moscow", None, 7)
    assert (night["channels"], night["teams"]) == (["bot"], ["Night"])
    told = book_as_json(book(promising), NOW)
    assert isinstance(told, dict)
    assert told["calendars"][0] == {  # type: ignore[index]
        "name": "office",
        "timezone": "Europe/Moscow",
        "open": False,
        "opens_at": "2026-11-23T06:00:00.000Z",
        "week": [
            {"date": f"2026-11-{day}", "hours": ["9:00-13:00", "14:00-18:00"] if day in (16, 17, 18, 20) else []}
            for day in range(16, 23)
        ],
        "ahead": [
            {"date": "2026-11-28", "hours": ["9:00-13:00", "14:00-18:00"]},
            {"date": "2026-12-31", "hours": []},
        ],
        "until": None,
        "channels": [],
        "teams": [],
    }


def test_a_desk_that_promises_nothing_and_a_desk_that_never_opens(desk: Desk) -> None:
    assert desk.run("sla", "show").out == "No policy: an answer is due after 15 minutes to 4 hours, by priority.\n"
    assert desk.json("sla", "show").data == {"policies": [], "calendars": []}
    desk.config.write_text(CONFIG + '[calendars.fair]\ntimezone = "UTC"\non = { 2020-01-01 = "9-10" }\n')
    assert "fair · UTC · never opens\n" in desk.run("sla", "show").out


def test_when_an_amount_is_over(promising: Desk) -> None:
    asked = promising.json("sla", "when", "5h", "--from", "2026-11-27 16:30")
    assert asked.data == {
        "calendar": "office",
        "timezone": "Europe/Moscow",
        "from": "2026-11-27T13:30:00.000Z",
        "amount_s": 18000.0,
        "due": "2026-11-28T09:30:00.000Z",  # an hour and a half on Friday, and Saturday is worked
        "due_by_the_clock": "2026-11-27T18:30:00.000Z",
    }
    assert promising.run("sla", "when", "5h", "--from", "2026-11-27T16:30").out == (
        "from Fri 2026-11-27 16:30 (Europe/Moscow)\n"
        "in business hours (office): Sat 2026-11-28 12:30\n"
        "by the clock: Fri 2026-11-27 21:30\n"
    )
    night = promising.json("sla", "when", "1h30m", "--from", "2026-11-27T05:00+05:30", "--calendar", "Night").data
    assert (night["calendar"], night["due"]) == ("night", "2026-11-27T17:00:00.000Z")


def test_an_amount_that_is_never_over(desk: Desk) -> None:
    desk.config.write_text(CONFIG + '[calendars.fair]\ntimezone = "UTC"\non = { 2020-01-01 = "9-10" }\n')
    assert desk.json("sla", "when", "4h", "--from", "2020-01-01").data["due"] is None
    assert "in business hours (fair): never\n" in desk.run("sla", "when", "4h").out


def test_a_time_in_words_is_taken_in_the_zone_of_the_calendar(promising: Desk) -> None:
    told = promising.json("sla", "when", "1h", "--from", "tomorrow 10:00").data
    tomorrow = datetime.fromisoformat(told["from"])
    assert (tomorrow.hour, tomorrow.minute) == (7, 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("5",), "the amount is not right. Write a time such as 30m, 4h or 1h30m, at most a year."),
        (("5h", "--calendar", "x"), "there is no such calendar. Known here: office, night."),
        (("5h", "--from", "whenever"), "the time is not understood. Write it as 2026-11-22 15:00, or friday 10:00."),
    ],
)
def test_what_cannot_be_asked(promising: Desk, words: tuple[str, ...], said: str) -> None:
    result = promising.run("sla", "when", *words)
    assert (result.status, result.err) == (64, f"deskterm: {said}\n")


def test_without_a_calendar_there_is_nothing_to_add_by(desk: Desk) -> None:
    result = desk.run("sla", "when", "5h")
    assert (result.status, result.err) == (
        64,
        "deskterm: there is no calendar. Write [calendars.office] with its hours: docs/sla.md.\n",
    )


def test_names_that_do_not_exist_are_told(promising: Desk) -> None:
    text = promising.config.read_text(encoding="utf-8")
    promising.config.write_text(text.replace("tag:refund", "tag:nowhere").replace('= "bob"', '= "boby"'), encoding="utf-8")
    result = promising.run("sla", "check")
    assert result.status == 1
    assert "PROBLEM policy critical: there is nobody called boby. See: deskterm operator list\n" in result.out
    assert "PROBLEM policy bulk: " in result.out
    assert "ok policy general\n" in result.out
    assert "PROBLEM calendar night: there is no team Night. See: deskterm team list\n" in result.out
    assert "PROBLEM in force: the desk judges by what was promised before." in result.out


def test_a_mistake_in_the_configuration_is_told_as_everywhere(promising: Desk) -> None:
    promising.config.write_text(CONFIG + "[[sla]]\n", encoding="utf-8")
    result = promising.run("sla", "check")
    assert result.status == 78
    assert "sla.1.name: is missing. Add it." in result.err


def clock(metric: Metric, **more: object) -> ClockRow:
    values: dict[str, object] = {"target_ms": 3_600_000, "due_at": NOW + timedelta(hours=1), "left_ms": None, **more}
    return ClockRow(metric, "critical", "office", NOW, **values)  # type: ignore[arg-type]


def test_the_policy_and_the_clocks_of_a_conversation(promising: Desk) -> None:
    promising.config.write_text(CONFIG + PROMISED.replace('teams = ["Night"]\n', "").replace("tag:refund", "is:group"))
    promising.office.the_book = book(promising)
    conversation = promising.json("conversation", "list").data[0]
    promising.office.clock_rows[conversation["id"]] = (
        clock(Metric.NEXT_REPLY),
        clock(Metric.FIRST_REPLY, ended_at=NOW, outcome="met", spent_ms=60_000),
    )
    number = str(conversation["number"])
    data = promising.json("sla", "check", f"#{number}").data
    assert (data["problems"], data["number"], data["policy"]) == (0, int(number), "critical")
    assert [(one["metric"], one["outcome"]) for one in data["clocks"]] == [("next_reply", ""), ("first_reply", "met")]
    told = promising.run("sla", "check", number)
    assert told.status == 0
    assert (
        "all in order\npolicy: critical\n   why: the first that fits: priority:urgent (no. 1)\n   times are those of "
        in told.out
    )
    assert "\n\nnext reply\n   promised: 1h of the hours of office\n" in told.out
    other = promising.json("conversation", "list").data[1]
    assert promising.run("sla", "check", str(other["number"])).out.endswith(
        "all in order\npolicy: none: no policy's query fits, or nothing has begun to run\n"
    )
    assert promising.run("sla", "check", "999999").status == 66


TOLD = """\
policy: critical
   why: the first that fits: tag:vip (no. 1)
   times are those of Europe/Moscow

first reply
   promised: 1h of the hours of office
   since: Sun 2026-11-22 15:00
   spent: 50m
   due: Sun 2026-11-22 16:00
   left: 10m
   rung: Sun 2026-11-22 15:45 75% of the time is over: warn the assignee · done
   next: Sun 2026-11-22 16:00 missed: tell the assignee
   next: Sun 2026-11-22 16:30 priority urgent

next reply
   promised: 1h of the hours of office
   since: Sun 2026-11-22 15:00
   spent: 0m
   due: Sun 2026-11-22 15:00
   late: 50m
   missed: Sun 2026-11-22 10:00, by what was promised then

resolution
   promised: 1h of the hours of office
   since: Sun 2026-11-22 15:00
   spent: 0m
   stopped: 1h 30m left: snoozed

resolution
   promised: nothing
   since: Sun 2026-11-22 15:00

resolution
   promised: 1h of the hours of office
   since: Sun 2026-11-22 15:00
   spent: 0m
   due: Sun 2026-11-22 16:00
   ended: Sun 2026-11-22 15:00 · dropped
"""


def test_how_clocks_stand(capsys: pytest.CaptureFixture[str]) -> None:
    due = NOW + timedelta(hours=1)
    rung = AlarmRow(NOW + timedelta(minutes=45), True, share=0.75)
    ahead = AlarmRow(due, False), AlarmRow(due + timedelta(minutes=30), False, deed=Deed.RAISE, to="urgent")
    show_clocks(
        Paper(),
        [
            clock(Metric.FIRST_REPLY, warned=True, spent_ms=3_000_000, alarms=(rung, *ahead)),
            clock(Metric.NEXT_REPLY, due_at=NOW, missed_at=NOW - timedelta(hours=5)),
            clock(Metric.RESOLUTION, due_at=None, left_ms=5_400_000),
            clock(Metric.RESOLUTION, due_at=None, target_ms=None),
            clock(Metric.RESOLUTION, ended_at=NOW, outcome="dropped"),
        ],
        Book(policies=(Policy("critical", "tag:vip"),)),
        Sight(NOW + timedelta(minutes=50), "Europe/Moscow", "snoozed"),
    )
    assert capsys.readouterr().out == TOLD


def test_lengths_are_shown_whole() -> None:
    given = [timedelta(0), timedelta(minutes=45), timedelta(hours=4), timedelta(minutes=90), timedelta(days=2)]
    assert [length_words(one) for one in given] == ["0m", "45m", "4h", "1h 30m", "2 days"]


def test_the_week_is_that_of_the_calendars_zone(promising: Desk) -> None:
    late = datetime(2026, 11, 22, 22, tzinfo=UTC)  # Monday in Moscow
    told = book_as_json(book(promising), late)
    assert isinstance(told, dict)
    assert told["calendars"][0]["week"][0]["date"] == "2026-11-23"  # type: ignore[index, call-overload]
