"""Files that go with what is being written: asked for by path, or made of a text that is too long to be one."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.dom import DOMNode

from deskterm.desk.rows import StagedFile
from deskterm.desk.text import MAX_REPLY
from deskterm.i18n import _, ngettext
from deskterm.office import Office
from deskterm.screens.asking import ConfirmScreen, PathScreen
from deskterm.screens.console import begin, console_of
from deskterm.screens.editor import write_private


def ask_for_files(node: DOMNode, take: Callable[[Path], Awaitable[None]], start: str = "") -> None:
    """Ask for the path of a file, or of several as a shell would be given them; `take` gets one after another."""
    node.app.push_screen(PathScreen(_("Attach a file"), start, take=take, several=True))


async def stage_text(office: Office, conversation_id: int | None, text: str) -> StagedFile:
    """Make a text a file that waits to be sent. Raises OfficeError."""
    with tempfile.TemporaryDirectory(prefix="deskterm-") as folder:
        file = Path(folder) / _("text.txt")
        await asyncio.to_thread(write_private, file, text)
        return await office.stage_file(conversation_id, file)


def offer_as_file(
    node: DOMNode, text: str, as_file: Callable[[str], Awaitable[None]], insert: Callable[[str], None], *, can_attach: bool
) -> None:
    """A text was pasted with which the message would be too long: ask whether it shall be a file.

    Not a character of it is lost: what is not made a file goes into the text.
    """
    if not can_attach:
        insert(text)
        return

    def answered(yes: bool | None) -> None:
        if yes:
            begin(node, _as_file(node, text, as_file, insert), group="as-file")
        else:
            insert(text)

    count = ngettext("{n} character was pasted", "{n} characters were pasted", len(text)).format(n=len(text))
    question = _("{count}; a message may have {most}. Attach them as a file instead?").format(count=count, most=MAX_REPLY)
    node.app.push_screen(ConfirmScreen(question, _("Long text")), answered)


async def _as_file(node: DOMNode, text: str, as_file: Callable[[str], Awaitable[None]], insert: Callable[[str], None]) -> None:
    try:
        await as_file(text)
    except Exception:
        insert(text)
        raise
    console_of(node).tell(_("The text is attached as a file."))


def folder_of(path: Path) -> str:
    """Return what the next question for a path begins with: the folder of the file before."""
    return f"{str(path.parent).rstrip('/')}/"
