"""A process that stands for the lease and writes under it, as the back room does. A program; only tests run it.

usage: lease_holder.py HOME NAME TTL_MS: prints "standing", then "epoch N" whenever it takes the lease, and ends when its input
ends, giving the lease up. Every write puts (holder, its epoch, the epoch that holds) into the table `meta`, in one transaction
with the check.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import deskterm.sqlite_bootstrap  # noqa: F401
from deskterm.store import lease
from deskterm.store.engine import STORE_FILE
from deskterm.store.lease import Claimant, Lost
from deskterm.store.writer import Writer


def main() -> None:
    home, name, ttl_ms = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    writer = Writer(home / STORE_FILE, on_commit=lambda: None, synchronous="OFF")
    writer.open()
    who = Claimant(holder=name)
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    epoch, count = None, 0
    print("standing", flush=True)
    while not ended.is_set():
        if epoch is None:
            epoch = writer.submit(lambda tx: lease.acquire(tx, who, ttl_ms)).result()
            if epoch is None:
                time.sleep(0.01)
                continue
            print(f"epoch {epoch}", flush=True)
        count += 1

        def work(tx, mine=epoch, nth=count):
            lease.renew(tx, who, mine, ttl_ms)
            (now,) = tx.one("SELECT epoch FROM lease")
            tx.run("INSERT INTO meta (key, value) VALUES (?, ?)", (f"{name} {nth}", f"{mine} {now}"))

        try:
            writer.submit(work).result()
        except Lost:
            epoch = None
        time.sleep(0.001)
    writer.submit(lambda tx: lease.release(tx, who)).result()
    writer.close()


if __name__ == "__main__":
    main()
