"""One change of many tasks, of which so many are changed in one transaction. See `acting`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from deskterm.desk import facts as f
from deskterm.desk.commands import Done, Refused
from deskterm.desk.commands_time import ManyTasks
from deskterm.desk.decide import decide
from deskterm.desk.model import Actor, ActorKind, Conversation, Operator
from deskterm.store import situations, undoing
from deskterm.store.apply import apply
from deskterm.store.rules import Rules
from deskterm.store.situations_tasks import AroundTasks
from deskterm.store.writer import Transaction


def carry_out(
    tx: Transaction, command: ManyTasks, task_ids: Sequence[int], me: Operator, rules: Rules, now: datetime, before: Done
) -> tuple[Done, list[tuple[str, int]]]:
    """Change these tasks; returns what is done by now, and why which of these refused. Nobody has seen each of them: no version
    is asked for."""
    around = AroundTasks(tx, command.act, me, rules)
    fresh = around.common.fresh
    states: dict[int, Conversation] = {}
    facts: list[f.Fact] = []
    refused = []
    changed = 0
    for task_id in task_ids:
        situation, told = around.of_task(task_id)
        decided = decide(replace(command.act, task_id=task_id, seen_version=None), situation, now)
        if isinstance(decided, Refused):
            refused.append((decided.code, task_id))
        elif decided:
            facts += decided
            states |= told
            changed += 1
            around.learn(decided)
    if not facts:
        return before, refused
    command_id = before.command_id or situations.next_command(tx)
    done = Done(command_id, None, before.count + changed)
    actor = Actor(ActorKind.OPERATOR, me.id)
    apply(tx, facts, states, fresh, command_id=command_id, actor=actor, now=now, undoable=True)
    undoing.remember(tx, command, done, me, now, None)
    return done, refused
