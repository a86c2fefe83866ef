"""The order of keys: one that is typed ahead is looked at only when the place that the one before it led to is there.

A Cyrillic layout works as well: a key that no text field wants counts as the Latin one on its place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Protocol, runtime_checkable

from textual import events

from deskterm.keys.layout import latin
from deskterm.screens.console import begin
from deskterm.screens.which_key import WhichKeyScreen
from deskterm.terminal import SafeTerminal

ARRIVAL_S = 0.5
"""How long a key that was typed ahead waits at most for the place it is meant for."""


@runtime_checkable
class Arriving(Protocol):
    """A screen that is not always ready for keys at once."""

    @property
    def has_arrived(self) -> bool:
        """Whether keys may come."""
        ...

    async def arrive(self) -> None:
        """Wait until it `has_arrived`."""
        ...


class TypedAhead(SafeTerminal):
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        self._there = asyncio.Event()
        self._there.set()

    def set_out(self, way: Coroutine[Any, Any, None]) -> None:
        """Go somewhere: keys wait until it is there."""
        self._there.clear()
        begin(self, self._go(way), group="go", exclusive=True)

    async def _go(self, way: Coroutine[Any, Any, None]) -> None:
        try:
            await way
        finally:
            self._there.set()

    async def on_event(self, event: events.Event) -> None:
        """Look at a key only when its place is there, and in the Latin layout; a text field has what it can take as text."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self._arrive()
            field = self.focused
            if field is not None and field.check_consume_key(event.key, event.character):
                # Textual 8.2 would let priority bindings have it first: it looks for those that are text by the names of
                # keys alone, and finds no character for "slash", "plus", "minus" or "at".
                field._forward_event(event)
                return
            typed, event = event.character, _in_latin(event)
            if isinstance(self.screen, WhichKeyScreen):
                await self.screen.take(event.key, typed)
                return
        await super().on_event(event)

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        """Carry out a key before the next one is looked at, not only where its binding says so.

        Textual 8.2 has the focused widget find most bindings, from its own queue: what is pressed next would come first.
        Keys that edit text stay in the queue of their field, behind the text.
        """
        if await super()._check_bindings(key, priority):
            return True
        field = self.focused
        edits = field is not None and field.check_consume_key("a", "a")
        return priority and not edits and await super()._check_bindings(key)

    async def _arrive(self) -> None:
        """Wait, not for long, for what was gone to: keys typed ahead are meant for it."""
        screen = self.screen
        if self._there.is_set() and not (isinstance(screen, Arriving) and not screen.has_arrived):
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(ARRIVAL_S):
                await self._there.wait()
                if isinstance(self.screen, Arriving):
                    await self.screen.arrive()


def _in_latin(event: events.Key) -> events.Key:
    """Map a letter of a Cyrillic layout to the key on its place."""
    place = latin(event.key, event.character)
    return event if place is None else events.Key(*place)
