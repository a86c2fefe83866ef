"""Retention: the lease's holder empties what the channels keep no longer, finishes erasing that was interrupted, and forgets
notices that were read long ago."""

from __future__ import annotations

import asyncio

from deskterm.background.duty import Duty

EVERY_S = 6 * 3600.0
"""Words are kept for days: a few hours more or less are no matter."""
SOON_S = 60.0
"""A desk that has just been opened has something better to do."""


class Keeping:
    """The keeping of one term of office."""

    def __init__(self, duty: Duty, *, soon_s: float = SOON_S) -> None:
        self._duty = duty
        self._soon_s = soon_s

    async def run(self) -> None:
        """Look from time to time, for ever."""
        from deskterm.store.notices import forget_read
        from deskterm.store.retention import expire

        await asyncio.sleep(self._soon_s)
        while True:
            await expire(self._duty.store, self._duty.write)
            forgotten = 1
            while forgotten:
                forgotten = await self._duty.write(lambda tx: forget_read(tx, self._duty.store.now()))
            await asyncio.sleep(EVERY_S)
