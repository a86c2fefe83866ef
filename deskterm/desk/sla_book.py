"""What a desk has promised, as plain values: business hours, SLA policies, and what happens when a promise is missed.

The configuration makes a `Book` of it (`deskterm.config.promises`), the store keeps it, so that every process judges by the
same one; `desk.calendar` and `desk.sla` work with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""Open from minute to minute, counted from the midnight that begins the day: (540, 1080) is 9:00 to 18:00. One that ends after
1,440 goes on into the next day: (1320, 1800) is 22:00 to 6:00."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Business hours. `zone` is a name of the time zone database; `week` the spans of Monday to Sunday, ascending, none
    touching another; `days` the spans of dates that differ: none for a holiday, those of a working day that was moved. `until`
    is the last day whose holidays are known (None: there are none to know). `channels` and `teams` are names of those it holds
    for, where a policy names no calendar; the first that fits is taken, a team's before a channel's."""

    key: str
    zone: str
    week: tuple[tuple[Span, ...], ...]
    days: Mapping[date, tuple[Span, ...]] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    until: date | None = None
    channels: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


class Metric(StrEnum):
    """What is promised. FIRST_REPLY is a conversation's first wait, NEXT_REPLY any later one."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLUTION = "resolution"


class Pause(StrEnum):
    """When the clocks of a policy stand still: while the conversation is snoozed; while the customer's answer is awaited
    (nobody waits for us; only a resolution can stand still so)."""

    SNOOZED = "snoozed"
    AWAITED = "awaited"


class Deed(StrEnum):
    """What a step of an escalation does. ASSIGN gives the conversation to `Step.to` (a login, or "nobody": back into its team's
    queue), RAISE sets the priority `Step.to`, NOTIFY tells `Step.to`: "assignee", "team", "supervisor", "owner" or a login."""

    NOTIFY = "notify"
    ASSIGN = "assign"
    RAISE = "raise"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an escalation: so long `after` the miss, in the measure of its target."""

    after: timedelta
    deed: Deed
    to: str


@dataclass(frozen=True, slots=True)
class Target:
    """A promised time: in business hours (`business`), else by the wall clock."""

    within: timedelta
    business: bool = True


@dataclass(frozen=True, slots=True)
class Policy:
    """An SLA policy. `query` is of the filter language and says which conversations it is for ("" all); the first policy that
    fits holds. `calendar` is the key of its business hours ("" those of the conversation's team or channel, else the first).
    `warn` are shares of a target's time, ascending, at which the assignee is warned (0.75). `steps` are what follows a miss."""

    key: str
    query: str = ""
    targets: Mapping[Metric, Target] = field(default_factory=lambda: MappingProxyType({}))
    calendar: str = ""
    warn: tuple[float, ...] = (0.75,)
    pause: frozenset[Pause] = frozenset({Pause.SNOOZED, Pause.AWAITED})
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """All that is promised. Without policies the allowance of `desk.urgency` is what conversations are held to."""

    calendars: tuple[Calendar, ...] = ()
    policies: tuple[Policy, ...] = ()


NOTHING_PROMISED = Book()
