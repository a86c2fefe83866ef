"""The bench runs: its quickest parts on the smallest desk, so that it cannot rot unseen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import report

ROOT = Path(__file__).parents[2]


def test_the_parts_at_the_store_measure_something(tmp_path):
    env = {**os.environ, "SIZE": "200", "ROUNDS": "1", "BENCH_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "bench", "lists", "acts"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    # Ratios may be missed on a desk of 200, or a busy machine; then it says which, and ends with 1.
    assert done.returncode == 0 or done.stderr.splitlines()[-1].startswith("missed: "), done.stderr
    rows = [line.split("|")[1].strip() for line in done.stdout.splitlines() if line.startswith("|")]
    assert {"all counters", "search as one types", "acts one by one, each on disk"} <= set(rows)
    assert not (tmp_path / "work").exists()


def test_the_console_is_measured_on_a_terminal():
    """One program under the harness: a key is timed until what it brings stands on the screen."""
    from bench import console
    from bench.harness import Timed, words

    with Timed(console.EMPTY) as terminal:
        assert terminal.seconds_until(console.EMPTY_READY) > 0
        terminal.settle()
        painted = terminal.press(b"j", words("READY 1"))
        assert painted is not None
        assert painted.first_bytes > 0
        assert terminal.hold(b"j", 5, words("READY 6")) > 0


def test_an_unknown_part_is_refused_with_those_there_are():
    done = subprocess.run([sys.executable, "-m", "bench", "nothing"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("no such part: nothing; there are take_in, lists, keys")


@pytest.mark.parametrize(("value", "at_most", "met"), [(1.0, True, True), (1.3, True, False), (1.3, False, True)])
def test_a_goal_has_a_good_side(value, at_most, met):
    assert report.Finding("x", 1.2, at_most, "x", [value]).met is met


def test_what_has_no_goal_is_only_told():
    told = report.Finding("x", None, True, "x", [9.0])
    assert told.met
    assert not told.gates
    assert "MISSED" not in report.table([told])


def test_percentiles_are_values_that_were_seen():
    assert report.percentile(range(1, 101), 99) == 99
    assert report.percentile([5.0], 99) == 5.0
