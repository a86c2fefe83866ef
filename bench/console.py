"""The console on a large desk against an empty Textual app: keys to paint, start, bytes, memory.

Both run as real processes on pseudo-terminals of the same size, turn by turn. Time is from the write of the key to the first
frame; bytes are those of the whole answer.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.harness import Painted, Timed
from bench.report import Finding, ratios
from deskterm.store import engine

INSIDE = b"j" * 12 + b"k" * 12
"""Cursor moves that stay inside the first window at any terminal height the bench uses."""
PAGES = 12
PAGE_DOWN, HOME = b"\x1b[6~", b"\x1b[H"
EMPTY = (sys.executable, str(Path(__file__).with_name("empty_app.py")))


@dataclass
class Seen:
    """What the rounds of one program brought."""

    start_s: list[float] = field(default_factory=list)
    move_ms: list[float] = field(default_factory=list)
    move_cpu_ms: list[float] = field(default_factory=list)
    frame_bytes: list[float] = field(default_factory=list)
    all_bytes: list[float] = field(default_factory=list)
    page_ms: list[float] = field(default_factory=list)
    rss_mb: list[float] = field(default_factory=list)


def first_row(store: Path) -> str:
    """Return words of the list's first row: the title of the most urgent open conversation."""
    connection = sqlite3.connect(engine.read_uri(store), uri=True)
    try:
        row = connection.execute(
            "SELECT title FROM conversation WHERE status = 'open' AND spam = 0 AND merged_into_id IS NULL"
            " ORDER BY sort_at, id LIMIT 1"
        ).fetchone()
    finally:
        connection.close()
    return str(row[0])[:10]


def desk_argv(home: Path) -> tuple[str, ...]:
    """Return how the console is opened on the desk in `home`, as a person would open it."""
    return (sys.executable, "-m", "deskterm", "--home", str(home), "--operator", "anna")


def _keys(terminal: Timed, keys: Sequence[bytes]) -> list[Painted]:
    painted = [terminal.press(key) for key in keys]
    return [one for one in painted if one is not None]


def _round(argv: Sequence[str], ready: str, seen: Seen, *, is_desk: bool) -> None:
    with Timed(argv) as terminal:
        seen.start_s.append(terminal.seconds_until(ready))
        terminal.settle(1.0)
        _keys(terminal, [b"j", b"k"])
        moves = _keys(terminal, [bytes([key]) for key in INSIDE])
        seen.move_ms.append(median(one.first_ms for one in moves))
        seen.move_cpu_ms.append(median(one.cpu_ms for one in moves))
        seen.frame_bytes.append(median(one.first_bytes for one in moves))
        seen.all_bytes.append(median(one.all_bytes for one in moves))
        if is_desk:
            _keys(terminal, [HOME])
            seen.page_ms.append(median(one.first_ms for one in _keys(terminal, [PAGE_DOWN] * PAGES)))
        seen.rss_mb.append(terminal.rss_mb())


def measure(home: Path, rounds: int, say: Callable[[str], None]) -> list[Finding]:
    """Run the rounds, turn by turn, beside a console that holds the lease: what is measured is one more on the same store."""
    words = first_row(home / engine.STORE_FILE)
    desk, empty = Seen(), Seen()
    with ExitStack() as beside:
        holder = beside.enter_context(Timed(desk_argv(home)))
        holder.seconds_until(words)
        holder.settle(1.0)
        for number in range(rounds):
            say(f"console: round {number + 1} of {rounds}")
            _round(EMPTY, "READY 0", empty, is_desk=False)
            _round(desk_argv(home), words, desk, is_desk=True)
    return _findings(desk, empty)


def _findings(desk: Seen, empty: Seen) -> list[Finding]:
    cpu = median(ratios(desk.move_cpu_ms, empty.move_cpu_ms))
    return [
        Finding(
            "j inside the window, against an empty app",
            1.2,
            True,
            "x",
            ratios(desk.move_ms, empty.move_ms),
            f"p50 {median(desk.move_ms):.1f} ms, empty {median(empty.move_ms):.1f} ms, cpu {cpu:.2f}x",
        ),
        Finding(
            "bytes for it",
            1024,
            True,
            " B",
            desk.frame_bytes,
            f"empty {median(empty.frame_bytes):.0f} B; with all that follows {median(desk.all_bytes):.0f} B",
        ),
        Finding("page down", 12, True, " ms", desk.page_ms),
        Finding(
            "start to the first list, against an empty app",
            1.5,
            True,
            "x",
            ratios(desk.start_s, empty.start_s),
            f"{median(desk.start_s):.2f} s, empty {median(empty.start_s):.2f} s",
        ),
        Finding("memory of one more console", 70, True, " MB", desk.rss_mb, f"empty {median(empty.rss_mb):.0f} MB"),
    ]
