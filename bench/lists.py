"""The store's looks on a large desk: windows of every view, combined filters, counters, search; beside them a small desk's.

What is timed is a whole look as the console asks for it (`Office.conversations`), awaited in an event loop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.desks import opened
from bench.report import Finding, ratios
from deskterm.desk.query import Mistake, know, parse, record_field
from deskterm.desk.rows import RowKey, View
from deskterm.office import Listing
from deskterm.store.office import StoreOffice

WINDOW = 50
REPEATS = 7
COMBINED = (
    "is:open tag:возврат assignee:me",
    "is:open tag:жалоба",
    "is:closed tag:жалоба",
    "is:open tag:none channel:email",
    "is:open team:Возвраты priority:>=high",
    "is:waiting assignee:me,none",
    "waiting:>1h -channel:email",
    "is:open has:attachment",
    "opened:<7d has:note",
    "is:closed priority:urgent tag:опт",
    "sla:<30m channel:telegram",
    "is:open OR is:snoozed",
    "company:ветер",
    "company:ветер is:open",
    "-company:ветер tag:возврат",
    "customer:ольга is:closed",
    "company:ветер OR tag:жалоба",
    "order:5531 OR tag:возврат",
    "-order:5531 is:closed",
)
WORDS = ("возврат", "заказа", "refund", "размера приложили", "is:open доставка", '"адрес доставки"', "tag:возврат деньги")
RANKED = ("возврат sort:rank",)
DEEP = 5_000
PREFIXES = ("во", "воз", "возв", "re", "ref")


@dataclass
class Looked:
    """Milliseconds of each thing looked at, by its name."""

    ms: dict[str, list[float]] = field(default_factory=dict)

    async def time(self, name: str, look: Callable[[], Awaitable[Any]]) -> None:
        """Look a few times, keep the median."""
        times = []
        for _ in range(REPEATS):
            began = time.perf_counter()
            await look()
            times.append((time.perf_counter() - began) * 1000)
        self.ms.setdefault(name, []).append(median(times))


def query(text: str) -> Listing:
    """Return a query of ours; it is one."""
    found = parse(text)
    assert not isinstance(found, Mistake), (text, found)
    return found


async def _round(office: StoreOffice, looked: Looked) -> None:
    async def window(name: str, listing: Listing, at: RowKey | None = None) -> None:
        await looked.time(name, lambda: office.conversations(listing, at=at, after=WINDOW))

    for view in View:
        await window(f"view {view}", view)
    deep = await office.conversations(View.CLOSED, at=RowKey(2**62, 0), before=DEEP, after=0)
    await window("deep", View.CLOSED, deep.rows[0].key if deep.rows else None)
    for kind, texts in (("filter", COMBINED), ("search", WORDS), ("prefix", PREFIXES), ("rank", RANKED)):
        for text in texts:
            await window(f"{kind} {text}", query(text))
    await looked.time("counts", office.counts)
    await looked.time("customers", lambda: office.customers("ол ков"))


def _of(looked: Looked, kind: str) -> list[tuple[str, float]]:
    return [(name, median(times)) for name, times in looked.ms.items() if name.startswith(kind)]


def _rounds(looked: Looked, kind: str, pick: Callable[[Sequence[float]], float]) -> list[float]:
    """Return one value for each round: what `pick` makes of everything of this kind."""
    series = [times for name, times in looked.ms.items() if name.startswith(kind)]
    return [pick(values) for values in zip(*series, strict=True)]


async def _measure(large: Path, small: Path, rounds: int, say: Callable[[str], None]) -> tuple[Looked, Looked]:
    of_large, of_small = Looked(), Looked()
    async with opened(large) as much, opened(small) as little:
        for number in range(rounds):
            say(f"lists: round {number + 1} of {rounds}")
            await _round(little.office, of_small)
            await _round(much.office, of_large)
    return of_large, of_small


def measure(large: Path, small: Path, rounds: int, say: Callable[[str], None]) -> list[Finding]:
    """Look at both desks turn by turn."""
    know([record_field("order", "заказ", "")])
    much, little = asyncio.run(_measure(large, small, rounds, say))
    against = ratios(_rounds(much, "view", median), _rounds(little, "view", median))
    slowest = {kind: max(_of(much, kind), key=lambda found: found[1]) for kind in ("view", "filter", "search", "prefix")}

    def worst(kind: str) -> str:
        name, ms = slowest[kind]
        return f"slowest: {name.removeprefix(f'{kind} ')} {ms:.1f} ms"

    return [
        Finding(f"window of {WINDOW}, any view", 1.0, True, " ms", _rounds(much, "view", median), worst("view")),
        Finding("the same, against a desk of 10,000", 2.0, True, "x", against),
        Finding("window deep in a view", 1.0, True, " ms", much.ms["deep"], f"closed, {DEEP} from its end"),
        Finding("combined filters", 10, True, " ms", _rounds(much, "filter", median), worst("filter")),
        Finding("the slowest of them", 50, True, " ms", _rounds(much, "filter", max)),
        Finding("all counters", 1.0, True, " ms", much.ms["counts"], "a look through the reader; the SQL alone is less"),
        Finding(f"search, newest {WINDOW} with snippet", 25, True, " ms", _rounds(much, "search", median), worst("search")),
        Finding("search as one types", 5, True, " ms", _rounds(much, "prefix", median), worst("prefix")),
        Finding("search by rank", 76, True, " ms", _rounds(much, "rank", median), "bm25 over the newest 2,000 hits"),
        Finding("customers by a few letters", 5, True, " ms", much.ms["customers"]),
    ]
