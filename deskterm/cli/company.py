"""`deskterm company`: firms that customers belong to."""

from __future__ import annotations

from typing import Annotated

import typer

from deskterm.cli.acting import carry_out
from deskterm.cli.answer import Answer, Json
from deskterm.cli.as_json import as_json
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.desk.commands_customer import EditCompany
from deskterm.desk.query import folded
from deskterm.desk.rows_customer import CompanyRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.office import Office, OfficeError

app = group()

Which = Annotated[str, typer.Argument(metavar="ID|NAME", help=_("The company, by its id or its name."))]
Note = Annotated[str | None, typer.Option("--note", help=_("A note on the company."))]
MOST = 1_000


@app.command("list", help=_("List companies by name, or those with words that begin so."))
@command
def list_(
    invocation: Invocation,
    letters: Annotated[str, typer.Argument(metavar="[LETTERS]", help=_("The beginnings of words of the name."))] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=MOST, help=_("How many at most."))] = 50,
) -> Answer:
    """Show companies."""

    async def look(office: Office) -> Answer:
        rows = await office.companies(letters, limit=limit)
        cells = [[str(row.id), row.name, str(row.people), str(row.open_count)] for row in rows]
        return Answer(as_json(rows), lambda paper: paper.table([_("id"), _("company"), _("people"), _("open")], cells))

    return invocation.ask(look, acting=False)


@app.command("show", help=_("Show a company with its people."))
@command
def show(which: Which, invocation: Invocation) -> Answer:
    """Show a company."""

    async def look(office: Office) -> Answer:
        return await _shown(office, await _company(office, which))

    return invocation.ask(look, acting=False)


@app.command("add", help=_("Make a company."))
@command
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("Its name."))], invocation: Invocation, note: Note = None
) -> Answer:
    """Make a company; `customer edit --company NAME` puts people into it."""

    async def act(office: Office) -> Answer:
        await carry_out(office, EditCompany(None, name, note))
        return await _shown(office, await _company(office, " ".join(clean_line(name, 200).split())))

    return invocation.ask(act)


@app.command("edit", help=_("Give a company another name or note."))
@command
def edit(
    which: Which,
    invocation: Invocation,
    name: Annotated[str | None, typer.Option("--name", help=_("Its name from now on."))] = None,
    note: Note = None,
) -> Answer:
    """Change a company."""

    async def act(office: Office) -> Answer:
        company = await _company(office, which)
        await carry_out(office, EditCompany(company.id, name, note))
        return await _shown(office, await _company(office, str(company.id)))

    return invocation.ask(act)


async def _company(office: Office, which: str) -> CompanyRow:
    """Return the company of an id or a name. Raises OfficeError."""
    if which.isascii() and which.isdigit() and len(which) < 19:
        by_id = await office.company(int(which))
        if by_id is not None:
            return by_id
    for row in await office.companies(which, limit=MOST):
        if folded(row.name) == folded(which):
            return row
    see = _("See: {command}").format(command="deskterm company list")
    raise OfficeError("not_found", _("there is no such company"), see)


async def _shown(office: Office, company: CompanyRow) -> Answer:
    people = await office.company_people(company.id)
    data: dict[str, Json] = {
        "company": as_json(company),
        "customers": [{"id": customer_id, "name": name} for customer_id, name in people],
    }
    count = ngettext("{n} person", "{n} people", company.people).format(n=company.people)
    lines = [f"{company.id}  {company.name} · {count}", *(f"  {one} {name}" for one, name in people)]
    if company.note:
        lines.insert(1, f"  {clean_line(company.note)}")
    return Answer(data, lambda paper: paper.block("\n".join(lines)))
