"""Every reason that the desk finds two customers alike for has words, and no word is spare."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deskterm.desk import recognise
from deskterm.store import duplicates
from deskterm.words.double_words import REASONS, double_words, score_words


def test_every_reason_has_words() -> None:
    by_name = re.findall(r'_pair\(mine, other, "(\w+)"', Path(duplicates.__file__).read_text(encoding="utf-8"))
    assert by_name == ["name"]
    assert set(REASONS) == {*recognise.SCORES, *duplicates.SCORES, *by_name}


def test_a_reason_that_nobody_knows_is_shown_as_it_is() -> None:
    assert double_words("name") == "names alike"
    assert double_words("same_tax\nnumber") == "same tax number"


@pytest.mark.parametrize(("score", "words"), [(100, "almost surely"), (90, "very likely"), (75, "likely"), (0, "perhaps")])
def test_how_likely(score: int, words: str) -> None:
    assert score_words(score) == words
