"""Nothing that acts on a terminal passes the guard, and nothing moves on the screen for it."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nasty import CORPUS
from rich.cells import cell_len
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.color import Color

from deskterm.widgets.guard import MAX_STACK, TerminalGuard, allowed_link, harmless

BLACK = Color(0, 0, 0)
ACTS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u2028\u2029\ud800-\udfff\U000e0000-\U000e0fff]"
)
HOSTILE = st.text(
    st.one_of(st.characters(), st.sampled_from("\x1b\x9b\x07\u202e\u200d\ufe0f\u0301\u20dd漢👩🏽\U000e0041\ud800aя"))
)


@pytest.mark.parametrize("name", CORPUS)
def test_the_corpus_becomes_harmless(name: str) -> None:
    text = CORPUS[name][:50_000]
    safe = harmless(text)
    assert ACTS.search(safe) is None
    assert cell_len(safe) == cell_len(text)


@given(HOSTILE)
@example("a\u200d\x1bb")
@example("漢\ufe0f\x9b")
@example("\u200d\u200d\ud800")
def test_harmless_keeps_the_width_and_is_settled(text: str) -> None:
    safe = harmless(text)
    assert ACTS.search(safe) is None
    assert cell_len(safe) == cell_len(text)
    assert harmless(safe) == safe


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=200))
def test_plain_words_pass_unchanged(text: str) -> None:
    assert harmless(text) == text


def test_emoji_sequences_and_marks_of_real_languages_live() -> None:
    for text in ("👩‍👩‍👧‍👦", "🏳️‍🌈", "👨🏿‍🚀", "й", "Việt Nam", "שָׁלוֹם", "กำลัง"):
        assert harmless(text) == text


def test_towers_are_lowered() -> None:
    assert harmless("Z" + "\u0301" * 3000) == "Z" + "\u0301" * MAX_STACK
    assert harmless("a\ufe0f" * 3 + "\u0730" * 50) == "a\ufe0f" * 3 + "\u0730" * (MAX_STACK - 1)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://example.org/a?b=c", True),
        ("mailto:a@example.org", True),
        ("http://xn--e1afmkfd.example/", True),
        ("https://пример.example", False),
        ("https://a b", False),
        ("https://a\x1b]0;x\x07", False),
        ("https://a\n", False),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("ssh://-oProxyCommand=x", False),
        ("https://" + "a" * 2001, False),
        ("", False),
    ],
)
def test_links(url: str, allowed: bool) -> None:
    assert allowed_link(url) is allowed


def test_the_filter_changes_only_what_it_must() -> None:
    guard = TerminalGuard()
    plain = Segment("Ольга", Style(bold=True))
    control = Segment("\x1b[H", None, [(ControlType.HOME,)])
    good = Segment("site", Style(link="https://example.org"))
    assert guard.apply([plain, control, good], BLACK) == [plain, control, good]
    assert guard.caught == 0
    bad = guard.apply([Segment("a\x1bb", Style(bold=True)), Segment("x", Style(link="https://e/\x1b]0;x\x07"))], BLACK)
    assert [segment.text for segment in bad] == ["ab", "x"]
    assert bad[0].style == Style(bold=True)
    assert bad[1].style is not None
    assert bad[1].style.link is None
    assert guard.caught == 2
