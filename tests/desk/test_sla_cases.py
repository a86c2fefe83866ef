"""Worked by hand: when an amount of business hours is over. Each line says where, from when, how much, until when, and why.

The calendars are read from a configuration, as a desk's are, so that holidays and moved days are those a desk would have.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from deskterm import config
from deskterm.config.promises import time_within
from deskterm.desk.calendar import add, between
from deskterm.desk.sla_book import Calendar
from deskterm.paths import Paths

CALENDARS = """
[calendars.office]
timezone = "Europe/Moscow"
weekdays = "9:00-18:00"
holidays = "RU"

[calendars.own]
timezone = "Europe/Moscow"
weekdays = "9:00-18:00"
off = "2026-12-28..2026-12-30"
on = { 2026-12-26 = "10:00-15:00", 2026-12-27 = "mon" }

[calendars.friday]
timezone = "Europe/Moscow"
fri = "22:00-6:00"
on = { 2026-12-05 = "5:00-9:00" }

[calendars.lunch]
timezone = "Europe/Berlin"
weekdays = ["9:00-13:00", "14:00-18:00"]
holidays = { country = "DE", subdivision = "BY" }

[calendars.always]
timezone = "Europe/Berlin"
every = "0:00-24:00"

[calendars.early]
timezone = "Europe/Berlin"
every = "1:00-2:30"

[calendars.twice]
timezone = "Europe/Berlin"
every = "2:00-2:30"

[calendars.night]
timezone = "America/New_York"
every = "22:00-6:00"

[calendars.howe]
timezone = "Australia/Lord_Howe"
every = "1:00-4:00"

[calendars.india]
timezone = "Asia/Kolkata"
weekdays = "9:30-18:30"

