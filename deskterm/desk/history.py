"""Mail of the time before the desk: where each piece of an archive belongs. Pure.

Nobody is answered and nobody waits: conversations are closed where their last mail left them, and one that lives is only told
what was said before. Here any reference joins, provided that the people fit: it is our own archive, and no stranger wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from deskterm.desk import facts as f
from deskterm.desk.addresses import normal_email, without_plus
from deskterm.desk.arrival import Arrival, Candidate
from deskterm.desk.forwarded_by_us import after_cover, cover
from deskterm.desk.intake_edits import harmless
from deskterm.desk.model import Conversation, Origin, Status
from deskterm.desk.post import Address, Ignored, Inbound
from deskterm.desk.recognise import Recognised, identity, in_copy, is_forged, is_form, recognise, spoken_by
from deskterm.desk.text import clean, clean_line

FLAG = "history"
"""What the ledger keeps of a mail that an archive brought: understood again later, it is still of the past."""

Ours = Mapping[str, int | None]
"""Addresses of ours, as `key_of` writes them: the operator whose address it is, None for the desk's own."""


@dataclass(frozen=True, slots=True)
class Past:
    """One mail of an archive, seen from its customer: `inbound.sender` is who wrote to us or, of a mail of ours (`outgoing`),
    to whom it went first. `operator_id` is who of us wrote it, where that is known."""

    inbound: Inbound
    at: datetime
    outgoing: bool = False
    operator_id: int | None = None


def key_of(address: str) -> str:
    """Return an address as those of ours are compared: its plus part is ours to choose."""
    return without_plus(normal_email(address))


def seen(inbound: Inbound, at: datetime, ours: Ours) -> Past | Ignored:
    """Return whose mail it is, or why it is nobody's. `at` is when it was written."""
    sender = inbound.sender
    if sender is None:
        return Ignored("no sender")
    others = tuple(address for address in inbound.cc if key_of(address.value) not in ours)
    key = key_of(sender.value)
    if key not in ours or inbound.forwarded_by:
        return Past(spoken_by(replace(inbound, cc=others)), at)
    if inbound.forged and not is_form(inbound):
        return Ignored("forged in our name")
    if not others:
        return Past(spoken_by(inbound), at) if is_form(inbound) else Ignored("between ourselves")
    seen_from_there = replace(
        inbound, sender=others[0], cc=others[1:], origin=Origin.OWN, reply_to="", claimed=(), proven=False, language=""
    )
    return Past(seen_from_there, at, outgoing=True, operator_id=ours[key])


def place(past: Past, arrival: Arrival) -> list[f.Fact] | Ignored:
    """Return the facts that a mail of the past makes. `arrival.candidates` are the conversations that it names or that name it,
    best first, with all who take part."""
    if arrival.already:
        return Ignored("already here")
    if arrival.own_copy:
        return Ignored("a copy of what we sent")
    joined = next((one for one in arrival.candidates if _fits(past, arrival, one)), None)
    if past.inbound.origin is Origin.BOUNCE and joined is None:
        return Ignored("a report of nothing that is here")
    before, arrival = arrival, after_cover(past.inbound, arrival)
    person = _known(past, arrival, recognise(past.inbound, arrival))
    made = list(person.facts)
    if joined is None:
        made.append(_opened(past, arrival, person))
        conversation_id, present = arrival.fresh.conversation, frozenset[int]()
    else:
        conversation_id, present = joined.conversation.id, joined.participants
    made += _participants(past, arrival, conversation_id, person, present)
    home_id = joined.home_id if joined is not None else None
    for fact in cover(past.inbound, before, conversation_id, home_id, past.at):
        made.append(replace(fact, history=True) if isinstance(fact, f.MessageReceived) else fact)
    made.append(_message(past, arrival, conversation_id, person, home_id))
    if joined is None or _ends_later(joined.conversation, past.at):
        made.append(f.ConversationClosed(conversation_id=conversation_id, at=past.at))
    return made


def _fits(past: Past, arrival: Arrival, candidate: Candidate) -> bool:
    """A delivery report is nobody's; all others join where one of their people takes part."""
    if past.inbound.origin is Origin.BOUNCE:
        return True
    people = {one.id for one in (arrival.sender, *arrival.cc) if one is not None}
    if not past.outgoing:
        people = {arrival.sender.id} if arrival.sender is not None else set()
    return bool(people & candidate.participants) and not is_form(past.inbound) and not is_forged(past.inbound)


def _ends_later(conversation: Conversation, at: datetime) -> bool:
    closed = conversation.status is Status.CLOSED and conversation.closed_at is not None
    return closed and conversation.closed_at is not None and at > conversation.closed_at


