"""What a person's command is judged by: `desk.decide` reads it, the store loads what the command needs of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from deskterm.desk import facts as f
from deskterm.desk.commands import Refused
from deskterm.desk.contacting import Contacting
from deskterm.desk.delivery import SentMessage
from deskterm.desk.model import Conversation, Fresh, Operator
from deskterm.desk.post import Address, Capabilities
from deskterm.desk.situation_customer import CustomerSituation
from deskterm.desk.situation_merging import MergingSituation
from deskterm.desk.situation_reminder import ReminderSituation
from deskterm.desk.situation_task import TaskSituation
from deskterm.desk.starting import Starting

Decided: TypeAlias = list[f.Fact] | Refused


@dataclass(frozen=True, slots=True)
class LastSaid:
    """The newest message of the public thread: who wrote it (None: the customer) and when."""

    message_id: int
    operator_id: int | None
    operator_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Route:
    """Where an answer goes: the channel and thread of the customer's last message. `elsewhere` is the address in `to` where it
    is not the one that the customer writes from; `home_id` the conversation whose thread it is, where that has gone into this
    one."""

    channel_id: int
    enabled: bool
    capabilities: Capabilities
    thread_key: str
    subject: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    elsewhere: str = ""
    unreachable: bool = False
    reply_to_message_id: int | None = None
    home_id: int | None = None


@dataclass(frozen=True, slots=True)
class Staged:
    """A file taken into the store, to be sent."""

    id: int
    size: int


@dataclass(frozen=True, slots=True)
class Situation:
    """What a command is judged by; the store loads what the command needs.

    `tags` are the ids of those tags that the command names and that exist, by folded name. `ask_tags`: the conversation's
    channel wants tags on what is closed; `missing`: what the customer's card lacks before that, by key.
    `identities` are those of its customer, each with whether it is blocked.
    """

    me: Operator
    fresh: Fresh
    undo: timedelta = timedelta(seconds=10)
    conversation: Conversation | None = None
    last_said: LastSaid | None = None
    route: Route | None = None
    staged: dict[int, Staged] = field(default_factory=dict)
    operators: frozenset[int] = frozenset()
    messages: tuple[SentMessage, ...] = ()
    teams: frozenset[int] = frozenset()
    tags: Mapping[str, int] = field(default_factory=dict)
    ask_tags: bool = False
    missing: tuple[str, ...] = ()
    identities: tuple[tuple[int, bool], ...] = ()
    starting: Starting | None = None
    contact: Contacting | None = None
    merging: MergingSituation | None = None
    customer: CustomerSituation | None = None
    task: TaskSituation | None = None
    reminding: ReminderSituation | None = None
