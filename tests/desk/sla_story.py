"""Stories of one conversation for tests of its SLA clocks: what happens at which time, and what the clocks make of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from deskterm.desk.model import Conversation, Priority, Status
from deskterm.desk.sla import REPLIES, Alarm, Clock, Ring, Stored, ring, stored
from deskterm.desk.sla_book import Calendar, Metric, Policy
from deskterm.desk.sla_follow import Change, followed
from deskterm.desk.sla_terms import NOTHING, Terms, terms_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Story:
    """A conversation of a customer, from the first message on. Times are ms. `urgent` is the policy of urgent ones."""

    policy: Policy | None
    calendar: Calendar | None = None
    urgent: Policy | None = None
    state: Conversation = field(default_factory=lambda: Conversation(1, 1, 1, Status.OPEN, EPOCH, EPOCH, EPOCH))
    since: int | None = None
    clocks: tuple[Clock, ...] = ()
    rung: list[tuple[Metric, Alarm]] = field(default_factory=list)
    now: int = 0
    _under: dict[Metric, Terms] = field(default_factory=lambda: dict.fromkeys(Metric, NOTHING))

    def terms(self) -> dict[Metric, Terms]:
        policy = self.urgent if self.state.priority is Priority.URGENT and self.urgent else self.policy
        return {metric: terms_of(policy, metric, self.calendar) for metric in Metric}

    def follow(self, at: int, **more: Any) -> None:
        state, since = more.pop("state", self.state), more.pop("since", self.since)
        change = Change(after=state, at=at, waits_since=since, before=self.state, **more)
        before = self._under
        self.state, self.since, self.now = state, since, at
        self.clocks = followed(self.clocks, change, before, self.terms())
        self._under = self.terms()

    def happens(self, at: int, what: str) -> None:
        """Have something happen; "rings" has the clock look."""
        state = self.state
        match what:
            case "writes":
                woken = replace(state, status=Status.OPEN)
                by_customer = state.status is Status.CLOSED
                self.follow(at, state=woken, since=at if self.since is None else self.since, by_customer=by_customer)
            case "answers":
                self.follow(at, since=None, answered=True)
            case "no reply needed":
                self.follow(at, since=None)
            case "snoozes":
                self.follow(at, state=replace(state, status=Status.SNOOZED))
            case "wakes" | "reopens":
                self.follow(at, state=replace(state, status=Status.OPEN))
            case "closes":
                self.follow(at, state=replace(state, status=Status.CLOSED), since=None)
            case "spam" | "no spam":
                self.follow(at, state=replace(state, spam=what == "spam"))
            case "urgent" | "normal":
                self.follow(at, state=replace(state, priority=Priority[what.upper()]))
            case "rings":
                self.rings(at)
            case _:
                raise ValueError(what)

    def takes_back(self, at: int, since: int) -> None:
        """The answer is taken back: the customer has waited since then."""
        self.follow(at, since=since)

    def rings(self, at: int) -> list[tuple[Metric, Alarm]]:
        """Have the clock look at a time; returns what it rings."""
        self.now = at
        told, kept = [], []
        for clock in self.clocks:
            after, alarms = ring(clock, at, self.terms()[clock.metric]) if clock.live else (clock, [])
            kept.append(after)
            told += [(clock.metric, alarm) for alarm in alarms]
        self.clocks = tuple(kept)
        self.rung += told
        return told

    def reply(self) -> Clock:
        """The newest clock of a wait."""
        return max((clock for clock in self.clocks if clock.metric in REPLIES), key=lambda clock: clock.started_at)

    def work(self) -> Clock:
        """The newest clock of the work."""
        return max((one for one in self.clocks if one.metric is Metric.RESOLUTION), key=lambda clock: clock.started_at)

    def stored(self) -> Stored:
        return stored(self.clocks, self.terms(), self.now)

    def misses(self) -> list[int]:
        return [alarm.at for _, alarm in self.rung if alarm.kind is Ring.MISS]
