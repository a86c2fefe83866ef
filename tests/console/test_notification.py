"""A notice carries our words only, in the form that the terminal understands, and not too often."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nasty import TEXTS

from deskterm.notification import MAX_WORDS, Pace, new_messages, sequence

XTERM = {"TERM": "xterm-256color"}


def test_forms() -> None:
    assert new_messages(1) == "1 new message"
    assert new_messages(3) == "3 new messages"
    assert sequence("3 new", XTERM) == "\x1b]9;deskterm: 3 new\x07"
    assert sequence("3 new", {"TERM": "rxvt-unicode-256color"}) == "\x1b]777;notify;deskterm;3 new\x07"
    assert sequence("3 new", {**XTERM, "VTE_VERSION": "7600"}) == "\x1b]777;notify;deskterm;3 new\x07"
    assert sequence("3 new", {**XTERM, "TMUX": "/tmp/t"}) == "\x1bPtmux;\x1b\x1b]9;deskterm: 3 new\x07\x1b\\"
    assert sequence("3 new", {"TERM": "screen", "STY": "1.x"}) == "\x1bP\x1b]9;deskterm: 3 new\x07\x1b\\"
    assert sequence("3 new", {"TERM": "linux"}) == sequence("3 new", {}) == ""


@given(st.one_of(st.text(), st.sampled_from(TEXTS)))
def test_words_cannot_break_out(words: str) -> None:
    written = sequence(words[:5000], XTERM)
    assert re.fullmatch(r"\x1b\]9;deskterm: [^\x00-\x1f\x7f-\x9f;]*\x07", written)
    assert len(written) <= MAX_WORDS + 20


@pytest.mark.parametrize("every_s", [60.0])
def test_pace(every_s: float) -> None:
    now = [100.0]
    pace = Pace(every_s, lambda: now[0])
    assert pace.due(0) == 0
    assert pace.due() == 1
    now[0] += 59
    assert pace.due(2) == 0
    assert pace.due() == 0
    now[0] += 1
    assert pace.due(0) == 3
    assert pace.due(0) == 0
