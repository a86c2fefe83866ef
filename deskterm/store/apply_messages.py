"""Facts that bring a message into a thread, or change one: into their tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from deskterm.desk import facts as f
from deskterm.desk.model import Delivery, Kind
from deskterm.desk.post import Address, InFile
from deskterm.desk.text import preview
from deskterm.store import new_messages, search_index
from deskterm.store.applied import Applied, Handlers
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
    "home_id",
    "duration_s",
    "outcome",
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
    "outcome": "",
}
_INSERT_MESSAGE = f"INSERT INTO message ({', '.join(MESSAGE_COLUMNS)}) VALUES ({', '.join('?' * len(MESSAGE_COLUMNS))})"
_INSERT_ATTACHMENT = (
    "INSERT INTO attachment (message_id, channel_id, position, name, media_type, size, sha256, inline, content_id, remote_ref,"
    " state, reason, next_at, tries) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,0)"
)


def insert_message(tx: Transaction, **values: Any) -> None:
    """Write a message row; columns not named keep their defaults."""
    tx.run(_INSERT_MESSAGE, [values.get(name, _DEFAULTS.get(name)) for name in MESSAGE_COLUMNS])


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
        home_id=fact.home_id,
    )
    wordless = bool(fact.album) and (bool(fact.placeholder) or not fact.text)
    add_refs(run, fact.channel_id, fact.external_ids, fact.message_id, first=int(wordless))
    add_files(run, fact.message_id, fact.channel_id, tuple(enumerate(fact.attachments)), 0)
    search_index.message_written(run.tx, fact.message_id)


def add_refs(run: Applied, channel_id: int, external_ids: tuple[str, ...], message_id: int, *, first: int = 0) -> None:
    """Keep what a message is called on its channel. `part` counts from `first`: a piece of an album that brought no words is 1,
    one with words 0, so that an edit knows whose the text is."""
    if external_ids:
        run.tx.run_many(
            "INSERT INTO message_ref (channel_id, external_id, message_id, part) VALUES (?,?,?,?)"
            " ON CONFLICT (channel_id, external_id) DO NOTHING",
            [(channel_id, external_id, message_id, part) for part, external_id in enumerate(external_ids, first)],
        )


def add_files(run: Applied, message_id: int, channel_id: int, files: Sequence[tuple[int, InFile]], first: int) -> None:
    """Write attachments, each with its place among those of the `Inbound`; they stand from position `first` on."""
    rows = []
    for position, (place, file) in enumerate(files, first):
        sha256, size = run.files.get(place, (None, None))
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
            "UPDATE message SET text = CASE WHEN text = '' OR placeholder <> '' THEN ? ELSE text || char(10) || ? END,"
            " placeholder = '' WHERE id = ?",
            (fact.text, fact.text, fact.message_id),
        )
    add_refs(run, fact.channel_id, fact.external_ids, fact.message_id, first=int(not fact.text))
    add_files(run, fact.message_id, fact.channel_id, tuple(enumerate(fact.attachments)), _file_count(run, fact.message_id))
    search_index.message_changed(run.tx, fact.message_id)


def _file_count(run: Applied, message_id: int) -> int:
    return int(run.tx.one("SELECT count(*) FROM attachment WHERE message_id = ?", (message_id,))[0])


def _message_edited(run: Applied, fact: f.MessageEdited) -> None:
    run.tx.run(
        "INSERT INTO message_version (message_id, version, version_key, text, at, replaced_at)"
        " SELECT id, version, ?, text, at, ? FROM message WHERE id = ?",
        (fact.version_key, run.now_ms, fact.message_id),
    )
    run.tx.run(
        "UPDATE message SET text = ?, placeholder = ?, version = version + 1, quoted_from = NULL WHERE id = ?",
        (fact.text, fact.placeholder, fact.message_id),
    )
    run.tx.run(
        "UPDATE message_ref SET part = ? WHERE channel_id = ? AND external_id = ?",
        (int(not fact.with_words), fact.channel_id, fact.external_id),
    )
    placed = tuple(zip(fact.places, fact.attachments, strict=True))
    add_files(run, fact.message_id, fact.channel_id, placed, _file_count(run, fact.message_id))
    search_index.message_changed(run.tx, fact.message_id)
    newest = run.after[fact.conversation_id].last_message_id
    if newest == fact.message_id:
        words = preview(fact.text) or ", ".join(file.name for file in fact.attachments[:3])
        run.said[fact.conversation_id] = (words, Kind.INCOMING)


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
        home_id=fact.home_id,
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
    search_index.message_written(run.tx, fact.message_id)
    if fact.begins:
        new_messages.forget(run.tx, fact.operator_id, fact.text)
    else:
        run.tx.run("DELETE FROM draft WHERE operator_id = ? AND conversation_id = ?", (fact.operator_id, fact.conversation_id))


def _contact_logged(run: Applied, fact: f.ContactLogged) -> None:
    insert_message(
        run.tx,
        id=fact.message_id,
        public_id=fact.public_id,
        conversation_id=fact.conversation_id,
        kind=(Kind.INCOMING if fact.incoming else Kind.OUTGOING).value,
        channel_id=fact.channel_id,
        author_identity_id=fact.author_identity_id if fact.incoming else None,
        author_operator_id=fact.operator_id,
        at=to_ms(fact.at),
        stored_at=run.now_ms,
        text=fact.text,
        answered_wait=to_ms(fact.answered_wait),
        answered_asked=fact.answered_asked,
        duration_s=fact.duration_s,
        outcome=fact.outcome,
    )
    search_index.message_written(run.tx, fact.message_id)


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
    search_index.message_written(run.tx, fact.message_id)
    if fact.by_mail:
        return
    run.tx.run("DELETE FROM draft WHERE operator_id = ? AND conversation_id = ?", (fact.operator_id, fact.conversation_id))


def _activity_noted(run: Applied, fact: f.ActivityNoted) -> None:
    """A code with a value stands apart from it; see `wording.activity_words`."""
    said, code = (fact.value, fact.code) if fact.value else (fact.code, "")
    _insert_internal(run, fact.conversation_id, fact.message_id, fact.public_id, fact.at, Kind.ACTIVITY, said, None, code)


def _insert_internal(
    run: Applied,
    conversation_id: int,
    message_id: int,
    public_id: str,
    at: datetime,
    kind: Kind,
    text: str,
    operator_id: int | None,
    placeholder: str = "",
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
        placeholder=placeholder,
    )


HANDLERS: Handlers = {
    f.MessageReceived: _message_received,
    f.AlbumExtended: _album_extended,
    f.MessageEdited: _message_edited,
    f.ReplyQueued: _reply_queued,
    f.ContactLogged: _contact_logged,
    f.NoteAdded: _note_added,
    f.ActivityNoted: _activity_noted,
}
