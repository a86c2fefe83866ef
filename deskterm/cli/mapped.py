"""`--map`: which column of a file holds what, alike for every import."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

import typer

from deskterm.i18n import _
from deskterm.office import OfficeError

_NEXT = re.compile(r",(?=[^,=]+=)")

Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="WHAT=COLUMN,...",
        help=_("Which column of the file holds what: name=Client,city=Town. May be repeated."),
    ),
]


def mapping(given: Sequence[str] | None) -> dict[str, str]:
    """Return which column holds what, of WHAT=COLUMN pairs, each for itself or several parted by commas.

    Raises OfficeError("usage").
    """
    wanted = {}
    for pair in (one.strip() for text in given or () for one in _NEXT.split(text) if one.strip()):
        what, sign, column = pair.partition("=")
        if not sign or not what.strip() or not column.strip():
            raise OfficeError("usage", _("it is not said which column holds what"), _("Write it as --map name=Client."))
        wanted[what.strip().casefold()] = column.strip()
    return wanted
