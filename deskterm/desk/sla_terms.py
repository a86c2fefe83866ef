"""What an SLA policy promises of one metric, and how its time is counted: by the wall clock, or in business hours. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from deskterm.desk import calendar as hours
from deskterm.desk.sla_book import Calendar, Metric, Pause, Policy, Step

STANDS_STILL = frozenset({Pause.SNOOZED, Pause.AWAITED})
"""When clocks stand still where no policy says it."""


def milliseconds(span: timedelta) -> int:
    """Return a span in whole milliseconds."""
    return span // timedelta(milliseconds=1)


class Measure(Protocol):
    """How time is counted: by the wall clock, or in business hours."""

    def add(self, at_ms: int, amount_ms: int) -> int | None:
        """Return when so much has passed since a time; None where that never comes."""

    def between(self, from_ms: int, to_ms: int) -> int:
        """Return how much passes from one time to a later one."""


class _Wall:
    def add(self, at_ms: int, amount_ms: int) -> int | None:
        return at_ms + amount_ms

    def between(self, from_ms: int, to_ms: int) -> int:
        return to_ms - from_ms


@dataclass(frozen=True, slots=True)
class _Hours:
    calendar: Calendar

    def add(self, at_ms: int, amount_ms: int) -> int | None:
        return hours.add(self.calendar, at_ms, amount_ms)

    def between(self, from_ms: int, to_ms: int) -> int:
        return hours.between(self.calendar, from_ms, to_ms)


WALL: Measure = _Wall()


@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised of one metric: `target_ms` (None: nothing), counted by `measure`, which is that of `calendar` ("" the
    wall clock)."""

    policy: str = ""
    calendar: str = ""
    target_ms: int | None = None
    warn: tuple[float, ...] = ()
    steps: tuple[Step, ...] = ()
    pause: frozenset[Pause] = STANDS_STILL
    measure: Measure = field(default=WALL, compare=False)


NOTHING = Terms()
"""No policy: the clock runs on, so that a later policy knows the past."""


def terms_of(policy: Policy | None, metric: Metric, calendar: Calendar | None) -> Terms:
    """Return what a policy promises of a metric; `calendar` are the business hours that hold for the conversation, if any."""
    if policy is None:
        return NOTHING
    target = policy.targets.get(metric)
    if target is None:
        return Terms(policy.key, pause=policy.pause)
    counted = calendar if target.business else None
    return Terms(
        policy.key,
        "" if counted is None else counted.key,
        milliseconds(target.within),
        policy.warn,
        policy.steps,
        policy.pause,
        WALL if counted is None else _Hours(counted),
    )
