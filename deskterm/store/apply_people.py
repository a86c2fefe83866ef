"""Facts about people and about what conversations are: into their tables."""

from __future__ import annotations

from deskterm.desk import facts as f
from deskterm.desk.model import Kind
from deskterm.store import conversations, records
from deskterm.store.applied import Applied, Handlers


def _customer_added(run: Applied, fact: f.CustomerAdded) -> None:
    run.names[fact.customer_id] = fact.name
    run.tx.run(
        "INSERT INTO customer (id, name, language, created_at) VALUES (?,?,?,?)",
        (fact.customer_id, fact.name, fact.language, run.now_ms),
    )
    run.told_anew.add(fact.customer_id)


def _identity_added(run: Applied, fact: f.IdentityAdded) -> None:
    added = run.tx.run(
        "INSERT INTO identity (id, customer_id, kind, value, name, proof, shared, label, plain, unreachable, created_at)"
        " VALUES (?,?,?,?,?,?,?,?,?,0,?)"
        " ON CONFLICT (kind, value) DO UPDATE SET customer_id = coalesce(customer_id, excluded.customer_id),"
        " name = CASE WHEN excluded.name <> '' THEN excluded.name ELSE name END,"
        " label = CASE WHEN excluded.label <> '' THEN excluded.label ELSE label END,"
        " proof = CASE WHEN customer_id IS NULL THEN excluded.proof ELSE proof END,"
        " home_id = CASE WHEN customer_id IS NULL THEN NULL ELSE home_id END RETURNING customer_id",
        (
            fact.identity_id,
            fact.customer_id,
            fact.identity_kind.value,
            fact.value,
            fact.name,
            fact.proof,
            int(fact.shared),
            fact.label,
            fact.plain,
            run.now_ms,
        ),
    )
    run.told_anew.update(customer_id for (customer_id,) in added.fetchall() if customer_id is not None)
    records.link_records(run.tx, fact.identity_id)


def _identity_renamed(run: Applied, fact: f.IdentityRenamed) -> None:
    run.tx.run("UPDATE identity SET name = ? WHERE id = ?", (fact.name, fact.identity_id))
    run.identity_told_anew(fact.identity_id)


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
            "related_why": fact.related_why,
            "home_customer_id": fact.home_customer_id,
            "split_from_id": fact.split_from_id,
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
        "INSERT INTO participant (conversation_id, identity_id, role, added_at, via_id) VALUES (?,?,?,?,?)"
        " ON CONFLICT DO NOTHING",
        (fact.conversation_id, fact.identity_id, fact.role, run.now_ms, fact.via_id),
    )


HANDLERS: Handlers = {
    f.CustomerAdded: _customer_added,
    f.IdentityAdded: _identity_added,
    f.IdentityRenamed: _identity_renamed,
    f.IdentityReached: _identity_reached,
    f.ConversationOpened: _conversation_opened,
    f.ConversationMoved: _conversation_moved,
    f.ParticipantAdded: _participant_added,
}
