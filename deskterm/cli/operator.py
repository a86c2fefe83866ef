"""`deskterm operator`: the people who work here."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from deskterm.cli.answer import Answer
from deskterm.cli.as_json import as_json
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.desk.addresses import SENDABLE, normal_email, without_plus
from deskterm.desk.model import Operator, Role
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.office import Office, OfficeError
from deskterm.words.wording import role_words

if TYPE_CHECKING:
    from datetime import datetime

    from deskterm.store.writer import Transaction

app = group()
addresses = group()
app.add_typer(addresses, name="address", help=_("The addresses that a person forwards customers' mail from."))

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


Person = Annotated[str, typer.Argument(metavar="LOGIN", help=_("Whose address it is."))]
Mailbox = Annotated[str, typer.Argument(metavar="ADDRESS", help=_("An e-mail address of that person's own."))]


@addresses.command("list", help=_("List the addresses that people forward mail from."))
@command
def list_addresses(invocation: Invocation) -> Answer:
    """Show whose each address is."""
    settings = invocation.settings()

    async def look() -> list[tuple[str, str]]:
        from deskterm import runtime
        from deskterm.store import people

        async with runtime.open_desk(settings, sync=False) as desk:
            office = await desk.office(invocation.operator, acting=False)
            logins = {one.id: one.login for one in await office.operators()}
            known = await people.operator_addresses(desk.store.reader)
            return sorted((logins[operator_id], address) for address, operator_id in known.items() if operator_id in logins)

    found = asyncio.run(look())
    data = [{"login": login, "address": address} for login, address in found]
    return Answer(as_json(data), lambda paper: paper.table([_("login"), _("address")], [list(row) for row in found]))


@addresses.command("add", help=_("Have what a person forwards from an address taken in as its writer's mail."))
@command
def add_address(login: Person, address: Mailbox, invocation: Invocation) -> Answer:
    """Add an address; only an owner may."""
    from deskterm.store import people

    kept = _sound_address(address)
    new = _carry_out(invocation, lambda tx, me, now: people.add_address(tx, login, kept, me, now))
    words = _("added: {address}") if new else _("{address} was there already")
    return Answer({"login": login, "address": kept, "new": new}, lambda paper: paper.line(words.format(address=kept)))


@addresses.command("remove", help=_("Take mail from an address as that of anybody again."))
@command
def remove_address(login: Person, address: Mailbox, invocation: Invocation) -> Answer:
    """Remove an address; only an owner may."""
    from deskterm.store import people

    kept = _sound_address(address)
    if not _carry_out(invocation, lambda tx, me, now: people.remove_address(tx, login, kept, me, now)):
        what = _("{login} has no address {address}").format(login=login, address=kept)
        raise OfficeError("not_found", what, _("See: deskterm operator address list"))
    return Answer({"login": login, "address": kept}, lambda paper: paper.line(_("removed: {address}").format(address=kept)))


def _sound_address(address: str) -> str:
    kept = without_plus(normal_email(address))
    if not SENDABLE.fullmatch(kept):
        raise OfficeError("usage", _("{address} is no e-mail address").format(address=address), _("Write it as name@domain."))
    return kept


def _carry_out(invocation: Invocation, change: Callable[[Transaction, Operator, datetime], bool]) -> bool:
    settings = invocation.settings()
    from deskterm import runtime
    from deskterm.store.engine import StoreError

    async def carried_out() -> bool:
        async with runtime.open_desk(settings) as desk:
            me = (await desk.office(invocation.operator)).me
            if me.role is not Role.OWNER:
                raise OfficeError("not_owner", _("{login} is not an owner").format(login=me.login), _("Ask an owner."))
            now = desk.store.now()
            return await desk.store.writer.run(lambda tx: change(tx, me, now))

    try:
        return asyncio.run(carried_out())
    except StoreError as error:
        raise OfficeError(error.code, error.message, error.fix) from error
