"""Writing in the operator's own editor ($VISUAL, $EDITOR, else vi): the terminal is lent to it and comes back."""

from __future__ import annotations

import asyncio
import os
import shlex
import tempfile
from collections.abc import Mapping
from pathlib import Path

from textual.app import App, SuspendNotSupported

from deskterm.i18n import _


class EditorFailed(Exception):
    """The text was not written outside; what stood in the composer is untouched. The words are for the operator."""


def editor_command(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return the editor's command line without the file. Raises EditorFailed where it cannot be split."""
    wanted = environ.get("VISUAL") or environ.get("EDITOR") or "vi"
    try:
        return shlex.split(wanted) or ["vi"]
    except ValueError as error:
        raise EditorFailed(_("$EDITOR cannot be understood: {error}.").format(error=error)) from error


async def write_outside(app: App[int], text: str) -> str:
    """Have a text edited in a file that only this user can read; returns what the editor left. Raises EditorFailed.

    Everything that can fail while the terminal is lent is caught inside: an exception through `suspend` would leave Textual
    8.2 waiting for ever.
    """
    command = editor_command()
    with tempfile.TemporaryDirectory(prefix="deskterm-") as folder:
        file = Path(folder) / "message.txt"
        await asyncio.to_thread(write_private, file, text)
        try:
            code: int | None = None
            with app.suspend(), app.batch_update():
                code = await _run([*command, str(file)])
        except SuspendNotSupported as error:
            raise EditorFailed(_("This terminal cannot be lent to an editor.")) from error
        if code is None:
            raise EditorFailed(_("The editor {name} cannot be started.").format(name=command[0]))
        if code != 0:
            raise EditorFailed(_("The editor ended with {code}; the text is as it was.").format(code=code))
        try:
            return (await asyncio.to_thread(file.read_text, "utf-8", "replace")).removesuffix("\n")
        except OSError as error:
            raise EditorFailed(_("The editor left no file; the text is as it was.")) from error


def write_private(file: Path, text: str) -> None:
    """Write a text to a new file that only this user can read."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as stream:
        stream.write(text)


async def _run(command: list[str]) -> int | None:
    """Run a program on the terminal; its exit code, or None where it cannot be started."""
    try:
        process = await asyncio.create_subprocess_exec(*command)
        return await process.wait()
    except OSError:
        return None
