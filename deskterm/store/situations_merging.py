"""What merging, parting and splitting are judged by, read inside the write transaction: who came with what, and what was done
since. See `desk.situation_merging`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from deskterm.desk import commands_customer as c
from deskterm.desk.merging import Came, Parting, Splitting, Tally, Wait
from deskterm.desk.model import Conversation
from deskterm.desk.situation_merging import MergingSituation, Origin, Related
from deskterm.store import conversations
from deskterm.store.merging_values import TREE, fields_of
from deskterm.store.times import from_ms
from deskterm.store.writer import Transaction

States = dict[int, Conversation]


def of_merging(tx: Transaction, command: c.MergingCommand) -> tuple[MergingSituation, States]:
    """Load what a command about which messages are one conversation is judged by, and the conversations it may change."""
    if isinstance(command, c.MergeConversations):
        return _of_merge(tx, command)
    if isinstance(command, c.PartConversation):
        return _of_part(tx, command)
    if isinstance(command, c.SplitConversation):
        return _of_split(tx, command)
    return _of_related(tx, command)


# --- merging


def _of_merge(tx: Transaction, command: c.MergeConversations) -> tuple[MergingSituation, States]:
    whole = conversations.load(tx, command.into_id)
    if whole is None:
        return MergingSituation(), {}
    gone = tuple(conversations.alone(tx, one) for one in dict.fromkeys(command.from_ids))
    real = [one for one in gone if one is not None]
    homes = {one.id: _given_back(tx, one.id, whole.id) for one in real}
    return MergingSituation(whole=whole, gone=gone, homes=homes), {one.id: one for one in (whole, *real)}


def _given_back(tx: Transaction, gone_id: int, whole_id: int) -> tuple[tuple[int, int], ...]:
    """Return the messages that were split off the one that takes them back, with the conversations whose they were."""
    row = tx.one(
        "SELECT data FROM journal WHERE conversation_id = ? AND kind = 'messages_moved' ORDER BY seq DESC LIMIT 1", (gone_id,)
    )
    if row is None:
        return ()
    moved = json.loads(row[0])
    if _survivor(tx, moved["from_id"]) != whole_id:
        return ()
    still = {
        one
        for (one,) in tx.all(
            "SELECT id FROM message WHERE conversation_id = ? AND id IN (SELECT value FROM json_each(?))",
            (gone_id, json.dumps(moved["message_ids"])),
        )
    }
    pairs = zip(moved["message_ids"], moved["homes"], strict=True)
    return tuple((one, home if _survivor(tx, home) == whole_id else whole_id) for one, home in pairs if one in still)


def _survivor(tx: Transaction, conversation_id: int) -> int | None:
    found = conversations.load(tx, conversation_id)
    return None if found is None else found.id


# --- parting


@dataclass(frozen=True, slots=True)
class _Merge:
    """A merge as the journal tells it."""

    seq: int
    next_message_id: int
    had: dict[str, Any]
    values: dict[str, Any]
    message_ids: tuple[int, ...]


def _merge_of(tx: Transaction, gone_id: int) -> _Merge:
    seq, text = tx.one(
        "SELECT seq, data FROM journal WHERE conversation_id = ? AND kind = 'conversation_merged' ORDER BY seq DESC LIMIT 1",
        (gone_id,),
    )
    data = json.loads(text)
    ids = tuple(one for one, _home in data.get("homes", ()))
    return _Merge(seq, data["next_message_id"], fields_of(data["had"]), fields_of(data["values"]), ids)


def _of_part(tx: Transaction, command: c.PartConversation) -> tuple[MergingSituation, States]:
    alone = conversations.alone(tx, command.conversation_id)
    if alone is None or alone.merged_into_id is None:
        return MergingSituation(alone=alone), {}
    holder = conversations.alone(tx, alone.merged_into_id)
    if holder is None or holder.merged_into_id is not None:
        return MergingSituation(alone=alone, further=holder.number if holder is not None else None), {}
    parting = _parting(tx, alone, holder)
    return MergingSituation(alone=alone, parting=parting), {alone.id: alone, holder.id: holder}


def _parting(tx: Transaction, gone: Conversation, holder: Conversation) -> Parting:
    merge = _merge_of(tx, gone.id)
    ids = _still_there(tx, merge.message_ids, holder.id)
    tree = [row[0] for row in tx.all(f"{TREE} SELECT id FROM tree", {"gone": gone.id})]
    goes = f"(coalesce(m.home_id, m.conversation_id) IN ({_listed(tree)}) OR m.id IN ({_listed(ids)}))"
    answered_id, answered = _last_answered(tx, holder.id, merge)
    seen_id, seen = _last_seen(tx, holder.id, merge)
    later = _later(tx, gone, holder, merge)
    return Parting(
        gone=gone,
        holder=holder,
        was=merge.had,
        left=merge.values,
        taken=_tally(tx, holder.id, goes),
        rest=_tally(tx, holder.id, f"NOT {goes}"),
        came=Came(_waits(tx, holder.id, goes, answered_id), _unread(tx, holder.id, goes, seen_id)),
        came_to_rest=Came(_waits(tx, holder.id, f"NOT {goes}", answered_id), 0),
        answered=answered,
        seen=seen,
        later=tuple(one for one, _next in later),
        later_waits=tuple((one.waiting_since, one.asked) for one, following in later if following > answered_id),
        message_ids=ids,
    )


def _still_there(tx: Transaction, ids: tuple[int, ...], holder_id: int) -> tuple[int, ...]:
    rows = tx.all(
        "SELECT id FROM message WHERE conversation_id = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (holder_id, json.dumps(ids)),
    )
    return tuple(row[0] for row in rows)


def _listed(ids: Any) -> str:
    return ",".join(str(int(one)) for one in ids)


def _later(tx: Transaction, gone: Conversation, holder: Conversation, merge: _Merge) -> list[tuple[Conversation, int]]:
    """Return what went into the holder after that merge and is there still, each with the next message's id at the time."""
    rows = tx.all(
        f"SELECT {conversations.COLUMNS} FROM conversation WHERE merged_into_id = ? AND id <> ? ORDER BY id",
        (holder.id, gone.id),
    )
    found = [(one, _merge_of(tx, one.id)) for one in map(conversations.from_row, rows)]
    return [(one, theirs.next_message_id) for one, theirs in found if theirs.seq > merge.seq]


