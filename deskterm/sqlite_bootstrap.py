"""Puts the SQLite of `pysqlite3` in place of the standard library's, where it has wheels.

Import it before anything imports `sqlite3`: two SQLite libraries in one process that open the same file drop each other's
locks (POSIX advisory locks go with the first close). Before SQLite 3.51.3 several processes in WAL mode may corrupt a file
(sqlite.org/wal.html, "the WAL-reset bug"), which is why the store falls back to journal_mode=TRUNCATE there.
"""

from __future__ import annotations

import importlib.util
import sys

SAFE_WAL = (3, 51, 3)
"""The first SQLite without the WAL-reset bug."""


def install() -> None:
    """Make `import sqlite3` mean pysqlite3 everywhere. Does nothing where pysqlite3 has no wheel.

    Raises RuntimeError if the standard library's module was loaded before.
    """
    loaded = sys.modules.get("sqlite3")
    if loaded is not None and loaded.__name__ != "sqlite3":
        return
    if importlib.util.find_spec("pysqlite3") is None:
        return
    if loaded is not None or "_sqlite3" in sys.modules:
        raise RuntimeError(
            "sqlite3 was imported before deskterm.sqlite_bootstrap: import deskterm.sqlite_bootstrap first, "
            "so that one process never holds two SQLite libraries"
        )
    import pysqlite3
    import pysqlite3.dbapi2

    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def version() -> tuple[int, int, int]:
    """Return the version of the SQLite that this process uses."""
    import sqlite3

    return sqlite3.sqlite_version_info


install()
