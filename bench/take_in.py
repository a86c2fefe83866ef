"""Taking a message in, against raw sqlite3 that makes the same changes to the same rows of the same schema.

The raw side replays the INSERTs and UPDATEs that `ledger.take_in` made, values and all, without looking anything up and without
deciding anything: the least that any program would have to do. Both commit with synchronous=FULL, as the program does.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.report import Finding, ratios
from deskterm.desk.post import Address, Capabilities, IdentityKind, Inbound, MailRefs, Raw
from deskterm.desk.signing import Signer
from deskterm.store import engine, ledger, people
from deskterm.store.ledger import Kept, Pending
from deskterm.store.people import ChannelSpec
from deskterm.store.rules import Rules
from deskterm.store.writer import RING, Transaction, Writer

MESSAGES = 500
IN_FLIGHT = 32
NEW_CUSTOMERS = 0.2
WORDS = ("заказ", "доставка", "возврат", "оплата", "размер", "order", "refund", "parcel", "когда", "where", "номер", "address")
KINDS = {"email": Capabilities(subject=True, idempotent=True), "telegram": Capabilities(max_units=4096)}

Change = tuple[str, Sequence[Any]]


class Recorded(Transaction):
    """A transaction that remembers every change made through it."""

    __slots__ = ("changes",)

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.changes: list[Change] = []

    def run(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        self.changes.append((sql, values))
        return super().run(sql, values)

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            self.run(sql, row)


@dataclass(frozen=True, slots=True)
class Feed:
    """Messages that lie in a store's ledger and wait to be placed, and what raw SQL would do for each of them."""

    store: Path
    rules: Rules
    waiting: list[tuple[Pending, Inbound]]
    changes: list[list[Change]]


def inbounds(channels: dict[str, int], count: int, now: datetime) -> Iterator[tuple[int, Inbound]]:
    """Yield messages as a small shop gets them: half of them mails, four of five from customers who wrote before."""
    rng = random.Random(7)
    for number in range(count):
        known = rng.random() > NEW_CUSTOMERS
        person = rng.randrange(200) if known else 10_000 + number
        text = " ".join(rng.choices(WORDS, k=rng.randrange(8, 40)))
        if rng.random() < 0.5:
            sender = Address(IdentityKind.EMAIL, f"bench{person}@example.org", f"Ольга {person}")
            refs = MailRefs(f"b{number}@example.org", in_reply_to=(f"b{number - 1}@example.org",))
            yield (
                channels["bench-mail"],
                Inbound(f"bench{number}", sender, now, text, subject="Заказ 5531", refs=refs),
            )
        else:
            sender = Address(IdentityKind.TELEGRAM, f"99{person}", f"Тарас {person}")
            yield channels["bench-bot"], Inbound(f"{person}:{number}", sender, now, text, thread_key=f"99{person}")


def prepare(store: Path, folder: Path) -> Feed:
    """Keep the messages in a copy of a store's ledger, then record on a second copy what placing them changes."""
    fed = folder / "fed.db"
    shutil.copyfile(store, fed)
    now = datetime.now(UTC)
    connection = engine.connect_writer(fed)
    tx = Transaction(connection)
    connection.execute("BEGIN IMMEDIATE")
    day_ms = 86_400_000
    channels = people.sync_channels(
        tx,
        [
            ChannelSpec("bench-mail", "email", "support@desk.test", True, 3 * day_ms),
            ChannelSpec("bench-bot", "telegram", "@desk_bot", True, 3 * day_ms),
        ],
    )
    waiting = []
    for number, (channel_id, inbound) in enumerate(inbounds(channels, MESSAGES, now)):
        raw = Raw(f"bench{number}", inbound.text.encode(), now)
        (row_id,) = ledger.keep(tx, channel_id, [Kept(raw, None)], None, now)
        row = ledger.one(tx, row_id)
        assert row is not None
        waiting.append((row, inbound))
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    rules = Rules(Signer((bytes(32),)), KINDS, timedelta(seconds=10))
    return Feed(fed, rules, waiting, _recorded(fed, folder, rules, waiting, now))


