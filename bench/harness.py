"""A program on a pseudo-terminal, timed: what it writes is stamped as it comes, and replayed through pyte afterwards, so that
the measuring costs nothing while the program paints. CPU time and memory are Linux's (/proc)."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyte

COLUMNS, ROWS = 200, 50
PATIENCE_S = 60.0
KEY_S = 5.0
"""How long a key may take to bring anything; beyond, it brings nothing."""
MOST_UNSEEN = 50
"""Reads after which the screen is brought up to date although more is coming."""
DRAIN_S = 0.3
"""A child that never falls silent is taken as silent after this time."""
NOT_INHERITED = ("TMUX", "NO_COLOR", "COLUMNS", "LINES", "PYTHONDONTWRITEBYTECODE")
"""What would have the programs behave in another way than at a person's terminal; an installed program has its bytecode."""
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[?>=<][0-9;]*\$?[a-zA-Z]")
_ASKS_FOR_SYNC = b"\x1b[?2026$p"
_HAS_SYNC = b"\x1b[?2026;2$y"
_FRAME_ENDS = b"\x1b[?2026l"

Chunk = tuple[float, bytes]
Shown = Callable[[pyte.Screen], bool]


@dataclass(frozen=True, slots=True)
class Painted:
    """What one key brought. `ms` is until what was waited for stood on the screen, `first_bytes` the size of the first frame;
    the others count until the program fell silent."""

    ms: float
    first_bytes: int
    all_bytes: int
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the screen: from one column and line to, without these, other ones."""

    left: int
    top: int
    right: int
    bottom: int

    def text(self, screen: pyte.Screen) -> str:
        """Return what stands there."""
        return "\n".join(line[self.left : self.right] for line in screen.display[self.top : self.bottom])

    def changed(self, screen: pyte.Screen) -> Shown:
        """Return what says whether something else stands there than now."""
        before = self.text(screen)
        return lambda screen: self.text(screen) != before


def words(text: str) -> Shown:
    """Return what says whether these words stand on the screen."""
    return lambda screen: any(text in line for line in screen.display)


class Timed:
    """A child on a terminal of its own; a context manager that ends it."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str] | None = None, *, columns: int = COLUMNS) -> None:
        self.screen = pyte.Screen(columns, ROWS)
        self._stream = pyte.ByteStream(self.screen)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
        variables = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        self.started = time.perf_counter()
        self.child = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=inherited | variables | dict(env or {}),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def __enter__(self) -> Timed:
        return self

    def __exit__(self, *_error: object) -> None:
        self.child.send_signal(signal.SIGKILL)
        self.child.wait(PATIENCE_S)
        os.close(self._master)

    # Waiting

    def seconds_until(self, text: str) -> float:
        """Return the seconds from the start to the write that completed `text` on the screen."""
        return self.moment_of(words(text), text) - self.started

    def moment_of(self, shown: Shown, what: str, patience_s: float = PATIENCE_S) -> float:
        """Return when (by `time.perf_counter`) the write came that completed what is waited for. Raises RuntimeError."""
        until = time.monotonic() + patience_s
        chunks: list[Chunk] = []
        while time.monotonic() < until:
            chunk = self._read(0.05)
            if chunk is not None:
                chunks.append(chunk)
                if len(chunks) < MOST_UNSEEN:
                    continue
            if (at := self._replay(chunks, shown)) is not None:
                return at
            chunks.clear()
        raise RuntimeError(f"never came: {what!r}\n" + "\n".join(self.screen.display))

    def settle(self, quiet_s: float = 0.5, patience_s: float = PATIENCE_S) -> None:
        """Wait until the child has been silent for so long."""
        until = time.monotonic() + patience_s
        while time.monotonic() < until and (chunk := self._read(quiet_s)) is not None:
            self._show(chunk[1])

    # Keys

    def type(self, keys: bytes, quiet_s: float = 0.3) -> None:
        """Write keys that are not measured, and wait until all is painted."""
        os.write(self._master, keys)
        self.settle(quiet_s)

    def press(self, key: bytes, shown: Shown | None = None, quiet_s: float = 0.12) -> Painted | None:
        """Write a key and take in what it brings until the child is silent for `quiet_s`.

        Timed is the write that completed what is waited for, without `shown` the first one. None when it never came.
        """
        cpu, began = self.cpu_s(), time.perf_counter()
        os.write(self._master, key)
        chunks: list[Chunk] = []
        at, replayed = None, 0
        while at is None and time.perf_counter() - began < KEY_S:
            enough = time.perf_counter() + DRAIN_S
            while time.perf_counter() < enough and (chunk := self._read(quiet_s)) is not None:
                chunks.append(chunk)
            at, replayed = self._replay(chunks[replayed:], shown), len(chunks)
        if at is None:
            return None
        everything = b"".join(data for _when, data in chunks)
        end = everything.find(_FRAME_ENDS)
        first = len(chunks[0][1]) if end < 0 else end + len(_FRAME_ENDS)
        return Painted((at - began) * 1000, first, len(everything), (self.cpu_s() - cpu) * 1000)

    def hold(self, key: bytes, count: int, shown: Shown) -> float:
        """Press a key again as soon as the one before brought a frame. Returns the mean ms of a key, from the first one to the
        write that completed what the last one brings. Raises RuntimeError where that never came."""
        chunks: list[Chunk] = []
        began = time.perf_counter()
        for _ in range(count):
            os.write(self._master, key)
            while (chunk := self._read(KEY_S)) is not None:
                chunks.append(chunk)
                if _FRAME_ENDS in chunk[1]:
                    break
        while (chunk := self._read(0.3)) is not None:
            chunks.append(chunk)
        at = self._replay(chunks, shown)
        if at is None:
            raise RuntimeError("the last key brought nothing\n" + "\n".join(self.screen.display))
        return (at - began) / count * 1000

    # The child

    def cpu_s(self) -> float:
        """Return the processor time of all threads of the child so far."""
        total = 0
        for task in Path(f"/proc/{self.child.pid}/task").glob("*/schedstat"):
            total += int(task.read_text().split()[0])
        return total / 1e9

    def rss_mb(self) -> float:
        """Return the resident memory of the child."""
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def _read(self, wait_s: float) -> Chunk | None:
        if not select.select([self._master], [], [], wait_s)[0]:
            return None
        try:
            data = os.read(self._master, 1 << 20)
        except OSError:
            return None
        at = time.perf_counter()
        if _ASKS_FOR_SYNC in data:
            os.write(self._master, _HAS_SYNC)
        return at, data

    def _replay(self, chunks: Sequence[Chunk], shown: Shown | None) -> float | None:
        """Bring the screen up to date; returns when the chunk came that completed what is waited for."""
        found = None
        for at, data in chunks:
            self._show(data)
            if found is None and (shown is None or shown(self.screen)):
                found = at
        return found

    def _show(self, data: bytes) -> None:
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data))
