"""The store's shape: migrations against the declared tables, upgrades that are all or nothing, files that are no store."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import old_store
import pytest

from deskterm.desk.model import Operator
from deskterm.desk.query import parse
from deskterm.store import engine, search_index, upgrade
from deskterm.store import store as stores
from deskterm.store.engine import STORE_FILE, StoreError
from deskterm.store.office import StoreOffice
from deskterm.store.rules import Rules
from deskterm.store.store import Store

LONG = os.environ.get("DESKTERM_LONG") == "1"
"""Kills before every statement; else before every fifth."""

NEXT = """
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("CREATE TABLE hobby (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL)")
    op.execute("INSERT INTO meta (key, value) VALUES ('hobbies', 'yes')")
    {last}
"""


SEARCH = re.compile(r"(customer_)?search(_(data|idx|docsize|config))?")
"""The full-text indexes and the tables that FTS5 keeps them in: SQLModel declares none of them."""
OURS = ("alembic_version", "sqlite_sequence")


def shape(path: Path) -> dict[str, Any]:
    """What every table and index is: a table by its columns, keys and kind, since a column may have been added later."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
        return {
            name: table(connection, name, sql) if kind == "table" else re.sub(r"\s+", "", sql)
            for kind, name, sql in rows
            if name not in OURS and not SEARCH.fullmatch(name)
        }


def table(connection: sqlite3.Connection, name: str, sql: str) -> dict[str, Any]:
    columns = connection.execute('SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?)', (name,)).fetchall()
    keys = connection.execute('SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)', (name,)).fetchall()
    unique = connection.execute("SELECT name FROM pragma_index_list(?) WHERE origin = 'u'", (name,)).fetchall()
    uniques = [
        [column for (column,) in connection.execute("SELECT name FROM pragma_index_info(?)", index).fetchall()]
        for index in unique
    ]
    return {
        "columns": columns,
        "keys": sorted(keys),
        "unique": sorted(uniques),
        "without rowid": sql.rstrip().endswith("WITHOUT ROWID"),
    }


def test_the_migrations_make_what_the_schema_declares(empty_store, tmp_path):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine
    from sqlmodel import SQLModel

    from deskterm.store import (  # noqa: F401 - and with them all tables
        schema_customer,
        schema_messages,
        schema_porch,
        schema_time,
        schema_triage,
    )

    declared = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    SQLModel.metadata.create_all(declared)
    declared.dispose()
    assert shape(empty_store / STORE_FILE) == shape(tmp_path / "declared.db")
    migrated = create_engine(f"sqlite:///{empty_store / STORE_FILE}")
    options = {"include_name": lambda name, kind, _parents: kind != "table" or not SEARCH.fullmatch(name)}
    with migrated.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), SQLModel.metadata) == []
    migrated.dispose()


def test_words_are_kept_as_written_and_found_by_their_beginnings(empty_store):
    with contextlib.closing(sqlite3.connect(empty_store / STORE_FILE)) as connection:
        made = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql LIKE '%USING fts5%'").fetchall())
    assert sorted(made) == ["customer_search", "search"]
    for name, content in (("search", "search_doc"), ("customer_search", "customer_doc")):
        assert f"content='{content}'" in made[name]
        assert "tokenize='unicode61 remove_diacritics 0'" in made[name]
        assert "prefix='2 3'" in made[name]


