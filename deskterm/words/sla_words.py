"""Words of promised times: what is promised, and how its clock stands, in the operator's language."""

from __future__ import annotations

from datetime import datetime, timedelta

from deskterm.desk.model import Status
from deskterm.desk.rows import ConversationRow
from deskterm.desk.rows_time import ClockRow
from deskterm.desk.sla_book import Metric
from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _, ngettext
from deskterm.widgets.when import moment, short_span

_METRICS = {
    Metric.FIRST_REPLY: N_("first reply"),
    Metric.NEXT_REPLY: N_("next reply"),
    Metric.RESOLUTION: N_("resolution"),
}
_DAY_MINUTES = 1440
_DAYS_FROM = 2
"""From so many days on a whole number of days by the clock on the wall is said in days."""


def metric_words(metric: str) -> str:
    """Return what a clock measures, in words; of one that is not known its code."""
    known = _METRICS.get(Metric(metric)) if metric in set(Metric) else None
    return _(known) if known is not None else clean_line(metric, 40)


def length_words(length: timedelta, *, business: bool = False) -> str:
    """Return a length of time: "45m", "4h", "1h 30m", "30 days". Of business hours (`business`) it is never said in days: a day
    of them is no 24 hours."""
    minutes = round(length.total_seconds()) // 60
    days, rest = divmod(minutes, _DAY_MINUTES)
    if days >= _DAYS_FROM and not rest and not business:
        return ngettext("{n} day", "{n} days", days).format(n=days)
    hours, minutes = divmod(minutes, 60)
    words = [_("{n}h").format(n=hours)] if hours else []
    return " ".join([*words, _("{n}m").format(n=minutes)] if minutes or not hours else words)


def running(clocks: tuple[ClockRow, ...]) -> tuple[ClockRow, ...]:
    """Return the clocks that have not ended and have something promised, what is due first at the head."""
    left = [clock for clock in clocks if clock.ended_at is None and clock.target_ms is not None]
    return tuple(sorted(left, key=lambda clock: (clock.due_at is None, clock.due_at or clock.started_at)))


def why_still(row: ConversationRow, now: datetime) -> str:
    """Return why the clocks of a conversation stand still."""
    if row.status is not Status.SNOOZED:
        return _("the customer's answer is awaited")
    return _("snoozed") if row.snoozed_until is None else _("snoozed until {time}").format(time=moment(row.snoozed_until, now))


def missed_before(clock: ClockRow) -> datetime | None:
    """Return when a clock was missed at another time than it is due now: under other terms, or before it stood still."""
    return clock.missed_at if clock.missed_at is not None and clock.missed_at != clock.due_at else None


def clock_words(clock: ClockRow, now: datetime, why: str = "") -> str:
    """Return how a running clock stands: "first reply 12m left", "first reply late 7m, since 14:05", "resolution stopped, 2h
    left: snoozed" with the reason `why` it stands still. What is late is so by the time it is due now; where it was missed
    before, at another time, that is said apart: "first reply 2h left, missed 17:01"."""
    words = _standing(clock, now)
    before = missed_before(clock)
    if before is not None:
        words = _("{how}, missed {time}").format(how=words, time=moment(before, now))
    return f"{words}: {why}" if why and clock.due_at is None else words


def _standing(clock: ClockRow, now: datetime) -> str:
    name = metric_words(clock.metric)
    if clock.due_at is None:
        left = timedelta(milliseconds=clock.left_ms or 0)
        words = _("{what} stopped, late {span}") if left < timedelta(0) else _("{what} stopped, {span} left")
        return words.format(what=name, span=short_span(abs(left)))
    if clock.due_at <= now:
        late, since = short_span(now - clock.due_at), moment(clock.due_at, now)
        return _("{what} late {span}, since {time}").format(what=name, span=late, time=since)
    return _("{what} {span} left").format(what=name, span=short_span(clock.due_at - now))


def ended_words(clock: ClockRow) -> str:
    """Return what became of a clock that has ended: "kept, 12m", "missed, 2h", "" where it was dropped."""
    spent = short_span(timedelta(milliseconds=clock.spent_ms))
    if clock.outcome == "met":
        return _("kept, {span}").format(span=spent)
    return _("missed, {span}").format(span=spent) if clock.outcome == "missed" else ""
