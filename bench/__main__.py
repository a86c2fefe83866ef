"""`python -m bench [PART ...]`: measure, print the table; all parts, or those named. By the environment: SIZE is the number of
conversations, ROUNDS how often each thing is measured, BENCH_DIR where the desks lie (on a disk: what is measured includes its
fsync), BENCH_MAILS how many mails neomutt gets."""

import deskterm.sqlite_bootstrap  # isort: skip  # noqa: F401 - before anything imports the older sqlite3

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench import acts, busy, clock, customers, keys, lists, neomutt, take_in, threads, writing
from bench.desks import copied, seed, store_of
from bench.report import Finding, table
from deskterm.store import engine

SMALL = 10_000
"""The desk that a larger one is compared with."""
CROWD = 100_000
"""How many customers there are at least where customers are measured; about as many as conversations."""
ROUNDS = 5
"""Fewer say little: a shared machine moves single ones by a third."""


def say(words: str) -> None:
    """Tell of the progress, apart from the table."""
    print(words, file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured: the desk, a small one beside it, and how often."""

    folder: Path
    size: int
    rounds: int
    mails: int

    @property
    def desk(self) -> Path:
        """The desk that is measured; it is only looked at."""
        return self.folder / f"desk-{self.size}"

    @property
    def small(self) -> Path:
        """The desk beside it."""
        return self.folder / f"desk-{min(self.size, SMALL)}"

    @property
    def work(self) -> Path:
        """A folder that begins empty and is gone in the end."""
        return self.folder / "work"

    def prepare(self) -> None:
        """Make what is not there yet."""
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        for home, size in ((self.desk, self.size), (self.small, min(self.size, SMALL))):
            seed(home, size)

    def copy(self) -> Path:
        """Return a copy of the desk to write on, made when it is first asked for."""
        target = self.work / "desk"
        return target if target.exists() else copied(self.desk, target)

    # Parts

    def take_in(self) -> list[Finding]:
        """Taking in is measured on the small desk: its file is copied for each round."""
        return take_in.measure(store_of(self.small), self.work, self.rounds, say)

    def lists(self) -> list[Finding]:
        """Windows, filters, search, counters, at the store."""
        return lists.measure(self.desk, self.small, self.rounds, say)

    def keys(self) -> list[Finding]:
        """The console's list, its start and memory; beside it an empty app, and neomutt where it is installed."""
        found, seen = keys.measure(self.desk, self.size, self.rounds, say)
        return found + neomutt.findings(neomutt.measure(self.folder, self.mails, self.rounds, say), self.mails, seen)

    def threads(self) -> list[Finding]:
        """Opening conversations."""
        return threads.measure(self.copy(), self.rounds, say)

    def writing(self) -> list[Finding]:
        """Typing answers and filters."""
        return writing.measure(self.copy(), self.rounds, say)

    def busy(self) -> list[Finding]:
        """Keys while others work on the same desk."""
        return busy.measure(self.copy(), self.size, self.rounds, say)

    def customers(self) -> list[Finding]:
        """Cards: found, recognised, merged and parted, among `CROWD` of them at least."""
        if self.size >= CROWD:
            return customers.measure(self.copy(), self.rounds, say)
        crowd = self.folder / f"desk-{CROWD}"
        seed(crowd, CROWD)
        return customers.measure(copied(crowd, self.work / "crowd"), self.rounds, say)

    def clock(self) -> list[Finding]:
        """What is due by time alone, on a desk with promises."""
        return clock.measure(copied(self.desk, self.work / "promised"), copied(self.small, self.work / "few"), self.rounds, say)

    def acts(self) -> list[Finding]:
        """Acts, one by one and on many."""
        return acts.measure(self.copy(), self.rounds, say)


PARTS: dict[str, Callable[[Bench], list[Finding]]] = {
    "take_in": Bench.take_in,
    "lists": Bench.lists,
    "keys": Bench.keys,
    "threads": Bench.threads,
    "writing": Bench.writing,
    "busy": Bench.busy,
    "acts": Bench.acts,
    "customers": Bench.customers,
    "clock": Bench.clock,
}


def machine() -> str:
    """Say where the figures come from."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("deskterm", "textual"))
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, commit {commit()}, {os.cpu_count()} cores {platform.machine()}, {platform.system()},"
        f" load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}, SQLite {engine.SQLITE}, {versions}"
    )


def commit() -> str:
    """Return which state of the program is measured."""
    asked = ("git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty")
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "no repository"


def main(names: list[str]) -> None:
    """Measure the parts named, or all, and print what was found."""
    unknown = set(names) - PARTS.keys()
    if unknown:
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    given = os.environ.get
    bench = Bench(
        Path(given("BENCH_DIR", "bench-out")).resolve(),
        int(given("SIZE", str(SMALL))),
        max(1, int(given("ROUNDS", str(ROUNDS)))),
        int(given("BENCH_MAILS", "100000")),
    )
    bench.prepare()
    print(f"{bench.size} conversations; {machine()}\n", flush=True)
    findings = [finding for name, part in PARTS.items() if not names or name in names for finding in part(bench)]
    print(table(findings))
    shutil.rmtree(bench.work)
    missed = [finding.what for finding in findings if finding.gates and not finding.met]
    if missed:
        sys.exit(f"missed: {'; '.join(missed)}")


if __name__ == "__main__":
    main(sys.argv[1:])
