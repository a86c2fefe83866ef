"""What writing to somebody first does: a conversation begins, or the one chat there is with them is opened again. Pure.

On a channel that reaches any address (mail) every such message begins a conversation of its own: an answer to it finds back by
its signed ids. Where a person must have written first (a bot), there is one chat with each: while its conversation is open or
snoozed, one writes there, and a closed one is opened again, however long ago it was closed.
"""

from __future__ import annotations

from datetime import datetime

from deskterm.desk import commands as c
from deskterm.desk import facts as f
from deskterm.desk.commands import Refused
from deskterm.desk.decide_writing import plan_parts, unsendable
from deskterm.desk.model import Conversation, Status
from deskterm.desk.post import Address
from deskterm.desk.recognise import identity
from deskterm.desk.situation import Decided, Situation
from deskterm.desk.starting import Starting
from deskterm.desk.text import clean, clean_line


def start(command: c.StartConversation, situation: Situation, now: datetime) -> Decided:
    """A message to somebody first is queued, and its conversation is its writer's."""
    starting = situation.starting
    if starting is None:
        return Refused("not_found")
    refusal = unsendable(
        command.text, command.attachments, starting.enabled, starting.capabilities, situation.staged
    ) or _unwritable(starting)
    if refusal is not None:
        return refusal
    to, thread = starting.to, starting.thread
    if to is None:
        return Refused("no_address")
    if starting.capabilities.starts == "any":
        return _begun(command, situation, starting, to, now)
    return Refused("no_address") if thread is None else _resumed(command, situation, starting, to, thread, now)


def _unwritable(starting: Starting) -> Refused | None:
    """Return why this person cannot be written to, if they cannot."""
    if starting.to is None:
        return Refused("no_address")
    if starting.own:
        return Refused("own_address", {"address": starting.to.value})
    if starting.unreachable:
        return Refused("unreachable")
    if starting.blocked:
        return Refused("blocked", {"address": starting.to.value})
    if starting.thread is not None and starting.thread.status is not Status.CLOSED:
        return Refused("already_open", {"number": starting.thread.number})
    return None


def _begun(command: c.StartConversation, situation: Situation, starting: Starting, to: Address, now: datetime) -> list[f.Fact]:
    fresh, me = situation.fresh, situation.me
    made, identity_id, customer_id = _person(starting, to, fresh.identity, fresh.customer)
    subject = clean_line(command.subject) if starting.capabilities.subject else ""
    opened = f.ConversationOpened(
        conversation_id=fresh.conversation,
        number=fresh.number,
        channel_id=starting.channel_id,
        customer_id=customer_id,
        home_customer_id=starting.home_id if starting.home_id != customer_id else None,
        at=now,
        maybe_related_id=starting.related_id,
        subject=subject,
    )
    return [
        *made,
        opened,
        f.ParticipantAdded(conversation_id=opened.conversation_id, identity_id=identity_id, role="customer"),
        _queued(command, situation, starting, to, opened.conversation_id, "", subject, now),
        f.Assigned(conversation_id=opened.conversation_id, from_id=None, to_id=me.id, how="first_reply"),
    ]


def _person(starting: Starting, to: Address, next_identity: int, next_customer: int) -> tuple[list[f.Fact], int, int]:
    """Return what is new about the person, their identity id and their customer id."""
    if starting.identity_id is not None and starting.customer_id is not None:
        return [], starting.identity_id, starting.customer_id
    identity_id = next_identity if starting.identity_id is None else starting.identity_id
    card = f.CustomerAdded(customer_id=next_customer, name=clean_line(to.name, 200) or to.value)
    return [card, identity(to, identity_id, next_customer, "entered")], identity_id, next_customer


def _resumed(
    command: c.StartConversation,
    situation: Situation,
    starting: Starting,
    to: Address,
    thread: Conversation,
    now: datetime,
) -> list[f.Fact]:
    me = situation.me
    made: list[f.Fact] = [f.ConversationReopened(conversation_id=thread.id, how="operator")]
    if thread.spam:
        made.append(f.SpamMarked(conversation_id=thread.id, spam=False))
    made.append(_queued(command, situation, starting, to, thread.id, thread.thread_key, "", now))
    if thread.assignee_id != me.id:
        made.append(f.Assigned(conversation_id=thread.id, from_id=thread.assignee_id, to_id=me.id, how="first_reply"))
    return made


def _queued(
    command: c.StartConversation,
    situation: Situation,
    starting: Starting,
    to: Address,
    conversation_id: int,
    thread_key: str,
    subject: str,
    now: datetime,
) -> f.ReplyQueued:
    text = clean(command.text).strip()
    parts = plan_parts(text, command.attachments, starting.capabilities)
    return f.ReplyQueued(
        conversation_id=conversation_id,
        message_id=situation.fresh.message,
        public_id=situation.fresh.public_id,
        channel_id=starting.channel_id,
        operator_id=situation.me.id,
        at=now,
        not_before=now + situation.undo,
        part_count=len(parts),
        parts=parts,
        attachments=command.attachments,
        text=text,
        subject=subject,
        thread_key=thread_key,
        to=(to,),
        begins=True,
    )
