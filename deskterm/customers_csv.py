"""Customers as a table (CSV): read as office programs write it, written so that no cell of it is a formula.

A cell that begins like a formula gets an apostrophe in front, and reading takes one off again (OWASP, "CSV injection"): what
was written is read back as it was.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from deskterm.desk.card import CardSettings
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.text import clean_line
from deskterm.i18n import _

MAX_CELL = 10_000
"""Longest cell, in characters: more is no table of customers."""
DELIMITERS = ";\t,"
_FORMULA = r"(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])"
_DANGEROUS = re.compile(f"'*{_FORMULA}")
_DEFUSED = re.compile(f"'+{_FORMULA}")
_PHONES_APART = re.compile(r"[;,/\n]")
_MAILS_APART = re.compile(r"[;,\s]+")

NAMES: Mapping[str, str] = {
    **dict.fromkeys(("name", "full name", "customer", "имя", "фио", "клиент", "имя клиента"), "name"),
    **dict.fromkeys(("phone", "telephone", "mobile", "телефон", "тел", "мобильный", "номер телефона"), "phone"),
    **dict.fromkeys(("email", "e-mail", "mail", "почта", "эл. почта", "электронная почта"), "email"),
    **dict.fromkeys(("telegram", "telegram id", "телеграм", "телеграм id"), "telegram"),
    **dict.fromkeys(("company", "organization", "компания", "организация", "фирма"), "company"),
    **dict.fromkeys(("language", "язык"), "language"),
    **dict.fromkeys(("tags", "теги", "метки"), "tags"),
}
"""What columns are called, folded, and what they hold."""
OURS = frozenset(NAMES.values())


class BadTable(Exception):
    """A file that is no table, or not one of customers; says why in the operator's language."""


def defused(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _DANGEROUS.match(cell) else cell


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
    text = _decoded(data)
    head = next((line for line in text.splitlines() if line.strip()), "")
    unquoted = re.sub(r'"[^"]*"', "", head)
    delimiter = max(DELIMITERS, key=unquoted.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
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


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("windows-1251", "replace")


def columns(head: Sequence[str], wanted: Mapping[str, str], card: CardSettings) -> dict[int, str]:
    """Return what each column holds, by its place: `name`, `phone`, ... or the key of a field of the card.

    `wanted` (what -> column) goes before what the columns are called. Raises BadTable.
    """
    folded = [title.strip().casefold() for title in head]
    fields = {one.key for one in card.fields}
    called = {**{name.casefold(): one.key for one in card.fields for name in (one.key, *one.label.names.values())}, **NAMES}
    found = {place: called[title] for place, title in enumerate(folded) if title in called}
    for what, title in wanted.items():
        if what not in OURS | fields:
            known = ", ".join(sorted(OURS | fields))
            raise BadTable(_("a customer has no {name}; known: {names}").format(name=what, names=known))
        if title.strip().casefold() not in folded:
            raise BadTable(_("there is no column {name}; there are: {names}").format(name=title, names=", ".join(head)))
        found = {place: one for place, one in found.items() if one != what}
        found[folded.index(title.strip().casefold())] = what
    if not {"name", "phone", "email", "telegram"} & set(found.values()):
        names = ", ".join(head)
        raise BadTable(_("no column holds names or addresses; there are: {names}").format(names=names))
    return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """A customer as a row of the table has them. `wrong` says what is no address."""

    line: int
    name: str = ""
    addresses: tuple[Address, ...] = ()
    language: str = ""
    company: str = ""
    tags: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    wrong: tuple[str, ...] = field(default=())


def customer(line: int, row: Sequence[str], held: Mapping[int, str], normal: Callable[[Address], Address | None]) -> Wanted:
    """Return the customer of a row; `normal` makes an address comparable, None for what is none."""
    said: dict[str, str] = {}
    addresses: dict[tuple[IdentityKind, str], Address] = {}
    values: list[tuple[str, str]] = []
    wrong: list[str] = []
    for place, what in held.items():
        cell = clean_line(row[place], MAX_CELL).strip() if place < len(row) else ""
        if what in ("phone", "email", "telegram"):
            for typed in filter(None, (one.strip() for one in _apart(what, cell))):
                address = normal(Address(IdentityKind(what), typed))
                if address is None:
                    wrong.append(typed)
                else:
                    addresses[address.kind, address.value] = address
        elif what in OURS:
            said[what] = said.get(what) or cell
        elif cell:
            values.append((what, cell))
    tags = tuple(filter(None, (one.strip() for one in said.get("tags", "").split(","))))
    return Wanted(
        line,
        said.get("name", ""),
        tuple(addresses.values()),
        said.get("language", ""),
        said.get("company", ""),
        tags,
        tuple(values),
        tuple(wrong),
    )


def _apart(what: str, cell: str) -> list[str]:
    return (_PHONES_APART if what == "phone" else _MAILS_APART).split(cell)
