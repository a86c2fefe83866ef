"""The way to look: a small pool of read-only connections, and rows made of prepared SQL."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiosqlite

from deskterm.store import engine

POOL = 2

Values = Sequence[Any] | Mapping[str, Any]


class Reader:
    """Read-only connections shared by whoever looks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        self._all: list[aiosqlite.Connection] = []

    async def open(self) -> None:
        """Open the connections."""
        for _ in range(POOL):
            connection = await aiosqlite.connect(
                engine.read_uri(self._path), uri=True, isolation_level=None, cached_statements=256
            )
            for pragma in engine.READ_PRAGMAS:
                await connection.execute(pragma)
            self._all.append(connection)
            self._idle.put_nowait(connection)

    async def close(self) -> None:
        """Close them."""
        for connection in self._all:
            await connection.close()
        self._all.clear()

    @contextlib.asynccontextmanager
    async def look(self) -> AsyncIterator[Look]:
        """Borrow a connection; all that is read within sees one state of the store."""
        connection = await self._idle.get()
        try:
            # Who looks may be cancelled at any await, also at BEGIN; the connection's thread still runs what it was given, in
            # order, so the commit (which does nothing where none began) comes before whatever the next one asks.
            try:
                await connection.execute("BEGIN")
                yield Look(connection)
            finally:
                await connection.commit()
        finally:
            self._idle.put_nowait(connection)

    async def all(self, sql: str, values: Values = ()) -> list[Any]:
        """Return all rows of one query."""
        connection = await self._idle.get()
        try:
            return list(await connection.execute_fetchall(sql, values))
        finally:
            self._idle.put_nowait(connection)

    async def one(self, sql: str, values: Values = ()) -> Any:
        """Return the first row of one query, or None."""
        rows = await self.all(sql, values)
        return rows[0] if rows else None


class Look:
    """One consistent look at the store."""

    __slots__ = ("_connection",)

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def all(self, sql: str, values: Values = ()) -> list[Any]:
        """Return all rows."""
        return list(await self._connection.execute_fetchall(sql, values))

    async def one(self, sql: str, values: Values = ()) -> Any:
        """Return the first row, or None."""
        rows = await self.all(sql, values)
        return rows[0] if rows else None