def _known(past: Past, arrival: Arrival, person: Recognised) -> Recognised:
    """An old name renames nobody. Whom we wrote to has proven nothing, but the address is one that we ourselves used."""
    if not past.outgoing:
        named = arrival.sender is not None and bool(arrival.sender.name)
        kept = tuple(fact for fact in person.facts if not (named and isinstance(fact, f.IdentityRenamed)))
        return replace(person, facts=kept)
    facts = tuple(
        replace(fact, proof="entered") if isinstance(fact, f.IdentityAdded) and fact.customer_id is not None else fact
        for fact in person.facts
        if not isinstance(fact, f.IdentityProved | f.IdentityRenamed)
    )
    return replace(person, facts=facts)


def _opened(past: Past, arrival: Arrival, person: Recognised) -> f.ConversationOpened:
    return f.ConversationOpened(
        conversation_id=arrival.fresh.conversation,
        number=arrival.fresh.number,
        channel_id=arrival.channel_id,
        customer_id=person.customer_id,
        home_customer_id=person.home_customer_id,
        at=past.at,
        subject=clean_line(past.inbound.subject),
    )


def _participants(
    past: Past, arrival: Arrival, conversation_id: int, person: Recognised, present: frozenset[int]
) -> list[f.Fact]:
    added: list[f.Fact] = []
    seen_ids = set(present)
    next_id = person.next_identity
    if person.participant_id is not None and person.participant_id not in seen_ids:
        added.append(f.ParticipantAdded(conversation_id=conversation_id, identity_id=person.participant_id, role=person.role))
        seen_ids.add(person.participant_id)
    for address, known in zip(in_copy(past.inbound), arrival.cc, strict=True):
        identity_id = known.id if known is not None else next_id
        if known is None:
            added.append(identity(address, identity_id, None))
            next_id += 1
        if identity_id not in seen_ids:
            added.append(f.ParticipantAdded(conversation_id=conversation_id, identity_id=identity_id, role="cc"))
            seen_ids.add(identity_id)
    return added


def _message(
    past: Past, arrival: Arrival, conversation_id: int, person: Recognised, home_id: int | None
) -> f.MessageReceived | f.ReplyImported:
    return (
        _sent(past, arrival, conversation_id, home_id)
        if past.outgoing
        else _got(past, arrival, conversation_id, person, home_id)
    )


def _sent(past: Past, arrival: Arrival, conversation_id: int, home_id: int | None) -> f.ReplyImported:
    inbound, refs = past.inbound, past.inbound.refs
    return f.ReplyImported(
        conversation_id=conversation_id,
        message_id=arrival.fresh.message,
        public_id=arrival.fresh.public_id,
        channel_id=arrival.channel_id,
        at=past.at,
        operator_id=past.operator_id,
        inbound_id=arrival.inbound_id,
        home_id=home_id,
        external_ids=(inbound.external_id,),
        text=clean(inbound.text),
        subject=clean_line(inbound.subject),
        quoted_from=inbound.quoted_from,
        placeholder=inbound.placeholder,
        mail_id=refs.message_id if refs else "",
        mail_references=_references(inbound),
        notes=tuple(clean_line(note, 100) for note in inbound.notes),
        to=_named((inbound.sender,) if inbound.sender else ()),
        cc=_named(inbound.cc),
        attachments=tuple(harmless(file) for file in inbound.attachments),
    )


def _got(past: Past, arrival: Arrival, conversation_id: int, person: Recognised, home_id: int | None) -> f.MessageReceived:
    inbound, refs = past.inbound, past.inbound.refs
    return f.MessageReceived(
        conversation_id=conversation_id,
        message_id=arrival.fresh.message,
        public_id=arrival.fresh.public_id,
        channel_id=arrival.channel_id,
        origin=inbound.origin,
        author_identity_id=person.author_id,
        at=past.at,
        waits=False,
        history=True,
        inbound_id=arrival.inbound_id,
        home_id=home_id,
        external_ids=(inbound.external_id,),
        text=clean(inbound.text),
        subject=clean_line(inbound.subject),
        quoted_from=inbound.quoted_from,
        placeholder=inbound.placeholder,
        forwarded_from=clean_line(inbound.forwarded_from, 200),
        reply_to=clean_line(inbound.reply_to, 320),
        mail_id=refs.message_id if refs else "",
        mail_references=_references(inbound),
        notes=tuple(clean_line(note, 100) for note in inbound.notes),
        cc=_named(inbound.cc),
        attachments=tuple(harmless(file) for file in inbound.attachments),
    )


def _references(inbound: Inbound) -> tuple[str, ...]:
    """Return all that a mail refers to, its In-Reply-To as well: programs that write no References are found by it later."""
    refs = inbound.refs
    return tuple(dict.fromkeys((*refs.references, *refs.in_reply_to))) if refs is not None else ()


def _named(addresses: tuple[Address, ...]) -> tuple[Address, ...]:
    return tuple(replace(address, name=clean_line(address.name, 200)) for address in addresses)
