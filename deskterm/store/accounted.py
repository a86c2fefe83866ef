"""The proof that nothing is lost, as a condition on the rows of `server_copy` (named s)."""

from __future__ import annotations

ACCOUNTED = (
    "(s.state IN ('gone', 'poison', 'skipped') OR (s.state = 'held' AND EXISTS (SELECT 1 FROM inbound i"
    " WHERE i.id = s.inbound_id AND (i.state <> 'stored' OR EXISTS (SELECT 1 FROM message m WHERE m.inbound_id = i.id)))))"
)
"""A place on the server is accounted for when the ledger parked it, or holds its bytes and, where they became a message, that
message still stands."""
