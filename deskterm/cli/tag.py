"""`deskterm tag`: what conversations can be about."""

from __future__ import annotations

from typing import Annotated

import typer

from deskterm.cli.answer import Answer, Json
from deskterm.cli.as_json import as_json
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.desk.query import folded
from deskterm.i18n import _
from deskterm.office import Office, OfficeError

app = group()


@app.command("list", help=_("List the tags, and on how many open conversations each is."))
@command
def list_(invocation: Invocation) -> Answer:
    """Show the tags, by name."""

    async def look(office: Office) -> Answer:
        tags = await office.tags()
        counts = (await office.counts()).tags
        data: Json = [{"id": tag.id, "name": tag.name, "open": counts.get(tag.id, 0)} for tag in tags]
        cells = [[tag.name, str(counts.get(tag.id, 0))] for tag in tags]
        return Answer(data, lambda paper: paper.table([_("tag"), _("open")], cells))

    return invocation.ask(look, acting=False)


@app.command("rename", help=_("Give a tag another name, wherever it is."))
@command
def rename(
    old: Annotated[str, typer.Argument(metavar="TAG", help=_("Its name now."))],
    new: Annotated[str, typer.Argument(metavar="NAME", help=_("Its name from now on."))],
    invocation: Invocation,
) -> Answer:
    """Rename a tag; only owners and supervisors may."""

    async def act(office: Office) -> Answer:
        tags = await office.tags()
        found = next((tag for tag in tags if folded(tag.name) == folded(old)), None)
        if found is None:
            raise OfficeError("not_found", _("there is no such tag"), _("See: {command}").format(command="deskterm tag list"))
        renamed = await office.rename_tag(found.id, new)
        words = _("{old} is {new} now").format(old=found.name, new=renamed.name)
        return Answer(as_json(renamed), lambda paper: paper.line(words))

    return invocation.ask(act)
