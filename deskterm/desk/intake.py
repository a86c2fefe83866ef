"""Where a message that came in belongs: threading, reopening. Pure; the store loads the situation it judges. Whose it is stands
in `desk.recognise`.

The rules of decisions ("Threading", "Reopening", "Waiting"): a mail joins a conversation only when it carries an id or address
that we signed, or refers to the same participant's own earlier mail, and its From is a participant. A chat is its own thread.
Everything else begins a new conversation, linked where it claims to belong to one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from deskterm.desk import facts as f
from deskterm.desk.arrival import Arrival, Candidate
from deskterm.desk.delivery import Failure, SentMessage, failed
from deskterm.desk.forwarded_by_us import after_cover, cover
from deskterm.desk.intake_edits import album, edited, harmless
from deskterm.desk.model import Conversation, Origin, Status
from deskterm.desk.post import Ignored, Inbound
from deskterm.desk.recognise import Recognised, identity, in_copy, is_forged, is_form, recognise, spoken_by, told_of
from deskterm.desk.same_matter import related
from deskterm.desk.text import clean, clean_line

PLAUSIBLE_AGE = timedelta(days=7)
"""How much older than its arrival a message may claim to be; beyond that, or from the future, arrival counts."""


def place(inbound: Inbound, arrival: Arrival, now: datetime) -> list[f.Fact] | Ignored:
    """Return the facts that taking this message in makes, or why it is nothing for a conversation."""
    if arrival.already and not inbound.edit_of:
        return Ignored("already here")
    inbound = spoken_by(inbound)
    if arrival.own_copy:
        return Ignored("a copy of what we sent")
    if inbound.moved_from and arrival.moved:
        return [f.ConversationMoved(conversation_id=c.id, thread_key=inbound.thread_key) for c in arrival.moved]
    if inbound.unreachable is not None:
        return _reached(inbound, arrival, now)
    if inbound.edit_of and arrival.edited is not None:
        return edited(inbound, arrival, arrival.edited, now)
    if inbound.album and arrival.album is not None:
        return album(inbound, arrival, arrival.album)
    if inbound.bounce is not None and arrival.bounced is not None:
        return _bounced(inbound, arrival, arrival.bounced, now)
    return _message(inbound, arrival, now)


BLOCKED = "blocked sender"
"""Why what a blocked person writes is quarantined; understood again once they are not, it is taken in."""


def is_blocked(inbound: Inbound, arrival: Arrival) -> bool:
    """Whether a message is one that nobody wants to see. What tells us of our own messages and of chats is none."""
    if arrival.sender is None or not arrival.sender.blocked or arrival.already or arrival.own_copy:
        return False
    return inbound.unreachable is None and not inbound.moved_from and arrival.bounced is None


def said_at(inbound: Inbound, received_at: datetime) -> datetime:
    """Return when the message was written, as far as that is believable: the header is the sender's, arrival is ours."""
    return inbound.at if received_at - PLAUSIBLE_AGE <= inbound.at <= received_at else received_at


def _reached(inbound: Inbound, arrival: Arrival, now: datetime) -> list[f.Fact] | Ignored:
    if arrival.sender is None:
        return Ignored("a stranger blocked or unblocked the bot")
    unreachable = bool(inbound.unreachable)
    made: list[f.Fact] = [f.IdentityReached(identity_id=arrival.sender.id, unreachable=unreachable)]
    if arrival.candidates:
        made.append(
            f.ActivityNoted(
                conversation_id=arrival.candidates[0].conversation.id,
                message_id=arrival.fresh.message,
                public_id=arrival.fresh.public_id,
                at=now,
                code="unreachable" if unreachable else "reachable",
            )
        )
    return made


def _bounced(inbound: Inbound, arrival: Arrival, sent: SentMessage, now: datetime) -> list[f.Fact]:
    """A delivery report joins the conversation whose message it is about; a final one marks that message."""
    bounce = inbound.bounce
    author_id = arrival.sender.id if arrival.sender is not None else None
    home_id = arrival.bounced_home_id
    made: list[f.Fact] = [_received(inbound, arrival, sent.conversation, author_id, waits=False, home_id=home_id)]
    if bounce is not None and bounce.permanent:
        words = clean_line(f"bounced {bounce.status} {bounce.recipient} {bounce.text}".strip())
        made += failed(sent, Failure(words, was_sent=True), now)
    return made


def _message(inbound: Inbound, arrival: Arrival, now: datetime) -> list[f.Fact]:
    before, arrival = arrival, after_cover(inbound, arrival)
    person = recognise(inbound, arrival)
    joined, claimed = _choose(inbound, arrival)
    waits = _waits(inbound)
    made: list[f.Fact] = list(person.facts)
    if joined is not None:
        conversation = joined.conversation
        if waits and conversation.status is Status.CLOSED:
            made.append(f.ConversationReopened(conversation_id=conversation.id, how="customer"))
        present = joined.participants
    else:
        opened = _opened(inbound, arrival, person, claimed, now)
        made.append(opened)
        conversation = Conversation(
            opened.conversation_id, opened.number, opened.channel_id, Status.OPEN, opened.at, opened.at, opened.at
        )
        present = frozenset()
    home_id = joined.home_id if joined is not None else None
    added, person = _participants(inbound, arrival, conversation.id, person, present, home_id)
    made += added
    made += cover(inbound, before, conversation.id, home_id, now)
    made.append(_received(inbound, arrival, conversation, person.author_id, waits=waits, home_id=home_id))
    if waits and conversation.status is Status.SNOOZED:
        made.append(f.SnoozeEnded(conversation_id=conversation.id, at=now, how="customer"))
    return made + told_of(inbound, arrival, person, conversation.id, arrival.fresh.message, now)


