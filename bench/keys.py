"""Keys in the list of a large desk, its start and its memory, against an empty Textual app.

Both run as real processes on pseudo-terminals of the same size, turn by turn. Time is from the write of a key to the write
that completed the change on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench import console
from bench.harness import Painted, Timed, words
from bench.report import Finding, ratios, tail

INSIDE = (b"j",) * 12 + (b"k",) * 12
"""Cursor moves that stay inside the first window at any terminal height the bench uses."""
PAGES = 12
HELD = 500
VIEWS = (b"a", b"x", b"i", b"s")
"""All, closed, inbox, snoozed: no two that follow each other begin alike."""
IDLE_S = 3.0


@dataclass
class Seen:
    """What the rounds of one program brought: one value for each round, and every single key's where the tail matters."""

    start_s: list[float] = field(default_factory=list)
    move_ms: list[float] = field(default_factory=list)
    move_cpu_ms: list[float] = field(default_factory=list)
    frame_bytes: list[float] = field(default_factory=list)
    all_bytes: list[float] = field(default_factory=list)
    held_ms: list[float] = field(default_factory=list)
    page_ms: list[float] = field(default_factory=list)
    end_ms: list[float] = field(default_factory=list)
    view_ms: list[float] = field(default_factory=list)
    rss_mb: list[float] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)
    singles: dict[str, list[float]] = field(default_factory=dict)

    def keep(self, name: str, series: list[float], painted: Sequence[Painted | None]) -> None:
        """Keep the keys of one round: their median, and each of them. Raises RuntimeError where one brought nothing."""
        times = [one.ms for one in painted if one is not None]
        if len(times) < len(painted):
            raise RuntimeError(f"{len(painted) - len(times)} of {len(painted)} keys brought nothing: {name}")
        series.append(median(times))
        self.singles.setdefault(name, []).extend(times)


def _moves(terminal: Timed, seen: Seen, shown: Callable[[], Callable[..., bool] | None]) -> None:
    for key in (b"j", b"k"):
        terminal.press(key)
    moves = [terminal.press(key, shown()) for key in INSIDE]
    seen.keep("move", seen.move_ms, moves)
    told = [one for one in moves if one is not None]
    seen.move_cpu_ms.append(median(one.cpu_ms for one in told))
    seen.frame_bytes.append(median(one.first_bytes for one in told))
    seen.all_bytes.append(median(one.all_bytes for one in told))


def _empty_round(seen: Seen) -> None:
    with Timed(console.EMPTY) as terminal:
        seen.start_s.append(terminal.seconds_until(console.EMPTY_READY))
        terminal.settle()
        _moves(terminal, seen, lambda: None)
        pressed = len(INSIDE) + 2
        seen.held_ms.append(terminal.hold(b"j", HELD, words(f"READY {pressed + HELD}")))
        seen.rss_mb.append(terminal.rss_mb())


def _desk_round(home: Path, ready: str, held: int, seen: Seen) -> None:
    with Timed(console.argv(home)) as terminal:
        screen = terminal.screen
        seen.start_s.append(terminal.seconds_until(ready))
        terminal.settle(1.0)
        _moves(terminal, seen, lambda: console.cursor_column(screen).changed(screen))
        terminal.type(console.HOME)
        pages = [terminal.press(console.PAGE_DOWN, console.first_rows(screen).changed(screen)) for _ in range(PAGES)]
        seen.keep("page", seen.page_ms, pages)
        _views(terminal, seen)
        terminal.type(b"ga")
        seen.held_ms.append(terminal.hold(b"j", held, words(f" {held + 1} of ")))
        _ends(terminal, seen)
        seen.rss_mb.append(terminal.rss_mb())
        before = terminal.cpu_s()
        terminal.settle(IDLE_S, IDLE_S)
        seen.idle.append((terminal.cpu_s() - before) / IDLE_S * 100)


def _views(terminal: Timed, seen: Seen) -> None:
    """Go from view to view; of `g` and the letter only the letter is timed."""
    switched = []
    for key in VIEWS * 3:
        terminal.type(b"g", 0.12)
        switched.append(terminal.press(key, console.first_rows(terminal.screen).changed(terminal.screen)))
    seen.keep("view", seen.view_ms, switched)


def _ends(terminal: Timed, seen: Seen) -> None:
    """Jump to the end of the list of all conversations, and back to its top."""
    jumps = []
    for key in (b"G", console.HOME) * 5:
        jumps.append(terminal.press(key, console.first_rows(terminal.screen).changed(terminal.screen)))
        terminal.settle(0.2)
    seen.keep("end", seen.end_ms, jumps)


def measure(home: Path, size: int, rounds: int, say: Callable[[str], None]) -> tuple[list[Finding], Seen]:
    """Run the rounds, turn by turn, beside a console that holds the lease: what is measured is one more on the same store.

    Returns the desk's rounds as well, for others to be compared with.
    """
    ready = console.first_words(home)
    desk, empty = Seen(), Seen()
    held = min(HELD, size // 2)
    with ExitStack() as beside:
        beside.enter_context(console.running(home, ready))
        for number in range(rounds):
            say(f"keys: round {number + 1} of {rounds}")
            _empty_round(empty)
            _desk_round(home, ready, held, desk)
    return _findings(desk, empty, held), desk


def _findings(desk: Seen, empty: Seen, held: int) -> list[Finding]:
    cpu = median(ratios(desk.move_cpu_ms, empty.move_cpu_ms))
    beside = f"p50 {median(desk.move_ms):.1f} ms, empty {median(empty.move_ms):.1f} ms, cpu {cpu:.2f}x"
    told = f"empty {median(empty.frame_bytes):.0f} B; with all that follows {median(desk.all_bytes):.0f} B"
    holding = f"{median(desk.held_ms):.1f} ms, empty {median(empty.held_ms):.1f} ms"
    starting = f"{median(desk.start_s):.2f} s, empty {median(empty.start_s):.2f} s"
    moves = ratios(desk.move_ms, empty.move_ms)
    return [
        Finding("j inside the window, against an empty app", 1.2, True, "x", moves, f"{beside}; {tail(desk.singles['move'])}"),
        Finding("bytes for it", 1024, True, " B", desk.frame_bytes, told),
        Finding(f"j held over {held} rows, mean", 1.6, True, "x", ratios(desk.held_ms, empty.held_ms), holding),
        Finding("page down", 12, True, " ms", desk.page_ms, tail(desk.singles["page"])),
        Finding("jump to the end, to the top", 12, True, " ms", desk.end_ms, tail(desk.singles["end"])),
        Finding("view switch", 12, True, " ms", desk.view_ms, tail(desk.singles["view"])),
        Finding("start to the first list", 1.5, True, "x", ratios(desk.start_s, empty.start_s), starting),
        Finding(
            "memory of one more console, after paging", 70, True, " MB", desk.rss_mb, f"empty {median(empty.rss_mb):.0f} MB"
        ),
        Finding("an idle console, of one core", None, True, " %", desk.idle),
    ]
