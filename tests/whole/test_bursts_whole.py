"""Keys that a terminal hands over in one read, as tmux or a slow SSH line does: each finds what the one before it led to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_keys_whole import MINE, OPEN, Typist, home, made, start

__all__ = ["home", "made"]

pytestmark = pytest.mark.whole

INBOX = "SELECT group_concat(id) FROM (SELECT id FROM conversation WHERE status = 'open' AND spam = 0 ORDER BY sort_at, id)"
FREE = (
    "SELECT id FROM conversation WHERE status = 'open' AND spam = 0 AND waiting_since IS NOT NULL"
    " AND (assignee_id IS NULL OR assignee_id = 1) ORDER BY sort_at, id LIMIT 1"
)


@pytest.fixture
def who(home: Path) -> Iterator[Typist]:
    with start(home) as terminal:
        typist = Typist(terminal, home, latin=True)
        typist.sees("1 of")
        terminal.settle()
        yield typist
        terminal.press("\x11")
        assert terminal.wait_end() == 0


def inbox(who: Typist) -> list[int]:
    """Return the conversations of the inbox, in its order."""
    return [int(one) for one in who.one(INBOX).split(",")]


def assignee(one: int) -> str:
    return f"SELECT assignee_id FROM conversation WHERE id = {one}"


def test_three_are_closed(who: Typist) -> None:
    before = inbox(who)
    who.keys("eee")
    who.until(OPEN, len(before) - 3)
    who.terminal.settle()
    assert inbox(who) == before[3:]


def test_all_that_are_marked_are_closed(who: Typist) -> None:
    who.keys("Vey")
    who.until(OPEN, 0)


def test_two_are_marked_and_closed(who: Typist) -> None:
    before = inbox(who)
    who.keys("  e")
    who.until(OPEN, len(before) - 2)
    who.terminal.settle()
    assert inbox(who) == before[2:]


def test_the_wait_of_the_row_at_hand_is_ended(who: Typist) -> None:
    first, second = inbox(who)[:2]
    waits = who.one(f"SELECT waiting_since FROM conversation WHERE id = {second}")
    assert who.one(f"SELECT waiting_since FROM conversation WHERE id = {first}") is not None
    who.keys("Nj")
    who.until(f"SELECT waiting_since FROM conversation WHERE id = {first}", None)
    who.terminal.settle()
    assert who.one(f"SELECT waiting_since FROM conversation WHERE id = {second}") == waits


def test_the_row_at_hand_is_taken(who: Typist) -> None:
    free = next(at for at, one in enumerate(inbox(who)) if who.one(assignee(one)) is None)
    mine, taken = who.one(MINE), inbox(who)[free]
    who.keys("j" * free + "Aj")
    who.until(assignee(taken), 1)
    who.terminal.settle()
    assert who.one(MINE) == mine + 1


def test_the_most_urgent_is_taken(who: Typist) -> None:
    urgent = who.one(FREE)
    who.keys("G")
    who.terminal.settle()
    who.keys("wA")
    who.until(assignee(urgent), 1)
    who.sees("is yours.")


@pytest.mark.parametrize(("keys", "place"), [("lJ", 1), ("jlJ", 2)])
def test_what_is_read_is_what_the_next_key_is_about(who: Typist, keys: str, place: int) -> None:
    number = who.one(f"SELECT number FROM conversation WHERE id = {inbox(who)[place]}")
    who.keys(keys)
    who.terminal.wait_for(lambda: re.match(rf" *#{number} ", who.terminal.text().splitlines()[1]) is not None)
    who.keys("A")
    who.sees(f"#{number} is yours.")


def test_signs_are_text_in_a_reply_and_in_a_note(who: Typist) -> None:
    words = "see /usr/bin, a+b-c @ x_y \\ *z* [1] 'q' \"w\" #5 ~ 50% = <k>"
    for key in "rn":
        who.keys(key)
        who.sees("ctrl+s")
        who.terminal.settle()
        who.terminal.press(words)
        who.sees("<k>")
        assert words in re.sub(r"\s*│?\n│?\s*", " ", who.terminal.text())
        who.terminal.press("\x1b")
        who.sees("r reply")
        who.terminal.settle()
        who.keys("q")
        who.terminal.settle()
        who.keys("j")
