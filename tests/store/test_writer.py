"""The write door: group commit, closures that fail, the file held or replaced by others, the end."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from deskterm.store import engine
from deskterm.store.engine import STORE_FILE, StoreError
from deskterm.store.writer import GROUP_MOST, Writer

ADD = "INSERT INTO meta (key, value) VALUES (?, 'x')"


@pytest.fixture
def statements(monkeypatch):
    """What the writer's connection runs, as SQLite sees it."""
    seen: list[str] = []
    connect = engine.connect_writer

    def traced(path, **named):
        connection = connect(path, **named)
        connection.set_trace_callback(seen.append)
        return connection

    monkeypatch.setattr(engine, "connect_writer", traced)
    return seen


@pytest.fixture
def rings():
    return []


@pytest.fixture
def writer(home, statements, rings):
    made = Writer(home / STORE_FILE, on_commit=lambda: rings.append(1))
    made.open()
    statements.clear()
    yield made
    made.close()


def keys(home):
    connection = sqlite3.connect(home / STORE_FILE)
    try:
        return {key for (key,) in connection.execute("SELECT key FROM meta WHERE value = 'x'")}
    finally:
        connection.close()


class Gate:
    """Holds the writer in a closure, so that others have to wait behind it."""

    def __init__(self, writer):
        self.entered, self._open = threading.Event(), threading.Event()
        self.future = writer.submit(self._work)
        assert self.entered.wait(10)

    def _work(self, _tx):
        self.entered.set()
        assert self._open.wait(10)

    def open(self):
        self._open.set()
        self.future.result(10)


def test_closures_that_wait_share_one_commit(writer, home, statements, rings):
    gate = Gate(writer)
    waiting = [writer.submit(lambda tx, n=n: tx.run(ADD, (f"k{n}",)).rowcount) for n in range(10)]
    statements.clear()
    gate.open()
    assert [future.result(10) for future in waiting] == [1] * 10
    assert statements.count("COMMIT") == 2  # the gate's own, and one for all who waited
    assert statements.count("BEGIN IMMEDIATE") == 1
    assert keys(home) == {f"k{n}" for n in range(10)}
    assert rings == [1]


def test_a_group_is_bounded(writer, statements):
    gate = Gate(writer)
    waiting = [writer.submit(lambda tx, n=n: tx.run(ADD, (f"k{n}",))) for n in range(GROUP_MOST + 1)]
    statements.clear()
    gate.open()
    for future in waiting:
        future.result(10)
    assert statements.count("COMMIT") == 3


class Surprise(Exception):
    pass


def fails_by_itself(tx):
    tx.run(ADD, ("bad",))
    raise Surprise


def fails_by_constraint(tx):
    tx.run(ADD, ("bad",))
    tx.run(ADD, ("bad",))


def fails_by_a_typing_error(tx):
    tx.run(ADD, ("bad",))
    tx.run("SELECT nothing FROM nowhere")


def fails_by_its_values(tx):
    tx.run(ADD, ("bad",))
    tx.run(ADD, ("too", "many"))


FAULTS = [
    (fails_by_itself, Surprise),
    (fails_by_constraint, sqlite3.IntegrityError),
    (fails_by_a_typing_error, sqlite3.OperationalError),
    (fails_by_its_values, sqlite3.ProgrammingError),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS)
def test_a_failing_closure_rolls_back_alone(writer, home, fault, kind):
    gate = Gate(writer)
    first = writer.submit(lambda tx: tx.run(ADD, ("first",)))
    bad = writer.submit(fault)
    last = writer.submit(lambda tx: tx.run(ADD, ("last",)))
    gate.open()
    first.result(10)
    last.result(10)
    with pytest.raises(kind):
        bad.result(10)
    assert keys(home) == {"first", "last"}


@pytest.mark.parametrize(("fault", "kind"), FAULTS)
def test_a_closure_that_fails_by_itself_leaves_nothing_and_the_door_open(writer, home, rings, fault, kind):
    with pytest.raises(kind):
        writer.submit(fault).result(10)
    assert keys(home) == set()
    assert rings == []
    writer.submit(lambda tx: tx.run(ADD, ("next",))).result(10)
    assert keys(home) == {"next"}


