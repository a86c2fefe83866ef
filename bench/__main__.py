"""`python -m bench`: measure, print the table. SIZE is the number of conversations, ROUNDS how often each thing is measured,
BENCH_DIR where the desk lies (on a disk: what is measured includes its fsync)."""

import deskterm.sqlite_bootstrap  # isort: skip  # noqa: F401 - before anything imports the older sqlite3

import os
import platform
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench import console, take_in
from bench.report import table
from deskterm.store import engine

FEWEST_ROUNDS = 5


def say(words: str) -> None:
    """Tell of the progress, apart from the table."""
    print(words, file=sys.stderr, flush=True)


def seed(home: Path, size: int) -> None:
    """Make the desk that is measured, unless one of this size is there."""
    mark = home / f"{size} conversations"
    if mark.exists():
        return
    shutil.rmtree(home, ignore_errors=True)
    say(f"making a desk of {size} conversations in {home} ...")
    words = ("demo", "--size", str(size), "--no-console", "--home", str(home))
    subprocess.run((sys.executable, "-m", "deskterm", *words), check=True, stdout=sys.stderr)
    (home / "config.toml").write_text('[desk]\nname = "Bench"\n', encoding="utf-8")
    (home / "config.toml").chmod(0o600)
    mark.touch()


def machine() -> str:
    """Say where the figures come from."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("deskterm", "textual"))
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores {platform.machine()}, {platform.system()}, load"
        f" {os.getloadavg()[0]:.1f}, Python {platform.python_version()}, SQLite {engine.SQLITE}, {versions}"
    )


def main() -> None:
    """Measure everything and print it."""
    size = int(os.environ.get("SIZE", "10000"))
    rounds = max(FEWEST_ROUNDS, int(os.environ.get("ROUNDS", "5")))
    folder = Path(os.environ.get("BENCH_DIR", "bench-out")).resolve()
    work = folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    home = folder / "desk"
    seed(home, size)
    where = machine()
    findings = take_in.measure(home / engine.STORE_FILE, work, rounds, say)
    findings += console.measure(home, rounds, say)
    print(f"{size} conversations; {where}\n")
    print(table(findings))
    shutil.rmtree(work)
    missed = [finding.what for finding in findings if finding.gates and not finding.met]
    if missed:
        sys.exit(f"missed: {'; '.join(missed)}")


if __name__ == "__main__":
    main()
