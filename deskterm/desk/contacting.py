"""What logging a contact by hand is judged by; the store loads it. See `desk.decide_contact`."""

from __future__ import annotations

from dataclasses import dataclass

from deskterm.desk.arrival import KnownIdentity
from deskterm.desk.model import Conversation
from deskterm.desk.post import Address

BY_HAND = "manual"
"""The kind of channel on which contacts are logged by hand: nothing is fetched there and nothing sent."""


@dataclass(frozen=True, slots=True)
class Contacting:
    """The channel of a contact, and what the desk knows of the customer.

    `by_hand`: the channel is one of those that contacts are logged on. `address` is the one named as identities are compared,
    None for none; `identity` its row. `customer_id` is the customer named, merges followed; None where there is none.
    `identity_id` is an address of that customer that fits the channel (a telephone number). `present` are the identities that
    take part in `conversation`.
    """

    channel_id: int
    by_hand: bool
    enabled: bool
    address: Address | None = None
    identity: KnownIdentity | None = None
    customer_id: int | None = None
    identity_id: int | None = None
    conversation: Conversation | None = None
    present: frozenset[int] = frozenset()
