"""Opening the store's file: the PRAGMAs, the journal mode that this SQLite may use, copies made while it runs.

What only SQLite can do stays here, in `search` and in `changes`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from deskterm.sqlite_bootstrap import SAFE_WAL

REVISION = "0004"
"""The newest migration: what this program reads and writes."""

STORE_FILE = "desk.db"
BUSY_MS = 15_000
"""How long a writer waits for another process; a backup in one step holds the lock for seconds at most."""

SQLITE = sqlite3.sqlite_version
WAL_IS_SAFE = sqlite3.sqlite_version_info >= SAFE_WAL


class StoreError(Exception):
    """The store cannot be used. `code` is stable for scripts, `fix` says what to do."""

    def __init__(self, code: str, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fix = fix


_DISK = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PROTOCOL")
_BROKEN = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


def of_the_disk(error: BaseException) -> bool:
    """Whether SQLite could not do its work for the disk's or the file's sake, and not for the statement's."""
    return getattr(error, "sqlite_errorname", "").startswith((*_DISK, *_BROKEN))


def explained(error: BaseException, path: Path) -> BaseException:
    """Return an error of the file in words that say what to do; other errors as they are."""
    if not isinstance(error, sqlite3.Error | OSError):
        return error
    name = getattr(error, "sqlite_errorname", "") or type(error).__name__
    if name.startswith("SQLITE_FULL") or getattr(error, "errno", None) == errno.ENOSPC:
        made = StoreError("disk_full", f"no room on the disk for {path}", "free some space; deskterm goes on by itself")
    elif name.startswith("SQLITE_IOERR"):
        # A quota or a limit on files looks like a failing disk to SQLite.
        fix = "free some space, raise the limit, or replace the disk; deskterm goes on by itself"
        made = StoreError("disk_full", f"the disk takes no more of {path}: no room, a limit, or a fault", fix)
    elif name.startswith("SQLITE_BUSY"):
        made = StoreError("store_busy", f"{path} is held by another process", "see which deskterm or backup is running")
    elif name.startswith("SQLITE_READONLY") or name == "PermissionError" or (path.exists() and not _writable(path)):
        made = StoreError("read_only", f"{path} cannot be written", "give yourself write permission for it and its folder")
    elif name.startswith(_BROKEN):
        made = StoreError("store_broken", f"{path} is damaged: {error}", "restore the newest copy from its backups folder")
    else:
        made = StoreError("store_failed", f"{path}: {error}", "see the log; nothing was changed")
    made.__cause__ = error
    return made


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


@contextlib.contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Raise errors of the file within as StoreError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise explained(error, path) from error


def journal_mode() -> str:
    """Return the journal mode for this SQLite: WAL, or TRUNCATE before 3.51.3 (the WAL-reset bug)."""
    return "wal" if WAL_IS_SAFE else "truncate"


def connect_writer(path: Path, *, synchronous: str = "FULL") -> sqlite3.Connection:
    """Open the connection that writes: autocommit, so that the write door says BEGIN IMMEDIATE itself.

    `synchronous=FULL`: what is acknowledged survives a power cut.
    """
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=512, check_same_thread=False)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    connection.execute(f"PRAGMA journal_mode = {journal_mode()}")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


READ_PRAGMAS = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA query_only = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
)


def read_uri(path: Path) -> str:
    """Return the URI that opens the store for reading only."""
    return f"{path.resolve().as_uri()}?mode=ro"


def revision(path: Path) -> str | None:
    """Return the migration a store stands at; None where there is no store yet. Raises StoreError for what is no store."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,):
            return None
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        if of_the_disk(error) and not error.sqlite_errorname.startswith(_BROKEN):
            raise explained(error, path) from error
        raise StoreError(
            "store_broken",
            f"{path} cannot be read as a deskterm store: {error}",
            "restore the newest copy from its backups folder",
        ) from error
    finally:
        connection.close()
    return str(found[0]) if found else None


def make_private(folder: Path) -> None:
    """Make a folder that only its owner may look into, and every file made from now on like that."""
    os.umask(0o077)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def backup(source: Path, target: Path) -> None:
    """Write a complete copy of a live store (VACUUM INTO, checked, made durable, then given its name). Raises StoreError."""
    partial = target.with_suffix(".partial")
    try:
        with explaining(partial):
            partial.unlink(missing_ok=True)
            _copy(source, partial)
            sync_file(partial)
            partial.rename(target)
            sync_folder(target.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def _copy(source: Path, partial: Path) -> None:
    connection = sqlite3.connect(source, isolation_level=None)
    try:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute("VACUUM INTO ?", (str(partial),))
    finally:
        connection.close()
    copy = sqlite3.connect(partial)
    try:
        verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
    finally:
        copy.close()
    if verdict != "ok":
        raise StoreError(
            "store_broken", f"the copy of {source} is not whole: {verdict}", "check the disk, then restore a backup"
        )


def sync_file(path: Path) -> None:
    """Make a file's content durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Make a folder's names durable, after a rename into it."""
    if os.name == "nt":
        return
    sync_file(path)
