"""The commands of `deskterm customer` by which cards become one and two again."""

from __future__ import annotations

from typing import Annotated

import typer

from deskterm.cli.acting import carry_out
from deskterm.cli.answer import Answer, Json
from deskterm.cli.as_json import as_json
from deskterm.cli.customer import Id, changed
from deskterm.cli.customer_shown import show_preview
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.desk.commands_customer import DismissDuplicate, MergeCustomers, PartCustomer
from deskterm.i18n import _
from deskterm.office import Office
from deskterm.words.double_words import double_words

app = group()

First = Annotated[int, typer.Argument(metavar="ID", min=1, help=_("The customer who stays."))]
Second = Annotated[int, typer.Argument(metavar="OTHER", min=1, help=_("The other customer."))]


@app.command("duplicates", help=_("List customers who are likely one, the surest first."))
@command
def duplicates(
    invocation: Invocation,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help=_("How many at most."))] = 50,
) -> Answer:
    """Show pairs of whom nobody has decided."""

    async def look(office: Office) -> Answer:
        rows = await office.duplicates(limit=limit)
        cells = [
            [
                str(row.first_id),
                f"{row.first_name} {row.first_known_by}".strip(),
                str(row.second_id),
                f"{row.second_name} {row.second_known_by}".strip(),
                double_words(row.reason),
                str(row.score),
            ]
            for row in rows
        ]
        titles = [_("id"), _("customer"), _("id"), _("other"), _("why"), _("score")]
        return Answer(as_json(rows), lambda paper: paper.table(titles, cells))

    return invocation.ask(look, acting=False)


@app.command("merge", help=_("Two cards are one person's: the second goes into the first."))
@command
def merge(
    into_id: First,
    from_id: Second,
    invocation: Invocation,
    take: Annotated[
        list[str] | None,
        typer.Option("--take", metavar="FIELD", help=_("Take this from the other card, though the first says something too.")),
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help=_("Only say what it would do."))] = False,
) -> Answer:
    """Merge two cards; `customer part`, or undo, parts them again."""

    async def look(office: Office) -> Answer:
        found = await office.merge_preview(into_id, from_id, into_id=into_id)
        return Answer(as_json(found), lambda paper: show_preview(paper, found))

    if preview:
        return invocation.ask(look, acting=False)
    wish = MergeCustomers(into_id, from_id, tuple(take or ()))
    return invocation.ask(lambda office: changed(office, wish, into_id))


@app.command("part", help=_("A card that was merged away stands by itself again."))
@command
def part(customer_id: Id, invocation: Invocation) -> Answer:
    """Part a card from the one it went into, with all that is its own."""
    return invocation.ask(lambda office: changed(office, PartCustomer(customer_id), customer_id))


@app.command("dismiss", help=_("Two customers who look alike are two."))
@command
def dismiss(
    first_id: Annotated[int, typer.Argument(metavar="ID", min=1, help=_("One of them."))],
    second_id: Second,
    invocation: Invocation,
    again: Annotated[bool, typer.Option("--again", help=_("Have them looked at again."))] = False,
) -> Answer:
    """Take a pair off the list of likely doubles, for good."""

    async def act(office: Office) -> Answer:
        done = await carry_out(office, DismissDuplicate(first_id, second_id, dismissed=not again))
        data: Json = {"command_id": done.command_id, "count": done.count}
        words = _("to be looked at again") if again else _("they are two")
        return Answer(data, lambda paper: paper.line(words))

    return invocation.ask(act)
