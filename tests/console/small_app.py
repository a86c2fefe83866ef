"""A small console for tests of the terminal: run with the name of what it shall do as its argument."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from textual.app import ComposeResult
from textual.widgets import Static

from deskterm.terminal import SafeTerminal


class SmallApp(SafeTerminal):
    """Shows "ready"; `b` blocks the loop, `x` raises, `t` raises in the keyboard's thread, `m` leaves with a message,
    `s` lends the terminal to a shell until Enter."""

    crash_folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None

    def compose(self) -> ComposeResult:
        yield Static("ready", markup=False)

    def on_key(self, event: object) -> None:
        key = getattr(event, "key", "")
        secret = "123456789:" + "A" * 35  # a local variable that no report may show
        if key == "b":
            self.query_one(Static).update("blocked")
            self.call_after_refresh(self._block)
        elif key == "x":
            raise ValueError(f"\x1b]0;owned\x07 [/x] said {secret}")
        elif key == "t":
            self._driver.process_message = _fail  # type: ignore[union-attr, method-assign]
            self.query_one(Static).update("armed")
        elif key == "m":
            self.exit(3, return_code=3, message="[/x] \x1b]0;owned\x07 bye")
        elif key == "s":
            with self.suspend():
                subprocess.run(["/bin/sh", "-c", "trap '' INT; echo lent; read line"], check=False)
        elif key == "q":
            self.exit(0)

    def _block(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            time.sleep(0.05)


def _fail(_message: object) -> None:
    raise OSError(5, f"customer words in {threading.current_thread().name}")


if __name__ == "__main__":
    app = SmallApp()
    app.run(mouse=False)
    with contextlib.suppress(OSError):  # the terminal may have gone
        print(f"left {app.return_code} {app.ended_by and app.ended_by.name} {threading.active_count()}", flush=True)
    os._exit(app.return_code or 0)