@pytest.mark.timeout(900)
def test_an_upgrade_killed_at_any_statement_leaves_old_or_new(tmp_path, empty_store):
    program = Path(__file__).with_name("killed_migration.py")
    step = "1" if LONG else "5"
    done = subprocess.run([sys.executable, str(program), str(tmp_path), step], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    whole = found[-1]
    assert whole[1] == engine.REVISION
    assert whole[0] >= len(shape(empty_store / STORE_FILE))
    assert len(found) >= (100 if LONG else 20)
    # Each step is there or not: before the first, after it, after the second, after the third.
    (first,) = {tuple(state) for state in found if state[1] == "0001"}
    (second,) = {tuple(state) for state in found if state[1] == "0002"}
    (third,) = {tuple(state) for state in found if state[1] == "0003"}
    assert [state for state in found if state not in ([0, None], list(first), list(second), list(third), whole)] == []
    assert found.count(whole) <= 3  # the commit itself and what is said after it


@pytest.fixture
def newer_program(tmp_path, monkeypatch):
    """A program with one migration more; give it the last statement of that."""

    def make(last: str = "pass") -> None:
        migrations = tmp_path / "migrations"
        shutil.copytree(upgrade.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
        (migrations / "versions" / "0005_next.py").write_text(NEXT.format(last=last))
        monkeypatch.setattr(upgrade, "MIGRATIONS", migrations)
        monkeypatch.setattr(engine, "REVISION", "0005")
        monkeypatch.setattr(stores, "migrate", upgrade.upgrade)

    return make


def test_an_upgrade_keeps_a_copy_of_what_was_there(home, newer_program):
    stores.add_operator(home, "anna", "Anna", stores.Role.OWNER)
    newer_program()
    stores.ready(home)
    assert engine.revision(home / STORE_FILE) == "0005"
    (copy,) = (home / "backups").glob("*.db")
    assert copy.name.endswith("-before-0005.db")
    assert engine.revision(copy) == "0004"
    assert "hobby" not in shape(copy)
    for path in (copy, home / STORE_FILE):
        with contextlib.closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT login FROM operator").fetchall() == [("anna",)]
    stores.ready(home)
    assert len(list((home / "backups").iterdir())) == 1


async def test_words_indexed_by_other_rules_are_indexed_anew_after_a_copy(tmp_path):
    home = tmp_path / "old"
    old_store.make(home)
    stores.ready(home)
    for copy in (home / "backups").iterdir():
        copy.unlink()
    with contextlib.closing(sqlite3.connect(home / STORE_FILE)) as connection:
        # As other rules might have left it: a word that they cut in another way, and none of the rest.
        search_index.reindex(connection)
        connection.execute("DELETE FROM search_doc WHERE id <> 1")
        connection.execute("UPDATE search_doc SET subject = '', body = ' заказище ', files = '', who = ''")
        search_index.reindex(connection)
        connection.execute("UPDATE meta SET value = 'other' WHERE key = 'search_rules'")
        connection.commit()
    store = Store(home)
    await store.open()
    try:
        office = StoreOffice(store, Rules(store.signer, {}, timedelta(0)), Operator(1, "anna", "Анна"), no_channel)
        assert await office.ids(parse("заказ")) == (1, 2, 4)
        assert await office.ids(parse("заказище")) == ()
    finally:
        await store.close()
    (copy,) = (home / "backups").iterdir()
    assert copy.name.endswith(f"-before-{engine.REVISION}.db")
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT value FROM meta WHERE key = 'search_rules'").fetchone() == ("other",)
        assert connection.execute("SELECT body FROM search_doc").fetchall() == [(" заказище ",)]
    stores.ready(home)
    assert [one.name for one in (home / "backups").iterdir()] == [copy.name]


def test_words_that_cannot_be_indexed_anew_stay_as_they_were(home, monkeypatch):
    with contextlib.closing(sqlite3.connect(home / STORE_FILE)) as connection, connection:
        connection.execute("UPDATE meta SET value = 'other' WHERE key = 'search_rules'")

    def fails(*_: Any) -> None:
        raise sqlite3.OperationalError("cut off")

    monkeypatch.setattr(search_index, "reindex", fails)
    with pytest.raises(sqlite3.OperationalError, match="cut off"):
        upgrade.upgrade(home / STORE_FILE)
    with contextlib.closing(sqlite3.connect(home / STORE_FILE)) as connection:
        assert connection.execute("SELECT value FROM meta WHERE key = 'search_rules'").fetchone() == ("other",)


@pytest.mark.parametrize(("query", "loaded"), [("is:open tag:none", "False"), ("заказ", "True")])
def test_a_list_without_words_is_read_without_the_stemmers(home, query, loaded):
    code = f"""
import asyncio, sys
import deskterm.sqlite_bootstrap
from datetime import timedelta
from pathlib import Path
from deskterm.desk.model import Operator
from deskterm.desk.query import parse
from deskterm.desk.rows import View
from deskterm.store.office import StoreOffice
from deskterm.store.rules import Rules
from deskterm.store.store import Store

async def main():
    store = Store(Path({str(home)!r}))
    await store.open()
    office = StoreOffice(store, Rules(store.signer, {{}}, timedelta(0)), Operator(1, "anna", "Anna"), None)
    for listing in (*View, parse({query!r})):
        await office.conversations(listing, after=50)
    await office.counts()
    await store.close()
    print("Stemmer" in sys.modules)

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == loaded


async def test_a_store_of_the_first_release_is_found_again_in_every_list(tmp_path):
    home = tmp_path / "old"
    old_store.make(home)
    store = Store(home)
    await store.open()
    try:
        office = StoreOffice(store, Rules(store.signer, {}, timedelta(0)), Operator(1, "anna", "Анна"), no_channel)
        found = {
            query: await office.ids(parse(query))
            for query in (
                "is:open",
                "is:late",
                "assignee:me",
                "is:snoozed",
                "is:closed",
                "is:failed",
                "is:spam",
                "has:note",
                "has:attachment",
                "заказ",
                "чек",
                "завтра",
                "королев",
                "refunds",
                "customer:olga@client.test",
                "closed",
            )
        }
        counts = await office.counts()
        (customer,) = await office.customers("кор")
    finally:
        await store.close()
    assert found == {
        "is:open": (2, 1),
        "is:late": (2,),
        "assignee:me": (2,),
        "is:snoozed": (3,),
        "is:closed": (4, 6),
        "is:failed": (6,),
        "is:spam": (5,),
        "has:note": (2,),
        "has:attachment": (2,),
        "заказ": (1, 2, 4),
        "чек": (2,),
        "завтра": (2,),
        "королев": (1, 2, 4),
        "refunds": (4,),
        "customer:olga@client.test": (1, 2, 3, 4, 6),
        "closed": (),
    }
    assert {view.value: n for view, n in counts.views.items() if n} == {
        "inbox": 2,
        "mine": 1,
        "unassigned": 1,
        "untagged": 2,
        "waiting": 2,
        "late": 1,
        "snoozed": 1,
        "closed": 2,
        "all": 5,
        "failed": 1,
        "spam": 1,
    }
    assert counts.channels == {1: 2}
    assert customer.name == "Ольга Королёва"
    assert len(list((home / "backups").glob("*-before-0004.db"))) == 1


async def no_channel(_inbound_id: int) -> None:
    raise AssertionError("no channel in this test")


def test_a_step_that_fails_leaves_the_old_store(home, newer_program):
    newer_program("raise RuntimeError('no')")
    before = shape(home / STORE_FILE)
    with pytest.raises(RuntimeError):
        stores.ready(home)
    assert engine.revision(home / STORE_FILE) == "0004"
    assert shape(home / STORE_FILE) == before
    with contextlib.closing(sqlite3.connect(home / STORE_FILE)) as connection:
        assert connection.execute("SELECT count(*) FROM meta WHERE key = 'hobbies'").fetchone() == (0,)


async def test_a_newer_store_is_refused_and_not_touched(home):
    with contextlib.closing(sqlite3.connect(home / STORE_FILE)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()}
    with pytest.raises(StoreError) as refused:
        await Store(home).open()
    assert refused.value.code == "store_newer"
    assert "9999" in refused.value.message
    assert "upgrade deskterm" in refused.value.fix
    assert {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("content", [b"This is no database.\n" * 400, b"SQLite format 3\x00" + b"\xff" * 5000])
async def test_what_is_no_database_is_said_to_be_broken_and_not_touched(tmp_path, content):
    path = tmp_path / STORE_FILE
    path.write_bytes(content)
    with pytest.raises(StoreError) as refused:
        await Store(tmp_path).open()
    assert refused.value.code == "store_broken"
    assert "backups" in refused.value.fix
    assert path.read_bytes() == content


async def test_somebody_elses_database_is_no_store(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / STORE_FILE)) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    with pytest.raises(StoreError) as refused:
        await Store(tmp_path).open()
    assert refused.value.code == "store_broken"


async def test_without_a_store_the_fix_names_init(tmp_path):
    with pytest.raises(StoreError) as refused:
        await Store(tmp_path).open()
    assert (refused.value.code, refused.value.fix) == ("no_store", "run: deskterm init")


def test_a_store_is_made_whole_or_not_at_all(tmp_path, monkeypatch):
    migrate = stores.migrate

    def dies(path: Path) -> None:
        migrate(path)
        raise StoreError("upgrade_failed", "killed in the middle")

    monkeypatch.setattr(stores, "migrate", dies)
    with pytest.raises(StoreError):
        stores.create(tmp_path)
    assert engine.revision(tmp_path / STORE_FILE) is None
    monkeypatch.setattr(stores, "migrate", migrate)
    stores.create(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [STORE_FILE]
    with pytest.raises(StoreError) as refused:
        stores.create(tmp_path)
    assert refused.value.code == "store_exists"


def test_an_init_killed_before_its_first_table_can_be_done_again(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / STORE_FILE)) as connection:
        connection.execute(f"PRAGMA journal_mode = {engine.journal_mode()}")
        connection.execute("PRAGMA user_version = 1")
    assert (tmp_path / STORE_FILE).stat().st_size > 0
    stores.create(tmp_path)
    assert engine.revision(tmp_path / STORE_FILE) == engine.REVISION


def test_only_the_newest_seven_copies_are_kept(home):
    folder = home / "backups"
    folder.mkdir()
    for day in range(10, 20):
        (folder / f"202601{day}-000000-x.db").write_bytes(b"")
    newest = stores.keep_copy(home, "test")
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"202601{day}-000000-x.db" for day in range(14, 20)] + [newest.name]


@pytest.mark.parametrize(
    "module", ["store.office", "store.store", "store.ledger", "store.outbox", "store.attachments", "background.supervisor"]
)
def test_what_runs_with_the_console_loads_no_orm(module):
    code = (
        f"import sys, deskterm.sqlite_bootstrap, deskterm.{module}\n"
        "print([name for name in ('sqlmodel', 'sqlalchemy', 'alembic', 'apscheduler', 'aiogram') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
