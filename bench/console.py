"""The console on a large desk as a program on a terminal: how it is opened, and where its parts stand on the screen."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pyte

from bench.desks import opened
from bench.harness import COLUMNS, ROWS, Area, Timed
from deskterm.desk.rows import View

EMPTY = (sys.executable, str(Path(__file__).with_name("empty_app.py")))
EMPTY_TEXT = (*EMPTY, "text")
EMPTY_READY = "READY 0"
PAGE_DOWN, HOME, ESCAPE, ENTER = b"\x1b[6~", b"\x1b[H", b"\x1b", b"\r"
SIDE_BY_SIDE = 100
"""From so many columns on there are several panes, with bars between them."""


def argv(home: Path) -> tuple[str, ...]:
    """Return how the console is opened on a desk, as a person would open it."""
    return (sys.executable, "-m", "deskterm", "--home", str(home), "--operator", "anna")


def first_words(home: Path) -> str:
    """Return words of the first row that the console shows: whom the most urgent conversation is with."""

    async def first() -> str:
        async with opened(home) as desk:
            window = await desk.office.conversations(View.INBOX, after=1)
        return window.rows[0].customer

    return asyncio.run(first())[:10].strip()


def running(home: Path, ready: str, *, columns: int = COLUMNS) -> Timed:
    """Open the console; returned when it shows its list and is at rest. A context manager that ends it."""
    terminal = Timed(argv(home), columns=columns)
    terminal.seconds_until(ready)
    terminal.settle(1.0)
    return terminal


def list_area(screen: pyte.Screen) -> Area:
    """Return where the list stands: between the first two bars where the panes stand side by side, else everywhere."""
    bars = [at for at, sign in enumerate(screen.display[1]) if sign == "│"]
    if screen.columns < SIDE_BY_SIDE or not bars:
        return Area(0, 1, screen.columns, ROWS - 2)
    return Area(bars[0] + 1 if len(bars) > 1 else 0, 1, bars[1] if len(bars) > 1 else bars[0], ROWS - 2)


def cursor_column(screen: pyte.Screen) -> Area:
    """Return the column in which the list's cursor stands."""
    area = list_area(screen)
    return Area(area.left, area.top, area.left + 1, area.bottom)


def first_rows(screen: pyte.Screen) -> Area:
    """Return where the list's first rows stand: no menu covers them."""
    area = list_area(screen)
    return Area(area.left + 1, area.top, area.right, area.top + 10)
