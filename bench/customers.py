"""Customers on a desk of 100,000: found by an address, by a few letters, recognised as somebody's double, merged and parted.

The parts of arriving are timed through the write door, as they happen (`Store.writer`, with its fsync): a message of somebody
known, and one of a stranger whose name is like many others, which is where doubles are looked for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from typing import Any

from bench.desks import Opened, opened
from bench.report import Finding, ratios
from deskterm.desk.commands import Done
from deskterm.desk.commands_customer import MergeCustomers, PartCustomer

REPEATS = 20
LETTERS = ("о", "ол", "ольг", "ольг ков", "ma", "ковал", "79")
"""As one types: a single letter, a beginning, two words, an address."""
COMMONEST = "SELECT name FROM customer GROUP BY name ORDER BY count(*) DESC, name LIMIT 5"


async def _timed(look: Callable[[], Awaitable[Any]]) -> float:
    """Return how long it took, in milliseconds."""
    began = time.perf_counter()
    await look()
    return (time.perf_counter() - began) * 1000


async def _arrivals(desk: Opened, number: int) -> tuple[float, float]:
    """Return the medians for a known sender and for a stranger with a common name, in milliseconds."""
    known, strange = [], []
    names = [row[0] for row in await desk.store.reader.all(COMMONEST)]
    await desk.take_in([("900000", "привет")])
    for turn in range(REPEATS):
        known.append(await _timed(lambda: desk.take_in([("900000", "а когда доставка?")])))
        name = names[turn % len(names)]
        person = str(910_000 + number * REPEATS + turn)
        strange.append(await _timed(lambda who=person, called=name: desk.take_in([(who, "добрый день")], called)))  # type: ignore[misc]
    return median(known), median(strange)


async def _round(desk: Opened, number: int, found: dict[str, list[float]]) -> None:
    def keep(name: str, ms: float) -> None:
        found.setdefault(name, []).append(ms)

    known, strange = await _arrivals(desk, number)
    keep("known", known)
    keep("strange", strange)
    keep("letters", median([median([await _timed(lambda w=w: desk.office.customers(w)) for _ in range(5)]) for w in LETTERS]))  # type: ignore[misc]
    rows = await desk.store.reader.all(
        "SELECT id FROM customer WHERE merged_into_id IS NULL ORDER BY id LIMIT 2 OFFSET ?", (number * 2,)
    )
    first, second = (row[0] for row in rows)
    keep("address", median([await _timed(lambda: _by_address(desk, first)) for _ in range(REPEATS)]))
    keep("card", median([await _timed(lambda: desk.office.customer(first)) for _ in range(REPEATS)]))
    keep("doubles", await _timed(lambda: desk.office.duplicates()))
    keep("merge", await _timed(lambda: _done(desk, MergeCustomers(first, second))))
    keep("part", await _timed(lambda: _done(desk, PartCustomer(second))))


async def _by_address(desk: Opened, customer_id: int) -> None:
    """Find a customer as an arriving message does: by the kind and value of an address."""
    kind, value = await desk.store.reader.one("SELECT kind, value FROM identity WHERE customer_id = ? LIMIT 1", (customer_id,))
    await desk.store.reader.one("SELECT customer_id FROM identity WHERE kind = ? AND value = ?", (kind, value))


async def _done(desk: Opened, command: MergeCustomers | PartCustomer) -> None:
    answer = await desk.office.submit(command)
    assert isinstance(answer, Done), answer


async def _measure(home: Path, rounds: int, say: Callable[[str], None]) -> tuple[dict[str, list[float]], int]:
    found: dict[str, list[float]] = {}
    async with opened(home) as desk:
        (count,) = await desk.store.reader.one("SELECT count(*) FROM customer")
        for number in range(rounds):
            say(f"customers: round {number + 1} of {rounds}")
            await _round(desk, number, found)
    return found, count


def measure(home: Path, rounds: int, say: Callable[[str], None]) -> list[Finding]:
    """Measure on a desk that may be written on."""
    found, count = asyncio.run(_measure(home, rounds, say))
    of = f"of {count:,} customers"
    return [
        Finding("a customer by an address", 1.0, True, " ms", found["address"], of),
        Finding("customers by a few letters, as one types", 5.0, True, " ms", found["letters"], of),
        Finding("a stranger with a common name comes in: doubles looked for", 20.0, True, " ms", found["strange"]),
        Finding("the same, against a message of somebody known", 3.0, True, "x", ratios(found["strange"], found["known"])),
        Finding("a card", 10.0, True, " ms", found["card"]),
        Finding("the list of likely doubles", 10.0, True, " ms", found["doubles"]),
        Finding("two cards merged; parted", 20.0, True, " ms", [*found["merge"], *found["part"]]),
    ]
