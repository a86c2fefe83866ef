"""What a person's command does: `decide(command, situation, now) -> facts | Refused`. Pure.

A refusal changes nothing and carries a code whose words are in `deskterm.wording`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from deskterm.desk import commands as c
from deskterm.desk import facts as f
from deskterm.desk.commands import Command, Refused
from deskterm.desk.delivery import SentMessage, wait_restored
from deskterm.desk.model import Conversation, Delivery, Fresh, Operator, Part, Role, Status
from deskterm.desk.post import Address, Capabilities
from deskterm.desk.text import clean, split

MAX_REPLY = 100_000
"""Longest reply, in characters."""


@dataclass(frozen=True, slots=True)
class LastSaid:
    """The newest message of the public thread: who wrote it (None: the customer) and when."""

    message_id: int
    operator_id: int | None
    operator_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Route:
    """Where an answer goes: the channel and thread of the customer's last message. `elsewhere` is the address in `to` where it
    is not the one that the customer writes from."""

    channel_id: int
    enabled: bool
    capabilities: Capabilities
    thread_key: str
    subject: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    elsewhere: str = ""
    unreachable: bool = False
    reply_to_message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Staged:
    """A file taken into the store, to be sent."""

    id: int
    size: int


@dataclass(frozen=True, slots=True)
class Situation:
    """What a command is judged by; the store loads what the command needs."""

    me: Operator
    fresh: Fresh
    undo: timedelta = timedelta(seconds=10)
    conversation: Conversation | None = None
    last_said: LastSaid | None = None
    route: Route | None = None
    staged: dict[int, Staged] = field(default_factory=dict)
    operators: frozenset[int] = frozenset()
    messages: tuple[SentMessage, ...] = ()


def decide(command: Command, situation: Situation, now: datetime) -> list[f.Fact] | Refused:
    """Return what the command makes happen, or why it does not. An empty list: it is so already."""
    if situation.me.role is Role.VIEWER and not isinstance(command, c.MarkRead):
        return Refused("viewer")
    return _DECIDERS[type(command)](command, situation, now)


Decided = list[f.Fact] | Refused


def _reply(command: c.Reply, situation: Situation, now: datetime) -> Decided:
    conversation, route = situation.conversation, situation.route
    if conversation is None:
        return Refused("not_found")
    if route is None:
        return Refused("no_address")
    refusal = _unfit(command, situation, route, now)
    if refusal is not None:
        return refusal
    parts = plan_parts(clean(command.text).strip(), command.attachments, route.capabilities)
    queued = f.ReplyQueued(
        conversation_id=conversation.id,
        message_id=situation.fresh.message,
        public_id=situation.fresh.public_id,
        channel_id=route.channel_id,
        operator_id=situation.me.id,
        at=now,
        not_before=now + situation.undo,
        part_count=len(parts),
        parts=parts,
        attachments=command.attachments,
        text=clean(command.text).strip(),
        subject=route.subject,
        thread_key=route.thread_key,
        to=route.to,
        cc=route.cc,
        reply_to_message_id=route.reply_to_message_id,
        answered_wait=conversation.waiting_since,
        answered_asked=conversation.asked,
    )
    made: list[f.Fact] = [queued]
    if conversation.assignee_id is None:
        made.append(f.Assigned(conversation_id=conversation.id, from_id=None, to_id=situation.me.id, how="first_reply"))
    if command.close:
        made.append(f.ConversationClosed(conversation_id=conversation.id, at=now))
    elif conversation.status is not Status.OPEN:
        made.append(f.ConversationReopened(conversation_id=conversation.id, how="operator"))
    return made


def _unfit(command: c.Reply, situation: Situation, route: Route, now: datetime) -> Refused | None:
    """Return why this reply cannot go, if it cannot."""
    text = command.text.strip()
    if not clean(text).strip() and not command.attachments:
        return Refused("empty")
    if len(text) > MAX_REPLY:
        return Refused("too_long", {"limit": MAX_REPLY, "length": len(text)})
    if not route.to and not route.thread_key:
        return Refused("no_address")
    if not route.enabled:
        return Refused("channel_disabled")
    for wanted in command.attachments:
        file = situation.staged.get(wanted)
        if file is None:
            return Refused("file_gone")
        if not route.capabilities.files:
            return Refused("files_not_supported")
        if file.size > route.capabilities.max_file_bytes:
            return Refused("file_too_large", {"limit": route.capabilities.max_file_bytes})
    if command.anyway:
        return None
    return _overtaken(command, situation, route, now)


def _overtaken(command: c.Reply, situation: Situation, route: Route, now: datetime) -> Refused | None:
    last = situation.last_said
    if command.seen_message_id is not None and last is not None and last.message_id > command.seen_message_id:
        seconds = max(0, int((now - last.at).total_seconds()))
        if last.operator_id is None:
            return Refused("customer_wrote", {"seconds": seconds})
        return Refused("overtaken", {"name": last.operator_name, "seconds": seconds})
    if route.unreachable:
        return Refused("unreachable")
    return Refused("reply_to_differs", {"address": route.elsewhere}) if route.elsewhere else None


def plan_parts(text: str, attachments: tuple[int, ...], capabilities: Capabilities) -> tuple[Part, ...]:
    """Cut a message into what its channel sends as one: text by its limit, files apart where the channel wants them so."""
    texts = split(text, capabilities.max_units) if capabilities.max_units is not None else [text]
    if not capabilities.files_apart:
        return (*(Part(piece) for piece in texts[:-1]), Part(texts[-1], attachments))
    return (*(Part(piece) for piece in texts if piece), *(Part("", (file,)) for file in attachments))


def _note(command: c.Note, situation: Situation, now: datetime) -> Decided:
    if situation.conversation is None:
        return Refused("not_found")
    if not clean(command.text).strip() and not command.attachments:
        return Refused("empty")
    if any(wanted not in situation.staged for wanted in command.attachments):
        return Refused("file_gone")
    return [
        f.NoteAdded(
            conversation_id=situation.conversation.id,
            message_id=situation.fresh.message,
            public_id=situation.fresh.public_id,
            operator_id=situation.me.id,
            at=now,
            text=clean(command.text).strip(),
            attachments=command.attachments,
        )
    ]


def _assign(command: c.Assign, situation: Situation, now: datetime) -> Decided:
    conversation = situation.conversation
    if conversation is None:
        return Refused("not_found")
    if command.assignee_id is not None and command.assignee_id not in situation.operators:
        return Refused("unknown_operator")
    if conversation.assignee_id == command.assignee_id:
        return []
    return [
        f.Assigned(
            conversation_id=conversation.id,
            from_id=conversation.assignee_id,
            to_id=command.assignee_id,
            how="operator",
        )
    ]


def _take(command: c.Take, situation: Situation, now: datetime) -> Decided:
    return _assign(c.Assign(command.conversation_id, situation.me.id), situation, now)


def _close(command: c.Close, situation: Situation, now: datetime) -> Decided:
    conversation = situation.conversation
    if conversation is None:
        return Refused("not_found")
    if conversation.status is Status.CLOSED:
        return []
    return [f.ConversationClosed(conversation_id=conversation.id, at=now)]


def _reopen(command: c.Reopen, situation: Situation, now: datetime) -> Decided:
    conversation = situation.conversation
    if conversation is None:
        return Refused("not_found")
    if conversation.status is Status.OPEN:
        return []
    made: list[f.Fact] = [f.ConversationReopened(conversation_id=conversation.id, how="operator")]
    since = command.waiting_since
    if since is not None and since <= now:
        made.append(f.WaitRestored(conversation_id=conversation.id, since=since, asked=max(1, command.asked)))
    return made


def _mark(unread: bool) -> Callable[[Any, Situation, datetime], Decided]:
    def marked(command: c.MarkRead | c.MarkUnread, situation: Situation, now: datetime) -> Decided:
        conversation = situation.conversation
        if conversation is None:
            return Refused("not_found")
        if bool(conversation.unread) is unread:
            return []
        return [f.ConversationRead(conversation_id=conversation.id, unread=int(unread))]

    return marked


def _no_reply_needed(command: c.NoReplyNeeded, situation: Situation, now: datetime) -> Decided:
    conversation = situation.conversation
    if conversation is None:
        return Refused("not_found")
    if conversation.waiting_since is None:
        return Refused("nobody_waits")
    return [f.WaitEnded(conversation_id=conversation.id, how="no_reply_needed")]


def _retry(command: c.RetrySend, situation: Situation, now: datetime) -> Decided:
    if not situation.messages:
        return Refused("not_found")
    message = situation.messages[0]
    if message.state not in (Delivery.FAILED, Delivery.UNCERTAIN):
        return Refused("not_failed")
    others_failed = message.conversation.failed > (message.state is Delivery.FAILED)
    return _requeued(message, now, others_failed=others_failed)


def _retry_all(command: c.RetryAllFailed, situation: Situation, now: datetime) -> Decided:
    made: list[f.Fact] = []
    for message in situation.messages:
        if message.state is Delivery.FAILED:
            made += _requeued(message, now, others_failed=False)
    return made


def _requeued(message: SentMessage, now: datetime, *, others_failed: bool) -> list[f.Fact]:
    """The parts that did not arrive go out again; the wait ends again unless the customer has written since, or waits for
    another answer that failed."""
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
    if conversation.waiting_since is not None and not wrote_since and not others_failed:
        made.append(f.WaitEnded(conversation_id=conversation.id, how="sent_again"))
    return made


def _mark_delivered(command: c.MarkDelivered, situation: Situation, now: datetime) -> Decided:
    if not situation.messages:
        return Refused("not_found")
    message = situation.messages[0]
    doubtful = tuple(p.outbox_id for p in message.parts if p.state is Delivery.UNCERTAIN)
    if not doubtful:
        return Refused("not_uncertain")
    return [
        f.DeliverySettled(conversation_id=message.conversation.id, message_id=message.message_id, outbox_ids=doubtful, at=now)
    ]


def _take_back(command: c.TakeBack, situation: Situation, now: datetime) -> Decided:
    if not situation.messages:
        return Refused("not_found")
    message = situation.messages[0]
    writer = situation.me.id if message.operator_id is None else message.operator_id
    if writer != situation.me.id and situation.me.role not in (Role.OWNER, Role.SUPERVISOR):
        return Refused("not_yours", {"name": message.operator_name})
    if any(part.state not in (Delivery.QUEUED, Delivery.FAILED) for part in message.parts):
        return Refused("gone_out")
    had_failed = message.state is Delivery.FAILED
    made: list[f.Fact] = [
        f.SendCancelled(
            conversation_id=message.conversation.id,
            message_id=message.message_id,
            outbox_ids=tuple(part.outbox_id for part in message.parts),
            operator_id=writer,
            failed_before=had_failed,
        )
    ]
    if message.conversation.status is Status.CLOSED:
        made.append(f.ConversationReopened(conversation_id=message.conversation.id, how="taken_back"))
    # A failure has already brought the wait back.
    return made if had_failed else made + wait_restored(message)


def _send_now(command: c.SendNow, situation: Situation, now: datetime) -> Decided:
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


_DECIDERS: dict[type[Any], Callable[[Any, Situation, datetime], Decided]] = {
    c.Reply: _reply,
    c.Note: _note,
    c.Assign: _assign,
    c.Take: _take,
    c.Close: _close,
    c.Reopen: _reopen,
    c.MarkRead: _mark(unread=False),
    c.MarkUnread: _mark(unread=True),
    c.NoReplyNeeded: _no_reply_needed,
    c.RetrySend: _retry,
    c.RetryAllFailed: _retry_all,
    c.MarkDelivered: _mark_delivered,
    c.TakeBack: _take_back,
    c.SendNow: _send_now,
}
