"""`deskterm view`: queries with a name."""

from __future__ import annotations

from typing import Annotated

import typer

from deskterm.cli.answer import Answer, Json
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.desk.query import folded
from deskterm.desk.rows import SavedView
from deskterm.i18n import _
from deskterm.office import Office, OfficeError

app = group()

Name = Annotated[str, typer.Argument(metavar="NAME", help=_("The view's name."))]
Shared = Annotated[bool, typer.Option("--shared", help=_("The one that everybody shares, not your own."))]


@app.command("list", help=_("List the saved views: those that all share, and your own."))
@command
def list_(invocation: Invocation) -> Answer:
    """Show the saved views: those with a key first."""

    async def look(office: Office) -> Answer:
        views = await office.saved_views()
        titles = [_("key"), _("view"), _("whose"), _("query")]
        cells = [[str(view.key or ""), view.name, _whose(view), view.query] for view in views]
        data: Json = [_as_json(view) for view in views]
        return Answer(data, lambda paper: paper.table(titles, cells))

    return invocation.ask(look, acting=False)


@app.command("save", help=_("Keep a query under a name, or change the view of this name."))
@command
def save(
    name: Name,
    query: Annotated[str, typer.Argument(metavar="QUERY", help=_("In the filter language: 'is:open tag:refund'."))],
    invocation: Invocation,
    key: Annotated[int | None, typer.Option("--key", min=1, max=9, help=_("The key 1-9 that opens it for you."))] = None,
    shared: Shared = False,
) -> Answer:
    """Save a view for oneself, or for everybody."""

    async def act(office: Office) -> Answer:
        view = await office.save_view(SavedView(0, name, query, key, None if shared else office.me.id))
        return Answer(_as_json(view), lambda paper: paper.line(_("saved: {name}").format(name=view.name)))

    return invocation.ask(act)


@app.command("delete", help=_("Forget a saved view."))
@command
def delete(name: Name, invocation: Invocation, shared: Shared = False) -> Answer:
    """Forget one's own view of this name, or the shared one."""

    async def act(office: Office) -> Answer:
        views = await office.saved_views()
        found = next((one for one in views if folded(one.name) == folded(name) and (one.owner_id is None) is shared), None)
        if found is None:
            raise OfficeError("not_found", _("there is no such view"), _("See: {command}").format(command="deskterm view list"))
        await office.delete_view(found.id)
        return Answer(_as_json(found), lambda paper: paper.line(_("deleted: {name}").format(name=found.name)))

    return invocation.ask(act)


def _whose(view: SavedView) -> str:
    return _("everybody's") if view.owner_id is None else _("your own")


def _as_json(view: SavedView) -> dict[str, Json]:
    return {"id": view.id, "name": view.name, "query": view.query, "key": view.key, "shared": view.owner_id is None}
