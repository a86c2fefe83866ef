"""A real program in a pseudo-terminal: send keys, wait until the screen shows something, look at the bytes it wrote.

Every wait is bounded and ends as soon as its condition holds. `kinds` names the escape sequences in what was written.
"""

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
from typing import Any

import pyte

PATIENCE_S = 30.0
"""How long a wait may last on a slow machine."""
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[?>=<][0-9;]*\$?[a-zA-Z]")


class Terminal:
    """A child process on a pseudo-terminal of its own, which it leads. Use as a context manager: it ends with the child.

    `raw` is all that it wrote; `screen` what a terminal would show (pyte).
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        leader: bool = True,
    ) -> None:
        self.raw = bytearray()
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._fed = 0
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.modes_before = termios.tcgetattr(self._slave)
        variables = {name: value for name, value in os.environ.items() if name not in ("TMUX", "NO_COLOR", "COLUMNS", "LINES")}
        variables |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **(env or {})}
        self.child = subprocess.Popen(
            argv,
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            env=variables,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=(lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) if leader else None,
        )

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait(PATIENCE_S)
        for descriptor in (self._master, self._slave):
            if descriptor >= 0:
                os.close(descriptor)

    def press(self, keys: str | bytes) -> None:
        """Type."""
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)

    def read(self, wait_s: float) -> bool:
        """Take in what the child wrote, waiting at most so long for the first byte; returns whether there was any."""
        if not select.select([self._master], [], [], wait_s)[0]:
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            return False
        self.raw += data
        return bool(data)

    def text(self) -> str:
        """Return what the screen shows."""
        new = bytes(self.raw[self._fed :])
        whole = new[: _last_whole(new)]
        self._fed += len(whole)
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", whole))
        # pyte's own `display` fails where half of a wide letter was painted over.
        lines = (self.screen.buffer[y] for y in range(self.screen.lines))
        shown = ("".join(line[x].data for x in range(self.screen.columns)) for line in lines)
        return "\n".join(line.rstrip() for line in shown).rstrip()

    def wait_for(self, what: str | Callable[[], bool], patience_s: float = PATIENCE_S) -> str:
        """Wait until the screen shows a text, or a condition holds; returns the screen. Fails with the screen as it is."""
        until = time.monotonic() + patience_s
        while True:
            shown = self.text()
            if (what in shown) if isinstance(what, str) else what():
                return shown
            left = until - time.monotonic()
            if left <= 0 or (self.child.poll() is not None and not self.read(0)):
                raise AssertionError(f"never came: {what!r} (exit {self.child.poll()})\n{shown}\n{bytes(self.raw[-600:])!r}")
            self.read(min(left, 0.1))

    def settle(self, quiet_s: float = 0.25, patience_s: float = PATIENCE_S) -> str:
        """Wait until the child writes nothing for a while (it has painted); returns the screen."""
        until = time.monotonic() + patience_s
        while time.monotonic() < until and self.read(quiet_s):
            pass
        return self.text()

    def signal(self, number: signal.Signals) -> None:
        """Send the child a signal."""
        self.child.send_signal(number)

    def hang_up(self) -> None:
        """Take the terminal away, as a lost SSH connection does."""
        os.close(self._master)
        self._master = -1

    def wait_end(self, patience_s: float = PATIENCE_S) -> int:
        """Wait until the child ends; returns its exit code."""
        until = time.monotonic() + patience_s
        while self.child.poll() is None:
            if time.monotonic() > until:
                raise AssertionError(f"the child has not ended\n{self.text()}")
            if self._master >= 0:
                self.read(0.05)
            else:
                time.sleep(0.02)
        while self._master >= 0 and self.read(0):
            pass
        return int(self.child.returncode)

    def modes(self) -> list[Any]:
        """Return the terminal's modes now, comparable with `modes_before`."""
        return termios.tcgetattr(self._slave)


def _last_whole(data: bytes) -> int:
    """Return where an escape sequence that is not yet whole begins, else the end."""
    start = data.rfind(b"\x1b", max(0, len(data) - 64))
    if start < 0 or re.match(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[^\[])", data[start:], re.DOTALL):
        return len(data)
    return start


_TOKEN = re.compile(
    r"\x1b\[(?P<csi>[0-?]*)(?P<middle>[ -/]*)(?P<final>[@-~])"
    r"|(?:\x1b\]|\x9d)(?P<osc>[0-9]*)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|(?:\x1b(?P<string>[PX^_])|[\x90\x98\x9e\x9f])"
    r"|\x1b(?P<esc>.?)"
    r"|(?P<control>[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f])"
    r"|(?P<hidden>[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\U000e0000-\U000e0fff])",
    re.DOTALL,
)


def kinds(raw: bytes) -> set[str]:
    """Name the kinds of control in a terminal's input: "CSI m", "CSI ?h 1049", "OSC 8", "C1 9b", "U+202E"; positions and
    colours are not told apart."""
    return {_kind(match) for match in _TOKEN.finditer(raw.decode("utf-8", "surrogateescape"))}


def _kind(match: re.Match[str]) -> str:
    part = match.groupdict()
    if part["final"]:
        private = "".join(char for char in part["csi"] if char in "<=>?")
        numbers = f" {part['csi'].strip('<=>?')}" if part["final"] in "hlptJnrcu" else ""
        return f"CSI {private}{part['middle']}{part['final']}{numbers}"
    if part["osc"] is not None:
        return f"OSC {part['osc']}"
    if part["control"]:
        return f"C0/C1 {ord(part['control']):02x}"
    if part["hidden"]:
        return f"U+{ord(part['hidden']):04X}"
    return f"ESC {part['string'] or part['esc'] or ord(match.group()[0])}"
