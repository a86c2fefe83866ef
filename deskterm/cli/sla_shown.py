"""What is promised as a person reads it on the command line, and as JSON: policies, calendars, the clocks of a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from deskterm.cli.answer import Json, Paper
from deskterm.cli.as_json import as_json
from deskterm.desk import calendar as hours
from deskterm.desk.rows_time import ClockRow
from deskterm.desk.sla_book import Book, Calendar, Pause, Policy, Span, Step
from deskterm.i18n import N_, _
from deskterm.times.zones import machine_zone
from deskterm.words.sla_story import Told, clocks_told, deed_words, policy_told, target_words
from deskterm.words.sla_words import length_words, metric_words

HOLIDAYS_SHOWN = 5
"""How many of the next days that differ from the usual week are shown."""
_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_PAUSES = {Pause.SNOOZED: N_("while snoozed"), Pause.AWAITED: N_("while the customer is to answer")}


def milliseconds(at: datetime) -> int:
    """Return a time as calendars take it."""
    return round(at.timestamp() * 1000)


def moment(at_ms: int | None) -> datetime | None:
    """Return a time of a calendar in UTC; None for none."""
    return None if at_ms is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)


def zone_of(calendar: Calendar) -> tzinfo:
    """Return the time zone of a calendar."""
    from zoneinfo import ZoneInfo  # every command would pay for it otherwise

    return ZoneInfo(calendar.zone)


def in_zone(at: datetime, calendar: Calendar) -> str:
    """Return a time as the clock on the wall of a calendar's zone shows it: "Mon 2026-11-23 09:00"."""
    return _on_the_wall(at.astimezone(zone_of(calendar)))


def _on_the_wall(local: datetime) -> str:
    return f"{_(_WEEKDAYS[local.weekday()])} {local.strftime('%Y-%m-%d %H:%M')}"


def spans_words(spans: Sequence[Span]) -> str:
    """Return the hours of a day: "9:00-13:00, 14:00-18:00"; that it is closed where there are none."""
    return ", ".join(map(_span, spans)) or _("closed")


def _span(span: Span) -> str:
    opens, closes = span
    ends = closes if closes <= 1440 else closes - 1440
    return f"{opens // 60}:{opens % 60:02}-{ends // 60}:{ends % 60:02}"


# What is promised


def show_book(paper: Paper, book: Book, now: datetime) -> None:
    """Print the policies in the order in which they are tried, then each calendar with this week and what comes."""
    parts = [_policy_lines(place, policy) for place, policy in enumerate(book.policies, start=1)]
    if not parts:
        parts = [[_("No policy: an answer is due after 15 minutes to 4 hours, by priority.")]]
    parts += [_calendar_lines(calendar, now) for calendar in book.calendars]
    paper.block("\n\n".join("\n   ".join(lines) for lines in parts))


def _policy_lines(place: int, policy: Policy) -> list[str]:
    lines = [f"{place}. {policy.key}: {policy.query or _('all that is left')}"]
    for metric, target in policy.targets.items():
        lines.append(
            f"{metric_words(metric)}: {target_words(target.within, business=target.business, calendar=policy.calendar)}"
        )
    if not policy.targets:
        lines.append(_("nothing is promised"))
    warned = ", ".join(f"{share:.0%}" for share in policy.warn)
    if warned:
        lines.append(_("warned after: {shares}").format(shares=warned))
    pauses = ", ".join(_(_PAUSES[pause]) for pause in Pause if pause in policy.pause)
    if pauses:
        lines.append(_("stands still: {pauses}").format(pauses=pauses))
    if policy.steps:
        lines.append(_("when missed: {steps}").format(steps="; ".join(map(_step, policy.steps))))
    return lines


def _step(step: Step) -> str:
    when = _("after {span}").format(span=length_words(step.after)) if step.after else _("at once")
    return f"{when} {deed_words(step.deed, step.to)}"


def _calendar_lines(calendar: Calendar, now: datetime) -> list[str]:
    lines = [f"{calendar.key} · {calendar.zone} · {_state(calendar, now)}"]
    lines += [_day(day, spans) for day, spans in _week(calendar, now)]
    lines += [_("ahead: {day}").format(day=_day(day, spans)) for day, spans in _differing(calendar, now)]
    if calendar.until is not None:
        lines.append(_("holidays are known until {day}").format(day=calendar.until.isoformat()))
    if calendar.channels:
        lines.append(_("channels: {names}").format(names=", ".join(calendar.channels)))
    if calendar.teams:
        lines.append(_("teams: {names}").format(names=", ".join(calendar.teams)))
    return lines


