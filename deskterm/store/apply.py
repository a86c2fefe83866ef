"""From facts to tables: one transaction's facts change the rows, the counters, the outbox, and are appended to the journal."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from deskterm.desk import facts as f
from deskterm.desk.delivery import whole
from deskterm.desk.evolve import evolve, opened
from deskterm.desk.model import Actor, Conversation, Delivery, Fresh, Kind
from deskterm.desk.post import Address, InFile
from deskterm.desk.text import preview
from deskterm.store import conversations, journal
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

MESSAGE_COLUMNS = (
    "id",
    "public_id",
    "conversation_id",
    "kind",
    "origin",
    "channel_id",
    "thread_key",
    "author_identity_id",
    "author_operator_id",
    "at",
    "stored_at",
    "subject",
    "text",
    "quoted_from",
    "placeholder",
    "quote",
    "forwarded_from",
    "reply_to",
    "reply_to_external",
    "reply_to_message_id",
    "notes",
    "album",
    "mail_id",
    "mail_references",
    "recipients",
    "version",
    "inbound_id",
    "delivery",
    "delivery_detail",
    "sent_at",
    "answered_wait",
    "answered_asked",
)
_DEFAULTS: dict[str, Any] = {
    "origin": "human",
    "subject": "",
    "text": "",
    "thread_key": "",
    "placeholder": "",
    "quote": "",
    "forwarded_from": "",
    "reply_to": "",
    "reply_to_external": "",
    "notes": "[]",
    "album": "",
    "mail_id": "",
    "mail_references": "",
    "recipients": "",
    "version": 1,
    "delivery_detail": "",
    "answered_asked": 0,
}
_INSERT_MESSAGE = f"INSERT INTO message ({', '.join(MESSAGE_COLUMNS)}) VALUES ({', '.join('?' * len(MESSAGE_COLUMNS))})"
_INSERT_ATTACHMENT = (
    "INSERT INTO attachment (message_id, channel_id, position, name, media_type, size, sha256, inline, content_id, remote_ref,"
    " state, reason, next_at, tries) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,0)"
)

Files = dict[int, tuple[str, int]]
"""For attachments whose bytes are already under their name in the store: id(InFile) -> (sha256, size)."""


class Applied:
    """One transaction's facts on their way into the tables."""

    def __init__(self, tx: Transaction, states: dict[int, Conversation], now: datetime, files: Files | None = None) -> None:
        self.tx = tx
        self.now = now
        self.now_ms = to_ms(now)
        self.files = files or {}
        self.before = dict(states)
        self.after = dict(states)
        self.said: dict[int, tuple[str, Kind]] = {}
        self.names: dict[int, str] = {}
        self.born: set[int] = set()

    def run(self, facts: list[f.Fact], fresh: Fresh, *, command_id: int, actor: Actor) -> None:
        """Change the tables by all facts, in order, and write them into the journal."""
        for fact in facts:
            self._evolve(fact)
        for fact in facts:
            _HANDLERS[type(fact)](self, fact)
        for conversation_id, after in self.after.items():
            before = self.before.get(conversation_id)
            if before is not None and (before is not after or conversation_id in self.said):
                conversations.update(self.tx, before, after, self.said.get(conversation_id))
        _bump(self.tx, facts, fresh)
        journal.write(self.tx, facts, command_id=command_id, actor=actor, now_ms=self.now_ms)

    def _evolve(self, fact: f.Fact) -> None:
        if isinstance(fact, f.ConversationOpened):
            self.after[fact.conversation_id] = opened(fact)
            return
        if isinstance(fact, f.MessageReceived):
            words = preview(fact.text) or fact.placeholder or ", ".join(file.name for file in fact.attachments[:3])
            self.said[fact.conversation_id] = (words, Kind.INCOMING)
        elif isinstance(fact, f.ReplyQueued):
            self.said[fact.conversation_id] = (preview(fact.text), Kind.OUTGOING)
        conversation_id = getattr(fact, "conversation_id", None)
        if conversation_id is not None:
            self.after[conversation_id] = evolve(self.after[conversation_id], fact, self.now)

    def refresh_delivery(self, message_id: int, detail: str | None = None) -> None:
        """Set a message's delivery to the worst of its parts."""
        states = [Delivery(row[0]) for row in self.tx.all("SELECT state FROM outbox WHERE message_id = ?", (message_id,))]
        state = whole(states)
        sent_at = self.now_ms if state is Delivery.SENT else None
        self.tx.run(
            "UPDATE message SET delivery = ?, delivery_detail = coalesce(?, delivery_detail), sent_at = coalesce(sent_at, ?)"
            " WHERE id = ?",
            (state.value, detail, sent_at, message_id),
        )


