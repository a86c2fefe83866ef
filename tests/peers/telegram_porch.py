"""A porch in memory for the Telegram tests: the polling porch, with gaps, scripted failures and crashes after a commit."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from deskterm.channels.base import Mark
from deskterm.desk.post import CopyState, Health, HealthState, Raw, ServerCopy


class TelegramPorch:
    """`channels.base.Porch`. `failures` are raised by the next calls of `take`, one each, before anything is kept (None: it
    works); `after_take` is called when a `take` has kept its rows (raise there to crash between commit and confirmation)."""

    def __init__(self) -> None:
        self.kept: dict[str, Raw] = {}
        self.takes: list[tuple[tuple[Raw, ...], Mark | None]] = []
        self.marks: dict[str, str] = {}
        self.healths: list[Health] = []
        self.gaps: list[tuple[float, str]] = []
        self.failures: deque[Exception | None] = deque()
        self.after_take: Callable[[], None] = lambda: None
        self._changed = asyncio.Condition()

    async def mark(self, key: str) -> str | None:
        return self.marks.get(key)

    async def take(self, raws: Sequence[Raw], mark: Mark | None = None) -> None:
        failure = self.failures.popleft() if self.failures else None
        if failure is not None:
            raise failure
        self.takes.append((tuple(raws), mark))
        for raw in raws:
            self.kept.setdefault(raw.source_key, raw)
        if mark is not None:
            self.marks[mark.key] = mark.value
        await self._ring()
        self.after_take()

    async def accounted(self, folder: str, epoch: int, positions: Sequence[int]) -> set[int]:
        raise AssertionError("Telegram has no positions")

    async def note_copy(self, copy: ServerCopy, state: CopyState, mark: Mark | None = None) -> int:
        raise AssertionError("Telegram has no server copies")

    async def counted(self, folder: str, epoch: int, positions: Sequence[int]) -> None:
        raise AssertionError("Telegram has no positions")

    async def health(self, health: Health) -> None:
        if not self.healths or self.healths[-1] != health:
            self.healths.append(health)
        await self._ring()

    async def gap(self, since_s: float, detail: str) -> None:
        self.gaps.append((since_s, detail))

    async def _ring(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def until(self, condition: Callable[[], bool], within_s: float = 20.0) -> None:
        """Wait until what the channel handed over fulfils a condition."""
        async with asyncio.timeout(within_s), self._changed:
            await self._changed.wait_for(condition)

    async def until_state(self, state: HealthState) -> Health:
        """Wait until the channel was in a state; returns its words."""
        await self.until(lambda: any(health.state is state for health in self.healths))
        return next(health for health in self.healths if health.state is state)
