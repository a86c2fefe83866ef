"""The bell: rings after commits by this process at once, by others within a fifth of a second.

It carries no parcel: who hears it looks again, so rings may merge or be lost. Other processes' commits are noticed by PRAGMA
data_version (microseconds, no lock in WAL mode); a heartbeat of the lease changes that too, so the bell's own count decides.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

from deskterm.store import engine

POLL_S = 0.2


class Changes:
    """The bell of one process. `start` and everything after it belong to one event loop."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rings: list[Callable[[], None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._connection: sqlite3.Connection | None = None
        self._version = -1
        self._count = -1
        self._due = False

    def start(self) -> None:
        """Begin to listen."""
        self._loop = asyncio.get_running_loop()
        self._connection = sqlite3.connect(engine.read_uri(self._path), uri=True, isolation_level=None, timeout=0)
        self._look()
        self._task = self._loop.create_task(self._poll(), name="bell")

    async def stop(self) -> None:
        """Listen no more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._connection is not None:
            self._connection.close()
        self._loop = None

    def on_change(self, ring: Callable[[], None]) -> Callable[[], None]:
        """Have `ring` called after changes; returns a function that ends it."""
        self._rings.append(ring)

        def end() -> None:
            with contextlib.suppress(ValueError):
                self._rings.remove(ring)

        return end

    def rang_here(self) -> None:
        """Tell of a commit of this process, from any thread."""
        loop = self._loop
        if loop is not None and not self._due:
            self._due = True
            with contextlib.suppress(RuntimeError):  # the loop has closed: nobody is there to hear
                loop.call_soon_threadsafe(self._ring_here)

    def _ring_here(self) -> None:
        self._due = False
        self._look()  # the poll need not tell of this commit again
        self._ring()

    def _ring(self) -> None:
        for ring in tuple(self._rings):
            ring()

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL_S)
            if self._look():
                self._ring()

    def _look(self) -> bool:
        if self._connection is None:
            return False
        try:
            version = self._connection.execute("PRAGMA data_version").fetchone()[0]
            if version == self._version:
                return False
            count = self._connection.execute("SELECT next FROM sequence WHERE name = 'bell'").fetchone()[0]
        except sqlite3.OperationalError:
            return False  # another process holds the file for a moment (journal_mode=TRUNCATE): the next look sees it
        self._version = version
        changed = bool(count != self._count)
        self._count = count
        return changed
