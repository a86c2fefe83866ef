"""Which conversations a card shows: all of the customer's, over all channels."""

from __future__ import annotations

from deskterm.desk.query import Name, Query, Term
from deskterm.desk.rows import ConversationRow
from deskterm.desk.rows_customer import Card
from deskterm.office import Office

ASKED_FOR = 30
"""Conversations looked at; the card names fewer, the open ones first."""
ADDRESSES = 12


def talks_query(card: Card) -> Query | None:
    """Return the query that finds a customer's conversations; None where there is no address to find them by."""
    values = tuple(Name(one.value) for one in card.identities[:ADDRESSES])
    return Term("customer", values) if values else None


async def talks_of(office: Office, card: Card) -> tuple[ConversationRow, ...]:
    """Return the newest conversations with a customer."""
    query = talks_query(card)
    if query is None:
        return ()
    window = await office.conversations(query, after=ASKED_FOR)
    return tuple(sorted(window.rows, key=lambda row: (row.last_message_at, row.id), reverse=True))
