"""SLA clocks: how long a customer has waited of what they were promised, and which alarms that rings. Pure.

A clock measures one wait for an answer, or the work on one conversation (`desk.sla_follow` says which there are). It runs,
stands still, and ends. What it keeps are the stretches in which it ran: by whatever policy and calendar it is measured, now or
after a change, the time that passed is measured anew from them and never invented. All times are milliseconds since 1970 UTC.

Alarms have stages: the policy's warnings from 1 on, the miss (`MISS_STAGE`), the steps that follow it. A stage once rung stays
rung when the clock stands still and goes on. Where the promise itself changes, so that a stage lies ahead again, it rings again
for the new time. A clock that stands still rings nothing.

A miss is recorded when the alarm rings, or when the clock stops, ends or is given other terms and had been over before;
`missed_at` keeps the first one that was run into, for ever. A promise whose time was over before it was made
(`Clock.terms_since`) is broken from then on, not before, once that is rung or the clock ends, and its steps are counted from
then; such a miss goes again with the promise that made it. No warning or step has a time before `Clock.steps_since`.

An answer at the very moment that was promised is in time, also where the alarm rang in that moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum, auto

from deskterm.desk.sla_book import Metric, Step
from deskterm.desk.sla_terms import Terms, milliseconds

REPLIES = (Metric.FIRST_REPLY, Metric.NEXT_REPLY)
MISS_STAGE = 100
"""The stage of the miss; however many warnings a policy has, or gets, they come before it."""
MET, MISSED, DROPPED = "met", "missed", "dropped"

Runs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock, as the table `sla_clock` keeps it. `spent_ms` is what it ran, in the measure of its terms, before
    `running_since`; `runs` are the stretches before that, ascending. It has ended where `ended_at` is set, and stands still
    where neither that nor `running_since` is. `stage` is the last alarm that was rung or passed over. `terms_since` is when
    what is promised came to hold, `steps_since` when its warnings and steps did, or when the wait came back after it had ended.
    `missed_by_terms`: its time was over when it was promised, and nothing else was missed."""

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
    terms_since: int = 0
    steps_since: int = 0
    missed_by_terms: bool = False

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


def begin(metric: Metric, started_at: int, terms: Terms, since: int | None = None) -> Clock:
    """Return a clock that has run since a time; `since` is when these terms came to hold, where that was later."""
    held = started_at if since is None else max(since, started_at)
    clock = Clock(
        metric,
        started_at,
        terms.policy,
        terms.calendar,
        terms.target_ms,
        running_since=started_at,
        terms_since=held,
        steps_since=held,
    )
    return _timed(clock, terms)


def begun_earlier(clock: Clock, started_at: int, terms: Terms) -> Clock:
    """Return the clock of a wait that turns out to have begun earlier: what it rang and missed stays."""
    began = clock.started_at
    runs = clock.runs
    if runs and runs[0][0] == began:
        runs = ((started_at, runs[0][1]), *runs[1:])
    moved = replace(
        clock,
        started_at=started_at,
        running_since=started_at if clock.running_since == began else clock.running_since,
        runs=runs,
        terms_since=started_at if clock.terms_since == began else clock.terms_since,
        steps_since=started_at if clock.steps_since == began else clock.steps_since,
    )
    return _measured(moved, terms)


def settled(clock: Clock, at: int, terms: Terms, *, ended: bool = False) -> Clock:
    """Return a clock with the miss noted that it has run into before a time, whether or not anybody was awake to ring it.
    `ended`: also one of a promise that was over when it was made, and of a clock that stands still."""
    if clock.missed_at is not None or not clock.live:
        return clock
    due = clock.due_at
    if clock.running_since is None:
        due = _due(clock, terms) if ended else None
    if due is None or max(due, clock.terms_since) >= at:
        return clock
    by_terms = due < clock.terms_since
    if by_terms and not ended:
        return clock
    missed_at = max(due, clock.terms_since)
    return replace(clock, missed_at=missed_at, missed_by_terms=by_terms, stage=max(clock.stage, MISS_STAGE))


def _before_it(clock: Clock, at: int) -> Clock:
    """Return a clock that stopped at a time, which may lie before what has been rung: that was in time, then."""
    if clock.missed_at is not None and clock.missed_at >= at:
        clock = replace(clock, missed_at=None, missed_by_terms=False)
    if clock.due_at is not None and max(clock.due_at, clock.terms_since) >= at:
        clock = replace(clock, stage=min(clock.stage, MISS_STAGE - 1))
    return clock


