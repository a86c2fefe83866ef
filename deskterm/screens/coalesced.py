"""Looking again after the bell: many rings make few looks, and never two at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from textual.dom import DOMNode

from deskterm.screens.console import begin

GAP_S = 0.1
"""Time between two looks, so that a flood of changes leaves the keys their time."""


class Coalesced:
    """Work that is asked for often: it runs at once, and once more where it was asked for while it ran."""

    def __init__(self, node: DOMNode, work: Callable[[], Awaitable[None]], group: str, gap_s: float = GAP_S) -> None:
        self._node = node
        self._work = work
        self._group = group
        self._gap_s = gap_s
        self._asked = False
        self._running = False

    def ask(self) -> None:
        """Have it done soon; nothing is done for a node that has ended, since the bell rings on while the console leaves."""
        self._asked = True
        if not self._running and self._node.is_running:
            self._running = True
            begin(self._node, self._run(), group=self._group)

    async def _run(self) -> None:
        try:
            while self._asked:
                self._asked = False
                await self._work()
                await asyncio.sleep(self._gap_s)
        finally:
            self._running = False
