"""One conversation without a store: the rules decide, `evolve` folds, and what the store would remember is kept in lists."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from deskterm.desk import commands as c
from deskterm.desk import delivery
from deskterm.desk import facts as f
from deskterm.desk.arrival import Arrival, Candidate, KnownIdentity
from deskterm.desk.commands import Refused
from deskterm.desk.decide import decide
from deskterm.desk.delivery import Failure, SentMessage, SentPart
from deskterm.desk.evolve import evolve, opened
from deskterm.desk.intake import place
from deskterm.desk.model import Conversation, Delivery, Fresh, Operator, Origin, Status
from deskterm.desk.post import Address, Capabilities, IdentityKind, Inbound
from deskterm.desk.situation import LastSaid, Route, Situation

T0 = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ANNA = Operator(1, "anna", "Анна")
OLGA = Address(IdentityKind.EMAIL, "olga@client.test", "Ольга К.")
ROUTE = Route(1, True, Capabilities(subject=True), "", "Re: Заказ", (OLGA,))
REOPEN = timedelta(days=3)


def inbound(text: str = "Где заказ?", **more: Any) -> Inbound:
    return Inbound(**({"external_id": "x", "sender": OLGA, "at": T0, "text": text} | more))


@dataclass
class PureDesk:
    """A conversation of Olga's, and what happens to it. Times pass by the second with everything that happens."""

    now: datetime = T0
    state: Conversation | None = None
    next_id: int = 1
    incoming: list[int] = field(default_factory=list)
    sent: dict[int, f.ReplyQueued] = field(default_factory=dict)
    deliveries: dict[int, Delivery] = field(default_factory=dict)
    facts: list[f.Fact] = field(default_factory=list)

    def fresh(self) -> Fresh:
        return Fresh(1, 1001, self.next_id, 1, 1, "a" * 20)

    def apply(self, facts: list[f.Fact]) -> None:
        for fact in facts:
            if isinstance(fact, f.ConversationOpened):
                self.state = opened(fact)
            elif getattr(fact, "conversation_id", None) is not None:
                assert self.state is not None
                self.state = evolve(self.state, fact, self.now)
            self._remember(fact)
        self.facts += facts
        self.now += timedelta(seconds=1)

    def _remember(self, fact: f.Fact) -> None:
        if type(fact) in f.MESSAGE_KINDS:
            self.next_id += 1
        match fact:
            case f.MessageReceived(message_id=message_id, origin=Origin.HUMAN):
                self.incoming.append(message_id)
            case f.ReplyQueued(message_id=message_id):
                self.sent[message_id] = fact
                self.deliveries[message_id] = Delivery.QUEUED
            case f.PartFailed(message_id=message_id):
                self.deliveries[message_id] = Delivery.FAILED
            case f.SendRequeued(message_id=message_id):
                self.deliveries[message_id] = Delivery.QUEUED
            case f.SendCancelled(message_id=message_id):
                self.deliveries[message_id] = Delivery.CANCELLED

    def message(self, message_id: int) -> SentMessage:
        assert self.state is not None
        queued = self.sent[message_id]
        return SentMessage(
            message_id,
            self.state,
            queued.at,
            (SentPart(message_id, 0, self.deliveries[message_id]),),
            answered_wait=queued.answered_wait,
            answered_asked=queued.answered_asked,
            newest_incoming_id=self.incoming[-1] if self.incoming else None,
        )

    def receive(self, origin: Origin = Origin.HUMAN, late: timedelta = timedelta()) -> datetime:
        """A message of Olga's comes in, written some time before; returns when."""
        at = self.now - late
        candidates = () if self.state is None else (Candidate(self.state, frozenset({1})),)
        sender = None if self.state is None else KnownIdentity(1, 1, OLGA.name)
        arrival = Arrival(1, REOPEN, self.fresh(), None, self.now, sender=sender, candidates=candidates)
        placed = place(inbound(at=at, origin=origin), arrival, self.now)
        assert isinstance(placed, list)
        self.apply(placed)
        return at

    def submit(self, command: c.Command) -> list[f.Fact] | Refused:
        message_id = getattr(command, "message_id", None)
        situation = Situation(
            me=ANNA,
            fresh=self.fresh(),
            conversation=self.state,
            route=ROUTE,
            last_said=LastSaid(self.incoming[-1], None, "", self.now) if self.incoming else None,
            operators=frozenset({1, 2}),
            messages=() if message_id is None else (self.message(message_id),),
        )
        decided = decide(command, situation, self.now)
        if isinstance(decided, list):
            self.apply(decided)
        return decided

    def fail(self, message_id: int) -> None:
        self.apply(delivery.failed(self.message(message_id), Failure("no such user"), self.now))


def conversation(**fields: Any) -> Conversation:
    """An open conversation in which nobody waits."""
    return replace(Conversation(1, 1001, 1, Status.OPEN, T0, T0, T0, customer_id=1), **fields)
