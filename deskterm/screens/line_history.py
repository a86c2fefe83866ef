"""The lines that an operator gave the console, kept in a private file of the desk's home, the newest last."""

from __future__ import annotations

import asyncio
import os
from logging import getLogger
from pathlib import Path

from deskterm.desk.text import clean_line
from deskterm.paths import PRIVATE_FILE

MOST = 500
"""Lines kept."""
LONGEST = 4_000
"""Characters of a line that are kept."""

log = getLogger(__name__)


class LineHistory:
    """Lines given before, and a place in them. Without a file they last as long as the console."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._lines: list[str] = []
        self._place = 0
        self._typed = ""

    async def load(self) -> None:
        """Read the file anew: another console of the same operator may have written. What cannot be read is none."""
        if self._file is not None:
            self._lines = await asyncio.to_thread(_read, self._file)
        self.rest()

    def rest(self) -> None:
        """Stand behind the newest line again."""
        self._place = len(self._lines)

    def older(self, typed: str) -> str | None:
        """Return the line before the place that begins with what was typed; None where there is none."""
        if self._place == len(self._lines):
            self._typed = typed
        for place in range(self._place - 1, -1, -1):
            if self._lines[place].startswith(self._typed):
                self._place = place
                return self._lines[place]
        return None

    def newer(self) -> str | None:
        """Return the next line that begins with what was typed, at last that itself; None behind it."""
        if self._place == len(self._lines):
            return None
        for place in range(self._place + 1, len(self._lines)):
            if self._lines[place].startswith(self._typed):
                self._place = place
                return self._lines[place]
        self.rest()
        return self._typed

    async def add(self, line: str) -> None:
        """Keep a line as the newest; one that was there moves. A file that cannot be written is only logged."""
        line = clean_line(line, LONGEST)
        if not line:
            return
        if self._file is not None:
            self._lines = await asyncio.to_thread(_read, self._file)
        self._lines = [*(one for one in self._lines if one != line), line][-MOST:]
        self.rest()
        if self._file is not None:
            try:
                await asyncio.to_thread(_write, self._file, self._lines)
            except OSError as error:
                log.warning("the lines given before cannot be kept: %s", error.strerror)


def history_file(home: Path, login: str) -> Path:
    """Return where an operator's lines are kept; a login is of a-z, 0-9, dot, - and _."""
    return home / f"lines-{login}.txt"


def _read(file: Path) -> list[str]:
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []  # none yet, or not ours to read
    return [line for part in text.splitlines() if (line := clean_line(part, LONGEST))][-MOST:]


def _write(file: Path, lines: list[str]) -> None:
    """Write the whole beside it and put it in place: two consoles never leave half a file."""
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, PRIVATE_FILE)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as stream:
        stream.write("".join(f"{line}\n" for line in lines))
    beside.replace(file)
