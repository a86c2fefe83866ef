"""The `[calendars.NAME]` tables of the configuration: business hours.

```
timezone                  a name of the time zone database; not needed where [desk] has one
mon … sun                 hours of a weekday: "9:00-18:00", or ["9:00-13:00", "14:00-18:00"]; [] is closed
weekdays, every           hours of Monday to Friday, of every day; what is more exact holds
holidays                  a country, "DE", or { country = "DE", subdivision = "BY" }
off                       dates on which it is closed: "2026-12-31", or "2026-12-28..2027-01-04"
on                        dates with other hours: { 2026-11-01 = "9:00-15:00" }, or those of a weekday: "mon"
channels, teams           whose hours they are, where a policy names no calendar
```
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

from deskterm.config.table import Table, nearest
from deskterm.desk.sla_book import Calendar, Span
from deskterm.i18n import _
from deskterm.times.holidays_known import Holidays, NoSuchPlace, holidays_of
from deskterm.times.zones import NO_ZONE, is_zone, machine_zone, zone_fix

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAME = re.compile(r"[^\W_][\w .-]{0,39}")
"""What a calendar or policy may be called: it is shown to people and kept in the store."""
DAY = 1440
"""Minutes of a day as clocks show them."""
LONGEST_RANGE = 366
"""Days of one range of dates; more is a slip of the finger."""
_SPAN = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*[-–—]\s*(\d{1,2})(?::(\d{2}))?")
_HOURS_KEYS = ("every", "weekdays", *WEEKDAYS)
_LESS_EXACT = {**dict.fromkeys(WEEKDAYS[:5], ("weekdays", "every")), **dict.fromkeys(WEEKDAYS[5:], ("every",))}

Spans = tuple[Span, ...]


def zone_rule(name: str) -> str:
    """Return the name of a time zone. Raises ValueError with the fix for any other text."""
    if not is_zone(name):
        raise ValueError(zone_fix(name))
    return name


@dataclass(frozen=True, slots=True)
class Around:
    """What calendars are read with: the desk's `zone` ("" it says none), the names of its channels, the day on which holidays
    are asked for, and the folder that keeps what was asked."""

    zone: str
    channels: Collection[str]
    today: date
    home: Path | None = None


def calendars(tables: Table, around: Around) -> tuple[Calendar, ...]:
    """Return the calendars of a configuration in their order. Problems go to the tables."""
    return tuple(_calendar(key, table, around) for key, table in tables.take_tables())


def _calendar(key: str, table: Table, around: Around) -> Calendar:
    if not NAME.fullmatch(key):
        table.wrong(
            "", _("is no name for a calendar"), _("Use 1 to 40 letters, digits and signs . - _, a letter or digit first.")
        )
    week, sound = _week(table)
    known = _holidays(table, around)
    on = _on(table, week)
    days: dict[date, Spans] = {}
    if known is not None:
        days |= dict.fromkeys(known.off, ())
        days |= {day: _worked(day, week) for day in known.worked}
    days |= dict.fromkeys(_off(table), ())
    days |= on
    if sound and not any(week) and not any(on.values()):
        table.wrong("", _("never opens"), _('Write its hours, such as weekdays = "9:00-18:00".'))
    calendar = Calendar(
        key=key,
        zone=_zone(table, around),
        week=week,
        days=MappingProxyType({day: spans for day, spans in sorted(days.items()) if spans != week[day.weekday()]}),
        until=known.until if known is not None else None,
        channels=table.take_known("channels", around.channels),
        teams=table.take_texts("teams"),
    )
    table.end()
    return calendar


def _zone(table: Table, around: Around) -> str:
    """Return the zone of a calendar. The machine's would be no good: every operator may have set another for themselves."""
    zone = table.take_text("timezone", rule=zone_rule) or around.zone
    if not zone and not table.has("timezone") and not table.misspelt("timezone"):
        fix = _('Add it, or write it once under [desk]: timezone = "{zone}".').format(zone=machine_zone())
        table.wrong("timezone", _("is missing"), fix)
    return zone or NO_ZONE


def _week(table: Table) -> tuple[tuple[Spans, ...], bool]:
    """Return the hours of Monday to Sunday, each by the most exact key that says them, and whether all were understood."""
    said = {key: _hours(table, key) for key in _HOURS_KEYS}
    keys = [next((key for key in (day, *_LESS_EXACT[day]) if table.has(key)), "") for day in WEEKDAYS]
    week = tuple((said[key] or ()) if key else () for key in keys)
    for place, key in enumerate(keys):
        before = week[place - 1]
        if before and week[place] and before[-1][1] - DAY > week[place][0][0]:
            what = _("begins before the hours of the day before are over")
            table.wrong(key, what, _("Let one end where the other begins."))
    return week, None not in said.values() and not any(map(table.misspelt, _HOURS_KEYS))


