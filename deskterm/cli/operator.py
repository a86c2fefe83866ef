"""`deskterm operator`: the people who work here."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from deskterm.cli.answer import Answer
from deskterm.cli.as_json import as_json
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.desk.model import Role
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.office import Office, OfficeError
from deskterm.wording import role_words

app = group()

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
"""A login: it stands in options, forced SSH commands and filters."""
NOBODY = ("nobody", "none")
"""Words that stand where a login may, and mean that there is none."""
MAX_NAME = 80


def sound_login(login: str) -> str:
    """Return a login as it is kept. Raises OfficeError."""
    kept = login.strip().lower()
    if kept in (*NOBODY, "me"):
        raise OfficeError("usage", _("this cannot be a login"), _("The word means something else here: choose another."))
    if not LOGIN.fullmatch(kept):
        raise OfficeError("usage", _("this cannot be a login"), _("Use 1 to 32 of a-z, 0-9, dot, - and _."))
    return kept


def sound_name(name: str) -> str:
    """Return a person's name as it is kept. Raises OfficeError."""
    if not name.strip() or clean_line(name, MAX_NAME) != " ".join(name.split()):
        raise OfficeError("usage", _("this cannot be a name"), _("Use 1 to {limit} characters.").format(limit=MAX_NAME))
    return " ".join(name.split())


@app.command("list", help=_("List everybody who works here."))
@command
def list_(invocation: Invocation) -> Answer:
    """Show the operators."""

    async def look(office: Office) -> Answer:
        people = await office.operators()
        cells = [[person.login, person.name, role_words(person.role)] for person in people]
        return Answer(as_json(people), lambda paper: paper.table([_("login"), _("name"), _("role")], cells))

    return invocation.ask(look, acting=False)


@app.command("add", help=_("Add a person who works here."))
@command
def add(
    login: Annotated[str, typer.Argument(metavar="LOGIN", help=_("A short word in a-z."))],
    invocation: Invocation,
    name: Annotated[
        str, typer.Option("--name", help=_("The name that customers and colleagues see; default: the login."))
    ] = "",
    role: Annotated[Role, typer.Option("--role", help=_("What the person may do."))] = Role.OPERATOR,
) -> Answer:
    """Add an operator; only an owner may."""
    kept, shown = sound_login(login), sound_name(name or login)
    settings = invocation.settings()
    from deskterm import runtime

    person = runtime.add_operator(settings, invocation.operator, kept, shown, role)
    return Answer(as_json(person), lambda paper: paper.line(_("added: {login}").format(login=person.login)))
