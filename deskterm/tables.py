"""Tables (CSV): read as office programs write them, written so that no cell of them is a formula.

A cell that begins like a formula gets an apostrophe in front, and reading takes one off again (OWASP, "CSV injection"): what
was written is read back as it was. A plus with digits only, a telephone number, stays as it is: as a formula it is a number.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from deskterm.desk.text import clean_line
from deskterm.i18n import _

DELIMITERS = ";\t,"
_FORMULA = r"(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])"
_DANGEROUS = re.compile(f"'*{_FORMULA}")
_DEFUSED = re.compile(f"'+{_FORMULA}")
_PHONE = re.compile(r"\+[0-9]{5,15}")


class BadTable(Exception):
    """A file that is no table, or not one of what is wanted; says why in the operator's language."""


def defused(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _DANGEROUS.match(cell) and not _PHONE.fullmatch(cell) else cell


def plain(cell: str) -> str:
    """Return what a cell said before it was defused."""
    return cell[1:] if _DEFUSED.match(cell) else cell


def written(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table (RFC 4180), every cell defused."""
    for row in rows:
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerow([defused(cell) for cell in row])
        yield out.getvalue()


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read: its head, and its rows with the line that each begins at."""

    head: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read(data: bytes) -> Table:
    """Read a table whatever its delimiter (; , or tab) and encoding (UTF-8, UTF-16 with its mark, Windows-1251). Raises
    BadTable."""
    text = decoded(data)
    head = next((line for line in text.splitlines() if line.strip()), "")
    unquoted = re.sub(r'"[^"]*"', "", head)
    delimiter = max(DELIMITERS, key=unquoted.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = []
    try:
        before = 0
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((before + 1, tuple(plain(cell) for cell in row)))
            before = reader.line_num
    except csv.Error as error:
        raise BadTable(_("line {line}: {reason}").format(line=reader.line_num, reason=str(error))) from error
    if not rows:
        raise BadTable(_("the file is empty"))
    return Table(tuple(clean_line(cell, 200).strip() for cell in rows[0][1]), tuple(rows[1:]))


def decoded(data: bytes) -> str:
    """Return what a file says, in whichever of the encodings of `read` it is."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("windows-1251", "replace")
