"""Taking the conversations out of a team that is to be forgotten: by facts, a few in each transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from deskterm.desk import facts as f
from deskterm.desk.model import Actor, ActorKind, Operator
from deskterm.store import conversations, situations
from deskterm.store.apply import apply
from deskterm.store.writer import Transaction

BATCH = 50
"""Most conversations that one transaction changes."""


def batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ids in pieces of at most `BATCH`."""
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def release(tx: Transaction, team_id: int, ids: Sequence[int], me: Operator, command_id: int, now: datetime) -> int:
    """Take those of these conversations out of a team that are in it; all under one command id (0: a new one), which is
    returned."""
    marks = ",".join("?" * len(ids))
    rows = tx.all(f"SELECT {conversations.COLUMNS} FROM conversation WHERE id IN ({marks}) AND team_id = ?", (*ids, team_id))
    states = {state.id: state for state in map(conversations.from_row, rows)}
    command_id = command_id or situations.next_command(tx)
    facts: list[f.Fact] = [f.TeamChanged(conversation_id=one, from_id=team_id, to_id=None) for one in states]
    if facts:
        actor = Actor(ActorKind.OPERATOR, me.id)
        apply(tx, facts, states, situations.fresh(tx), command_id=command_id, actor=actor, now=now)
    return command_id
