"""A house with promises: a small book, the clock's rings, and what the clocks of a conversation say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from deskterm.desk.sla_book import Book, Calendar, Deed, Metric, Policy, Step, Target
from deskterm.store import sla_alarms, sla_book, sla_retarget, snoozes
from deskterm.store.times import from_ms

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY_AND_NIGHT = Calendar("always", "UTC", (((0, 1440),),) * 7)


def policy(key: str = "plain", query: str = "", *, reply: Any = HOUR, work: Any = 8 * HOUR, **more: Any) -> Policy:
    """A policy by the wall clock: an hour for each answer, eight for all of it."""
    targets = {
        metric: Target(within, business=False)
        for metric, within in ((Metric.FIRST_REPLY, reply), (Metric.NEXT_REPLY, reply), (Metric.RESOLUTION, work))
        if within is not None
    }
    return Policy(key, query, targets, **more)


PLAIN = Book((DAY_AND_NIGHT,), (policy(),))
URGENT_FIRST = Book((), (policy("fast", "priority:>=high", reply=15 * MINUTE, work=4 * HOUR), policy()))
ESCALATING = Book(
    (),
    (
        policy(
            steps=(
                Step(timedelta(0), Deed.NOTIFY, "supervisor"),
                Step(10 * MINUTE, Deed.RAISE, "high"),
                Step(20 * MINUTE, Deed.ASSIGN, "boris"),
            )
        ),
    ),
)


async def promise(house: Any, book: Book) -> None:
    """Have the store keep a book, and all conversations follow it."""
    await house.store.writer.run(lambda tx: sla_book.keep(tx, book))
    await follow_book(house)


async def follow_book(house: Any) -> None:
    while await house.store.writer.run(lambda tx: sla_retarget.ring(tx, house.clock(), 100)):
        pass


async def ring(house: Any) -> None:
    """Have the clock ring all that is due."""
    for alarms in (sla_retarget.ALARMS, snoozes.ALARMS, sla_alarms.ALARMS):
        while await house.store.writer.run(lambda tx, one=alarms: one.ring(tx, house.clock(), 100)) == 100:
            pass


async def clocks(house: Any, conversation_id: int = 1) -> dict[str, dict[str, Any]]:
    """The newest clock of each metric."""
    names = "metric, started_at, policy, target_ms, due_at, running_since, spent_ms, runs, stage, missed_at, ended_at, outcome"
    rows = await house.all(
        f"SELECT {names} FROM sla_clock WHERE conversation_id = ? ORDER BY started_at, id", (conversation_id,)
    )
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        one = dict(zip(names.split(", "), row, strict=True))
        for name in ("started_at", "due_at", "running_since", "missed_at", "ended_at"):
            one[name] = from_ms(one[name])
        found[one["metric"]] = one
    return found


async def state(house: Any, conversation_id: int = 1) -> dict[str, Any]:
    names = "sla_policy, due_at, left_ms, soon, late, alarm_at, status, priority, assignee_id"
    row = await house.one(f"SELECT {names} FROM conversation WHERE id = ?", (conversation_id,))
    one = dict(zip(names.split(", "), row, strict=True))
    return one | {name: from_ms(one[name]) for name in ("due_at", "alarm_at")}


async def told(house: Any, *kinds: str) -> list[tuple[str, datetime, datetime]]:
    """What the journal tells of clocks: kind, true time, and when it was written."""
    wanted = kinds or ("sla_warned", "sla_missed", "sla_escalated", "late_marked")
    marks = ",".join("?" * len(wanted))
    rows = await house.all(f"SELECT kind, at, stored_at FROM journal WHERE kind IN ({marks}) ORDER BY seq", wanted)
    return [(kind, from_ms(at), from_ms(stored)) for kind, at, stored in rows]
