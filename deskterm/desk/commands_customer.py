"""What people ask for about customers and about which messages are one conversation. See `desk.commands`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from deskterm.desk.post import Address


@dataclass(frozen=True, slots=True)
class AddCustomer:
    """Make a card by hand. `identities` are addresses an operator vouches for; one that is somebody's refuses
    ("identity_taken"). `Done.customer_id` names the card."""

    name: str
    identities: tuple[Address, ...] = ()
    language: str = ""
    company: str = ""
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EditCustomer:
    """Change a card: what is None stays. `values` are pairs of a field's key and what was typed ("" empties it), checked by
    `desk.card_values`; `company` is a name ("" none), made where it is not known yet. `seen_version`: the card as it was on the
    screen; where somebody else has changed the same things since, it is refused ("card_changed")."""

    customer_id: int
    name: str | None = None
    language: str | None = None
    company: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    seen_version: int | None = None


@dataclass(frozen=True, slots=True)
class AddIdentity:
    """An operator says that an address is a customer's. One that is another's refuses ("identity_taken", whose)."""

    customer_id: int
    address: Address


@dataclass(frozen=True, slots=True)
class RemoveIdentity:
    """An address is not this customer's. One that somebody has written from stays ("identity_used")."""

    identity_id: int


@dataclass(frozen=True, slots=True)
class ShareIdentity:
    """Several people write from an address (info@, a family's), or do not: nobody is recognised by a shared one."""

    identity_id: int
    shared: bool = True


@dataclass(frozen=True, slots=True)
class WriteCustomerNote:
    """Write a note on a card, or another text into one (`note_id`); "" takes it away."""

    customer_id: int
    text: str
    pinned: bool = False
    note_id: int | None = None


@dataclass(frozen=True, slots=True)
class MergeCustomers:
    """Two cards are one person's: `from_id` goes into `into_id`. `take` names what comes from the one that goes: "name",
    "language", "company" or the key of a field; what is empty on the one that stays is taken in any case.
    `again`: a parting is undone; it goes back into the very card that held it, though that has gone into another one itself."""

    into_id: int
    from_id: int
    take: tuple[str, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class PartCustomer:
    """A card that was merged away stands by itself again, with what is its own and what came for it since."""

    customer_id: int


@dataclass(frozen=True, slots=True)
class DismissDuplicate:
    """Two customers who look alike are two; or (`dismissed` False) they are to be looked at again."""

    first_id: int
    second_id: int
    dismissed: bool = True


@dataclass(frozen=True, slots=True)
class LogContact:
    """Keep a telephone call or a visit as a conversation. Whose: `customer_id`, or `address` (found or made, with `name`), or a
    new card by `name` alone. `incoming`: they called us. `outcome`: "solved" (closes it), "open", "call_back" or "no_answer";
    `duration_s` seconds or None. `at` is when it was (None: now)."""

    channel_id: int
    text: str
    customer_id: int | None = None
    name: str = ""
    address: Address | None = None
    incoming: bool = True
    outcome: str = "open"
    duration_s: int | None = None
    at: datetime | None = None
    conversation_id: int | None = None


@dataclass(frozen=True, slots=True)
class EditCompany:
    """Make a company (id None), or give one another name or note (None: it stays)."""

    company_id: int | None
    name: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class MergeConversations:
    """Several conversations are about one matter: `from_ids` go into `into_id`. Their numbers lead to it from then on."""

    into_id: int
    from_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PartConversation:
    """A conversation that was merged away stands by itself again, with what is its own and what came for it since.
    `even_empty`: also one of which no message is left, though it had some; it is closed then."""

    conversation_id: int
    even_empty: bool = False


@dataclass(frozen=True, slots=True)
class SplitConversation:
    """These messages of a conversation become one of their own. Notes and replies may go along; at least one stays."""

    conversation_id: int
    message_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DismissRelated:
    """A conversation has nothing to do with the one it was thought to belong to."""

    conversation_id: int


@dataclass(frozen=True, slots=True)
class NoteRelated:
    """A conversation may be about the same matter as another, says an operator (or redo)."""

    conversation_id: int
    related_id: int
    why: str = "operator"


CustomerCommand: TypeAlias = (
    AddCustomer
    | EditCustomer
    | AddIdentity
    | RemoveIdentity
    | ShareIdentity
    | WriteCustomerNote
    | MergeCustomers
    | PartCustomer
    | DismissDuplicate
    | EditCompany
)
"""What is done to cards."""

MergingCommand: TypeAlias = MergeConversations | PartConversation | SplitConversation | DismissRelated | NoteRelated
"""What is done to which messages are one conversation."""
