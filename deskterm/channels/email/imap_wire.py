"""aioimaplib 2.0.3 made safe to stand before a server that stalls, lies or shouts.

The numbers name the library's defects that the code beside them answers; each has a test (measured with Dovecot 2.3):

1.  RecursionError when one read holds many hundred lines: lines are fed in small portions.
2.  A lost connection wakes no waiting command: `GuardedProtocol.gone` tells the session, which races every await against it.
9.  `* BYE` as a greeting ends in a task nobody looks at: `welcome` reports it.
12. At DEBUG the library logs passwords and whole mails: its logger stays at WARNING.
13. A reply that comes too late raises inside the protocol: the connection is dropped, never used again.
17. EXISTS outside IDLE is dropped: `arrived` remembers it.
21. Lines and literals without an end are collected without a limit: `budget` bounds what one command may bring.
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections.abc import Callable, Iterator
from typing import Any

from aioimaplib import aioimaplib

from deskterm.desk.text import clean_line

logging.getLogger("aioimaplib").setLevel(logging.WARNING)

SMALL_REPLY = 4 * 2**20
"""Bytes that a command without a message may bring: a LIST of thousands of folders, thousands of unasked EXPUNGE lines."""

_PORTION_LINES = 200
_EXISTS = re.compile(rb"\* \d+ EXISTS\b", re.IGNORECASE)

Gone = Callable[[str], None]


class GuardedProtocol(aioimaplib.IMAP4ClientProtocol):  # type: ignore[misc]
    """The library's protocol, which counts what comes, survives it, and says at once when the connection is of no more use.

    `gone` is called with the reason, perhaps more than once; `arrived` is set when the server says that the folder holds more.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, gone: Gone) -> None:
        super().__init__(loop, None)
        self.gone = gone
        self.arrived = asyncio.Event()
        self.budget = SMALL_REPLY

    def data_received(self, d: bytes) -> None:
        """Feed what came in portions small enough for the library's recursion (1), within the budget (21)."""
        self.budget -= len(d)
        if self.budget < 0:
            self._drop("the server sent more than was asked for")
            return
        try:
            for portion in _portions(d):
                super().data_received(portion)
        except (
            Exception
        ) as error:  # whatever a hostile reply raises in the parser (13), the connection ends and the reason is told
            self._drop(f"the server's reply was not understood ({type(error).__name__})")

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the session (2)."""
        super().connection_lost(exc)
        self.gone("the connection was lost")

    async def welcome(self, command: bytes) -> None:
        """Read the greeting; a refusal is told instead of lost in a task (9)."""
        try:
            await super().welcome(command)
        except (aioimaplib.AioImapException, ValueError, IndexError):
            self._drop(f"the server greets with: {_words(command)}")

    def forget(self) -> None:
        """Forget all that was heard so far: what came before TLS may be an attacker's (RFC 9051 section 11.1)."""
        self.incomplete_line = b""
        self.current_command = None
        self.capabilities: set[str] = set()

    def _untagged_response(self, line: bytes) -> Any:
        if _EXISTS.match(line):
            self.arrived.set()
        elif line.upper().startswith(b"* BYE"):
            self.gone(f"the server closed the connection: {_words(line[5:])}")
        return super()._untagged_response(line)

    def _drop(self, reason: str) -> None:
        self.gone(reason)
        if self.transport is not None:
            self.transport.abort()


class GuardedClient(aioimaplib.IMAP4):  # type: ignore[misc]
    """The library's client over `GuardedProtocol`, without the library's timers: the session bounds every await itself."""

    protocol: GuardedProtocol

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, gone: Gone) -> None:
        self._gone = gone
        super().__init__(host, port, timeout=None, ssl_context=context)

    def create_client(self, host: str, port: int, loop: Any, conn_lost_cb: Any = None, ssl_context: Any = None) -> None:
        """Connect with our protocol in place of the library's."""
        running = asyncio.get_running_loop()
        self.protocol = GuardedProtocol(running, self._gone)
        self._client_task = running.create_task(running.create_connection(lambda: self.protocol, host, port, ssl=ssl_context))

    def kill(self) -> None:
        """Close without a word and end every task of the library (19: LOGOUT leaves the closing to the server)."""
        if self.protocol.transport is not None:
            self.protocol.transport.abort()
        for task in (self._client_task, *self.tasks, *self.protocol.tasks):
            task.cancel()


def _portions(data: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(data):
        end = start
        for _ in range(_PORTION_LINES):
            at = data.find(b"\r\n", end)
            end = at + 2 if at >= 0 else len(data)
            if at < 0:
                break
        yield data[start:end]
        start = end


def _words(line: bytes) -> str:
    return clean_line(line.decode("utf-8", "replace"), 200)
