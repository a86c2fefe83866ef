"""What sorting does: who has a conversation, how it stands, what it is about, whether somebody waits. Pure.

All of it is about one conversation, can be done to many at once and be undone (`desk.undo`).
"""

from __future__ import annotations

from datetime import datetime

from deskterm.desk import commands as c
from deskterm.desk import facts as f
from deskterm.desk.commands import Refused
from deskterm.desk.model import Conversation, Status
from deskterm.desk.situation import Decided, Situation
from deskterm.desk.tagging import tagging


def assign(command: c.Assign, situation: Situation, now: datetime) -> Decided:
    """A conversation goes to an operator or to nobody."""
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


def take(command: c.Take, situation: Situation, now: datetime) -> Decided:
    """A conversation becomes one's own."""
    return assign(c.Assign(command.conversation_id, situation.me.id), situation, now)


def set_team(command: c.SetTeam, situation: Situation, now: datetime) -> Decided:
    """A conversation goes into a team's queue or into nobody's."""
    conversation = situation.conversation
    if conversation is None:
        return Refused("not_found")
    if command.team_id is not None and command.team_id not in situation.teams:
        return Refused("unknown_team")
    if conversation.team_id == command.team_id:
        return []
    return [f.TeamChanged(conversation_id=conversation.id, from_id=conversation.team_id, to_id=command.team_id)]


def set_priority(command: c.SetPriority, situation: Situation, now: datetime) -> Decided:
    """A conversation matters more or less."""
    conversation = situation.conversation
    if conversation is None:
        return Refused("not_found")
    if conversation.priority == command.priority:
        return []
    return [
        f.PriorityChanged(conversation_id=conversation.id, from_priority=conversation.priority, to_priority=command.priority)
    ]


def set_tags(command: c.SetTags, situation: Situation, now: datetime) -> Decided:
    """Tags are put on and taken off; a name that no tag has makes one. What is both put on and taken off is put on."""
    conversation = situation.conversation
    if conversation is None:
        return Refused("not_found")
    tags = tagging(command.add, command.remove, conversation.tags, situation.tags, situation.fresh.tag)
    if isinstance(tags, Refused):
        return tags
    if not tags.added and not tags.removed:
        return []
    changed = f.TagsChanged(conversation_id=conversation.id, added=tags.added, removed=tags.removed)
    return [*tags.made, changed]


def lacks_tags(situation: Situation) -> bool:
    """Whether the conversation's channel wants tags on it before it is closed, and there are none."""
    conversation = situation.conversation
    return conversation is not None and situation.ask_tags and not conversation.tags and not conversation.spam


def lacks_fields(situation: Situation) -> Refused | None:
    """Refuse to close what may not be closed before the customer's card says more. Nothing gets round it but filling in."""
    return Refused("fields_wanted", {"fields": ", ".join(situation.missing)}) if situation.missing else None


def close(command: c.Close, situation: Situation, now: datetime) -> Decided:
    """The matter is done."""
    conversation = situation.conversation
    if conversation is None:
        return Refused("not_found")
    if conversation.status is Status.CLOSED:
        return []
    if refusal := lacks_fields(situation):
        return refusal
    if lacks_tags(situation) and not command.without_tags:
        return Refused("tags_wanted")
    return [f.ConversationClosed(conversation_id=conversation.id, at=now)]


def reopen(command: c.Reopen, situation: Situation, now: datetime) -> Decided:
    """A closed conversation is open again; a snoozed one is woken."""
    conversation = situation.conversation
    if conversation is None:
        return Refused("not_found")
    if conversation.status is Status.OPEN:
        return []
    if conversation.status is Status.SNOOZED:
        return [f.SnoozeEnded(conversation_id=conversation.id, at=now, how="operator")]
    made: list[f.Fact] = [f.ConversationReopened(conversation_id=conversation.id, how="operator")]
    since = command.waiting_since
    if since is not None and since <= now:
        made.append(f.WaitRestored(conversation_id=conversation.id, since=since, asked=max(1, command.asked)))
    return made


def snooze(command: c.Snooze, situation: Situation, now: datetime) -> Decided:
    """A conversation goes out of sight. Whoever waits goes on waiting: their place is theirs when it returns."""
    conversation = situation.conversation
    if conversation is None:
        return Refused("not_found")
    if conversation.status is Status.CLOSED:
        return Refused("closed")
    if command.until is not None and command.until <= now:
        return Refused("in_the_past")
    if conversation.status is Status.SNOOZED and conversation.snoozed_until == command.until:
        return []
    return [f.ConversationSnoozed(conversation_id=conversation.id, at=now, until=command.until)]


def mark_spam(command: c.MarkSpam, situation: Situation, now: datetime) -> Decided:
    """A conversation is spam, and its customer is blocked where that is asked for; or it is not, and they are not. A group has
    no customer, and its members write elsewhere too: nobody of it is blocked."""
    conversation = situation.conversation
    if conversation is None:
        return Refused("not_found")
    if command.spam and command.block and conversation.customer_id is None:
        return Refused("group_not_blocked")
    made: list[f.Fact] = []
    if conversation.spam is not command.spam:
        made.append(f.SpamMarked(conversation_id=conversation.id, spam=command.spam))
    if command.block or not command.spam:
        made += _blocked(conversation, situation, blocked=command.spam)
    return made


def no_spam(conversation: Conversation, situation: Situation) -> list[f.Fact]:
    """Return the facts that make spam an ordinary conversation again, and let come in what its customer writes."""
    if not conversation.spam:
        return []
    unmarked = f.SpamMarked(conversation_id=conversation.id, spam=False)
    return [unmarked, *_blocked(conversation, situation, blocked=False)]


def _blocked(conversation: Conversation, situation: Situation, *, blocked: bool) -> list[f.Fact]:
    return [
        f.IdentityBlocked(identity_id=identity_id, blocked=blocked, conversation_id=conversation.id)
        for identity_id, is_blocked in situation.identities
        if is_blocked is not blocked
    ]


def mark_read(command: c.MarkRead, situation: Situation, now: datetime) -> Decided:
    """The conversation was seen."""
    return _marked(situation, unread=False)


def mark_unread(command: c.MarkUnread, situation: Situation, now: datetime) -> Decided:
    """The conversation counts as not seen."""
    return _marked(situation, unread=True)


def _marked(situation: Situation, *, unread: bool) -> Decided:
    conversation = situation.conversation
    if conversation is None:
        return Refused("not_found")
    if bool(conversation.unread) is unread:
        return []
    return [f.ConversationRead(conversation_id=conversation.id, unread=int(unread))]


def no_reply_needed(command: c.NoReplyNeeded, situation: Situation, now: datetime) -> Decided:
    """A wait ends without an answer."""
    conversation = situation.conversation
    if conversation is None:
        return Refused("not_found")
    if conversation.waiting_since is None:
        return Refused("nobody_waits")
    return [f.WaitEnded(conversation_id=conversation.id, how="no_reply_needed")]
