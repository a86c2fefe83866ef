"""`deskterm customer`: cards of customers, found, shown, changed."""

from __future__ import annotations

from typing import Annotated

import typer

from deskterm.cli.acting import carry_out
from deskterm.cli.answer import Answer, Json
from deskterm.cli.as_json import as_json
from deskterm.cli.customer_shown import show_card
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.cli.typed import typed_text
from deskterm.desk.addresses import typed_email
from deskterm.desk.commands import Command
from deskterm.desk.commands_customer import (
    AddCustomer,
    AddIdentity,
    EditCustomer,
    RemoveIdentity,
    ShareIdentity,
    WriteCustomerNote,
)
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.rows_customer import Card
from deskterm.i18n import _
from deskterm.office import Office, OfficeError
from deskterm.verbs.talks import talks_of

app = group()
identity = group()
app.add_typer(identity, name="identity", help=_("The addresses of a customer."))

Id = Annotated[int, typer.Argument(metavar="ID", min=1, help=_("The customer's id, as the list shows it."))]
IdentityId = Annotated[int, typer.Argument(metavar="IDENTITY", min=1, help=_("The address, by its id on the card."))]
Typed = Annotated[str, typer.Argument(metavar="ADDRESS", help=_("An e-mail address, a telephone number, or telegram:1234567."))]
Language = Annotated[str | None, typer.Option("--language", metavar="CODE", help=_("The customer's language, as ru."))]
Company = Annotated[str | None, typer.Option("--company", metavar="NAME", help=_("The company they belong to; made if new."))]
Values = Annotated[
    list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help=_("What stands in a field; FIELD= empties it."))
]

MOST_NAMED = 10
"""Most conversations that are named with a card, the newest."""


@app.command("list", help=_("List customers: the newest, or those whose names or addresses begin so."))
@command
def list_(
    invocation: Invocation,
    letters: Annotated[str, typer.Argument(metavar="[LETTERS]", help=_("The beginnings of names or addresses."))] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help=_("How many at most."))] = 50,
) -> Answer:
    """Show customers, the newest first."""

    async def look(office: Office) -> Answer:
        rows = await office.customers(letters, limit=limit)
        cells = [
            [str(row.id), row.name, ", ".join(one.value for one in row.identities), f"#{row.number}" if row.number else ""]
            for row in rows
        ]
        titles = [_("id"), _("name"), _("addresses"), _("conversation")]
        return Answer(as_json(rows), lambda paper: paper.table(titles, cells))

    return invocation.ask(look, acting=False)


@app.command("show", help=_("Show a customer's card."))
@command
def show(customer_id: Id, invocation: Invocation) -> Answer:
    """Show a card; of one that was merged away that of the customer it went into."""

    async def look(office: Office) -> Answer:
        return await _shown(office, await card_of(office, customer_id))

    return invocation.ask(look, acting=False)


async def card_of(office: Office, customer_id: int) -> Card:
    """Return a card. Raises OfficeError."""
    card = await office.customer(customer_id)
    if card is None:
        see = _("See: {command}").format(command="deskterm customer list")
        raise OfficeError("not_found", _("there is no customer {id}").format(id=customer_id), see)
    return card


async def _shown(office: Office, card: Card) -> Answer:
    talks = (await talks_of(office, card))[:MOST_NAMED]
    data = as_json(card)
    assert isinstance(data, dict)
    return Answer({**data, "conversations": as_json(talks)}, lambda paper: show_card(paper, card, office.card, talks))


async def changed(office: Office, wish: Command, customer_id: int) -> Answer:
    """Carry out a command and show the card as it is then. Raises OfficeError."""
    done = await carry_out(office, wish)
    return await _shown(office, await card_of(office, done.customer_id or customer_id))


def typed_address(text: str, name: str = "") -> Address:
    """Return the address that a person typed. Raises OfficeError."""
    kind, _colon, value = text.partition(":")
    if kind.strip().lower() == IdentityKind.TELEGRAM.value and value.strip().isdigit():
        return Address(IdentityKind.TELEGRAM, value.strip(), name)
    if "@" not in text:
        return Address(IdentityKind.PHONE, text, name)
    address = typed_email(text)
    if address is None:
        raise OfficeError("usage", _("that is no address"), _("Write it as olga@example.org."))
    return Address(address.kind, address.value, name or address.name)


