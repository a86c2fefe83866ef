"""`deskterm attachment save`: a customer's file into a folder of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deskterm.cli.answer import Answer
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.i18n import _

app = group()


@app.callback()
def attachments() -> None:
    """Keep `save` a command of its own: a group of one command would otherwise be that command."""


@app.command("save", help=_("Write an attachment into a folder, under a safe name, never over another file."))
@command
def save(
    attachment: Annotated[int, typer.Argument(metavar="ID", help=_("The file's id, as conversation show prints it."))],
    invocation: Invocation,
    folder: Annotated[Path, typer.Argument(metavar="[FOLDER]", help=_("Where to; default: here."))] = Path(),
) -> Answer:
    """Save a file and print where it is."""
    path = invocation.ask(lambda office: office.save_attachment(attachment, folder), acting=False)
    return Answer({"path": str(path)}, lambda paper: paper.line(str(path)))
