"""Several reminders set or acknowledged by one command, so many in one transaction. See `acting`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from deskterm.desk.commands import Done, Refused
from deskterm.desk.commands_time import ManyReminders, Remind, SettleReminder
from deskterm.desk.decide import decide
from deskterm.desk.model import Actor, ActorKind, Operator
from deskterm.store import situations, undoing
from deskterm.store.apply import apply
from deskterm.store.rules import Rules
from deskterm.store.writer import Transaction


def carry_out(
    tx: Transaction,
    command: ManyReminders,
    acts: Sequence[Remind | SettleReminder],
    me: Operator,
    rules: Rules,
    now: datetime,
    before: Done,
) -> tuple[Done, list[Refused]]:
    """Carry out these acts under the command's one id; returns what is done by now, and what was refused. Each is judged by
    what those before it left."""
    refused: list[Refused] = []
    command_id, count = before.command_id, before.count
    for act in acts:
        situation, states = situations.of_command(tx, act, me, rules)
        decided = decide(act, situation, now)
        if isinstance(decided, Refused):
            refused.append(decided)
        elif decided:
            command_id = command_id or situations.next_command(tx)
            actor = Actor(ActorKind.OPERATOR, me.id)
            apply(tx, decided, states, situation.fresh, command_id=command_id, actor=actor, now=now, undoable=True)
            count += 1
    done = Done(command_id, None, count)
    if count > before.count:
        undoing.remember(tx, command, done, me, now, None)
    return done, refused
