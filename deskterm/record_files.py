"""Files of records, CSV and JSON, as rows of texts with the place that each stands at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.office import OfficeError
from deskterm.tables import BadTable, decoded, read

MAX_FILE = 256 * 2**20
"""Largest file read, in bytes."""


@dataclass(slots=True)
class RowsFile:
    """What a file holds: its columns in their order, its rows with their places ("line 7"), and what could not be read."""

    columns: tuple[str, ...]
    rows: list[dict[str, str]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)


def read_rows(path: Path) -> RowsFile:
    """Read a CSV file (a line of column names first) or a JSON file (a list of objects), by its name or its first character.

    Raises OfficeError("no_input" | "bad_file").
    """
    data = _bytes(path)
    text = decoded(data)
    if path.suffix.lower() == ".json" or (path.suffix.lower() != ".csv" and text.lstrip()[:1] == "["):
        return _json(text, path)
    return _csv(data, path)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise OfficeError("no_input", f"{path}: {error.strerror}", _("Name a file that can be read.")) from None
    if len(data) > MAX_FILE:
        raise OfficeError("bad_file", f"{path}: {_('the file is too large')}", _("Cut it into several files."))
    return data


def _bad(path: Path, what: str, fix: str) -> OfficeError:
    return OfficeError("bad_file", f"{path}: {what}", fix)


def _csv(data: bytes, path: Path) -> RowsFile:
    try:
        table = read(data)
    except BadTable as error:
        raise _bad(path, str(error), _("Save it as CSV anew, with the names of the columns in its first line.")) from None
    columns = table.head
    if not any(columns):
        raise _bad(path, _("the file has no line of column names"), _("Put the names of the columns into its first line."))
    if twice := next((name for name in columns if name and columns.count(name) > 1), ""):
        raise _bad(path, _("a column stands twice: {name}").format(name=twice), _("Rename one of them."))
    found = RowsFile(tuple(filter(None, columns)))
    for line, cells in table.rows:
        _take(found, columns, line, cells)
    return found


def _take(found: RowsFile, columns: Sequence[str], line: int, cells: Sequence[str]) -> None:
    place = _("line {line}").format(line=line)
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        found.errors.append((place, _("there are more values than columns")))
        return
    found.rows.append({name: cell for name, cell in zip(columns, cells, strict=False) if name})
    found.places.append(place)


def _json(text: str, path: Path) -> RowsFile:
    try:
        # Numbers stay as they are written: 1990.50 is no binary fraction, and 5531 may have zeros before it in a text.
        items = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        what = _("the file is not JSON: {error}").format(error=clean_line(str(error), 200))
        raise _bad(path, what, _("Write a list of objects.")) from None
    if not isinstance(items, list):
        raise _bad(path, _("the file is no list"), _("Write a list of objects."))
    columns: dict[str, None] = {}
    found = RowsFile(())
    for number, item in enumerate(items, start=1):
        place = _("object {number}").format(number=number)
        values = {clean_line(key, 100): _plain(value) for key, value in item.items()} if isinstance(item, dict) else {}
        if not isinstance(item, dict) or None in values.values():
            found.errors.append((place, _("it is no object of texts and numbers")))
            continue
        columns |= dict.fromkeys(values)
        found.rows.append({key: value for key, value in values.items() if value is not None})
        found.places.append(place)
    found.columns = tuple(columns)
    return found


def _plain(value: object) -> str | None:
    """Return a JSON value as a text; None for what is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else None
