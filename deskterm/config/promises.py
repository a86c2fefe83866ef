"""The `[[sla]]` tables of the configuration: what is promised to whom, and what follows when it is missed.

```
name                      what the policy is called
query                     whom it is for, in the filter language; without it everybody. The first policy that fits holds
first_reply, next_reply, resolution     "60m", or { within = "4h", hours = "calendar" }
hours                     "business" or "calendar": how the targets count that do not say it themselves
calendar                  whose business hours; else those of the team, of the channel, or the first
warn                      shares of the time in per cent at which somebody is warned: [75]
pause                     when its clocks stand still: ["snoozed", "awaited"]
escalate                  what follows a miss: [{ after = "30m", notify = "supervisor" }, { after = "1h", raise = "urgent" }]
```
"""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from deskterm.config.hours import NAME, Around, calendars
from deskterm.config.table import Table, nearest
from deskterm.desk.model import Priority
from deskterm.desk.query import FIELD
from deskterm.desk.query_amounts import amount
from deskterm.desk.query_tree import Span
from deskterm.desk.sla_book import Book, Calendar, Deed, Metric, Pause, Policy, Step, Target
from deskterm.desk.sla_query import policy_query_mistake
from deskterm.i18n import _

LONGEST = timedelta(days=366)
"""Nobody promises for later; such a time is a slip of the finger."""
TOLD = ("assignee", "team", "supervisor", "owner")
"""Whom a step may notify, beside operators by their logins."""
NOBODY = "nobody"
_WORD = re.compile(r"[a-zа-яё]+", re.IGNORECASE)
_UNITS = {
    "m": ("minute", "minutes", "mins", "минута", "минуты", "минуту", "минут"),
    "h": ("hour", "hours", "час", "часа", "часов"),
    "d": ("day", "days", "день", "дня", "дней", "сутки", "суток"),
    "w": ("week", "weeks", "неделя", "недели", "неделю", "недель"),
}
"""Units as they are written out, beside the short names of the filter language."""
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_PRIORITIES = tuple(priority.name.lower() for priority in Priority)


class Measure(StrEnum):
    """How a promised time counts: in business hours, or by the calendar and the clock on the wall."""

    BUSINESS = "business"
    CALENDAR = "calendar"


def book(root: Table, around: Around) -> Book:
    """Return what `[calendars]` and `[[sla]]` promise. Problems go to the tables."""
    hours = calendars(root.take_table("calendars"), around)
    policies: list[Policy] = []
    for table in root.take_list("sla"):
        policy = _policy(table, hours)
        if any(one.key == policy.key for one in policies) and policy.key:
            table.wrong("name", _("stands twice"), _("Choose another name."))
        if any(not one.query for one in policies):
            what = _("is never reached: a policy before it is for everybody")
            table.wrong("", what, _("Put it before that one, or give that one a query."))
        policies.append(policy)
    return Book(hours, tuple(policies))


def time_within(text: str) -> timedelta:
    """Return a promised time as people write it: "60m", "4 hours", "1h30m", "30 минут", "1d" (24 hours). Raises ValueError with
    the fix."""
    span = amount(FIELD["sla"], _WORD.sub(_unit, text).replace(" ", ""))
    if not isinstance(span, Span) or not timedelta(seconds=span.seconds) <= LONGEST:
        raise ValueError(_("Write a time such as 30m, 4h or 1h30m, at most a year."))
    return timedelta(seconds=span.seconds)


def _unit(found: re.Match[str]) -> str:
    """Return the short name of a unit that is written out; of another word the word itself."""
    word = found[0].lower()
    return next((short for short, names in _UNITS.items() if word in names), word)


def _promised(text: str) -> str:
    if time_within(text) < timedelta(minutes=1):
        raise ValueError(_("Promise a minute at least."))
    return text


def _after(text: str) -> str:
    time_within(text)
    return text


def _policy(table: Table, hours: tuple[Calendar, ...]) -> Policy:
    measure = table.take_choice("hours", Measure.BUSINESS)
    targets = {metric: target for metric in Metric if (target := _target(table, metric, measure)) is not None}
    counted = next((metric for metric, target in targets.items() if target.business), None)
    if counted is not None and not hours:
        what = _("counts business hours, and there is no calendar")
        table.wrong(counted, what, _('Write [calendars.office] with its hours, or hours = "calendar" here.'))
    policy = Policy(
        key=table.take_needed_text("name", rule=_name),
        query=table.take_text("query"),
        targets=MappingProxyType(targets),
        calendar=_calendar(table, hours),
        warn=tuple(share / 100 for share in table.take_wholes("warn", (75,), 1, 99)),
        pause=_pauses(table),
        steps=_steps(table.take_list("escalate")),
    )
    if mistake := policy_query_mistake(policy.query):
        table.wrong("query", mistake, _("Try it first in the console, behind /."))
    table.end()
    return policy


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError(_("Use 1 to 40 letters, digits and signs . - _, a letter or digit first."))
    return text


def _target(table: Table, metric: Metric, measure: Measure) -> Target | None:
    """Return what is promised of one metric; None where nothing is."""
    if not table.has(metric):
        table.allow(metric)
        return None
    if table.is_table(metric):
        inner = table.take_table(metric)
        text = inner.take_needed_text("within", rule=_promised)
        measure = inner.take_choice("hours", measure)
        inner.end()
    else:
        text = table.take_needed_text(metric, rule=_promised)
    return Target(time_within(text), measure is Measure.BUSINESS) if text else None


def _calendar(table: Table, hours: tuple[Calendar, ...]) -> str:
    keys = [one.key for one in hours]

    def rule(text: str) -> str:
        if text not in keys:
            raise ValueError(nearest(text[:40], keys) if keys else _("There is none yet."))
        return text

    return table.take_text("calendar", rule=rule)


def _pauses(table: Table) -> frozenset[Pause]:
    if not table.has("pause"):
        table.allow("pause")
        return Policy("").pause
    return frozenset(map(Pause, table.take_known("pause", [one.value for one in Pause])))


def _steps(tables: list[Table]) -> tuple[Step, ...]:
    steps = [step for table in tables if (step := _step(table)) is not None]
    return tuple(sorted(steps, key=lambda step: step.after))


def _step(table: Table) -> Step | None:
    """Return a step; None where it does not say one thing to do."""
    after = table.take_text("after", "0m", rule=_after)
    rules = {Deed.NOTIFY: _told, Deed.ASSIGN: _assigned, Deed.RAISE: _priority}
    said = {deed: table.take_text(deed, rule=rule) for deed, rule in rules.items()}
    given = [deed for deed in Deed if table.has(deed)]
    if len(given) != 1 and not any(map(table.misspelt, Deed)):
        table.wrong("", _("must say one thing to do"), _('Write one of notify, assign or raise: notify = "supervisor".'))
    table.end()
    return Step(time_within(after), given[0], said[given[0]]) if len(given) == 1 and said[given[0]] else None


def _told(text: str) -> str:
    if text not in TOLD and not _LOGIN.fullmatch(text):
        raise ValueError(_("Name one of {words}, or the login of an operator.").format(words=", ".join(TOLD)))
    return text


def _assigned(text: str) -> str:
    if not _LOGIN.fullmatch(text):
        raise ValueError(_('Name the login of an operator, or "nobody".'))
    return text


def _priority(text: str) -> str:
    if text not in _PRIORITIES:
        raise ValueError(nearest(text[:20], list(_PRIORITIES)))
    return text
