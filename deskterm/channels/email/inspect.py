"""`deskterm mail inspect`: what the desk would understand of a mail in a file, whatever the file holds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deskterm.channels.email.caps import CAPS, Caps
from deskterm.channels.email.parser_process import ParserProcess
from deskterm.channels.email.report import headers_report
from deskterm.desk.post import Unreadable


async def inspect(raw: bytes, own: Sequence[str] = (), operators: Sequence[str] = (), caps: Caps = CAPS) -> dict[str, Any]:
    """Return what a mail says, read in the parser process under its limits.

    Never raises for the mail: one that cannot be read gives what its headers say and the defect "unparseable".
    """
    async with ParserProcess(own, operators, caps=caps) as parser:
        try:
            return await parser.report(raw)
        except Unreadable:
            return headers_report(raw)


async def inspect_file(path: Path, own: Sequence[str] = (), operators: Sequence[str] = ()) -> dict[str, Any]:
    """Return what the mail in a file says. Raises `OSError` when the file cannot be read."""
    return await inspect(await asyncio.to_thread(_head_of, path), own, operators)


def _head_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(CAPS.mail + 1)
