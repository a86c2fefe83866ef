"""The console and its terminal: the last filter, signals, a terminal that goes away, and the way it is left.

Textual 8.2 installs no signal handlers, so SIGTERM and SIGHUP would end it without restoring the terminal; and once its
terminal has gone, its writing thread dies and the next writes wait for ever. Both are mended here.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import termios
import threading
import time
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any, TextIO

from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter

from deskterm.crash import CalmCrash
from deskterm.widgets.guard import TerminalGuard

GRACE_S = 2.0
"""How long the console may take to leave after a signal; then the terminal is restored and the process ends."""
ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_RESET = (
    b"\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l\x1b[0m"
)
"""What Textual switches on, switched off, in the order of `LinuxDriver.stop_application_mode`."""


class VanishingOutput:
    """The terminal as Textual's writing thread sees it: once it has gone, writes are dropped instead of raising."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.gone = False

    def write(self, text: str) -> int:
        """Write, unless the terminal has gone."""
        if not self.gone:
            try:
                self._file.write(text)
            except OSError:
                self.gone = True
        return len(text)

    def flush(self) -> None:
        """Flush, unless the terminal has gone."""
        if not self.gone:
            try:
                self._file.flush()
            except OSError:
                self.gone = True

    def fileno(self) -> int:
        """Return the terminal's file descriptor."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Return whether this is a terminal."""
        return self._file.isatty()


class DeskDriver(LinuxDriver):
    """Textual's driver for POSIX terminals, writing to a terminal that may vanish."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._file: Any = VanishingOutput(self._file)


class Restorer:
    """Remembers how the terminal was and puts it back, at most once and without ever waiting for it."""

    def __init__(self, keyboard: int, screen: int) -> None:
        self._keyboard = keyboard
        self._screen = screen
        self._done = threading.Lock()
        try:
            self._modes: list[Any] | None = termios.tcgetattr(keyboard)
        except termios.error:
            self._modes = None

    def restore(self, *, leave_screen: bool) -> None:
        """Put the modes back; with `leave_screen` also leave the alternate screen and what else Textual switched on."""
        if self._modes is None or not self._done.acquire(blocking=False):
            return
        if leave_screen:
            was_blocking = os.get_blocking(self._screen)
            with contextlib.suppress(OSError):
                os.set_blocking(self._screen, False)
                os.write(self._screen, _RESET)
            with contextlib.suppress(OSError):
                os.set_blocking(self._screen, was_blocking)
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._keyboard, termios.TCSANOW, self._modes)


class LostTerminal:
    """A thread that waits until the terminal hangs up and then sends this process SIGHUP, as the kernel does only for the
    leader of a session. `stop` ends it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._stop_reading, self._stop_writing = os.pipe()
        self._thread = threading.Thread(target=self._watch, name="deskterm-terminal", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        poll = select.poll()
        poll.register(self._descriptor, 0)  # no event is asked for: hang-up and error are always told
        poll.register(self._stop_reading, select.POLLIN)
        told = dict(poll.poll())
        # macOS cannot poll a terminal and answers POLLNVAL at once: there only the kernel's own SIGHUP tells.
        gone = told.get(self._descriptor, 0) & (select.POLLHUP | select.POLLERR)
        if gone and self._stop_reading not in told:
            main = threading.main_thread().ident
            if main is not None:
                signal.pthread_kill(main, signal.SIGHUP)

    def stop(self) -> None:
        """End the thread."""
        os.close(self._stop_writing)
        self._thread.join()
        os.close(self._stop_reading)


class SafeTerminal(CalmCrash):
    """An App that nothing from outside can drive the terminal through, and that leaves the terminal as it found it.

    While it runs (`run`, `run_async`), SIGTERM, SIGHUP and SIGINT end it by `exit` with 128 + the signal's number, within
    `GRACE_S`; a second signal does not wait. `ended_by` is the signal, `ended_at` its moment (of `time.monotonic`).
    """

    ended_by: signal.Signals | None = None
    ended_at: float | None = None
    _lent = False

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.guard = TerminalGuard()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return Textual's own filters, then the guard."""
        return [*super().get_line_filters(), self.guard]

    def get_driver_class(self) -> type[Driver]:
        """Return our driver in place of Textual's one for POSIX terminals, else what Textual chose."""
        chosen = super().get_driver_class()
        return DeskDriver if chosen is LinuxDriver else chosen

    @contextlib.contextmanager
    def suspend(self) -> Iterator[None]:
        """Lend the terminal to another program; ctrl+c is meanwhile that program's own affair."""
        with super().suspend():
            self._lent = True
            try:
                yield
            finally:
                self._lent = False

    def end_by(self, number: signal.Signals) -> bool:
        """Begin to leave for a signal; returns whether it was heeded. Safe in a signal handler."""
        if self._lent and number == signal.SIGINT:
            return False
        self.ended_by = number
        self.ended_at = time.monotonic()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.exit, None, 128 + number)
        return True

    async def run_async(self, **options: Any) -> int | None:
        """Run until the app ends; the terminal is as before, whatever happens. Main thread only."""
        with self._kept_terminal():
            return await super().run_async(**options)

    @contextlib.contextmanager
    def _kept_terminal(self) -> Iterator[None]:
        restorer, watch = None, None
        if sys.__stdin__ is not None and sys.__stderr__ is not None and sys.__stdin__.isatty():
            restorer = Restorer(sys.__stdin__.fileno(), sys.__stderr__.fileno())
            watch = LostTerminal(sys.__stdin__.fileno())
        calm = False
        try:
            with _Ending(self, restorer):
                yield
            calm = True
        finally:
            if watch is not None:
                watch.stop()
            if restorer is not None:
                restorer.restore(leave_screen=not calm)


class _Ending:
    """Signal handlers for as long as the app runs. Plain `signal.signal`: they work also while the event loop is stuck."""

    def __init__(self, app: SafeTerminal, restorer: Restorer | None) -> None:
        self._app = app
        self._restorer = restorer
        self._before: dict[signal.Signals, Any] = {}
        self._deadline: threading.Timer | None = None

    def __enter__(self) -> None:
        for number in ENDING:
            self._before[number] = signal.signal(number, self._on_signal)

    def __exit__(self, *_error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._deadline is not None:
            self._deadline.cancel()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self._app.ended_by is not None:
            if number == signal.SIGHUP:
                return  # a lost terminal is told twice, by the kernel and by LostTerminal: nobody is impatient
            self._end_now(number)
        if not self._app.end_by(signal.Signals(number)):
            return
        self._deadline = threading.Timer(GRACE_S, self._end_now, (number,))
        self._deadline.daemon = True
        self._deadline.start()

    def _end_now(self, number: int) -> None:
        if self._restorer is not None:
            self._restorer.restore(leave_screen=True)
        os._exit(128 + number)
