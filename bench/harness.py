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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyte

COLUMNS, ROWS = 200, 50
PATIENCE_S = 60.0
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[?>=<][0-9;]*\$?[a-zA-Z]")
_ASKS_FOR_SYNC = b"\x1b[?2026$p"
_HAS_SYNC = b"\x1b[?2026;2$y"


@dataclass(frozen=True, slots=True)
class Painted:
    """What one key brought. `first_ms` is until the first frame, `first_bytes` its size; the others count until the program
    fell silent."""

    first_ms: float
    first_bytes: int
    all_bytes: int
    cpu_ms: float


class Timed:
    """A child on a terminal of its own; a context manager that ends it."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        variables = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        inherited = {name: value for name, value in os.environ.items() if name not in ("TMUX", "NO_COLOR", "COLUMNS", "LINES")}
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

    def _read(self, wait_s: float) -> tuple[float, bytes] | None:
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

    def _show(self, data: bytes) -> str:
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data))
        return "\n".join(self.screen.display)

    def seconds_until(self, words: str) -> float:
        """Return the seconds from the start to the write that completed `words` on the screen."""
        until = time.monotonic() + PATIENCE_S
        chunks: list[tuple[float, bytes]] = []
        while time.monotonic() < until:
            chunk = self._read(0.1)
            if chunk is not None:
                chunks.append(chunk)
                continue
            for at, data in chunks:
                if words in self._show(data):
                    return at - self.started
            chunks.clear()
        raise RuntimeError(f"never came: {words!r}\n" + "\n".join(self.screen.display))

    def settle(self, quiet_s: float = 0.5) -> None:
        """Wait until the child has been silent for so long."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and (chunk := self._read(quiet_s)) is not None:
            self._show(chunk[1])

    def press(self, key: bytes, quiet_s: float = 0.12) -> Painted | None:
        """Write a key and take in what it brings until the child is silent for `quiet_s`; None when nothing came."""
        cpu = self.cpu_s()
        at = time.perf_counter()
        os.write(self._master, key)
        first = self._read(5.0)
        if first is None:
            return None
        total = len(first[1])
        self._show(first[1])
        while (more := self._read(quiet_s)) is not None:
            total += len(more[1])
            self._show(more[1])
        return Painted((first[0] - at) * 1000, len(first[1]), total, (self.cpu_s() - cpu) * 1000)

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
