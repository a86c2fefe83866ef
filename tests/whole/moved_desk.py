"""The console, with its back room, by a clock that a test moves: python moved_desk.py HOME AHEAD [LOGIN].

AHEAD is a file that holds how many seconds this desk's clock goes ahead of the machine's; it is read whenever the time is
asked. Only tests run this.
"""

from __future__ import annotations

import deskterm.sqlite_bootstrap  # noqa: F401  # isort: skip

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deskterm import runtime
from deskterm.config import load
from deskterm.paths import find


async def run(home: Path, ahead: Path, login: str | None) -> None:
    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(ahead.read_text(encoding="ascii") or 0))

    async with runtime.open_desk(load(find(home)), now=now) as desk:
        await runtime.show(desk, await desk.office(login), desk.serve)


asyncio.run(run(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None))