def insert_message(tx: Transaction, **values: Any) -> None:
    """Write a message row; columns not named keep their defaults."""
    tx.run(_INSERT_MESSAGE, [values.get(name, _DEFAULTS.get(name)) for name in MESSAGE_COLUMNS])


def _bump(tx: Transaction, facts: list[f.Fact], fresh: Fresh) -> None:
    """Move the sequences past the ids that these facts used."""
    used = {"conversation": 0, "message": 0, "customer": 0, "identity": 0}
    for fact in facts:
        if isinstance(fact, f.ConversationOpened):
            used["conversation"] += 1
        elif isinstance(fact, f.CustomerAdded):
            used["customer"] += 1
        elif isinstance(fact, f.IdentityAdded) and fact.identity_id >= fresh.identity:
            used["identity"] += 1
        elif type(fact) in f.MESSAGE_KINDS:
            used["message"] += 1
    changes = [(count, name) for name, count in used.items() if count]
    if used["conversation"]:
        changes.append((used["conversation"], "number"))
    if changes:
        tx.run_many("UPDATE sequence SET next = next + ? WHERE name = ?", changes)


def _customer_added(run: Applied, fact: f.CustomerAdded) -> None:
    run.names[fact.customer_id] = fact.name
    run.tx.run(
        "INSERT INTO customer (id, name, language, created_at) VALUES (?,?,'',?)", (fact.customer_id, fact.name, run.now_ms)
    )


def _identity_added(run: Applied, fact: f.IdentityAdded) -> None:
    run.tx.run(
        "INSERT INTO identity (id, customer_id, kind, value, name, unreachable, created_at) VALUES (?,?,?,?,?,0,?)"
        " ON CONFLICT (kind, value) DO UPDATE SET customer_id = coalesce(customer_id, excluded.customer_id),"
        " name = CASE WHEN excluded.name <> '' THEN excluded.name ELSE name END",
        (fact.identity_id, fact.customer_id, fact.identity_kind.value, fact.value, fact.name, run.now_ms),
    )


def _identity_renamed(run: Applied, fact: f.IdentityRenamed) -> None:
    run.tx.run("UPDATE identity SET name = ? WHERE id = ?", (fact.name, fact.identity_id))


def _identity_reached(run: Applied, fact: f.IdentityReached) -> None:
    run.tx.run("UPDATE identity SET unreachable = ? WHERE id = ?", (int(fact.unreachable), fact.identity_id))


def _conversation_opened(run: Applied, fact: f.ConversationOpened) -> None:
    name = run.names.get(fact.customer_id or 0)
    if name is None and fact.customer_id is not None:
        name = run.tx.one("SELECT name FROM customer WHERE id = ?", (fact.customer_id,))[0]
    said = run.said.get(fact.conversation_id, ("", Kind.INCOMING))
    conversations.insert(
        run.tx,
        run.after[fact.conversation_id],
        {
            "title": fact.group or name or "?",
            "is_group": int(bool(fact.group)),
            "subject": fact.subject,
            "preview": said[0],
            "preview_kind": said[1].value,
            "previous_id": fact.previous_id,
            "maybe_related_id": fact.maybe_related_id,
        },
    )


def _conversation_moved(run: Applied, fact: f.ConversationMoved) -> None:
    before = run.before[fact.conversation_id]
    run.tx.run(
        "INSERT INTO thread_alias (channel_id, thread_key, now_key) VALUES (?,?,?)"
        " ON CONFLICT (channel_id, thread_key) DO UPDATE SET now_key = excluded.now_key",
        (before.channel_id, before.thread_key, fact.thread_key),
    )


