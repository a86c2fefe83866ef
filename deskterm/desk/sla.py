"""SLA clocks: how long a customer has waited of what they were promised, and which alarms that rings. Pure.

A clock measures one wait for an answer, or the work on one conversation (`desk.sla_follow` says which there are). It runs,
stands still, and ends. What it keeps are the stretches in which it ran: by whatever policy and calendar it is measured, now or
after a change, the time that passed is measured anew from them and never invented. All times are milliseconds since 1970 UTC.

Alarms have stages: the policy's warnings from 1 on, the miss (`MISS_STAGE`), the steps that follow it. A stage once rung stays
rung when the clock stands still and goes on. Where the promise itself changes, so that a stage lies ahead again, it rings again
for the new time; `missed_at` keeps the first time that was missed. A clock that stands still rings nothing.

An answer at the very moment that was promised is in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum, auto
from typing import Protocol

from deskterm.desk import calendar as hours
from deskterm.desk.sla_book import Calendar, Metric, Pause, Policy, Step

REPLIES = (Metric.FIRST_REPLY, Metric.NEXT_REPLY)
STANDS_STILL = frozenset({Pause.SNOOZED, Pause.AWAITED})
"""When clocks stand still where no policy says it."""
MISS_STAGE = 100
"""The stage of the miss; however many warnings a policy has, or gets, they come before it."""
MET, MISSED, DROPPED = "met", "missed", "dropped"

Runs = tuple[tuple[int, int], ...]


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
        _ms(target.within),
        policy.warn,
        policy.steps,
        policy.pause,
        WALL if counted is None else _Hours(counted),
    )


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock, as the table `sla_clock` keeps it. `spent_ms` is what it ran, in the measure of its terms, before
    `running_since`; `runs` are the stretches before that, ascending. It has ended where `ended_at` is set, and stands still
    where neither that nor `running_since` is. `stage` is the last alarm that was rung or passed over."""

    metric: Metric
    started_at: int
    policy: str = ""
    calendar: str = ""
    target_ms: int | None = None
    due_at: int | None = None
    running_since: int | None = None
    spent_ms: int = 0
    runs: Runs = ()
    stage: int = 0
    missed_at: int | None = None
    ended_at: int | None = None
    outcome: str = ""

    @property
    def live(self) -> bool:
        """Whether it has not ended."""
        return self.ended_at is None

    def under(self, terms: Terms) -> bool:
        """Whether it is measured by these terms."""
        return (self.policy, self.calendar, self.target_ms) == (terms.policy, terms.calendar, terms.target_ms)


