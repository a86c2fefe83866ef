"""The program as a process over a real store: from `init` to what every later command finds."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from deskterm.desk.rows import View
from deskterm.store.engine import BUSY_MS


class Program:
    """`python -m deskterm` on one home."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        environ = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "DESKTERM_HOME": str(self.home), **environment}
        command = [sys.executable, "-m", "deskterm", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=90, env=environ, check=False, umask=0)

    def data(self, *arguments: str) -> Any:
        done = self(*arguments, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)["data"]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    program = Program(tmp_path_factory.mktemp("real") / "home")
    done = program("init", "--no-input", "--no-channel", "--desk", "Лавка", "--login", "olga", "--name", "Ольга")
    assert done.returncode == 0, done.stderr
    return program


def test_nothing_in_the_home_is_open_to_others(program: Program) -> None:
    for path in [program.home, *program.home.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_desk_is_set_up_once(program: Program) -> None:
    again = program("init", "--no-input", "--login", "eve")
    assert again.returncode == 73
    assert [person["login"] for person in program.data("status")["operators"]] == ["olga"]


def test_the_only_operator_acts_until_there_are_two(tmp_path: Path) -> None:
    program = Program(tmp_path / "home")
    assert program("init", "--no-input", "--no-channel", "--login", "olga", "--name", "Ольга").returncode == 0
    assert program.data("operator", "add", "bob") == {"id": 2, "login": "bob", "name": "bob", "role": "operator"}
    for words in (["conversation", "list", "--view", "mine"], ["conversation", "take", "1001"], ["outbox", "retry", "--all"]):
        unnamed = program(*words)
        assert unnamed.returncode == 64, words
        assert "--operator" in unnamed.stderr
    assert [person["login"] for person in program.data("operator", "list")] == ["bob", "olga"]
    for words in (["conversation", "list"], ["outbox", "list"], ["quarantine", "list"], ["channel", "list"]):
        assert program.data(*words) == [], words
    assert program("status", "--line").stdout == "inbox 0 · nobody polls\n"
    assert program("conversation", "show", "1001").returncode == 66
    assert program("quarantine", "show", "1").returncode == 66
    assert program.data("conversation", "list", "--operator", "bob") == []
    refused = program("operator", "add", "eve", "--operator", "bob")
    assert refused.returncode == 77
    assert program("operator", "add", "bob", "--operator", "olga").returncode == 1


def test_a_new_desk_is_empty_and_says_so(program: Program) -> None:
    status = program.data("status")
    assert status["counts"]["views"] == {view.value: 0 for view in View}
    assert status["polling"] == ""
    assert program("status", "--line").stdout == "inbox 0 · nobody polls\n"
    assert program("conversation", "show", "1").returncode == 66
    assert program.data("outbox", "list") == program.data("quarantine", "list") == []


def test_check_finds_that_no_channel_is_there(program: Program) -> None:
    done = program("check", "--json")
    steps = json.loads(done.stdout)["data"]["steps"]
    assert done.returncode == 1
    assert [step for step in steps if not step["ok"]] == [
        {"step": "configuration", "ok": False, "detail": "it names no channel", "fix": "Run: deskterm channel add"}
    ]


def test_a_configuration_without_a_store_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch(mode=0o600)
    done = Program(tmp_path)("status")
    assert done.returncode == 66
    assert "deskterm init" in done.stderr


def test_a_store_that_is_none_is_named_and_left_alone(tmp_path: Path) -> None:
    program = Program(tmp_path / "home")
    assert program("init", "--no-input", "--no-channel", "--login", "olga", "--name", "o").returncode == 0
    (store,) = program.home.glob("*.db")
    store.write_bytes(b"not a database" * 1000)
    done = program("status")
    assert done.returncode == 65
    assert done.stderr.count("\n") == 1
    assert store.read_bytes() == b"not a database" * 1000


CHANNEL = """
[channels.{name}]
kind = "telegram"
token = "123456789:AAE-canary_token_0123456789abcdefghij"
"""


@pytest.fixture
def with_bot(tmp_path: Path) -> Program:
    """A desk whose store knows one bot."""
    program = Program(tmp_path / "home")
    program.home.mkdir(mode=0o700)
    config = program.home / "config.toml"
    config.touch(mode=0o600)
    config.write_text(CHANNEL.format(name="bot"))
    assert program("init", "--no-input", "--login", "olga", "--name", "Ольга").returncode == 0
    return program


def test_init_makes_the_configured_channels_known(with_bot: Program) -> None:
    assert [(one["name"], one["enabled"]) for one in with_bot.data("status")["channels"]] == [("bot", True)]


def test_looking_with_another_configuration_changes_no_channel(with_bot: Program, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.touch(mode=0o600)
    other.write_text(CHANNEL.format(name="second"))
    for words in (["status"], ["conversation", "list"], ["operator", "list"], ["operator", "add", "bob"]):
        with_bot.data(*words, "--config", str(other))
    assert [(one["name"], one["enabled"]) for one in with_bot.data("status")["channels"]] == [("bot", True)]


def test_who_only_looks_is_answered_while_another_writes(with_bot: Program) -> None:
    with contextlib.closing(sqlite3.connect(with_bot.home / "desk.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for words in (
            ["status", "--line"],
            ["conversation", "list"],
            ["outbox", "list"],
            ["operator", "list"],
            ["channel", "list"],
        ):
            began = time.monotonic()
            assert with_bot(*words).returncode == 0, words
            assert time.monotonic() - began < BUSY_MS / 1000, f"{words} waited for the lock"


def test_a_gap_is_shown_with_its_time_until_somebody_has_taken_note(with_bot: Program) -> None:
    with contextlib.closing(sqlite3.connect(with_bot.home / "desk.db")) as store, store:
        store.execute("UPDATE channel SET gap = 'not polled for 31 h', gap_at = 1767225600000")
    (channel,) = with_bot.data("channel", "list")
    assert (channel["gap"], channel["gap_at"]) == ("not polled for 31 h", "2026-01-01T00:00:00.000Z")
    assert "2026-01-01 00:00 · not polled for 31 h" in with_bot("channel", "list", TZ="UTC").stdout
    assert "bot: messages may be missing: 2026-01-01 00:00 · not polled for 31 h" in with_bot("status", TZ="UTC").stdout
    assert with_bot.data("channel", "seen", "bot") == {"channel": "bot", "changed": True}
    assert with_bot.data("channel", "seen", "bot") == {"channel": "bot", "changed": False}
    assert with_bot.data("status")["channels"][0]["gap_at"] is None
    assert "missing" not in with_bot("status").stdout
    assert with_bot("channel", "seen", "nowhere").returncode == 66
    with contextlib.closing(sqlite3.connect(with_bot.home / "desk.db")) as store:
        (entry,) = store.execute("SELECT actor_kind, actor_id, data FROM journal WHERE kind = 'gap_seen'").fetchall()
    assert entry == ("operator", 1, '{"channel_id":1,"gap_at":1767225600000}')


def test_a_viewer_takes_no_note(with_bot: Program) -> None:
    with_bot.data("operator", "add", "vera", "--role", "viewer")
    assert with_bot("channel", "seen", "bot", "--operator", "vera").returncode == 77
