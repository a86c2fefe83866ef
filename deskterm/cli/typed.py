"""Texts and files that a command line names."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from deskterm.i18n import _
from deskterm.office import OfficeError

MAX_TYPED = 2**20
"""Longest text taken from standard input, in bytes."""
Text = Annotated[str, typer.Argument(metavar="TEXT", help=_("The text, or - to read it from standard input."))]
Attach = Annotated[list[Path] | None, typer.Option("--attach", metavar="FILE", help=_("Send a file with it."))]
Wait = Annotated[bool, typer.Option("--wait", help=_("Wait until it went out."))]
Timeout = Annotated[float, typer.Option("--timeout", min=1, max=3600, help=_("How many seconds to wait at most."))]


def typed_text(text: str) -> str:
    """Return the text of an argument, or what comes on standard input for "-". Raises OfficeError."""
    if text != "-":
        if not text.isprintable() and any("\ud800" <= char <= "\udfff" for char in text):
            raise OfficeError("bad_file", _("the text is not UTF-8"), _("Convert it first."))
        return text
    data = sys.stdin.buffer.read(MAX_TYPED + 1)
    try:
        words = data.decode("utf-8")
    except UnicodeDecodeError:
        raise OfficeError("bad_file", _("standard input is not UTF-8 text"), _("Convert it first.")) from None
    if len(data) > MAX_TYPED:
        raise OfficeError("bad_file", _("standard input is too long for a message"), _("Send it as a file with --attach."))
    return words.rstrip("\n")


def named_file(path: Path) -> Path:
    """Return a file that is there. Raises OfficeError."""
    if not path.is_file():
        raise OfficeError("no_input", _("there is no file {path}").format(path=path), _("Name a file that can be read."))
    return path
