"""Hostile words on every screen, in a real terminal: nothing of theirs acts on it, and nothing of ours breaks.

The screen is shown over a friendly desk first; over hostile ones it may not write a single new kind of control.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from pathlib import Path

import pytest
from openings import OPENINGS
from pty_harness import Terminal, kinds
from textual.screen import Screen

import deskterm.screens
from deskterm.screens.registry import ROOMS, SCREENS

CHILD = str(Path(__file__).with_name("hostile_child.py"))
F10, F11, F12, DONE = b"\x1b[21~", b"\x1b[23~", b"\x1b[24~", b"\x1b[777m"
MOVES = (b"j", b"j", b"k", b"\x1b[B", b"\x1b[6~", b"\x1b[5~", b"\x1b[F", b"\x1b[H")
WIDE = ("inbox", "outbox", "help")
"""Screens that look different in a wide terminal."""
ALLOWED = {
    *("CSI m", "CSI H", "C0/C1 07"),
    *(f"CSI ?{how} {mode}" for how in "hl" for mode in (25, 2026)),
}
"""Kinds that one desk may need and another not: colours, positions, the bell, the cursor and synchronised output."""


def painted(terminal: Terminal) -> int:
    """Wait until all that was typed is painted; returns how much was written so far."""
    done = terminal.raw.count(DONE)
    terminal.press(F11)
    terminal.wait_for(lambda: terminal.raw.count(DONE) > done)
    return len(terminal.raw)


def walk(terminal: Terminal, screen_id: str) -> int:
    """Go about on a screen; in the inbox also read a conversation and begin an answer."""
    painted(terminal)
    for key in MOVES:
        terminal.press(key)
    if screen_id == "inbox":
        painted(terminal)
        for key in (F10, *MOVES, b"Q", b"r"):
            terminal.press(key)
            painted(terminal)
        terminal.press(b"\x1b")
    return painted(terminal)


@pytest.mark.whole
@pytest.mark.parametrize(
    ("screen_id", "columns"), [*((screen_id, 80) for screen_id in SCREENS), *((wide, 160) for wide in WIDE)]
)
def test_nothing_acts_on_the_terminal(screen_id: str, columns: int) -> None:
    with Terminal([sys.executable, CHILD, screen_id], columns=columns, rows=30) as terminal:
        terminal.wait_for("#1047")
        terminal.press(F12)
        friendly_end = walk(terminal, screen_id)
        for _desk in ("hostile", "raw"):
            terminal.press(F12)
            hostile_end = walk(terminal, screen_id)
        terminal.press(F12)
        assert terminal.wait_end() == 0, terminal.text()
        friendly = kinds(bytes(terminal.raw[:friendly_end]))
        hostile = kinds(bytes(terminal.raw[friendly_end:hostile_end]))
        assert hostile - friendly - ALLOWED == set()
        ours = {"OSC 22"}  # Textual sets the shape of the mouse pointer
        assert not {kind for kind in hostile - ours if kind.startswith(("OSC", "C0/C1 9", "C0/C1 8", "U+"))}
        assert friendly_end > 1500
        assert hostile_end - friendly_end > 1000
        assert terminal.modes() == terminal.modes_before


def test_every_screen_is_registered_and_has_an_opening() -> None:
    found = set()
    for module in pkgutil.iter_modules(deskterm.screens.__path__, "deskterm.screens."):
        for _name, thing in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            is_screen = issubclass(thing, Screen) and thing.__module__ == module.name
            if is_screen and "Screen" in thing.__name__ and thing.__name__ not in ("RoomScreen", "ReadingScreen"):
                found.add(thing)
    assert {screen.__name__ for screen in found - set(SCREENS.values())} == set()
    assert set(SCREENS) == {*OPENINGS, "inbox"}
    assert set(ROOMS) <= set(SCREENS)
