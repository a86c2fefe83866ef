"""The message that an answer answers, and who takes part: the same two queries for who writes and for who looks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from deskterm.desk.answering import Answered
from deskterm.desk.post import Address, IdentityKind

ANSWERED = (
    "SELECT m.id, m.channel_id, ch.kind, ch.address, ch.enabled, m.thread_key, m.subject, m.reply_to, i.id, i.kind, i.value,"
    " i.name, i.unreachable, home.id, CASE WHEN home.channel_id = m.channel_id AND home.thread_key <> ''"
    " THEN home.thread_key ELSE m.thread_key END"
    " FROM message m JOIN channel ch ON ch.id = m.channel_id"
    " JOIN conversation home ON home.id = coalesce(m.home_id, m.conversation_id)"
    " LEFT JOIN identity i ON i.id = CASE m.kind WHEN 'incoming' THEN m.author_identity_id ELSE"
    " (SELECT identity_id FROM participant WHERE conversation_id = :conversation AND role = 'customer'"
    " ORDER BY added_at, identity_id LIMIT 1) END WHERE m.id = coalesce("
    "(SELECT id FROM message WHERE id = :via AND conversation_id = :conversation AND kind IN ('incoming', 'outgoing')),"
    " (SELECT id FROM message WHERE conversation_id = :conversation AND kind = 'incoming' AND origin IN ('human', 'own')"
    " AND outcome = '' ORDER BY id DESC LIMIT 1),"
    " (SELECT id FROM message WHERE conversation_id = :conversation AND kind = 'outgoing' AND reply_to_message_id IS NULL"
    " AND outcome = '' ORDER BY id DESC LIMIT 1),"
    " (SELECT id FROM message WHERE conversation_id = :conversation AND outcome <> '' ORDER BY id DESC LIMIT 1),"
    " (SELECT id FROM message WHERE conversation_id = :conversation AND kind = 'incoming' ORDER BY id DESC LIMIT 1))"
)
"""Selects the message `:via`, where that is chosen and of this conversation; else the last message of a person, else what we
wrote to them first, else the last contact logged by hand, else the last of any kind that came in. A chat may have moved since:
the conversation that the message belongs to knows where it is now."""

TAKING_PART = (
    "SELECT i.kind, i.value, i.name FROM participant p JOIN identity i ON i.id = p.identity_id"
    " WHERE p.conversation_id = :conversation AND p.role IN ('customer', 'cc') AND i.kind = 'email' AND i.id IS NOT :author"
    " AND NOT EXISTS (SELECT 1 FROM channel ch WHERE lower(ch.address) = i.value) ORDER BY p.added_at, i.id"
)
"""Selects who may get a copy, by conversation and the author of the mail that is answered: all who take part, so that the
customer does not drop out when somebody in copy writes; our own mailboxes never."""


def answered(row: Any) -> Answered | None:
    """Make the value of a row of `ANSWERED`; None where nothing was said."""
    if row is None:
        return None
    author = None if row[8] is None else Address(IdentityKind(row[9]), row[10], row[11])
    return Answered(
        message_id=row[0],
        channel_id=row[1],
        channel_kind=row[2],
        own=row[3],
        enabled=bool(row[4]),
        thread_key=row[14],
        subject=row[6],
        reply_to=row[7],
        author_id=row[8],
        author=author,
        unreachable=bool(row[12]),
        home_id=row[13],
    )


def taking_part(rows: Iterable[Any]) -> tuple[Address, ...]:
    """Make the values of rows of `TAKING_PART`."""
    return tuple(Address(IdentityKind(kind), value, name) for kind, value, name in rows)
