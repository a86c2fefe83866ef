"""What IMAP servers answer, read: FETCH, SEARCH, SELECT and LIST lines as aioimaplib hands them over. Pure.

A response is a list of lines: `bytes` for text, `bytearray` for a literal. aioimaplib deletes every "* " in a text line, also
inside names, so a name from LIST is right only where it holds no "* ".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from deskterm.channels.email.imap_names import from_wire

Lines = Sequence[bytes | bytearray]

MAX_UID = 2**32 - 1

_RECORD = re.compile(rb"(?:\* )?\d+ FETCH \(", re.IGNORECASE)
_UID = re.compile(rb"\bUID (\d{1,10})\b", re.IGNORECASE)
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,19})\b", re.IGNORECASE)
_AT = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"', re.IGNORECASE)
_BODY = re.compile(rb'BODY\[\](?:<\d+>)? (NIL|"(?:[^"\\]|\\.)*"|\{\d+\}$)', re.IGNORECASE)
_EPOCH = re.compile(rb"UIDVALIDITY (\d{1,10})", re.IGNORECASE)
_LISTED = re.compile(rb'\(([^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (.*)$', re.IGNORECASE | re.DOTALL)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(r"\s*(\d{1,2})-([A-Za-z]{3})-([12]\d{3}) (\d\d:\d\d:\d\d [+-]\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of one message: its bytes (None: the message has none any more), the size of the whole, when it arrived."""

    data: bytes | None
    size: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of a mailbox with its attributes in lower case, such as "\\sent" (RFC 6154)."""

    name: str
    attributes: frozenset[str]


def piece_of(lines: Lines, uid: int) -> Piece | None:
    """Return what a FETCH answered about `uid`; None where it says nothing of it (expunged meanwhile).

    Servers mix in FETCH lines about other messages when their flags change (RFC 9051 7.5.2): a record counts only if it names
    this UID and holds a body.
    """
    for texts, literals in _records(lines):
        text = b"".join(texts)
        named = _UID.search(text)
        body = next((found for line in texts if (found := _BODY.search(line))), None)
        if named is None or int(named[1]) != uid or body is None:
            continue
        size = _SIZE.search(text)
        at = _AT.search(text)
        return Piece(_value(body[1], literals), int(size[1]) if size else 0, _internal_date(at[1]) if at else None)
    return None


def _records(lines: Lines) -> Iterable[tuple[list[bytes], list[bytearray]]]:
    texts: list[bytes] = []
    literals: list[bytearray] = []
    for line in lines:
        if isinstance(line, bytearray):
            literals.append(line)
            continue
        if _RECORD.match(line):
            if texts:
                yield texts, literals
            texts, literals = [], []
        texts.append(line)
    if texts:
        yield texts, literals


def _value(wire: bytes, literals: list[bytearray]) -> bytes | None:
    if wire.upper() == b"NIL":
        return None
    if wire.startswith(b'"'):
        return re.sub(rb"\\(.)", rb"\1", wire[1:-1], flags=re.DOTALL)
    return bytes(literals[0]) if literals else None


def _internal_date(wire: bytes) -> datetime | None:
    """Return when a mail arrived; None for a date that is none or before there was mail, as servers give for lost dates."""
    found = _DATE.match(wire.decode("ascii", "replace"))
    if found is None or found[2].lower() not in _MONTHS or int(found[3]) <= 1970:
        return None
    month = _MONTHS.index(found[2].lower()) + 1
    try:
        at = datetime.strptime(f"{found[3]}-{month}-{found[1]} {found[4]}", "%Y-%m-%d %H:%M:%S %z")
    except ValueError:
        return None
    return at.astimezone(UTC)


def uids_of(lines: Lines) -> list[int]:
    """Return the UIDs of a SEARCH response, ascending, each once; what is no UID is left out."""
    found = {int(word) for line in lines for word in bytes(line).split() if word.isdigit() and len(word) <= 10}
    return sorted(uid for uid in found if 0 < uid <= MAX_UID)


def epoch_of(lines: Lines) -> int | None:
    """Return the UIDVALIDITY of a SELECT response."""
    for line in lines:
        found = _EPOCH.search(bytes(line))
        if found:
            return int(found[1])
    return None


def folders_of(lines: Lines) -> list[Folder]:
    """Return the folders of a LIST response. A name may stand quoted, bare or as a literal on the next line."""
    folders = []
    for index, line in enumerate(lines):
        found = None if isinstance(line, bytearray) else _LISTED.search(line)
        if found is None:
            continue
        name = found[2].strip()
        if re.fullmatch(rb"\{\d+\}", name):
            name = bytes(lines[index + 1]) if index + 1 < len(lines) else b""
        elif name.startswith(b'"'):
            name = re.sub(rb"\\(.)", rb"\1", name[1:-1])
        attributes = frozenset(found[1].decode("ascii", "replace").lower().split())
        folders.append(Folder(from_wire(name.decode("utf-8", "replace")), attributes))
    return folders
