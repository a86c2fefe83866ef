"""Promises in the store: made by replies, kept by the next ones. See `desk.promising`."""

from __future__ import annotations

from collections.abc import Sequence

from deskterm.desk import facts as f
from deskterm.store.applied import Applied


def follow(run: Applied, facts: Sequence[f.Fact]) -> list[f.Fact]:
    """Settle the promises that facts settle, in the tables; returns the facts of it."""
    return []
