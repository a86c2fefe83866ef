"""What is promised as a person reads it on the command line, and as JSON: policies, calendars, the clocks of a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from deskterm.cli.answer import Json, Paper
from deskterm.cli.as_json import as_json
from deskterm.desk import calendar as hours
from deskterm.desk.model import Priority
from deskterm.desk.rows_time import ClockRow
from deskterm.desk.sla_book import Book, Calendar, Deed, Pause, Policy, Span, Step, Target
from deskterm.i18n import N_, _
from deskterm.words import wording
from deskterm.words.sla_words import metric_words

HOLIDAYS_SHOWN = 5
"""How many of the next days that differ from the usual week are shown."""
_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_PAUSES = {Pause.SNOOZED: N_("while snoozed"), Pause.AWAITED: N_("while the customer is to answer")}
_TOLD = {
    "assignee": N_("tell the assignee"),
    "team": N_("tell the team"),
    "supervisor": N_("tell the supervisor"),
    "owner": N_("tell the owner"),
}
_OUTCOMES = {"met": N_("kept"), "missed": N_("missed"), "dropped": N_("dropped")}


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
    local = at.astimezone(zone_of(calendar))
    return f"{_(_WEEKDAYS[local.weekday()])} {local.strftime('%Y-%m-%d %H:%M')}"


def length_words(length: timedelta) -> str:
    """Return a length of time in hours and minutes: "45m", "4h", "1h 30m"."""
    hours_, minutes = divmod(round(length.total_seconds()) // 60, 60)
    words = [_("{n}h").format(n=hours_)] if hours_ else []
    return " ".join([*words, _("{n}m").format(n=minutes)] if minutes or not hours_ else words)


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
        lines.append(f"{metric_words(metric)}: {_target(target, policy.calendar)}")
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


def _target(target: Target, calendar: str) -> str:
    length = length_words(target.within)
    if not target.business:
        return _("{span} by the clock").format(span=length)
    if calendar:
        return _("{span} of the hours of {calendar}").format(span=length, calendar=calendar)
    return _("{span} of business hours").format(span=length)


def _step(step: Step) -> str:
    when = _("after {span}").format(span=length_words(step.after)) if step.after else _("at once")
    match step.deed:
        case Deed.NOTIFY:
            what = _(_TOLD[step.to]) if step.to in _TOLD else _("tell {login}").format(login=step.to)
        case Deed.ASSIGN if step.to == "nobody":
            what = _("back to the team")
        case Deed.ASSIGN:
            what = _("give it to {login}").format(login=step.to)
        case Deed.RAISE:
            what = _("priority {priority}").format(priority=wording.priority_words(Priority[step.to.upper()]))
    return f"{when} {what}"


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


def show_clocks(paper: Paper, clocks: Sequence[ClockRow]) -> None:
    """Print the clocks of a conversation: by which policy, since when, until when, and how they stand."""
    titles = [_("promised"), _("policy"), _("calendar"), _("since"), _("due"), _("state")]
    paper.table(titles, [_clock_row(clock) for clock in clocks])


def _clock_row(clock: ClockRow) -> list[str]:
    due = _local(clock.due_at)
    return [metric_words(clock.metric), clock.policy, clock.calendar, _local(clock.started_at), due, _clock_state(clock)]


def _clock_state(clock: ClockRow) -> str:
    if clock.ended_at is not None:
        known = _OUTCOMES.get(clock.outcome)
        return _(known) if known is not None else clock.outcome
    if clock.missed_at is not None:
        return _("missed {time}").format(time=_local(clock.missed_at))
    if clock.target_ms is None:
        return _("nothing promised")
    if clock.due_at is None:
        return _("stands still, {span} left").format(span=length_words(timedelta(milliseconds=max(0, clock.left_ms or 0))))
    return _("warned") if clock.warned else _("running")


def _local(at: datetime | None) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M") if at is not None else ""
