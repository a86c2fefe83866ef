"""What a fact makes of a conversation's state: `evolve(before, fact) -> after`, pure, for the tables and the tests alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import singledispatch
from typing import Any

from deskterm.desk import facts as f
from deskterm.desk.model import Conversation, Status
from deskterm.desk.urgency import due_at


def opened(fact: f.ConversationOpened) -> Conversation:
    """Return the state of a conversation that has just begun."""
    return Conversation(
        id=fact.conversation_id,
        number=fact.number,
        channel_id=fact.channel_id,
        status=Status.OPEN,
        opened_at=fact.at,
        updated_at=fact.at,
        last_message_at=fact.at,
        customer_id=fact.customer_id,
        thread_key=fact.thread_key,
        priority=fact.priority,
    )


def evolve(state: Conversation, fact: f.Fact, now: datetime) -> Conversation:
    """Return the state after a fact. Facts that say nothing of the conversation itself leave it as it is."""
    after = _apply(fact, state)
    if after is state:
        return state
    due = due_at(after)
    late = after.late and due is not None and due <= now
    return replace(after, late=late, updated_at=now, version=state.version + 1)


@singledispatch
def _apply(fact: Any, state: Conversation) -> Conversation:
    return state


def _on(
    kind: type[Any],
) -> Callable[[Callable[[Any, Conversation], Conversation]], Callable[[Any, Conversation], Conversation]]:
    return _apply.register(kind)


@_on(f.ConversationReopened)
def _reopened(fact: f.ConversationReopened, state: Conversation) -> Conversation:
    return replace(state, status=Status.OPEN, closed_at=None, snoozed_until=None)


@_on(f.ConversationMoved)
def _moved(fact: f.ConversationMoved, state: Conversation) -> Conversation:
    return replace(state, thread_key=fact.thread_key)


@_on(f.MessageReceived)
def _received(fact: f.MessageReceived, state: Conversation) -> Conversation:
    if fact.history:
        last = state.last_incoming_at
        return replace(_recalled(fact, state), last_incoming_at=fact.at if last is None else max(last, fact.at))
    after = replace(
        state,
        last_message_at=max(state.last_message_at, fact.at),
        last_message_id=fact.message_id,
        last_incoming_at=fact.at,
        message_count=state.message_count + 1,
        unread=state.unread + 1,
        files=state.files + len(fact.attachments),
    )
    if not fact.waits:
        return after
    since = fact.at if state.waiting_since is None else min(fact.at, state.waiting_since)
    return replace(after, waiting_since=since, asked=state.asked + 1)


@_on(f.ReplyImported)
def _recalled(fact: f.MessageReceived | f.ReplyImported, state: Conversation) -> Conversation:
    """What was said before stands in the thread; it is unread by nobody, and what was said last stays last."""
    newest = fact.at >= state.last_message_at or state.last_message_id is None
    return replace(
        state,
        last_message_at=max(state.last_message_at, fact.at),
        last_message_id=fact.message_id if newest else state.last_message_id,
        message_count=state.message_count + 1,
        files=state.files + len(fact.attachments),
    )


@_on(f.AlbumExtended)
@_on(f.MessageEdited)
def _changed(fact: f.AlbumExtended | f.MessageEdited, state: Conversation) -> Conversation:
    return replace(state, unread=max(state.unread, 1), files=state.files + len(fact.attachments))


@_on(f.ReplyQueued)
def _replied(fact: f.ReplyQueued, state: Conversation) -> Conversation:
    return replace(
        state,
        last_message_at=max(state.last_message_at, fact.at),
        last_message_id=fact.message_id,
        message_count=state.message_count + 1,
        waiting_since=None,
        asked=0,
        unread=0,
        files=state.files + len(fact.attachments),
    )


@_on(f.ContactLogged)
def _logged(fact: f.ContactLogged, state: Conversation) -> Conversation:
    after = replace(
        state,
        last_message_at=max(state.last_message_at, fact.at),
        last_message_id=fact.message_id,
        last_incoming_at=fact.at if fact.incoming else state.last_incoming_at,
        message_count=state.message_count + 1,
    )
    if fact.waits:
        since = fact.at if state.waiting_since is None else min(fact.at, state.waiting_since)
        return replace(after, waiting_since=since, asked=state.asked + 1)
    return replace(after, waiting_since=None, asked=0, unread=0) if fact.talked else after


@_on(f.NoteAdded)
def _noted(fact: f.NoteAdded, state: Conversation) -> Conversation:
    return replace(
        state, message_count=state.message_count + 1, notes=state.notes + 1, files=state.files + len(fact.attachments)
    )


@_on(f.ActivityNoted)
def _told(fact: f.ActivityNoted, state: Conversation) -> Conversation:
    return replace(state, message_count=state.message_count + 1)


@_on(f.ConversationClosed)
def _closed(fact: f.ConversationClosed, state: Conversation) -> Conversation:
    return replace(state, status=Status.CLOSED, closed_at=fact.at, snoozed_until=None, waiting_since=None, asked=0, unread=0)


@_on(f.Assigned)
def _assigned(fact: f.Assigned, state: Conversation) -> Conversation:
    return replace(state, assignee_id=fact.to_id)


@_on(f.WaitEnded)
def _wait_ended(fact: f.WaitEnded, state: Conversation) -> Conversation:
    return replace(state, waiting_since=None, asked=0)


@_on(f.WaitRestored)
def _wait_restored(fact: f.WaitRestored, state: Conversation) -> Conversation:
    since = fact.since if state.waiting_since is None else min(fact.since, state.waiting_since)
    return replace(state, waiting_since=since, asked=state.asked + fact.asked)


@_on(f.ConversationRead)
def _read(fact: f.ConversationRead, state: Conversation) -> Conversation:
    return replace(state, unread=fact.unread)


@_on(f.TagsChanged)
def _tagged(fact: f.TagsChanged, state: Conversation) -> Conversation:
    return replace(state, tags=tuple(sorted(set(state.tags).difference(fact.removed) | set(fact.added))))


@_on(f.PriorityChanged)
def _weighed(fact: f.PriorityChanged, state: Conversation) -> Conversation:
    return replace(state, priority=fact.to_priority)


@_on(f.TeamChanged)
def _teamed(fact: f.TeamChanged, state: Conversation) -> Conversation:
    return replace(state, team_id=fact.to_id)


@_on(f.ConversationSnoozed)
def _snoozed(fact: f.ConversationSnoozed, state: Conversation) -> Conversation:
    return replace(state, status=Status.SNOOZED, snoozed_until=fact.until, unread=0)


@_on(f.SnoozeEnded)
def _woken(fact: f.SnoozeEnded, state: Conversation) -> Conversation:
    # It comes back to be looked at, not as it lay there.
    return replace(state, status=Status.OPEN, snoozed_until=None, woken_at=fact.at, unread=max(1, state.unread))


@_on(f.SpamMarked)
def _spammed(fact: f.SpamMarked, state: Conversation) -> Conversation:
    return replace(state, spam=fact.spam)


@_on(f.ConversationRestored)
def _restored(fact: f.ConversationRestored, state: Conversation) -> Conversation:
    return replace(state, **dict(fact.values))


@_on(f.LateMarked)
def _late(fact: f.LateMarked, state: Conversation) -> Conversation:
    return replace(state, late=True)


@_on(f.PartFailed)
def _failed(fact: f.PartFailed, state: Conversation) -> Conversation:
    return replace(state, failed=state.failed + 1)


@_on(f.SendRequeued)
@_on(f.SendCancelled)
def _requeued(fact: f.SendRequeued | f.SendCancelled, state: Conversation) -> Conversation:
    return replace(state, failed=max(0, state.failed - 1)) if fact.failed_before else state
