"""A command about many conversations: its bar, and what is said when it is stopped."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import sys

import pytest
from fake_root import Desk

from deskterm.cli.progress import counted
from deskterm.desk.commands import Command, Done, Many
from deskterm.office import Progress


@pytest.fixture(autouse=True)
def python_hears_ctrl_c() -> object:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_says_what_is_done_and_how_it_is_taken_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Command] = []

    async def submit(command: Command, progress: Progress | None = None) -> Done:
        asked.append(command)
        assert progress is not None
        progress(2, 3)
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.Event().wait()
        raise AssertionError("it was not stopped")

    monkeypatch.setattr(desk.office, "submit", submit)
    numbers = [str(row["number"]) for row in desk.json("conversation", "list", "--limit", "3").data]
    stopped = desk.run("conversation", "close", *numbers)
    assert (stopped.status, stopped.out) == (130, "")
    assert stopped.err == ("deskterm: stopped: 2 of 3 are done and stay so. Undo takes them back: deskterm conversation undo\n")
    assert isinstance(asked[0], Many)
    assert len(asked[0].conversation_ids) == 3
    as_json = desk.json("conversation", "close", *numbers)
    assert (as_json.status, as_json.error["code"]) == (130, "interrupted")


def test_what_was_refused_is_counted_and_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def submit(_command: Command, progress: Progress | None = None) -> Done:
        assert progress is not None
        progress(3, 3)
        return Done(7, count=2, refused=(("not_found", 1),))

    monkeypatch.setattr(desk.office, "submit", submit)
    numbers = [str(row["number"]) for row in desk.json("conversation", "list", "--limit", "3").data]
    told = desk.run("conversation", "close", *numbers).out
    assert told == "Done: 2 conversations · refused: 1 (1 it is not there any more)\n"
    assert desk.json("conversation", "close", *numbers).data == {
        "command_id": 7,
        "changed": 2,
        "refused": [{"code": "not_found", "count": 1, "message": "it is not there any more"}],
    }


def test_a_bar_is_shown_to_a_person_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with counted(shown=True) as count:  # stderr is no terminal here
        count(1, 2)
    assert (count.done, count.total) == (1, 2)
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setenv("TERM", "xterm")
        with counted(shown=True) as count:
            count(40, 100)
        with counted(shown=False) as silent:
            silent(1, 2)
        terminal.flush()
        shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert "working; ctrl+c stops" in shown
    assert "40/100" in shown
