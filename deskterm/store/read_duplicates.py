"""Likely doubles as they are listed: pairs of customers who stand by themselves, and of whom nobody has decided.

A pair is kept as it was found. What was merged since is looked through: of a card that went into another one that other is
meant, and a pair that has become one customer is none. So parting brings back what merging hid.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from deskterm.desk.rows_customer import DuplicateRow
from deskterm.store.reader import Look
from deskterm.store.times import from_ms

MOST_LOOKED_AT = 5_000
"""Most pairs that are looked through for one list."""

_OPEN = "SELECT low_id, high_id, reason, score, at FROM duplicate WHERE state = 'open' ORDER BY score DESC, id DESC LIMIT ?"
_TREE = (
    "WITH RECURSIVE tree (id) AS (SELECT ? UNION SELECT c.id FROM customer c JOIN tree ON c.merged_into_id = tree.id)"
    " SELECT id FROM tree"
)
_OF_ONE = (
    "SELECT low_id, high_id, reason, score, at FROM duplicate WHERE state = 'open' AND (low_id IN (SELECT value FROM"
    " json_each(:ids)) OR high_id IN (SELECT value FROM json_each(:ids))) ORDER BY score DESC, id DESC"
)
_SURVIVORS = (
    "WITH RECURSIVE chain (was, id, next) AS (SELECT id, id, merged_into_id FROM customer WHERE id IN (SELECT value FROM"
    " json_each(?)) UNION SELECT chain.was, c.id, c.merged_into_id FROM customer c JOIN chain ON c.id = chain.next)"
    " SELECT was, id FROM chain WHERE next IS NULL"
)
_TREES = (
    "WITH RECURSIVE tree (id, root) AS (SELECT value, value FROM json_each(?) UNION SELECT c.id, tree.root FROM customer c"
    " JOIN tree ON c.merged_into_id = tree.id) SELECT id, root FROM tree"
)
_DECIDED = (
    "SELECT low_id, high_id FROM duplicate WHERE state = 'dismissed' AND low_id IN (SELECT value FROM json_each(:ids))"
    " AND high_id IN (SELECT value FROM json_each(:ids))"
)
_PEOPLE = (
    "SELECT c.id, c.name, c.created_at, c.erased_at, coalesce((SELECT i.value FROM identity i WHERE i.customer_id = c.id"
    " ORDER BY i.id LIMIT 1), '') FROM customer c WHERE c.id IN (SELECT value FROM json_each(?))"
)


async def listed(look: Look, limit: int) -> tuple[DuplicateRow, ...]:
    """Return pairs who are likely one, the surest first."""
    return await _shown(look, await look.all(_OPEN, (MOST_LOOKED_AT,)), limit)


async def of_customer(look: Look, customer_id: int) -> tuple[DuplicateRow, ...]:
    """Return the pairs that a customer is one of."""
    ids = json.dumps([row[0] for row in await look.all(_TREE, (customer_id,))])
    return await _shown(look, await look.all(_OF_ONE, {"ids": ids}), 20)


async def _shown(look: Look, rows: Iterable[Any], limit: int) -> tuple[DuplicateRow, ...]:
    found = list(rows)
    if not found:
        return ()
    named = json.dumps(sorted({one for row in found for one in row[:2]}))
    survivors = dict(await look.all(_SURVIVORS, (named,)))
    roots = dict(await look.all(_TREES, (json.dumps(sorted(set(survivors.values()))),)))
    dismissed = await look.all(_DECIDED, {"ids": json.dumps(sorted(roots))})
    decided = {_pair(roots[low], roots[high]) for low, high in dismissed}
    pairs: dict[tuple[int, int], Any] = {}
    for row in found:
        pair = _pair(survivors[row[0]], survivors[row[1]])
        if pair[0] != pair[1] and pair not in decided:
            pairs.setdefault(pair, row)
        if len(pairs) == limit:
            break
    ids = json.dumps(sorted({one for pair in pairs for one in pair}))
    people = {row[0]: row for row in await look.all(_PEOPLE, (ids,))}
    return tuple(
        _row(people[first], people[second], row)
        for (first, second), row in pairs.items()
        if people[first][3] is None and people[second][3] is None
    )


def _pair(first: int, second: int) -> tuple[int, int]:
    return (first, second) if first <= second else (second, first)


def _row(one: Any, other: Any, found: Any) -> DuplicateRow:
    first, second = (one, other) if (one[2], one[0]) <= (other[2], other[0]) else (other, one)
    return DuplicateRow(first[0], first[1], second[0], second[1], found[2], found[3], from_ms(found[4]), first[4], second[4])
