"""Reminders whose time comes, and promises whose time passes, as the clock rings them: each once, with its true time."""

from __future__ import annotations

from datetime import datetime

from deskterm.desk import facts as f
from deskterm.desk import facts_time as ft
from deskterm.desk.model import Actor, ActorKind
from deskterm.store import promises, reminders, situations
from deskterm.store.alarms import Alarms
from deskterm.store.apply import apply
from deskterm.store.situations_reminders import loaded
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction


def remind(tx: Transaction, now: datetime, limit: int) -> int:
    """Have reminders come up whose time has come; returns how many."""
    due = reminders.due_until(tx, to_ms(now), limit)
    facts: list[f.Fact] = [
        ft.ReminderMoved(
            reminder_id=one.id,
            operator_id=one.operator_id,
            state="due",
            was_state=one.state,
            due=one.at,
            was_due=one.at,
            at=one.at,
            conversation_id=one.conversation_id,
            task_id=one.task_id,
            how="clock",
        )
        for one in due
    ]
    _apply(tx, facts, [one.conversation_id for one in due if one.conversation_id is not None], now)
    return len(due)


def miss(tx: Transaction, now: datetime, limit: int) -> int:
    """Mark promises as overdue whose time has passed; returns how many."""
    due = promises.due_until(tx, to_ms(now), limit)
    facts: list[f.Fact] = [
        ft.PromiseSettled(
            promise_id=one.id, conversation_id=one.conversation_id, state="overdue", was=one.state, how="clock", at=one.due
        )
        for one in due
    ]
    _apply(tx, facts, [one.conversation_id for one in due], now)
    return len(due)


def _apply(tx: Transaction, facts: list[f.Fact], conversation_ids: list[int], now: datetime) -> None:
    if facts:
        states, command_id = loaded(tx, conversation_ids), situations.next_command(tx)
        actor = Actor(ActorKind.CLOCK)
        apply(tx, facts, states, situations.fresh(tx), command_id=command_id, actor=actor, now=now)


REMINDERS = Alarms("reminders", "SELECT min(at) FROM reminder INDEXED BY ix_reminder_alarm WHERE state = 'set'", remind)
PROMISES = Alarms("promises", "SELECT min(due_at) FROM promise INDEXED BY ix_promise_alarm WHERE state = 'open'", miss)
