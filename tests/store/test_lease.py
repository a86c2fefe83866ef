"""The lease: one holder, takeover in time, and nothing written by one who slept through it."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from deskterm.store import lease
from deskterm.store.engine import STORE_FILE
from deskterm.store.lease import Claimant, Lost

TTL_MS = 400
PROGRAM = Path(__file__).with_name("lease_holder.py")


@pytest.fixture
def run(house):
    return house.store.writer.run


@pytest.fixture
def boot_ms(monkeypatch):
    """The boot clock, in a test's hands."""
    clock = [1_000_000]
    monkeypatch.setattr(lease, "boot_clock_ms", lambda: clock[0])
    return clock


A, B = Claimant(holder="a"), Claimant(holder="b")


async def test_the_first_gets_it_and_the_second_waits_until_it_expires(run, boot_ms):
    assert await run(lambda tx: lease.acquire(tx, A, TTL_MS)) == 1
    assert await run(lambda tx: lease.acquire(tx, B, TTL_MS)) is None
    boot_ms[0] += TTL_MS - 1
    assert await run(lambda tx: lease.acquire(tx, B, TTL_MS)) is None
    await run(lambda tx: lease.renew(tx, A, 1, TTL_MS))
    boot_ms[0] += TTL_MS - 1
    assert await run(lambda tx: lease.acquire(tx, B, TTL_MS)) is None
    boot_ms[0] += 1
    assert await run(lambda tx: lease.acquire(tx, B, TTL_MS)) == 2
    for stale in (lambda tx: lease.renew(tx, A, 1, TTL_MS), lambda tx: lease.check(tx, 1)):
        with pytest.raises(Lost):
            await run(stale)
    await run(lambda tx: lease.check(tx, 2))
    await run(lambda tx: lease.check(tx, None))


async def test_a_process_of_an_earlier_boot_does_not_poll(house, run, boot_ms):
    assert (await house.office.status()).polling == ""
    await run(lambda tx: lease.acquire(tx, A, TTL_MS))
    assert (await house.office.status()).polling == f"pid {A.pid} on {A.host}"
    boot_ms[0] += TTL_MS
    assert (await house.office.status()).polling == ""
    await run(lambda tx: lease.acquire(tx, replace(A, boot="an earlier one"), 10**9))
    assert (await house.office.status()).polling == ""
    assert await run(lambda tx: lease.acquire(tx, B, TTL_MS)) == 3


async def test_who_gave_it_up_is_followed_at_once(run):
    assert await run(lambda tx: lease.acquire(tx, A)) == 1
    await run(lambda tx: lease.release(tx, B))
    assert await run(lambda tx: lease.acquire(tx, B)) is None
    await run(lambda tx: lease.release(tx, A))
    assert await run(lambda tx: lease.acquire(tx, B)) == 2
    await run(lambda tx: lease.release(tx, A))
    assert await run(lambda tx: lease.acquire(tx, A)) is None


async def test_a_lease_of_another_boot_has_expired(run):
    assert await run(lambda tx: lease.acquire(tx, replace(A, boot="the boot before"), 10**9)) == 1
    assert await run(lambda tx: lease.acquire(tx, B)) == 2


async def test_without_a_lease_nobodys_epoch_is_good(run):
    with pytest.raises(Lost):
        await run(lambda tx: lease.check(tx, 1))


async def test_jumps_of_the_wall_clock_do_nothing(run, house, monkeypatch):
    assert await run(lambda tx: lease.acquire(tx, A)) == 1
    for jump in (3600, -3600, 10**9):
        monkeypatch.setattr(time, "time", lambda j=jump: 1_790_000_000 + j)
        house.clock.pass_(seconds=min(jump, 3600))
        assert await run(lambda tx: lease.acquire(tx, B)) is None
        await run(lambda tx: lease.renew(tx, A, 1))


class Holder:
    """The program in a process of its own."""

    def __init__(self, home, name):
        words = [sys.executable, str(PROGRAM), str(home), name, str(TTL_MS)]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "standing\n"

    def epoch(self):
        """Wait until it takes the lease; returns the epoch."""
        line = self.process.stdout.readline()
        assert line.startswith("epoch ")
        return int(line.split()[1])

    def end(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.send_signal(signal.SIGCONT)
        self.process.wait(30)
        self.process.stdout.close()


@pytest.fixture
def holder(home):
    made = []

    def start(name):
        made.append(Holder(home, name))
        return made[-1]

    yield start
    for one in made:
        one.end()


def put_to_sleep(process, home):
    """Stop a process outside a transaction: within one it holds the file, and nobody could take over."""
    with contextlib.closing(sqlite3.connect(home / STORE_FILE, isolation_level=None, timeout=0)) as connection:
        while True:
            process.send_signal(signal.SIGSTOP)
            os.waitpid(process.pid, os.WUNTRACED)
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
                return
            except sqlite3.OperationalError:
                process.send_signal(signal.SIGCONT)
                time.sleep(0.002)


def written(home):
    with contextlib.closing(sqlite3.connect(home / STORE_FILE, timeout=20)) as connection:
        rows = connection.execute("SELECT key, value FROM meta WHERE value GLOB '[0-9]* [0-9]*'").fetchall()
    return [(key.split()[0], *map(int, value.split())) for key, value in rows]


def test_one_who_slept_past_its_time_writes_nothing_more(home, holder):
    first, second = holder("first"), holder("second")
    epochs = []
    holds, waits = first, second
    # Which of the two comes first is open; from then on they take turns.
    names = {first: "first", second: "second"}
    while not written(home):
        time.sleep(0.01)
    if written(home)[0][0] == "second":
        holds, waits = second, first
    epochs.append(holds.epoch())
    for _ in range(8):
        put_to_sleep(holds.process, home)
        epochs.append(waits.epoch())
        holds.process.send_signal(signal.SIGCONT)
        holds, waits = waits, holds
    rows = written(home)
    assert epochs == list(range(1, 10))
    assert [row for row in rows if row[1] != row[2]] == []
    writers = {epoch: {name for name, mine, _ in rows if mine == epoch} for epoch in epochs[:-1]}
    assert all(len(names_of) <= 1 for names_of in writers.values())
    assert {name for of in writers.values() for name in of} == set(names.values())


def test_a_killed_holder_is_followed_within_its_time_and_a_second(home, holder):
    first = holder("first")
    first.epoch()
    second = holder("second")
    first.process.kill()
    first.process.wait(30)
    died = time.monotonic()
    second.epoch()
    assert time.monotonic() - died < TTL_MS / 1000 + 1
    third = holder("third")
    second.process.stdin.close()
    assert third.epoch() == 3