def pause(clock: Clock, at: int, terms: Terms) -> Clock:
    """Return a clock that stands still from a time on."""
    if clock.running_since is None:
        return clock
    since = clock.running_since
    at = max(at, since)
    clock = settled(_before_it(clock, at), at, terms)
    runs = clock.runs if since == at else (*clock.runs, (since, at))
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
    still = settled(pause(clock, at, terms), at, terms, ended=True)
    missed = still.missed_at is not None and judged
    outcome = MISSED if missed else DROPPED if dropped else MET
    return replace(still, ended_at=at, outcome=outcome, due_at=due)


def revive(clock: Clock, at: int, terms: Terms, *, gap: bool) -> Clock:
    """Return a clock that had ended as if it had not; it is measured by these terms from `at` on. `gap`: what passed since its
    end counts, where it ran until then; otherwise it stands still, to be resumed."""
    ended = clock.ended_at
    clock = replace(clock, ended_at=None, outcome="", due_at=None)
    if gap and ended is not None:
        clock = _run_on(clock, ended)
    moved = _measured(clock, terms)
    if not clock.under(terms):
        moved = _under_others(moved, at, clock.stage, terms)
    return replace(moved, steps_since=max(at, moved.steps_since))


def run_on(clock: Clock, stopped_at: int, at: int, terms: Terms) -> Clock:
    """Return a clock that has stood still since `stopped_at` as if it had not, from `at` on; one that stopped at another time,
    or does not stand still, as it is."""
    if not clock.live or clock.running_since is not None:
        return clock
    going = _run_on(clock, stopped_at)
    return clock if going is clock else replace(_measured(going, terms), steps_since=max(at, clock.steps_since))


def _run_on(clock: Clock, stopped_at: int) -> Clock:
    if clock.runs and clock.runs[-1][1] == stopped_at:
        return replace(clock, running_since=clock.runs[-1][0], runs=clock.runs[:-1])
    if not clock.runs and clock.started_at == stopped_at:
        return replace(clock, running_since=stopped_at)
    return clock


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


def retarget(clock: Clock, at: int, was: Terms, terms: Terms, *, anew: bool = False) -> Clock:
    """Return a running or resting clock under other terms from a time on. What it ran into before stays missed. Stages that lie
    ahead under the new terms are to be rung for the new time; those that lie behind and were not rung are rung late. `anew`: it
    is not known which warnings and steps it had."""
    clock = settled(clock, at, was)
    moved = _measured(clock, terms)
    if (clock.target_ms, clock.calendar, clock.due_at) != (moved.target_ms, moved.calendar, moved.due_at):
        return _under_others(moved, at, clock.stage, terms)
    rung = _same_stage(clock.stage, terms)
    if (was.warn, was.steps) != (terms.warn, terms.steps):
        moved = replace(moved, steps_since=at)
        return replace(moved, stage=min(rung, _behind(moved, at, terms)))
    return replace(moved, stage=rung, steps_since=at if anew else moved.steps_since)


def _under_others(moved: Clock, at: int, stage: int, terms: Terms) -> Clock:
    """Return a clock, measured by them already, that is promised something else from a time on."""
    moved = replace(moved, terms_since=at, steps_since=at)
    if moved.missed_by_terms:
        moved = replace(moved, missed_at=None, missed_by_terms=False)
    rung = _same_stage(stage, terms) if moved.missed_at is not None else min(stage, len(terms.warn))
    return replace(moved, stage=min(rung, _behind(moved, at, terms)))


def _behind(clock: Clock, at: int, terms: Terms) -> int:
    """Return the last stage whose time has come."""
    return max((alarm.stage for alarm in stages(clock, terms) if alarm.at <= at), default=0)


def _same_stage(stage: int, terms: Terms) -> int:
    """Return which stage of new terms one of the old ones is."""
    if stage < MISS_STAGE:
        return min(stage, len(terms.warn))
    return min(stage, MISS_STAGE + len(terms.steps))


def alarms(clock: Clock, terms: Terms, after: int = 0) -> list[Alarm]:
    """Return the alarms of a running clock with their times; those that never come are left out. None where it stands still.
    `after`: only those of later stages, as what was rung need not be measured again."""
    return [] if clock.running_since is None else stages(clock, terms, after)


