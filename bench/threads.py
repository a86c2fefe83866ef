"""Opening a conversation of 10,000 messages, against one of ten, on a terminal that shows one pane at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench import console
from bench.desks import opened
from bench.harness import Area, Timed, words
from bench.report import Finding, ratios, tail

LONG, SHORT = 10_000, 10
NARROW = 90
CLEAR = b"\x15"
OPENINGS = 8
_LINES = ("Добрый день! Когда приедет заказ 5531?", "Where is my parcel, please? I have been waiting since Monday.")


def _texts(count: int) -> list[str]:
    """Return messages of a few words; the last of them says how many they are, further down than any list shows."""
    texts = [f"{_LINES[number % 2]} ({number})" for number in range(count - 1)]
    return [*texts, f"{_LINES[0]}\n\n{_mark(count)}"]


def _mark(count: int) -> str:
    return f"the last of {count} messages"


async def _grown(home: Path, lengths: tuple[int, ...]) -> list[int]:
    async with opened(home) as desk:
        return [await desk.long_conversation(f"6600{length}", _texts(length)) for length in lengths]


def measure(home: Path, rounds: int, say: Callable[[str], None], longest: int = LONG) -> list[Finding]:
    """Write two conversations into the desk, which is a copy, and open each in turn."""
    say(f"threads: writing a conversation of {longest} messages")
    ready, lengths = console.first_words(home), (longest, SHORT)
    numbers = asyncio.run(_grown(home, lengths))
    times: dict[int, list[float]] = {length: [] for length in lengths}
    singles: list[float] = []
    with console.running(home, ready, columns=NARROW) as terminal:
        terminal.type(b"/", 0.5)
        terminal.type(CLEAR, 0.5)  # the text of the view stands there
        terminal.type(" OR ".join(f"id:{number}" for number in numbers).encode(), 0.5)
        terminal.type(console.ENTER)
        terminal.moment_of(words(" of 2 "), "the two conversations")
        for key in (console.HOME, b"j"):  # to be read takes a write, once
            terminal.type(key)
            terminal.type(console.ENTER, 1.0)
            terminal.type(console.ESCAPE)
        for number in range(rounds):
            say(f"threads: round {number + 1} of {rounds}")
            for length, openings in _openings(terminal, lengths).items():
                times[length].append(median(openings))
                singles += openings if length == longest else []
    return [
        Finding(f"open a thread of {longest} messages", 50, True, " ms", times[longest], tail(singles)),
        Finding(f"the same, against one of {SHORT}", 1.3, True, "x", ratios(times[longest], times[SHORT])),
    ]


def _openings(terminal: Timed, lengths: tuple[int, ...]) -> dict[int, list[float]]:
    """Open the two conversations by turns; which one it was is read off the screen."""
    found: dict[int, list[float]] = {length: [] for length in lengths}
    thread = Area(0, 2, NARROW, 48)
    for turn in range(OPENINGS * 2):
        terminal.type(b"j" if turn % 2 else console.HOME, 0.15)
        painted = terminal.press(console.ENTER, lambda screen: any(_mark(length) in thread.text(screen) for length in lengths))
        if painted is None:
            raise RuntimeError("no conversation opened\n" + "\n".join(terminal.screen.display))
        length = next(one for one in lengths if words(_mark(one))(terminal.screen))
        found[length].append(painted.ms)
        terminal.type(console.ESCAPE, 0.3)
    return found
