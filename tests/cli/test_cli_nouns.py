"""The other commands: status, outbox, quarantine, attachments, operators, mail, and what only starts something."""

from __future__ import annotations

import io
import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from fake_root import Desk

from deskterm.cli.answer import Paper
from deskterm.cli.main import main
from deskterm.cli.status import one_line
from deskterm.desk.commands import RetryAllFailed, RetrySend
from deskterm.desk.model import Role
from deskterm.desk.rows import Counts, View
from deskterm.office import OfficeError


def test_status_in_json_and_in_words(desk: Desk) -> None:
    data = desk.json("status").data
    assert set(data) == {"counts", "channels", "operators", "polling", "store_path", "sqlite", "journal_mode"}
    assert set(data["counts"]["views"]) == {view.value for view in View}
    said = desk.run("status").out
    assert f"inbox\t{data['counts']['views']['inbox']}\n" in said
    assert "polling: this process\n" in said
    assert "store: /desk/desk.db, SQLite 3.51.3, journal_mode=wal\n" in said


async def test_the_line_leaves_out_what_is_zero(desk: Desk) -> None:
    found = await desk.office.status()
    quiet = replace(found, counts=Counts({View.INBOX: 14}), channels=())
    assert one_line(quiet) == "inbox 14"
    busy = replace(found, counts=Counts({View.INBOX: 14, View.LATE: 3}, failed=2, uncertain=1, held=4), channels=(), polling="")
    assert one_line(busy) == "inbox 14 · 3 late · 2 failed · 1 uncertain · 4 held · nobody polls"
    well = replace(
        found, counts=Counts({}), channels=(replace(found.channels[0], name="mail", server_count=118, ours_count=117),)
    )
    assert one_line(well) == "inbox 0 · mail 117/118"


def test_status_line_is_one_line(desk: Desk) -> None:
    assert desk.run("status", "--line").out.count("\n") == 1


def test_the_outbox_pages_and_retries(desk: Desk) -> None:
    whole = desk.json("outbox", "list").data
    assert {row["delivery"]["state"] for row in whole} >= {"failed", "uncertain"}
    page = desk.json("outbox", "list", "--limit", "1")
    rest = desk.json("outbox", "list", "--after", json.loads(page.out)["next"])
    assert page.data + rest.data == whole
    failed = next(row["message_id"] for row in whole if row["delivery"]["state"] == "failed")
    assert desk.json("outbox", "retry", str(failed)).data == {"count": 1, "notice": ""}
    assert desk.run("outbox", "retry", "--all").status == 0
    assert desk.office.submitted == [RetrySend(failed), RetryAllFailed()]


@pytest.mark.parametrize("arguments", [(), ("5", "--all")])
def test_retry_wants_one_message_or_all(desk: Desk, arguments: tuple[str, ...]) -> None:
    result = desk.run("outbox", "retry", *arguments)
    assert (result.status, result.err) == (64, "deskterm: name one message, or --all. See: deskterm outbox list\n")


def test_what_was_not_failed_is_refused(desk: Desk) -> None:
    answer = desk.json("outbox", "retry", "1")
    assert answer.status == 1
    assert answer.error["code"] == "not_failed"


def test_the_quarantine_shows_what_it_holds_made_safe(desk: Desk) -> None:
    rows = desk.json("quarantine", "list").data
    assert rows == sorted(rows, key=lambda row: -row["id"])
    held = rows[0]["id"]
    desk.office._data.raw[held] = b"Subject: \x1b]0;owned\x07\xff\r\n"
    assert desk.run("quarantine", "show", str(held)).out == "Subject: ␛]0;owned␇\ufffd\n\n"


