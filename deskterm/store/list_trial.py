"""Lists of common words, read on trial: the conversations in the list's order, their messages looked at one by one.

Where a word is in every tenth conversation, the window is full after some hundred of them, sooner than the full-text index has
named its hits. How common a word is where the list begins, nobody knows beforehand: a stretch is looked at, and then more only
while what was found there promises a full window soon. Else the trial is given up and the index is asked for all hits.
"""

from __future__ import annotations

from typing import Any

from deskterm.store.list_plans import Plan
from deskterm.store.reader import Look

STRETCH = 1_000
"""Conversations looked at first; some 3 ms."""
MOST = 8_000
"""Conversations that a trial may come to: as long as the index takes to name a hundred thousand hits."""


async def keys(
    look: Look, plan: Plan, values: dict[str, Any], at: tuple[int, int], limit: int, *, forward: bool
) -> list[tuple[int, int]] | None:
    """Return (id, sort) of at most `limit` rows from the key `at` (sort, id) on, or before it; None where the trial is given
    up."""
    found: list[tuple[int, int]] = []
    sort, row_id = at
    stretch, looked = STRETCH, 0
    while True:
        asked = {**values, "sort": sort, "id": row_id, "stretch": stretch}
        found += await look.all(plan.tried(forward=forward), {**asked, "limit": limit - len(found)})
        if len(found) >= limit:
            return found
        last = await look.one(plan.last_tried(forward=forward), asked)
        if last is None:
            return found
        looked += stretch
        promised = looked * limit // max(len(found), 1)
        if promised > MOST:
            return None
        row_id, sort = last
        row_id += forward  # a key itself belongs to what comes after it
        stretch = max(promised - looked, STRETCH)