def test_callers_hear_after_the_commit(writer, home):
    seen = []
    gate = Gate(writer)
    for n in range(3):
        future = writer.submit(lambda tx, n=n: tx.run(ADD, (f"k{n}",)))
        future.add_done_callback(lambda _: seen.append(keys(home)))
    gate.open()
    writer.submit(lambda tx: None).result(10)
    assert seen == [{"k0", "k1", "k2"}] * 3


def test_what_changes_nothing_rings_nobody(writer, rings):
    writer.submit(lambda tx: tx.one("SELECT count(*) FROM meta")).result(10)
    writer.submit(lambda tx: tx.quietly(ADD, ("quiet",)).rowcount).result(10)
    assert rings == []


def test_who_gave_up_waiting_is_not_served(writer, home):
    gate = Gate(writer)
    gone = writer.submit(lambda tx: tx.run(ADD, ("gone",)))
    assert gone.cancel()
    gate.open()
    writer.submit(lambda tx: None).result(10)
    assert keys(home) == set()


def test_at_the_end_what_is_queued_is_written_and_who_comes_later_is_told(home):
    writer = Writer(home / STORE_FILE, on_commit=lambda: None)
    writer.open()
    gate = Gate(writer)
    queued = writer.submit(lambda tx: tx.run(ADD, ("queued",)))
    closing = threading.Thread(target=writer.close)
    closing.start()
    gate.open()
    closing.join(10)
    queued.result(0)
    assert keys(home) == {"queued"}
    with pytest.raises(StoreError) as told:
        writer.submit(lambda tx: None).result(1)
    assert told.value.code == "store_closed"


async def test_a_file_that_was_replaced_is_not_written(writer, home):
    path = home / STORE_FILE
    other = home / "other.db"
    shutil.copy(path, other)
    before = other.read_bytes()
    other.rename(path)
    with pytest.raises(StoreError) as told:
        await writer.run(lambda tx: tx.run(ADD, ("lost",)))
    assert told.value.code == "store_replaced"
    assert path.read_bytes() == before
    path.unlink()
    with pytest.raises(StoreError) as told:
        await writer.run(lambda tx: tx.run(ADD, ("lost",)))
    assert told.value.code == "store_gone"


HOLD = """
import sys, deskterm.sqlite_bootstrap, sqlite3
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
connection.execute("COMMIT")
"""


@pytest.fixture
def held(home):
    """Another process inside a write transaction; call it to let go."""
    words = [sys.executable, "-c", HOLD, str(home / STORE_FILE)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        yield process.stdin.close
        process.stdin.close()


async def test_a_writer_held_by_another_process_waits_and_succeeds(writer, home, held):
    writing = asyncio.create_task(writer.run(lambda tx: tx.run(ADD, ("patient",)).rowcount))
    begun = time.monotonic()
    asyncio.get_running_loop().call_later(3, held)
    assert await writing == 1
    assert time.monotonic() - begun >= 2.9
    assert keys(home) == {"patient"}


async def test_a_store_held_for_too_long_is_said_to_be_busy(home, held, monkeypatch):
    monkeypatch.setattr(engine, "BUSY_MS", 200)
    writer = Writer(home / STORE_FILE, on_commit=lambda: None)
    writer.open()
    try:
        with pytest.raises(StoreError) as told:
            await writer.run(lambda tx: tx.run(ADD, ("late",)))
        assert told.value.code == "store_busy"
        held()
        for _ in range(100):
            try:
                await writer.run(lambda tx: tx.run(ADD, ("late",)))
                break
            except StoreError:
                continue
        assert keys(home) == {"late"}
    finally:
        writer.close()


def test_every_write_begins_immediate_and_is_durable(writer, statements):
    writer.submit(lambda tx: tx.run(ADD, ("k",))).result(10)
    assert statements[0] == "BEGIN IMMEDIATE"
    assert statements[-1] == "COMMIT"
    assert writer.submit(lambda tx: tx.one("PRAGMA synchronous")).result(10) == (2,)
    assert writer.submit(lambda tx: tx.one("PRAGMA foreign_keys")).result(10) == (1,)
    assert writer.submit(lambda tx: tx.one("PRAGMA journal_mode")).result(10) == (engine.journal_mode(),)
