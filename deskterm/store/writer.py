"""The one write door: a thread that runs each transaction as one closure, and commits those that wait together.

A closure gets a `Transaction` and does all its work without waiting for anything (at most 20 ms). Closures that queue up while
another commits share one SQLite transaction, each in its savepoint: one that fails rolls back alone, and callers hear after
the commit. Group commit doubles the rate of taking in (`make bench`).
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Generic, TypeVar

from deskterm.store import engine
from deskterm.store.engine import StoreError

T = TypeVar("T")
Values = Sequence[Any] | Mapping[str, Any]
"""What a statement is given: by place, or by name."""

ENOUGH_S = 0.006
"""After so long a transaction that does the same to many takes no more of them: it ends in time on a slow machine too, and with
all that comes of it."""
GROUP_MOST = 64
"""Most closures in one commit, so that the first of them does not wait long."""


RING = "UPDATE sequence SET next = next + 1 WHERE name = 'bell'"
"""Told apart by the bell from commits that nobody needs to look at (a lease's heartbeat)."""


class Transaction:
    """What a closure works with: prepared statements on the write connection. Valid until the closure returns."""

    __slots__ = ("_connection", "changed")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.changed = False

    def run(self, sql: str, values: Values = ()) -> sqlite3.Cursor:
        """Run a statement that changes something; rings the bell after the commit."""
        self.changed = True
        return self._connection.execute(sql, values)

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement that changes something, once for each row."""
        self.changed = True
        self._connection.executemany(sql, rows)

    def quietly(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run a statement that changes nothing anybody looks at (a lease's heartbeat)."""
        return self._connection.execute(sql, values)

    def one(self, sql: str, values: Values = ()) -> Any:
        """Return the first row, or None."""
        return self._connection.execute(sql, values).fetchone()

    def all(self, sql: str, values: Values = ()) -> list[Any]:
        """Return all rows."""
        return self._connection.execute(sql, values).fetchall()

    def attempt(self, work: Callable[[], T], keep: Callable[[T], bool]) -> T:
        """Do a part of the work that is wholly kept or not at all: undone where `keep` says no of what it returns, or where it
        raises. Attempts may stand within each other."""
        changed_before = self.changed
        self._connection.execute("SAVEPOINT attempt")
        kept = False
        try:
            result = work()
            kept = keep(result)
        finally:
            if self._connection.in_transaction:  # a fault of the disk has ended all of it
                if not kept:
                    self._connection.execute("ROLLBACK TO attempt")
                self._connection.execute("RELEASE attempt")
            self.changed = self.changed if kept else changed_before
        return result


Work = Callable[[Transaction], T]


class _Job(Generic[T]):
    __slots__ = ("error", "future", "result", "work")

    def __init__(self, work: Work[T]) -> None:
        self.work = work
        self.future: Future[T] = Future()
        self.result: T | None = None
        self.error: BaseException | None = None


class Writer:
    """The write door of one process. `on_commit` is called in the writer's thread after a commit that changed something."""

    def __init__(self, path: Path, *, on_commit: Callable[[], None], synchronous: str = "FULL") -> None:
        self._path = path
        self._on_commit = on_commit
        self._synchronous = synchronous
        self._jobs: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._opened: Future[None] = Future()
        self._thread = threading.Thread(target=self._serve, name="deskterm-writer", daemon=True)
        self._inode: tuple[int, int] | None = None
        self._door = threading.Lock()
        self._closed = False

    def open(self) -> None:
        """Start the thread and open the file. Raises StoreError."""
        self._thread.start()
        self._opened.result()

    def close(self) -> None:
        """Finish what is queued, then close the file."""
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join()

    async def run(self, work: Work[T]) -> T:
        """Run a transaction; returns what it returns, once it is on disk. Raises what it raises, or StoreError."""
        return await asyncio.wrap_future(self.submit(work))

    def submit(self, work: Work[T]) -> Future[T]:
        """As `run`, for callers outside the event loop."""
        job = _Job(work)
        with self._door:
            if self._closed:
                job.future.set_exception(_too_late(self._path))
            else:
                self._jobs.put(job)
        return job.future

    def _serve(self) -> None:
        try:
            connection = engine.connect_writer(self._path, synchronous=self._synchronous)
            stat = self._path.stat()
            self._inode = (stat.st_dev, stat.st_ino)
        except BaseException as error:
            self._opened.set_exception(engine.explained(error, self._path))
            self._turn_away()
            return
        self._opened.set_result(None)
        ending = False
        while not ending:
            jobs, ending = self._next_group()
            if jobs:
                self._run_group(connection, jobs)
        self._turn_away()
        with contextlib.suppress(sqlite3.Error):
            connection.execute("PRAGMA busy_timeout = 0")  # good housekeeping is worth no waiting for another's lock
            connection.execute("PRAGMA optimize")
        connection.close()

    def _turn_away(self) -> None:
        """Close the door: whoever came too late hears so, and does not wait for ever."""
        with self._door:
            self._closed = True
            with contextlib.suppress(queue.Empty):
                while True:
                    job = self._jobs.get_nowait()
                    if job is not None and job.future.set_running_or_notify_cancel():
                        job.future.set_exception(_too_late(self._path))

    def _next_group(self) -> tuple[list[_Job[Any]], bool]:
        """Wait for a job, then take those that already wait behind it. The second value says that the door closes."""
        group: list[_Job[Any]] = []
        job = self._jobs.get()
        while job is not None:
            group.append(job)
            if len(group) >= GROUP_MOST:
                return group, False
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return group, False
        return group, True

    def _run_group(self, connection: sqlite3.Connection, jobs: list[_Job[Any]]) -> None:
        jobs = [job for job in jobs if job.future.set_running_or_notify_cancel()]
        if not jobs:
            return
        transaction = Transaction(connection)
        try:
            self._check_file()
            connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                _run_one(connection, transaction, job, alone=len(jobs) == 1)
            if transaction.changed:
                connection.execute(RING)
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
            failure = engine.explained(error, self._path)
            for job in jobs:
                job.future.set_exception(job.error or failure)
            return
        if transaction.changed:
            self._on_commit()
        for job in jobs:
            if job.error is not None:
                job.future.set_exception(job.error)
            else:
                job.future.set_result(job.result)

    def _check_file(self) -> None:
        """Notice that the file was replaced under us (a restore): writing on would be into nowhere."""
        try:
            stat = self._path.stat()
        except OSError as error:
            raise StoreError("store_gone", f"{self._path} is gone", "stop deskterm, restore the store, start again") from error
        if (stat.st_dev, stat.st_ino) != self._inode:
            raise StoreError(
                "store_replaced", f"{self._path} was replaced while it was open", "stop deskterm and start it again"
            )


def _run_one(connection: sqlite3.Connection, transaction: Transaction, job: _Job[Any], *, alone: bool) -> None:
    """Run one closure in its savepoint. A fault of the disk or the file ends the whole group; any other only the closure."""
    if not alone:
        connection.execute("SAVEPOINT job")
    changed_before = transaction.changed
    try:
        job.result = job.work(transaction)
    except Exception as error:
        if engine.of_the_disk(error) or not connection.in_transaction:
            raise
        job.error = error
    if job.error is not None:
        transaction.changed = changed_before
        if alone:
            raise job.error
        connection.execute("ROLLBACK TO job")
    if not alone:
        connection.execute("RELEASE job")


def _too_late(path: Path) -> StoreError:
    return StoreError("store_closed", f"{path} was closed", "start deskterm again")