[calendars.apia]
timezone = "Pacific/Apia"
every = "9:00-17:00"
"""

CASES = """
office | 2026-11-23T17:30+03:00 |  1h    | 2026-11-24T09:30+03:00 | half an hour today, half an hour tomorrow
office | 2026-11-27T17:30+03:00 |  1h    | 2026-11-30T09:30+03:00 | Saturday and Sunday are between
office | 2026-11-22T12:00+03:00 |  1h    | 2026-11-23T10:00+03:00 | what comes in on a Sunday begins to count on Monday
office | 2026-11-23T09:00+03:00 |  9h    | 2026-11-23T18:00+03:00 | a whole day ends at closing, not at the next opening
office | 2026-11-23T10:00+03:00 |  24h   | 2026-11-25T16:00+03:00 | 8 + 9 + 7 hours
office | 2026-11-23T10:00+03:00 |  0m    | 2026-11-23T10:00+03:00 | nothing is over at once
office | 2026-11-24T09:30+03:00 | -1h    | 2026-11-23T17:30+03:00 | back over a night
office | 2026-11-03T17:00+03:00 |  2h    | 2026-11-05T10:00+03:00 | Wednesday the 4th is Unity Day
office | 2026-12-30T17:00+03:00 |  4h    | 2027-01-11T12:00+03:00 | the 31st is off, 1 to 8 January are holidays, a weekend
office | 2025-10-31T17:00+03:00 |  2h    | 2025-11-01T10:00+03:00 | Saturday 1 November 2025 is worked, with Friday's hours
office | 2025-11-01T17:00+03:00 |  2h    | 2025-11-05T10:00+03:00 | Monday the 3rd is off for it, the 4th a holiday
office | 2027-02-20T17:00+03:00 |  2h    | 2027-02-24T10:00+03:00 | a worked Saturday, Sunday, a moved day off, a holiday
office | 2028-02-28T17:00+03:00 |  10h   | 2028-02-29T18:00+03:00 | 29 February 2028 is a Tuesday like any other
own    | 2026-12-25T17:00+03:00 |  3h    | 2026-12-26T12:00+03:00 | a Saturday with hours of its own, from ten
own    | 2026-12-26T14:00+03:00 |  12h   | 2026-12-31T11:00+03:00 | Sunday is worked like a Monday, then three days are off
friday | 2026-11-27T23:00+03:00 |  8h    | 2026-12-04T23:00+03:00 | a night shift of 7 hours, and the eighth a week later
friday | 2026-12-04T23:00+03:00 |  9h    | 2026-12-05T08:00+03:00 | until six, and Saturday from five: that hour counts once
lunch  | 2026-11-23T12:30+01:00 |  1h    | 2026-11-23T14:30+01:00 | lunch is between
lunch  | 2026-11-23T12:30+01:00 |  8h    | 2026-11-24T12:30+01:00 | half an hour, four hours, and three and a half
lunch  | 2026-03-27T17:00+01:00 |  2h    | 2026-03-30T10:00+02:00 | clocks turn on the Sunday between, nobody works then
lunch  | 2026-01-05T17:00+01:00 |  2h    | 2026-01-07T10:00+01:00 | Epiphany, a holiday in Bavaria
lunch  | 2026-04-02T17:00+02:00 |  2h    | 2026-04-07T10:00+02:00 | Good Friday and Easter Monday
always | 2026-03-28T12:00+01:00 |  24h   | 2026-03-29T13:00+02:00 | the hour from two to three did not pass
always | 2026-10-24T12:00+02:00 |  24h   | 2026-10-25T11:00+01:00 | the hour from two to three passed twice
always | 2026-12-31T23:30+01:00 |  1h    | 2027-01-01T00:30+01:00 | over the year's end
always | 2024-02-28T12:00+01:00 |  48h   | 2024-03-01T12:00+01:00 | over a leap day
early  | 2026-03-29T00:00+01:00 |  75m   | 2026-03-30T01:15+02:00 | the span ends in the skipped hour: an hour of it passed
twice  | 2026-10-25T00:00+02:00 |  45m   | 2026-10-25T02:15+01:00 | half past two comes twice: half an hour, and again
night  | 2026-11-23T05:30-05:00 |  1h    | 2026-11-23T22:30-05:00 | the end of one shift and the beginning of the next
night  | 2026-03-07T22:00-05:00 |  8h    | 2026-03-08T23:00-04:00 | the shift in which clocks go forward has 7 hours
night  | 2026-10-31T22:00-04:00 |  8h    | 2026-11-01T05:00-05:00 | the shift in which clocks go back has 9
night  | 2026-11-01T01:30-04:00 |  1h    | 2026-11-01T01:30-05:00 | from half past one to half past one
howe   | 2026-04-05T01:00+11:00 |  3h    | 2026-04-05T03:30+10:30 | half an hour passed twice
howe   | 2026-10-04T01:00+10:30 |  3h    | 2026-10-05T01:30+11:00 | half an hour was skipped
india  | 2026-11-23T18:00+05:30 |  1h    | 2026-11-24T10:00+05:30 | a zone of half hours
apia   | 2011-12-29T16:00-10:00 |  2h    | 2011-12-31T10:00+14:00 | Samoa had no 30 December 2011
"""


def milliseconds(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def rows(table: str) -> list[list[str]]:
    """Return the lines of a table as lists of cells."""
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


@pytest.fixture(scope="module")
def calendars() -> dict[str, Calendar]:
    paths = Paths(Path("desk"), Path("c.toml"))
    book = config.parse(CALENDARS, paths, secrets=False, today=date(2026, 11, 22)).promised
    return {calendar.key: calendar for calendar in book.calendars}


@pytest.mark.parametrize("row", rows(CASES), ids=lambda row: f"{row[0]}: {row[4]}")
def test_hand_worked(calendars: dict[str, Calendar], row: list[str]) -> None:
    key, since, amount, due, _why = row
    calendar = calendars[key]
    amount_ms = round(time_within(amount.lstrip("-")).total_seconds() * 1000) * (-1 if amount.startswith("-") else 1)
    found = add(calendar, milliseconds(since), amount_ms)
    zone = datetime.fromisoformat(due).tzinfo
    assert found is not None
    assert datetime.fromtimestamp(found / 1000, zone).isoformat(timespec="minutes") == due
    assert between(calendar, milliseconds(since), found) == amount_ms
