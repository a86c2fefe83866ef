"""Bringing a store's file to this program's revision; run as a process of its own, so that consoles never load SQLModel.

`python -m deskterm.store.upgrade FILE` prints nothing and exits 0 when the file is at the newest revision and its words are
indexed by this program's rules.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import deskterm.sqlite_bootstrap  # noqa: F401 - before sqlite3
from deskterm.store import engine, search_index

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(path: Path, target: str = "head") -> None:
    """Run the missing migrations, each step and its version number in one transaction of its own."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from sqlalchemy import create_engine, event

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    db = create_engine(f"sqlite:///{path}", connect_args={"isolation_level": None})

    @event.listens_for(db, "connect")
    def _prepare(raw: object, _record: object) -> None:
        cursor = raw.cursor()  # type: ignore[attr-defined]
        cursor.execute(f"PRAGMA busy_timeout = {engine.BUSY_MS}")
        cursor.execute(f"PRAGMA journal_mode = {engine.journal_mode()}")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA secure_delete = ON")

    @event.listens_for(db, "begin")
    def _begin(connection: object) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # type: ignore[attr-defined]

    script = ScriptDirectory.from_config(config)
    steps = [step.revision for step in reversed(list(script.walk_revisions("base", target)))]
    for step in steps:
        with db.connect() as connection, connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, step)
    db.dispose()
    if target == "head":
        reindex(path)


def reindex(path: Path) -> None:
    """Index all words anew where that was done by other rules, in one transaction: old or new, whole."""
    with contextlib.closing(engine.connect_writer(path)) as connection:
        if search_index.is_current(connection):
            return
        connection.execute("BEGIN IMMEDIATE")
        search_index.rebuild(connection)
        connection.execute("COMMIT")


if __name__ == "__main__":
    engine.make_private(Path(sys.argv[1]).parent)
    upgrade(Path(sys.argv[1]))