def test_raw_bytes_go_into_a_pipe_as_they_came(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    held = desk.json("quarantine", "list").data[0]["id"]
    desk.office._data.raw[held] = b"\x1b]0;owned\x07\xff\r\n"
    written = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", written)
    assert main(["quarantine", "show", str(held), "--raw"]) == 0
    assert written.buffer.getvalue() == b"\x1b]0;owned\x07\xff\r\n"  # type: ignore[attr-defined]


def test_raw_bytes_never_go_to_a_terminal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", Terminal())
    assert main(["quarantine", "show", "1", "--raw"]) == 64


def test_raw_and_json_exclude_each_other(desk: Desk) -> None:
    assert desk.json("quarantine", "show", "1", "--raw").error["message"] == "--raw and --json exclude each other"


def test_a_terminal_gets_a_table_under_its_titles(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    paper = Paper()
    paper.table(["login", "words"], [["anna", "[bold]no markup[/x] :smile: \x1b[31m"], ["bob", "y" * 60]])
    paper.table(["login", "words"], [])
    lines = [re.sub("\x1b\\[[0-9;]*m", "", line).rstrip() for line in terminal.getvalue().splitlines()]
    assert lines == [
        "login  words",
        "anna   [bold]no markup[/x] :smile: ␛[31m",
        "bob    " + "y" * 32 + "…",
        "nothing here",
    ]
    assert "\x1b[3" not in terminal.getvalue()


def test_reparse(desk: Desk) -> None:
    rows = desk.json("quarantine", "list").data
    even = next(row["id"] for row in rows if row["id"] % 2 == 0)
    odd = next(row["id"] for row in rows if row["id"] % 2)
    assert desk.json("quarantine", "reparse", str(even)).data == {"id": even, "state": "stored"}
    answer = desk.json("quarantine", "reparse", str(odd))
    assert (answer.status, answer.error["code"]) == (1, "still_held")
    assert desk.json("quarantine", "reparse", "999999").status == 66


def test_an_attachment_is_saved(desk: Desk, tmp_path: Path) -> None:
    stored = next(item for item in desk.office._attachments() if item.state == "stored")
    saved = desk.json("attachment", "save", str(stored.id), str(tmp_path)).data["path"]
    assert Path(saved).read_bytes() == b"x" * 10
    assert desk.json("attachment", "save", str(stored.id), str(tmp_path / "no")).status == 73
    assert desk.json("attachment", "save", "999999", str(tmp_path)).status == 66


def test_operators(desk: Desk) -> None:
    assert desk.run("operator", "list").out.splitlines()[0] == "anna\tAnna\towner"
    added = desk.json("operator", "add", "Olga", "--name", "Ольга", "--role", "supervisor", "--operator", "anna")
    assert added.data == {"id": 4, "login": "olga", "name": "Ольга", "role": "supervisor"}
    assert desk.runtime.calls[-1] == ("add_operator", "anna", "olga", "Ольга", Role.SUPERVISOR)
    assert desk.run("operator", "add", "two words").status == 64


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("no_store", 66), ("operator_needed", 64), ("store_newer", 65), ("store_broken", 65), ("store_locked", 74),
        ("disk_full", 74), ("read_only", 74), ("store_exists", 73), ("not_owner", 77), ("something else", 1),
    ],
)  # fmt: skip
def test_trouble_with_the_store_has_its_status(desk: Desk, code: str, status: int) -> None:
    desk.runtime.store_error = OfficeError(code, "what is wrong", "How to mend it")
    answer = desk.json("status")
    assert (answer.status, answer.error) == (status, {"code": code, "message": "what is wrong", "fix": "How to mend it"})
    assert desk.run("status").err == "deskterm: what is wrong. How to mend it\n"


def test_words_from_outside_cannot_act_on_the_terminal(desk: Desk) -> None:
    desk.office.arrive("\x1b[2J\x1b]52;c;aGk=\x07", name="\x1b[31mEve\x9b2J\u202e", subject="[/x][link=x]")
    said = desk.run("conversation", "list", "--view", "all").out
    number = next(line for line in said.splitlines() if "Eve" in line).split("\t")[0]
    said += desk.run("conversation", "show", number).out
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(said)
    assert "[/x][link=x]" in said


def test_a_mail_is_inspected_with_our_addresses_of_the_configuration(desk: Desk, tmp_path: Path) -> None:
    mail = tmp_path / "mail.eml"
    mail.write_bytes(
        b"From: Eve <eve@shop.example>\r\nTo: help@example.org\r\nSubject: =?utf-8?b?0J/RgNC40LLQtdGC?=\r\n"
        b"Date: Wed, 04 Mar 2026 12:30:00 +0300\r\nMessage-ID: <1@shop.example>\r\n\r\nhello\x1b[2J\r\n"
    )
    data = desk.json("mail", "inspect", str(mail)).data
    assert data["from"] == {"name": "Eve", "address": "eve@shop.example"}
    assert (data["subject"], data["kind"], data["message_id"]) == ("Привет", "human", "1@shop.example")
    assert "\x1b" not in desk.run("mail", "inspect", str(mail)).out
    own = desk.json("mail", "inspect", str(mail), "--own", "eve@shop.example", "--operator", "a@b.example")
    assert own.data["kind"] == "own"


def test_a_mail_that_is_not_there_ends_with_66(desk: Desk, tmp_path: Path) -> None:
    answer = desk.json("mail", "inspect", str(tmp_path / "none.eml"))
    assert answer.status == 66
    assert answer.error == {
        "code": "no_input",
        "message": f"there is no file {tmp_path / 'none.eml'}",
        "fix": "Name a mail file.",
    }
    assert desk.run("mail", "inspect", str(tmp_path)).status == 66


def test_what_polls_gets_secrets_and_the_demo_no_desk_of_ours(desk: Desk, tmp_path: Path) -> None:
    assert desk.run("--operator", "anna").status == 0
    assert desk.run("worker").status == 0
    assert desk.run("demo", "--size", "5", "--seed", "3", "--pace", "0", "--no-console").status == 0
    assert desk.run("demo", "--home", str(tmp_path)).status == 0
    assert desk.runtime.calls == [
        ("run_console", "anna", [True, True]),
        ("run_worker", [True, True]),
        ("run_demo", {"size": 5, "seed": 3, "home": None, "pace": 0.0, "console": False, "login": None}),
        ("run_demo", {"size": 200, "seed": 7, "home": tmp_path, "pace": 1.0, "console": True, "login": None}),
    ]


def test_a_fault_of_our_own_is_one_line_and_goes_to_the_log(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError("canary-imap-password")

    monkeypatch.setattr(desk.office, "status", fail)
    result = desk.run("status")
    assert result.status == 70
    assert result.err == (
        "deskterm: deskterm failed for a reason of its own: ZeroDivisionError. The log says where; please report it.\n"
    )
    log = desk.home / "logs" / "deskterm.log"
    assert "ZeroDivisionError" in log.read_text()
