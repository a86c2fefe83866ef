"""Likely doubles as they are listed: pairs of customers who stand by themselves, and of whom nobody has decided.

A pair is kept as it was found. What was merged since is looked through: of a card that went into another one that other is
meant, and a pair that has become one customer is none. So parting brings back what merging hid.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from deskterm.desk.rows_customer import DuplicateRow
from deskterm.store.reader import Look
from deskterm.store.times import from_ms

MOST_LOOKED_AT = 5_000
"""Most pairs that are looked through for one list: where cards were merged, many may have become none."""
LEAST_AT_ONCE = 50
"""Fewest pairs that are read at a time."""

_OPEN = (
    "SELECT low_id, high_id, reason, score, at, id FROM duplicate WHERE state = 'open' AND (score, id) < (?, ?)"
    " ORDER BY score DESC, id DESC LIMIT ?"
)
_BEFORE_ALL = (101, 0)
"""Score and id past every pair: scores end at 100."""
MOST_OF_ONE = 20
"""Most pairs that are shown of one customer."""
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
_DECIDED = "SELECT low_id, high_id FROM duplicate WHERE state = 'dismissed' AND low_id IN (SELECT value FROM json_each(?))"
_PEOPLE = (
    "SELECT c.id, c.name, c.created_at, c.erased_at, coalesce((SELECT i.value FROM identity i WHERE i.customer_id = c.id"
    " ORDER BY i.id LIMIT 1), '') FROM customer c WHERE c.id IN (SELECT value FROM json_each(?))"
)


async def listed(look: Look, limit: int) -> tuple[DuplicateRow, ...]:
    """Return pairs who are likely one, the surest first."""
    pairs: dict[tuple[int, int], Any] = {}
    after, looked_at, page = _BEFORE_ALL, 0, max(limit, LEAST_AT_ONCE)
    while len(pairs) < limit and looked_at < MOST_LOOKED_AT:
        rows = await look.all(_OPEN, (*after, page))
        for pair, row in (await _standing(look, rows)).items():
            pairs.setdefault(pair, row)
        if len(rows) < page:
            break
        after, looked_at = (rows[-1][3], rows[-1][5]), looked_at + page
    return await _shown(look, pairs, limit)


async def of_customer(look: Look, customer_id: int) -> tuple[DuplicateRow, ...]:
    """Return the pairs that a customer is one of."""
    ids = json.dumps([row[0] for row in await look.all(_TREE, (customer_id,))])
    return await _shown(look, await _standing(look, await look.all(_OF_ONE, {"ids": ids})), MOST_OF_ONE)


async def _standing(look: Look, rows: Iterable[Any]) -> dict[tuple[int, int], Any]:
    """Return the pairs that rows, the surest first, mean by now: of cards that stand by themselves and were not said to be two
    people's."""
    found = list(rows)
    if not found:
        return {}
    named = json.dumps(sorted({one for row in found for one in row[:2]}))
    survivors = dict(await look.all(_SURVIVORS, (named,)))
    roots = dict(await look.all(_TREES, (json.dumps(sorted(set(survivors.values()))),)))
    dismissed = await look.all(_DECIDED, (json.dumps(sorted(roots)),))
    decided = {_pair(roots[low], roots[high]) for low, high in dismissed if high in roots}
    pairs: dict[tuple[int, int], Any] = {}
    for row in found:
        pair = _pair(survivors[row[0]], survivors[row[1]])
        if pair[0] != pair[1] and pair not in decided:
            pairs.setdefault(pair, row)
    return pairs


async def _shown(look: Look, pairs: Mapping[tuple[int, int], Any], limit: int) -> tuple[DuplicateRow, ...]:
    first = list(pairs.items())[:limit]
    ids = json.dumps(sorted({one for pair, _row in first for one in pair}))
    people = {row[0]: row for row in await look.all(_PEOPLE, (ids,))}
    return tuple(
        _row(people[one], people[other], found)
        for (one, other), found in first
        if people[one][3] is None and people[other][3] is None
    )


def _pair(first: int, second: int) -> tuple[int, int]:
    return (first, second) if first <= second else (second, first)


def _row(one: Any, other: Any, found: Any) -> DuplicateRow:
    first, second = (one, other) if (one[2], one[0]) <= (other[2], other[0]) else (other, one)
    return DuplicateRow(first[0], first[1], second[0], second[1], found[2], found[3], from_ms(found[4]), first[4], second[4])