def _hours(table: Table, key: str) -> Spans | None:
    """Return the spans of a day that a key says; None where they are not understood, which the table is told."""
    texts = table.take_one_or_more(key)
    if texts is None:
        return None
    try:
        return _spans(texts)
    except ValueError as error:
        table.wrong(key, _("is not right"), str(error))
        return None


def _spans(texts: tuple[str, ...]) -> Spans:
    """Return the spans of a day, ascending, those that touch made one. Raises ValueError with the fix."""
    joined: list[Span] = []
    for opens, closes in sorted(map(_span, texts)):
        if joined and opens < joined[-1][1]:
            raise ValueError(_("Let its hours not overlap."))
        if joined and opens == joined[-1][1]:
            joined[-1] = joined[-1][0], closes
        else:
            joined.append((opens, closes))
    if joined and joined[-1][1] - DAY > joined[0][0]:
        raise ValueError(_("Let its hours not overlap."))
    return tuple(joined)


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    opens, closes = (_minute(found[1], found[2]), _minute(found[3], found[4])) if found else (DAY, DAY)
    if opens >= DAY or closes > DAY:
        raise ValueError(_('Write hours as "9:00-18:00", at most to 24:00.'))
    if opens == closes:
        raise ValueError(_('Write a whole day as "0:00-24:00", and none as [].'))
    return opens, closes if closes > opens else closes + DAY


def _minute(hour: str, minute: str | None) -> int:
    return int(hour) * 60 + int(minute or 0) if int(minute or 0) < 60 else 2 * DAY


def _holidays(table: Table, around: Around) -> Holidays | None:
    """Return the holidays that a calendar keeps; None where it keeps none."""
    if not table.has("holidays"):
        return None
    if table.is_table("holidays"):
        inner = table.take_table("holidays")
        country, part = inner.take_needed_text("country"), inner.take_text("subdivision")
        inner.end()
    else:
        inner, country, part = table, table.take_text("holidays"), ""
    if not country:
        return None
    try:
        return holidays_of(country, part, around.today, around.home)
    except NoSuchPlace as error:
        key = "subdivision" if error.part else "country"
        inner.wrong(key if inner is not table else "holidays", _("is not known"), str(error))
        return None


def _worked(day: date, week: tuple[Spans, ...]) -> Spans:
    """Return the hours of a day of rest that is worked: its own, or those of the nearest weekday before it that has any."""
    return next((week[weekday] for ahead in range(7) if week[weekday := (day.weekday() - ahead) % 7]), ())


def _off(table: Table) -> Iterator[date]:
    for text in table.take_one_or_more("off") or ():
        first, dots, last = text.partition("..")
        begins, ends = _date(first), _date(last if dots else first)
        if begins is None or ends is None or not 0 <= (ends - begins).days < LONGEST_RANGE:
            table.wrong("off", _("is not right"), _('Write dates as "2026-12-31", or from and to as "2026-12-28..2027-01-04".'))
            continue
        yield from (begins + timedelta(days=ahead) for ahead in range((ends - begins).days + 1))


def _on(table: Table, week: tuple[Spans, ...]) -> dict[date, Spans]:
    """Return the hours of the dates that have their own."""
    dates = table.take_table("on")
    found: dict[date, Spans] = {}
    for key in dates.names():
        day = _date(key)
        if day is None:
            dates.wrong(key, _("is no date"), _('Write it as "2026-12-31".'))
        hours = _like_weekday(dates, key, week) if dates.is_word(key) else _hours(dates, key)
        if day is not None and hours is not None:
            found[day] = hours
    return found


def _like_weekday(dates: Table, key: str, week: tuple[Spans, ...]) -> Spans:
    """Return the hours of the weekday that a date is worked like."""

    def rule(text: str) -> str:
        if text not in WEEKDAYS:
            raise ValueError(nearest(text[:20], list(WEEKDAYS)))
        return text

    name = dates.take_text(key, rule=rule)
    return week[WEEKDAYS.index(name)] if name else ()


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if len(text.strip()) == 10 else None
    except ValueError:
        return None
