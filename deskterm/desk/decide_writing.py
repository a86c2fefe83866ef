"""What writing does: an answer to the customer, an internal note. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from deskterm.desk import commands as c
from deskterm.desk import facts as f
from deskterm.desk.commands import Refused
from deskterm.desk.decide_reminder import promised
from deskterm.desk.decide_triage import lacks_fields, lacks_tags, no_spam
from deskterm.desk.model import Conversation, Part, Status
from deskterm.desk.post import Capabilities
from deskterm.desk.situation import Decided, Route, Situation, Staged
from deskterm.desk.text import MAX_REPLY, clean, split


def reply(command: c.Reply, situation: Situation, now: datetime) -> Decided:
    """An answer is queued; the first one makes the conversation its writer's. Whoever is answered is no spammer: the
    conversation is no spam any more and its customer not blocked, also when the answer is taken back."""
    conversation, route = situation.conversation, situation.route
    if conversation is None:
        return Refused("not_found")
    if route is None:
        return Refused("no_address" if command.via_message_id is None else "not_its_message")
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
        home_id=route.home_id,
        answered_wait=conversation.waiting_since,
        answered_asked=conversation.asked,
        answered_unread=conversation.unread,
    )
    made: list[f.Fact] = [queued, *no_spam(conversation, situation)]
    if conversation.assignee_id is None:
        made.append(f.Assigned(conversation_id=conversation.id, from_id=None, to_id=situation.me.id, how="first_reply"))
    made += promised(command.promises, situation, queued, conversation.customer_id, now)
    return made + _left_as(command, conversation, now)


def _left_as(command: c.Reply, conversation: Conversation, now: datetime) -> list[f.Fact]:
    """Return what becomes of the conversation with the answer: closed, snoozed, or open."""
    if command.close:
        return [f.ConversationClosed(conversation_id=conversation.id, at=now)]
    made: list[f.Fact] = []
    if conversation.status is not Status.OPEN:
        made.append(f.ConversationReopened(conversation_id=conversation.id, how="operator"))
    if command.snooze:
        made.append(f.ConversationSnoozed(conversation_id=conversation.id, at=now, until=command.snooze_until))
    return made


def _unfit(command: c.Reply, situation: Situation, route: Route, now: datetime) -> Refused | None:
    """Return why this reply cannot go, if it cannot."""
    refusal = unsendable(command.text, command.attachments, route.enabled, route.capabilities, situation.staged)
    if refusal is not None:
        return refusal
    if not route.to and not route.thread_key:
        return Refused("no_address")
    if command.snooze and command.snooze_until is not None and command.snooze_until <= now:
        return Refused("in_the_past")
    if command.close and (refusal := lacks_fields(situation)):
        return refusal
    if command.close and lacks_tags(situation) and not command.without_tags:
        return Refused("tags_wanted")
    if command.anyway:
        return None
    return _overtaken(command, situation, route, now)


def unsendable(
    text: str, attachments: tuple[int, ...], enabled: bool, capabilities: Capabilities, staged: Mapping[int, Staged]
) -> Refused | None:
    """Return why a channel cannot carry a message, whoever it is for, if it cannot."""
    text = text.strip()
    if not clean(text).strip() and not attachments:
        return Refused("empty")
    if len(text) > MAX_REPLY:
        return Refused("too_long", {"limit": MAX_REPLY, "length": len(text)})
    if not enabled:
        return Refused("channel_disabled")
    if not capabilities.sends:
        return Refused("by_hand")
    for wanted in attachments:
        file = staged.get(wanted)
        if file is None:
            return Refused("file_gone")
        if not capabilities.files:
            return Refused("files_not_supported")
        if file.size > capabilities.max_file_bytes:
            return Refused("file_too_large", {"limit": capabilities.max_file_bytes})
    return None


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


def note(command: c.Note, situation: Situation, now: datetime) -> Decided:
    """An internal note is kept."""
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
