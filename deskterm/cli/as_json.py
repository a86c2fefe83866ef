"""Rows as JSON, for every command in one place: field names as in `desk.rows`, times in RFC 3339 UTC, enumerations as words."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum, IntEnum
from pathlib import PurePath

from deskterm.cli.answer import Json
from deskterm.desk.rows import RowKey


def as_json(value: object) -> Json:
    """Return a row, or anything rows are made of, as JSON. Where a row stands in its view is left out: cursors say it."""
    if isinstance(value, IntEnum):
        return value.name.lower()
    if isinstance(value, Enum):
        return str(value.value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, PurePath):
        return str(value)
    if dataclasses.is_dataclass(value):
        fields = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {name: as_json(part) for name, part in fields if not isinstance(part, RowKey)}
    if isinstance(value, Mapping):
        return {str(as_json(name)): as_json(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return [as_json(part) for part in value]
    raise TypeError(f"no JSON for {type(value).__name__}")
