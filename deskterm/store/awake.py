"""When the desk was last awake, and what it slept through: only that is told as missed.

Whoever holds the lease keeps the moment with its heartbeat, twice a minute. The gap is measured by the clock of the machine
that runs through suspend, where there is one and the machine was not started anew meanwhile: a wall clock that was set is no
sleep. `meta` holds it under "awake" as JSON: the moment ("at", "boot", "boot_ms") and the last sleep ("slept", ms).
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from deskterm.desk.notice_values import Slept
from deskterm.store import lease
from deskterm.store.times import from_ms, to_ms
from deskterm.store.writer import Transaction

KEY = "awake"
LONGEST_NAP = timedelta(minutes=2)
"""Without a heartbeat for longer than this the desk was closed."""
CATCH_UP = timedelta(minutes=10)
"""How long after waking what comes of the sleep is told: a desk that was closed for days has told of all by then."""
KEPT_EVERY = timedelta(seconds=30)
_SEES_SUSPEND = hasattr(time, "CLOCK_BOOTTIME")
_KEEP = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment by the wall clock and by the machine: `boot` names its start, `boot_ms` counts from there."""

    at: datetime
    boot: str
    boot_ms: int


@cache
def _boot() -> str:
    return lease.boot_id()


def this_moment(now: datetime) -> Moment:
    """Return the moment that is now, `now` by the wall clock."""
    return Moment(now, _boot(), lease.boot_clock_ms())


def keep(tx: Transaction, moment: Moment) -> None:
    """Keep that the desk is awake; rings no bell."""
    known = _kept(tx)
    if known is not None and _is_fresh(known[0], moment):
        return
    slept = None if known is None else _slept(*known, moment)
    span = None if slept is None else [to_ms(slept.since), to_ms(slept.until)]
    values = {"at": to_ms(moment.at), "boot": moment.boot, "boot_ms": moment.boot_ms, "slept": span}
    tx.quietly(_KEEP, (KEY, json.dumps(values)))


def slept(tx: Transaction, moment: Moment) -> Slept | None:
    """Return the sleep that the desk is catching up on; None while it simply is open."""
    known = _kept(tx)
    return None if known is None else _slept(*known, moment)


def _kept(tx: Transaction) -> tuple[Moment, Slept | None] | None:
    row = tx.one("SELECT value FROM meta WHERE key = ?", (KEY,))
    if row is None:
        return None
    values = json.loads(row[0])
    span = values["slept"]
    earlier = None if span is None else Slept(from_ms(span[0]), from_ms(span[1]))
    return Moment(from_ms(values["at"]), values["boot"], values["boot_ms"]), earlier


def _is_fresh(last: Moment, moment: Moment) -> bool:
    return last.boot == moment.boot and max(abs(moment.at - last.at), abs(_passed(last, moment))) < KEPT_EVERY


def _passed(last: Moment, moment: Moment) -> timedelta:
    if _SEES_SUSPEND and last.boot == moment.boot:
        return timedelta(milliseconds=moment.boot_ms - last.boot_ms)
    return moment.at - last.at


def _slept(last: Moment, earlier: Slept | None, moment: Moment) -> Slept | None:
    """Return what is caught up on: a sleep that ends now, or the last one. A desk that closes again while it catches up
    (killed, suspended) goes on with both."""
    if earlier is not None and not timedelta(0) <= last.at - earlier.until <= CATCH_UP:
        earlier = None
    if last.at < moment.at and _passed(last, moment) > LONGEST_NAP:
        return Slept(last.at if earlier is None else earlier.since, moment.at)
    if earlier is not None and timedelta(0) <= moment.at - earlier.until <= CATCH_UP:
        return earlier
    return None
