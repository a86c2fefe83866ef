"""`[calendars]` and `[[sla]]` of the configuration: read whole, every mistake named with its line and how to mend it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskterm import config
from deskterm.config import ConfigError
from deskterm.desk.sla_book import NOTHING_PROMISED, Book, Calendar, Deed, Metric, Pause, Policy, Step, Target
from deskterm.paths import Paths

PATHS = Paths(Path("desk"), Path("c.toml"))
TODAY = date(2026, 11, 22)
BOT = '[channels.bot]\nkind = "telegram"\ntoken = "env:T"\n'
NINE_TO_SIX = ((540, 1080),)
OFFICE = '[calendars.office]\ntimezone = "Europe/Moscow"\nweekdays = "9:00-18:00"\n'
WHOLE = """
[desk]
timezone = "Europe/Moscow"

[calendars.office]
weekdays = ["14:00-18:00", "9:00-13:00"]
fri = "9-17"
holidays = "RU"
off = [2026-12-28, "2026-12-29..2027-01-02"]
on = { 2026-11-28 = "mon", 2027-01-02 = ["10:00-12:00"], 2026-12-30 = "fri" }

[calendars."Ночь"]
timezone = "Asia/Kolkata"
every = "22:00-6:00"
sun = []
channels = ["bot"]
teams = ["Night"]

[[sla]]
name = "critical"
query = "priority:urgent OR segment:vip"
first_reply = "60m"
resolution = { within = "4h", hours = "calendar" }
warn = [90, 50]
pause = []
escalate = [{ after = "1h", raise = "urgent" }, { after = "0m", notify = "assignee" }, { after = "1h", assign = "nobody" }]

