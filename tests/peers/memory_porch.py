"""A porch in memory: what a listening channel hands over, kept by the rules of the ledger, and what it said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from deskterm.channels.base import Mark, StoreUnavailable
from deskterm.desk.post import CopyState, Health, HealthState, Raw, ServerCopy


class MemoryPorch:
    """Implements `channels.base.Porch`. `broken` makes every write fail; `failure` is raised instead of StoreUnavailable."""

    def __init__(self) -> None:
        self.marks: dict[str, str] = {}
        self.kept: dict[str, Raw] = {}
        self.copies: dict[ServerCopy, str] = {}
        self.states: dict[ServerCopy, CopyState] = {}
        self.tries: dict[ServerCopy, int] = {}
        self.counts: dict[tuple[str, int], list[int]] = {}
        self.healths: list[Health] = []
        self.takes = 0
        self.failure: Exception | None = None
        self._changed = asyncio.Condition()

    async def until(self, true: Callable[[], bool], seconds: float = 30) -> None:
        """Wait until a condition on what was handed over holds."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(true), seconds)

    async def until_kept(self, count: int, seconds: float = 30) -> None:
        """Wait until so many messages are kept."""
        await self.until(lambda: len(self.kept) >= count, seconds)

    async def until_health(self, state: HealthState, seconds: float = 30) -> Health:
        """Wait until the channel is in this state; returns its words."""
        await self.until(lambda: bool(self.healths) and self.healths[-1].state is state, seconds)
        return self.healths[-1]

    def break_down(self, failure: Exception | None = None) -> None:
        """Let every write fail from now."""
        self.failure = failure or StoreUnavailable("disk full")

    def texts(self) -> list[bytes]:
        """Return the bodies of the kept messages, sorted."""
        return sorted(raw.data.partition(b"\r\n\r\n")[2].strip() for raw in self.kept.values())

    async def mark(self, key: str) -> str | None:
        """Return a checkpoint."""
        return self.marks.get(key)

    async def take(self, raws: Sequence[Raw], mark: Mark | None = None) -> None:
        """Keep messages, each source key once."""
        self._may_write()
        self.takes += 1
        for raw in raws:
            self.kept.setdefault(raw.source_key, raw)
            if raw.copy is not None:
                self.copies[raw.copy] = raw.source_key
        self._set(mark)
        await self._ring()

    async def accounted(self, folder: str, epoch: int, positions: Sequence[int]) -> set[int]:
        """Return the positions that need no fetching."""
        done = {one.position for one in self.copies if (one.folder, one.epoch) == (folder, epoch)}
        parked = {
            copy.position
            for copy, state in self.states.items()
            if (copy.folder, copy.epoch) == (folder, epoch) and state is not CopyState.RETRY
        }
        return (done | parked) & set(positions)

    async def note_copy(self, copy: ServerCopy, state: CopyState, mark: Mark | None = None) -> int:
        """Note a copy that brought no bytes."""
        self._may_write()
        self.states[copy] = state
        self.tries[copy] = self.tries.get(copy, 0) + 1
        self._set(mark)
        await self._ring()
        return self.tries[copy]

    async def counted(self, folder: str, epoch: int, positions: Sequence[int]) -> None:
        """Note what the server holds."""
        self._may_write()
        self.counts[folder, epoch] = list(positions)
        await self._ring()

    async def health(self, health: Health) -> None:
        """Note how the channel is."""
        self._may_write()
        if not self.healths or self.healths[-1] != health:
            self.healths.append(health)
        await self._ring()

    async def gap(self, since_s: float, detail: str) -> None:
        """Mail servers keep their mail: no mailbox says this."""
        raise AssertionError("a mailbox has no gaps")

    def _may_write(self) -> None:
        if self.failure is not None:
            raise self.failure

    def _set(self, mark: Mark | None) -> None:
        if mark is not None:
            self.marks[mark.key] = mark.value

    async def _ring(self) -> None:
        async with self._changed:
            self._changed.notify_all()
