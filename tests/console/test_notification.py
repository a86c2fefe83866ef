"""A notice carries our words only, in the form that the terminal understands, and not too often."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nasty import TEXTS

from deskterm.notification import MAX_WORDS, Form, Pace, form_of, new_messages, safe_words, sequence

XTERM = {"TERM": "xterm-256color"}
ITERM = "\x1b]9;deskterm: 3 new\x07"
RXVT = "\x1b]777;notify;deskterm;3 new\x07"
KITTY = "\x1b]99;i=deskterm:d=0:p=title;deskterm\x07\x1b]99;i=deskterm:d=1:p=body;3 new\x07"
TMUX_ITERM = "\x1bPtmux;\x1b\x1b]9;deskterm: 3 new\x07\x1b\\"
TMUX_KITTY = (
    "\x1bPtmux;\x1b\x1b]99;i=deskterm:d=0:p=title;deskterm\x07\x1b\\"
    "\x1bPtmux;\x1b\x1b]99;i=deskterm:d=1:p=body;3 new\x07\x1b\\"
)  # fmt: skip
TERMINALS: dict[str, tuple[dict[str, str], str]] = {
    "iTerm2": ({**XTERM, "TERM_PROGRAM": "iTerm.app"}, ITERM),
    "WezTerm": ({**XTERM, "TERM_PROGRAM": "WezTerm"}, ITERM),
    "Ghostty": ({"TERM": "xterm-ghostty", "TERM_PROGRAM": "ghostty"}, ITERM),
    "Windows Terminal": ({**XTERM, "WT_SESSION": "6c2c"}, ITERM),
    "foot": ({"TERM": "foot"}, ITERM),
    "GNOME Terminal": ({**XTERM, "VTE_VERSION": "7600"}, RXVT),
    "rxvt": ({"TERM": "rxvt-unicode-256color"}, RXVT),
    "kitty": ({"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"}, KITTY),
    "kitty with another TERM": ({**XTERM, "KITTY_WINDOW_ID": "1"}, KITTY),
    "over SSH, of any terminal": (XTERM, ITERM),
    "over SSH, of kitty": ({"TERM": "xterm-kitty"}, KITTY),
    "over SSH, of rxvt": ({"TERM": "rxvt-unicode"}, RXVT),
    "over SSH, from within tmux": ({"TERM": "tmux-256color"}, TMUX_ITERM),
    "over SSH, from within screen": ({"TERM": "screen-256color"}, "\x1bP\x1b]9;deskterm: 3 new\x07\x1b\\"),
    "tmux": ({"TERM": "tmux-256color", "TMUX": "/tmp/t", "TERM_PROGRAM": "tmux"}, TMUX_ITERM),
    "tmux that calls itself screen": ({"TERM": "screen", "TMUX": "/tmp/t"}, TMUX_ITERM),
    "tmux in kitty": ({"TERM": "tmux-256color", "TMUX": "/tmp/t", "KITTY_WINDOW_ID": "1"}, TMUX_KITTY),
    "tmux in GNOME Terminal": (
        {"TERM": "tmux-256color", "TMUX": "/tmp/t", "VTE_VERSION": "7600"},
        "\x1bPtmux;\x1b\x1b]777;notify;deskterm;3 new\x07\x1b\\",
    ),
    "screen": ({"TERM": "screen", "STY": "1.x"}, "\x1bP\x1b]9;deskterm: 3 new\x07\x1b\\"),
    "screen in kitty": (
        {"TERM": "screen.xterm-kitty", "STY": "1.x"},
        "\x1bP\x1b]99;i=deskterm:d=0:p=title;deskterm\x07\x1b\\\x1bP\x1b]99;i=deskterm:d=1:p=body;3 new\x07\x1b\\",
    ),
    "Linux console": ({"TERM": "linux"}, ""),
    "dumb": ({"TERM": "dumb"}, ""),
    "none": ({}, ""),
}


@pytest.mark.parametrize("name", TERMINALS)
def test_each_terminal_is_told_in_its_own_form_byte_for_byte(name: str) -> None:
    environ, written = TERMINALS[name]
    assert sequence("3 new", environ) == written


def test_words_of_new_messages() -> None:
    assert new_messages(1) == "1 new message"
    assert new_messages(3) == "3 new messages"
    assert safe_words("задача № 5; \x1b]0;x\x07\x9b31m") == "задача  5 0x31m"


@given(st.one_of(st.text(), st.sampled_from(TEXTS)), st.sampled_from(sorted(TERMINALS)))
def test_words_cannot_break_out(words: str, name: str) -> None:
    environ, plain = TERMINALS[name]
    written = sequence(words[:5000], environ)
    shape = re.escape(plain).replace(re.escape("3 new"), r"[^\x00-\x1f\x7f-\x9f;\\]*")
    assert re.fullmatch(shape, written)
    assert len(written) <= len(plain) + MAX_WORDS
    assert (form_of(environ) is Form.NONE) is (written == "")


@pytest.mark.parametrize("every_s", [60.0])
def test_pace(every_s: float) -> None:
    now = [100.0]
    pace = Pace(every_s, lambda: now[0])
    assert pace.left() == 0
    pace.take()
    assert pace.left() == 60
    now[0] += 59
    assert pace.left() == 1
    now[0] += 2
    assert pace.left() == 0