[[sla]]
name = "all"
hours = "calendar"
next_reply = "1h30m"
resolution = { within = "1d", hours = "business" }
calendar = "Ночь"
"""


def promised(text: str, today: date = TODAY) -> Book:
    return config.parse(BOT + text, PATHS, secrets=False, today=today).promised


def problems(text: str) -> list[str]:
    """Return what is said of a text, without the file; lines are counted from where it begins."""
    with pytest.raises(ConfigError) as caught:
        promised(text)
    before = BOT.count("\n")
    return [f"{one.line - before}: {str(one).split(': ', 1)[1]}" for one in caught.value.problems]


def test_a_desk_that_promises_nothing() -> None:
    assert promised("") == NOTHING_PROMISED
    assert promised(OFFICE).policies == ()


def test_whole_calendars_are_read() -> None:
    office, night = promised(WHOLE).calendars
    two = ((540, 780), (840, 1080))
    assert (office.key, office.zone, office.week) == ("office", "Europe/Moscow", (two,) * 4 + (((540, 1020),), (), ()))
    assert office.until == date(2029, 12, 31)
    assert night == Calendar("Ночь", "Asia/Kolkata", (((1320, 1800),),) * 6 + ((),), channels=("bot",), teams=("Night",))


def test_own_dates_beat_those_of_the_country_and_what_is_worked_beats_what_is_off() -> None:
    office = promised(WHOLE).calendars[0]
    assert {str(day): spans for day, spans in office.days.items() if date(2026, 10, 1) < day < date(2027, 1, 10)} == {
        "2026-11-04": (),
        "2026-11-28": ((540, 780), (840, 1080)),
        "2026-12-28": (),
        "2026-12-29": (),
        "2026-12-30": ((540, 1020),),
        "2026-12-31": (),
        "2027-01-01": (),
        "2027-01-02": ((600, 720),),
        "2027-01-04": (),
        "2027-01-05": (),
        "2027-01-06": (),
        "2027-01-07": (),
        "2027-01-08": (),
    }


def test_a_day_of_rest_that_a_country_works_has_the_hours_of_the_weekday_before_it() -> None:
    office = promised(WHOLE).calendars[0]
    assert office.days[date(2027, 2, 20)] == ((540, 1020),)  # a Saturday worked for Monday the 22nd
    assert office.days[date(2027, 2, 22)] == ()
    with_saturdays = promised(WHOLE.replace('fri = "9-17"', 'fri = "9-17"\nsat = "10-12"')).calendars[0]
    assert date(2027, 2, 20) not in with_saturdays.days  # as every Saturday


def test_holidays_are_known_from_last_year_to_three_years_ahead() -> None:
    text = '[calendars.a]\ntimezone = "Europe/Berlin"\nevery = "9-17"\nholidays = { country = "de", subdivision = "by" }\n'
    (calendar,) = promised(text, date(2024, 3, 1)).calendars
    assert (min(calendar.days), max(calendar.days), calendar.until) == (
        date(2023, 1, 1),
        date(2027, 12, 26),
        date(2027, 12, 31),
    )
    assert date(2026, 1, 6) in calendar.days  # Epiphany, a holiday in Bavaria and not in Berlin
    (berlin,) = promised(text.replace('"by"', '"BE"'), date(2024, 3, 1)).calendars
    assert date(2026, 1, 6) not in berlin.days


def test_whole_policies_are_read() -> None:
    assert promised(WHOLE).policies == (
        Policy(
            "critical",
            "priority:urgent OR segment:vip",
            {
                Metric.FIRST_REPLY: Target(timedelta(minutes=60)),
                Metric.RESOLUTION: Target(timedelta(hours=4), business=False),
            },
            warn=(0.5, 0.9),
            pause=frozenset(),
            steps=(
                Step(timedelta(0), Deed.NOTIFY, "assignee"),
                Step(timedelta(hours=1), Deed.RAISE, "urgent"),
                Step(timedelta(hours=1), Deed.ASSIGN, "nobody"),
            ),
        ),
        Policy(
            "all",
            "",
            {
                Metric.NEXT_REPLY: Target(timedelta(minutes=90), business=False),
                Metric.RESOLUTION: Target(timedelta(days=1)),
            },
            calendar="Ночь",
        ),
    )


def test_a_policy_that_only_has_a_name_promises_nothing_and_has_the_usual_rest() -> None:
    (policy,) = promised('[[sla]]\nname = "x"\n').policies
    assert policy == Policy("x")
    assert policy.pause == {Pause.SNOOZED, Pause.AWAITED}


@pytest.mark.parametrize(
    ("hours", "spans"),
    [
        ('"9-18"', ((540, 1080),)),
        ('["9:00 – 13:00", "14:00-18:30"]', ((540, 780), (840, 1110))),
        ('["13:00-18:00", "9:00-13:00"]', ((540, 1080),)),
        ('"0:00-24:00"', ((0, 1440),)),
        ('"18:00-0:00"', ((1080, 1440),)),
        ('["1:00-2:00", "22:00-1:00"]', ((60, 120), (1320, 1500))),
        ("[]", ()),
    ],
)
def test_hours_of_a_day(hours: str, spans: object) -> None:
    assert promised(f'[calendars.a]\ntimezone = "UTC"\nmon = {hours}\nthu = "9-10"\n').calendars[0].week[0] == spans


HOURS = '2: calendars.a.mon: is not right. Write hours as "9:00-18:00", at most to 24:00.'
OVERLAP = "2: calendars.a.mon: is not right. Let its hours not overlap."
DATES = '3: calendars.a.off: is not right. Write dates as "2026-12-31", or from and to as "2026-12-28..2027-01-04".'


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('mon = "morning"', HOURS),
        ('mon = "9:00-24:30"', HOURS),
        ('mon = "9:60-10:00"', HOURS),
        ('mon = "24:00-9:00"', HOURS),
        ('mon = "9:00-9:00"', '2: calendars.a.mon: is not right. Write a whole day as "0:00-24:00", and none as [].'),
        ('mon = ["9:00-13:00", "12:59-18:00"]', OVERLAP),
        ('mon = ["5:00-6:00", "22:00-5:01"]', OVERLAP),
        ("mon = 9", '2: calendars.a.mon: must be a text or a list of texts. Write it as ["one", "two"].'),
        (
            'mon = "22:00-6:00"\ntue = "5:00-9:00"',
            "3: calendars.a.tue: begins before the hours of the day before are over. Let one end where the other begins.",
        ),
        (
            'sun = "22:00-6:00"\nweekdays = "5:00-9:00"',
            "3: calendars.a.weekdays: begins before the hours of the day before are over. Let one end where the other begins.",
        ),
        ('monday = "9-18"', '2: calendars.a.monday: is not known. Did you mean "mon"?'),
        ('every = "9-18"\nmo = "9-10"', '3: calendars.a.mo: is not known. Did you mean "mon"?'),
        ("", '1: calendars.a: never opens. Write its hours, such as weekdays = "9:00-18:00".'),
        ("every = []", '1: calendars.a: never opens. Write its hours, such as weekdays = "9:00-18:00".'),
        (
            'every = "9-18"\ntimezone = "Europe/Moskow"',
            '3: calendars.a.timezone: is not right. Did you mean "Europe/Moscow"?',
        ),
        ('every = "9-18"\ntimezone = "berlin"', '3: calendars.a.timezone: is not right. Did you mean "Europe/Berlin"?'),
        (
            'every = "9-18"\ntimezone = "../../passwd"',
            "3: calendars.a.timezone: is not right. Write a name such as Europe/Moscow or UTC.",
        ),
        (
            'every = "9-18"\nholidays = "ZZ"',
            "3: calendars.a.holidays: is not known. Write the two letters of a country, such as RU, DE or US.",
        ),
        (
            'every = "9-18"\nholidays = { country = "Russia" }',
            "3: calendars.a.holidays.country: is not known. Write the two letters of a country, such as RU, DE or US.",
        ),
        (
            'every = "9-18"\nholidays = { country = "AT", subdivision = "X" }',
            "3: calendars.a.holidays.subdivision: is not known. Known here: 1, 2, 3, 4, 5, 6, 7, 8, 9.",
        ),
        (
            'every = "9-18"\nholidays = { country = "RU", subdivision = "MOW" }',
            "3: calendars.a.holidays.subdivision: is not known. "
            "Leave it out: this country has no parts with holidays of their own.",
        ),
        ('every = "9-18"\nholidays = { subdivision = "BY" }', "3: calendars.a.holidays.country: is missing. Add it."),
        ('every = "9-18"\noff = ["31.12.2026"]', DATES),
        ('every = "9-18"\noff = ["2026-02-29"]', DATES),
        ('every = "9-18"\noff = ["2026-12-31..2026-12-30"]', DATES),
        ('every = "9-18"\noff = "2026-01-01..2027-01-02"', DATES),
        ('every = "9-18"\non = { tomorrow = "9-10" }', '3: calendars.a.on.tomorrow: is no date. Write it as "2026-12-31".'),
        (
            'every = "9-18"\non = { 2026-12-31 = "9" }',
            '3: calendars.a.on.2026-12-31: is not right. Write hours as "9:00-18:00", at most to 24:00.',
        ),
        ('every = "9-18"\non = { 2026-12-31 = "sut" }', '3: calendars.a.on.2026-12-31: is not right. Did you mean "sun"?'),
        ('every = "9-18"\nchannels = ["bat"]', '3: calendars.a.channels: is not right. Did you mean "bot"?'),
        ('every = "9-18"\nteams = "Sales"', '3: calendars.a.teams: must be a list of texts. Write it as ["one", "two"].'),
    ],
)
def test_mistakes_in_a_calendar(lines: str, said: str) -> None:
    assert problems(f'[calendars.a]\n{lines}\n[desk]\ntimezone = "UTC"\n') == [said]


def test_a_calendar_has_a_time_zone_of_its_own_or_the_desk_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's would be that of whoever looks: operators may set TZ for themselves."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    text = '[calendars.a]\nevery = "9-18"\n'
    assert problems(text) == [
        '1: calendars.a.timezone: is missing. Add it, or write it once under [desk]: timezone = "Asia/Tokyo".'
    ]
    assert problems(text + 'timezon = "UTC"\n') == ['3: calendars.a.timezon: is not known. Did you mean "timezone"?']
    assert [one.zone for one in promised(text + '[desk]\ntimezone = "Asia/Kolkata"\n').calendars] == ["Asia/Kolkata"]
    assert [one.zone for one in promised(text + 'timezone = "UTC"\n').calendars] == ["UTC"]


STEP = 'Write one of notify, assign or raise: notify = "supervisor".'
LENGTH = "Write a time such as 30m, 4h or 1h30m, at most a year."


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", ["5: sla.1.name: is missing. Add it."]),
        (
            'name = "?"',
            ["6: sla.1.name: is not right. Use 1 to 40 letters, digits and signs . - _, a letter or digit first."],
        ),
        ('name = "x"\nfirst_repy = "1h"', ['7: sla.1.first_repy: is not known. Did you mean "first_reply"?']),
        ('name = "x"\nfirst_reply = "soon"', [f"7: sla.1.first_reply: is not right. {LENGTH}"]),
        ('name = "x"\nfirst_reply = "367d"', [f"7: sla.1.first_reply: is not right. {LENGTH}"]),
        ('name = "x"\nfirst_reply = "30s"', ["7: sla.1.first_reply: is not right. Promise a minute at least."]),
        ('name = "x"\nfirst_reply = 60', ["7: sla.1.first_reply: must be a text. Put it in quotes."]),
        ('name = "x"\nfirst_reply = {}', ["7: sla.1.first_reply.within: is missing. Add it."]),
        (
            'name = "x"\nfirst_reply = { within = "1h", hours = "busines" }',
            ['7: sla.1.first_reply.hours: is not right. Did you mean "business"?'],
        ),
        ('name = "x"\nhours = "wall"', ["7: sla.1.hours: is not right. Known here: business, calendar."]),
        ('name = "x"\ncalendar = "ofice"', ['7: sla.1.calendar: is not right. Did you mean "office"?']),
        (
            'name = "x"\nwarn = [0]',
            ["7: sla.1.warn: must be a list of different whole numbers from 1 to 99. Write it as [50, 75]."],
        ),
        (
            'name = "x"\nwarn = 75',
            ["7: sla.1.warn: must be a list of different whole numbers from 1 to 99. Write it as [50, 75]."],
        ),
        ('name = "x"\npause = ["snooze"]', ['7: sla.1.pause: is not right. Did you mean "snoozed"?']),
        ('name = "x"\nescalate = [{}]', [f"7: sla.1.escalate.1: must say one thing to do. {STEP}"]),
        (
            'name = "x"\nescalate = [{ notify = "team", assign = "anna" }]',
            [f"7: sla.1.escalate.1: must say one thing to do. {STEP}"],
        ),
        (
            'name = "x"\nescalate = [{ notify = "Anna" }]',
            [
                "7: sla.1.escalate.1.notify: is not right. "
                "Name one of assignee, team, supervisor, owner, or the login of an operator."
            ],
        ),
        (
            'name = "x"\nescalate = [{ assign = "-" }]',
            ['7: sla.1.escalate.1.assign: is not right. Name the login of an operator, or "nobody".'],
        ),
        ('name = "x"\nescalate = [{ raise = "hihg" }]', ['7: sla.1.escalate.1.raise: is not right. Did you mean "high"?']),
        ('name = "x"\nescalate = [{ after = "x", notify = "team" }]', [f"7: sla.1.escalate.1.after: is not right. {LENGTH}"]),
        ('name = "x"\nescalate = [{ notfy = "team" }]', ['7: sla.1.escalate.1.notfy: is not known. Did you mean "notify"?']),
        (
            'name = "x"\n[sla.escalate]\n',
            ["7: sla.1.escalate: must be a list of tables. Write each as [[sla.1.escalate]] on a line of its own."],
        ),
        ('name = "x"\nquery = "tag:x"\n[[sla]]\nname = "x"', ["9: sla.2.name: stands twice. Choose another name."]),
        (
            'name = "x"\n[[sla]]\nname = "y"',
            [
                "7: sla.2: is never reached: a policy before it is for everybody. "
                "Put it before that one, or give that one a query."
            ],
        ),
    ],
)
def test_mistakes_in_a_policy(lines: str, said: list[str]) -> None:
    assert problems(f"{OFFICE}\n[[sla]]\n{lines}\n") == said


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("tag:", "not a filter: "),
        ("waiting:>1h", "a policy cannot go by waiting:, only by "),
        ("is:open", "a policy cannot go by is:open, only by is:group"),
        ("assignee:me", "a policy cannot go by assignee:me: name somebody"),
        ("refund", "a policy cannot go by words, only by "),
    ],
)
def test_a_query_that_no_policy_can_go_by(query: str, said: str) -> None:
    (found,) = problems(f'[[sla]]\nname = "x"\nquery = "{query}"\n')
    assert found.startswith(f"3: sla.1.query: {said}")
    assert found.endswith("Try it first in the console, behind /.")


def test_business_hours_need_a_calendar() -> None:
    text = '[[sla]]\nname = "x"\nresolution = "4h"\n'
    assert problems(text) == [
        "3: sla.1.resolution: counts business hours, and there is no calendar. "
        'Write [calendars.office] with its hours, or hours = "calendar" here.'
    ]
    (policy,) = promised(text + 'hours = "calendar"\n').policies
    assert policy.targets == {Metric.RESOLUTION: Target(timedelta(hours=4), business=False)}


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = '[calendars.a]\nmon = "9"\n[desk]\ntimezone = "X"\n[[sla]]\nname = "x"\nwarn = [0]\n[[sla]]\nquery = "is:late"\n'
    assert [one.split(": ")[1] for one in problems(text)] == [
        "calendars.a.mon",
        "desk.timezone",
        "sla.1.warn",
        "sla.2.name",
        "sla.2",
        "sla.2.query",
    ]


@settings(deadline=None)  # one of the texts may be a country, whose holidays are loaded then
@given(st.dictionaries(st.sampled_from(["mon", "every", "off", "on", "holidays", "timezone", "x"]), st.text(max_size=20)))
def test_any_text_is_a_calendar_or_is_told_of(values: dict[str, str]) -> None:
    import tomlkit

    text = tomlkit.dumps({"calendars": {"a": values}})
    try:
        (calendar,) = promised("\n" + text).calendars
    except ConfigError:
        return
    assert any(calendar.week) or any(calendar.days.values())


def test_a_desk_s_own_configuration_keeps_its_holidays_and_one_that_is_only_tried_does_not(tmp_path: Path) -> None:
    paths = Paths(tmp_path, tmp_path / "config.toml")
    text = OFFICE + 'holidays = "RU"\n'
    tried = config.parse(text, paths, secrets=False)
    assert list(tmp_path.iterdir()) == []
    paths.config.write_text(text, encoding="utf-8")
    assert config.load(paths, secrets=False).promised == tried.promised
    assert {path.name for path in tmp_path.iterdir()} == {"config.toml", "holidays.json"}
    assert config.load(paths, secrets=False).promised == tried.promised
