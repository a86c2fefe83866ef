"""`deskterm customer export` and `erase`: all there is of a customer, or nothing of it any more."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from deskterm.cli.answer import Answer, Json, Paper
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.cli.progress import counted
from deskterm.desk.rows_customer import Card
from deskterm.i18n import _, ngettext
from deskterm.office import Office, OfficeError
from deskterm.paths import absolute
from deskterm.words.double_words import double_words

app = group()

Id = Annotated[int, typer.Argument(metavar="ID", min=1, help=_("The customer's id, as the list shows it."))]


@app.command("export", help=_("Write all there is of a customer into a new folder: JSON, a page to read, their files."))
@command
def export(
    customer_id: Id,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help=_("A folder that is not there yet."))],
    invocation: Invocation,
) -> Answer:
    """Export a customer; only owners and supervisors may."""
    made = invocation.ask(lambda office: office.export_customer(customer_id, absolute(folder)))
    return Answer({"folder": str(made)}, lambda paper: paper.line(_("all there is: {folder}").format(folder=made)))


@app.command("erase", help=_("Erase all words of a customer for good. Cannot be undone."))
@command
def erase(
    customer_id: Id,
    invocation: Invocation,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
) -> Answer:
    """Erase a customer; only owners and supervisors may. A run that was stopped is finished by the next."""

    async def act(office: Office) -> Answer:
        card = await office.customer(customer_id)
        if card is None:
            see = _("See: {command}").format(command="deskterm customer list")
            raise OfficeError("not_found", _("there is no customer {id}").format(id=customer_id), see)
        same = _likely_same(card)
        if not invocation.json:
            for other in same:
                _advise(other)
        if not yes:
            if invocation.json:
                raise OfficeError("usage", _("{option} is missing").format(option="--yes"), _("Erasing cannot be undone."))
            _confirmed(card)
        with counted(shown=not invocation.json) as count:
            try:
                erased = await office.erase_customer(card.id, count)
            except asyncio.CancelledError:
                words = _("stopped in the middle; what is erased stays so")
                fix = _("Finish it: {command}").format(command=f"deskterm customer erase {card.id}")
                raise OfficeError("interrupted", words, fix) from None

        def show(paper: Paper) -> None:
            messages = ngettext("{n} message", "{n} messages", erased.messages).format(n=erased.messages)
            files = ngettext("{n} file", "{n} files", erased.files).format(n=erased.files)
            paper.line(_("erased: {messages}, {files}").format(messages=messages, files=files))
            if erased.copies:
                paper.line(_("older copies of the store were removed: {n}").format(n=erased.copies))
            paper.line(_("Copies that you keep elsewhere still hold it, and so does the mailbox on its server."))

        return Answer({**asdict(erased), "likely_same": list(same)}, show)

    return invocation.ask(act)


def _likely_same(card: Card) -> list[dict[str, Json]]:
    """Return the cards that may be of the same person, the surest first."""
    found: list[dict[str, Json]] = []
    for row in card.duplicates:
        other = (row.second_id, row.second_name) if row.first_id == card.id else (row.first_id, row.first_name)
        found.append({"id": other[0], "name": other[1], "reason": row.reason})
    return found


def _advise(other: Mapping[str, Any]) -> None:
    words = _("card {id} ({name}) may be the same person: erase it as well").format(id=other["id"], name=other["name"])
    typer.echo(f"{words} ({double_words(other['reason'])})", err=True)


def _confirmed(card: Card) -> None:
    """Have the name, or the id where there is none, typed once more. Raises OfficeError("refused")."""
    wanted = card.name or str(card.id)
    typed = str(
        typer.prompt(
            _("This cannot be undone. Type the name, or the id {id}").format(id=card.id),
            default="",
            err=True,
            show_default=False,
        )
    )
    if typed.strip().casefold() not in (wanted.casefold(), str(card.id)):
        raise OfficeError("refused", _("nothing was erased"), _("The name was another one."))
