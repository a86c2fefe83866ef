"""What went wrong and how to mend it are sentences of their own."""

import pytest

from deskterm.office import OfficeError


@pytest.mark.parametrize(
    ("message", "fix", "words"),
    [
        ("/etc/host: No such file", "name a file", "/etc/host: No such file. Name a file"),
        ("The disk is full.", "Make room.", "The disk is full. Make room."),
        ("Who are you?", "say --operator", "Who are you? Say --operator"),
        ("no such ledger row", "", "no such ledger row"),
    ],
)
def test_words(message: str, fix: str, words: str) -> None:
    assert OfficeError("code", message, fix).words == words
