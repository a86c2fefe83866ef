"""The parts of a process's end: the deadline, the signals it heeds, work in a thread that nobody waits for."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from deskterm import ending
from deskterm.ending import Deadline, in_daemon


def test_the_first_deadline_counts(monkeypatch):
    monkeypatch.setattr(ending, "ENDING_S", 0.05)
    left, gone = [], threading.Event()

    def leave(status):
        left.append(status)
        gone.set()

    deadline = Deadline(leave)
    deadline.begin(0)
    deadline.begin(143)
    assert gone.wait(20)
    assert left == [0]


def test_a_deadline_that_has_passed_is_now():
    gone = threading.Event()
    Deadline(lambda status: gone.set()).begin(0, since=time.monotonic() - 60)
    assert gone.wait(20)


async def test_work_in_a_daemon_thread_gives_its_result_or_its_error():
    assert await in_daemon(lambda: threading.current_thread().daemon, "work") is True

    def fails():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await in_daemon(fails, "work")


async def test_work_that_nobody_waits_for_any_more_hinders_nothing():
    gate = threading.Event()
    waiting = asyncio.create_task(in_daemon(lambda: gate.wait(20), "work"))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    gate.set()


CHILD = """
import asyncio, os, signal, sys
from deskterm.ending import heed
heard = []
heed(lambda number: heard.append(number.name))
os.kill(os.getpid(), signal.SIGHUP)
os.kill(os.getpid(), signal.SIGTERM)
print(heard)
"""


@pytest.mark.parametrize(("ignored", "heard"), [(True, "['SIGTERM']"), (False, "['SIGHUP', 'SIGTERM']")])
def test_a_hang_up_that_was_ignored_stays_ignored(ignored, heard):
    before = (lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) if ignored else None
    done = subprocess.run(
        [sys.executable, "-c", CHILD], capture_output=True, text=True, check=True, preexec_fn=before, env=dict(os.environ)
    )
    assert done.stdout.strip() == heard
