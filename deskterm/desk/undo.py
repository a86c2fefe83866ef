"""What undoing gives back: `changes` says what a fact did to a conversation, `restored` what it gets back, or that it cannot.

A command is undone field by field: each one that it changed must still be as the command left it. What customers and time do
by themselves never stands in the way: that somebody waits is put together from both, what is unread or late is looked at anew.
Undoing is a command of its own, and redoing is undoing that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deskterm.desk import commands as c
from deskterm.desk import facts as f
from deskterm.desk.commands_customer import AddCustomer, CustomerCommand, MergingCommand
from deskterm.desk.commands_time import ManyReminders, ManyTasks, ReminderCommand, TaskCommand
from deskterm.desk.model import Conversation, Status

FIRM = ("status", "closed_at", "snoozed_until", "woken_at", "assignee_id", "team_id", "priority", "tags", "spam")
"""Fields that somebody else's change of forbids undoing."""
RESTORED = (*FIRM, "waiting_since", "asked", "unread", "late")
"""Every field of `Conversation` that undoing gives back."""

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Since:
    """What else happened in a conversation after a command. `written`: its customer wrote; `answered`: they were answered, or
    somebody said that no answer was needed, so that a wait which the command had ended is over in any case; `given_back`: an
    undo of the command, stopped before its end, has been here."""

    written: bool = False
    answered: bool = False
    given_back: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """The conversation is not as the command left it."""


def can_be_undone(command: c.Command) -> bool:
    """Whether a command is one that undoing knows: every act of triage, but not that something was seen in passing; what is
    done to tasks and cards, and to which messages are one conversation, but not that a card was made: its customer may have
    written."""
    act = command.act if isinstance(command, c.Many | ManyTasks | ManyReminders) else command
    if isinstance(act, c.MarkRead):
        return act.by_hand
    if isinstance(act, AddCustomer):
        return False
    return isinstance(act, c.ConversationAct | CustomerCommand | MergingCommand | ReminderCommand | TaskCommand)


def changes(before: Conversation, after: Conversation) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields that differ, as they were and as they are."""
    was, left = {}, {}
    for name in RESTORED:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            was[name], left[name] = old, new
    return was, left


def together(steps: Iterable[tuple[Values, Values]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what several changes in a row did as one; what came back to where it was is left out."""
    was: dict[str, Any] = {}
    left: dict[str, Any] = {}
    for step_was, step_left in steps:
        for name, value in step_was.items():
            was.setdefault(name, value)
        left.update(step_left)
    same = [name for name in was if was[name] == left[name]]
    for name in same:
        del was[name], left[name]
    return was, left


def restored(now: Conversation, was: Values, left: Values, since: Since) -> dict[str, Any] | Conflict:
    """Return the values that a conversation gets back, or that somebody changed it since."""
    firm = [name for name in FIRM if name in was]
    as_left = all(getattr(now, name) == left[name] for name in firm)
    wait = _wait(now, was, left, since)
    if since.given_back and (not as_left or _differs(now, left)):
        return {}
    if not as_left or isinstance(wait, Conflict):
        return Conflict()
    values = {name: was[name] for name in firm} | wait
    if "unread" in was and now.unread == left["unread"]:
        values["unread"] = was["unread"]
    if was.get("late") and not now.late:
        values["late"] = True
    values = {name: value for name, value in values.items() if getattr(now, name) != value}
    return Conflict() if _hides_somebody(now, values, since) else values


def _differs(now: Conversation, left: Values) -> bool:
    """Whether who waits, and since when, is not as the command left it."""
    return any(name in left and getattr(now, name) != left[name] for name in ("waiting_since", "asked"))


def _wait(now: Conversation, was: Values, left: Values, since: Since) -> dict[str, Any] | Conflict:
    """Return the wait that comes back or goes again. A customer never loses a wait that began after the command. What became of
    the wait stands in the way only where the command was about nothing else."""
    if "waiting_since" not in was and "asked" not in was:
        return {}
    over: dict[str, Any] | Conflict = {} if "status" in was else Conflict()
    since_was, asked_was = was.get("waiting_since", now.waiting_since), was.get("asked", now.asked)
    since_left = left.get("waiting_since", now.waiting_since)
    as_left = not _differs(now, left)
    if since_was is None:
        if as_left:
            return {"waiting_since": None, "asked": 0}
        return over if now.waiting_since is None else Conflict()
    if since_left is not None:
        return {"waiting_since": since_was, "asked": asked_was} if as_left else over
    if since.answered:
        return over
    return {"waiting_since": _earliest(since_was, now.waiting_since), "asked": asked_was + now.asked}


def _hides_somebody(now: Conversation, values: Values, since: Since) -> bool:
    """Whether these values would put a customer out of sight who has written since, or have one wait where all is done."""
    status = values.get("status", now.status)
    waits = values.get("waiting_since", now.waiting_since) is not None
    if status is Status.CLOSED and waits:
        return True
    return values.get("status", Status.OPEN) is not Status.OPEN and since.written


def _earliest(first: datetime, second: datetime | None) -> datetime:
    return first if second is None else min(first, second)


def undone(conversation: Conversation, command_id: int, values: Values) -> list[f.Fact]:
    """Return the fact that gives the values back; none where there are none."""
    if not values:
        return []
    return [
        f.ConversationRestored(
            conversation_id=conversation.id, undone_command_id=command_id, values=tuple(sorted(values.items()))
        )
    ]
