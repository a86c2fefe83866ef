"""Reasons on the command line: in the operator's language for people, as English data with --json."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_root import Desk

from deskterm import i18n
from deskterm.cli.channel_dialog import step_line
from deskterm.desk.model import Held
from deskterm.desk.post import CheckResult
from deskterm.office import OfficeError


@pytest.fixture(autouse=True)
def russian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")


def test_what_is_held_says_why(desk: Desk) -> None:
    held = desk.office._data.held
    held[:] = [replace(row, state=Held.QUARANTINED, reason="not JSON") for row in held]
    assert "это не JSON" in desk.run("quarantine", "list").out
    assert {row["reason"] for row in desk.json("quarantine", "list").data} == {"not JSON"}


def test_an_error_and_its_fix(desk: Desk) -> None:
    error = OfficeError("no_store", "there is no store in /nowhere", "run: deskterm init")
    desk.runtime.store_error = error
    assert desk.run("status").err == "deskterm: в /nowhere нет хранилища. Выполните: deskterm init\n"
    assert desk.json("status").error == {
        "code": "no_store",
        "message": "there is no store in /nowhere",
        "fix": "Run: deskterm init",
    }


def test_a_step_of_a_test() -> None:
    step = CheckResult("support: IMAP login", False, "mx.example.org refuses connections", "correct the configuration")
    i18n.use("ru")
    assert step_line(step) == "ОШИБКА support: вход IMAP: mx.example.org не принимает соединений. исправьте настройки"


def test_a_wrong_configuration_is_told_in_its_own_language(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    config = desk.home / "config.toml"
    config.write_text(config.read_text() + '\n[console]\nlanguage = "ru"\n[card]\nx = 1\n', encoding="utf-8")
    told = desk.run("status")
    assert told.status == 78
    assert told.err.splitlines()[-1] == (
        "deskterm: Пока в настройках есть ошибка, ничего не работает. Проверить снова: deskterm check"
    )
