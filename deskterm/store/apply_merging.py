"""Facts about which messages are one conversation: rows are pointed elsewhere, and remember where they belong.

`message.home_id` is the conversation that a message goes back to when all is parted (null: the one it is in); `via_id` of a
participant is the conversation that they came with.
"""

from __future__ import annotations

import json

from deskterm.desk import facts as f
from deskterm.desk.model import Kind
from deskterm.desk.text import preview
from deskterm.store.applied import Applied, Handlers
from deskterm.store.blanking import ERASED
from deskterm.store.merging_values import TREE
from deskterm.store.times import to_ms

_LEAVES = (
    f"{TREE} UPDATE outbox SET conversation_id = :gone WHERE message_id IN (SELECT m.id FROM message m"
    " WHERE m.conversation_id = :holder AND m.kind = 'outgoing'"
    " AND (m.home_id IN tree OR m.id IN (SELECT value FROM json_each(:ids))))",
    f"{TREE} UPDATE search_doc SET conversation_id = :gone WHERE conversation_id = :holder AND id IN"
    " (SELECT m.id FROM message m WHERE m.conversation_id = :holder"
    " AND (m.home_id IN tree OR m.id IN (SELECT value FROM json_each(:ids))))",
    f"{TREE} UPDATE message SET conversation_id = :gone, home_id = nullif(home_id, :gone)"
    " WHERE conversation_id = :holder AND home_id IN tree",
    "UPDATE message SET conversation_id = :gone, home_id = NULL"
    " WHERE conversation_id = :holder AND id IN (SELECT value FROM json_each(:ids))",
)
_JOINS = (
    "UPDATE outbox SET conversation_id = :holder WHERE message_id IN"
    " (SELECT id FROM message WHERE conversation_id = :gone AND kind = 'outgoing')",
    "UPDATE search_doc SET conversation_id = :holder WHERE conversation_id = :gone",
    "UPDATE message SET conversation_id = :holder, home_id = nullif(coalesce(home_id, conversation_id), :holder)"
    " WHERE conversation_id = :gone",
    "INSERT INTO participant (conversation_id, identity_id, role, added_at, via_id)"
    " SELECT :holder, identity_id, role, added_at, :gone FROM participant WHERE conversation_id = :gone ON CONFLICT DO NOTHING",
    "INSERT INTO draft (operator_id, conversation_id, note, text, saved_at)"
    " SELECT operator_id, :holder, note, text, saved_at FROM draft WHERE conversation_id = :gone"
    " ON CONFLICT (operator_id, conversation_id) DO UPDATE SET note = max(note, excluded.note), saved_at = excluded.saved_at,"
    " text = CASE WHEN trim(text) = '' THEN excluded.text ELSE text || char(10) || char(10) || excluded.text END",
    "DELETE FROM draft WHERE conversation_id = :gone",
    "UPDATE attachment SET conversation_id = :holder WHERE message_id IS NULL AND conversation_id = :gone",
)
"""What an operator has begun to write goes along, and stays when all is parted: it is nobody's but theirs. A note that was
begun on either side stays a note: it is never sent."""
_PEOPLE_PART = (
    f"{TREE} INSERT INTO participant (conversation_id, identity_id, role, added_at, via_id)"
    " SELECT :gone, identity_id, role, added_at, nullif(via_id, :gone) FROM participant"
    " WHERE conversation_id = :holder AND via_id IN tree ON CONFLICT DO NOTHING",
    "INSERT INTO participant (conversation_id, identity_id, role, added_at)"
    " SELECT :gone, p.identity_id, p.role, :now FROM participant p WHERE p.conversation_id = :holder AND p.identity_id IN"
    " (SELECT author_identity_id FROM message WHERE conversation_id = :gone) ON CONFLICT DO NOTHING",
    f"{TREE} UPDATE participant SET via_id = NULL WHERE conversation_id = :holder AND via_id IN tree AND identity_id IN"
    " (SELECT author_identity_id FROM message WHERE conversation_id = :holder)",
    f"{TREE} DELETE FROM participant WHERE conversation_id = :holder AND via_id IN tree",
)


def _merged(run: Applied, fact: f.ConversationMerged) -> None:
    for statement in _JOINS:
        run.tx.run(statement, {"holder": fact.into_id, "gone": fact.conversation_id})
    if fact.homes:
        run.tx.run_many(
            "UPDATE message SET home_id = nullif(?, conversation_id) WHERE id = ?", [(home, one) for one, home in fact.homes]
        )
    _keep_beginning(run, fact.into_id)
    _say_last(run, fact.into_id)


def _parted(run: Applied, fact: f.ConversationParted) -> None:
    values = {"holder": fact.from_id, "gone": fact.conversation_id, "ids": json.dumps(fact.message_ids), "now": run.now_ms}
    for statement in (*_LEAVES, *_PEOPLE_PART):
        run.tx.run(statement, values)
    for conversation_id in (fact.conversation_id, fact.from_id):
        _keep_beginning(run, conversation_id)
        _say_last(run, conversation_id)


def _moved(run: Applied, fact: f.MessagesMoved) -> None:
    values = {"to": fact.conversation_id, "ids": json.dumps(fact.message_ids)}
    chosen = "(SELECT value FROM json_each(:ids))"
    run.tx.run(f"UPDATE outbox SET conversation_id = :to WHERE message_id IN {chosen}", values)
    run.tx.run(f"UPDATE search_doc SET conversation_id = :to WHERE id IN {chosen}", values)
    run.tx.run(f"UPDATE message SET conversation_id = :to, home_id = NULL WHERE id IN {chosen}", values)
    _say_last(run, fact.conversation_id)
    _say_last(run, fact.from_id)


def _keep_beginning(run: Applied, conversation_id: int) -> None:
    """When a conversation began changes by nothing else, so that the door leaves it out of what it writes."""
    before, after = run.before[conversation_id], run.after[conversation_id]
    if before.opened_at != after.opened_at:
        run.tx.run("UPDATE conversation SET opened_at = ? WHERE id = ?", (to_ms(after.opened_at), conversation_id))


def _say_last(run: Applied, conversation_id: int) -> None:
    """Have the list show the last words, where another message is the last one now."""
    before, after = run.before.get(conversation_id), run.after[conversation_id]
    if before is not None and before.last_message_id == after.last_message_id:
        return
    row = run.tx.one(
        "SELECT kind, text, placeholder, (SELECT group_concat(name, ', ') FROM (SELECT name FROM attachment"
        " WHERE message_id = m.id ORDER BY position, id LIMIT 3)) FROM message m WHERE id = ?",
        (after.last_message_id,),
    )
    kind, text, placeholder, files = row if row is not None else (Kind.INCOMING.value, "", "", None)
    words = preview(text) or (placeholder if placeholder != ERASED else "") or files or ""
    run.tx.run("UPDATE conversation SET preview = ?, preview_kind = ? WHERE id = ?", (words, kind, conversation_id))


def related_noted(run: Applied, fact: f.RelatedNoted) -> None:
    """Keep what a conversation may belong to."""
    run.tx.run(
        "UPDATE conversation SET maybe_related_id = ?, related_why = ? WHERE id = ?",
        (fact.related_id, fact.why, fact.conversation_id),
    )


HANDLERS: Handlers = {
    f.ConversationMerged: _merged,
    f.ConversationParted: _parted,
    f.MessagesMoved: _moved,
    f.RelatedNoted: related_noted,
}
