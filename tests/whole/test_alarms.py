"""Alarms of a real process that is stopped, sleeps, is killed or has its clock set: each once, with its true time.

10 kills here, 100 with DESKTERM_LONG=1.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import re
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from house import begin
from sla_house import follow_book
from stopped import put_to_sleep

from deskterm.desk.sla_book import Book, Deed, Metric, Policy, Step, Target
from deskterm.store import sla_book
from deskterm.store import store as stores
from deskterm.store.engine import STORE_FILE

pytestmark = [pytest.mark.whole, pytest.mark.timeout(1800)]

LONG = os.environ.get("DESKTERM_LONG") == "1"
KILLS = 100 if LONG else 10
PATIENCE_S = 40.0
PROGRAM = Path(__file__).with_name("alarming_worker.py")
SECOND = timedelta(seconds=1)
MISSED, FIRST_STEP, SECOND_STEP = 100, 101, 102
"""Stages after the warning at half of the time."""


def book(within: timedelta) -> Book:
    steps = (Step(within / 4, Deed.NOTIFY, "supervisor"), Step(within / 2, Deed.RAISE, "high"))
    targets = {Metric.FIRST_REPLY: Target(within, business=False)}
    return Book((), (Policy("fast", "", targets, warn=(0.5,), steps=steps),))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a new store in it."""
    stores.create(tmp_path / "home")
    return tmp_path / "home"


class Desk:
    """A store with people who wait, and who rings their alarms."""

    def __init__(self, home: Path, within: timedelta) -> None:
        self.home, self.within = home, within
        self.waits: dict[int, int] = {}

    async def fill(self, count: int, apart: timedelta) -> None:
        """Have people write, one after another, from now on, so that alarms are due again and again."""
        house = await begin(self.home)
        try:
            await house.store.writer.run(lambda tx: sla_book.keep(tx, book(self.within)))
            await follow_book(house)
            began = datetime.now(UTC)
            for number in range(count):
                house.clock.at = began + number * apart
                await house.arrive(house.mail(sender=f"p{number}@client.test"))
            self.waits = dict(await house.all("SELECT id, waiting_since FROM conversation"))
        finally:
            await house.store.close()

    def all(self, sql: str) -> list[Any]:
        with contextlib.closing(sqlite3.connect(self.home / STORE_FILE, timeout=20)) as connection:
            return connection.execute(sql).fetchall()

    def told(self) -> list[tuple[int, int, int]]:
        """What the journal tells: conversation, stage, true time."""
        rows = self.all(
            "SELECT conversation_id, data, at FROM journal WHERE kind IN ('sla_warned', 'sla_missed', 'sla_escalated')"
            " ORDER BY seq"
        )
        return [(one, json.loads(data)["stage"], at) for one, data, at in rows]

    def rung(self, stage: int) -> int:
        return sum(told == stage for _, told, _ in self.told())

    def expected(self, conversation_id: int, stage: int) -> int:
        within = self.within // timedelta(milliseconds=1)
        return (
            self.waits[conversation_id]
            + {1: within // 2, MISSED: within, FIRST_STEP: within * 5 // 4, SECOND_STEP: within * 3 // 2}[stage]
        )

    def each_is_rung_once(self) -> None:
        """Every miss and step once, no warning twice, all with their true times; so says the table of alarms as well."""
        told = self.told()
        assert max(Counter((one, stage) for one, stage, _ in told).values()) == 1
        assert {(one, stage) for one, stage, _ in told if stage > 1} == {
            (one, stage) for one in self.waits for stage in (MISSED, FIRST_STEP, SECOND_STEP)
        }
        assert [at for _, _, at in told] == [self.expected(one, stage) for one, stage, _ in told]
        assert sorted(told) == sorted(self.all("SELECT conversation_id, stage, at FROM sla_alarm"))
        assert self.all("SELECT count(*) FROM conversation WHERE late = 1 AND priority = 2") == [(len(self.waits),)]
        assert self.all("SELECT count(*) FROM journal WHERE kind = 'late_marked'") == [(len(self.waits),)]
        assert self.all("PRAGMA integrity_check") == [("ok",)]

    async def until(self, condition: Any, what: str) -> None:
        ends = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < ends, f"in vain: {what}; told: {self.told()}"
            await asyncio.sleep(0.05)

    def set_ahead(self, hours: int) -> None:
        """Set the desk's clock, at one stroke."""
        made = self.home / "ahead.new"
        made.write_text(str(hours * 3600))
        made.rename(self.home / "ahead")

    def jumps(self) -> list[int]:
        """By how many hours the clock has seen itself set."""
        log = "".join(path.read_text() for path in (self.home / "logs").glob("*.log"))
        return [round(int(seconds) / 3600) for seconds in re.findall(r"the wall clock jumped by ([+-]\d+) s", log)]

    def is_held(self) -> bool:
        return self.all("SELECT pid FROM lease WHERE holder <> ''") != []

    async def start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(sys.executable, str(PROGRAM), str(self.home))

    @contextlib.asynccontextmanager
    async def worker(self) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await self.start()
        try:
            await self.until(self.is_held, "the worker holds the lease")
            yield process
        finally:
            process.kill()
            await process.wait()

    async def all_ring(self) -> None:
        await self.until(lambda: self.rung(SECOND_STEP) == len(self.waits), "all alarms are rung")


async def test_alarms_of_a_process_that_was_stopped_over_their_times(home):
    desk = Desk(home, 4 * SECOND)
    await desk.fill(12, SECOND / 4)
    async with desk.worker() as process:
        await put_to_sleep(process, desk.home)
        assert desk.rung(SECOND_STEP) == 0
        await asyncio.sleep(6.5)
        process.send_signal(signal.SIGCONT)
        await desk.all_ring()
    desk.each_is_rung_once()


async def test_alarms_of_a_machine_that_slept_for_eight_hours(home):
    desk = Desk(home, timedelta(hours=1))
    await desk.fill(60, timedelta(minutes=1) / 60)
    async with desk.worker():
        desk.set_ahead(8)
        woke = time.monotonic()
        await desk.all_ring()
        assert time.monotonic() - woke < 30
        for hours, jump in ((0, -8), (9, 9)):
            desk.set_ahead(hours)
            await desk.until(lambda jump=jump: desk.jumps()[-1:] == [jump], "the clock notices that it was set")
    desk.each_is_rung_once()


async def test_alarms_of_a_process_killed_around_their_times(home):
    dice = random.Random(7)
    within = 8 * SECOND if not LONG else 40 * SECOND
    desk = Desk(home, within)
    await desk.fill(40 if not LONG else 200, SECOND / 4)
    for _ in range(KILLS):
        process = await desk.start()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), dice.uniform(0.6, 1.8))
        assert process.returncode is None, "it ended by itself"
        process.kill()
        await process.wait()
    async with desk.worker():
        await desk.all_ring()
    desk.each_is_rung_once()
