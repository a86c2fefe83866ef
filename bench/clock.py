"""The clock on a large desk with promises: what a tick costs where nothing is due, and how long the write door is held where
thousands are.

A tenth of the conversations are open, and have running SLA clocks. What is due is due by the desk's own time, which is moved;
each transaction is timed inside the write door, and beside them somebody else writes and waits for the door, as a key would.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench.desks import Opened, opened
from bench.report import Finding, percentile, ratios, tail
from deskterm.background.clock import ALARMS, BATCH
from deskterm.desk.sla_book import Book, Deed, Metric, Policy, Step, Target
from deskterm.store import sla_book, sla_retarget
from deskterm.store.alarms import Alarms, earliest
from deskterm.store.times import from_ms
from deskterm.store.writer import Transaction

DUE = 10_000
LOOKS = 200
YEARS = timedelta(days=3650)
"""Far ahead: what is promised is due when the bench says so, and not before."""
BOOK = Book(
    (),
    (
        Policy(
            "bench",
            targets={metric: Target(YEARS, business=False) for metric in Metric},
            warn=(0.5,),
            steps=(Step(timedelta(days=365), Deed.NOTIFY, "supervisor"),),
        ),
    ),
)
_NEXT = earliest(ALARMS)
_NTH_ALARM = "SELECT alarm_at FROM conversation WHERE alarm_at IS NOT NULL ORDER BY alarm_at LIMIT 1 OFFSET ?"


async def _batches(desk: Opened, alarms: Alarms, held: list[float]) -> int:
    """Ring one kind until nothing is due; returns how many transactions that took, whose milliseconds are kept."""
    count = 0

    def work(tx: Transaction) -> int:
        began = time.perf_counter()
        rung = alarms.ring(tx, desk.store.now(), BATCH)
        held.append((time.perf_counter() - began) * 1000)
        return rung

    while True:
        count += 1
        if await desk.store.writer.run(work) != BATCH:
            return count


async def _idle(desk: Opened) -> float:
    """Return what the clock's one question takes where nothing is due, in milliseconds."""
    taken = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        (first,) = await desk.store.reader.one(_NEXT)
        taken.append((time.perf_counter() - began) * 1000)
        assert first is None or from_ms(first) > desk.store.now()
    return median(taken)


async def _waits(desk: Opened, waited: list[float]) -> None:
    """Want to write something small again and again, as keys do."""
    while True:
        began = time.perf_counter()
        await desk.store.writer.run(lambda tx: tx.quietly("UPDATE sequence SET next = next WHERE name = 'bell'"))
        waited.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.02)


async def _promised(desk: Opened) -> list[float]:
    """Have the desk promise, and all open conversations follow; returns how long each transaction held the door."""
    held: list[float] = []
    await desk.store.writer.run(lambda tx: sla_book.keep(tx, BOOK))
    await _batches(desk, sla_retarget.ALARMS, held)
    return held


async def _rung(desk: Opened, count: int, held: list[float], waited: list[float]) -> float:
    """Have so many be due, and ring them; returns the milliseconds it took."""
    row = await desk.store.reader.one(_NTH_ALARM, (count - 1,))
    at = from_ms(row[0])
    desk.store.now = lambda: at
    other = asyncio.create_task(_waits(desk, waited))
    began = time.perf_counter()
    for alarms in ALARMS:
        await _batches(desk, alarms, held)
    taken = (time.perf_counter() - began) * 1000
    other.cancel()
    return taken


async def _measure(home: Path, small: Path, rounds: int, say: Callable[[str], None]) -> list[Finding]:
    idle: list[float] = []
    idle_small: list[float] = []
    took: list[float] = []
    held: list[float] = []
    waited: list[float] = []
    worst: list[float] = []
    async with opened(small) as beside, opened(home) as desk:
        await _promised(beside)
        say("clock: all open conversations follow a new book")
        followed = await _promised(desk)
        (running,) = await desk.store.reader.one("SELECT count(*) FROM conversation WHERE alarm_at IS NOT NULL")
        each = min(DUE, running // 2) // rounds
        for number in range(rounds):
            say(f"clock: round {number + 1} of {rounds}")
            idle.append(await _idle(desk))
            idle_small.append(await _idle(beside))
            of_round: list[float] = []
            took.append(await _rung(desk, each, of_round, waited) / each * DUE)
            held += of_round
            worst.append(percentile(of_round, 99))
    return [
        Finding("a tick with nothing due", 1.0, True, " ms", idle, f"{running:,} running clocks"),
        Finding("the same, against a desk of 10,000", 3.0, True, "x", ratios(idle, idle_small)),
        Finding("10,000 alarms rung", None, True, " ms", took, f"{len(held)} transactions for {each * rounds:,}"),
        Finding("one transaction of alarms holds the write door (p99)", 20.0, True, " ms", worst, tail(held)),
        Finding("a write beside them waits (p95)", 50.0, True, " ms", [percentile(waited, 95)], tail(waited)),
        Finding(
            "one transaction of conversations that follow a new book (p99)",
            20.0,
            True,
            " ms",
            [percentile(followed, 99)],
            tail(followed),
        ),
    ]


def measure(home: Path, small: Path, rounds: int, say: Callable[[str], None]) -> list[Finding]:
    """Measure on desks that may be written on."""
    return asyncio.run(_measure(home, small, rounds, say))
