"""The program as a process: what it loads, what it leaves on disk, how it meets a closed pipe."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from fake_root import CONFIG

import deskterm

HEAVY = ("textual", "sqlmodel", "sqlalchemy", "aiosqlite", "aiogram", "aiohttp", "alembic", "rich", "tomlkit", "apscheduler")
NOBODY = 65_534


def python(code: str, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **options.pop("env", {})}  # type: ignore[dict-item]
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True, text=True, timeout=60, env=environment, check=False, **options,  # type: ignore[call-overload]
    )  # fmt: skip


RUN = "from deskterm.cli.main import run; run()"


@pytest.mark.parametrize("module", ["deskterm.cli", "deskterm.cli.main", "deskterm.cli.tree"])
def test_the_command_line_loads_nothing_heavy(module: str) -> None:
    code = f"import {module}, sys; print(*sorted(name for name in {HEAVY} if name in sys.modules))"
    result = python(code)
    assert (result.returncode, result.stdout, result.stderr) == (0, "\n", "")


def test_the_version() -> None:
    result = python(RUN, "--version")
    assert (result.returncode, result.stdout) == (0, f"deskterm {deskterm.__version__}\n")


def test_the_help_speaks_the_language_of_the_environment_and_names_every_noun() -> None:
    result = python(RUN, "--help")
    assert result.returncode == 0
    for noun in ("demo", "init", "check", "worker", "status", "channel", "conversation", "outbox", "quarantine", "attachment",
                 "operator", "mail"):  # fmt: skip
        assert f"\n  {noun} " in result.stdout


def test_no_command_takes_a_secret_as_an_option() -> None:
    for command in (["init"], ["channel", "add"]):
        options = [word for word in python(RUN, *command, "--help").stdout.split() if word.startswith("--")]
        assert "--password-env" in options
        assert not {"--password", "--token", "--secret"} & set(options)


def test_without_a_configuration_it_says_what_to_do(tmp_path: Path) -> None:
    result = python(RUN, "status", env={"DESKTERM_HOME": str(tmp_path)})
    assert result.returncode == 78
    assert result.stderr == f"deskterm: {tmp_path}/config.toml:1: there is no configuration here. Run: deskterm init\n"
    assert result.stdout == ""


def test_whatever_it_makes_is_private(tmp_path: Path) -> None:
    home = tmp_path / "a" / "home"
    result = python(
        RUN, "--home", str(home), "init", "--no-input", "--login", "a", "--kind", "telegram", "--token-env", "T",
        env={"T": "wrong"}, umask=0,
    )  # fmt: skip
    assert result.returncode == 78, result.stderr
    assert "wrong" not in result.stderr + result.stdout
    made = [home.parent, home, home / "logs", home / "logs" / "deskterm.log"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in made] == [0o700, 0o700, 0o700, 0o600]


def test_a_configuration_that_may_not_be_read(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("drops to another user, which only root may")
    config = tmp_path / "config.toml"
    config.write_text(CONFIG)
    config.chmod(0o600)
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(0o755)
    # The interpreter itself may lie where the other user cannot read: everything is loaded before.
    loaded = "from deskterm.cli.main import main; main(['--home', '/nowhere', 'status'])"
    code = f"{loaded}; import os, sys; os.setgid({NOBODY}); os.setuid({NOBODY}); print(file=sys.stderr); {RUN}"
    result = python(code, "--home", str(tmp_path), "status")
    assert result.returncode == 78
    assert result.stderr.partition("\n\n")[2] == (
        f"deskterm: {config}:1: may not be read. Run deskterm as its owner, or name another with --config.\n"
    )


def test_a_reader_that_leaves_ends_it_quietly() -> None:
    code = "import os, sys; os.dup2(w := os.pipe()[1], 1); os.close(w - 1); from deskterm.cli.main import run; run()"
    result = python(code, "--help")
    assert (result.returncode, result.stderr) == (1, "")


def test_a_terminal_that_cannot_show_a_letter_gets_its_code() -> None:
    code = f"import sys; sys.stdout.reconfigure(encoding='ascii'); {RUN}"
    result = python(code, "--help", env={"PYTHONUTF8": "0"})
    assert result.returncode == 0
