"""Cutting, filling and wrapping by terminal cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.widgets.cells import cut, fit, fit_right, width, wrap

TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]) | st.just("\n"), max_size=200)
FAMILY = "👩‍👩‍👧"


@pytest.mark.parametrize(("text", "cells"), [("abc", 3), ("Ольга", 5), ("王小明", 6), (FAMILY, 2), ("e\u0301", 1), ("", 0)])
def test_width(text: str, cells: int) -> None:
    assert width(text) == cells


@pytest.mark.parametrize(
    ("text", "cells", "shown"),
    [
        ("Ольга К.", 8, "Ольга К."),
        ("Ольга К.", 5, "Ольг…"),
        ("王小明", 4, "王…"),
        ("ab cd", 4, "ab…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
    ],
)
def test_cut(text: str, cells: int, shown: str) -> None:
    assert cut(text, cells) == shown


def test_fit_fills_on_its_side() -> None:
    assert fit("王", 4) == "王  "
    assert fit_right("12m", 5) == "  12m"
    assert fit("王小明", 4) == "王… "


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("aaa bbb ccc", ["aaa bbb", "ccc"]),
        ("one\n\ntwo", ["one", "", "two"]),
        ("   aaa bbb", ["   aaa", "bbb"]),
        ("x" * 20, ["x" * 8, "x" * 8, "xxxx"]),
        ("漢字漢字漢字", ["漢字漢字", "漢字"]),
        ("a\tb", ["a   b"]),
        ("", [""]),
    ],
)
def test_wrap(text: str, lines: list[str]) -> None:
    assert wrap(text, 8) == lines


@given(TEXTS, st.integers(0, 40))
def test_a_cut_never_overflows(text: str, cells: int) -> None:
    assert width(cut(text, cells)) <= cells
    assert width(fit(text, cells)) == cells


@given(TEXTS, st.integers(4, 40))
def test_wrapping_loses_no_word_and_never_overflows(text: str, cells: int) -> None:
    lines = wrap(text, cells)
    assert all(width(line) <= cells for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
