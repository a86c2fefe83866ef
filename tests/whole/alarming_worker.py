"""A back room without channels, whose clock can be set: what rings here rings by time alone. Run as a program; only tests do.

usage: alarming_worker.py HOME [TTL_MS]

The file `ahead` in HOME says by how many seconds the desk's clock is ahead of this machine's; it may be written at any time.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import deskterm.sqlite_bootstrap  # noqa: F401
from deskterm import logs
from deskterm.background import clock
from deskterm.background.supervisor import BackRoom
from deskterm.channels.base import Channel
from deskterm.settings import ChannelSettings
from deskterm.store.rules import Rules
from deskterm.store.store import Store


def none(_settings: ChannelSettings) -> Channel:
    raise AssertionError("there are no channels here")


async def run(home: Path, ttl_ms: int) -> None:
    ahead = home / "ahead"

    def now() -> datetime:
        said = ahead.read_text() if ahead.exists() else ""
        return datetime.now(UTC) + timedelta(seconds=float(said or 0))

    clock.AT_MOST = timedelta(seconds=1)
    logs.start(home, ())
    store = Store(home, now=now)
    await store.open()
    try:
        await BackRoom(store, Rules(store.signer, {}, timedelta(0)), "desk.test", (), none, ttl_ms=ttl_ms).run()
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 400))
