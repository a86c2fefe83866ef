"""The clock: rings what comes due by time alone (a snooze ends, a promise is broken, a task is overdue), by facts.

One APScheduler date job in memory, armed to the earlier of the next due time and 15 seconds, armed anew by the bell and after
each run. The store is asked what is due, so nothing is missed when the machine slept; where nothing is, that one question is
all a tick costs. No job store: a stored job is a pickle, and whoever can write the store could run anything.

The scheduler counts by the wall clock, which may be set, and a timer of the event loop does not count the time that a machine
sleeps. So a watch of its own counts 15 seconds, looks whether the wall clock has jumped against the time since the machine was
started, and has the clock tick where no job did: whatever happens, what is due is rung within half a minute of waking.
"""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from deskterm.background.duty import Duty
from deskterm.store import lease, reminder_alarms, sla_alarms, sla_retarget, snoozes, tasks
from deskterm.store.alarms import Alarms, earliest
from deskterm.store.engine import StoreError
from deskterm.store.times import from_ms
from deskterm.store.writer import Transaction

log = logging.getLogger("deskterm.background")
logging.getLogger("apscheduler").setLevel(logging.WARNING)

AT_MOST = timedelta(seconds=15)
BATCH = 100
JOB = "tick"
JUMP = timedelta(seconds=5)
"""How far the wall clock may run from the time since the machine was started before that is a jump."""
ALARMS: tuple[Alarms, ...] = (
    sla_retarget.ALARMS,
    snoozes.ALARMS,
    sla_alarms.ALARMS,
    tasks.ALARMS,
    reminder_alarms.REMINDERS,
    reminder_alarms.PROMISES,
)
"""What the clock rings, in this order: what is promised is asked first, and what comes back may be late already."""
_NEXT = earliest(ALARMS)


class Clock:
    """The clock of one term of office."""

    def __init__(self, duty: Duty) -> None:
        self._duty = duty
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, jobstores={"default": MemoryJobStore()}, executors={"default": AsyncIOExecutor()}
        )
        self._armed_for: datetime | None = None
        self._is_ticking = False
        self._ticked_at = time.monotonic()
        self._watching: asyncio.Task[None] | None = None
        self._difference = self._wall_less_boot()

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()
        self._watching = asyncio.create_task(self._watch(), name="the clock's watch")
        self.arm(timedelta(0))

    def stop(self) -> None:
        """Tick no more."""
        if self._watching is not None:
            self._watching.cancel()
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
        if self._is_ticking:
            return  # which looks when it is done
        due = await self._first()
        wait = AT_MOST if due is None else min(AT_MOST, due - self._duty.store.now())
        self.arm(wait)

    async def _first(self) -> datetime | None:
        """Return when the first of all that is to be rung is due."""
        first: int | None = (await self._duty.store.reader.one(_NEXT))[0]
        return from_ms(first)

    async def _tick(self) -> None:
        self._armed_for = None
        self._is_ticking = True
        self._ticked_at = time.monotonic()
        try:
            self._notice_jump()
            first = await self._first()
            if first is not None and first <= self._duty.store.now():
                for alarms in ALARMS:
                    while await self._duty.write(partial(self._ring, alarms)) == BATCH:
                        pass
            self._is_ticking = False
            await self.look()
        except (lease.Lost, asyncio.CancelledError):
            return  # the term is over; APScheduler would call the second an error
        except StoreError as error:
            log.error("the clock waits for the store: %s", error.message)
            self.arm(AT_MOST)
        except Exception:
            log.exception("the clock missed a tick")
            self.arm(AT_MOST)
        finally:
            self._is_ticking = False

    def _ring(self, alarms: Alarms, tx: Transaction) -> int:
        """Ring what has come due of one kind; at most BATCH of them, so that no key waits for it."""
        return alarms.ring(tx, self._duty.store.now(), BATCH)

    async def _watch(self) -> None:
        """Have the clock tick where the wall clock was set, or the scheduler waits for a time that has moved away."""
        while True:
            await asyncio.sleep(AT_MOST.total_seconds())
            rested = time.monotonic() - self._ticked_at
            if not self._is_ticking and (self._has_jumped() or rested > AT_MOST.total_seconds()):
                self._armed_for = None
                self.arm(timedelta(0))

    def _wall_less_boot(self) -> timedelta:
        return self._duty.store.now() - datetime(1970, 1, 1, tzinfo=UTC) - timedelta(milliseconds=lease.boot_clock_ms())

    def _has_jumped(self) -> bool:
        return abs(self._wall_less_boot() - self._difference) > JUMP

    def _notice_jump(self) -> None:
        """Say that the wall clock was set, and go by what it shows now. What is due by it is rung with its true time; what was
        rung before it was set back is not rung again."""
        if self._has_jumped():
            jumped = self._wall_less_boot() - self._difference
            log.warning("the wall clock jumped by %+.0f s: everything that is due is looked at anew", jumped.total_seconds())
        self._difference = self._wall_less_boot()
