"""How urgent a conversation is: a time that does not move as time goes by, so that lists can be sorted by an index.

`urgent_at = min(sla_due_at, waiting_since + allowance[priority] - bonus[asked again])`. Where no SLA policy holds the allowance
alone is the promise; it keeps that of a first reply within 60 minutes at normal priority.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from deskterm.desk.model import Conversation, Priority, Status

ALLOWANCE = {
    Priority.URGENT: timedelta(minutes=15),
    Priority.HIGH: timedelta(minutes=30),
    Priority.NORMAL: timedelta(minutes=60),
    Priority.LOW: timedelta(hours=4),
}
ASKED_AGAIN = timedelta(minutes=5)
"""How much sooner it is for each time the customer asked again."""
ASKED_AGAIN_MOST = 6

_NOBODY_WAITS = 1 << 52
"""Sort values from here on are conversations in which nobody waits, the newest first."""


def allowed_until(conversation: Conversation) -> datetime | None:
    """Return when the time allowed for an answer ends; None where nobody waits for one."""
    if conversation.waiting_since is None or conversation.status is not Status.OPEN or conversation.spam:
        return None
    again = min(max(conversation.asked - 1, 0), ASKED_AGAIN_MOST)
    return conversation.waiting_since + ALLOWANCE[conversation.priority] - again * ASKED_AGAIN


def due_at(conversation: Conversation) -> datetime | None:
    """Return the promised time: by the conversation's SLA policy, where one holds for it, else by the allowance."""
    return conversation.sla_due_at if conversation.sla_policy else allowed_until(conversation)


def urgent_at(conversation: Conversation) -> datetime | None:
    """Return what a conversation is sorted by: the promised time or the end of the allowance, whichever comes first. What is
    not open is not sorted by it, also where its time runs on."""
    if conversation.status is not Status.OPEN or conversation.spam:
        return None
    times = [at for at in (conversation.sla_due_at, allowed_until(conversation)) if at is not None]
    return min(times, default=None)


def alarm_at(conversation: Conversation) -> datetime | None:
    """Return when the clock has to look at a conversation next; None: never, as things are."""
    if conversation.sla_policy:
        return conversation.alarm_at
    return None if conversation.late or conversation.merged_into_id is not None else allowed_until(conversation)


def sort_value(urgent_ms: int | None, last_message_ms: int) -> int:
    """Return the place in the order of urgency: those who wait by when it is due (ms), then the rest, newest first."""
    return urgent_ms if urgent_ms is not None else 2 * _NOBODY_WAITS - last_message_ms
