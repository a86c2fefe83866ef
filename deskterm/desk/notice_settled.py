"""Which notices are done with by what happened, so that nobody has to read them away. Pure.

What was missed (NoticeKind.MISSED), escalated, and the digest stay until they are read: somebody is to know of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from deskterm.desk import facts as f
from deskterm.desk import facts_time as ft
from deskterm.desk.model import Actor, ActorKind
from deskterm.desk.notice_kinds import NoticeKind

_WORK = (NoticeKind.ASSIGNED, NoticeKind.ANSWERED)
_CLOCKS = (NoticeKind.SLA_SOON, NoticeKind.SLA_LATE)
_TASK = (NoticeKind.TASK, NoticeKind.OVERDUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Unread notices of these kinds about one conversation, task or reminder are done with: those of `operator_id` (None:
    everybody's), but not those of `but_id`. `metric` narrows them to one clock ("" to none)."""

    kinds: tuple[NoticeKind, ...]
    conversation_id: int | None = None
    task_id: int | None = None
    reminder_id: int | None = None
    operator_id: int | None = None
    but_id: int | None = None
    metric: str | None = None


def settled(facts: Sequence[f.Fact], actor: Actor) -> list[Settled]:
    """Return what facts settle."""
    doer = actor.id if actor.kind is ActorKind.OPERATOR else None
    made: list[Settled] = []
    for fact in facts:
        rule = _RULES.get(type(fact))
        if rule is not None:
            made += rule(fact, doer)
    return made


def _read(fact: f.ConversationRead, doer: int | None) -> Iterator[Settled]:
    if fact.unread == 0 and doer is not None:
        kinds = (*_WORK, NoticeKind.MENTION)
        yield Settled(kinds=kinds, conversation_id=fact.conversation_id, operator_id=doer)


def _replied(fact: f.ReplyQueued, doer: int | None) -> Iterator[Settled]:
    if doer is not None:
        kinds = (*_WORK, NoticeKind.MENTION)
        yield Settled(kinds=kinds, conversation_id=fact.conversation_id, operator_id=doer)
    yield Settled(kinds=_CLOCKS, conversation_id=fact.conversation_id, metric="")


def _no_reply_needed(fact: f.WaitEnded, _doer: int | None) -> Iterator[Settled]:
    yield Settled(kinds=_CLOCKS, conversation_id=fact.conversation_id, metric="")


def _clock_ended(fact: ft.SlaEnded, _doer: int | None) -> Iterator[Settled]:
    yield Settled(kinds=_CLOCKS, conversation_id=fact.conversation_id, metric=fact.metric.value)


def _closed(fact: f.ConversationClosed, _doer: int | None) -> Iterator[Settled]:
    yield Settled(kinds=(*_WORK, *_CLOCKS), conversation_id=fact.conversation_id)


def _spam(fact: f.SpamMarked, _doer: int | None) -> Iterator[Settled]:
    if fact.spam:
        yield Settled(kinds=(*_WORK, *_CLOCKS), conversation_id=fact.conversation_id)


def _given_away(fact: f.Assigned, _doer: int | None) -> Iterator[Settled]:
    yield _anothers(fact.conversation_id, fact.to_id)


def _restored(fact: f.ConversationRestored, _doer: int | None) -> Iterator[Settled]:
    values = dict(fact.values)
    if "assignee_id" in values:
        yield _anothers(fact.conversation_id, values["assignee_id"])


def _anothers(conversation_id: int, to_id: int | None) -> Settled:
    kinds = _WORK if to_id is None else (*_WORK, *_CLOCKS)
    return Settled(kinds=kinds, conversation_id=conversation_id, but_id=to_id)


def _task_changed(fact: ft.TaskChanged, _doer: int | None) -> Iterator[Settled]:
    if fact.now.get("status") in ("done", "cancelled"):
        yield Settled(kinds=_TASK, task_id=fact.task_id)
    if "assignee_id" in fact.now:
        yield Settled(kinds=_TASK, task_id=fact.task_id, but_id=fact.now["assignee_id"])
    if "due_at" in fact.now:
        yield Settled(kinds=(NoticeKind.OVERDUE,), task_id=fact.task_id)


def _task_dropped(fact: ft.TaskDropped, _doer: int | None) -> Iterator[Settled]:
    if not fact.back:
        yield Settled(kinds=(*_TASK, NoticeKind.MISSED), task_id=fact.task_id)


def _reminder(fact: ft.ReminderMoved, _doer: int | None) -> Iterator[Settled]:
    if fact.state != "due":
        yield Settled(kinds=(NoticeKind.REMINDER,), reminder_id=fact.reminder_id)


_RULES: dict[type[Any], Callable[[Any, int | None], Iterator[Settled]]] = {
    f.Assigned: _given_away,
    f.ConversationClosed: _closed,
    f.ConversationRead: _read,
    f.ConversationRestored: _restored,
    f.ReplyQueued: _replied,
    f.SpamMarked: _spam,
    f.WaitEnded: _no_reply_needed,
    ft.ReminderMoved: _reminder,
    ft.SlaEnded: _clock_ended,
    ft.TaskChanged: _task_changed,
    ft.TaskDropped: _task_dropped,
}
"""Kind of fact -> which notices it settles."""
