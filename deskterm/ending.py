"""How a process that runs long comes to its end: in order, and in time whatever hinders it."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

ENDING_S = 2.0
"""How long a process may take to end once it was told to; then it is gone, and what it left is settled at the next start."""
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Deadline:
    """The last moment of this process. A thread keeps it, so that neither a stuck event loop nor a thread that is waited for
    (a name being resolved) holds the process back."""

    def __init__(self, leave: Callable[[int], None] = os._exit) -> None:
        self._leave = leave
        self._timer: threading.Timer | None = None

    def begin(self, status: int, since: float | None = None) -> None:
        """Have the process end with an exit status at the latest `ENDING_S` after `since` (of `time.monotonic`; None: now).

        The first call counts. Safe in a signal handler.
        """
        if self._timer is not None:
            return
        passed = 0.0 if since is None else time.monotonic() - since
        self._timer = threading.Timer(max(0.0, ENDING_S - passed), self._leave, (status,))
        self._timer.daemon = True
        self._timer.start()


def heed(told: Callable[[signal.Signals], None]) -> None:
    """Call `told` for the signals that ask a process to end, for the rest of its life, also while its event loop is stuck.
    Main thread only.

    SIGHUP stays ignored where it was (nohup): that process is to outlive its terminal.
    """

    def handler(number: int, _frame: FrameType | None) -> None:
        told(signal.Signals(number))

    for number in SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


async def in_daemon(work: Callable[[], T], name: str) -> T:
    """Run blocking work in a daemon thread and return what it returns.

    Unlike `asyncio.to_thread`, no end of an event loop waits for it: for work of seconds that nobody needs then.
    """
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return await asyncio.wrap_future(future)
