"""The clock: flips what time alone changes (a snooze ends, a conversation becomes late), by facts, at their time.

One APScheduler date job in memory, armed to the earlier of the next due time and 15 seconds, armed anew by the bell and
after each run. The store is asked what is due, so nothing is missed when the machine slept. No job store: a stored job is a
pickle, and whoever can write the store could run anything.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from deskterm.background.duty import Duty
from deskterm.desk import facts as f
from deskterm.desk.model import Actor, ActorKind, Conversation
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
        row = await self._duty.store.reader.one(conversations.NEXT_DUE)
        due = from_ms(row[0])
        wait = AT_MOST if due is None else min(AT_MOST, due - self._duty.store.now())
        self.arm(wait)

    async def _tick(self) -> None:
        self._armed_for = None
        try:
            for turn in (self._wake, self._flip):  # what comes back may be late already
                while await self._duty.write(turn) == BATCH:
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

    def _wake(self, tx: Transaction) -> int:
        """Wake what has slept long enough; at most BATCH conversations, so that no key waits for it."""
        now = self._duty.store.now()
        woken = conversations.returning_before(tx, now, BATCH)
        self._write(tx, woken, [_woken(one, now) for one in woken], now)
        return len(woken)

    def _flip(self, tx: Transaction) -> int:
        """Mark as late what has become so, likewise."""
        now = self._duty.store.now()
        late = conversations.due_before(tx, now, BATCH)
        self._write(tx, late, [_late(one, now) for one in late], now)
        return len(late)

    def _write(self, tx: Transaction, flipped: Sequence[Conversation], facts: list[f.Fact], now: datetime) -> None:
        if not facts:
            return
        states = {conversation.id: conversation for conversation in flipped}
        command_id = situations.next_command(tx)
        apply(tx, facts, states, situations.fresh(tx), command_id=command_id, actor=CLOCK, now=now)


def _woken(conversation: Conversation, now: datetime) -> f.Fact:
    return f.SnoozeEnded(conversation_id=conversation.id, at=conversation.snoozed_until or now, how="clock")


def _late(conversation: Conversation, now: datetime) -> f.Fact:
    return f.LateMarked(conversation_id=conversation.id, at=urgent_at(conversation) or now)
