"""Tasks whose time passes, as the clock rings them."""

from __future__ import annotations

from datetime import datetime

from deskterm.desk import facts as f
from deskterm.desk import facts_time as ft
from deskterm.desk.model import Actor, ActorKind, Conversation
from deskterm.store import conversations, situations
from deskterm.store.alarms import Alarms
from deskterm.store.apply import apply
from deskterm.store.times import from_ms, to_ms
from deskterm.store.writer import Transaction

_WAITING = (
    "FROM task INDEXED BY ix_task_alarm"
    " WHERE status IN ('open', 'started') AND dropped_at IS NULL AND overdue = 0 AND due_at IS NOT NULL"
)


def ring(tx: Transaction, now: datetime, limit: int) -> int:
    """Say of tasks that their time has passed, each with the time it had; returns of how many."""
    rows = tx.all(f"SELECT id, due_at, conversation_id {_WAITING} AND due_at <= ? ORDER BY due_at LIMIT ?", (to_ms(now), limit))
    states: dict[int, Conversation] = {}
    facts: list[f.Fact] = []
    for task_id, due_at, conversation_id in rows:
        conversation = None if conversation_id is None else conversations.load(tx, conversation_id)
        if conversation is not None:
            states[conversation.id] = conversation
        told_of = None if conversation is None else conversation.id
        facts.append(ft.TaskOverdue(task_id=task_id, at=from_ms(due_at), conversation_id=told_of))
    if facts:
        command_id = situations.next_command(tx)
        actor = Actor(ActorKind.CLOCK)
        apply(tx, facts, states, situations.fresh(tx), command_id=command_id, actor=actor, now=now)
    return len(facts)


ALARMS = Alarms("tasks", f"SELECT min(due_at) {_WAITING}", ring)
"""Tasks that become overdue."""
