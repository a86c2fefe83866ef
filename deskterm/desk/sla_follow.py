"""Which SLA clocks a conversation has, and how they follow what happens to it. Pure; see `desk.sla` for one clock.

- Every wait has a reply clock, told apart by the moment from which the customer waits. It ends with the answer. Where nobody
  waits any more without one (no reply needed, closing), it was dropped, unless the promise was broken by then. If the wait
  comes back (an answer taken back, one that failed, an undo), the clock goes on as if it had never ended, and so does the work
  that stood still by that. A wait that turns out to have begun earlier (a message that came late) is the same wait: its clock
  is measured anew from there. One that begins at another moment otherwise is another wait, whose clock takes the place.
- The work on a conversation has a resolution clock from the customer's first message, or from the one that reopened it, until
  it is closed. Reopened by an operator the same clock goes on, and the time it was closed does not count.
- Spam, and a conversation that was merged away, is nobody's wait: clocks are dropped; back from there they go on, and the time
  away does not count. Of two conversations that become one, the resolution clock that has used more of its promise goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from deskterm.desk.model import Conversation, Status
from deskterm.desk.sla import (
    DROPPED,
    REPLIES,
    Clock,
    begin,
    begun_earlier,
    end,
    pause,
    resume,
    retarget,
    revive,
    run_on,
    spent,
)
from deskterm.desk.sla_book import Metric, Pause
from deskterm.desk.sla_terms import Terms

ByMetric = Mapping[Metric, Terms]


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a conversation by `at`. `waits_since`: see `Conversation.waiting_since` (ms). `answered`: what ended the
    wait, if it ended, was a person's answer. `by_customer`: a message of theirs reopened it. `first`: a wait that begins is the
    first one ever, as far as is known beside the clocks. `cycle_at`: from when work on it is promised where no wait says it.
    `joined` are the clocks of a conversation that goes into this one, under the terms `joined_under`, `parted` those of one
    that leaves it. `anew`: what is promised has changed, also where it is called the same. `now` is when it was learnt of,
    where `at` is earlier."""

    after: Conversation
    at: int
    waits_since: int | None
    before: Conversation | None = None
    answered: bool = False
    by_customer: bool = False
    first: bool = True
    cycle_at: int | None = None
    joined: tuple[Clock, ...] = ()
    joined_under: ByMetric = field(default_factory=dict)
    parted: tuple[Clock, ...] = ()
    anew: bool = False
    now: int | None = None

    @property
    def learnt_at(self) -> int:
        """When it was learnt of."""
        return self.at if self.now is None else max(self.at, self.now)

    @property
    def alive(self) -> bool:
        """Whether anybody may wait for anything in it."""
        return _alive(self.after)

    @property
    def was_away(self) -> bool:
        """Whether it was spam, or in another conversation, until now."""
        return self.before is not None and (self.before.spam or self.before.merged_into_id is not None)


def _alive(state: Conversation) -> bool:
    return state.status is not Status.CLOSED and not state.spam and state.merged_into_id is None


def followed(clocks: Iterable[Clock], change: Change, was: ByMetric, terms: ByMetric) -> tuple[Clock, ...]:
    """Return the clocks of a conversation after a change: `was` are the terms they were under, `terms` those that hold now."""
    made = {(clock.metric, clock.started_at): clock for clock in clocks}
    for clock in [*made.values()]:
        if clock.live and (change.anew or was[clock.metric] != terms[clock.metric]):
            _keep(made, _under_new(clock, change, was, terms))
    _follow_wait(made, change, terms)
    _follow_work(made, change, terms)
    for clock in [*made.values()]:
        if clock.live:
            _keep(made, _standing(clock, change, terms[clock.metric]))
    return tuple(made.values())


def _under_new(clock: Clock, change: Change, was: ByMetric, terms: ByMetric) -> Clock:
    return retarget(clock, change.learnt_at, was[clock.metric], terms[clock.metric], anew=change.anew)


def _begun_clock(metric: Metric, started_at: int, change: Change, terms: Terms) -> Clock:
    """Return a new clock; what a book promises of the past it promises from now on."""
    return begin(metric, started_at, terms, change.learnt_at if change.anew else None)


_Made = dict[tuple[Metric, int], Clock]


def _keep(made: _Made, clock: Clock) -> None:
    made[clock.metric, clock.started_at] = clock


def _standing(clock: Clock, change: Change, terms: Terms) -> Clock:
    """Have a clock run or stand still, as its terms say of where the conversation stands."""
    still = change.after.status is Status.SNOOZED and Pause.SNOOZED in terms.pause
    if clock.metric is Metric.RESOLUTION:
        still = still or (change.waits_since is None and Pause.AWAITED in terms.pause)
    return pause(clock, change.at, terms) if still else resume(clock, change.at, terms)


# --- waits


def _follow_wait(made: _Made, change: Change, terms: ByMetric) -> None:
    since = change.waits_since if change.alive else None
    live = next((clock for clock in made.values() if clock.live and clock.metric in REPLIES), None)
    if live is not None and live.started_at == since:
        return
    if live is not None:
        if since is not None and _is_same_wait(made, live, since, change):
            _begin_earlier(made, live, since, terms)
            return
        judged = since is None and change.after.merged_into_id is None and not change.after.spam
        dropped = not judged or not change.answered
        at = change.at if since is None or change.answered else change.learnt_at
        _keep(made, end(live, at, terms[live.metric], dropped=dropped, judged=judged))
    if since is None:
        return
    known = next((one for one in made.values() if one.metric in REPLIES and one.started_at == since), None)
    if known is not None:
        _keep(made, revive(known, change.learnt_at, terms[known.metric], gap=not change.was_away))
        if known.ended_at is not None and not change.was_away:
            _work_on(made, known.ended_at, change, terms[Metric.RESOLUTION])
        return
    metric = _metric(made, change) if live is None else live.metric
    brought = next((one for one in change.joined if one.live and one.metric in REPLIES and one.started_at == since), None)
    if brought is not None:
        _keep(made, replace(_brought(brought, change, terms[metric]), metric=metric))
    else:
        _keep(made, _begun_clock(metric, since, change, terms[metric]))