def _participant_added(run: Applied, fact: f.ParticipantAdded) -> None:
    run.tx.run(
        "INSERT INTO participant (conversation_id, identity_id, role, added_at) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
        (fact.conversation_id, fact.identity_id, fact.role, run.now_ms),
    )


def _message_received(run: Applied, fact: f.MessageReceived) -> None:
    insert_message(
        run.tx,
        id=fact.message_id,
        public_id=fact.public_id,
        conversation_id=fact.conversation_id,
        kind=Kind.INCOMING.value,
        origin=fact.origin.value,
        channel_id=fact.channel_id,
        thread_key=fact.thread_key,
        author_identity_id=fact.author_identity_id,
        at=to_ms(fact.at),
        stored_at=run.now_ms,
        subject=fact.subject,
        text=fact.text,
        quoted_from=fact.quoted_from,
        placeholder=fact.placeholder,
        quote=fact.quote,
        forwarded_from=fact.forwarded_from,
        reply_to=fact.reply_to,
        reply_to_external=fact.reply_to_external,
        notes=json.dumps(fact.notes, ensure_ascii=False),
        album=fact.album,
        mail_id=fact.mail_id,
        mail_references=" ".join(fact.mail_references),
        recipients=recipients_json((), fact.cc) if fact.cc else "",
        inbound_id=fact.inbound_id,
    )
    _add_refs(run, fact.channel_id, fact.external_ids, fact.message_id)
    _add_files(run, fact.message_id, fact.channel_id, fact.attachments, 0)


def _add_refs(run: Applied, channel_id: int, external_ids: tuple[str, ...], message_id: int) -> None:
    if external_ids:
        run.tx.run_many(
            "INSERT INTO message_ref (channel_id, external_id, message_id, part) VALUES (?,?,?,?)"
            " ON CONFLICT (channel_id, external_id) DO NOTHING",
            [(channel_id, external_id, message_id, part) for part, external_id in enumerate(external_ids)],
        )


def _add_files(run: Applied, message_id: int, channel_id: int, files: tuple[InFile, ...], first: int) -> None:
    rows = []
    for position, file in enumerate(files, first):
        sha256, size = run.files.get(id(file), (None, None))
        remote = file.remote
        if sha256 is not None:
            state = "stored"
        elif file.unavailable or remote is None:
            state = "unavailable"
        else:
            state = "pending"
        rows.append(
            (
                message_id,
                channel_id,
                position,
                file.name or "file",
                file.media_type,
                size if size is not None else (remote.size if remote else None),
                sha256,
                int(file.inline),
                file.content_id,
                remote.ref if remote else "",
                state,
                file.unavailable,
                run.now_ms if state == "pending" else None,
            )
        )
    if rows:
        run.tx.run_many(_INSERT_ATTACHMENT, rows)


def _album_extended(run: Applied, fact: f.AlbumExtended) -> None:
    if fact.text:
        run.tx.run(
            "UPDATE message SET text = CASE WHEN text = '' THEN ? ELSE text || char(10) || ? END WHERE id = ?",
            (fact.text, fact.text, fact.message_id),
        )
    _add_refs(run, fact.channel_id, fact.external_ids, fact.message_id)
    first = run.tx.one("SELECT count(*) FROM attachment WHERE message_id = ?", (fact.message_id,))[0]
    _add_files(run, fact.message_id, fact.channel_id, fact.attachments, first)


def _message_edited(run: Applied, fact: f.MessageEdited) -> None:
    run.tx.run(
        "INSERT INTO message_version (message_id, version, version_key, text, at, replaced_at)"
        " SELECT id, version, ?, text, at, ? FROM message WHERE id = ?",
        (fact.version_key, run.now_ms, fact.message_id),
    )
    run.tx.run(
        "UPDATE message SET text = ?, version = version + 1, quoted_from = NULL WHERE id = ?", (fact.text, fact.message_id)
    )
    newest = run.after[fact.conversation_id].last_message_id
    if newest == fact.message_id:
        run.said[fact.conversation_id] = (preview(fact.text), Kind.INCOMING)


def recipients_json(to: tuple[Address, ...], cc: tuple[Address, ...]) -> str:
    """Return the recipients of a message as they are kept beside it."""

    def rows(addresses: tuple[Address, ...]) -> list[list[str]]:
        return [[address.kind.value, address.value, address.name] for address in addresses]

    return json.dumps({"to": rows(to), "cc": rows(cc)}, ensure_ascii=False)


