"""What became of outgoing messages, part by part. See `desk.facts`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from deskterm.desk.facts_customer import words


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSent:
    """A part was taken by the server. `remote_ids` are the ids it has there."""

    conversation_id: int
    message_id: int
    outbox_id: int
    at: datetime
    remote_ids: tuple[str, ...] = words(())
    detail: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPutOff:
    """A part did not go out and is tried again at `not_before`."""

    conversation_id: int
    message_id: int
    outbox_id: int
    not_before: datetime
    attempt: int
    detail: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFailed:
    """A part will not go out like this; so will not the message's later parts. `was_sent`: a bounce came after "sent"."""

    conversation_id: int
    message_id: int
    outbox_id: int
    was_sent: bool = False
    detail: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartUncertain:
    """A part may have arrived. `not_before` is when the sender looks again by itself (None: a person decides)."""

    conversation_id: int
    message_id: int
    outbox_id: int
    not_before: datetime | None
    detail: str = words()


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequeued:
    """A failed or uncertain message is to go out again, or a held one now; `outbox_ids` are the parts concerned."""

    conversation_id: int
    message_id: int
    not_before: datetime
    outbox_ids: tuple[int, ...]
    failed_before: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCancelled:
    """A message was taken back before it went out; its words return to the draft of `operator_id`, who wrote it, or (`as_new`)
    become the message to somebody first that they were."""

    conversation_id: int
    message_id: int
    outbox_ids: tuple[int, ...]
    operator_id: int
    failed_before: bool = False
    as_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySettled:
    """A person says that an uncertain message did arrive."""

    conversation_id: int
    message_id: int
    outbox_ids: tuple[int, ...]
    at: datetime
