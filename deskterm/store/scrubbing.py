"""What still holds words after the rows are empty: the pieces of the search index, the write-ahead log, copies of the store."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from deskterm.store import engine, search_index, unlinking
from deskterm.store import store as stores
from deskterm.store.engine import StoreError
from deskterm.store.store import Store
from deskterm.store.unlinking import Writing
from deskterm.store.writer import Transaction

log = logging.getLogger("deskterm.store")

PAGES = 64
"""Pages of an index merged in one transaction: some 5 ms."""
INDEXES = ("search", "customer_search")
_TRIES = 3


_DUE = "scrub_due"


def due(tx: Transaction) -> None:
    """Keep that words were taken out of rows and still stand in the file: whoever comes next finishes it."""
    tx.run("INSERT INTO meta (key, value) VALUES (?, '1') ON CONFLICT DO NOTHING", (_DUE,))


def is_due(tx: Transaction) -> bool:
    """Whether that is so."""
    return tx.one("SELECT 1 FROM meta WHERE key = ?", (_DUE,)) is not None


async def scrub(store: Store, write: Writing, *, grace_s: float = unlinking.GRACE_S) -> None:
    """Take what was erased out of everything that still holds it, copies aside. Raises StoreError("store_busy")."""
    await purge_search(write)
    await unlinking.remove(store.files, write, grace_s=grace_s)
    await empty_log(store.path)
    await write(lambda tx: tx.run("DELETE FROM meta WHERE key = ?", (_DUE,)))


async def purge_search(write: Writing) -> None:
    """Write the search indexes anew, without what was taken out of them, in many short transactions."""
    for index in INDEXES:
        first = True
        while await write(partial(search_index.purge, index=index, pages=PAGES, first=first)):
            first = False


async def empty_log(path: Path) -> None:
    """Have the write-ahead log written into the store's file and cut to nothing. Raises StoreError where others that look at
    the store do not let go for so long."""
    for _ in range(_TRIES):
        if await asyncio.to_thread(_emptied, path):
            return
    raise StoreError("store_busy", f"{path} is held by another process", "erase once more when it has ended")


def _emptied(path: Path) -> bool:
    with engine.explaining(path), contextlib.closing(engine.connect_writer(path)) as connection:
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy


async def forget_copies(home: Path) -> int:
    """Remove the copies of the store that were made before an upgrade, and keep one of now in their place; returns how many
    were removed. To erase within them would need every older program."""
    return await asyncio.to_thread(_forget_copies, home)


def _forget_copies(home: Path) -> int:
    copies = _copies(home)
    for copy in copies:
        copy.unlink(missing_ok=True)
    if copies:
        try:
            stores.keep_copy(home, "after-erasing")
        except StoreError as error:
            log.warning("no copy of the store was kept after erasing: %s", error.message)
    return len(copies)


def forget_old_copies(home: Path, kept_for: timedelta, now: datetime) -> int:
    """Remove copies that are older than words are kept; returns how many."""
    old = [one for one in _copies(home) if now - datetime.fromtimestamp(one.stat().st_mtime, UTC) > kept_for]
    for copy in old:
        copy.unlink(missing_ok=True)
    return len(old)


def _copies(home: Path) -> list[Path]:
    folder = home / "backups"
    return sorted([*folder.glob("*.db"), *folder.glob("*.partial"), *folder.glob("*.db-*")])
