"""`deskterm promise`: times that our own replies promised."""

from __future__ import annotations

from typing import Annotated

import typer

from deskterm.cli.acting import carry_out, conversation_id
from deskterm.cli.answer import Answer, Json
from deskterm.cli.as_json import as_json
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.cli.named import customer_id
from deskterm.desk.commands_time import SettlePromise
from deskterm.desk.rows_time import PromiseRow
from deskterm.i18n import N_, _
from deskterm.office import Office
from deskterm.words import wording

app = group()

STATES: dict[str, str] = {"open": N_("to be kept"), "overdue": N_("overdue"), "kept": N_("kept"), "dropped": N_("dropped")}
MOST = 1000
"""Most promises that a list shows."""

Id = Annotated[int, typer.Argument(metavar="ID", help=_("The promise's number in the list."))]


@app.command("list", help=_("List promises: those that are to be kept first, the first due first, then the newest."))
@command
def list_(
    invocation: Invocation,
    overdue: Annotated[bool, typer.Option("--overdue", help=_("Only those whose time has passed."))] = False,
    conversation: Annotated[
        str | None, typer.Option("--conversation", metavar="NUMBER", help=_("Those made in this conversation."))
    ] = None,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="ID|NAME", help=_("Those made to this customer."))
    ] = None,
) -> Answer:
    """Show promises."""

    async def look(office: Office) -> Answer:
        rows = await office.promises(
            conversation_id=None if conversation is None else await conversation_id(office, conversation),
            customer_id=None if customer is None else await customer_id(office, customer),
            overdue=overdue,
            limit=MOST,
        )
        titles = [_("id"), _("until when"), _("state"), _("conversation"), _("operator"), _("what was said")]
        data: Json = [as_json(row) for row in rows]
        return Answer(data, lambda paper: paper.table(titles, [_cells(row) for row in rows]))

    return invocation.ask(look, acting=False)


def _cells(row: PromiseRow) -> list[str]:
    state = _(STATES[row.state]) if row.state in STATES else row.state
    return [str(row.id), wording.day_and_time(row.due), state, f"#{row.conversation_number}", row.operator, row.words]


@app.command("kept", help=_("Say that a promise was kept."))
@command
def kept(number: Id, invocation: Invocation) -> Answer:
    """Say that a promise was kept."""
    return _settle(invocation, number, "kept", _("kept: promise {id}").format(id=number))


@app.command("drop", help=_("Say that it was no promise, or is none any more."))
@command
def drop(number: Id, invocation: Invocation) -> Answer:
    """Say that something is no promise."""
    return _settle(invocation, number, "dropped", _("dropped: promise {id}").format(id=number))


def _settle(invocation: Invocation, number: int, state: str, said: str) -> Answer:
    async def act(office: Office) -> Answer:
        answer = await carry_out(office, SettlePromise(number, state))
        changed = bool(answer.command_id)
        words = said if changed else _("nothing was to be done")
        return Answer({"promise_id": number, "changed": changed}, lambda paper: paper.line(words))

    return invocation.ask(act)