def typed_values(pairs: list[str] | None) -> tuple[tuple[str, str], ...]:
    """Return fields and what is to stand in them, of FIELD=VALUE. Raises OfficeError."""
    values = []
    for pair in pairs or []:
        key, sign, value = pair.partition("=")
        if not sign or not key.strip():
            raise OfficeError("usage", _("it is not said what stands in which field"), _("Write it as --set city=Perm."))
        values.append((key.strip(), value))
    return tuple(values)


@app.command("add", help=_("Make a card by hand."))
@command
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("The customer's name."))],
    invocation: Invocation,
    address: Annotated[
        list[str] | None, typer.Option("--address", metavar="ADDRESS", help=_("An address of theirs, which you vouch for."))
    ] = None,
    language: Language = None,
    company: Company = None,
    values: Values = None,
) -> Answer:
    """Make a card."""
    wish = AddCustomer(
        name,
        tuple(typed_address(one, name) for one in address or []),
        language=language or "",
        company=company or "",
        values=typed_values(values),
    )
    return invocation.ask(lambda office: changed(office, wish, 0))


@app.command("edit", help=_("Change a card; what is not named stays."))
@command
def edit(
    customer_id: Id,
    invocation: Invocation,
    name: Annotated[str | None, typer.Option("--name", help=_("The customer's name."))] = None,
    language: Language = None,
    company: Company = None,
    values: Values = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help=_("Put a tag on."))] = None,
    untag: Annotated[list[str] | None, typer.Option("--untag", metavar="TAG", help=_("Take a tag off."))] = None,
) -> Answer:
    """Change a card."""
    wish = EditCustomer(
        customer_id,
        name=name,
        language=language,
        company=company,
        values=typed_values(values),
        add_tags=tuple(tag or ()),
        remove_tags=tuple(untag or ()),
    )
    return invocation.ask(lambda office: changed(office, wish, customer_id))


@app.command("note", help=_("Write a note on a card, change one, or take one away."))
@command
def note(
    customer_id: Id,
    invocation: Invocation,
    text: Annotated[str, typer.Argument(metavar="[TEXT]", help=_("The text, or - to read it from standard input."))] = "",
    pin: Annotated[bool, typer.Option("--pin", help=_("Keep it at the top of the card."))] = False,
    note_id: Annotated[
        int | None, typer.Option("--note", metavar="NOTE", help=_("The note to change; without a text it is taken away."))
    ] = None,
) -> Answer:
    """Keep a note."""
    wish = WriteCustomerNote(customer_id, typed_text(text), pinned=pin, note_id=note_id)
    return invocation.ask(lambda office: changed(office, wish, customer_id))


@identity.command("add", help=_("Say that an address is a customer's."))
@command
def identity_add(customer_id: Id, address: Typed, invocation: Invocation) -> Answer:
    """Put an address on a card; one that is another's is refused."""
    wish = AddIdentity(customer_id, typed_address(address))
    return invocation.ask(lambda office: changed(office, wish, customer_id))


@identity.command("remove", help=_("Take an address off a card; one that was written from stays."))
@command
def identity_remove(identity_id: IdentityId, invocation: Invocation) -> Answer:
    """Take an address off."""
    return _of_address(invocation, RemoveIdentity(identity_id), _("taken off"))


@identity.command("share", help=_("Several people write from an address: nobody is recognised by it."))
@command
def identity_share(
    identity_id: IdentityId,
    invocation: Invocation,
    own: Annotated[bool, typer.Option("--own", help=_("Only one person does, after all."))] = False,
) -> Answer:
    """Say whether an address is shared."""
    return _of_address(invocation, ShareIdentity(identity_id, shared=not own), _("noted"))


def _of_address(invocation: Invocation, wish: Command, words: str) -> Answer:
    async def act(office: Office) -> Answer:
        done = await carry_out(office, wish)
        data: Json = {"command_id": done.command_id, "count": done.count}
        return Answer(data, lambda paper: paper.line(words))

    return invocation.ask(act)
