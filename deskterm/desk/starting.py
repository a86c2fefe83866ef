"""What writing to somebody first is judged by; the store loads it. See `desk.decide_start`."""

from __future__ import annotations

from dataclasses import dataclass

from deskterm.desk.model import Conversation
from deskterm.desk.post import Address, Capabilities


@dataclass(frozen=True, slots=True)
class Starting:
    """Where a first message would go, and to whom.

    `to` is the address as identities are compared, None where it is none of this channel's kind; `own` says that it is ours.
    `identity_id` and `customer_id` are set where the desk knows it, `home_id` where its card has gone into another one.
    `thread` is the newest conversation of the chat with this person, on a channel that has one chat with each.
    """

    channel_id: int
    enabled: bool
    capabilities: Capabilities
    to: Address | None
    own: bool = False
    identity_id: int | None = None
    customer_id: int | None = None
    home_id: int | None = None
    unreachable: bool = False
    blocked: bool = False
    thread: Conversation | None = None
    related_id: int | None = None
