"""The clock: flips what time alone changes (a conversation becomes late), by facts, at their time.

One APScheduler date job in memory, armed to the earlier of the next due time and 15 seconds, armed anew by the bell and
after each run. The store is asked what is due, so nothing is missed when the machine slept. No job store: a stored job is a
pickle, and whoever can write the store could run anything.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from deskterm.background.duty import Duty
from deskterm.desk import facts as f
from deskterm.desk.model import Actor, ActorKind
from deskterm.desk.urgency import urgent_at
from deskterm.store import conversations, lease, situations
from deskterm.store.apply import apply
from deskterm.store.engine import StoreError
from deskterm.store.times import from_ms
from deskterm.store.writer import Transaction

log = logging.getLogger("deskterm.background")
logging.getLogger("apscheduler").setLevel(logging.WARNING)

AT_MOST = timedelta(seconds=15)
BATCH = 100
JOB = "tick"
CLOCK = Actor(ActorKind.CLOCK)


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
        row = await self._duty.store.reader.one(
            "SELECT min(urgent_at) FROM conversation WHERE status = 'open' AND spam = 0 AND urgent_at IS NOT NULL AND late = 0"
        )
        due = from_ms(row[0])
        wait = AT_MOST if due is None else min(AT_MOST, due - self._duty.store.now())
        self.arm(wait)

    async def _tick(self) -> None:
        self._armed_for = None
        try:
            while await self._duty.write(self._flip) == BATCH:
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

    def _flip(self, tx: Transaction) -> int:
        """Mark as late what has become so; at most BATCH conversations, so that no key waits for it."""
        now = self._duty.store.now()
        late = conversations.due_before(tx, now, BATCH)
        for conversation in late:
            due = urgent_at(conversation)
            if due is None:
                continue
            fact = f.LateMarked(conversation_id=conversation.id, at=due)
            command_id = situations.next_command(tx)
            states = {conversation.id: conversation}
            apply(tx, [fact], states, situations.fresh(tx), command_id=command_id, actor=CLOCK, now=now)
        return len(late)
