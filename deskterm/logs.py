"""The log: a private file that rotates, holds no secret and no message body, and is never the terminal.

Textual draws on stderr, so nothing here may write there. Several processes of one desk share the file.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import logging.handlers
import os
import re
import traceback
import urllib.parse
from collections.abc import Iterable
from io import TextIOWrapper
from pathlib import Path

from deskterm.desk.text import clean, clean_line
from deskterm.office import OfficeError
from deskterm.paths import PRIVATE_FILE, logs_dir, make_private_dir
from deskterm.settings import EmailSettings, Secret, Settings, TelegramSettings

FILE_NAME = "deskterm.log"
MAX_BYTES = 2 * 2**20
KEPT = 5
MIN_SECRET = 4
"""Shorter secrets would blot out half of every line; a password of three letters protects nothing."""

STARS = "***"
_TOKEN = re.compile(r"\d{6,}:[\w-]{30,}")
_AUTHORIZATION = re.compile(r"(?i)(authorization[\"']?\s*[:=]\s*[\"']?(?:(?:basic|bearer|digest)\s+)?)[^\s\"',]+")
_QUIET = {
    "aioimaplib": logging.WARNING,  # its DEBUG and INFO show whole commands and literals: passwords, mail
    "aiogram": logging.WARNING,
    "aiohttp.access": logging.CRITICAL,
    "aiosqlite": logging.WARNING,
    "apscheduler": logging.WARNING,
    "asyncio": logging.WARNING,
    "mail.log": logging.WARNING,
}


class Redactor:
    """Takes secrets out of a text: Telegram tokens, Authorization values, and the configured secrets as such."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = set()
        for secret in secrets:
            if len(secret) >= MIN_SECRET:
                forms |= {secret, urllib.parse.quote(secret, safe=""), urllib.parse.quote(secret), repr(secret)[1:-1]}
        # The longest first: a secret may be the beginning of another.
        ordered = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def __call__(self, text: str) -> str:
        """Return the text with stars in place of every secret."""
        if self._known is not None:
            text = self._known.sub(STARS, text)
        text = _TOKEN.sub(STARS, text)
        return _AUTHORIZATION.sub(rf"\1{STARS}", text)


class PrivateFormatter(logging.Formatter):
    """One line per record, tracebacks indented below it: nothing from outside can forge a line or act on a terminal."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s")
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text without secrets."""
        line = f"{self.formatTime(record)} {record.levelname} {record.process} {record.name}: "
        line += clean_line(self._redact(record.getMessage()), 4000)
        if record.exc_info and record.exc_info[1] is not None:
            line += "\n" + _indented(self._redact("".join(traceback.format_exception(record.exc_info[1]))))
        return line


def _indented(text: str) -> str:
    return "\n".join(f"    {part}" for part in clean(text).rstrip().split("\n"))


class SharedFileHandler(logging.handlers.WatchedFileHandler):
    """A rotating file for many processes: whoever finds it full renames it under a lock, the others notice and reopen."""

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES, kept: int = KEPT) -> None:
        self._max_bytes = max_bytes
        self._kept = kept
        super().__init__(path, encoding="utf-8", errors="backslashreplace")

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, PRIVATE_FILE)
        return os.fdopen(descriptor, "a", encoding=self.encoding, errors=self.errors)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, after rotating where the file is full. Never raises: its folder may be gone."""
        try:
            if self.stream is not None and self.stream.tell() >= self._max_bytes:
                self._rotate()
            super().emit(record)
        except OSError:
            self.handleError(record)

    def _rotate(self) -> None:
        path = Path(self.baseFilename)
        try:
            lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, PRIVATE_FILE)
        except OSError:
            return  # the file goes on growing, which is better than losing the line
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if path.exists() and path.stat().st_size >= self._max_bytes:
                for number in range(self._kept - 1, 0, -1):
                    older = path.with_name(f"{path.name}.{number}")
                    if older.exists():
                        older.replace(path.with_name(f"{path.name}.{number + 1}"))
                path.replace(path.with_name(f"{path.name}.1"))
        finally:
            os.close(lock)


def secrets_of(settings: Settings) -> list[str]:
    """Return the values of all secrets in the settings, for the redactor."""
    found: list[Secret] = []
    for channel in settings.channels:
        if isinstance(channel, EmailSettings):
            found += [channel.imap.password, channel.smtp.password]
        elif isinstance(channel, TelegramSettings):
            found.append(channel.token)
    return [secret.reveal() for secret in found if secret]


def lost_task(task: asyncio.Task[object]) -> None:
    """Log why a task ended that nobody awaits: for `Task.add_done_callback`."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logging.getLogger("deskterm").error("the task %s failed", task.get_name(), exc_info=error)


def start(home: Path, secrets: Iterable[str] = (), level: int = logging.INFO) -> Path:
    """Send the log of this process to the desk's log file and nowhere else; returns its path. May be called again.

    Raises OfficeError("cannot_create").
    """
    folder = logs_dir(home)
    make_private_dir(folder)
    try:
        handler = SharedFileHandler(folder / FILE_NAME)
    except OSError as error:
        raise OfficeError(
            "cannot_create", f"{folder / FILE_NAME}: {error.strerror}", "run deskterm as the owner of its home"
        ) from error
    handler.setFormatter(PrivateFormatter(Redactor(secrets)))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(level)
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(quiet)
    logging.captureWarnings(True)
    # A full disk must not make the program print tracebacks over the console.
    logging.raiseExceptions = False
    return folder / FILE_NAME
