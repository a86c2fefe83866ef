"""The promise of triage, in a pseudo-terminal: a full inbox down to an empty one by keys alone, and back by `z`.

Nothing moves the cursor but the acts themselves. Once in Latin, once on the same places of a Cyrillic keyboard.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import pytest
from test_keys_whole import OPEN, Typist, start

from deskterm.demo import seed as seeding
from deskterm.store.multiply import Extent

pytestmark = pytest.mark.whole

LAST_ACTS = 8
"""How many acts are taken back at the end."""
STATE = """SELECT id, status, spam, assignee_id, team_id, priority, snoozed_until, waiting_since, asked, urgent_at
    FROM conversation ORDER BY id"""
ENTRIES = "SELECT count(*) FROM undo_entry"


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo store with more than fifty open conversations, which nobody changes."""
    home = tmp_path_factory.mktemp("busy")
    seeding.make(home, Extent(400), 7, datetime.now(UTC))
    return home


class Operator(Typist):
    """Somebody who empties the inbox, and knows after each act how many are left."""

    def left(self) -> int:
        """Return how many conversations are open, as the store says."""
        return int(self.one(OPEN))

    def sees_left(self, count: int) -> None:
        """Wait until the head of the list says so; the cursor stands on one of them."""
        said = re.compile(rf"\b[1-9][0-9]* of {count}\b")
        self.terminal.wait_for(lambda: said.search(self.terminal.text().split("\n")[0]) is not None)

    def state(self) -> list[tuple[object, ...]]:
        """Return how all conversations are."""
        with sqlite3.connect(self._home / "desk.db") as connection:
            return connection.execute(STATE).fetchall()

    def acts(self, keys: str, *, leaves: int, words: str = "") -> None:
        """Press the keys of one act and wait until it is done: `leaves` conversations fewer, said at the head and below."""
        left, entries = self.left(), self.one(ENTRIES)
        self.keys(keys)
        if words:
            self.sees(words)
        self.terminal.wait_for(lambda: self.one(ENTRIES) > entries)
        assert self.left() == left - leaves
        if left > leaves:
            self.sees_left(left - leaves)


def closes(who: Operator) -> None:
    who.acts("e", leaves=1, words="is closed.")


def snoozes(who: Operator) -> None:
    who.acts("st", leaves=1, words="comes back")


def calls_it_spam(who: Operator) -> None:
    who.acts("xx", leaves=1, words="is put away as spam.")


def needs_no_reply(who: Operator) -> None:
    """It stays, below those that wait, which come first; the cursor goes on."""
    if who.one(f"{OPEN} AND waiting_since IS NOT NULL"):
        who.acts("N", leaves=0, words="needs no reply.")


def takes_and_snoozes(who: Operator) -> None:
    """What is mine already stays mine."""
    who.keys("A")
    who.acts("sm", leaves=1, words="comes back")


def replies_and_closes(who: Operator) -> None:
    left, sent = who.left(), who.one("SELECT count(*) FROM message WHERE kind = 'outgoing'")
    who.keys("r")
    who.terminal.press("Сделано! Done.")
    who.sees("Done.")
    who.terminal.press("\x13")
    who.sees("Send and close")
    who.keys("e")
    who.until("SELECT count(*) FROM message WHERE kind = 'outgoing'", sent + 1)
    who.until(OPEN, left - 1)
    who.sees_left(left - 1)


def closes_three(who: Operator) -> None:
    who.keys("   ")
    who.sees("3 marked")
    who.acts("e", leaves=3, words="Done: 3 conversations")


MIX = (
    replies_and_closes, closes, snoozes, needs_no_reply, calls_it_spam, closes, takes_and_snoozes, closes_three, closes,
)  # fmt: skip


@pytest.mark.parametrize("latin", [True, False], ids=["latin", "cyrillic"])
def test_fifty_conversations_to_an_empty_list_and_back(busy: Path, tmp_path: Path, latin: bool) -> None:
    home = Path(shutil.copytree(busy, tmp_path / "home"))
    with start(home) as terminal:
        who = Operator(terminal, home, latin=latin)
        assert who.left() >= 50
        who.sees_left(who.left())
        mix: cycle[Callable[[Operator], None]] = cycle(MIX)
        while who.left() > LAST_ACTS + 3:
            next(mix)(who)
        before: list[list[tuple[object, ...]]] = []
        while who.left() > 3:
            before.append(who.state())
            (closes, snoozes, calls_it_spam)[len(before) % 3](who)
        before.append(who.state())
        who.keys("V")
        who.sees("3 marked")
        who.acts("e", leaves=3, words="Done: 3 conversations")
        who.sees("All done.")
        while before:
            was = before.pop()
            who.keys("z")
            terminal.wait_for(lambda was=was: who.state() == was)  # type: ignore[misc]
            who.sees_left(who.left())
        terminal.press("\x11")
        who.sees("have not gone out yet")
        terminal.press("\r")
        assert terminal.wait_end() == 0
