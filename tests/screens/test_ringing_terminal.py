"""What a terminal is sent for a notice, in a pseudo-terminal: the bell and one notification in its own form, of our words
alone."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from pty_harness import Terminal

CHILD = Path(__file__).with_name("ringing_child.py")
F12 = "\x1b[24~"
NOT_SET = {"TERM_PROGRAM": "", "KITTY_WINDOW_ID": "", "VTE_VERSION": "", "WT_SESSION": "", "STY": ""}
WORDS = "a note names me"
TOLD = {
    "unknown": ({}, f"\x1b]9;deskterm: {WORDS}\x07"),
    "vte": ({"VTE_VERSION": "7600"}, f"\x1b]777;notify;deskterm;{WORDS}\x07"),
    "kitty": (
        {"KITTY_WINDOW_ID": "1"},
        f"\x1b]99;i=deskterm:d=0:p=title;deskterm\x07\x1b]99;i=deskterm:d=1:p=body;{WORDS}\x07",
    ),
    "tmux": ({"TMUX": "/tmp/tmux,1,0"}, f"\x1bPtmux;\x1b\x1b]9;deskterm: {WORDS}\x07\x1b\\"),
}


@pytest.mark.parametrize("name", TOLD)
def test_a_notice_reaches_the_desktop_once_without_a_customers_byte(name: str) -> None:
    env, told = TOLD[name]
    with Terminal([sys.executable, str(CHILD)], env={**NOT_SET, **env}) as terminal:
        terminal.wait_for("Inbox")
        terminal.settle()
        terminal.press(F12)
        terminal.wait_for(lambda: told.encode() in terminal.raw)
        terminal.press(F12)
        terminal.wait_for("✉ 2")
        terminal.settle(0.8)
        terminal.press("\x11")
        assert terminal.wait_end() == 0
        written = bytes(terminal.raw)
    assert written.count(told.encode()) == 1, "the second one waits for its minute"
    assert b"\x07" in written.replace(told.encode(), b""), "the bell"
    assert b"owned" not in written
    assert len(re.findall(rb"\x1b\](?:9|99|777);", written)) == told.count("\x1b]"), "no other notification"
