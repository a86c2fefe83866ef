"""Writing in a real terminal: long texts that are pasted, and a new message that survives the program's sudden end."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pty_harness import Terminal

from deskterm.demo import seed as seeding
from deskterm.store.multiply import Extent

pytestmark = pytest.mark.whole

PROGRAM = Path(__file__).with_name("console_on_store.py")
F9, ESCAPE, CTRL_S, CTRL_Q = "\x1b[20~", "\x1b", "\x13", "\x11"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo store that nobody changes."""
    home = tmp_path_factory.mktemp("writing")
    seeding.make(home, Extent(20), 7, datetime.now(UTC))
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "home"))


def console(home: Path) -> Terminal:
    return Terminal([sys.executable, str(PROGRAM), str(home)], columns=100, rows=30)


def kept(home: Path, sql: str) -> tuple[object, ...] | None:
    with sqlite3.connect(f"file:{home}/desk.db?mode=ro", uri=True) as database:
        found: tuple[object, ...] | None = database.execute(sql).fetchone()
        return found


def paste(terminal: Terminal, text: str) -> None:
    """Paste as terminals do (bracketed), reading meanwhile what the program paints."""
    data = f"\x1b[200~{text}\x1b[201~".replace("\n", "\r")
    sender = threading.Thread(target=terminal.press, args=(data,))
    sender.start()
    while sender.is_alive():
        terminal.read(0.05)
    sender.join()


def a_reply(terminal: Terminal) -> None:
    terminal.wait_for("Inbox")
    terminal.wait_for("#1")
    terminal.press("r")
    terminal.wait_for("Reply to")


def test_a_paste_of_100_kb_is_in_the_draft_to_the_last_character(home: Path) -> None:
    text = "".join(f"{number}: заказ не пришёл, и что теперь?\n" for number in range(1_700))
    assert len(text.encode()) > 90_000
    before = kept(home, "SELECT count(*) FROM draft")
    with console(home) as terminal:
        a_reply(terminal)
        paste(terminal, text)
        terminal.wait_for(f"{len(text)} ")
        terminal.press("x")
        terminal.wait_for(f"{len(text) + 1} ")
        terminal.press(CTRL_Q)
        assert terminal.wait_end() == 0
    assert kept(home, "SELECT count(*) FROM draft") != before
    assert kept(home, f"SELECT 1 FROM draft WHERE length(text) = {len(text) + 1}")
    (found,) = kept(home, f"SELECT text FROM draft WHERE length(text) = {len(text) + 1}") or (None,)
    assert found == f"{text}x"


@pytest.mark.parametrize("as_file", [True, False])
def test_a_paste_of_1_mb_is_offered_as_a_file_and_never_lost(home: Path, as_file: bool) -> None:
    text = "All work and no play makes Jack a dull boy. \n" * 22_300
    assert len(text) > 1_000_000
    with console(home) as terminal:
        a_reply(terminal)
        paste(terminal, text)
        terminal.wait_for(f"{len(text)} characters were")
        terminal.press("y" if as_file else "n")
        if as_file:
            terminal.wait_for("[1] text.txt 1.0 MB")
        else:
            terminal.wait_for(f"too long: {len(text)}")
        terminal.press("x")
        terminal.wait_for("1 character" if as_file else f"too long: {len(text) + 1}")
        terminal.press(CTRL_Q)
        assert terminal.wait_end() == 0
    if as_file:
        assert kept(home, f"SELECT 1 FROM attachment WHERE name = 'text.txt' AND size = {len(text)}")
    else:
        assert kept(home, f"SELECT text FROM draft WHERE length(text) = {len(text) + 1}") == (f"{text}x",)


def until(terminal: Terminal, condition: Callable[[], object]) -> None:
    terminal.wait_for(lambda: bool(condition()))


def test_a_new_message_survives_kill_9(home: Path) -> None:
    with console(home) as terminal:
        terminal.wait_for("#1")
        terminal.press("c")
        terminal.wait_for("New message")
        terminal.press("new@client.test\rHello\rHow are you?")
        until(terminal, lambda: kept(home, "SELECT 1 FROM new_message WHERE text = 'How are you?'"))
        terminal.child.kill()
        terminal.child.wait()
    assert kept(home, "SELECT recipient, subject, text FROM new_message") == ("new@client.test", "Hello", "How are you?")
    with console(home) as terminal:
        terminal.wait_for("#1")
        terminal.press("c")
        terminal.wait_for("How are you?")
        terminal.press("!" + CTRL_S)
        terminal.wait_for("Send")
        terminal.press("\r")
        terminal.wait_for("takes it back")
        until(terminal, lambda: kept(home, "SELECT 1 FROM message WHERE text = 'How are you?!' AND kind = 'outgoing'"))
        assert kept(home, "SELECT 1 FROM new_message") is None