class Ring(StrEnum):
    """What an alarm is."""

    WARNING = auto()
    MISS = auto()
    STEP = auto()


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm of a clock: its stage, its true time, and what a warning or a step says."""

    kind: Ring
    stage: int
    at: int
    share: float = 1.0
    step: Step | None = None


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def spent(clock: Clock, at: int, terms: Terms) -> int:
    """Return how much of the promised time has passed at a time."""
    if clock.running_since is None:
        return clock.spent_ms
    return clock.spent_ms + terms.measure.between(clock.running_since, max(at, clock.running_since))


def left(clock: Clock, at: int, terms: Terms) -> int | None:
    """Return how much of the promised time is left, less than nothing where it is over; None where nothing is promised."""
    return None if clock.target_ms is None else clock.target_ms - spent(clock, at, terms)


def moment(clock: Clock, amount: int, terms: Terms) -> int | None:
    """Return when a clock has run for so long, in the past or ahead; None where it never has, as things are."""
    if clock.spent_ms >= amount:
        passed = 0
        for since, until in clock.runs:
            length = terms.measure.between(since, until)
            if passed + length >= amount:
                return terms.measure.add(since, amount - passed)
            passed += length
    if clock.running_since is None:
        return None
    return terms.measure.add(clock.running_since, amount - clock.spent_ms)


def _due(clock: Clock, terms: Terms) -> int | None:
    return None if clock.target_ms is None else moment(clock, clock.target_ms, terms)


def _timed(clock: Clock, terms: Terms) -> Clock:
    """Return a clock with its due time as it runs now; one that stands still has none."""
    return replace(clock, due_at=None if clock.running_since is None else _due(clock, terms))


def begin(metric: Metric, started_at: int, terms: Terms) -> Clock:
    """Return a clock that has run since a time."""
    clock = Clock(metric, started_at, terms.policy, terms.calendar, terms.target_ms, running_since=started_at)
    return _timed(clock, terms)


def settled(clock: Clock, at: int, terms: Terms) -> Clock:
    """Return a clock with the miss noted that it has run into before a time, whether or not anybody was awake to ring it."""
    if clock.missed_at is not None or not clock.live:
        return clock
    due = clock.due_at if clock.running_since is not None else _due(clock, terms)
    if due is None or due >= at:
        return clock
    return replace(clock, missed_at=due, stage=max(clock.stage, MISS_STAGE))


def pause(clock: Clock, at: int, terms: Terms) -> Clock:
    """Return a clock that stands still from a time on."""
    if clock.running_since is None:
        return clock
    at = max(at, clock.running_since)
    clock = settled(clock, at, terms)
    since = clock.running_since
    runs = clock.runs if since is None or since == at else (*clock.runs, (since, at))
    return replace(clock, running_since=None, spent_ms=spent(clock, at, terms), runs=runs, due_at=None)


def resume(clock: Clock, at: int, terms: Terms) -> Clock:
    """Return a clock that runs again from a time on, with what is left."""
    if clock.running_since is not None or not clock.live:
        return clock
    return _timed(replace(clock, running_since=max(at, _last(clock))), terms)


def _last(clock: Clock) -> int:
    return clock.runs[-1][1] if clock.runs else clock.started_at


def end(clock: Clock, at: int, terms: Terms, *, dropped: bool = False, judged: bool = True) -> Clock:
    """Return a clock that has ended: in time or not. `dropped`: not by what was promised; then it is a miss only where it was
    one before, and without `judged` not even then (it was nobody's wait)."""
    due = clock.due_at
    at = max(at, _last(clock), clock.running_since or 0)
    still = settled(pause(clock, at, terms), at, terms)
    missed = still.missed_at is not None and judged
    outcome = MISSED if missed else DROPPED if dropped else MET
    return replace(still, ended_at=at, outcome=outcome, due_at=due)


def revive(clock: Clock, terms: Terms, *, gap: bool) -> Clock:
    """Return a clock that had ended as if it had not; it is measured by these terms from now on. `gap`: what passed since its
    end counts, where it ran until then; otherwise it stands still, to be resumed."""
    ended = clock.ended_at
    ran = bool(clock.runs) and clock.runs[-1][1] == ended
    clock = replace(clock, ended_at=None, outcome="", due_at=None)
    if gap and ran:
        clock = replace(clock, running_since=clock.runs[-1][0], runs=clock.runs[:-1])
    elif gap and ended == clock.started_at and not clock.runs:
        clock = replace(clock, running_since=ended)
    return _measured(clock, terms)


def _measured(clock: Clock, terms: Terms) -> Clock:
    """Return a clock as these terms measure it."""
    return _timed(
        replace(
            clock,
            policy=terms.policy,
            calendar=terms.calendar,
            target_ms=terms.target_ms,
            spent_ms=sum(terms.measure.between(since, until) for since, until in clock.runs),
        ),
        terms,
    )


def retarget(clock: Clock, at: int, was: Terms, terms: Terms) -> Clock:
    """Return a running or resting clock under other terms from a time on. What it ran into before stays missed. Stages that lie
    ahead under the new terms are to be rung for the new time; those that lie behind and were not rung are rung late."""
    clock = settled(clock, at, was)
    moved = _measured(clock, terms)
    rung = _same_stage(clock.stage, terms)
    if clock.missed_at is not None and clock.due_at == moved.due_at:
        rung = max(rung, MISS_STAGE)
    as_before = (clock.due_at, was.target_ms, was.warn, was.steps)
    if as_before == (moved.due_at, terms.target_ms, terms.warn, terms.steps):
        return replace(moved, stage=rung)
    behind = max((alarm.stage for alarm in _stages(moved, terms) if alarm.at <= at), default=0)
    return replace(moved, stage=min(rung, behind))


def _same_stage(stage: int, terms: Terms) -> int:
    """Return which stage of new terms one of the old ones is."""
    if stage < MISS_STAGE:
        return min(stage, len(terms.warn))
    return min(stage, MISS_STAGE + len(terms.steps))


def alarms(clock: Clock, terms: Terms) -> list[Alarm]:
    """Return the alarms of a running clock with their times; those that never come are left out. None where it stands still."""
    return [] if clock.running_since is None else _stages(clock, terms)


def _stages(clock: Clock, terms: Terms) -> list[Alarm]:
    """As `alarms`, of a clock that stands still those that lie behind it."""
    target = clock.target_ms
    if target is None:
        return []
    wanted: list[tuple[Ring, int, int, float, Step | None]] = [
        *((Ring.WARNING, stage, round(target * share), share, None) for stage, share in enumerate(terms.warn, 1)),
        (Ring.MISS, MISS_STAGE, target, 1.0, None),
        *((Ring.STEP, stage, target + _ms(step.after), 1.0, step) for stage, step in enumerate(terms.steps, MISS_STAGE + 1)),
    ]
    timed = ((moment(clock, amount, terms), kind, stage, share, step) for kind, stage, amount, share, step in wanted)
    return [Alarm(kind, stage, at, share, step) for at, kind, stage, share, step in timed if at is not None]


def ring(clock: Clock, now: int, terms: Terms) -> tuple[Clock, list[Alarm]]:
    """Return what a clock rings by a time, each with its true time, and the clock after it. Of warnings only the last is rung,
    and none where the promise is broken too: nobody is warned of what has happened."""
    due = [alarm for alarm in alarms(clock, terms) if alarm.stage > clock.stage and alarm.at <= now]
    if not due:
        return clock, []
    warnings = [alarm for alarm in due if alarm.kind is Ring.WARNING]
    rest = [alarm for alarm in due if alarm.kind is not Ring.WARNING]
    missed = next((alarm.at for alarm in rest if alarm.kind is Ring.MISS), None)
    rung = replace(
        clock, stage=due[-1].stage, missed_at=missed if clock.missed_at is None and missed is not None else clock.missed_at
    )
    return rung, rest or warnings[-1:]


def next_alarm(clock: Clock, terms: Terms) -> int | None:
    """Return when a clock rings next; None: never, as things are."""
    return min((alarm.at for alarm in alarms(clock, terms) if alarm.stage > clock.stage), default=None)


@dataclass(frozen=True, slots=True)
class Stored:
    """What the clocks of a conversation come to, as its row keeps it (`model.Conversation`)."""

    due_at: int | None = None
    left_ms: int | None = None
    soon: bool = False
    late: bool = False
    alarm_at: int | None = None


def stored(clocks: Iterable[Clock], terms: Mapping[Metric, Terms], now: int) -> Stored:
    """Return what clocks come to: the earliest due time of those that run, or, where none does, the least that is left."""
    live = [clock for clock in clocks if clock.live and clock.target_ms is not None]
    running = [clock for clock in live if clock.running_since is not None]
    if not running:
        rest = (left(clock, now, terms[clock.metric]) for clock in live)
        return Stored(left_ms=min((one for one in rest if one is not None), default=None))
    late = any(_is_late(clock, now) for clock in running)
    warned = any(0 < clock.stage < MISS_STAGE for clock in running)
    rings = (next_alarm(clock, terms[clock.metric]) for clock in running)
    return Stored(
        due_at=min((clock.due_at for clock in running if clock.due_at is not None), default=None),
        soon=warned and not late,
        late=late,
        alarm_at=min((at for at in rings if at is not None), default=None),
    )


def _is_late(clock: Clock, now: int) -> bool:
    return clock.stage >= MISS_STAGE and clock.due_at is not None and clock.due_at <= now
