"""Migrate new files in forked children, each killed before one statement more than the last; print what is left. A program.

usage: killed_migration.py FOLDER STEP: prints a JSON list of [tables, revision] after a kill before statement 1, 1 + STEP, ...;
the last one is of the child that came to its end.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import deskterm.sqlite_bootstrap  # noqa: F401

import sqlite3  # isort: skip
import sqlite3.dbapi2  # isort: skip

import alembic.command  # noqa: F401 - loaded once, before the forks
import sqlalchemy  # noqa: F401

from deskterm.store import schema_customer, schema_messages, schema_porch, schema_time, schema_triage, upgrade  # noqa: F401


def die_before(nth: int) -> None:
    """Have this process killed before its nth statement of SQL."""
    connect = sqlite3.dbapi2.connect
    seen = 0

    def traced(_statement: str) -> None:
        nonlocal seen
        seen += 1
        if seen == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    def connected(*args: Any, **named: Any) -> Any:
        connection = connect(*args, **named)
        connection.set_trace_callback(traced)
        return connection

    sqlite3.dbapi2.connect = connected


def killed_at(path: Path, nth: int) -> bool:
    """Migrate in a fork that dies before the nth statement; returns False where it came to its end."""
    child = os.fork()
    if child == 0:
        die_before(nth)
        upgrade.upgrade(path)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def look(path: Path) -> list[Any]:
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone() if tables else None
        return [tables, revision[0] if revision else None]
    finally:
        connection.close()


def main() -> None:
    folder, step = Path(sys.argv[1]), int(sys.argv[2])
    found = []
    nth = 1
    while True:
        path = folder / f"{nth}.db"
        killed = killed_at(path, nth)
        found.append(look(path))
        if not killed:
            break
        # What a killed upgrade left, the next one brings to its end.
        upgrade.upgrade(path)
        assert look(path)[1] is not None
        for left in folder.glob(f"{nth}.db*"):
            left.unlink()
        nth += step
    print(json.dumps(found))


if __name__ == "__main__":
    main()
