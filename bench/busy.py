"""Keys of a console while other processes work on its desk, and how soon what they commit stands on the screen."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench import console
from bench.elsewhere import Beside, beside
from bench.harness import KEY_S, Timed, words
from bench.report import Finding, percentile, tail

PER_SECOND = 100
KEYS = 40
RINGS = 20
MANY = 100_000


@dataclass
class Seen:
    """Milliseconds: all keys, the 95th percentile of each round, and how fast the other process was."""

    ms: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)


def _keys(home: Path, ready: str, seen: Seen) -> None:
    """Press keys, and keep their times."""
    with console.running(home, ready) as terminal:
        times = []
        for key in (b"j", b"j", b"k", b"k") * (KEYS // 4):
            painted = terminal.press(key, console.cursor_column(terminal.screen).changed(terminal.screen), quiet_s=0.02)
            times.append(KEY_S * 1000 if painted is None else painted.ms)
            terminal.settle(0.1, 0.1)
        seen.ms += times
        seen.p95.append(percentile(times, 95))


def _flooded(home: Path, ready: str, seen: Seen) -> None:
    with beside("flood", home, PER_SECOND) as other:
        _keys(home, ready, seen)
        took_s = time.perf_counter() - other.began
        seen.rates.append(len(other.end()) / took_s)


def _worked_on(home: Path, ready: str, many: int, seen: Seen) -> None:
    with beside("bulk", home, many) as other:
        _keys(home, ready, seen)
        seen.rates += [many / float(seconds) for seconds in other.end()]


def _rings(home: Path, ready: str, number: int) -> list[float]:
    """Have messages come in, one at a time, in a list that shows the newest first; returns ms from commit to screen."""
    with ExitStack() as stack:
        terminal = stack.enter_context(console.running(home, ready))
        other = stack.enter_context(beside("ring", home))
        terminal.type(b"ga", 0.5)
        return [_ring(terminal, other, f"ring {number}-{ring} ...") for ring in range(RINGS)]


def _ring(terminal: Timed, other: Beside, text: str) -> float:
    other.tell(text)
    shown = terminal.moment_of(words(text), text)
    return (shown - float(other.told())) * 1000


def measure(home: Path, size: int, rounds: int, say: Callable[[str], None]) -> list[Finding]:
    """Run the rounds on a desk that is a copy."""
    ready = console.first_words(home)
    flooded, bulk = Seen(), Seen()
    rung: list[list[float]] = []
    many = min(MANY, size)
    say("busy: beside a first process that holds the lease")
    with console.running(home, ready):
        for number in range(rounds):
            say(f"busy: round {number + 1} of {rounds}")
            rung.append(_rings(home, ready, number))
            _flooded(home, ready, flooded)
            _worked_on(home, ready, many, bulk)
    rings = [one for each in rung for one in each]
    came = f"{median(flooded.rates):.0f}/s came; {tail(flooded.ms)}"
    done = f"{median(bulk.rates):.0f} acts/s; {tail(bulk.ms)}" if bulk.rates else tail(bulk.ms)
    shown = [percentile(each, 99) for each in rung]
    return [
        Finding(
            "another process's commit on the screen, p99", 220, True, " ms", shown, f"p50 {median(rings):.0f} ms; {tail(rings)}"
        ),
        Finding(f"keys while {PER_SECOND} messages/s arrive, p95", 50, True, " ms", flooded.p95, came),
        Finding(f"keys while {many} are acted on elsewhere, p95", 50, True, " ms", bulk.p95, done),
    ]
