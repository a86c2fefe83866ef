"""What a task begins with that is made from a message: its title, its description, and what it stays linked to. Pure."""

from __future__ import annotations

from datetime import datetime

from deskterm.desk.commands_time import AddTask
from deskterm.desk.rows import ConversationRow, MessageRow
from deskterm.desk.text import clean, clean_line, one_prefix
from deskterm.widgets.when import moment
from deskterm.words.person_words import person_words

TITLE = 80
"""Longest title that is made of a message, in characters: it is cut between words."""
QUOTED = 4000
"""Most characters of a message that become the description."""


def draft_from(row: ConversationRow, message: MessageRow | None, customer_id: int | None, me_id: int, now: datetime) -> AddTask:
    """Return the task that a message of a conversation, or a conversation without any, leads to; it is mine at first."""
    return AddTask(
        title_of(row, message),
        "" if message is None else quoted(message, now),
        assignee_id=me_id,
        conversation_id=row.id,
        message_id=None if message is None else message.id,
        customer_id=customer_id,
    )


def title_of(row: ConversationRow, message: MessageRow | None) -> str:
    """Return the subject, else the first line of the message, else whom it is about."""
    subject = one_prefix(clean_line(row.subject))
    own = "" if message is None else _own_words(message)
    first = next((line.strip() for line in own.splitlines() if line.strip()), "")
    return _cut(subject or clean_line(first) or clean_line(row.preview) or person_words(row.customer))


def quoted(message: MessageRow, now: datetime) -> str:
    """Return what a message says, quoted, below who said it and when; what it quotes itself is left out."""
    text = _own_words(message)
    if not text:
        return ""
    text = text if len(text) <= QUOTED else text[:QUOTED].rstrip() + " …"
    lines = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
    return f"{clean_line(message.author, 80)}, {moment(message.at, now)}:\n{lines}\n"


def _own_words(message: MessageRow) -> str:
    return clean(message.text if message.quoted_from is None else message.text[: message.quoted_from]).strip()


def _cut(line: str) -> str:
    if len(line) <= TITLE:
        return line
    head = line[: TITLE - 1]
    return (head.rpartition(" ")[0] or head).rstrip(" ,.;:–-") + "…"
