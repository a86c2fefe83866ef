"""A person's command through the write door: judged by the rules, written as facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from deskterm.desk.commands import Command, Done, Refused
from deskterm.desk.decide import decide
from deskterm.desk.model import Actor, ActorKind, Operator
from deskterm.store import situations
from deskterm.store.apply import apply
from deskterm.store.rules import Rules
from deskterm.store.writer import Transaction


@dataclass(frozen=True, slots=True)
class Step:
    """What one transaction of a command did. `last_id` is the last message it looked at: a bulk command goes on behind it;
    0 when there is nothing more."""

    answer: Done | Refused
    last_id: int = 0


def carry_out(tx: Transaction, command: Command, me: Operator, rules: Rules, now: datetime, before: Step | None = None) -> Step:
    """Carry out a command as an operator; a refusal has changed nothing. `before` is the step that a bulk command has just
    made: what follows is done under the same command id."""
    situation, states = situations.of_command(tx, command, me, rules, after_id=before.last_id if before else 0)
    decided = decide(command, situation, now)
    if isinstance(decided, Refused):
        return Step(decided)
    full = situations.is_bulk(command) and len(situation.messages) == situations.BULK
    last_id = situation.messages[-1].message_id if full else 0
    done = before.answer if before is not None and isinstance(before.answer, Done) else Done(0, None, 0)
    if not decided:
        return Step(done, last_id)
    command_id = done.command_id or situations.next_command(tx)
    actor = Actor(ActorKind.OPERATOR, me.id)
    apply(tx, decided, states, situation.fresh, command_id=command_id, actor=actor, now=now)
    touched = {message_id for fact in decided if (message_id := getattr(fact, "message_id", None)) is not None}
    first = done.message_id if done.message_id is not None else min(touched, default=None)
    return Step(Done(command_id, first, done.count + max(1, len(touched))), last_id)
