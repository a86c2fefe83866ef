"""A process that is stopped, as a machine that sleeps: for tests of what it does when it wakes."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
from pathlib import Path

from deskterm.store.engine import STORE_FILE


async def put_to_sleep(process: asyncio.subprocess.Process, home: Path) -> None:
    """Stop a worker outside a transaction: within one it would hold the file."""
    with contextlib.closing(sqlite3.connect(home / STORE_FILE, isolation_level=None, timeout=0)) as connection:
        while True:
            process.send_signal(signal.SIGSTOP)
            await asyncio.sleep(0.01)
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
                return
            except sqlite3.OperationalError:
                process.send_signal(signal.SIGCONT)
                await asyncio.sleep(0.01)
