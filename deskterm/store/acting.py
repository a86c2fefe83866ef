"""A person's command through the write door: judged by the rules, written as facts."""

from __future__ import annotations

from datetime import datetime

from deskterm.desk.commands import Command, Done, Refused
from deskterm.desk.decide import decide
from deskterm.desk.model import Actor, ActorKind, Operator
from deskterm.store import situations
from deskterm.store.apply import apply
from deskterm.store.rules import Rules
from deskterm.store.writer import Transaction


def carry_out(tx: Transaction, command: Command, me: Operator, rules: Rules, now: datetime) -> Done | Refused:
    """Carry out a command as an operator; a refusal has changed nothing."""
    situation, states = situations.of_command(tx, command, me, rules)
    decided = decide(command, situation, now)
    if isinstance(decided, Refused):
        return decided
    if not decided:
        return Done(0, None, 0)
    command_id = situations.next_command(tx)
    actor = Actor(ActorKind.OPERATOR, me.id)
    apply(tx, decided, states, situation.fresh, command_id=command_id, actor=actor, now=now)
    touched = {message_id for fact in decided if (message_id := getattr(fact, "message_id", None)) is not None}
    return Done(command_id, min(touched, default=None), max(1, len(touched)))