def _day(day: date, spans: Sequence[Span]) -> str:
    return f"{_(_WEEKDAYS[day.weekday()])} {day.isoformat()}  {spans_words(spans)}"


def _state(calendar: Calendar, now: datetime) -> str:
    at = milliseconds(now)
    opens = moment(hours.opens_next(calendar, at))
    if opens is None:
        return _("never opens")
    if hours.is_open(calendar, at):
        return _("open now")
    return _("closed, opens {time}").format(time=in_zone(opens, calendar))


def _today(calendar: Calendar, now: datetime) -> date:
    return now.astimezone(zone_of(calendar)).date()


def _week(calendar: Calendar, now: datetime) -> list[tuple[date, tuple[Span, ...]]]:
    """Return this week's dates, Monday to Sunday, with their hours."""
    today = _today(calendar, now)
    monday = today - timedelta(days=today.weekday())
    return [(day, hours.hours_on(calendar, day)) for day in (monday + timedelta(days=ahead) for ahead in range(7))]


def _differing(calendar: Calendar, now: datetime) -> list[tuple[date, tuple[Span, ...]]]:
    """Return the next dates after this week that are not as their weekday usually is."""
    last = _week(calendar, now)[-1][0]
    return [(day, spans) for day, spans in sorted(calendar.days.items()) if day > last][:HOLIDAYS_SHOWN]


def book_as_json(book: Book, now: datetime) -> Json:
    """Return what is promised as JSON: amounts in seconds, hours as "9:00-18:00"."""
    return {
        "policies": [_policy_as_json(policy) for policy in book.policies],
        "calendars": [_calendar_as_json(calendar, now) for calendar in book.calendars],
    }


def _policy_as_json(policy: Policy) -> dict[str, Json]:
    targets: Mapping[str, Json] = {
        metric.value: {"within_s": target.within.total_seconds(), "hours": "business" if target.business else "calendar"}
        for metric, target in policy.targets.items()
    }
    return {
        "name": policy.key,
        "query": policy.query,
        "targets": dict(targets),
        "calendar": policy.calendar or None,
        "warn": [round(share * 100) for share in policy.warn],
        "pause": [pause.value for pause in Pause if pause in policy.pause],
        "escalate": [{"after_s": step.after.total_seconds(), "deed": step.deed.value, "to": step.to} for step in policy.steps],
    }


def _calendar_as_json(calendar: Calendar, now: datetime) -> dict[str, Json]:
    at = milliseconds(now)

    def dated(days: list[tuple[date, tuple[Span, ...]]]) -> list[Json]:
        return [{"date": day.isoformat(), "hours": [_span(span) for span in spans]} for day, spans in days]

    return {
        "name": calendar.key,
        "timezone": calendar.zone,
        "open": hours.is_open(calendar, at),
        "opens_at": as_json(moment(hours.opens_next(calendar, at))),
        "week": dated(_week(calendar, now)),
        "ahead": dated(_differing(calendar, now)),
        "until": None if calendar.until is None else calendar.until.isoformat(),
        "channels": list(calendar.channels),
        "teams": list(calendar.teams),
    }


# The clocks of a conversation


@dataclass(frozen=True, slots=True)
class Sight:
    """How the clocks of a conversation are looked at: when, in whose zone (None: the machine's), and why those that stand still
    do."""

    now: datetime
    zone: str = ""
    still: str = ""

    @property
    def zone_name(self) -> str:
        """Return which zone that is."""
        return self.zone or machine_zone()

    def shown(self, at: datetime) -> str:
        """Return a time as the clock on the wall of this zone shows it: "Mon 2026-11-23 09:00"."""
        from zoneinfo import ZoneInfo  # every command would pay for it otherwise

        return _on_the_wall(at.astimezone(ZoneInfo(self.zone) if self.zone else None))


def show_clocks(paper: Paper, clocks: Sequence[ClockRow], book: Book, sight: Sight) -> None:
    """Print which policy a conversation falls under and why, then each clock: what is promised, since when, until when, what
    was rung and what happens next."""
    parts = [_lines(policy_told(clocks, book))]
    if clocks:
        parts[0].append(_("times are those of {zone}").format(zone=sight.zone_name))
    for name, told in clocks_told(clocks, sight.now, sight.still, sight.shown):
        parts.append([name, *_lines(told)])
    paper.block("\n\n".join("\n   ".join(lines) for lines in parts))


def _lines(told: Sequence[Told]) -> list[str]:
    """Return lines with their headings; one that goes on has that of the line before."""
    head, lines = "", []
    for one in told:
        head = one.head or head
        lines.append(f"{head}: {one.words}")
    return lines
