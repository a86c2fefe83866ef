"""The lease: the one election of the house. Who holds it polls, sends and keeps the clock; everybody may write commands.

Expiry counts on the boot clock of the machine, which wall-clock jumps do not move; a row of another boot has expired. Every
transaction of the back room checks its epoch, so a process that slept past its expiry cannot act twice.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from deskterm.store.writer import Transaction

TTL_MS = 6_000
"""How long a lease is good without a heartbeat (every third of it)."""


class Lost(Exception):
    """The lease is another's now: this transaction must not happen."""


def boot_clock_ms() -> int:
    """Return milliseconds of a clock that runs through suspend where there is one (Linux CLOCK_BOOTTIME)."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    seconds = time.clock_gettime(clock) if clock is not None else time.monotonic()
    return int(seconds * 1000)


def boot_id() -> str:
    """Return what names this boot of this machine."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return f"{socket.gethostname()}:{round(time.time() - time.monotonic(), -2):.0f}"


@dataclass(frozen=True, slots=True)
class Claimant:
    """A process that may hold the lease."""

    holder: str = field(default_factory=lambda: uuid.uuid4().hex)
    pid: int = field(default_factory=os.getpid)
    host: str = field(default_factory=socket.gethostname)
    boot: str = field(default_factory=boot_id)


def is_held(holder: str, boot: str, expires: int, *, this_boot: str, now: int) -> bool:
    """Say whether a lease with these values (`expires` in ms of the boot clock) holds at `now`; none outlives its boot."""
    return bool(holder) and boot == this_boot and expires > now


def acquire(tx: Transaction, who: Claimant, ttl_ms: int = TTL_MS) -> int | None:
    """Take the lease if it is free or expired; returns the new epoch, or None while another holds it."""
    now = boot_clock_ms()
    row = tx.one("SELECT holder, epoch, boot_id, expires FROM lease WHERE id = 1")
    if row is not None:
        holder, epoch, boot, expires = row
        if holder != who.holder and is_held(holder, boot, expires, this_boot=who.boot, now=now):
            return None
    epoch = (row[1] if row is not None else 0) + 1
    tx.run(
        "INSERT INTO lease (id, holder, pid, host, epoch, boot_id, expires) VALUES (1,?,?,?,?,?,?)"
        " ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, pid = excluded.pid, host = excluded.host,"
        " epoch = excluded.epoch, boot_id = excluded.boot_id, expires = excluded.expires",
        (who.holder, who.pid, who.host, epoch, who.boot, now + ttl_ms),
    )
    return epoch


def renew(tx: Transaction, who: Claimant, epoch: int | None, ttl_ms: int = TTL_MS) -> None:
    """Hold the lease longer. Raises Lost."""
    check(tx, epoch)
    tx.quietly("UPDATE lease SET expires = ? WHERE id = 1 AND holder = ?", (boot_clock_ms() + ttl_ms, who.holder))


def check(tx: Transaction, epoch: int | None) -> None:
    """Raise Lost unless this epoch is the current one. None (a person's command) always passes."""
    if epoch is None:
        return
    row = tx.one("SELECT epoch FROM lease WHERE id = 1")
    if row is None or row[0] != epoch:
        raise Lost


def release(tx: Transaction, who: Claimant) -> None:
    """Give the lease up, so that another takes over at once."""
    tx.run("UPDATE lease SET holder = '', expires = 0 WHERE id = 1 AND holder = ?", (who.holder,))
