"""The log: private, shared by processes, rotated, without secrets, and no words in it can forge a line."""

from __future__ import annotations

import logging
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm import logs
from deskterm.logs import Redactor, SharedFileHandler
from deskterm.office import OfficeError

TOKEN = "123456789:AAE-canary_token_0123456789abcdefghij"


@pytest.fixture(autouse=True)
def own_root(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(logging, "raiseExceptions", True)
    level = root.level
    yield
    for handler in root.handlers:
        handler.close()
    logging.captureWarnings(False)
    root.setLevel(level)


def test_the_file_is_private_and_holds_what_was_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = logs.start(tmp_path / "home")
    logging.getLogger("deskterm.x").warning("channel %s: %s", "mail", "lost")
    assert path == tmp_path / "home" / "logs" / "deskterm.log"
    assert path.read_text().endswith(" deskterm.x: channel mail: lost\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert capfd.readouterr() == ("", "")


def test_secrets_become_stars_in_messages_arguments_and_tracebacks(tmp_path: Path) -> None:
    path = logs.start(tmp_path, ["hunter2 ü", "hunter2"])
    log = logging.getLogger("t")
    log.error("GET https://api.telegram.org/bot%s/getMe", TOKEN)
    log.error("login hunter2 ü, and hunter2%%20%%C3%%BC in a URL")
    log.error("{'Authorization': 'Bearer abc.def', 'b': 1}")
    log.error("Authorization: Basic aHVudGVyMg==")
    try:
        raise ValueError("the password is hunter2")
    except ValueError:
        log.exception("failed")
    text = path.read_text()
    assert "canary" not in text
    assert "hunter2" not in text
    assert "abc.def" not in text
    assert "aHVudGVyMg" not in text
    assert text.count("***") == 7  # the last twice: the source line stands in the traceback
    assert "'b': 1}" in text
    assert "    ValueError: the password is ***\n" in text


def test_no_message_forges_a_line_or_acts_on_a_terminal(tmp_path: Path) -> None:
    path = logs.start(tmp_path)
    logging.getLogger("t").error("a\n2026-01-01 00:00:00 CRITICAL forged\x1b[2J")
    (line,) = path.read_text().splitlines()
    assert line.endswith(" t: a 2026-01-01 00:00:00 CRITICAL forged␛[2J")


def test_libraries_that_log_mail_and_passwords_are_quiet(tmp_path: Path) -> None:
    path = logs.start(tmp_path, level=logging.DEBUG)
    logging.getLogger("aioimaplib.aioimaplib").info("Sending : b'LOGIN u p'")
    logging.getLogger("aiohttp.access").error("POST /hook")
    assert path.read_text() == ""


def test_a_full_file_is_rotated_and_five_are_kept(tmp_path: Path) -> None:
    handler = SharedFileHandler(tmp_path / "d.log", max_bytes=100, kept=3)
    for number in range(40):
        handler.emit(logging.makeLogRecord({"msg": f"{number:03} " + "x" * 40}))
    handler.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d.lock", "d.log", "d.log.1", "d.log.2", "d.log.3"]
    text = "".join((tmp_path / name).read_text() for name in ("d.log.3", "d.log.2", "d.log.1", "d.log"))
    assert [line[:3] for line in text.splitlines()] == [f"{number:03}" for number in range(40)][-len(text.splitlines()) :]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in tmp_path.iterdir())


def test_processes_that_share_the_file_lose_no_line(tmp_path: Path) -> None:
    code = (
        "import logging, sys; from pathlib import Path; from deskterm.logs import SharedFileHandler\n"
        "handler = SharedFileHandler(Path(sys.argv[1]), max_bytes=4000, kept=50)\n"
        "for n in range(400): handler.emit(logging.makeLogRecord({'msg': f'{sys.argv[2]} {n:04} ' + 'x' * 60}))\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "d.log"), name]) for name in "abc"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    lines = "".join(path.read_text() for path in tmp_path.glob("d.log*")).splitlines()
    assert sorted(line[:6] for line in lines) == [f"{name} {number:04}" for name in "abc" for number in range(400)]


def test_a_log_whose_folder_went_is_silent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.start(tmp_path)
    shutil.rmtree(tmp_path / "logs")
    logging.getLogger("deskterm").warning("into nothing")
    assert capsys.readouterr().err == ""


def test_a_log_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "deskterm.log").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OfficeError) as caught:
        logs.start(tmp_path)
    assert caught.value.code == "cannot_create"


@given(secrets=st.lists(st.text(min_size=4, max_size=30), max_size=4), words=st.text(max_size=40))
def test_no_secret_survives(secrets: list[str], words: str) -> None:
    redact = Redactor(secrets)
    for secret in secrets:
        assert secret not in redact(f"{words} {secret}!{words}") or "***".find(secret) >= 0 or secret in "***"
