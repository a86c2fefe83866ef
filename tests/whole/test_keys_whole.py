"""Every key of triage in a pseudo-terminal, once in Latin and once on the same places of a Cyrillic keyboard."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pty_harness import Terminal

from deskterm.demo import seed as seeding
from deskterm.keys.actions import ACTIONS, Context
from deskterm.store.multiply import Extent

pytestmark = pytest.mark.whole

PROGRAM = Path(__file__).with_name("console_on_store.py")
_PLACES = str.maketrans(
    "qwertyuiop[]asdfghjkl;'zxcvbnm,./QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?",
    "йцукенгшщзхъфывапролджэячсмитьбю.ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,",
)
"""The keys of a US keyboard in a Russian layout."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo store that nobody changes."""
    home = tmp_path_factory.mktemp("keys")
    seeding.make(home, Extent(50), 7, datetime.now(UTC))
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "home"))


class Typist:
    """Somebody at the keyboard of a console: `latin` says which layout is switched on. Text in fields is typed as it is."""

    def __init__(self, terminal: Terminal, home: Path, *, latin: bool) -> None:
        self.terminal = terminal
        self._home = home
        self._latin = latin

    def keys(self, keys: str) -> None:
        self.terminal.press(keys if self._latin else keys.translate(_PLACES))

    def sees(self, words: str) -> None:
        self.terminal.wait_for(words)

    def one(self, sql: str) -> Any:
        with sqlite3.connect(self._home / "desk.db") as connection:
            return connection.execute(sql).fetchone()[0]

    def until(self, sql: str, wanted: Any) -> None:
        self.terminal.wait_for(lambda: self.one(sql) == wanted)


def start(home: Path) -> Terminal:
    return Terminal([sys.executable, str(PROGRAM), str(home)])


OPEN = "SELECT count(*) FROM conversation WHERE status = 'open' AND spam = 0"
MINE = "SELECT count(*) FROM conversation WHERE assignee_id = 1 AND status = 'open' AND spam = 0"


def acts_on_the_row(who: Typist) -> None:
    first = who.one("SELECT count(*) FROM undo_entry")
    steps: list[tuple[str, str]] = [
        ("A", "is yours."),
        ("u", "r reply"),
        ("ph", "is high now."),
        ("p1", "is low now."),
        ("pn", "is normal now."),
        ("pu", "is urgent now."),
        ("N", "needs no reply."),
        ("z", "Taken back"),
        ("Z", "Done again"),
        ("st", "comes back"),
        ("z", "Taken back"),
        ("sc", "comes back when the customer writes."),
        ("z", "Taken back"),
        ("sh", "comes back"),
        ("z", "Taken back"),
        ("sm", "comes back"),
        ("z", "Taken back"),
        ("xx", "is put away as spam."),
        ("z", "is no spam"),
        ("xb", "its sender is blocked."),
        ("z", "is no spam"),
        ("e", "is closed."),
        ("z", "is open again"),
    ]
    for keys, words in steps:
        who.keys(keys)
        who.sees(words)
    assert who.one("SELECT count(*) FROM undo_entry") > first


def dialogs(who: Typist) -> None:
    who.keys("a")
    who.sees("Assign to · #")
    who.terminal.press("Vera\r")
    who.sees("is passed on.")
    who.keys("t")
    who.sees("Tags · #")
    who.terminal.press("особый")
    who.sees("create «особый»")
    who.terminal.press("\r\r")
    who.sees("is tagged")
    who.until("SELECT count(*) FROM tag WHERE name = 'особый'", 1)
    who.keys("ss")
    who.sees("For example: 2h")
    who.terminal.press("завтра 10")
    who.sees("10:00")
    who.terminal.press("\r")
    who.sees("comes back")


def typed_ahead(who: Typist) -> None:
    """Who knows the keys waits for no dialog."""
    who.keys("t")
    who.terminal.press("наспех\r\r")
    who.sees("is tagged")
    who.until("SELECT count(*) FROM tag WHERE name = 'наспех'", 1)
    who.keys("a")
    who.terminal.press("Sam\r")
    who.sees("is passed on.")
    who.keys("ss")
    who.terminal.press("3 дня\r")
    who.sees("comes back")


def marks(who: Typist) -> None:
    whole, mine = who.one(OPEN), who.one(MINE)
    who.keys(" j ")
    who.sees("2 marked")
    who.terminal.press("\x1b")
    who.sees("r reply")
    who.keys("vjj")
    who.sees("3 marked")
    who.keys(" ")
    who.terminal.press("\x1b")
    who.sees("r reply")
    who.terminal.press("*")
    who.sees("Mark by a query")
    who.terminal.press("assignee:me\r")
    who.sees(f"{mine} marked")
    who.keys("V")
    who.sees(f"{whole} marked")
    who.keys("e")
    who.sees(f"Close {whole}?")
    who.keys("y")
    who.sees(f"Done: {whole} conversations")
    who.sees("All done.")
    who.keys("w")
    who.sees("Nobody waits for you. All done.")
    who.keys("z")
    who.sees(f"Taken back: {whole} conversations")
    who.keys("w")
    who.sees("wait")


@pytest.mark.parametrize("latin", [True, False], ids=["latin", "cyrillic"])
@pytest.mark.parametrize("work", [acts_on_the_row, dialogs, typed_ahead, marks])
def test_triage_by_keys(home: Path, work: Callable[[Typist], None], latin: bool) -> None:
    with start(home) as terminal:
        who = Typist(terminal, home, latin=latin)
        who.sees("Inbox")
        who.sees("1 of")
        work(who)
        terminal.press("\x11")
        assert terminal.wait_end() == 0


def test_the_works_above_press_every_key_of_triage() -> None:
    ids = {action.id for action in ACTIONS if Context.LIST in action.contexts and action.menu is None}
    acts = {"act.take", "act.unread", "act.priority", "act.no_reply", "act.undo", "act.redo", "act.snooze", "act.spam"}
    more = {"act.close", "act.assign", "act.tags", "act.next_urgent"}
    assert acts | more | {"mark.toggle", "mark.range", "mark.all", "mark.query"} <= ids
