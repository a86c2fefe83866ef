"""The store of one process: its file, its writer, reader, bell and files, ready for the office and the back room."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from deskterm.desk.model import Operator, Role
from deskterm.desk.signing import Signer
from deskterm.store import engine, people, search_index
from deskterm.store.changes import Changes
from deskterm.store.engine import STORE_FILE, StoreError
from deskterm.store.files import Files
from deskterm.store.people import ChannelSpec
from deskterm.store.reader import Reader
from deskterm.store.writer import Transaction, Writer

BACKUPS_KEPT = 7


class Store:
    """An open store. `open` and `close` belong to the event loop that uses it."""

    def __init__(self, home: Path, *, now: Callable[[], datetime] | None = None, synchronous: str = "FULL") -> None:
        self.home = home
        self.path = home / STORE_FILE
        self.files = Files(home / "files")
        self.changes = Changes(self.path)
        self.writer = Writer(self.path, on_commit=self.changes.rang_here, synchronous=synchronous)
        self.reader = Reader(self.path)
        self.now = now or (lambda: datetime.now(UTC))
        self.signer = Signer(())
        self.demo = False

    async def open(self) -> None:
        """Open an existing store at this program's revision. Raises StoreError."""
        ready(self.home)
        self.writer.open()
        with engine.explaining(self.path):
            await self.reader.open()
            self.changes.start()
            meta = dict(await self.reader.all("SELECT key, value FROM meta"))
        self.signer = Signer(tuple(bytes.fromhex(key) for key in json.loads(meta["signing_keys"])))
        self.demo = meta.get("demo") == "1"

    async def close(self) -> None:
        """Finish what is queued for writing, then let go of the file."""
        await self.changes.stop()
        await self.reader.close()
        self.writer.close()


def ready(home: Path) -> None:
    """See that the store in `home` exists, stands at this program's revision and has its words indexed by this program's rules;
    bring it there from older ones, after a copy. Raises StoreError: no_store, store_newer, store_broken."""
    path = home / STORE_FILE
    found = engine.revision(path)
    if found is None:
        raise StoreError("no_store", f"there is no store in {home}", "run: deskterm init")
    if found == engine.REVISION and _finds_words(path):
        return
    if found > engine.REVISION:
        raise StoreError(
            "store_newer",
            f"the store in {home} was made by a newer deskterm (revision {found}, this program knows {engine.REVISION})",
            "upgrade deskterm; nothing was changed",
        )
    keep_copy(home, f"before-{engine.REVISION}")
    migrate(path)


def _finds_words(path: Path) -> bool:
    with engine.explaining(path), contextlib.closing(sqlite3.connect(engine.read_uri(path), uri=True)) as connection:
        connection.execute(f"PRAGMA busy_timeout = {engine.BUSY_MS}")
        return search_index.is_current(connection)


def create(home: Path, *, demo: bool = False) -> None:
    """Make a new, empty store: whole under its name, or not at all. Raises StoreError("store_exists")."""
    path = home / STORE_FILE
    made = home / f".new-{STORE_FILE}"
    with engine.explaining(home):
        engine.make_private(home)
    if engine.revision(path) is not None:
        raise StoreError("store_exists", f"there is a store in {home} already", "choose another folder with --home")
    with engine.explaining(home):
        _remove(made)
        migrate(made)
        _sign(made, demo=demo)
        _remove(path)
        made.rename(path)
        engine.sync_folder(home)


def _remove(path: Path) -> None:
    """Remove what a store that was not finished left, with its log, which must not be taken for the next one's."""
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _sign(path: Path, *, demo: bool) -> None:
    """Give a new store what tells it from all others."""
    connection = engine.connect_writer(path)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO meta (key, value) VALUES (?, ?)",
            [
                ("store_id", secrets.token_hex(8)),
                ("signing_keys", json.dumps([secrets.token_hex(32)])),
                ("demo", "1" if demo else "0"),
            ],
        )
        connection.execute("COMMIT")
    finally:
        connection.close()


def is_demo(home: Path) -> bool:
    """Whether the store in a folder was made as a demo. Looks only: a real desk is not touched."""
    connection = sqlite3.connect(engine.read_uri(home / STORE_FILE), uri=True)
    try:
        return bool(connection.execute("SELECT value = '1' FROM meta WHERE key = 'demo'").fetchone()[0])
    finally:
        connection.close()


def promised_version(home: Path) -> str:
    """Return the version of the book that the store in a folder keeps; "" where it keeps none. Looks only."""
    connection = sqlite3.connect(engine.read_uri(home / STORE_FILE), uri=True)
    try:
        row = connection.execute("SELECT value FROM meta WHERE key = 'promised_version'").fetchone()
    finally:
        connection.close()
    return "" if row is None else str(row[0])


def migrate(path: Path) -> None:
    """Run the missing migrations in a process of their own, so that this one never loads SQLModel. Raises StoreError."""
    done = subprocess.run(
        [sys.executable, "-m", "deskterm.store.upgrade", str(path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONSAFEPATH": "1"},
    )
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no words"]
        raise StoreError(
            "upgrade_failed", f"the store {path} could not be upgraded: {last[0]}", "nothing was changed; see the log"
        )


def keep_copy(home: Path, name: str) -> Path:
    """Keep a complete copy of the store in its backups folder, and the newest seven of them."""
    folder = home / "backups"
    with engine.explaining(folder):
        engine.make_private(folder)
    target = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{name}.db"
    if shutil.disk_usage(folder).free < (home / STORE_FILE).stat().st_size * 1.2:
        raise StoreError("disk_full", f"no room in {folder} for a copy of the store", "free some space")
    engine.backup(home / STORE_FILE, target)
    for old in sorted(folder.glob("*.db"))[:-BACKUPS_KEPT]:
        old.unlink()
    return target


def add_operator(home: Path, login: str, name: str, role: Role) -> Operator:
    """Make an operator in a store that need not be open. Raises StoreError."""
    ready(home)
    path = home / STORE_FILE
    with engine.explaining(path), contextlib.closing(engine.connect_writer(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        made = people.add_operator(Transaction(connection), login, name, role, datetime.now(UTC))
        connection.execute("COMMIT")
        return made


def add_channels(home: Path, specs: Iterable[ChannelSpec]) -> None:
    """Bring the channels of a store that need not be open in line with the configuration. Raises StoreError."""
    ready(home)
    path = home / STORE_FILE
    with engine.explaining(path), contextlib.closing(engine.connect_writer(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        people.sync_channels(Transaction(connection), specs)
        connection.execute("COMMIT")


def check(home: Path) -> str:
    """Return "ok", or what SQLite's quick check says of the store's file."""
    connection = sqlite3.connect(engine.read_uri(home / STORE_FILE), uri=True)
    try:
        return str(connection.execute("PRAGMA quick_check").fetchone()[0])
    finally:
        connection.close()
