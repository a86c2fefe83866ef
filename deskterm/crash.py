"""When the console fails: a private report for whoever mends it, one calm line for the operator.

Textual's own way prints a traceback with the values of local variables (customers' words, tokens) over the terminal and takes
seconds for it. The mix-in here replaces hooks of Textual 8.2: `_fatal_error`, `panic`, `_print_error_renderables` and `exit`.
"""

from __future__ import annotations

import contextlib
import os
import platform
import tempfile
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.app import App

import deskterm
from deskterm.desk.text import clean, clean_line
from deskterm.i18n import _
from deskterm.logs import Redactor

if TYPE_CHECKING:
    from rich.traceback import Traceback

EXIT_CRASHED = 70
"""EX_SOFTWARE of sysexits.h."""
MAX_REPORT = 200_000


def write_report(words: str, folder: Path | None, redact: Callable[[str], str]) -> Path | None:
    """Write a crash report, mode 0600, into a folder (None: the system's one for temporary files); returns its path.

    `words` lose their secrets and whatever acts on a terminal. Returns None where nothing can be written there: a crash must
    not fail for its report.
    """
    head = f"deskterm {deskterm.__version__}, Python {platform.python_version()}, {platform.platform()}\n"
    text = clean(redact(words)[-MAX_REPORT:])
    try:
        descriptor, name = tempfile.mkstemp(f"-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.txt", "crash-", folder)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(head + text)
    except OSError:
        return None
    return Path(name)


def last_words(kind: str, report: Path | None) -> Text:
    """Return the one line that stands on the terminal after a crash."""
    if report is None:
        return Text(_("deskterm stopped: {kind}. No report could be written.").format(kind=kind))
    return Text(_("deskterm stopped: {kind}. The report: {path}").format(kind=kind, path=clean_line(str(report))))


def _frames_of(renderable: Traceback) -> str:
    """Return a rich traceback as plain text, without local variables."""
    lines = []
    for stack in renderable.trace.stacks:
        lines += [f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}' for frame in stack.frames]
        lines.append(f"{stack.exc_type}: {stack.exc_value}")
    return "\n".join(lines)


class CalmCrash(App[int]):
    """An App whose failures are quiet, and whose last words cannot act on the terminal.

    `crash_folder` is where reports go; `redact` takes secrets out of them. `crashed` says that the app ended by a failure.
    """

    crash_folder: Path | None = None
    redact: Callable[[str], str] = staticmethod(Redactor())
    crashed = False

    def _fatal_error(self) -> None:
        error = self._exception
        words = "".join(traceback.format_exception(error)) if error is not None else "no exception was kept\n"
        self._stop(type(error).__name__, words)

    def panic(self, *renderables: Any) -> None:
        """End after a failure outside the message loop (Textual calls it from the thread that reads the keyboard)."""
        from rich.traceback import Traceback  # with Pygments behind it: not for every start

        traces = [renderable for renderable in renderables if isinstance(renderable, Traceback)]
        words = "\n".join(_frames_of(one) if isinstance(one, Traceback) else str(one) for one in renderables)
        kind = traces[0].trace.stacks[0].exc_type if traces and traces[0].trace.stacks else "panic"
        self._stop(kind, words)

    def _stop(self, kind: str, words: str) -> None:
        if not self.crashed:
            self.crashed = True
            self._return_code = EXIT_CRASHED
            report = write_report(words, self.crash_folder, self.redact)
            self._exit_renderables.append(last_words(kind, report))
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        with contextlib.suppress(OSError):  # the terminal may be what has gone
            super()._print_error_renderables()

    def exit(self, result: int | None = None, return_code: int = 0, message: Any = None) -> None:
        """End the app; `message` is printed after it as plain text, cleaned."""
        super().exit(result, return_code, Text(clean(str(message))) if message else None)
