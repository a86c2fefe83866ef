"""When the book changes, all open and snoozed conversations follow it: by the clock, a batch at a time, from where it was.

Nothing is forged by that: what was missed stays missed, and the time that passed is measured anew (`desk.sla.retarget`).
"""

from __future__ import annotations

import logging
from datetime import datetime

from deskterm.store import conversations, sla_book, sla_by_clock
from deskterm.store.alarms import Alarms
from deskterm.store.writer import Transaction

log = logging.getLogger("deskterm.store")

NEXT = (
    "SELECT 0 FROM meta v WHERE v.key = 'promised_version' AND v.value IS NOT"
    " (SELECT a.value FROM meta a WHERE a.key = 'promised_applied')"
)
"""Due at once, as long as not every conversation is measured by the book that holds."""
AT_ONCE = 8
"""Most conversations of one transaction: a few milliseconds, also on a slow machine."""
_NEXT_ONES = (
    f"SELECT {conversations.COLUMNS} FROM conversation INDEXED BY ix_conversation_undone"
    " WHERE status <> 'closed' AND merged_into_id IS NULL AND id > ? ORDER BY id LIMIT ?"
)
_KEEP = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


def ring(tx: Transaction, now: datetime, limit: int) -> int:
    """Have the next conversations follow the book; returns `limit` while there are more."""
    promised = sla_book.current(tx)
    row = tx.one("SELECT value FROM meta WHERE key = ?", (sla_book.APPLIED,))
    if row is not None and row[0] == promised.version:
        return 0
    last = _last(tx, promised.version)
    states = {one.id: one for one in map(conversations.from_row, tx.all(_NEXT_ONES, (last, AT_ONCE)))}
    if not states:
        tx.run(_KEEP, (sla_book.APPLIED, promised.version))
        tx.run("DELETE FROM meta WHERE key = ?", (sla_book.PROGRESS,))
        log.info("all open conversations are measured by what is promised now")
        return 0
    sla_by_clock.follow(tx, promised, states, states, now, anew=True)
    if last == 0:
        log.info("what is promised has changed: all open conversations follow")
    tx.run(_KEEP, (sla_book.PROGRESS, f"{promised.version}:{max(states)}"))
    return limit


def _last(tx: Transaction, version: str) -> int:
    """Return the id of the last conversation that follows this version already; 0 at the beginning."""
    row = tx.one("SELECT value FROM meta WHERE key = ?", (sla_book.PROGRESS,))
    of, _, last = ("" if row is None else row[0]).rpartition(":")
    return int(last) if row is not None and of == version else 0


ALARMS = Alarms("promises", NEXT, ring)
