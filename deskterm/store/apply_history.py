"""Facts of the past into their tables: what we wrote before the desk was there."""

from __future__ import annotations

import json

from deskterm.desk import facts as f
from deskterm.desk.model import Delivery, Kind
from deskterm.store import search_index
from deskterm.store.applied import Applied, Handlers
from deskterm.store.apply_messages import add_files, add_refs, insert_message, recipients_json
from deskterm.store.times import to_ms


def _reply_imported(run: Applied, fact: f.ReplyImported) -> None:
    insert_message(
        run.tx,
        id=fact.message_id,
        public_id=fact.public_id,
        conversation_id=fact.conversation_id,
        kind=Kind.OUTGOING.value,
        channel_id=fact.channel_id,
        author_operator_id=fact.operator_id,
        at=to_ms(fact.at),
        stored_at=run.now_ms,
        subject=fact.subject,
        text=fact.text,
        quoted_from=fact.quoted_from,
        placeholder=fact.placeholder,
        notes=json.dumps(fact.notes, ensure_ascii=False),
        mail_id=fact.mail_id,
        mail_references=" ".join(fact.mail_references),
        recipients=recipients_json(fact.to, fact.cc),
        inbound_id=fact.inbound_id,
        delivery=Delivery.SENT.value,
        sent_at=to_ms(fact.at),
        home_id=fact.home_id,
    )
    add_refs(run, fact.channel_id, fact.external_ids, fact.message_id)
    add_files(run, fact.message_id, fact.channel_id, tuple(enumerate(fact.attachments)), 0)
    search_index.message_written(run.tx, fact.message_id)


HANDLERS: Handlers = {f.ReplyImported: _reply_imported}
