"""What goes on and has later keys wait: it moves the cursor, or changes what is marked."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from textual.dom import DOMNode

from deskterm.screens.console import begin


class Underway:
    """Works of one kind, begun by keys. A screen has not arrived before they are over, see `deskterm.typed_ahead`."""

    def __init__(self, node: DOMNode, group: str) -> None:
        self._node = node
        self._group = group
        self._count = 0
        self._over = asyncio.Event()
        self._over.set()

    @property
    def is_over(self) -> bool:
        """Whether nothing of it goes on."""
        return self._over.is_set()

    async def over(self) -> None:
        """Wait until nothing of it goes on."""
        await self._over.wait()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Start work that awaits the desk, as `console.begin` does; from now on it goes on."""
        self._start()
        begin(self._node, self._run(work), group=self._group)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Something of it goes on within."""
        self._start()
        try:
            yield
        finally:
            self._end()

    async def _run(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._end()

    def _start(self) -> None:
        self._count += 1
        self._over.clear()

    def _end(self) -> None:
        self._count -= 1
        if not self._count:
            self._over.set()
