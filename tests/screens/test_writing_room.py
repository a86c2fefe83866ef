"""What is being written stays whole on the screen when the terminal changes its size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyte
import pytest
from desk_pilot import Desk, desk
from textual.document._document import Document
from textual.document._wrapped_document import WrappedDocument

from deskterm.screens.new_message import NewMessageScreen
from deskterm.widgets.composer import ComposerText

ONE = 5
TEXT = "\n".join(" ".join(f"слово{number}" for number in range(count)) for count in (20, 12, 25, 6))
"""With a scrollbar in a small terminal, without one in a larger: it takes two cells of every line."""


class Drawn:
    """What a terminal would show: only what the console has written to it, not what its widgets would paint now."""

    def __init__(self, d: Desk) -> None:
        self._app = d.app
        self._screen = pyte.Screen(*d.app.size)
        self._stream = pyte.Stream(self._screen)
        self._app._display = self._take  # type: ignore[method-assign,assignment]
        d.app.screen.refresh(layout=True)

    def _take(self, _screen: object, update: Any) -> None:
        if hasattr(update, "render_segments"):
            self._stream.feed(update.render_segments(self._app.console).replace("\n", "\r\n"))

    def resize(self, columns: int, lines: int) -> None:
        """Give it another size; a terminal keeps what it shows."""
        self._screen.resize(lines, columns)

    def lines(self, text: ComposerText) -> list[str]:
        """The lines of the text, without the room behind them."""
        region, cells = text.content_region, text.scrollable_content_region.width
        rows = (self._screen.buffer[y] for y in range(region.y, region.bottom))
        return ["".join(row[x].data for x in range(region.x, region.x + cells)).rstrip() for row in rows]


def wrapped(text: ComposerText) -> list[str]:
    """The lines as they have to stand there: the text wrapped anew, scrolled to where it is."""
    document = WrappedDocument(Document(text.text), text.scrollable_content_region.width - 1)
    lines = [str(part).rstrip() for line in document.lines for part in line]
    top = int(text.scroll_offset.y)
    seen = lines[top : top + text.content_region.height]
    return [*seen, *[""] * (text.content_region.height - len(seen))]


async def resized(d: Desk, text: ComposerText, sizes: Sequence[tuple[int, int]]) -> None:
    drawn = Drawn(d)
    await d.pilot.pause()
    for size in sizes:
        drawn.resize(*size)
        await d.pilot.resize_terminal(*size)
        for _ in range(5):
            await d.pilot.pause()
        assert drawn.lines(text) == wrapped(text), size
        line = text.wrapped_document.location_to_offset(text.cursor_location).y - text.scroll_offset.y
        assert 0 <= line < text.content_region.height, f"the cursor is out of sight at {size}"


SIZES = [
    [(62, 18), (120, 30)],
    [(120, 30), (100, 30)],
    [(80, 24), (60, 24)],
    [(60, 20), (120, 30), (80, 24)],
    [(60, 16), (120, 30)],
    [(170, 40), (60, 16), (170, 40)],
]


@pytest.mark.parametrize("sizes", SIZES)
async def test_a_reply_is_wrapped_anew_at_once_when_the_terminal_is_resized(sizes: Sequence[tuple[int, int]]) -> None:
    async with desk(size=sizes[0]) as d:
        await d.open(ONE)
        await d.press("r")
        composer = d.inbox.pane.composer
        await d.until(lambda: composer._filled and composer._addressed)
        composer.put_text(TEXT)
        await d.pilot.pause()
        await resized(d, composer._text, sizes)


@pytest.mark.parametrize("sizes", SIZES[-2:])
async def test_so_is_a_new_message(sizes: Sequence[tuple[int, int]]) -> None:
    async with desk(size=sizes[0]) as d:
        await d.press("c")
        await d.until(lambda: isinstance(d.app.screen, NewMessageScreen) and d.app.screen._loaded)
        screen = d.app.screen
        assert isinstance(screen, NewMessageScreen)
        screen.text.load_text(TEXT)
        screen.set_focus(screen.text)
        screen.text.move_cursor(screen.text.document.end)
        await d.pilot.pause()
        await resized(d, screen.text, sizes)
