"""What merging, parting and splitting conversations is judged by: `desk.decide_merging` reads it, the store loads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from deskterm.desk.merging import Parting, Splitting
from deskterm.desk.model import Conversation


@dataclass(frozen=True, slots=True)
class Origin:
    """What a conversation that is split off takes over: the channel and thread of the messages that go, what they are about,
    whose they are, who takes part (identity and role). `homes` says of each message whose it was."""

    channel_id: int
    thread_key: str
    subject: str
    group: str
    home_customer_id: int | None
    people: tuple[tuple[int, str], ...]
    homes: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Related:
    """What a conversation is thought to belong to, and the one that a command names."""

    id: int | None
    why: str
    named: Conversation | None = None


@dataclass(frozen=True, slots=True)
class MergingSituation:
    """What the store loads for a command about which messages are one conversation.

    `whole` is the conversation that the command names, or the one that it went into; `gone` are those that are to go into it,
    just as they are. `homes` says of each whose messages become again that a split had taken from `whole`: pairs of a message
    and its home. `alone` is the conversation to be parted, just as it is; `further` the number of the one that it went into,
    where that has gone into another itself.
    """

    whole: Conversation | None = None
    gone: tuple[Conversation | None, ...] = ()
    homes: Mapping[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    alone: Conversation | None = None
    further: int | None = None
    parting: Parting | None = None
    splitting: Splitting | None = None
    origin: Origin | None = None
    related: Related | None = None
