"""`deskterm outbox`: outgoing messages that have not simply arrived."""

from __future__ import annotations

from typing import Annotated

import typer

from deskterm.cli import cursors
from deskterm.cli.acting import carry_out, nobody_sends
from deskterm.cli.answer import Answer, Json
from deskterm.cli.as_json import as_json
from deskterm.cli.conversation import After
from deskterm.cli.conversation_shown import local
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.desk.commands import Command, RetryAllFailed, RetrySend
from deskterm.desk.rows import OutboxRow
from deskterm.i18n import _
from deskterm.office import Office, OfficeError
from deskterm.words import reasons
from deskterm.words.wording import delivery_words

app = group()


@app.command("list", help=_("List what waits, failed or is uncertain."))
@command
def list_(
    invocation: Invocation,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help=_("How many at most."))] = 50,
    after: After = None,
) -> Answer:
    """Show one page of the outbox: failed and uncertain first."""
    before = cursors.read(after, 1)[0] if after is not None else None

    async def look(office: Office) -> Answer:
        rows = await office.outbox(before_id=before, limit=limit + 1)
        shown = rows[:limit]
        titles = [_("message"), _("conversation"), _("state"), _("channel"), _("customer"), _("written"), _("words"), _("why")]
        next_page = cursors.write(shown[-1].message_id) if len(rows) > limit else None
        return Answer(as_json(shown), lambda paper: paper.table(titles, [_cells(row) for row in shown]), next=next_page)

    return invocation.ask(look, acting=False)


def _cells(row: OutboxRow) -> list[str]:
    state = delivery_words(row.delivery.state)
    written = local(row.at)
    return [
        str(row.message_id),
        f"#{row.number}",
        state,
        row.channel,
        row.customer,
        written,
        row.preview,
        reasons.shown(row.delivery.detail),
    ]


@app.command("retry", help=_("Send a failed or uncertain message again, or all that failed."))
@command
def retry(
    invocation: Invocation,
    message: Annotated[int | None, typer.Argument(metavar="[ID]", help=_("The message's id."))] = None,
    every: Annotated[
        bool, typer.Option("--all", help=_("Everything that failed; what is uncertain may have arrived and is left alone."))
    ] = False,
) -> Answer:
    """Queue again what did not go out."""
    if (message is None) != every:
        raise OfficeError("usage", _("name one message, or --all"), _("See: {command}").format(command="deskterm outbox list"))
    wish: Command = RetryAllFailed() if message is None else RetrySend(message)

    async def act(office: Office) -> Answer:
        done = await carry_out(office, wish)
        notice = await nobody_sends(office)
        data: Json = {"count": done.count, "notice": notice}
        return Answer(data, lambda paper: paper.line(_("queued again: {count}").format(count=done.count)), notice=notice)

    return invocation.ask(act)
