"""The alarms of promised times, as the clock rings them."""

from __future__ import annotations

from datetime import datetime

from deskterm.desk import facts as f
from deskterm.desk.model import Actor, ActorKind
from deskterm.desk.urgency import due_at
from deskterm.store import conversations, situations
from deskterm.store.alarms import Alarms
from deskterm.store.apply import apply
from deskterm.store.writer import Transaction


def ring(tx: Transaction, now: datetime, limit: int) -> int:
    """Mark as late what has become so; returns how many conversations were looked at."""
    due = conversations.due_before(tx, now, limit)
    if due:
        facts: list[f.Fact] = [f.LateMarked(conversation_id=one.id, at=due_at(one) or now) for one in due]
        states = {one.id: one for one in due}
        command_id = situations.next_command(tx)
        actor = Actor(ActorKind.CLOCK)
        apply(tx, facts, states, situations.fresh(tx), command_id=command_id, actor=actor, now=now)
    return len(due)


ALARMS = Alarms("sla", conversations.NEXT_ALARM, ring)
