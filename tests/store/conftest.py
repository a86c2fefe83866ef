"""Stores for tests: see `house`. Transactions of many are as large as they may be, however slow the machine."""

from __future__ import annotations

import pytest
from house import empty_store, home, house, open_house

from deskterm.store import acting, alarms, undoing

__all__ = ["empty_store", "home", "house", "open_house"]


@pytest.fixture(autouse=True)
def whole_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no transaction end for the time it takes: how many it takes on is what tests look at."""
    for module in (acting, alarms, undoing):
        monkeypatch.setattr(module, "ENOUGH_S", float("inf"))
