"""Notices in the store: who is told of what happened. See `desk.noticing`."""

from __future__ import annotations

from collections.abc import Sequence

from deskterm.desk import facts as f
from deskterm.desk.model import Actor
from deskterm.store.applied import Applied


def tell(run: Applied, facts: Sequence[f.Fact], actor: Actor) -> None:
    """Write the notices that facts, which are in the journal, make for operators; not to whoever did it."""
