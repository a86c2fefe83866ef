"""The parser process seen from here: one mail at a time, each with a deadline, and a new process after one that died.

A mail that hangs, crashes or fills the memory of the parser costs that process and is reported as `Unreadable`; the next
mail gets a fresh one. Nothing of this process's environment is handed on.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from dataclasses import asdict
from types import TracebackType
from typing import Any

from deskterm.channels.base import NotNow
from deskterm.channels.email.caps import CAPS, Caps
from deskterm.channels.email.frames import (
    NUMBER_BYTES,
    OUT_OF_MEMORY,
    BadFrame,
    frame_start,
    inbound_from_wire,
    piece_count,
    piece_lengths,
    read_head,
)
from deskterm.desk.post import Inbound, Unreadable

_PASSED_ON = ("LANG", "LC_ALL", "LC_CTYPE", "SYSTEMROOT", "TMPDIR")
# Isolated (-I) as far as the environment and the working directory go, but with the module path that this process has.
_START = "import sys; sys.path[:] = sys.argv[1:]; from deskterm.channels.email.worker import main; sys.exit(main())"
_IDLE_EXIT_S = 0.05
"""An idle child ends at once when its input closes; one that does not is busy with what nobody waits for."""
_EXIT_S = 1.0
"""A child that closed its output is about to end, and its exit code says why."""
_END_S = 2.0
"""How long the system gets to remove a killed child."""


class ParserClosed(NotNow):
    """The parser was closed before the mail was understood. Says nothing of the mail."""


class _Died(Exception):
    """The process ended in the middle of a mail."""


class ParserProcess:
    """Understands mails in a child process. Calls may overlap: they are answered one after another, in order."""

    def __init__(
        self,
        own_addresses: Sequence[str] = (),
        operator_addresses: Sequence[str] = (),
        mail_domain: str = "",
        *,
        authserv_id: str = "",
        caps: Caps = CAPS,
    ) -> None:
        self._settings: dict[str, Any] = {
            "own": list(own_addresses),
            "operators": list(operator_addresses),
            "mail_domain": mail_domain,
            "authserv_id": authserv_id,
        }
        self._caps = caps
        self._lock = asyncio.Lock()
        self._process: Process | None = None
        self._closed = False

    async def __aenter__(self) -> ParserProcess:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def pid(self) -> int | None:
        """The process id of the child; None while there is none."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    def operators_are(self, addresses: Sequence[str]) -> None:
        """Take the addresses of those who may forward, for the mails that are asked about from now on."""
        self._settings["operators"] = list(addresses)

    async def understand(self, raw: bytes) -> Inbound:
        """Return what a mail says. Raises `Unreadable` with the reason; takes at most the caps' time, a fresh start aside."""
        head, blobs = await self._ask("understand", raw)
        try:
            return inbound_from_wire(head.get("inbound", {}), blobs)
        except BadFrame as error:
            await self._stop()
            raise Unreadable(f"the mail parser answered with {error}") from error

    async def report(self, raw: bytes) -> dict[str, Any]:
        """Return what `mail inspect` says of a mail. Raises `Unreadable`."""
        head, _ = await self._ask("report", raw)
        found: dict[str, Any] = head.get("report", {})
        return found

    async def close(self) -> None:
        """End the child. Who waits for a mail gets `ParserClosed`."""
        self._closed = True
        await self._stop()

    async def _ask(self, task: str, raw: bytes) -> tuple[dict[str, Any], list[bytes]]:
        request = {"task": task, **self._settings}
        raw = raw[: self._caps.mail + 1]
        async with self._lock:
            try:
                try:
                    return await self._answered(request, raw)
                except _Died as death:
                    if str(death) != _REASON_GONE:
                        raise
                    # It may have died before this mail: killed from outside while idle. A second death is the mail's.
                    return await self._answered(request, raw)
            except _Died as death:
                self._check_open()
                raise Unreadable(f"the mail parser {death}") from death

    async def _answered(self, request: dict[str, Any], raw: bytes) -> tuple[dict[str, Any], list[bytes]]:
        process = await self._running()
        try:
            async with asyncio.timeout(self._caps.parse_s):
                await _write(process, request, raw)
                head, blobs = await _read(process)
        except TimeoutError:
            await self._stop()
            raise Unreadable(f"the mail took longer than {self._caps.parse_s:g} s to read") from None
        except (OSError, asyncio.IncompleteReadError, BadFrame) as error:
            raise _Died(await self._epitaph(error)) from error
        except asyncio.CancelledError:
            # Half an exchange is on the pipes: they cannot be used again.
            await asyncio.shield(self._stop())
            raise
        if "unreadable" in head:
            raise Unreadable(f"the mail cannot be read ({head['unreadable']})")
        return head, blobs

    def _check_open(self) -> None:
        if self._closed:
            raise ParserClosed("the mail parser is closed")

    async def _running(self) -> Process:
        self._check_open()
        if self._process is not None and self._process.returncode is None:
            return self._process
        await self._stop()
        try:
            async with asyncio.timeout(self._caps.start_s):
                self._process = await _start()
                await _write(self._process, {"caps": asdict(self._caps)})
                await _read(self._process)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, BadFrame) as error:
            await self._stop()
            # The machine's fault, not the mail's: it is asked again.
            raise NotNow("the mail parser does not start") from error
        return self._process

    async def _epitaph(self, error: Exception) -> str:
        """Return what ended the process, and clear it away."""
        code = await self._stop(grace_s=_EXIT_S)
        if isinstance(error, BadFrame):
            return f"answered with {error}"
        return "ran out of memory" if code == OUT_OF_MEMORY else _REASON_GONE

    async def _stop(self, grace_s: float = _IDLE_EXIT_S) -> int | None:
        """End the child: by closing its input, and by force when it is not gone after `grace_s`. Returns its exit code."""
        process, self._process = self._process, None
        if process is None:
            return None
        if process.stdin is not None:
            process.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace_s):
                return await process.wait()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        async with asyncio.timeout(_END_S):
            return await process.wait()


_REASON_GONE = "died while it read the mail"


async def _start() -> Process:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    path = [entry for entry in sys.path if entry]
    # A session of its own: the terminal's Ctrl+C is for this process to handle.
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-c",
        _START,
        *path,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env=environment,
        limit=2**20,
        start_new_session=True,
    )


async def _write(process: Process, head: dict[str, Any], *blobs: bytes) -> None:
    assert process.stdin is not None
    start, pieces = frame_start(head, blobs)
    process.stdin.write(start)
    process.stdin.writelines(pieces)
    await process.stdin.drain()


async def _read(process: Process) -> tuple[dict[str, Any], list[bytes]]:
    assert process.stdout is not None
    count = piece_count(await process.stdout.readexactly(NUMBER_BYTES))
    lengths = piece_lengths(await process.stdout.readexactly(NUMBER_BYTES * count))
    pieces = [await process.stdout.readexactly(length) for length in lengths]
    return read_head(pieces[0]), pieces[1:]
