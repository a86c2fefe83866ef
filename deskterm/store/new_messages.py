"""What an operator has begun to write to somebody first, and copies of stored files to send along."""

from __future__ import annotations

import json
from datetime import datetime

from deskterm.desk.rows import NewMessage, StagedFile
from deskterm.desk.text import clean
from deskterm.store import drafts
from deskterm.store.engine import StoreError
from deskterm.store.reader import Look
from deskterm.store.times import from_ms, to_ms
from deskterm.store.writer import Transaction

_STAGED = "FROM attachment WHERE message_id IS NULL AND operator_id = ? AND conversation_id IS NULL"


async def load(look: Look, operator_id: int) -> NewMessage | None:
    """Return what an operator has begun, with its files; files alone are a beginning, too."""
    row = await look.one(
        "SELECT channel, recipient, subject, text, related_id, saved_at FROM new_message WHERE operator_id = ?", (operator_id,)
    )
    files = await look.all(f"SELECT id, name, coalesce(size, 0) {_STAGED} ORDER BY id", (operator_id,))
    if row is None and not files:
        return None
    channel, to, subject, text, related_id, saved_at = row or ("", "", "", "", None, None)
    return NewMessage(channel, to, subject, text, tuple(StagedFile(*file) for file in files), related_id, from_ms(saved_at))


def save(tx: Transaction, operator_id: int, message: NewMessage | None, now: datetime) -> None:
    """Keep it; None, or one in which nothing is written, goes, and so do staged files that it names no more."""
    kept = {file.id for file in message.files} if message is not None else set()
    gone = [(row[0],) for row in tx.all(f"SELECT id {_STAGED}", (operator_id,)) if row[0] not in kept]
    if gone:
        tx.run_many("DELETE FROM attachment WHERE id = ? AND message_id IS NULL", gone)
    if message is None or not (kept or any(part.strip() for part in (message.to, message.subject, message.text))):
        tx.run("DELETE FROM new_message WHERE operator_id = ?", (operator_id,))
        return
    tx.run(
        "INSERT INTO new_message (operator_id, channel, recipient, subject, text, related_id, saved_at)"
        " VALUES (?,?,?,?,?,(SELECT id FROM conversation WHERE id = ?),?) ON CONFLICT (operator_id) DO UPDATE SET"
        " channel = excluded.channel, recipient = excluded.recipient, subject = excluded.subject, text = excluded.text,"
        " related_id = excluded.related_id, saved_at = excluded.saved_at",
        (operator_id, message.channel, message.to, message.subject, message.text, message.related_id, to_ms(now)),
    )


def is_begun(tx: Transaction, operator_id: int) -> bool:
    """Return whether an operator has begun a message to somebody."""
    return (
        tx.one("SELECT 1 FROM new_message WHERE operator_id = ?", (operator_id,)) is not None
        or tx.one(f"SELECT 1 {_STAGED} LIMIT 1", (operator_id,)) is not None
    )


def forget(tx: Transaction, operator_id: int, sent: str) -> None:
    """Forget what was begun, once it is on its way; a message with other words stays (it was written elsewhere meanwhile)."""
    row = tx.one("SELECT text FROM new_message WHERE operator_id = ?", (operator_id,))
    if row is not None and clean(row[0]).strip() == sent:
        tx.run("DELETE FROM new_message WHERE operator_id = ?", (operator_id,))


def give_back(tx: Transaction, operator_id: int, message_id: int, now: datetime) -> None:
    """Make a message that does not go out the one that its writer has begun, with its files."""
    channel, subject, text, recipients, related_id = tx.one(
        "SELECT ch.name, m.subject, m.text, m.recipients, c.maybe_related_id FROM message m"
        " JOIN channel ch ON ch.id = m.channel_id JOIN conversation c ON c.id = m.conversation_id WHERE m.id = ?",
        (message_id,),
    )
    _kind, value, name = json.loads(recipients)["to"][0]
    to = f"{name} <{value}>" if name else value
    tx.run(
        "INSERT INTO new_message (operator_id, channel, recipient, subject, text, related_id, saved_at) VALUES (?,?,?,?,?,?,?)",
        (operator_id, channel, to, subject, text, related_id, to_ms(now)),
    )
    tx.run(
        "UPDATE attachment SET operator_id = ?, conversation_id = NULL, message_id = NULL WHERE message_id = ?",
        (operator_id, message_id),
    )


def stage_copy(tx: Transaction, operator_id: int, attachment_id: int, conversation_id: int | None) -> StagedFile:
    """Stage a stored attachment once more, to be sent on. Raises StoreError: not_found, not_stored."""
    row = tx.one(
        "SELECT name, media_type, coalesce(size, 0), sha256, state, reason FROM attachment"
        " WHERE id = ? AND (message_id IS NOT NULL OR operator_id = ?)",
        (attachment_id, operator_id),
    )
    if row is None:
        raise StoreError("not_found", f"there is no attachment {attachment_id}", "see the conversation for its attachments")
    name, media_type, size, sha256, state, reason = row
    if sha256 is None:
        raise StoreError("not_stored", f"{name} is not here: {reason or state}", "try again later, or ask for it")
    return drafts.stage(tx, operator_id, conversation_id, name, media_type, size, sha256)