_NOT_TAKEN_BACK = "coalesce(delivery, 'sent') NOT IN ('failed', 'cancelled')"


def _last_answered(tx: Transaction, conversation_id: int, merge: _Merge) -> tuple[int, bool]:
    """Return up to which message all is answered, and whether anything was since the merge: by a reply that did not fail, by
    saying that none is needed, by closing."""
    return _boundary(tx, conversation_id, merge, "'wait_ended', 'conversation_closed'", "1")


def _last_seen(tx: Transaction, conversation_id: int, merge: _Merge) -> tuple[int, bool]:
    kinds = "'conversation_read', 'conversation_closed', 'conversation_snoozed'"
    return _boundary(tx, conversation_id, merge, kinds, "coalesce(json_extract(j.data, '$.unread'), 0) = 0")


def _boundary(tx: Transaction, conversation_id: int, merge: _Merge, kinds: str, where: str) -> tuple[int, bool]:
    (replied,) = tx.one(
        f"SELECT max(id) FROM message WHERE conversation_id = ? AND kind = 'outgoing' AND id >= ? AND {_NOT_TAKEN_BACK}",
        (conversation_id, merge.next_message_id),
    )
    (seq,) = tx.one(
        "SELECT max(j.seq) FROM journal j LEFT JOIN undo_entry u ON u.command_id = j.command_id"
        f" WHERE j.conversation_id = ? AND j.seq > ? AND j.kind IN ({kinds}) AND u.undone_by IS NULL AND {where}",
        (conversation_id, merge.seq),
    )
    reached = [merge.next_message_id - 1]
    if replied is not None:
        reached.append(replied)
    if seq is not None:
        reached.append(_newest_before(tx, seq))
    return max(reached), replied is not None or seq is not None


