"""The alarms of promised times, as the clock rings them: warnings, misses, and the steps that follow a miss."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from deskterm.desk import facts as f
from deskterm.desk import facts_time as ft
from deskterm.desk.model import Actor, ActorKind, Conversation, Priority, Status
from deskterm.desk.query import folded
from deskterm.desk.sla import Alarm, Clock, Ring
from deskterm.desk.sla import ring as ring_clock
from deskterm.desk.sla_book import Deed, Step
from deskterm.desk.urgency import due_at
from deskterm.store import conversations, situations, sla_book, sla_by_clock, sla_clocks
from deskterm.store.alarms import Alarms, a_few_at_a_time
from deskterm.store.apply import apply
from deskterm.store.sla_book import Promised
from deskterm.store.times import from_ms, to_ms
from deskterm.store.writer import Transaction

FEW = 5
"""Conversations that are rung together: each may bring about an escalation, and notices."""


def ring(tx: Transaction, now: datetime, limit: int) -> int:
    """Ring what has come due; returns `limit` while there may be more."""
    return a_few_at_a_time(lambda few: _ring_some(tx, now, few), FEW, limit)


def _ring_some(tx: Transaction, now: datetime, few: int) -> int:
    """Ring the few that are due first; returns how many conversations were looked at."""
    due = conversations.due_before(tx, now, few)
    if not due:
        return 0
    promised = sla_book.current(tx)
    states = {one.id: one for one in due}
    held = {one.id for one in due if one.sla_policy}
    facts: list[f.Fact] = []
    clocks = sla_clocks.live(tx, held) if held else {}
    for state in due:
        if state.id in held:
            facts += _rung(tx, promised, state, clocks[state.id], now)
        else:
            facts.append(f.LateMarked(conversation_id=state.id, at=due_at(state) or now))
    if facts:
        actor = Actor(ActorKind.CLOCK)
        fresh = situations.fresh(tx)
        apply(tx, facts, dict(states), fresh, command_id=situations.next_command(tx), actor=actor, now=now)
    silent = held - {getattr(fact, "conversation_id", None) for fact in facts}
    if silent:  # nothing rang in them after all: they are looked at again when they are due next
        sla_by_clock.follow(tx, promised, states, silent, now)
    return len(due)


def _rung(tx: Transaction, promised: Promised, state: Conversation, clocks: Iterable[Clock], now: datetime) -> list[f.Fact]:
    """Ring the clocks of one conversation; returns what happened, in the order of its true times."""
    told: list[tuple[int, list[f.Fact]]] = []
    after = []
    steps = _Steps(tx, state)
    late = state.late or state.status is not Status.OPEN or state.spam
    for clock in clocks:
        terms = replace(sla_clocks.terms_under(promised, clock), target_ms=clock.target_ms)
        rung, alarms = ring_clock(clock, to_ms(now), terms)
        after.append(rung)
        for alarm in sla_clocks.ring_once(tx, state.id, clock, alarms, to_ms(now)):
            facts = [_fact(state.id, clock, alarm)]
            if alarm.kind is Ring.MISS and not late:
                facts.append(f.LateMarked(conversation_id=state.id, at=from_ms(alarm.at)))
                late = True
            elif alarm.step is not None:
                facts = steps.taken(alarm.step, clock, alarm)
            told.append((alarm.at, facts))
    known = set(clocks)
    sla_clocks.save(tx, [(state.id, clock) for clock in after if clock not in known])
    return [fact for _, facts in sorted(told, key=lambda one: one[0]) for fact in facts]


def _fact(conversation_id: int, clock: Clock, alarm: Alarm) -> f.Fact:
    started_at, due = from_ms(clock.started_at), from_ms(clock.due_at or alarm.at)
    if alarm.kind is Ring.WARNING:
        return ft.SlaWarned(
            conversation_id=conversation_id,
            metric=clock.metric,
            started_at=started_at,
            due_at=due,
            stage=alarm.stage,
            at=from_ms(alarm.at),
            share=alarm.share,
        )
    return ft.SlaMissed(
        conversation_id=conversation_id,
        metric=clock.metric,
        started_at=started_at,
        due_at=due,
        stage=alarm.stage,
        at=from_ms(alarm.at),
    )


class _Steps:
    """The steps of an escalation, taken one after another on one conversation."""

    def __init__(self, tx: Transaction, state: Conversation) -> None:
        self._tx = tx
        self._state = state

    def taken(self, step: Step, clock: Clock, alarm: Alarm) -> list[f.Fact]:
        """Take a step; returns that it was taken, or could not be, and what it changed."""
        changed = self._changed(step)
        escalated = ft.SlaEscalated(
            conversation_id=self._state.id,
            metric=clock.metric,
            started_at=from_ms(clock.started_at),
            due_at=from_ms(clock.due_at or alarm.at),
            stage=alarm.stage,
            at=from_ms(alarm.at),
            deed=step.deed,
            to=step.to,
            done=changed is not None,
        )
        return [escalated, *(changed or [])]

    def _changed(self, step: Step) -> list[f.Fact] | None:
        """Return what a step changes; None where it cannot be taken, or all is so already."""
        state = self._state
        match step.deed:
            case Deed.NOTIFY:
                return [] if self._is_anybody(step.to) else None
            case Deed.ASSIGN:
                who = None if step.to == "nobody" else self._operator(step.to)
                if (who is None and step.to != "nobody") or who == state.assignee_id:
                    return None
                self._state = replace(state, assignee_id=who)
                return [f.Assigned(conversation_id=state.id, from_id=state.assignee_id, to_id=who, how="escalated")]
            case Deed.RAISE:
                priority = Priority[step.to.upper()] if step.to.upper() in Priority.__members__ else state.priority
                if priority <= state.priority:
                    return None
                self._state = replace(state, priority=priority)
                return [f.PriorityChanged(conversation_id=state.id, from_priority=state.priority, to_priority=priority)]

    def _is_anybody(self, to: str) -> bool:
        match to:
            case "assignee":
                return self._state.assignee_id is not None
            case "team":
                return self._state.team_id is not None
            case "supervisor" | "owner":
                return True
            case _:
                return self._operator(to) is not None

    def _operator(self, login: str) -> int | None:
        rows = self._tx.all("SELECT id, login FROM operator WHERE disabled = 0")
        return next((one for one, name in rows if folded(name) == folded(login)), None)


ALARMS = Alarms("sla", conversations.NEXT_ALARM, ring)
