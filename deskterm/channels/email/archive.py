"""Mail that lies in files: single mails (.eml, Apple's .emlx), mbox files, Maildir folders, and folders of all these.

Only headers are read in the first pass; bodies one at a time, later. mbox is read as RFC 4155 describes it, with the quoting of
">From " that qmail's mbox(5) calls "mboxrd", which undoes the older one as well.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from deskterm.channels.email.caps import CAPS
from deskterm.channels.email.content_key import content_key
from deskterm.channels.email.headers import Headers, date_of, message_ids, parse_headers

_SEPARATOR = re.compile(rb"From (?:- |\S+ +).*\d\d?:\d\d.*\d{4}")
"""The line before each mail of an mbox: sender, then a time and a year in one form or another."""
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_BARE_NEWLINE = re.compile(rb"(?<!\r)\n")
_LINE = 1 << 20
"""Longest piece (bytes) of a line that is looked at as one."""
_EARLIEST = datetime(1982, 1, 1, tzinfo=UTC)
"""Before RFC 822 there was no mail to archive: an earlier date is a wrong clock."""
_CLOCKS_DIFFER = timedelta(days=1)
_NOT_MAIL = "not a mail"


@dataclass(frozen=True, slots=True)
class Found:
    """One mail in a file, from byte `start` to `end`. `at` is when it was written, `order` tells mails of the same second
    apart whatever their files are called, `ids` are its own and those it names. `number` counts the mails of an mbox from 1."""

    path: Path
    start: int
    end: int
    at: datetime
    order: bytes
    ids: tuple[str, ...] = ()
    number: int = 0
    quoted: bool = False

    def __str__(self) -> str:
        return f"{self.path}:{self.number}" if self.number else str(self.path)


@dataclass(frozen=True, slots=True)
class Stray:
    """A file that is no mail, or cannot be read."""

    path: Path
    reason: str


def look(paths: Iterable[Path], now: datetime) -> Iterator[Found | Stray]:
    """Yield every mail in these files and folders, and what there is none. Links to other places are not followed."""
    for path in paths:
        for file in _files(path):
            try:
                yield from _mails(file, now)
            except OSError as error:
                yield Stray(file, error.strerror or type(error).__name__)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, names, files in os.walk(path):
        is_maildir = "cur" in names
        names[:] = sorted(name for name in names if not (is_maildir and name == "tmp"))
        for name in sorted(files):
            file = Path(folder, name)
            if not name.startswith(".") and not file.is_symlink():
                yield file


def _mails(path: Path, now: datetime) -> Iterator[Found | Stray]:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for its other end
        yield Stray(path, _NOT_MAIL)
        return
    with path.open("rb") as file:
        changed = datetime.fromtimestamp(status.st_mtime, UTC)
        first = file.readline(_LINE)
        if _SEPARATOR.match(first):
            yield from _mbox(path, file, first, now, changed)
            return
        start, end = 0, status.st_size
        if path.suffix.lower() == ".emlx" and first.strip().isdigit():
            start = len(first)
            end = min(end, start + int(first[:20]))
        file.seek(start)
        block = _header_block(file, end)
        headers = _headers(block)
        if sum(name in headers for name in ("from", "date", "received", "message-id", "subject", "to")) < 2:
            yield Stray(path, _NOT_MAIL)
            return
        yield Found(path, start, end, _written_at(headers, None, now, changed), _order(block), _ids(headers))


def _header_block(file: BinaryIO, end: int) -> bytes:
    lines: list[bytes] = []
    size = 0
    while file.tell() < end and size < CAPS.headers and (line := file.readline(_LINE)).strip(b"\r\n"):
        lines.append(line)
        size += len(line)
    return b"".join(lines)


def _mbox(path: Path, file: BinaryIO, separator: bytes, now: datetime, changed: datetime) -> Iterator[Found]:
    """Yield the mails of an mbox; a separator counts after a blank line alone."""
    number = 0
    while separator:
        number += 1
        start = file.tell()
        block = _header_block(file, 1 << 62)
        end, following = _next_separator(file)
        headers = _headers(block)
        at = _written_at(headers, separator, now, changed)
        yield Found(path, start, end, at, _order(block), _ids(headers), number, quoted=True)
        separator = following


def _next_separator(file: BinaryIO) -> tuple[int, bytes]:
    """Return where the mail ends, and the separator after it (nothing at the end). The blank line between is nobody's."""
    blank, blank_size = True, 0
    at = file.tell()
    begun = True
    while line := file.readline(_LINE):
        if begun and blank and line.startswith(b"From ") and _SEPARATOR.match(line):
            return at - blank_size, line
        if begun:
            blank = line in (b"\n", b"\r\n")
            blank_size = len(line) if blank else 0
        begun = line.endswith(b"\n")
        at += len(line)
    return at - (blank_size if blank else 0), b""


def read(found: Found, limit: int) -> tuple[bytes, bool]:
    """Return a mail as a server would hand it over, its lines ended by CRLF, and whether that is the whole of it."""
    with found.path.open("rb") as file:
        file.seek(found.start)
        raw = file.read(min(found.end - found.start, limit + 1))
    if found.quoted:
        raw = _QUOTED_FROM.sub(rb"\1", raw)
    raw = _BARE_NEWLINE.sub(b"\r\n", raw)
    return raw[:limit], found.end - found.start <= limit and len(raw) <= limit


def keys_of(raw: bytes) -> tuple[str, ...]:
    """Return the content keys under which a mail may stand in the ledger: its own first, then those of copies that differ by
    the line end after the last line, which archives add and lose."""
    bare = raw.rstrip(b"\r\n")
    return tuple(dict.fromkeys(content_key(one) for one in (raw, bare + b"\r\n", bare, bare + b"\r\n\r\n")))


def _headers(block: bytes) -> Headers:
    return parse_headers(block)[0]


def _order(block: bytes) -> bytes:
    return hashlib.sha256(block.replace(b"\r", b"")).digest()[:16]


def _ids(headers: Headers) -> tuple[str, ...]:
    found = (*message_ids(headers, "message-id"), *message_ids(headers, "in-reply-to"), *message_ids(headers, "references"))
    return tuple(dict.fromkeys(found))


def _written_at(headers: Headers, separator: bytes | None, now: datetime, changed: datetime) -> datetime:
    """Return when a mail was written: by its Date, else when it was received, else as its mbox or its file says."""
    told = [headers.raw("date"), headers.raw("received").rpartition(b";")[2]]
    if separator is not None:
        told.append(b" ".join(separator.split()[2:]))
    for value in told:
        at = date_of(value)
        if at is not None and _EARLIEST <= at <= now + _CLOCKS_DIFFER:
            return min(at.astimezone(UTC), now)
    return min(changed, now)
