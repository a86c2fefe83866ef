"""`deskterm reminder`: what operators are to be reminded of."""

from __future__ import annotations

from typing import Annotated

import typer

from deskterm.cli.acting import carry_out, conversation_id
from deskterm.cli.answer import Answer, Json
from deskterm.cli.as_json import as_json
from deskterm.cli.due_time import typed_time
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.cli.named import customer_id, operator_id, task_id
from deskterm.desk.commands import Command
from deskterm.desk.commands_time import MoveReminder, Remind, SettleReminder
from deskterm.desk.rows_time import ReminderRow
from deskterm.i18n import N_, _
from deskterm.office import Office
from deskterm.times.when_typed import understood
from deskterm.words import wording

app = group()

STATES: dict[str, str] = {"set": N_("set"), "due": N_("due"), "done": N_("done"), "cancelled": N_("cancelled")}
MOST = 1000
"""Most reminders that a list shows."""

When = Annotated[str, typer.Argument(metavar="WHEN", help=_("A time to come in words: 'friday 10:00', 'in 2h', 'завтра'."))]
Words = Annotated[str, typer.Argument(metavar="[WORDS]", help=_("What of, 300 characters at most."))]
Id = Annotated[int, typer.Argument(metavar="ID", help=_("The reminder's number in the list."))]
Conversation = Annotated[str | None, typer.Option("--conversation", metavar="NUMBER", help=_("About this conversation."))]
Customer = Annotated[str | None, typer.Option("--customer", metavar="ID|NAME", help=_("About this customer."))]
Task = Annotated[str | None, typer.Option("--task", metavar="NUMBER", help=_("About this task, as T7."))]


@app.command("add", help=_("Be reminded at a time: of a conversation, a customer, a task, or of anything."))
@command
def add(
    when: When,
    invocation: Invocation,
    words: Words = "",
    conversation: Conversation = None,
    customer: Customer = None,
    task: Task = None,
    for_: Annotated[str | None, typer.Option("--for", metavar="LOGIN", help=_("Remind this operator, not me."))] = None,
) -> Answer:
    """Set a reminder."""

    async def act(office: Office) -> Answer:
        wish = Remind(
            typed_time(when, office.now(), office.zone),
            words,
            operator_id=None if for_ is None else await operator_id(office, for_),
            conversation_id=None if conversation is None else await conversation_id(office, conversation),
            customer_id=None if customer is None else await customer_id(office, customer),
            task_id=None if task is None else await task_id(office, task),
        )
        done = await carry_out(office, wish)
        at = understood(wish.at, office.zone)
        said = _("reminder {id}: {time}").format(id=done.reminder_id, time=at)
        return Answer({"reminder_id": done.reminder_id, "at": as_json(wish.at)}, lambda paper: paper.line(said))

    return invocation.ask(act)


@app.command("list", help=_("List reminders that are set or due: those that are due first."))
@command
def list_(
    invocation: Invocation,
    everybody: Annotated[bool, typer.Option("--everybody", help=_("Those of all operators, not mine alone."))] = False,
    conversation: Conversation = None,
    customer: Customer = None,
    task: Task = None,
) -> Answer:
    """Show reminders."""

    async def look(office: Office) -> Answer:
        rows = await office.reminders(
            conversation_id=None if conversation is None else await conversation_id(office, conversation),
            customer_id=None if customer is None else await customer_id(office, customer),
            task_id=None if task is None else await task_id(office, task),
            everybody=everybody,
            limit=MOST,
        )
        titles = [_("id"), _("when"), _("state"), _("whose"), _("about"), _("what")]
        data: Json = [as_json(row) for row in rows]
        return Answer(data, lambda paper: paper.table(titles, [_cells(row) for row in rows]))

    return invocation.ask(look)


def _cells(row: ReminderRow) -> list[str]:
    state = _(STATES[row.state]) if row.state in STATES else row.state
    return [str(row.id), wording.day_and_time(row.at), state, row.operator, row.about, row.words]


@app.command("move", help=_("Have a reminder come at another time, or again."))
@command
def move(number: Id, when: When, invocation: Invocation) -> Answer:
    """Move a reminder."""

    async def act(office: Office) -> Answer:
        at = typed_time(when, office.now(), office.zone)
        said = _("reminder {id}: {time}").format(id=number, time=understood(at, office.zone))
        return await _done(office, MoveReminder(number, at), number, said)

    return invocation.ask(act)


@app.command("done", help=_("Acknowledge a reminder."))
@command
def done(number: Id, invocation: Invocation) -> Answer:
    """Acknowledge a reminder."""

    async def act(office: Office) -> Answer:
        return await _done(office, SettleReminder(number), number, _("done: reminder {id}").format(id=number))

    return invocation.ask(act)


@app.command("cancel", help=_("A reminder is not wanted any more."))
@command
def cancel(number: Id, invocation: Invocation) -> Answer:
    """Cancel a reminder."""

    async def act(office: Office) -> Answer:
        wish = SettleReminder(number, "cancelled")
        return await _done(office, wish, number, _("cancelled: reminder {id}").format(id=number))

    return invocation.ask(act)


async def _done(office: Office, wish: Command, number: int, said: str) -> Answer:
    answer = await carry_out(office, wish)
    changed = bool(answer.command_id)
    words = said if changed else _("nothing was to be done")
    return Answer({"reminder_id": number, "changed": changed}, lambda paper: paper.line(words))
