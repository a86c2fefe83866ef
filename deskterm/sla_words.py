"""Words of promised times: what is promised, and how its clock stands, in the operator's language."""

from __future__ import annotations

from datetime import datetime, timedelta

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


def clock_words(clock: ClockRow, now: datetime) -> str:
    """Return how a running clock stands: "first reply 12m left", "late 7m, since 14:05", "stands still, 2h left"."""
    name = metric_words(clock.metric)
    if clock.due_at is None:
        left = timedelta(milliseconds=clock.left_ms or 0)
        if left < timedelta(0):
            return _("{what} stands still, late {span}").format(what=name, span=short_span(-left))
        return _("{what} stands still, {span} left").format(what=name, span=short_span(left))
    if clock.due_at <= now:
        late, since = short_span(now - clock.due_at), moment(clock.missed_at or clock.due_at, now)
        return _("{what} late {span}, since {time}").format(what=name, span=late, time=since)
    return _("{what} {span} left").format(what=name, span=short_span(clock.due_at - now))
