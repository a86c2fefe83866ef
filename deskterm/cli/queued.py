"""What a command answers that has queued a message: at once, or when it went out."""

from __future__ import annotations

import typer

from deskterm.cli.acting import nobody_sends, wait_for_receipt
from deskterm.cli.answer import Answer, Json
from deskterm.i18n import _
from deskterm.office import Office


async def queued_answer(
    office: Office, message_id: int | None, more: dict[str, Json], *, wait_s: float | None, as_json: bool, notice: str = ""
) -> Answer:
    """Answer with the message and what `more` says; with `wait_s` once it went out, after so many seconds at most.

    `notice` goes before the one that nothing sends now. Raises OfficeError as `wait_for_receipt` does.
    """
    idle = await nobody_sends(office)
    data: dict[str, Json] = {**more, "message_id": message_id, "delivery": "queued", "notice": idle}
    if wait_s is None or message_id is None:
        words = _("queued: message {id}").format(id=message_id)
        return Answer(data, lambda paper: paper.line(words), notice=" · ".join(filter(None, (notice, idle))))
    if idle and not as_json:
        typer.echo(idle, err=True)
    receipt = await wait_for_receipt(office, message_id, wait_s)
    data |= {"delivery": receipt.state.value, "notice": ""}
    return Answer(data, lambda paper: paper.line(_("sent: message {id}").format(id=message_id)), notice=notice)
