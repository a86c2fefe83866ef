"""What logging a telephone call or a visit does: it is a conversation like any other. Pure.

A contact of which nothing is left to do ("solved") closes its conversation. Who was not reached from our side waits for
nothing; who called and was not heard, or was promised a call, waits from then on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from deskterm.desk import facts as f
from deskterm.desk.commands import Refused
from deskterm.desk.commands_customer import LogContact
from deskterm.desk.contacting import Contacting
from deskterm.desk.decide_triage import lacks_fields
from deskterm.desk.model import Conversation, Status
from deskterm.desk.recognise import identity
from deskterm.desk.situation import Decided, Situation
from deskterm.desk.text import MAX_REPLY, clean, clean_line

OUTCOMES = ("solved", "open", "call_back", "no_answer")
"""How a contact may end."""
LONGEST_S = 24 * 3600
"""Longest contact, in seconds: more is a slip of the key."""


def log(command: LogContact, situation: Situation, now: datetime) -> Decided:
    """A contact is written down, in a conversation of its own or in the one that is named."""
    contact = situation.contact
    if contact is None or (command.conversation_id is not None and contact.conversation is None):
        return Refused("not_found")
    refusal = _unfit(command, contact) or (lacks_fields(situation) if command.outcome == "solved" else None)
    if refusal is not None:
        return refusal
    whose = _whose(command, situation, contact)
    if isinstance(whose, Refused):
        return whose
    people, identity_id, customer_id = whose
    made: list[f.Fact] = list(people)
    at = now if command.at is None else min(command.at, now)
    conversation = contact.conversation
    if conversation is None:
        opened = _opened(command, situation, customer_id, contact, at)
        made.append(opened)
        conversation = Conversation(
            opened.conversation_id, opened.number, opened.channel_id, Status.OPEN, opened.at, opened.at, opened.at
        )
    if identity_id is not None and identity_id not in contact.present:
        made.append(f.ParticipantAdded(conversation_id=conversation.id, identity_id=identity_id, role="customer"))
    made.append(_logged(command, situation, conversation, identity_id, at))
    return made + _left_as(command, situation, conversation, now)


def _unfit(command: LogContact, contact: Contacting) -> Refused | None:
    if not contact.by_hand:
        return Refused("not_by_hand")
    if not contact.enabled:
        return Refused("channel_disabled")
    if command.outcome not in OUTCOMES:
        return Refused("bad_outcome")
    if command.duration_s is not None and not 0 <= command.duration_s <= LONGEST_S:
        return Refused("bad_duration")
    text = clean(command.text).strip()
    if not text and command.outcome != "no_answer":
        return Refused("empty_contact")
    if len(text) > MAX_REPLY:
        return Refused("too_long", {"length": len(text), "limit": MAX_REPLY})
    if command.address is not None and contact.address is None:
        return Refused("bad_address", {"address": clean_line(command.address.value, 80)})
    return None


def _whose(
    command: LogContact, situation: Situation, contact: Contacting
) -> tuple[list[f.Fact], int | None, int | None] | Refused:
    """Return what is new about the customer, the address they were spoken with at, and whose the contact is."""
    fresh, known = situation.fresh, contact.identity
    owner = known.customer_id if known is not None else None
    customer_id = command.customer_id if command.customer_id is None else contact.customer_id
    if command.customer_id is not None and customer_id is None:
        return Refused("not_found")
    if contact.conversation is not None and contact.conversation.customer_id is not None:
        customer_id = contact.conversation.customer_id
    made: list[f.Fact] = []
    if customer_id is None and owner is not None:
        customer_id = owner
    if customer_id is None:
        name = clean_line(command.name, 200).strip() or (contact.address.value if contact.address is not None else "")
        if not name:
            return Refused("name_wanted")
        customer_id = fresh.customer
        made.append(f.CustomerAdded(customer_id=customer_id, name=name))
    if contact.address is None:
        return made, contact.identity_id, customer_id
    if known is not None and known.customer_id is not None:
        # Another customer's telephone, perhaps: it was used, and stays whose it is.
        return made, known.id if known.customer_id == customer_id else contact.identity_id, customer_id
    identity_id = fresh.identity if known is None else known.id
    named = replace(contact.address, name=clean_line(command.name, 200))
    return [*made, identity(named, identity_id, customer_id, "entered")], identity_id, customer_id


def _opened(
    command: LogContact, situation: Situation, customer_id: int | None, contact: Contacting, at: datetime
) -> f.ConversationOpened:
    home = contact.identity.home_id if contact.identity is not None and contact.identity.customer_id == customer_id else None
    return f.ConversationOpened(
        conversation_id=situation.fresh.conversation,
        number=situation.fresh.number,
        channel_id=command.channel_id,
        customer_id=customer_id,
        home_customer_id=home if home != customer_id else None,
        at=at,
    )


def _logged(
    command: LogContact, situation: Situation, conversation: Conversation, identity_id: int | None, at: datetime
) -> f.ContactLogged:
    talked = command.outcome != "no_answer"
    waits = command.outcome == "call_back" or (command.incoming and not talked)
    ends = talked and not waits
    return f.ContactLogged(
        conversation_id=conversation.id,
        message_id=situation.fresh.message,
        public_id=situation.fresh.public_id,
        channel_id=command.channel_id,
        operator_id=situation.me.id,
        incoming=command.incoming,
        at=at,
        outcome=command.outcome,
        duration_s=command.duration_s,
        waits=waits,
        talked=talked,
        author_identity_id=identity_id,
        answered_wait=conversation.waiting_since if ends else None,
        answered_asked=conversation.asked if ends else 0,
        text=clean(command.text).strip(),
    )


def _left_as(command: LogContact, situation: Situation, conversation: Conversation, now: datetime) -> list[f.Fact]:
    """Return what becomes of the conversation: closed, or open, and its own where nobody has it."""
    made: list[f.Fact] = []
    if conversation.assignee_id is None:
        made.append(f.Assigned(conversation_id=conversation.id, from_id=None, to_id=situation.me.id, how="first_reply"))
    if command.outcome == "solved":
        if conversation.status is not Status.CLOSED:
            made.append(f.ConversationClosed(conversation_id=conversation.id, at=now))
    elif conversation.status is not Status.OPEN:
        made.append(f.ConversationReopened(conversation_id=conversation.id, how="operator"))
    return made
