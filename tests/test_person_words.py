"""How a person is called on the screen."""

from __future__ import annotations

from deskterm.desk.rows import NOBODY
from deskterm.words.person_words import person_words


def test_a_name_is_shown_and_one_that_is_gone_said() -> None:
    assert person_words("Ольга") == "Ольга"
    assert person_words(NOBODY) == "erased"
    assert person_words("а" * 300, 80) == "а" * 79 + "…"
