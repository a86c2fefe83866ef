"""Who takes part in a conversation: the customer, who is in copy, a group's members; with whose card is behind each address."""

from __future__ import annotations

from deskterm.desk.rows_customer import ParticipantRow
from deskterm.store.reader import Look

_TAKING_PART = (
    "SELECT i.id, i.kind, i.value, coalesce(nullif(c.name, ''), i.name), p.role, i.proof, i.label, i.customer_id"
    " FROM participant p JOIN identity i ON i.id = p.identity_id LEFT JOIN customer c ON c.id = i.customer_id"
    " WHERE p.conversation_id = ? ORDER BY p.role <> 'customer', p.added_at, i.id LIMIT ?"
)


async def participants(look: Look, conversation_id: int, limit: int) -> tuple[ParticipantRow, ...]:
    """Return them, whom the conversation is with first. An identity's customer is the one who is left after all merges."""
    return tuple(ParticipantRow(*row) for row in await look.all(_TAKING_PART, (conversation_id, limit)))
