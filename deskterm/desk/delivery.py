"""What becomes of an outgoing message: what each outcome of a try means for the message, the conversation, the wait.

Back-off follows the fault table F20: 1, 5, 15, 60 minutes, then hourly, and after two days it has failed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from deskterm.desk import facts as f
from deskterm.desk.model import Conversation, Delivery, Status

BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
GIVE_UP_AFTER = timedelta(days=2)
LOOK_AGAIN_AFTER = timedelta(minutes=10)
"""How long an uncertain part of an idempotent channel waits before the same bytes go out once more."""


@dataclass(frozen=True, slots=True)
class SentPart:
    """One outbox row. `twice` says that it already went out once more after being uncertain."""

    outbox_id: int
    part_no: int
    state: Delivery
    attempt: int = 0
    twice: bool = False


@dataclass(frozen=True, slots=True)
class SentMessage:
    """An outgoing message with its parts in order, written by `operator_id`. `answered_wait` is the wait it ended,
    `newest_incoming_id` the customer's last message. `returns_as_new`: it is all there is in the conversation that it began,
    and its writer has begun no other message to somebody first, so that taken back it becomes that again.

    What else taking it back gives back, where no later answer stands: `answered_unread` messages were not seen before it;
    `took`: it made the conversation its writer's, until then that of `took_from`."""

    message_id: int
    conversation: Conversation
    queued_at: datetime
    parts: tuple[SentPart, ...]
    operator_id: int | None = None
    operator_name: str = ""
    answered_wait: datetime | None = None
    answered_asked: int = 0
    newest_incoming_id: int | None = None
    returns_as_new: bool = False
    answered_unread: int = 0
    took: bool = False
    took_from: int | None = None

    @property
    def state(self) -> Delivery:
        """The state of the message as a whole: the worst of its parts."""
        return whole(part.state for part in self.parts)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a message will not arrive. `was_sent`: the report came after the server had taken it."""

    reason: str
    was_sent: bool = False


_WORST = (
    Delivery.FAILED,
    Delivery.UNCERTAIN,
    Delivery.SENDING,
    Delivery.QUEUED,
    Delivery.SENT,
    Delivery.CANCELLED,
)


def whole(states: Iterable[Delivery]) -> Delivery:
    """Return the delivery state of a message from those of its parts."""
    present = set(states)
    return next((state for state in _WORST if state in present), Delivery.SENT)


def sent(message: SentMessage, part: SentPart, remote_ids: tuple[str, ...], detail: str, now: datetime) -> list[f.Fact]:
    """The server took a part."""
    return [
        f.PartSent(
            conversation_id=message.conversation.id,
            message_id=message.message_id,
            outbox_id=part.outbox_id,
            at=now,
            remote_ids=remote_ids,
            detail=detail,
        )
    ]


def put_off(message: SentMessage, part: SentPart, reason: str, after: timedelta | None, now: datetime) -> list[f.Fact]:
    """A part surely did not arrive: it is tried again, or given up after two days, whatever pause the server asks for."""
    if now - message.queued_at > GIVE_UP_AFTER:
        return failed(message, Failure(reason), now, part)
    pause = BACK_OFF[min(part.attempt, len(BACK_OFF) - 1)] if after is None else min(after, GIVE_UP_AFTER)
    return [
        f.PartPutOff(
            conversation_id=message.conversation.id,
            message_id=message.message_id,
            outbox_id=part.outbox_id,
            not_before=now + pause,
            attempt=part.attempt + 1,
            detail=reason,
        )
    ]


def uncertain(message: SentMessage, part: SentPart, reason: str, *, idempotent: bool, now: datetime) -> list[f.Fact]:
    """A part may have arrived. Where a second copy shows as the same message, it goes out once more; else a person decides."""
    again = now + LOOK_AGAIN_AFTER if idempotent and not part.twice else None
    return [
        f.PartUncertain(
            conversation_id=message.conversation.id,
            message_id=message.message_id,
            outbox_id=part.outbox_id,
            not_before=again,
            detail=reason,
        )
    ]


def failed(message: SentMessage, failure: Failure, now: datetime, part: SentPart | None = None) -> list[f.Fact]:
    """A message will not arrive: it is marked, its conversation opens again, and the customer waits since when they did."""
    if message.state in (Delivery.FAILED, Delivery.CANCELLED):
        return []
    conversation = message.conversation
    made: list[f.Fact] = [
        f.PartFailed(
            conversation_id=conversation.id,
            message_id=message.message_id,
            outbox_id=(part or message.parts[0]).outbox_id,
            was_sent=failure.was_sent,
            detail=failure.reason,
        )
    ]
    if conversation.status is not Status.OPEN:
        made.append(f.ConversationReopened(conversation_id=conversation.id, how="failure"))
    return made + wait_restored(message)


def wait_restored(message: SentMessage) -> list[f.Fact]:
    """Return the fact that brings back the wait which a message had ended."""
    if message.answered_wait is None:
        return []
    return [f.WaitRestored(conversation_id=message.conversation.id, since=message.answered_wait, asked=message.answered_asked)]
