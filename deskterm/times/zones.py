"""Time zones by name: whether there is one, and which is the machine's. `zoneinfo` is loaded where one is asked for."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path

from deskterm.i18n import _

NO_ZONE = "UTC"
"""The zone of a machine that does not say which is its own."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,3}")
_OTHER_FORMS = ("posix/", "right/")
"""Folders beside the names of the database: "right" counts leap seconds, which no clock of ours does."""
_LOCALTIME = Path("/etc/localtime")
_TIMEZONE = Path("/etc/timezone")


def is_zone(name: str) -> bool:
    """Return whether the time zone database of this machine has a zone of this name."""
    if not _NAME.fullmatch(name) or name.startswith(_OTHER_FORMS) or name in ("localtime", "posixrules", "Factory"):
        return False
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the name of a folder or of another file in it
        return False
    return True


def zone_fix(name: str) -> str:
    """Return how to mend a name that is no zone's."""
    from zoneinfo import available_timezones

    known = {one.casefold(): one for one in available_timezones()}
    wanted = name.casefold().replace(" ", "_")
    cities = {folded.rpartition("/")[2]: one for folded, one in known.items()}
    found = cities.get(wanted) or next((known[one] for one in difflib.get_close_matches(wanted, known, n=1, cutoff=0.7)), None)
    return _('Did you mean "{word}"?').format(word=found) if found else _("Write a name such as Europe/Moscow or UTC.")


def machine_zone(environ: Mapping[str, str] = os.environ, localtime: Path = _LOCALTIME, timezone: Path = _TIMEZONE) -> str:
    """Return the name of the machine's zone, as TZ, /etc/localtime or /etc/timezone say it; UTC where none of them does."""
    found = [environ.get("TZ", "").removeprefix(":"), os.path.realpath(localtime), _first_line(timezone)]
    named = (text.rpartition("zoneinfo/")[2] for text in found)
    return next((name for name in named if is_zone(name)), NO_ZONE)


def _first_line(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.readline(200).strip()
    except OSError:
        return ""  # only some systems have it