def _is_same_wait(made: _Made, live: Clock, since: int, change: Change) -> bool:
    """Whether a wait that begins at another moment is the one that is known, begun earlier: a message came late."""
    other = change.answered or change.joined or change.parted
    return since < live.started_at and not other and not any((metric, since) in made for metric in REPLIES)


def _begin_earlier(made: _Made, live: Clock, since: int, terms: ByMetric) -> None:
    """Have a wait, and the work that began with it, begin earlier."""
    began = live.started_at
    for metric in (live.metric, Metric.RESOLUTION):
        clock = made.get((metric, began))
        if clock is not None and clock.live and (metric, since) not in made:
            del made[metric, began]
            _keep(made, begun_earlier(clock, since, terms[metric]))


def _work_on(made: _Made, stopped_at: int, change: Change, promised: Terms) -> None:
    """Have the work go on as if it had not stood still for an answer that was none."""
    for clock in [*made.values()]:
        if clock.metric is Metric.RESOLUTION and clock.live:
            _keep(made, run_on(clock, stopped_at, change.learnt_at, promised))


def _metric(made: _Made, change: Change) -> Metric:
    had = any(clock.metric in REPLIES for clock in made.values())
    return Metric.NEXT_REPLY if had or not change.first else Metric.FIRST_REPLY


def _brought(clock: Clock, change: Change, terms: Terms) -> Clock:
    """Return a clock of another conversation as it goes on in this one."""
    return retarget(clock, change.learnt_at, change.joined_under[clock.metric], terms)


# --- work


def _follow_work(made: _Made, change: Change, terms: ByMetric) -> None:
    promised = terms[Metric.RESOLUTION]
    work = [clock for clock in made.values() if clock.metric is Metric.RESOLUTION]
    live = next((clock for clock in work if clock.live), None)
    if not change.alive:
        if live is not None:
            away = change.after.spam or change.after.merged_into_id is not None
            _keep(made, end(live, change.at, promised, dropped=away, judged=not away))
        return
    if live is None:
        live = _begun(work, change, promised)
        if live is not None:
            _keep(made, live)
    if live is not None and change.joined:
        _join(made, live, change, promised)
    if live is not None and change.parted:
        _part(made, live, change, promised)


def _begun(work: list[Clock], change: Change, promised: Terms) -> Clock | None:
    """Return the clock of a new cycle of work, or the one that goes on."""
    last = max(work, key=lambda clock: (clock.ended_at or 0, clock.started_at), default=None)
    if last is None or (change.by_customer and change.waits_since is not None):
        at = change.waits_since if change.by_customer or change.cycle_at is None else change.cycle_at
        known = next((clock for clock in work if clock.started_at == at), None)
        if known is None:
            return None if at is None else _begun_clock(Metric.RESOLUTION, at, change, promised)
        last = known
    return resume(revive(last, change.learnt_at, promised, gap=False), change.at, promised)


def _share(clock: Clock, at: int, terms: Terms) -> float:
    used = spent(clock, at, terms)
    return used / clock.target_ms if clock.target_ms else float(used)


def _join(made: _Made, live: Clock, change: Change, promised: Terms) -> None:
    """Have the one of two clocks of work go on that has used more of its promise."""
    other = next((clock for clock in change.joined if clock.live and clock.metric is Metric.RESOLUTION), None)
    if other is None or (other.metric, other.started_at) in made:
        return
    brought = _brought(other, change, promised)
    if _share(brought, change.at, promised) > _share(live, change.at, promised):
        _keep(made, end(live, change.at, promised, dropped=True, judged=False))
        _keep(made, brought)


def _part(made: _Made, live: Clock, change: Change, promised: Terms) -> None:
    """Have each of two conversations go on with its own clock of work."""
    theirs = {clock.started_at for clock in change.parted if clock.metric is Metric.RESOLUTION}
    if live.started_at not in theirs:
        return
    own = [clock for clock in made.values() if clock.metric is Metric.RESOLUTION and clock.started_at not in theirs]
    dropped = max((clock for clock in own if clock.outcome == DROPPED), key=lambda one: one.ended_at or 0, default=None)
    if dropped is None:
        return
    _keep(made, end(live, change.at, promised, dropped=True, judged=False))
    _keep(made, revive(dropped, change.learnt_at, promised, gap=True))


def ended_by(before: Iterable[Clock], after: Iterable[Clock]) -> list[Clock]:
    """Return the clocks that a change has ended."""
    were_live = {(clock.metric, clock.started_at) for clock in before if clock.live}
    return [one for one in after if not one.live and (one.metric, one.started_at) in were_live]


def missed_by(before: Iterable[Clock], after: Iterable[Clock]) -> list[Clock]:
    """Return the clocks that turned out to have missed their time when something happened, before the alarm was rung."""
    known = {(clock.metric, clock.started_at): clock.missed_at for clock in before}
    return [
        one for one in after if one.missed_at is not None and known.get((one.metric, one.started_at), one.missed_at) is None
    ]


def replaced_by(before: Iterable[Clock], after: Iterable[Clock]) -> list[Clock]:
    """Return the clocks that others have taken the place of, because a wait turned out to have begun earlier."""
    kept = {(clock.metric, clock.started_at) for clock in after}
    return [clock for clock in before if (clock.metric, clock.started_at) not in kept]
