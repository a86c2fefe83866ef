"""The part of the office that shows what is promised: the book, and the clocks of one conversation."""

from __future__ import annotations

from dataclasses import replace

from deskterm.desk.rows_time import AlarmRow, ClockRow
from deskterm.desk.sla import MISS_STAGE, Clock, Ring, left, spent, stages
from deskterm.desk.sla_book import Book
from deskterm.desk.sla_terms import Terms
from deskterm.store import sla_book, sla_clocks
from deskterm.store.office_base import OnStore
from deskterm.store.reader import Look
from deskterm.store.sla_book import Promised
from deskterm.store.times import from_ms, to_ms


class SlaOffice(OnStore):
    """What `deskterm.office_time.TimeOffice` says of SLA, on a store."""

    async def book(self) -> Book:
        """Return what is promised here: calendars and SLA policies."""
        async with self._store.reader.look() as look:
            return (await _promised(look)).book

    async def clocks(self, conversation_id: int) -> tuple[ClockRow, ...]:
        """Return the SLA clocks of a conversation: the running ones first, then those that ended, the newest first."""
        async with self._store.reader.look() as look:
            promised = await _promised(look)
            rows = await look.all(
                f"SELECT {sla_clocks.COLUMNS} FROM sla_clock WHERE conversation_id = ?"
                " ORDER BY ended_at IS NOT NULL, coalesce(-ended_at, due_at, 0), id DESC",
                (conversation_id,),
            )
        now = to_ms(self._store.now())
        return tuple(_row(promised, sla_clocks.clock_of(row), now) for row in rows)


async def _promised(look: Look) -> Promised:
    row = await look.one(sla_book.VERSION)
    version = "" if row is None else row[0]
    found = sla_book.known(version)
    return sla_book.read(version, (await look.one(sla_book.BOOK))[0]) if found is None else found


def _row(promised: Promised, clock: Clock, now: int) -> ClockRow:
    terms = replace(sla_clocks.terms_under(promised, clock), target_ms=clock.target_ms)
    stands_still = clock.live and clock.running_since is None
    return ClockRow(
        metric=clock.metric,
        policy=clock.policy,
        calendar=clock.calendar,
        started_at=from_ms(clock.started_at),
        target_ms=clock.target_ms,
        due_at=from_ms(clock.due_at),
        left_ms=left(clock, now, terms) if stands_still else None,
        warned=0 < clock.stage < MISS_STAGE,
        missed_at=from_ms(clock.missed_at),
        ended_at=from_ms(clock.ended_at),
        outcome=clock.outcome,
        spent_ms=spent(clock, now, terms),
        stage=clock.stage,
        alarms=_alarms(clock, terms),
    )


def _alarms(clock: Clock, terms: Terms) -> tuple[AlarmRow, ...]:
    """Return what a clock rang and will ring, by time; of one that has ended only what it rang."""
    known = sorted(stages(clock, terms), key=lambda alarm: (alarm.at, alarm.stage))
    return tuple(
        AlarmRow(
            from_ms(alarm.at),
            alarm.stage <= clock.stage,
            share=alarm.share if alarm.kind is Ring.WARNING else None,
            deed=None if alarm.step is None else alarm.step.deed,
            to="" if alarm.step is None else alarm.step.to,
        )
        for alarm in known
        if clock.live or alarm.stage <= clock.stage
    )