def _recorded(
    fed: Path, folder: Path, rules: Rules, waiting: list[tuple[Pending, Inbound]], now: datetime
) -> list[list[Change]]:
    copy = _copied(fed, folder)
    connection = engine.connect_writer(copy, synchronous="OFF")
    changes = []
    for row, inbound in waiting:
        connection.execute("BEGIN IMMEDIATE")
        tx = Recorded(connection)
        ledger.take_in(tx, row, inbound, {}, rules, now)
        tx.run(RING)
        connection.execute("COMMIT")
        changes.append(tx.changes)
    connection.close()
    return changes


def _copied(store: Path, folder: Path) -> Path:
    copy = folder / "round.db"
    for left in folder.glob("round.db*"):
        left.unlink()
    shutil.copyfile(store, copy)
    return copy


@dataclass(frozen=True, slots=True)
class Took:
    """How long a run took, in seconds: by the clock, and of the processor, all threads counted."""

    wall: float
    cpu: float

    @classmethod
    def since(cls, wall: float, cpu: float) -> Took:
        return cls(time.perf_counter() - wall, time.process_time() - cpu)


def by_raw_sql(feed: Feed, folder: Path) -> Took:
    """Make all the changes with raw sqlite3, one transaction for each message."""
    connection = engine.connect_writer(_copied(feed.store, folder))
    began = time.perf_counter(), time.process_time()
    for changes in feed.changes:
        connection.execute("BEGIN IMMEDIATE")
        for sql, values in changes:
            connection.execute(sql, values)
        connection.execute("COMMIT")
    took = Took.since(*began)
    connection.close()
    return took


def by_take_in(feed: Feed, folder: Path, in_flight: int) -> Took:
    """Place all the messages through the write door, so many of them waiting at a time."""
    writer = Writer(_copied(feed.store, folder), on_commit=lambda: None)
    writer.open()
    now = datetime.now(UTC)
    left = iter(feed.waiting)

    def work_of(row: Pending, inbound: Inbound) -> Callable[[Transaction], object]:
        return lambda tx: ledger.take_in(tx, row, inbound, {}, feed.rules, now)

    async def producer() -> None:
        for row, inbound in left:
            await writer.run(work_of(row, inbound))

    async def all_of_them() -> Took:
        began = time.perf_counter(), time.process_time()
        await asyncio.gather(*(producer() for _ in range(in_flight)))
        return Took.since(*began)

    try:
        return asyncio.run(all_of_them())
    finally:
        writer.close()


def measure(store: Path, folder: Path, rounds: int, say: Callable[[str], None]) -> list[Finding]:
    """Run the rounds, interleaved."""
    feed = prepare(store, folder)
    raw: list[Took] = []
    alone: list[Took] = []
    together: list[Took] = []
    for number in range(rounds):
        say(f"take_in: round {number + 1} of {rounds}")
        raw.append(by_raw_sql(feed, folder))
        alone.append(by_take_in(feed, folder, 1))
        together.append(by_take_in(feed, folder, IN_FLIGHT))
    return [
        _finding("take_in one by one, against raw sqlite3", 0.6, alone, raw),
        _finding(f"take_in with {IN_FLIGHT} in flight, against raw sqlite3", 1.5, together, raw),
    ]


def _finding(what: str, goal: float, ours: list[Took], raw: list[Took]) -> Finding:
    """Compare by speed: twice as fast is 2x, in time by the clock; the note has it in processor time."""
    rate, raw_rate = (MESSAGES / median(took.wall for took in side) for side in (ours, raw))
    cpu = median(ratios((took.cpu for took in raw), (took.cpu for took in ours)))
    by_the_clock = ratios((took.wall for took in raw), (took.wall for took in ours))
    return Finding(what, goal, False, "x", by_the_clock, f"{rate:.0f}/s, raw {raw_rate:.0f}/s, cpu {cpu:.2f}x")
