"""Cursors of keyset pages: opaque strings for scripts, which hand them back as they got them."""

from __future__ import annotations

import base64
import binascii

from deskterm.desk.rows import RowKey
from deskterm.i18n import _
from deskterm.office import OfficeError

_SQLITE_MAX = 2**63


def write(*numbers: int) -> str:
    """Return a cursor of one or more integers."""
    return base64.urlsafe_b64encode(".".join(map(str, numbers)).encode("ascii")).decode("ascii").rstrip("=")


def read(cursor: str, count: int) -> tuple[int, ...]:
    """Return the integers of a cursor. Raises OfficeError("bad_cursor")."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        numbers = tuple(
            int(part) for part in base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").split(".")
        )
    except (ValueError, binascii.Error):
        numbers = ()
    if len(numbers) != count or not all(-_SQLITE_MAX <= number < _SQLITE_MAX for number in numbers):
        raise OfficeError("bad_cursor", _("the cursor is not one of ours"), _('Give back "next" as it was printed.'))
    return numbers


def write_key(key: RowKey) -> str:
    """Return the cursor of a row of a list."""
    return write(key.sort, key.id)


def read_key(cursor: str) -> RowKey:
    """Return the row key of a cursor. Raises OfficeError("bad_cursor")."""
    sort, row_id = read(cursor, 2)
    return RowKey(sort, row_id)
