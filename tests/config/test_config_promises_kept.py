"""What a configuration promises is the same book again once the store has kept it as text."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from deskterm import config
from deskterm.config.write import new_text
from deskterm.desk.calendar import add, between
from deskterm.paths import Paths
from deskterm.store.sla_book import from_json, to_json

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
MONDAY = 1_795_424_400_000
"""2026-11-23 12:00 in Moscow."""


@pytest.mark.parametrize("text", [new_text("Shop", "Europe/Berlin"), EXAMPLE.read_text(encoding="utf-8")])
def test_the_store_keeps_the_book(text: str) -> None:
    book = config.parse(text, Paths(Path("desk"), Path("c.toml")), secrets=False, today=date(2026, 11, 22)).promised
    kept = from_json(to_json(book))
    assert kept == book
    assert to_json(kept) == to_json(book)
    for mine, theirs in zip(book.calendars, kept.calendars, strict=True):
        due = add(mine, MONDAY, 86_400_000)
        assert due == add(theirs, MONDAY, 86_400_000)
        assert due is not None
        assert between(theirs, MONDAY, due) == 86_400_000
