"""Snoozed conversations that come back at their time, as the clock rings them."""

from __future__ import annotations

from datetime import datetime

from deskterm.desk import facts as f
from deskterm.desk.model import Actor, ActorKind
from deskterm.store import conversations, situations
from deskterm.store.alarms import Alarms, a_few_at_a_time
from deskterm.store.apply import apply
from deskterm.store.writer import Transaction

FEW = 20
"""Conversations that are woken together; what is promised of them costs more than waking them."""


def wake(tx: Transaction, now: datetime, limit: int) -> int:
    """Wake what has slept long enough; returns `limit` while there may be more."""
    return a_few_at_a_time(lambda few: _wake_some(tx, now, few), FEW, limit)


def _wake_some(tx: Transaction, now: datetime, limit: int) -> int:
    woken = conversations.returning_before(tx, now, limit)
    if woken:
        facts: list[f.Fact] = [f.SnoozeEnded(conversation_id=one.id, at=one.snoozed_until or now, how="clock") for one in woken]
        states = {one.id: one for one in woken}
        command_id = situations.next_command(tx)
        actor = Actor(ActorKind.CLOCK)
        apply(tx, facts, states, situations.fresh(tx), command_id=command_id, actor=actor, now=now)
    return len(woken)


ALARMS = Alarms("snoozes", conversations.NEXT_RETURN, wake)
