"""`deskterm mail inspect`: what the desk understands of a mail, without a desk."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, cast

import typer

from deskterm.cli.answer import Answer, Json, Paper
from deskterm.cli.groups import group
from deskterm.cli.invocation import Place, command
from deskterm.i18n import _
from deskterm.office import OfficeError

app = group()


@app.command("inspect", help=_("Show how a mail file would be understood."))
@command
def inspect(
    mail: Annotated[Path, typer.Argument(metavar="FILE", help=_("The mail as received (RFC 5322)."))],
    place: Place,
    own: Annotated[
        list[str] | None, typer.Option("--own", metavar="ADDRESS", help=_("An address of ours; default: the configuration's."))
    ] = None,
    operator: Annotated[
        list[str] | None, typer.Option("--operator", metavar="ADDRESS", help=_("An address of an operator, who may forward."))
    ] = None,
) -> Answer:
    """Understand one mail in the same bounded child process as incoming mail."""
    if not mail.is_file():
        raise OfficeError("no_input", _("there is no file {path}").format(path=mail), _("Name a mail file."))
    addresses = own if own is not None else _configured(place)
    from deskterm.channels.email.inspect import inspect_file

    try:
        found = cast("dict[str, Json]", asyncio.run(inspect_file(mail, addresses, operator or [])))
    except OSError as error:
        raise OfficeError("no_input", f"{mail}: {error.strerror}", _("Name a file that may be read.")) from error
    return Answer(cast(Json, found), lambda paper: _show(found, paper))


def _configured(place: Place) -> list[str]:
    """Return the addresses of the configured mailboxes; none where there is no configuration."""
    from deskterm import config
    from deskterm.settings import EmailSettings

    paths = place.paths()
    if not paths.config.exists():
        return []
    mailboxes = [item for item in config.load(paths, secrets=False).channels if isinstance(item, EmailSettings)]
    return [address for mailbox in mailboxes for address in (mailbox.address, *mailbox.aliases)]


def _show(found: dict[str, Json], paper: Paper) -> None:
    for key, value in found.items():
        if key not in ("text", "visible_text"):
            paper.line(f"{key}: {_plain(value)}")
    paper.line()
    paper.block(str(found.get("visible_text") or ""))


def _plain(value: Json) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, dict):
        return " · ".join(f"{key}={_plain(part)}" for key, part in value.items() if part not in (None, ""))
    return "" if value is None else str(value)
