"""Words of promised times: what is promised, and how its clock stands, in the operator's language."""

from __future__ import annotations

from datetime import datetime, timedelta

from deskterm.desk.model import Status
from deskterm.desk.rows import ConversationRow
from deskterm.desk.rows_time import ClockRow
from deskterm.desk.sla_book import Metric
from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _
from deskterm.widgets.when import moment, short_span

_METRICS = {
    Metric.FIRST_REPLY: N_("first reply"),
    Metric.NEXT_REPLY: N_("next reply"),
    Metric.RESOLUTION: N_("resolution"),
}


def metric_words(metric: str) -> str:
    """Return what a clock measures, in words; of one that is not known its code."""
    known = _METRICS.get(Metric(metric)) if metric in set(Metric) else None
    return _(known) if known is not None else clean_line(metric, 40)


def running(clocks: tuple[ClockRow, ...]) -> tuple[ClockRow, ...]:
    """Return the clocks that have not ended and have something promised, what is due first at the head."""
    left = [clock for clock in clocks if clock.ended_at is None and clock.target_ms is not None]
    return tuple(sorted(left, key=lambda clock: (clock.due_at is None, clock.due_at or clock.started_at)))


def why_still(row: ConversationRow, now: datetime) -> str:
    """Return why the clocks of a conversation stand still."""
    if row.status is not Status.SNOOZED:
        return _("the customer's answer is awaited")
    return _("snoozed") if row.snoozed_until is None else _("snoozed until {time}").format(time=moment(row.snoozed_until, now))


def clock_words(clock: ClockRow, now: datetime, why: str = "") -> str:
    """Return how a running clock stands: "first reply 12m left", "first reply late 7m, since 14:05", "resolution stopped, 2h
    left: snoozed" with the reason `why` it stands still."""
    name = metric_words(clock.metric)
    if clock.due_at is None:
        left = timedelta(milliseconds=clock.left_ms or 0)
        words = _("{what} stopped, late {span}") if left < timedelta(0) else _("{what} stopped, {span} left")
        said = words.format(what=name, span=short_span(abs(left)))
        return f"{said}: {why}" if why else said
    if clock.due_at <= now:
        late, since = short_span(now - clock.due_at), moment(clock.missed_at or clock.due_at, now)
        return _("{what} late {span}, since {time}").format(what=name, span=late, time=since)
    return _("{what} {span} left").format(what=name, span=short_span(clock.due_at - now))


def ended_words(clock: ClockRow) -> str:
    """Return what became of a clock that has ended: "kept, 12m", "missed, 2h", "" where it was dropped."""
    spent = short_span(timedelta(milliseconds=clock.spent_ms))
    if clock.outcome == "met":
        return _("kept, {span}").format(span=spent)
    return _("missed, {span}").format(span=spent) if clock.outcome == "missed" else ""
