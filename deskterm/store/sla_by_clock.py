"""Conversations that follow what is promised without anybody's deed: the book has changed, or an alarm has nothing to ring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from deskterm.desk.model import Actor, ActorKind, Conversation
from deskterm.store import conversations, journal, notices, situations, sla
from deskterm.store.applied import Applied
from deskterm.store.sla_book import Promised
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction


def follow(
    tx: Transaction,
    promised: Promised,
    states: Mapping[int, Conversation],
    ids: Iterable[int],
    now: datetime,
    *,
    anew: bool = False,
) -> None:
    """Have the clocks of these conversations follow, write what that comes to, and tell of it. `anew`: the book has changed."""
    run = Applied(tx, dict(states), now, {})
    facts = sla.followed(tx, promised, run.before, run.after, ids, [], now, anew=anew)
    for one, state in run.after.items():
        if state is not run.before[one]:
            conversations.update(tx, run.before[one], state, None)
    if facts:
        actor = Actor(ActorKind.CLOCK)
        journal.write(tx, facts, command_id=situations.next_command(tx), actor=actor, now_ms=to_ms(now))
        notices.tell(run, facts, actor)
