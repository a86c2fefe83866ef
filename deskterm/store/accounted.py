"""The proof that nothing is lost, as a condition on the rows of `server_copy` (named s), and what a full scan is held against.

A mailbox may hold a hundred thousand mails: these are reads, and never stand in the way at the write door.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from deskterm.store.reader import Reader

ACCOUNTED = (
    "(s.state IN ('gone', 'poison', 'skipped') OR (s.state = 'held' AND EXISTS (SELECT 1 FROM inbound i"
    " WHERE i.id = s.inbound_id AND (i.state <> 'stored' OR EXISTS (SELECT 1 FROM message m WHERE m.inbound_id = i.id)))))"
)
"""A place on the server is accounted for when the ledger parked it, or holds its bytes and, where they became a message, that
message still stands."""

_PLACES = "FROM server_copy s WHERE s.channel_id = ? AND s.folder = ? AND s.epoch = ?"


async def accounted(reader: Reader, channel_id: int, folder: str, epoch: int, lowest: int) -> set[int]:
    """Return the positions from `lowest` on that need no fetching."""
    rows = await reader.all(
        f"SELECT s.position {_PLACES} AND s.position >= ? AND {ACCOUNTED}", (channel_id, folder, epoch, lowest)
    )
    return {row[0] for row in rows}


async def seen_otherwise(
    reader: Reader, channel_id: int, folder: str, epoch: int, positions: Sequence[int]
) -> list[tuple[int, int]]:
    """Return for which known places a full scan that saw `positions` says something new: (1 there | 0 gone, position)."""
    there = json.dumps(list(positions))
    rows = await reader.all(
        f"SELECT present, position FROM (SELECT s.position IN (SELECT value FROM json_each(?)) AS present, s.present AS was,"
        f" s.position AS position {_PLACES}) WHERE present <> was",
        (there, channel_id, folder, epoch),
    )
    return [(int(present), int(position)) for present, position in rows]
