"""SLA clocks in the store: they follow what happens to their conversations. See `desk.sla`."""

from __future__ import annotations

from collections.abc import Sequence

from deskterm.desk import facts as f
from deskterm.store.applied import Applied


def follow(run: Applied, facts: Sequence[f.Fact]) -> list[f.Fact]:
    """Have the clocks follow what facts did, whose rows are written; returns what that made happen."""
    return []
