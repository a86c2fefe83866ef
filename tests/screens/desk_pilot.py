"""The whole console over a fake desk, for tests: open it, wait for what is to come, read what stands on the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fake_office import FakeOffice
from textual._xterm_parser import XTermParser
from textual.pilot import Pilot

from deskterm.app import DeskApp
from deskterm.screens.inbox import InboxScreen
from deskterm.settings import ConsoleSettings

NARROW, WIDE = (80, 24), (120, 40)
PATIENCE_S = 10.0


class Desk:
    """A running console and what a test does with it."""

    def __init__(self, app: DeskApp, office: FakeOffice, pilot: Pilot[Any]) -> None:
        self.app = app
        self.office = office
        self.pilot = pilot

    @property
    def inbox(self) -> InboxScreen:
        """The screen that is always open."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, InboxScreen)
        return screen

    @property
    def chosen(self) -> int:
        """The number of the conversation under the cursor."""
        assert self.inbox.list.chosen is not None
        return self.inbox.list.chosen.number

    @property
    def foot(self) -> str:
        """What stands in the lowest line."""
        return self.lines[-1]

    @property
    def lines(self) -> list[str]:
        """The screen, line by line."""
        return ["".join(segment.text for segment in strip) for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    async def press(self, *keys: str) -> None:
        """Press keys one after another and let the console settle."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def burst(self, typed: str) -> None:
        """Type what a terminal hands over in one read: all keys are there before the first of them is looked at."""
        for event in XTermParser().feed(typed):
            event.set_sender(self.app)
            assert self.app._driver is not None
            self.app._driver.send_message(event)
        await self.pilot.pause()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something is so; fails with the screen after `PATIENCE_S`."""
        for _ in range(int(PATIENCE_S / 0.01)):
            if condition():
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"it did not come to be so:\n{self.text}")

    async def until_shown(self, words: str) -> None:
        """Wait until words stand on the screen."""
        await self.until(lambda: words in self.text)

    async def open(self, conversation_id: int) -> None:
        """Go to a conversation and read it."""
        self.app.open_conversation(conversation_id)
        await self.until(lambda: self.inbox.pane.thread.conversation_id == conversation_id)
        await self.until(lambda: self.app.focused is self.inbox.pane.thread)
        await self.until(lambda: self.inbox.list.chosen and self.inbox.list.chosen.id == conversation_id)


@asynccontextmanager
async def desk(
    office: FakeOffice | None = None,
    *,
    size: tuple[int, int] = NARROW,
    theme: str = "deskterm-dark",
    rows: bool = True,
    **looks: Any,
) -> AsyncIterator[Desk]:
    """Open the console; it shows its first rows (`rows`: there are any)."""
    office = office or FakeOffice()
    app = DeskApp(office, ConsoleSettings(theme=theme, **looks))
    async with app.run_test(size=size) as pilot:
        opened = Desk(app, office, pilot)
        await opened.until(lambda: opened.inbox.list.rows or not rows)
        await opened.until(lambda: opened.inbox._status is not None)
        yield opened
