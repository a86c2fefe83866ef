"""`deskterm worker` with death in it: kills itself with SIGKILL at a named point. Run as a program; only tests do.

usage: killable_worker.py HOME WINDOW KIND [NTH] [--mutate]

WINDOW is one of WINDOWS, or "none"; KIND the kind of channel. It dies when that point is reached for the NTH time. --mutate
breaks the rule that a channel is told only after the commit, to show that the test would notice.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import deskterm.sqlite_bootstrap  # noqa: F401
from deskterm import logs, paths, runtime
from deskterm.background import collector, sender
from deskterm.config import load
from deskterm.desk import delivery

FETCHED = "fetched"
UNCONFIRMED = "committed but unconfirmed"
ON_WIRE = "on the wire"
UNRECORDED = "sent but unrecorded"
PLACING = "understood but not placed"
WINDOWS = (FETCHED, UNCONFIRMED, ON_WIRE, UNRECORDED, PLACING)


class Fate:
    """Where and when to die."""

    def __init__(self, window: str, kind: str, nth: int) -> None:
        self.window, self.kind, self.left = window, kind, nth

    def strikes(self, window: str, kind: str) -> bool:
        return (self.window, self.kind) == (window, kind)

    def reach(self, window: str, kind: str) -> None:
        """Die here, if it is the turn of this point."""
        if self.strikes(window, kind):
            self.left -= 1
            if self.left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


def wrap_taking(fate: Fate, *, mutate: bool) -> None:
    """Points around the first transaction: before it, and after it but before the server is told."""
    take = collector.StorePorch.take

    async def late(porch: Any, raws: Any) -> None:
        await asyncio.sleep(1)
        await take(porch, raws)

    async def taken(porch: Any, raws: Any, mark: Any = None) -> None:
        kind = porch._duty.served[porch._id].settings.kind
        fate.reach(FETCHED, kind)
        if mutate and kind == fate.kind:
            # The fault: the checkpoint is kept, and the server told, before the messages are.
            await take(porch, (), mark)
            running.add(asyncio.create_task(late(porch, raws)))
            # The server hears of the checkpoint with the next call; then the process dies, before the messages are kept.
            loop.call_later(0.3, os.kill, os.getpid(), signal.SIGKILL)
            return
        else:
            await take(porch, raws, mark)
        fate.reach(UNCONFIRMED, kind)

    running: set[Any] = set()
    collector.StorePorch.take = taken  # type: ignore[method-assign]
    understood = collector.understood

    async def then(served: Any, *more: Any) -> Any:
        work = await understood(served, *more)
        fate.reach(PLACING, served.settings.kind)
        return work

    collector.understood = then


def wrap_sending(fate: Fate) -> None:
    """Points around the network: when the server may have it, and when it has but nobody wrote it down."""
    outcome = sender.Sender._outcome
    make = runtime.make_channel

    async def had(self: Any, served: Any, claim: Any) -> Any:
        result = await outcome(self, served, claim)
        fate.reach(UNRECORDED, served.settings.kind)
        return result

    def made(settings: Any, mail_domain: str = "") -> Any:
        channel = make(settings, mail_domain)
        send = channel.send

        async def sent(outbound: Any, payload: bytes, on_wire: Any) -> Any:
            async def going() -> None:
                await on_wire()
                if fate.strikes(ON_WIRE, settings.kind):
                    # The channel goes on to speak; death comes somewhere in the middle of it.
                    loop.call_later(random.uniform(0, 0.03), fate.reach, ON_WIRE, settings.kind)

            return await send(outbound, payload, going)

        channel.send = sent  # type: ignore[method-assign]
        return channel

    sender.Sender._outcome = had  # type: ignore[method-assign]
    runtime.make_channel = made


loop: asyncio.AbstractEventLoop


async def run(home: Path) -> None:
    global loop
    loop = asyncio.get_running_loop()
    settings = load(paths.find(home))
    logs.start(settings.home, logs.secrets_of(settings))
    delivery.LOOK_AGAIN_AFTER = timedelta(milliseconds=300)
    async with runtime.open_desk(settings) as desk:
        await desk.serve()


def main() -> None:
    words = [word for word in sys.argv[1:] if word != "--mutate"]
    fate = Fate(words[1], words[2], int(words[3]) if len(words) > 3 else 1)
    paths.keep_private()
    wrap_taking(fate, mutate="--mutate" in sys.argv)
    wrap_sending(fate)
    asyncio.run(run(Path(words[0])))


if __name__ == "__main__":
    main()
