"""What a start loads. import-linter proves the layers by reading; these prove by running what a process really pays for."""

from __future__ import annotations

import subprocess
import sys

import pytest
from own_files import modules

_CHILD = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(*sys.modules, sep="\\n")
"""
_BOOTSTRAP = "deskterm.sqlite_bootstrap"
_STORE_DECLARED = ("sqlmodel", "sqlalchemy", "alembic", "pydantic")
_WIRES = ("aiogram", "aiohttp", "aioimaplib", "aiosmtplib")


def loaded_by(*names: str) -> set[str]:
    """Return the modules that a fresh interpreter has after importing these."""
    done = subprocess.run([sys.executable, "-c", _CHILD, *names], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("imported", "unwanted"),
    [
        pytest.param("deskterm.cli", ("textual", *_STORE_DECLARED, *_WIRES, "apscheduler"), id="cli"),
        pytest.param("deskterm.cli.tree", ("textual", *_STORE_DECLARED, *_WIRES, "apscheduler"), id="the commands"),
        pytest.param("deskterm.app", (*_STORE_DECLARED, *_WIRES, "apscheduler", "nh3"), id="console"),
        pytest.param("deskterm.runtime", ("textual", *_STORE_DECLARED, *_WIRES, "apscheduler"), id="composition root"),
        pytest.param("deskterm.store.office", ("textual", *_STORE_DECLARED, *_WIRES), id="office on the store"),
        pytest.param("deskterm.channels.email.worker", ("textual", *_STORE_DECLARED, *_WIRES, "asyncio"), id="mail parser"),
    ],
)
def test_a_start_loads_no_more_than_it_needs(imported: str, unwanted: tuple[str, ...]) -> None:
    assert loaded_by(_BOOTSTRAP, imported) & set(unwanted) == set()


def test_a_console_loads_no_command_and_no_room_that_is_not_open() -> None:
    loaded = loaded_by("deskterm.cli.main", "deskterm.cli.bare", "deskterm.runtime", "deskterm.app")
    rooms = {
        f"deskterm.screens.{name}" for name in ("registry", "palette", "palette_finds", "help", "health", "held", "outbox")
    }
    assert loaded & {"typer", "deskterm.cli.tree", "dateparser", *rooms} == set()


def test_only_one_sqlite_is_loaded() -> None:
    """Two SQLite libraries in one process drop each other's locks on the same file (decisions: sqlite_bootstrap)."""
    loaded = loaded_by("deskterm.cli.main", "deskterm.app", "deskterm.runtime")
    assert len({"_sqlite3", "pysqlite3._sqlite3"} & loaded) == 1


def test_the_desk_needs_nothing_but_the_standard_library() -> None:
    """And rapidfuzz, which compares words and does nothing else; Cython's runtime comes with it."""
    names = ["deskterm.desk." + path.stem for path in modules("deskterm/desk") if path.name != "__init__.py"]
    assert len(names) > 5
    loaded = loaded_by(*names)
    ours = {"deskterm", "__main__", "rapidfuzz", "cython_runtime"}
    foreign = {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names - ours
    assert {name for name in foreign if not name.startswith("_")} == set()  # of an editable installation: _editable_impl_...
    house = {name for name in loaded if name.startswith("deskterm.") and not name.startswith("deskterm.desk")}
    assert house == set()
