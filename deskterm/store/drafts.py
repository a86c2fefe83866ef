"""What operators have begun to write, and the files that wait to be sent with it."""

from __future__ import annotations

from datetime import datetime

from deskterm.desk.rows import Draft, StagedFile
from deskterm.store.reader import Look
from deskterm.store.times import from_ms, to_ms
from deskterm.store.writer import Transaction


async def load(look: Look, operator_id: int, conversation_id: int) -> Draft | None:
    """Return an operator's draft in a conversation, with its files."""
    row = await look.one(
        "SELECT text, note, saved_at FROM draft WHERE operator_id = ? AND conversation_id = ?", (operator_id, conversation_id)
    )
    files = await look.all(
        "SELECT id, name, coalesce(size, 0) FROM attachment WHERE message_id IS NULL AND operator_id = ?"
        " AND conversation_id = ? ORDER BY id",
        (operator_id, conversation_id),
    )
    if row is None and not files:
        return None
    text, note, saved_at = row or ("", False, None)
    return Draft(conversation_id, text, bool(note), tuple(StagedFile(*file) for file in files), from_ms(saved_at))


def save(tx: Transaction, operator_id: int, draft: Draft, now: datetime) -> None:
    """Keep a draft; an empty one goes, and so do staged files that it names no more."""
    key = (operator_id, draft.conversation_id)
    kept = {file.id for file in draft.files}
    staged = tx.all("SELECT id FROM attachment WHERE message_id IS NULL AND operator_id = ? AND conversation_id = ?", key)
    gone = [(row[0],) for row in staged if row[0] not in kept]
    if gone:
        tx.run_many("DELETE FROM attachment WHERE id = ? AND message_id IS NULL", gone)
    if not draft.text.strip() and not kept:
        tx.run("DELETE FROM draft WHERE operator_id = ? AND conversation_id = ?", key)
        return
    tx.run(
        "INSERT INTO draft (operator_id, conversation_id, note, text, saved_at) VALUES (?,?,?,?,?)"
        " ON CONFLICT (operator_id, conversation_id) DO UPDATE SET note = excluded.note, text = excluded.text,"
        " saved_at = excluded.saved_at",
        (*key, int(draft.note), draft.text, to_ms(now)),
    )


def stage(
    tx: Transaction, operator_id: int, conversation_id: int | None, name: str, media_type: str, size: int, sha256: str
) -> StagedFile:
    """Keep that a file waits to be sent, with a draft or (without a conversation) with a new message."""
    cursor = tx.run(
        "INSERT INTO attachment (operator_id, conversation_id, position, name, media_type, size, sha256, inline, content_id,"
        " remote_ref, state, reason, tries) VALUES (?,?,0,?,?,?,?,0,'','','stored','',0)",
        (operator_id, conversation_id, name, media_type, size, sha256),
    )
    return StagedFile(int(cursor.lastrowid or 0), name, size)
