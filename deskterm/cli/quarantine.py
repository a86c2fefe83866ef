"""`deskterm quarantine`: what came in and is no message (yet); its bytes are all there."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from deskterm.cli import cursors
from deskterm.cli.answer import Answer, Json
from deskterm.cli.as_json import as_json
from deskterm.cli.conversation import After
from deskterm.cli.conversation_shown import local
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.desk.model import Held
from deskterm.desk.text import clean
from deskterm.i18n import _
from deskterm.office import Office, OfficeError
from deskterm.words import reasons

app = group()

Row = Annotated[int, typer.Argument(metavar="ID", help=_("The row's id, as the list shows it."))]


class Shelf(StrEnum):
    """Which ledger rows are listed."""

    QUARANTINED = Held.QUARANTINED.value
    IGNORED = Held.IGNORED.value


@app.command("list", help=_("List what could not be understood, or what was ignored and why."))
@command
def list_(
    invocation: Invocation,
    state: Annotated[Shelf, typer.Option("--state", help=_("Which of the two."))] = Shelf.QUARANTINED,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help=_("How many at most."))] = 50,
    after: After = None,
) -> Answer:
    """Show one page of the shelf, newest first."""
    before = cursors.read(after, 1)[0] if after is not None else None

    async def look(office: Office) -> Answer:
        rows = await office.held(Held(state.value), before_id=before, limit=limit + 1)
        shown = rows[:limit]
        titles = [_("id"), _("channel"), _("received"), _("bytes"), _("why"), _("what")]
        cells = [
            [str(row.id), row.channel, local(row.received_at), str(row.size), reasons.shown(row.reason), row.hint]
            for row in shown
        ]
        next_page = cursors.write(shown[-1].id) if len(rows) > limit else None
        return Answer(as_json(shown), lambda paper: paper.table(titles, cells), next=next_page)

    return invocation.ask(look, acting=False)


@app.command("show", help=_("Show the bytes of a row: made safe, or with --raw as they came."))
@command
def show(
    row: Row,
    invocation: Invocation,
    raw: Annotated[bool, typer.Option("--raw", help=_("The very bytes, into a file or pipe."))] = False,
) -> Answer | None:
    """Show what the server handed over. Raw bytes never go to a terminal: they may act on it."""
    if raw and invocation.json:
        raise OfficeError("usage", _("--raw and --json exclude each other"), _("Leave one of them out."))
    if raw and sys.stdout.isatty():
        raise OfficeError("usage", _("raw bytes could act on the terminal"), _("Send them into a file: --raw > FILE"))
    data = invocation.ask(lambda office: office.raw(row), acting=False)
    if raw:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return Answer(None, lambda paper: None)
    text = clean(data.decode("utf-8", "replace"))
    return Answer({"id": row, "size": len(data), "text": text}, lambda paper: paper.block(text))


@app.command("reparse", help=_("Try to understand a row again."))
@command
def reparse(row: Row, invocation: Invocation) -> Answer:
    """Place a held row again, as after an upgrade that knows more."""
    left = invocation.ask(lambda office: office.reparse(row))
    if left is not None:
        raise OfficeError("still_held", _("row {id} is still held: {why}").format(id=row, why=left.reason))
    data: Json = {"id": row, "state": Held.STORED.value}
    return Answer(data, lambda paper: paper.line(_("row {id} is a message now").format(id=row)))
