"""`deskterm worker` that dies by SIGKILL once a notice has left by a channel of this kind, before anybody wrote it down. Run as
a program; only tests do.

usage: dying_notifier.py HOME KIND
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from killable_worker import run

from deskterm import paths, runtime


def die_after(kind: str) -> None:
    """Have every channel of this kind end the process when it has sent a notice."""
    make = runtime.make_channel

    def made(settings: Any, mail_domain: str = "") -> Any:
        channel = make(settings, mail_domain)
        send = channel.send

        async def sent(outbound: Any, payload: bytes, on_wire: Any) -> Any:
            receipt = await send(outbound, payload, on_wire)
            if outbound.automatic and settings.kind == kind:
                os.kill(os.getpid(), signal.SIGKILL)
            return receipt

        channel.send = sent  # type: ignore[method-assign]
        return channel

    runtime.make_channel = made


if __name__ == "__main__":
    paths.keep_private()
    die_after(sys.argv[2])
    asyncio.run(run(Path(sys.argv[1])))
