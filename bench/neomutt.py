"""The same keys in neomutt on a mailbox, with its header cache: what people who love the keyboard use today."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench import keys, mails
from bench.harness import ROWS, Area, Timed
from bench.report import Finding

PROGRAM = "neomutt"
_SETTINGS = """
set folder = "{maildir}"
set spoolfile = "{maildir}"
set mbox_type = Maildir
set header_cache = "{cache}"
set sort = reverse-date
set read_inc = 0
set net_inc = 0
set mail_check = 600
set sleep_time = 0
set quit = yes
"""
_READY = "Msgs:"
_INDEX = Area(0, 1, 200, ROWS - 2)
_INSIDE = (b"j",) * 12 + (b"k",) * 12
_PAGES = 12


@dataclass
class Seen:
    """One value for each round."""

    start_s: list[float] = field(default_factory=list)
    move_ms: list[float] = field(default_factory=list)
    page_ms: list[float] = field(default_factory=list)
    rss_mb: list[float] = field(default_factory=list)


def is_installed() -> bool:
    """Whether there is anything to measure against."""
    return shutil.which(PROGRAM) is not None


def _round(argv: Sequence[str], seen: Seen) -> None:
    with Timed(argv) as terminal:
        seen.start_s.append(terminal.seconds_until(_READY))
        terminal.settle(1.0)
        terminal.type(b"=")  # the first entry
        for series, keys in ((seen.move_ms, _INSIDE), (seen.page_ms, (b"\x1b[6~",) * _PAGES)):
            painted = [terminal.press(key) for key in keys]
            series.append(median(one.ms for one in painted if one is not None))
        seen.rss_mb.append(terminal.rss_mb())


def measure(folder: Path, count: int, rounds: int, say: Callable[[str], None]) -> Seen | None:
    """Measure neomutt on so many mails; None where it is not installed."""
    if not is_installed():
        return None
    say(f"neomutt: a maildir of {count} mails")
    maildir, cache, settings = mails.make(folder, count), folder / "neomutt-cache", folder / "neomuttrc"
    cache.mkdir(exist_ok=True)
    settings.write_text(_SETTINGS.format(maildir=maildir, cache=cache), encoding="utf-8")
    argv = (PROGRAM, "-n", "-F", str(settings), "-R", "-f", str(maildir))
    with Timed(argv) as first:  # fills the header cache
        first.seconds_until(_READY)
        first.settle(1.0)
    seen = Seen()
    for number in range(rounds):
        say(f"neomutt: round {number + 1} of {rounds}")
        _round(argv, seen)
    return seen


def findings(seen: Seen | None, count: int, desk: keys.Seen) -> list[Finding]:
    """Say how the desk's rounds stand to neomutt's median: the two do not run turn by turn."""
    what = f"neomutt on {count} mails"
    if seen is None:
        return [Finding(f"against {what}", None, True, "", [0.0], "not installed")]
    rows = (
        ("j inside the window", "move_ms", " ms", 1.0),
        ("page down", "page_ms", " ms", None),
        ("start", "start_s", " s", 0.5),
        ("memory", "rss_mb", " MB", 0.35),
    )
    found = []
    for name, series, unit, goal in rows:
        theirs = median(getattr(seen, series))
        ours = [value / theirs for value in getattr(desk, series)]
        note = f"{median(getattr(desk, series)):.2f}{unit}, neomutt {theirs:.2f}{unit}"
        found.append(Finding(f"{name}, against {what}", goal, True, "x", ours, note))
    return found