def _reply_queued(run: Applied, fact: f.ReplyQueued) -> None:
    insert_message(
        run.tx,
        id=fact.message_id,
        public_id=fact.public_id,
        conversation_id=fact.conversation_id,
        kind=Kind.OUTGOING.value,
        channel_id=fact.channel_id,
        thread_key=fact.thread_key,
        author_operator_id=fact.operator_id,
        at=to_ms(fact.at),
        stored_at=run.now_ms,
        subject=fact.subject,
        text=fact.text,
        reply_to_message_id=fact.reply_to_message_id,
        recipients=recipients_json(fact.to, fact.cc),
        delivery=Delivery.QUEUED.value,
        answered_wait=to_ms(fact.answered_wait),
        answered_asked=fact.answered_asked,
    )
    run.tx.run_many(
        "INSERT INTO outbox (message_id, conversation_id, channel_id, part_no, part_count, text, attachments, at, not_before,"
        " state, phase, attempt, twice, detail, filed, filing_tries) VALUES (?,?,?,?,?,?,?,?,?,'queued','',0,0,'','',0)",
        [
            (
                fact.message_id,
                fact.conversation_id,
                fact.channel_id,
                part_no,
                fact.part_count,
                part.text,
                json.dumps(part.attachments),
                to_ms(fact.at),
                to_ms(fact.not_before),
            )
            for part_no, part in enumerate(fact.parts)
        ],
    )
    _attach(run, fact.attachments, fact.message_id)
    run.tx.run("DELETE FROM draft WHERE operator_id = ? AND conversation_id = ?", (fact.operator_id, fact.conversation_id))


def _attach(run: Applied, attachments: tuple[int, ...], message_id: int) -> None:
    if attachments:
        run.tx.run_many(
            "UPDATE attachment SET message_id = ?, position = ? WHERE id = ?",
            [(message_id, position, wanted) for position, wanted in enumerate(attachments)],
        )


def _note_added(run: Applied, fact: f.NoteAdded) -> None:
    _insert_internal(
        run, fact.conversation_id, fact.message_id, fact.public_id, fact.at, Kind.NOTE, fact.text, fact.operator_id
    )
    _attach(run, fact.attachments, fact.message_id)
    run.tx.run("DELETE FROM draft WHERE operator_id = ? AND conversation_id = ?", (fact.operator_id, fact.conversation_id))


def _activity_noted(run: Applied, fact: f.ActivityNoted) -> None:
    _insert_internal(run, fact.conversation_id, fact.message_id, fact.public_id, fact.at, Kind.ACTIVITY, fact.code, None)


def _insert_internal(
    run: Applied,
    conversation_id: int,
    message_id: int,
    public_id: str,
    at: datetime,
    kind: Kind,
    text: str,
    operator_id: int | None,
) -> None:
    insert_message(
        run.tx,
        id=message_id,
        public_id=public_id,
        conversation_id=conversation_id,
        kind=kind.value,
        channel_id=run.after[conversation_id].channel_id,
        author_operator_id=operator_id,
        at=to_ms(at),
        stored_at=run.now_ms,
        text=text,
    )


def _part_sent(run: Applied, fact: f.PartSent) -> None:
    run.tx.run(
        "UPDATE outbox SET state = 'sent', phase = '', sent_at = ?, detail = ?, filed = 'due', not_before = ? WHERE id = ?",
        (to_ms(fact.at), fact.detail, run.now_ms, fact.outbox_id),
    )
    channel_id = run.tx.one("SELECT channel_id FROM outbox WHERE id = ?", (fact.outbox_id,))[0]
    _add_refs(run, channel_id, fact.remote_ids, fact.message_id)
    run.refresh_delivery(fact.message_id, fact.detail)


def _part_put_off(run: Applied, fact: f.PartPutOff) -> None:
    run.tx.run(
        "UPDATE outbox SET state = 'queued', phase = '', not_before = ?, attempt = ?, detail = ? WHERE id = ?",
        (to_ms(fact.not_before), fact.attempt, fact.detail, fact.outbox_id),
    )
    run.refresh_delivery(fact.message_id, fact.detail)