def stages(clock: Clock, terms: Terms, after: int = 0) -> list[Alarm]:
    """Return all alarms of a clock with their times, whether rung or not; of one that stands still or has ended those that lie
    behind it. `after`: only those of later stages."""
    target = clock.target_ms
    if target is None:
        return []
    wanted: list[tuple[Ring, int, int, float, Step | None]] = [
        *((Ring.WARNING, stage, round(target * share), share, None) for stage, share in enumerate(terms.warn, 1)),
        (Ring.MISS, MISS_STAGE, target, 1.0, None),
        *(
            (Ring.STEP, stage, target + milliseconds(step.after), 1.0, step)
            for stage, step in enumerate(terms.steps, MISS_STAGE + 1)
        ),
    ]
    timed = (
        (_time(clock, kind, amount, terms), kind, stage, share, step)
        for kind, stage, amount, share, step in wanted
        if stage > after
    )
    return [Alarm(kind, stage, at, share, step) for at, kind, stage, share, step in timed if at is not None]


def _time(clock: Clock, kind: Ring, amount: int, terms: Terms) -> int | None:
    """Return the true time of the alarm that comes when a clock has run so long."""
    if kind is Ring.MISS:
        at, floor = moment(clock, amount, terms), clock.terms_since
    else:
        at, floor = moment(clock, amount + (_over(clock, terms) if kind is Ring.STEP else 0), terms), clock.steps_since
    return None if at is None else max(at, floor)


def _over(clock: Clock, terms: Terms) -> int:
    """Return by how much a promise was over when it was made: its steps begin to count then."""
    ran = sum(
        terms.measure.between(since, min(until, clock.terms_since)) for since, until in clock.runs if since < clock.terms_since
    )
    if clock.running_since is not None and clock.running_since < clock.terms_since:
        ran += terms.measure.between(clock.running_since, clock.terms_since)
    return max(0, ran - (clock.target_ms or 0))


def ring(clock: Clock, now: int, terms: Terms) -> tuple[Clock, list[Alarm]]:
    """Return what a clock rings by a time, each with its true time, and the clock after it. Of warnings only the last is rung,
    and none where the promise is broken too: nobody is warned of what has happened."""
    due = [alarm for alarm in alarms(clock, terms, clock.stage) if alarm.at <= now]
    if not due:
        return clock, []
    warnings = [alarm for alarm in due if alarm.kind is Ring.WARNING]
    rest = [alarm for alarm in due if alarm.kind is not Ring.WARNING]
    missed = next((alarm.at for alarm in rest if alarm.kind is Ring.MISS), None)
    rung = replace(clock, stage=due[-1].stage)
    if clock.missed_at is None and missed is not None:
        by_terms = clock.due_at is not None and clock.due_at < clock.terms_since
        rung = replace(rung, missed_at=missed, missed_by_terms=by_terms)
    return rung, rest or warnings[-1:]


def next_alarm(clock: Clock, terms: Terms) -> int | None:
    """Return when a clock rings next; None: never, as things are."""
    return min((alarm.at for alarm in alarms(clock, terms, clock.stage)), default=None)


@dataclass(frozen=True, slots=True)
class Stored:
    """What the clocks of a conversation come to, as its row keeps it (`model.Conversation`)."""

    due_at: int | None = None
    left_ms: int | None = None
    soon: bool = False
    late: bool = False
    alarm_at: int | None = None


def stored(clocks: Iterable[Clock], terms: Mapping[Metric, Terms], now: int) -> Stored:
    """Return what clocks come to: the earliest due time of those that run, or, where none does, the least that is left. Where
    business hours never come again what runs stands still as well. One whose miss was rung is late, whatever time it is now."""
    live = [clock for clock in clocks if clock.live and clock.target_ms is not None]
    running = [clock for clock in live if clock.running_since is not None]
    if all(clock.due_at is None for clock in running):
        rest = (left(clock, now, terms[clock.metric]) for clock in live)
        return Stored(left_ms=min((one for one in rest if one is not None), default=None))
    late = any(clock.stage >= MISS_STAGE for clock in running)
    warned = any(0 < clock.stage < MISS_STAGE for clock in running)
    rings = (next_alarm(clock, terms[clock.metric]) for clock in running)
    return Stored(
        due_at=min((clock.due_at for clock in running if clock.due_at is not None), default=None),
        soon=warned and not late,
        late=late,
        alarm_at=min((at for at in rings if at is not None), default=None),
    )
