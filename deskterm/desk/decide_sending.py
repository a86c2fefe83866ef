"""What a command about a message on its way out does: send it again, take it back, hurry it, say that it arrived. Pure."""

from __future__ import annotations

from datetime import datetime

from deskterm.desk import commands as c
from deskterm.desk import facts as f
from deskterm.desk.commands import Refused
from deskterm.desk.delivery import SentMessage, wait_restored
from deskterm.desk.model import Delivery, Role, Status
from deskterm.desk.situation import Decided, Situation


def retry(command: c.RetrySend, situation: Situation, now: datetime) -> Decided:
    """A failed or uncertain message goes out again."""
    if not situation.messages:
        return Refused("not_found")
    message = situation.messages[0]
    if message.state not in (Delivery.FAILED, Delivery.UNCERTAIN):
        return Refused("not_failed")
    others_failed = message.conversation.failed > (message.state is Delivery.FAILED)
    return _requeued(message, now, others_failed=others_failed)


def retry_all(command: c.RetryAllFailed, situation: Situation, now: datetime) -> Decided:
    """Every failed message of these goes out again."""
    made: list[f.Fact] = []
    for message in situation.messages:
        if message.state is Delivery.FAILED:
            made += _requeued(message, now, others_failed=False)
    return made


def _requeued(message: SentMessage, now: datetime, *, others_failed: bool) -> list[f.Fact]:
    """The parts that did not arrive go out again; the wait that the message had answered ends again unless the customer has
    written since, or waits for another answer that failed."""
    again = tuple(p.outbox_id for p in message.parts if p.state not in (Delivery.SENT, Delivery.CANCELLED))
    conversation = message.conversation
    made: list[f.Fact] = [
        f.SendRequeued(
            conversation_id=conversation.id,
            message_id=message.message_id,
            not_before=now,
            outbox_ids=again,
            failed_before=message.state is Delivery.FAILED,
        )
    ]
    wrote_since = message.newest_incoming_id is not None and message.newest_incoming_id > message.message_id
    answers = message.answered_wait is not None and conversation.waiting_since is not None
    if answers and not wrote_since and not others_failed:
        made.append(f.WaitEnded(conversation_id=conversation.id, how="sent_again"))
    return made


def mark_delivered(command: c.MarkDelivered, situation: Situation, now: datetime) -> Decided:
    """An uncertain message did arrive."""
    if not situation.messages:
        return Refused("not_found")
    message = situation.messages[0]
    doubtful = tuple(p.outbox_id for p in message.parts if p.state is Delivery.UNCERTAIN)
    if not doubtful:
        return Refused("not_uncertain")
    return [
        f.DeliverySettled(conversation_id=message.conversation.id, message_id=message.message_id, outbox_ids=doubtful, at=now)
    ]


def take_back(command: c.TakeBack, situation: Situation, now: datetime) -> Decided:
    """A message does not go out; the conversation is open again, whose it was, unread as it was, and the wait that the message
    had ended is back."""
    if not situation.messages:
        return Refused("not_found")
    message = situation.messages[0]
    writer = situation.me.id if message.operator_id is None else message.operator_id
    if writer != situation.me.id and situation.me.role not in (Role.OWNER, Role.SUPERVISOR):
        return Refused("not_yours", {"name": message.operator_name})
    if any(part.state not in (Delivery.QUEUED, Delivery.FAILED) for part in message.parts):
        return Refused("gone_out")
    had_failed = message.state is Delivery.FAILED
    conversation = message.conversation
    made: list[f.Fact] = [
        f.SendCancelled(
            conversation_id=message.conversation.id,
            message_id=message.message_id,
            outbox_ids=tuple(part.outbox_id for part in message.parts),
            operator_id=writer,
            failed_before=had_failed,
            as_new=message.returns_as_new,
        )
    ]
    if message.returns_as_new:
        # Nothing else stands in the conversation that it began: it is over before it came to anything.
        closed = f.ConversationClosed(conversation_id=conversation.id, at=now)
        return made if conversation.status is Status.CLOSED else [*made, closed]
    if conversation.status is not Status.OPEN:
        made.append(f.ConversationReopened(conversation_id=conversation.id, how="taken_back"))
    made += _as_before(message, writer)
    # A failure has already brought the wait back.
    return made if had_failed else made + wait_restored(message)


def _as_before(message: SentMessage, writer: int) -> list[f.Fact]:
    """Return the facts that give back whose the conversation was and what was unread, where neither has changed since."""
    conversation = message.conversation
    made: list[f.Fact] = []
    if message.took and conversation.assignee_id == writer:
        made.append(f.Assigned(conversation_id=conversation.id, from_id=writer, to_id=message.took_from, how="taken_back"))
    if message.answered_unread and not conversation.unread:
        made.append(f.ConversationRead(conversation_id=conversation.id, unread=message.answered_unread))
    return made


def send_now(command: c.SendNow, situation: Situation, now: datetime) -> Decided:
    """What still waits out its undo window goes now."""
    if command.message_id is not None and not situation.messages:
        return Refused("not_found")
    return [
        f.SendRequeued(
            conversation_id=message.conversation.id,
            message_id=message.message_id,
            not_before=now,
            outbox_ids=tuple(p.outbox_id for p in message.parts if p.state is Delivery.QUEUED),
        )
        for message in situation.messages
        if message.state is Delivery.QUEUED
    ]