def _newest_before(tx: Transaction, seq: int) -> int:
    row = tx.one(
        "SELECT message_id FROM journal WHERE seq < ? AND kind IN ('message_received', 'reply_queued', 'note_added',"
        " 'activity_noted', 'contact_logged') ORDER BY seq DESC LIMIT 1",
        (seq,),
    )
    return 0 if row is None else int(row[0])


# --- splitting


def _of_split(tx: Transaction, command: c.SplitConversation) -> tuple[MergingSituation, States]:
    whole = conversations.load(tx, command.conversation_id)
    if whole is None:
        return MergingSituation(), {}
    ids = tuple(dict.fromkeys(command.message_ids))
    rows = tx.all(
        "SELECT id, coalesce(home_id, conversation_id), kind, channel_id, thread_key, subject FROM message"
        " WHERE conversation_id = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (whole.id, json.dumps(ids)),
    )
    if len(rows) != len(ids):
        return MergingSituation(whole=whole), {}
    chosen = f"m.id IN ({_listed(ids)})"
    answered_id = _answered_ever(tx, whole.id)
    (unread,) = tx.one(
        "SELECT count(*) FROM (SELECT m.id AS id FROM message m WHERE m.conversation_id = ? AND m.kind = 'incoming'"
        f" ORDER BY m.id DESC LIMIT ?) AS m WHERE {chosen}",
        (whole.id, whole.unread),
    )
    splitting = Splitting(
        whole=whole,
        taken=_tally(tx, whole.id, chosen),
        rest=_tally(tx, whole.id, f"NOT {chosen}"),
        wait=_waits(tx, whole.id, chosen, answered_id),
        rest_wait=_waits(tx, whole.id, f"NOT {chosen}", answered_id),
        unread=unread,
    )
    return MergingSituation(whole=whole, splitting=splitting, origin=_origin(tx, whole, rows)), {whole.id: whole}


def _answered_ever(tx: Transaction, conversation_id: int) -> int:
    return _boundary(tx, conversation_id, _Merge(0, 0, {}, {}, ()), "'wait_ended', 'conversation_closed'", "1")[0]


def _origin(tx: Transaction, whole: Conversation, rows: list[Any]) -> Origin:
    said = [row for row in rows if row[2] in ("incoming", "outgoing")]
    came = [row for row in said if row[2] == "incoming"]
    _id, _home, _kind, channel_id, thread_key, subject = (came or said or [(0, 0, "", whole.channel_id, whole.thread_key, "")])[
        -1
    ]
    title, is_group, whole_subject = tx.one("SELECT title, is_group, subject FROM conversation WHERE id = ?", (whole.id,))
    card_id = _card_of(tx, whole, rows)
    return Origin(
        channel_id=channel_id,
        thread_key=thread_key,
        subject=subject or whole_subject,
        group=title if is_group else "",
        home_customer_id=None if card_id == whole.customer_id else card_id,
        people=_people_of(tx, whole, rows, card_id, only_authors=bool(is_group)),
        homes={row[0]: row[1] for row in rows},
    )


_AUTHORS_CARD = (
    "SELECT coalesce(i.home_id, i.customer_id) FROM message m JOIN identity i ON i.id = m.author_identity_id"
    " WHERE m.id IN ({ids}) AND m.kind = 'incoming' AND i.customer_id = ? ORDER BY m.id DESC LIMIT 1"
)
_HOMES_CARD = "SELECT coalesce(home_customer_id, customer_id) FROM conversation WHERE id = ?"


def _card_of(tx: Transaction, whole: Conversation, rows: list[Any]) -> int | None:
    """Return whose the messages are when all cards are parted: of the one who wrote them, the last first; where nobody of this
    customer did, of the one whose conversation the last of them came in."""
    if whole.customer_id is None:
        return None
    row = tx.one(_AUTHORS_CARD.format(ids=_listed(row[0] for row in rows)), (whole.customer_id,))
    return int((row or tx.one(_HOMES_CARD, (rows[-1][1] if rows else whole.id,)))[0])


