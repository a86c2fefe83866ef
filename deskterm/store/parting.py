"""What parting two cards brings along: conversations of one that went into a conversation of the other.

What different people write stays apart (`desk.decide_merging`): the answer to one would go to the other. So each goes back to
its own card, by the commands that an operator would give, under the id of the one that parts the cards and before it: so an
undo, which goes backwards, has made the cards one again when it makes the conversations one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from deskterm.desk.commands import Command, Refused
from deskterm.desk.commands_customer import MergeConversations, PartConversation, PartCustomer
from deskterm.desk.decide import decide
from deskterm.desk.model import Actor, ActorKind, Operator
from deskterm.store import situations
from deskterm.store.apply import apply
from deskterm.store.rules import Rules
from deskterm.store.situations_customer import merged_cards, survivor_id
from deskterm.store.writer import Transaction


@dataclass(frozen=True, slots=True)
class _Tree:
    """A conversation with those that went into it, the last first; `goes`: it belongs to the card that goes."""

    id: int
    goes: bool
    held: tuple[_Tree, ...]

    @property
    def is_mixed(self) -> bool:
        """Whether conversations of both cards are in it."""
        return any(one.goes is not self.goes or one.is_mixed for one in self.held)


def part_conversations(
    tx: Transaction, command: Command, me: Operator, rules: Rules, now: datetime, command_id: int, *, undoable: bool = True
) -> int:
    """Have no conversation hold another one of a card that this command is about to part from its own; returns how many facts
    that made. Commands that part no cards bring nothing along."""
    made = 0
    for one in _brought(tx, command.customer_id) if isinstance(command, PartCustomer) else ():
        situation, states = situations.of_command(tx, one, me, rules)
        facts = decide(one, situation, now)
        if isinstance(facts, Refused):
            # Only what belongs to one card may refuse to be one again (one of them is spam since): it stands by itself then.
            continue
        actor = Actor(ActorKind.OPERATOR, me.id)
        apply(tx, facts, states, situation.fresh, command_id=command_id, actor=actor, now=now, undoable=undoable)
        made += len(facts)
    return made


def _brought(tx: Transaction, customer_id: int) -> Iterator[Command]:
    own = set(merged_cards(tx, customer_id))
    for tree in _trees(tx, customer_id, own):
        if tree.is_mixed:
            yield from _apart(tree)


def _apart(tree: _Tree) -> Iterable[Command]:
    """Take a conversation apart as far as it is mixed, from the top; what belongs together is put together again."""
    for one in tree.held:
        if one.goes is tree.goes and not one.is_mixed:
            continue
        yield PartConversation(one.id, even_empty=True)
        yield from _apart(one)
        if one.goes is tree.goes:
            yield MergeConversations(tree.id, (one.id,))


_MERGED = (
    "WITH RECURSIVE up (id, into_id) AS (SELECT id, merged_into_id FROM conversation WHERE customer_id = :holder"
    " AND merged_into_id IS NOT NULL AND home_customer_id IN (SELECT value FROM json_each(:own))"
    " UNION SELECT c.id, c.merged_into_id FROM conversation c JOIN up ON c.id = up.into_id),"
    " held (id, into_id) AS (SELECT id, NULL FROM up WHERE into_id IS NULL UNION SELECT id, NULL FROM conversation"
    " WHERE customer_id = :holder AND merged_into_id IS NULL AND home_customer_id IN (SELECT value FROM json_each(:own))"
    " UNION SELECT c.id, c.merged_into_id FROM conversation c JOIN held ON c.merged_into_id = held.id)"
    " SELECT h.id, h.into_id, coalesce(c.home_customer_id, c.customer_id) FROM held h JOIN conversation c ON c.id = h.id"
    " ORDER BY (SELECT max(j.seq) FROM journal j WHERE j.conversation_id = h.id AND j.kind = 'conversation_merged') DESC"
)
"""Selects all that stand in one with any conversation of the card that goes."""


def _trees(tx: Transaction, customer_id: int, own: set[int]) -> list[_Tree]:
    holder = survivor_id(tx, customer_id)
    rows = tx.all(_MERGED, {"holder": holder, "own": json.dumps(sorted(own))})
    goes = {row[0]: row[2] in own for row in rows}
    held: dict[int | None, list[int]] = {}
    for one, into_id, _card in rows:
        held.setdefault(into_id, []).append(one)

    def tree(one: int) -> _Tree:
        return _Tree(one, goes[one], tuple(map(tree, held.get(one, ()))))

    return [tree(one) for one in held.get(None, ())]
