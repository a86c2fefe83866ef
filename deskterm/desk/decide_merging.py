"""What merging, parting and splitting conversations does, and saying what belongs together. Pure."""

from __future__ import annotations

from datetime import datetime

from deskterm.desk import commands_customer as c
from deskterm.desk import facts as f
from deskterm.desk import merging
from deskterm.desk.commands import Refused
from deskterm.desk.evolve import opened
from deskterm.desk.model import Conversation
from deskterm.desk.situation import Decided, Situation
from deskterm.desk.situation_merging import MergingSituation, Origin

NOTHING = MergingSituation()


def merge(command: c.MergeConversations, situation: Situation, now: datetime) -> Decided:
    """Several conversations become one."""
    known = situation.merging or NOTHING
    whole = known.whole
    if whole is None:
        return Refused("not_found")
    made: list[f.Fact] = []
    for one in known.gone:
        if one is None:
            return Refused("not_found")
        refusal = _apart(whole, one)
        if refusal is not None:
            return refusal
        after = merging.merged(whole, one, now)
        made.append(
            f.ConversationMerged(
                conversation_id=one.id,
                into_id=whole.id,
                at=now,
                next_message_id=situation.fresh.message,
                had=merging.fields_of(whole),
                values=merging.fields_of(after),
                homes=known.homes.get(one.id, ()),
            )
        )
        whole = after
    return made


def _apart(whole: Conversation, one: Conversation) -> Refused | None:
    """Return why two conversations cannot become one. What different people write stays apart: the answer to one would go to
    the other. Where neither has a customer (groups), they are one only in the same chat."""
    if one.id == whole.id:
        return Refused("same_conversation", {"number": one.number})
    if one.merged_into_id is not None:
        return Refused("already_merged", {"number": one.number})
    if one.spam is not whole.spam:
        return Refused("spam_differs", {"number": one.number})
    same_chat = (one.channel_id, one.thread_key) == (whole.channel_id, whole.thread_key)
    same = one.customer_id == whole.customer_id and (one.customer_id is not None or same_chat)
    return None if same else Refused("other_customer", {"number": one.number})


def part(command: c.PartConversation, situation: Situation, now: datetime) -> Decided:
    """What was merged into another conversation stands by itself again."""
    known = situation.merging or NOTHING
    if known.alone is None:
        return Refused("not_found")
    if known.further is not None:
        return Refused("merged_further", {"number": known.further})
    parting = known.parting
    if parting is None:
        return Refused("stands_alone", {"number": known.alone.number})
    empty = not parting.taken.message_count
    if empty and parting.gone.message_count and not command.even_empty:
        return Refused("nothing_left", {"number": known.alone.number})
    gone, holder = merging.parted(parting, now)
    if empty:
        gone = merging.closed(gone, now)
    return [
        f.ConversationParted(
            conversation_id=gone.id,
            from_id=holder.id,
            at=now,
            values=merging.fields_of(gone),
            rest=merging.fields_of(holder),
            message_ids=parting.message_ids,
        )
    ]


def split(command: c.SplitConversation, situation: Situation, now: datetime) -> Decided:
    """Some messages become a conversation of their own."""
    known = situation.merging or NOTHING
    if known.whole is None:
        return Refused("not_found")
    if not command.message_ids:
        return Refused("nothing_chosen")
    if known.splitting is None or known.origin is None:
        return Refused("not_its_message")
    if not _says(known.splitting.taken):
        return Refused("nothing_chosen")
    if not _says(known.splitting.rest):
        return Refused("all_chosen")
    begun = _begun(known.whole, known.origin, situation, now)
    new, stays = merging.split(known.splitting, opened(begun), now)
    moved = f.MessagesMoved(
        conversation_id=new.id,
        from_id=stays.id,
        message_ids=tuple(known.origin.homes),
        at=now,
        homes=tuple(known.origin.homes.values()),
        values=(*merging.fields_of(new), ("spam", new.spam)),
        rest=merging.fields_of(stays),
    )
    people = [
        f.ParticipantAdded(conversation_id=new.id, identity_id=identity_id, role=role)
        for identity_id, role in known.origin.people
    ]
    return [begun, *people, moved]


def _says(messages: merging.Tally) -> bool:
    """Whether anybody says anything in these messages: what the desk itself tells of is no conversation."""
    return messages.last_message_id is not None or messages.notes > 0


def _begun(whole: Conversation, origin: Origin, situation: Situation, now: datetime) -> f.ConversationOpened:
    return f.ConversationOpened(
        conversation_id=situation.fresh.conversation,
        number=situation.fresh.number,
        channel_id=origin.channel_id,
        customer_id=whole.customer_id,
        at=now,
        home_customer_id=origin.home_customer_id,
        split_from_id=whole.id,
        priority=whole.priority,
        thread_key=origin.thread_key,
        subject=origin.subject,
        group=origin.group,
    )


def dismiss_related(command: c.DismissRelated, situation: Situation, now: datetime) -> Decided:
    """Two conversations have nothing to do with each other."""
    known = situation.merging or NOTHING
    if known.whole is None or known.related is None:
        return Refused("not_found")
    if known.related.id is None:
        return []
    return [f.RelatedNoted(conversation_id=known.whole.id, related_id=None, was_id=known.related.id, was_why=known.related.why)]


def note_related(command: c.NoteRelated, situation: Situation, now: datetime) -> Decided:
    """A conversation may belong to another."""
    known = situation.merging or NOTHING
    if known.whole is None or known.related is None or known.related.named is None:
        return Refused("not_found")
    other = known.related.named
    if other.id == known.whole.id:
        return Refused("same_conversation", {"number": other.number})
    if known.related.id == command.related_id:
        return []
    return [
        f.RelatedNoted(
            conversation_id=known.whole.id,
            related_id=command.related_id,
            why=command.why,
            was_id=known.related.id,
            was_why=known.related.why,
        )
    ]
