"""What logging a contact by hand is judged by, read inside the write transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace

from deskterm import phones
from deskterm.desk.card import NAME
from deskterm.desk.commands_customer import LogContact
from deskterm.desk.contacting import BY_HAND, Contacting
from deskterm.desk.decide_customer import normal_address
from deskterm.desk.model import Conversation, Status
from deskterm.desk.post import Address, IdentityKind
from deskterm.store import conversations, required, situations_customer
from deskterm.store.rules import Rules
from deskterm.store.times import from_ms
from deskterm.store.told import known_identity
from deskterm.store.writer import Transaction


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is known of a contact, and what the card lacks before its conversation may be closed, by key."""

    contact: Contacting | None
    missing: tuple[str, ...] = ()


def of_contact(tx: Transaction, command: LogContact, rules: Rules) -> Loaded:
    """Load what the desk knows of the channel and the customer; no contact without such a channel."""
    channel = tx.one("SELECT kind, enabled FROM channel WHERE id = ?", (command.channel_id,))
    if channel is None:
        return Loaded(None)
    address = _address(command.address, rules.card.region)
    conversation = None if command.conversation_id is None else conversations.load(tx, command.conversation_id)
    identity = known_identity(tx, address)
    customer_id = _customer(tx, command, conversation, identity.customer_id if identity is not None else None)
    contact = Contacting(
        channel_id=command.channel_id,
        by_hand=channel[0] == BY_HAND,
        enabled=bool(channel[1]),
        address=address,
        identity=identity,
        customer_id=customer_id,
        identity_id=_telephone(tx, customer_id),
        conversation=conversation,
        present=_present(tx, conversation),
    )
    return Loaded(contact, _missing(tx, command, contact, rules))


def _address(address: Address | None, region: str) -> Address | None:
    """Return an address as identities are compared; numbers as people say them."""
    if address is None:
        return None
    if address.kind is IdentityKind.PHONE:
        number = phones.e164(address.value, region)
        return replace(address, value=number) if number else None
    return normal_address(address)


def _customer(tx: Transaction, command: LogContact, conversation: Conversation | None, owner_id: int | None) -> int | None:
    if conversation is not None and conversation.customer_id is not None:
        return conversation.customer_id
    if command.customer_id is not None:
        return situations_customer.survivor_id(tx, command.customer_id)
    return owner_id


def _telephone(tx: Transaction, customer_id: int | None) -> int | None:
    """Return the number that a customer was last known by."""
    row = tx.one("SELECT id FROM identity WHERE customer_id = ? AND kind = 'phone' ORDER BY id DESC LIMIT 1", (customer_id,))
    return None if row is None else int(row[0])


def _present(tx: Transaction, conversation: Conversation | None) -> frozenset[int]:
    if conversation is None:
        return frozenset()
    rows = tx.all("SELECT identity_id FROM participant WHERE conversation_id = ?", (conversation.id,))
    return frozenset(row[0] for row in rows)


def _missing(tx: Transaction, command: LogContact, contact: Contacting, rules: Rules) -> tuple[str, ...]:
    wanted = required.wanted(tx, rules.card) if command.outcome == "solved" else None
    if wanted is None:
        return ()
    conversation = contact.conversation
    if conversation is None:
        at = from_ms(0)
        conversation = Conversation(0, 0, command.channel_id, Status.OPEN, at, at, at, customer_id=contact.customer_id)
    if conversation.customer_id is not None:
        return wanted.missing(tx, conversation)
    has = {NAME} if command.name.strip() else set()
    if contact.address is not None:
        has.add(f"identity:{contact.address.kind.value}")
    return tuple(key for key in wanted.of(replace(conversation, customer_id=0)) if key not in has)
