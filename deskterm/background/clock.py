"""The clock: flips what time alone changes (a snooze ends, a conversation becomes late), by facts, at their time.

One APScheduler date job in memory, armed to the earlier of the next due time and 15 seconds, armed anew by the bell and
after each run. The store is asked what is due, so nothing is missed when the machine slept. No job store: a stored job is a
pickle, and whoever can write the store could run anything.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from deskterm.background.duty import Duty
from deskterm.store import lease, reminder_alarms, sla_alarms, snoozes, tasks
from deskterm.store.alarms import Alarms, earliest
from deskterm.store.engine import StoreError
from deskterm.store.times import from_ms
from deskterm.store.writer import Transaction

log = logging.getLogger("deskterm.background")
logging.getLogger("apscheduler").setLevel(logging.WARNING)

AT_MOST = timedelta(seconds=15)
BATCH = 100
JOB = "tick"
ALARMS: tuple[Alarms, ...] = (
    snoozes.ALARMS,
    sla_alarms.ALARMS,
    tasks.ALARMS,
    reminder_alarms.REMINDERS,
    reminder_alarms.PROMISES,
)
"""What the clock rings, in this order: what comes back may be late already."""
_NEXT = earliest(ALARMS)


class Clock:
    """The clock of one term of office."""

    def __init__(self, duty: Duty) -> None:
        self._duty = duty
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, jobstores={"default": MemoryJobStore()}, executors={"default": AsyncIOExecutor()}
        )
        self._armed_for: datetime | None = None

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()
        self.arm(timedelta(0))

    def stop(self) -> None:
        """Tick no more."""
        self._scheduler.shutdown(wait=False)

    def arm(self, after: timedelta) -> None:
        """Tick once after a while; a later tick that was planned gives way, an earlier one stays."""
        at = datetime.now(UTC) + max(after, timedelta(0))
        if self._armed_for is not None and datetime.now(UTC) < self._armed_for <= at:
            return
        self._armed_for = at
        self._scheduler.add_job(
            self._tick, "date", run_date=at, id=JOB, replace_existing=True, misfire_grace_time=None, coalesce=True
        )

    async def look(self) -> None:
        """Arm for what is due next; called when the bell rings."""
        (first,) = await self._duty.store.reader.one(_NEXT)
        due = from_ms(first)
        wait = AT_MOST if due is None else min(AT_MOST, due - self._duty.store.now())
        self.arm(wait)

    async def _tick(self) -> None:
        self._armed_for = None
        try:
            for alarms in ALARMS:
                while await self._duty.write(partial(self._ring, alarms)) == BATCH:
                    pass
            await self.look()
        except (lease.Lost, asyncio.CancelledError):
            return  # the term is over; APScheduler would call the second an error
        except StoreError as error:
            log.error("the clock waits for the store: %s", error.message)
            self.arm(AT_MOST)
        except Exception:
            log.exception("the clock missed a tick")
            self.arm(AT_MOST)

    def _ring(self, alarms: Alarms, tx: Transaction) -> int:
        """Ring what has come due of one kind; at most BATCH of them, so that no key waits for it."""
        return alarms.ring(tx, self._duty.store.now(), BATCH)
