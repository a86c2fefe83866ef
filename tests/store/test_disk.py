"""A disk that is full, a limit on files, a store that may not be written: said in words, nothing half written, on by itself."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from deskterm.store.engine import STORE_FILE

PROGRAM = Path(__file__).with_name("disk_trouble.py")
root_only = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="takes on another user's rights: root only")
NO_ROOM = ["disk_full", "free some space; deskterm goes on by itself"]


def run(*words: object) -> dict:
    done = subprocess.run([sys.executable, str(PROGRAM), *map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def rows(home):
    with contextlib.closing(sqlite3.connect(home / STORE_FILE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return connection.execute("SELECT count(*) FROM meta WHERE key GLOB 'k*'").fetchone()[0]


def test_a_limit_on_files_is_said_and_when_it_goes_the_store_goes_on(home):
    found = run("limit", home)
    assert found["codes"] == [
        ["disk_full", "free some space, raise the limit, or replace the disk; deskterm goes on by itself"]
    ]
    assert found["seen"] == found["done"] - 3 > 0
    assert (found["file"], found["half"], found["check"]) == ("OSError", [], "ok")
    assert rows(home) == found["done"]


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 8 MB."""
    if os.geteuid() != 0:
        pytest.skip("mounts a small file system: root only")
    mounted = tmp_path / "small"
    mounted.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(mounted)]
    if shutil.which("mount") is None or subprocess.run(words, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine mounts nothing for us")
    yield mounted
    subprocess.run(["umount", "-l", str(mounted)], check=True)


def test_a_full_disk_is_said_and_with_room_the_store_goes_on(home, small_disk):
    there = small_disk / "home"
    shutil.copytree(home, there)
    filler = small_disk / "filler"
    filler.write_bytes(bytes(5 << 20))
    found = run("full", there, filler)
    assert found["codes"] == [NO_ROOM]
    assert found["seen"] == found["done"] - 3 > 0
    assert (found["file"], found["half"], found["check"]) == ("OSError", [], "ok")
    assert rows(there) == found["done"]


@pytest.fixture
def shared_home(home):
    """The store in a folder that everybody may read."""
    folder = Path(tempfile.mkdtemp(prefix="deskterm-shared-"))
    folder.chmod(0o755)
    there = folder / "home"
    shutil.copytree(home, there)
    there.chmod(0o755)
    (there / STORE_FILE).chmod(0o644)
    yield there
    shutil.rmtree(folder)


@root_only
@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o755, 0o644), (0o777, 0o644), (0o755, 0o666)])
def test_a_store_that_may_not_be_written_says_so_with_the_path_and_the_fix(shared_home, folder_mode, file_mode):
    shared_home.chmod(folder_mode)
    (shared_home / STORE_FILE).chmod(file_mode)
    before = (shared_home / STORE_FILE).read_bytes()
    found = run("nobody", shared_home)
    assert found["code"] == "read_only"
    assert str(shared_home / STORE_FILE) in found["message"]
    assert found["fix"] == "give yourself write permission for it and its folder"
    assert (shared_home / STORE_FILE).read_bytes() == before
