"""What becomes due by time alone, as the clock asks for it: each kind says when it is due next, and rings what has come due."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from deskterm.store.writer import ENOUGH_S, Transaction


@dataclass(frozen=True, slots=True)
class Alarms:
    """One kind of what becomes due. `next_at` is SQL of one value: when the first of them is due (ms), or NULL; it must be
    answered from an index alone. `ring` writes what has come due until a time, the earliest first, at most so many, each as a
    fact with its true time; it returns how many it looked at, none of which it may find again."""

    name: str
    next_at: str
    ring: Callable[[Transaction, datetime, int], int]


def a_few_at_a_time(some: Callable[[int], int], few: int, limit: int) -> int:
    """Ring what is due, a few at a time, until nothing is left or enough time has passed. `some` rings at most so many and
    returns how many it looked at. Returns `limit` while there may be more, as `Alarms.ring` does."""
    ends = time.perf_counter() + ENOUGH_S
    while some(few) == few:
        if time.perf_counter() >= ends:
            return limit
    return 0


def earliest(kinds: Iterable[Alarms]) -> str:
    """Return SQL of one value: when the first of all of these is due (ms), or NULL."""
    return f"SELECT min(at) FROM ({' UNION ALL '.join(f'SELECT ({one.next_at}) AS at' for one in kinds)})"