def _part_failed(run: Applied, fact: f.PartFailed) -> None:
    """The part fails, and with it all of the message that has not gone out: half an answer is worse than none."""
    run.tx.run(
        "UPDATE outbox SET state = 'failed', phase = '', detail = ?, filed = '' WHERE id = ?", (fact.detail, fact.outbox_id)
    )
    run.tx.run(
        "UPDATE outbox SET state = 'failed' WHERE message_id = ? AND state IN ('queued', 'uncertain')", (fact.message_id,)
    )
    run.refresh_delivery(fact.message_id, fact.detail)


def _part_uncertain(run: Applied, fact: f.PartUncertain) -> None:
    run.tx.run(
        "UPDATE outbox SET state = 'uncertain', not_before = ?, detail = ? WHERE id = ?",
        (to_ms(fact.not_before), fact.detail, fact.outbox_id),
    )
    run.refresh_delivery(fact.message_id, fact.detail)


def _send_requeued(run: Applied, fact: f.SendRequeued) -> None:
    run.tx.run_many(
        "UPDATE outbox SET state = 'queued', phase = '', not_before = ?, attempt = 0, at = CASE ? WHEN 1 THEN ? ELSE at END,"
        " detail = '' WHERE id = ?",
        [(to_ms(fact.not_before), int(fact.failed_before), run.now_ms, outbox_id) for outbox_id in fact.outbox_ids],
    )
    run.refresh_delivery(fact.message_id, "")


def _send_cancelled(run: Applied, fact: f.SendCancelled) -> None:
    run.tx.run_many("UPDATE outbox SET state = 'cancelled' WHERE id = ?", [(outbox_id,) for outbox_id in fact.outbox_ids])
    run.refresh_delivery(fact.message_id, "")
    run.tx.run(
        "INSERT INTO draft (operator_id, conversation_id, note, text, saved_at)"
        " SELECT ?, conversation_id, 0, text, ? FROM message WHERE id = ? ON CONFLICT DO NOTHING",
        (fact.operator_id, run.now_ms, fact.message_id),
    )
    run.tx.run(
        "UPDATE attachment SET operator_id = ?, conversation_id = ?, message_id = NULL WHERE message_id = ?",
        (fact.operator_id, fact.conversation_id, fact.message_id),
    )


def _delivery_settled(run: Applied, fact: f.DeliverySettled) -> None:
    run.tx.run_many(
        "UPDATE outbox SET state = 'sent', phase = '', sent_at = ? WHERE id = ?",
        [(to_ms(fact.at), outbox_id) for outbox_id in fact.outbox_ids],
    )
    run.refresh_delivery(fact.message_id, "")


def _only_the_conversation(run: Applied, fact: f.Fact) -> None:
    """The conversation's state says it all; it is written at the end."""


_HANDLERS: dict[type[Any], Callable[[Applied, Any], None]] = {
    f.CustomerAdded: _customer_added,
    f.IdentityAdded: _identity_added,
    f.IdentityRenamed: _identity_renamed,
    f.IdentityReached: _identity_reached,
    f.ConversationOpened: _conversation_opened,
    f.ConversationReopened: _only_the_conversation,
    f.ConversationClosed: _only_the_conversation,
    f.ConversationMoved: _conversation_moved,
    f.ParticipantAdded: _participant_added,
    f.MessageReceived: _message_received,
    f.AlbumExtended: _album_extended,
    f.MessageEdited: _message_edited,
    f.ReplyQueued: _reply_queued,
    f.NoteAdded: _note_added,
    f.ActivityNoted: _activity_noted,
    f.Assigned: _only_the_conversation,
    f.WaitEnded: _only_the_conversation,
    f.WaitRestored: _only_the_conversation,
    f.ConversationRead: _only_the_conversation,
    f.LateMarked: _only_the_conversation,
    f.PartSent: _part_sent,
    f.PartPutOff: _part_put_off,
    f.PartFailed: _part_failed,
    f.PartUncertain: _part_uncertain,
    f.SendRequeued: _send_requeued,
    f.SendCancelled: _send_cancelled,
    f.DeliverySettled: _delivery_settled,
}
