"""`deskterm contact`: telephone calls and visits, written down as conversations."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from deskterm.cli.acting import carry_out, conversation_id
from deskterm.cli.answer import Answer, Json
from deskterm.cli.as_json import as_json
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.cli.typed import typed_text
from deskterm.desk.addresses import typed_email
from deskterm.desk.commands_customer import LogContact
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.rows import ChannelRow
from deskterm.i18n import _
from deskterm.office import Office, OfficeError
from deskterm.settings import Settings

app = group()
BY_HAND = "manual"
"""The kind of channels that contacts are logged on."""
FEW = 10
"""How many customers are looked at when letters may mean several."""


class Outcome(StrEnum):
    """How a contact ended."""

    SOLVED = "solved"
    OPEN = "open"
    CALL_BACK = "call_back"
    NO_ANSWER = "no_answer"


@app.command("log", help=_("Write down a telephone call or a visit."))
@command
def log(
    invocation: Invocation,
    text: Annotated[str, typer.Option("--text", help=_("What was said; - reads it from standard input."))] = "",
    channel: Annotated[
        str | None, typer.Option("--channel", metavar="NAME", help=_("On which channel; not needed where there is only one."))
    ] = None,
    customer: Annotated[
        str, typer.Option("--customer", metavar="ID|LETTERS", help=_("Whose: the card's id, or letters of a name or address."))
    ] = "",
    address: Annotated[
        str, typer.Option("--address", metavar="ADDRESS", help=_("A telephone number or an e-mail address, new or known."))
    ] = "",
    name: Annotated[str, typer.Option("--name", help=_("The name on a new card."))] = "",
    minutes: Annotated[float | None, typer.Option("--minutes", min=0, help=_("How long it took."))] = None,
    outcome: Annotated[Outcome, typer.Option("--outcome", help=_("How it ended."))] = Outcome.OPEN,
    outgoing: Annotated[bool, typer.Option("--outgoing", help=_("We called them."))] = False,
    conversation: Annotated[
        str, typer.Option("--conversation", metavar="NUMBER", help=_("The conversation it belongs to, as 1042."))
    ] = "",
) -> Answer:
    """Keep a contact as a conversation of its own, or in one that there is."""
    if not (customer or address or name or conversation):
        raise OfficeError(
            "name_wanted",
            _("it is not said who it was"),
            _("Say it with --customer, --address, --name or --conversation."),
        )
    words = typed_text(text) if text else ""
    settings = invocation.settings()

    async def act(office: Office) -> Answer:
        on = await _channel(office, channel, settings)
        wish = LogContact(
            on.id,
            words,
            customer_id=await _customer(office, customer) if customer else None,
            name=name,
            address=_address(address) if address else None,
            incoming=not outgoing,
            outcome=outcome.value,
            duration_s=None if minutes is None else round(minutes * 60),
            conversation_id=await conversation_id(office, conversation) if conversation else None,
        )
        done = await carry_out(office, wish)
        detail = await office.conversation(done.conversation_id or 0)
        data: dict[str, Json] = {
            "message_id": done.message_id,
            "customer_id": detail.customer_id if detail is not None else done.customer_id,
            "conversation": as_json(detail.row) if detail is not None else None,
        }
        number = detail.row.number if detail is not None else 0
        said = _("logged as #{number}").format(number=number)
        return Answer(data, lambda paper: paper.line(said))

    return invocation.ask(act)


async def _channel(office: Office, name: str | None, settings: Settings) -> ChannelRow:
    """Return the channel to log on: the one named, or the only one. Raises OfficeError."""
    known = [one for one in (await office.status()).channels if one.kind == BY_HAND and one.enabled]
    names = ", ".join(one.name for one in known)
    configured = next((one.name for one in settings.channels if one.kind == BY_HAND and one.enabled), None)
    if not known and configured is not None:
        raise OfficeError(
            "not_found",
            _("{name} is in the configuration, but the desk has not been started since").format(name=configured),
            _("Start it once: {command}").format(command="deskterm"),
        )
    if not known:
        raise OfficeError(
            "not_found",
            _("there is no channel that contacts are logged on"),
            _("Add one: {command}").format(command="deskterm channel add --kind manual"),
        )
    if name is None and len(known) == 1:
        return known[0]
    found = next((one for one in known if one.name == name), None)
    if found is None:
        what = _("it is not said on which channel")
        if name is not None:
            what = _("contacts are not logged on {name}").format(name=name)
        raise OfficeError("usage", what, _("Use --channel with one of: {names}").format(names=names))
    return found


async def _customer(office: Office, typed: str) -> int:
    """Return the customer whom an id or a few letters name. Raises OfficeError where that is none or several."""
    if typed.isascii() and typed.isdigit() and len(typed) < 19 and await office.customer(int(typed)) is not None:
        return int(typed)
    found = await office.customers(typed, limit=FEW)
    if len(found) == 1:
        return found[0].id
    if not found:
        raise OfficeError("not_found", _("no customer is called so"), _("Use --name to make a card."))
    several = ", ".join(f"{one.id} {one.name}" for one in found)
    raise OfficeError("usage", _("several customers are called so: {names}").format(names=several), _("Name one by its id."))


def _address(typed: str) -> Address:
    """Return an address as typed; a number is understood where the desk's country is known."""
    if "@" not in typed:
        return Address(IdentityKind.PHONE, typed)
    address = typed_email(typed)
    if address is None:
        raise OfficeError("usage", _("that is no address"), _("Write it as olga@example.org."))
    return address
