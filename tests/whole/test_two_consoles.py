"""Two consoles in two processes on one store: what one does, the other shows."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import pytest
from pty_harness import Terminal
from test_keys_whole import OPEN, Typist, made, start

__all__ = ["made"]

pytestmark = pytest.mark.whole

WITHIN_S = 0.3
"""How soon the other console shows it: the bell of another process rings within `deskterm.store.changes.POLL_S`, 0.2 s, and the
rows are read and painted then."""
TRIES = 8
"""The best of so many counts: a busy machine may be late, but hardly every time."""


def head(terminal: Terminal) -> str:
    return terminal.text().split("\n")[0]


def shows_left(terminal: Terminal, count: int) -> bool:
    return re.search(rf"\b[1-9][0-9]* of {count}\b", head(terminal)) is not None


def wait_for_both(first: Terminal, second: Terminal, count: int) -> tuple[float, float]:
    """Wait until both show so many conversations; return when each did."""
    seen: dict[Terminal, float] = {}
    until = time.monotonic() + 30
    while len(seen) < 2:
        assert time.monotonic() < until, f"{first.text()}\n{second.text()}"
        for terminal in (first, second):
            terminal.read(0.002)
            if terminal not in seen and shows_left(terminal, count):
                seen[terminal] = time.monotonic()
    return seen[first], seen[second]


def test_what_one_does_the_other_shows_within_300_ms(made: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(made, tmp_path / "home"))
    with start(home) as mine, start(home) as other:
        who = Typist(mine, home, latin=True)
        left = who.one(OPEN)
        for terminal in (mine, other):
            terminal.wait_for(lambda terminal=terminal: shows_left(terminal, left))  # type: ignore[misc]
        delays = []
        for number in range(TRIES):
            mine.settle()
            other.settle()
            closing = number % 2 == 0
            who.keys("e" if closing else "z")
            left += -1 if closing else 1
            here, there = wait_for_both(mine, other, left)
            delays.append(there - here)
        assert min(delays) <= WITHIN_S, delays
        for terminal in (mine, other):
            terminal.press("\x11")
            assert terminal.wait_end() == 0


def test_a_conversation_that_a_colleague_answers_is_told_while_one_reads_it(made: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(made, tmp_path / "home"))
    with start(home) as mine, start(home) as other:
        for terminal in (mine, other):
            terminal.wait_for("1 of")
            terminal.press("\r")
            terminal.wait_for("J")
        mine.press("n")
        mine.wait_for("INTERNAL NOTE")
        mine.press("seen by both")
        mine.wait_for("seen by both")
        mine.press("\x13")
        mine.wait_for("Send")
        mine.press("\r")
        other.wait_for("seen by both")
        for terminal in (mine, other):
            terminal.press("\x11")
            assert terminal.wait_end() == 0
