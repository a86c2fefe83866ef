"""Which conversations a card shows: all of the customer's, over all channels."""

from __future__ import annotations

from deskterm.desk.query import Name, Query, Term
from deskterm.desk.rows import ConversationRow
from deskterm.desk.rows_customer import Card
from deskterm.office import Office

ASKED_FOR = 30
"""Conversations looked at; the card names fewer, the open ones first."""


def talks_query(customer_id: int) -> Query:
    """Return the query that finds a customer's conversations, by the number of the card: it holds after merges as well."""
    return Term("customer", (Name(str(customer_id)),))


async def talks_of(office: Office, card: Card) -> tuple[ConversationRow, ...]:
    """Return the newest conversations with a customer."""
    window = await office.conversations(talks_query(card.id), after=ASKED_FOR)
    return tuple(sorted(window.rows, key=lambda row: (row.last_message_at, row.id), reverse=True))
