"""Fixtures of the command line's tests: a fake composition root, a desk on disk, and a process left as it was found."""

from __future__ import annotations

import logging
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_root import CONFIG, Desk, FakeRuntime

import deskterm
from deskterm import i18n


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> FakeRuntime:
    """The fake composition root in place of the real one."""
    fake = FakeRuntime()
    module = types.ModuleType("deskterm.runtime")
    for name in dir(fake):
        if name.startswith(("open_", "run_", "create_", "check_", "make_", "add_", "see_")):
            setattr(module, name, getattr(fake, name))
    monkeypatch.setitem(sys.modules, "deskterm.runtime", module)
    made_up = types.ModuleType("deskterm.demo")
    made_up.run = fake.run_demo  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "deskterm.demo", made_up)
    monkeypatch.setattr(deskterm, "demo", made_up, raising=False)
    monkeypatch.setattr(deskterm, "runtime", module, raising=False)
    return fake


@pytest.fixture(autouse=True)
def own_process_state(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the program sets for its process is taken back after each test."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(logging, "raiseExceptions", True)
    monkeypatch.delenv("DESKTERM_HOME", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    level = logging.getLogger().level
    yield
    for handler in logging.getLogger().handlers:
        handler.close()
    logging.captureWarnings(False)
    logging.getLogger().setLevel(level)
    i18n.use("en")


@pytest.fixture
def desk(tmp_path: Path, runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A desk with a mailbox and a bot, named by DESKTERM_HOME."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    config = home / "config.toml"
    config.write_text(CONFIG)
    config.chmod(0o600)
    monkeypatch.setenv("DESKTERM_HOME", str(home))
    return Desk(home, runtime, capsys)
