"""From a customer to what is begun with them: a new message, a call or a visit that is kept."""

from __future__ import annotations

from textual.dom import DOMNode

from deskterm.desk.rows import CustomerRow, IdentityRow, StartChannel
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.screens.addressing import Suggestion
from deskterm.screens.beginning import Beginning, Outline
from deskterm.screens.console import begin, console_of
from deskterm.screens.contact import About, ContactScreen, Kept


async def write_to(node: DOMNode, customer: CustomerRow) -> None:
    """Begin a message to a customer, by a channel that reaches them."""
    reached = _reached(customer.identities, await console_of(node).office.start_channels())
    inbox = node.app.screen_stack[0]
    if reached is None:
        name = clean_line(customer.name, 60)
        console_of(node).tell(_("No channel that we have reaches {name}.").format(name=name), problem=True)
    elif isinstance(inbox, Beginning):
        identity, channel = reached
        to = Suggestion(customer.name, identity.value, identity.kind, None).address
        await inbox.start(Outline(to, channel=channel.name))


def _reached(
    identities: tuple[IdentityRow, ...], channels: tuple[StartChannel, ...]
) -> tuple[IdentityRow, StartChannel] | None:
    """Return the customer's first address that a channel reaches, and that channel."""
    pairs = ((identity, channel) for identity in identities for channel in channels)
    return next(((identity, channel) for identity, channel in pairs if identity.kind == channel.kind), None)


def log_contact_with(node: DOMNode, customer: CustomerRow | None) -> None:
    """Open the form of a call or visit, with a customer in it where one is known."""
    log_contact(node, About() if customer is None else About(customer_id=customer.id, name=customer.name))


def log_contact(node: DOMNode, about: About, *, begun_before: bool = False) -> None:
    """Open the form of a call or visit; afterwards say where it is kept. `begun_before`: as a new message, done with then."""

    def kept(answer: Kept | None) -> None:
        if answer is not None:
            begin(node, _say_kept(node, answer.conversation_id, begun_before=begun_before), group="acts")

    node.app.push_screen(ContactScreen(about), kept)


async def _say_kept(node: DOMNode, conversation_id: int, *, begun_before: bool) -> None:
    if begun_before:
        await console_of(node).office.save_new_message(None)
    detail = await console_of(node).office.conversation(conversation_id)
    if detail is not None:
        about = f"#{detail.row.number} {clean_line(detail.row.customer, 60)}"
        console_of(node).tell(_("Kept: {about}").format(about=about))
