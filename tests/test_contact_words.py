"""How a contact ended, in words."""

from __future__ import annotations

import pytest

from deskterm.desk import decide_contact
from deskterm.words.contact_words import OUTCOMES, contact_words


@pytest.mark.parametrize(
    ("outcome", "seconds", "words"),
    [
        ("", None, ""),
        ("solved", None, "solved"),
        ("solved", 180, "solved, 3 min"),
        ("open", 20, "stays open, 20 s"),
        ("call_back", 0, "call back, 0 min"),
        ("another", 60, "another, 1 min"),
    ],
)
def test_how_a_contact_ended(outcome: str, seconds: int | None, words: str) -> None:
    assert contact_words(outcome, seconds) == words


def test_every_outcome_has_words() -> None:
    assert set(OUTCOMES) == set(decide_contact.OUTCOMES)