def _waits(inbound: Inbound) -> bool:
    """Only a human customer waits, and only who waits reopens what was closed: an answer to a question of ours about how
    satisfied they were never does, nor what a machine writes. A form on our own site writes from our own address for a customer
    named in Reply-To."""
    return inbound.origin is Origin.HUMAN or is_form(inbound)


def _choose(inbound: Inbound, arrival: Arrival) -> tuple[Candidate | None, Candidate | None]:
    """Return the conversation to join, and the one a new conversation is linked to."""
    stranger = None
    for candidate in arrival.candidates:
        if not _may_join(inbound, arrival, candidate):
            stranger = stranger or candidate
            continue
        if candidate.conversation.status is not Status.CLOSED or not _waits(inbound):
            return candidate, None
        if _reopens(candidate.conversation, arrival):
            return candidate, None
        return None, candidate
    return None, stranger


def _may_join(inbound: Inbound, arrival: Arrival, candidate: Candidate) -> bool:
    """A chat is its own thread; a mail's author must take part. A form answers nobody, whatever it refers to, and a forged mail
    is not that author's."""
    if candidate.same_thread:
        return True
    if is_form(inbound) or is_forged(inbound):
        return False
    return arrival.sender is not None and arrival.sender.id in candidate.participants


def _reopens(conversation: Conversation, arrival: Arrival) -> bool:
    """What counts is when the message reached the server: the desk may have been switched off since."""
    return conversation.closed_at is None or arrival.received_at - conversation.closed_at <= arrival.reopen_after


def _opened(
    inbound: Inbound, arrival: Arrival, person: Recognised, claimed: Candidate | None, now: datetime
) -> f.ConversationOpened:
    continues = claimed is not None and _may_join(inbound, arrival, claimed)
    related_id, why = _related(inbound, arrival, claimed, continues=continues, at=now)
    in_group = bool(inbound.group)
    return f.ConversationOpened(
        conversation_id=arrival.fresh.conversation,
        number=arrival.fresh.number,
        channel_id=arrival.channel_id,
        customer_id=None if in_group else person.customer_id,
        home_customer_id=None if in_group else person.home_customer_id,
        at=now,
        previous_id=claimed.conversation.id if claimed is not None and continues else None,
        maybe_related_id=related_id,
        related_why=why,
        thread_key=inbound.thread_key,
        subject=clean_line(inbound.subject),
        group=clean_line(inbound.group, 200),
    )


def _related(
    inbound: Inbound, arrival: Arrival, claimed: Candidate | None, *, continues: bool, at: datetime
) -> tuple[int | None, str]:
    """Return what a new conversation may belong to, and why: what it refers to without a proof, else what the same customer has
    open. What continues a closed one says so already."""
    if continues:
        return None, ""
    if claimed is not None:
        return claimed.conversation.id, "refers"
    text = inbound.text if inbound.quoted_from is None else inbound.text[: inbound.quoted_from]
    return related(clean(text), arrival.channel_id, at, arrival.matters) or (None, "")


def _participants(
    inbound: Inbound,
    arrival: Arrival,
    conversation_id: int,
    person: Recognised,
    present: frozenset[int],
    via_id: int | None,
) -> tuple[list[f.Fact], Recognised]:
    """Return who takes part from now on: the sender, and those the sender put in copy; and the next free id with the sender."""
    added: list[f.Fact] = []
    seen = set(present)
    sender_id, next_id = person.participant_id, person.next_identity
    if sender_id is not None and sender_id not in seen:
        added.append(
            f.ParticipantAdded(conversation_id=conversation_id, identity_id=sender_id, role=person.role, via_id=via_id)
        )
        seen.add(sender_id)
    for address, known in zip(in_copy(inbound), arrival.cc, strict=True):
        identity_id = known.id if known is not None else next_id
        if known is None:
            added.append(identity(address, identity_id, None))
            next_id += 1
        if identity_id not in seen:
            added.append(f.ParticipantAdded(conversation_id=conversation_id, identity_id=identity_id, role="cc", via_id=via_id))
            seen.add(identity_id)
    return added, person if next_id == person.next_identity else replace(person, next_identity=next_id)


def _received(
    inbound: Inbound,
    arrival: Arrival,
    conversation: Conversation,
    author_id: int | None,
    *,
    waits: bool,
    home_id: int | None = None,
) -> f.MessageReceived:
    refs = inbound.refs
    return f.MessageReceived(
        conversation_id=conversation.id,
        message_id=arrival.fresh.message,
        public_id=arrival.fresh.public_id,
        channel_id=arrival.channel_id,
        origin=inbound.origin,
        author_identity_id=author_id,
        at=said_at(inbound, arrival.received_at),
        waits=waits,
        inbound_id=arrival.inbound_id,
        home_id=home_id,
        external_ids=(inbound.external_id,),
        text=clean(inbound.text),
        subject=clean_line(inbound.subject),
        quoted_from=inbound.quoted_from,
        placeholder=inbound.placeholder,
        thread_key=inbound.thread_key,
        quote=clean_line(inbound.quote, 1000),
        forwarded_from=clean_line(inbound.forwarded_from, 200),
        reply_to=clean_line(inbound.reply_to, 320),
        album=inbound.album,
        mail_id=refs.message_id if refs else "",
        mail_references=refs.references if refs else (),
        reply_to_external=inbound.reply_to_external,
        notes=tuple(clean_line(note, 100) for note in inbound.notes),
        cc=tuple(replace(address, name=clean_line(address.name, 200)) for address in inbound.cc),
        attachments=tuple(harmless(file) for file in inbound.attachments),
    )