_PEOPLE = (
    "SELECT p.identity_id, p.role FROM participant p JOIN identity i ON i.id = p.identity_id WHERE p.conversation_id = :whole"
    " AND (p.identity_id IN (SELECT author_identity_id FROM message WHERE id IN ({ids}))"
    " OR :others AND p.identity_id IN"
    " (SELECT identity_id FROM participant WHERE conversation_id IN ({homes}) AND via_id IS NULL)"
    " AND (i.customer_id IS NOT :customer OR coalesce(i.home_id, i.customer_id) IS :card))"
)


def _people_of(
    tx: Transaction, whole: Conversation, rows: list[Any], card_id: int | None, *, only_authors: bool
) -> tuple[tuple[int, str], ...]:
    """Return who takes part in what these messages are about: who wrote them, and who takes part in the conversations that are
    their homes, but for addresses of another card that is one with this now."""
    sql = _PEOPLE.format(ids=_listed(row[0] for row in rows), homes=_listed({row[1] for row in rows}))
    values = {"whole": whole.id, "others": not only_authors, "customer": whole.customer_id, "card": card_id}
    return tuple(tx.all(sql, values))


# --- what messages come to


def _tally(tx: Transaction, conversation_id: int, where: str) -> Tally:
    of = f"FROM message m WHERE m.conversation_id = ? AND {where}"
    count, notes, failed, last_id, last_at = tx.one(
        "SELECT count(*), coalesce(sum(m.kind = 'note'), 0), coalesce(sum(m.delivery IS 'failed'), 0),"
        " max(CASE WHEN m.kind IN ('incoming', 'outgoing') THEN m.id END),"
        f" max(CASE WHEN m.kind IN ('incoming', 'outgoing') THEN m.at END) {of}",
        (conversation_id,),
    )
    (files,) = tx.one(
        f"SELECT count(*) FROM message m JOIN attachment a ON a.message_id = m.id WHERE m.conversation_id = ? AND {where}",
        (conversation_id,),
    )
    incoming = tx.one(f"SELECT m.at {of} AND m.kind = 'incoming' ORDER BY m.id DESC LIMIT 1", (conversation_id,))
    return Tally(count, notes, failed, files, last_id, from_ms(last_at), from_ms(incoming[0] if incoming else None))


_WAITS = "m.kind = 'incoming' AND (m.origin = 'human' OR m.origin = 'own' AND m.reply_to <> '')"
"""A person's message, also one that came through a form on our own site: see `desk.intake`."""


def _waits(tx: Transaction, conversation_id: int, where: str, after_id: int) -> Wait:
    since, asked = tx.one(
        f"SELECT min(m.at), count(*) FROM message m WHERE m.conversation_id = ? AND m.id > ? AND {_WAITS} AND {where}",
        (conversation_id, after_id),
    )
    return from_ms(since), asked


def _unread(tx: Transaction, conversation_id: int, where: str, after_id: int) -> int:
    (count,) = tx.one(
        f"SELECT count(*) FROM message m WHERE m.conversation_id = ? AND m.id > ? AND m.kind = 'incoming' AND {where}",
        (conversation_id, after_id),
    )
    return int(count)


# --- what may be related


def _of_related(tx: Transaction, command: c.DismissRelated | c.NoteRelated) -> tuple[MergingSituation, States]:
    whole = conversations.load(tx, command.conversation_id)
    if whole is None:
        return MergingSituation(), {}
    related_id, why = tx.one("SELECT maybe_related_id, related_why FROM conversation WHERE id = ?", (whole.id,))
    named = conversations.load(tx, command.related_id) if isinstance(command, c.NoteRelated) else None
    return MergingSituation(whole=whole, related=Related(related_id, why, named)), {whole.id: whole}
