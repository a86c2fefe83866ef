"""Taking the words out of rows: what erasing a person and the end of retention have in common. Each within one transaction.

Rows stay as empty shells, so that numbers, counters, reports and the journal keep what they point to. Files are named to the
caller, who removes them once nothing else has them (`store.unlinking`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from deskterm.desk import facts as f
from deskterm.desk.model import Actor, Status
from deskterm.desk.rows import NOBODY
from deskterm.desk.text import preview
from deskterm.store import (
    conversations,
    erasing_reminders,
    erasing_tasks,
    journal,
    promises,
    search_index,
    situations,
    sla_ending,
    tombstones,
)
from deskterm.store.applied import Applied
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

ERASED = "erased"
"""`message.placeholder` and the reason of a file or ledger row whose words are gone."""


@dataclass(slots=True)
class Gone:
    """What a transaction took away: how many messages and files, and the SHA-256 of files that it no longer needs."""

    messages: int = 0
    files: int = 0
    hashes: set[str] = field(default_factory=set)


def as_list(ids: Iterable[int]) -> str:
    """Return ids as the JSON that `json_each` takes."""
    return json.dumps(list(ids))


_BLANK = (
    "UPDATE message SET subject = '', text = '', quoted_from = NULL, placeholder = ?, quote = '', forwarded_from = '',"
    " reply_to = '', reply_to_external = '', notes = '[]', album = '', mail_id = '', mail_references = '', recipients = '',"
    " thread_key = '', delivery_detail = '',"
    " delivery = CASE WHEN delivery IN ('queued', 'sending', 'failed', 'uncertain') THEN 'cancelled' ELSE delivery END"
    " WHERE id = ?"
)


def messages(tx: Transaction, ids: Sequence[int], now: datetime) -> Gone:
    """Take the words out of these messages, with their versions, files, raw bytes and what of them has not gone out."""
    gone = Gone(messages=len(ids))
    wanted = (as_list(ids),)
    refs = tx.all(
        "SELECT channel_id, external_id FROM message_ref WHERE message_id IN (SELECT value FROM json_each(?))", wanted
    )
    tombstones.bury(tx, refs, to_ms(now))
    mails = tx.all(
        "SELECT channel_id, mail_id FROM message WHERE mail_id <> '' AND id IN (SELECT value FROM json_each(?))", wanted
    )
    tombstones.bury_mails(tx, mails, to_ms(now))
    gone.hashes |= _hashes(tx, "SELECT payload_sha256 FROM outbox WHERE message_id IN (SELECT value FROM json_each(?))", ids)
    erasing_tasks.of_messages(tx, ids)
    erasing_reminders.of_messages(tx, ids)
    for message_id in ids:
        search_index.message_forgotten(tx, message_id)
        gone.files += _files(tx, "message_id = ?", (message_id,), gone)
        for (inbound_id,) in tx.all("SELECT inbound_id FROM message WHERE id = ? AND inbound_id IS NOT NULL", (message_id,)):
            raw(tx, [inbound_id], gone)
        tx.run("DELETE FROM message_ref WHERE message_id = ?", (message_id,))
        tx.run("DELETE FROM message_version WHERE message_id = ?", (message_id,))
        tx.run("DELETE FROM outbox WHERE message_id = ?", (message_id,))
        tx.run(_BLANK, (ERASED, message_id))
        tx.run(
            "DELETE FROM journal_text WHERE seq IN (SELECT j.seq FROM message m JOIN journal j"
            " ON j.conversation_id = m.conversation_id AND j.message_id = m.id WHERE m.id = ?)",
            (message_id,),
        )
    return gone


def _hashes(tx: Transaction, sql: str, ids: Iterable[int]) -> set[str]:
    return {row[0] for row in tx.all(sql, (as_list(ids),)) if row[0]}


def _files(tx: Transaction, which: str, values: Sequence[int], gone: Gone) -> int:
    """Empty the rows of files, which stay where a message counts them; returns how many had bytes."""
    found = {row[0] for row in tx.all(f"SELECT sha256 FROM attachment WHERE {which} AND sha256 IS NOT NULL", values)}
    gone.hashes |= found
    tx.run(
        "UPDATE attachment SET name = 'file', media_type = '', sha256 = NULL, content_id = '', remote_ref = '', next_at = NULL,"
        f" state = 'unavailable', reason = ? WHERE {which}",
        (ERASED, *values),
    )
    return len(found)


def raw(tx: Transaction, inbound_ids: Sequence[int], gone: Gone) -> None:
    """Empty ledger rows; what was held back for a person to look at is settled by that."""
    gone.hashes |= _hashes(tx, "SELECT sha256 FROM inbound WHERE id IN (SELECT value FROM json_each(?))", inbound_ids)
    tx.run(
        "UPDATE inbound SET data = NULL, sha256 = NULL, reason = CASE state WHEN 'stored' THEN '' ELSE ? END,"
        " state = CASE state WHEN 'stored' THEN state ELSE 'ignored' END WHERE id IN (SELECT value FROM json_each(?))",
        (ERASED, as_list(inbound_ids)),
    )


def staged(tx: Transaction, conversation_id: int, gone: Gone) -> None:
    """Throw away what operators have begun to write in a conversation, or to others out of it, with the files beside it, and
    the words of its tasks, reminders and promises."""
    erasing_tasks.of_conversation(tx, conversation_id)
    erasing_reminders.of_conversation(tx, conversation_id)
    begun = tx.all("SELECT operator_id FROM new_message WHERE related_id = ?", (conversation_id,))
    which = "message_id IS NULL AND (conversation_id = ?"
    for (operator_id,) in begun:
        which += f" OR conversation_id IS NULL AND operator_id = {int(operator_id)}"
    which += ")"
    gone.hashes |= {row[0] for row in tx.all(f"SELECT sha256 FROM attachment WHERE {which}", (conversation_id,)) if row[0]}
    tx.run(f"DELETE FROM attachment WHERE {which}", (conversation_id,))
    tx.run("DELETE FROM new_message WHERE related_id = ?", (conversation_id,))
    tx.run("DELETE FROM draft WHERE conversation_id = ?", (conversation_id,))
    tx.run(
        "DELETE FROM journal_text WHERE seq IN (SELECT seq FROM journal WHERE conversation_id = ?)",
        (conversation_id,),
    )


def shell(tx: Transaction, conversation_id: int, actor: Actor, now: datetime) -> None:
    """Make a conversation of a person who is gone an empty shell: closed, without name, place or people. Its number, its times
    and its tags stay; what was promised in it is dropped, and nobody missed it."""
    before = conversations.from_row(
        tx.one(f"SELECT {conversations.COLUMNS} FROM conversation WHERE id = ?", (conversation_id,))
    )
    run = Applied(tx, {conversation_id: before}, now, {})
    facts: list[f.Fact] = []
    if before.status is not Status.CLOSED:
        closed = f.ConversationClosed(conversation_id=conversation_id, at=now)
        run.evolve(closed, 0)
        facts = [closed, *promises.follow(run, [closed])]
    facts += sla_ending.dropped(run, conversation_id)
    after = run.after[conversation_id]
    tx.run("DELETE FROM thread_alias WHERE channel_id = ? AND now_key = ?", (before.channel_id, before.thread_key))
    tx.run("DELETE FROM participant WHERE conversation_id = ?", (conversation_id,))
    conversations.update(tx, before, replace(after, thread_key="", failed=0, unread=0), None)
    tx.run(
        "UPDATE conversation SET title = ?, subject = '', preview = '', emptied_at = ? WHERE id = ?",
        (NOBODY, to_ms(now), conversation_id),
    )
    if facts:
        journal.write(tx, facts, command_id=situations.next_command(tx), actor=actor, now_ms=to_ms(now))
    tx.run(_READ, (to_ms(now), conversation_id))


_READ = "UPDATE notice INDEXED BY ix_notice_conversation SET read_at = ? WHERE conversation_id = ? AND read_at IS NULL"
"""Nobody is told any more of what is gone."""


def said_last(tx: Transaction, conversation_id: int) -> None:
    """Have the list show what is left of the last words of a conversation."""
    row = tx.one(
        "SELECT text, kind FROM message WHERE conversation_id = ? AND kind IN ('incoming', 'outgoing')"
        " AND delivery IS NOT 'cancelled' ORDER BY id DESC LIMIT 1",
        (conversation_id,),
    )
    words, kind = (preview(row[0]), row[1]) if row is not None else ("", "incoming")
    tx.run("UPDATE conversation SET preview = ?, preview_kind = ? WHERE id = ?", (words, kind, conversation_id))


def without_failures(tx: Transaction, conversation_id: int, now: datetime) -> None:
    """Have a conversation whose messages went count no failed ones any more."""
    before = conversations.from_row(
        tx.one(f"SELECT {conversations.COLUMNS} FROM conversation WHERE id = ?", (conversation_id,))
    )
    left = tx.one(
        "SELECT count(*) FROM message WHERE conversation_id = ? AND delivery = 'failed'",
        (conversation_id,),
    )[0]
    if left != before.failed:
        conversations.update(tx, before, replace(before, failed=left, updated_at=now, version=before.version + 1), None)
