"""Plays what happened into a new store, by the same rules and through the same tables as a real desk, only faster."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from deskterm.channels.demo import wire
from deskterm.demo.steps import Bounced, Did, Drafted, Step, Wrote
from deskterm.desk import facts as f
from deskterm.desk.commands import Command, Refused, Reply
from deskterm.desk.decide import decide
from deskterm.desk.model import Actor, ActorKind, Held, Operator, Origin
from deskterm.desk.post import Bounce, Inbound, InFile, Raw
from deskterm.desk.rows import Draft
from deskterm.desk.urgency import urgent_at
from deskterm.store import conversations, drafts, ledger, outbox, situations
from deskterm.store.applied import Files as Placed
from deskterm.store.apply import apply
from deskterm.store.files import Files
from deskterm.store.ledger import Kept, Pending
from deskterm.store.outbox import Outcome
from deskterm.store.rules import Rules
from deskterm.store.writer import Transaction

ON_THE_WAY = timedelta(seconds=2)
"""How long a message took to its server, after the undo window."""
_LATE_AT_ONCE = 500


class NotPlayable(RuntimeError):
    """A step did not do what it was written for: the history is wrong, not the store."""


class Player:
    """Plays steps. `staff` in the order of `shop.STAFF`; `channels` name -> id; `rules` are the shop's."""

    def __init__(
        self,
        tx: Transaction,
        staff: Sequence[Operator],
        channels: Mapping[str, int],
        rules: Rules,
        files: Files,
        mail_domain: str,
    ) -> None:
        self._tx = tx
        self.staff = staff
        self._channels = channels
        self.rules = rules
        self._files = files
        self._mail_domain = mail_domain
        self._kept: dict[bytes, str] = {}

    def play(self, channel: str, steps: Iterable[Step]) -> Iterator[None]:
        """Play one conversation's steps, pausing after each so that others may come between."""
        conversation_id = 0
        for step in steps:
            match step:
                case Wrote(at, inbound):
                    conversation_id = self._wrote(channel, inbound, at) or conversation_id
                case Bounced():
                    self._wrote(channel, self._report(conversation_id, step), step.at)
                case Did():
                    self._did(conversation_id, step)
                case Drafted(at, who, text):
                    drafts.save(self._tx, self.staff[who].id, Draft(conversation_id, text), at)
            yield

    def _wrote(self, channel: str, inbound: Inbound, at: datetime) -> int | None:
        """Take a message in; returns its conversation, None where it made no message (an edit, a piece of an album)."""
        data = wire.packed(wire.plain(inbound))
        raw = Raw(inbound.version_key or inbound.external_id, data, at)
        channel_id = self._channels[channel]
        inbound_id = ledger.keep(self._tx, channel_id, [Kept(raw, None)], None, at)[0]
        files = enumerate(inbound.attachments)
        placed: Placed = {place: self._put(file.data) for place, file in files if file.data is not None}
        row = Pending(inbound_id, channel_id, at, "", None, None)
        if ledger.take_in(self._tx, row, inbound, placed, self.rules, at) is not Held.STORED:
            raise NotPlayable(f"{inbound.external_id} was not taken in")
        made = self._tx.one("SELECT conversation_id FROM message WHERE inbound_id = ?", (inbound_id,))
        return None if made is None else int(made[0])

    def _put(self, data: bytes) -> tuple[str, int]:
        if data not in self._kept:
            self._kept[data] = self._files.put(data)
        return self._kept[data], len(data)

    def _report(self, conversation_id: int, step: Bounced) -> Inbound:
        public_id = self._tx.one(
            "SELECT public_id FROM message WHERE conversation_id = ? AND kind = 'outgoing' ORDER BY id DESC LIMIT 1",
            (conversation_id,),
        )[0]
        ours = self.rules.signer.message_id(public_id, self._mail_domain)
        return Inbound(
            external_id=f"report.{conversation_id}",
            sender=None,
            at=step.at,
            text=step.text,
            subject="Undelivered Mail Returned to Sender",
            origin=Origin.BOUNCE,
            bounce=Bounce(ours, step.recipient, "5.1.1", permanent=True, text="user unknown"),
        )

    def _did(self, conversation_id: int, step: Did) -> None:
        me = self.staff[step.who]
        command = step.asked(conversation_id)
        if isinstance(command, Reply) and step.files:
            command = replace(command, attachments=tuple(self._stage(me, conversation_id, file) for file in step.files))
        message_id = self._carried_out(command, me, step.at)
        if isinstance(command, Reply):
            self._settle(message_id, step.outcome, step.at + self.rules.undo + ON_THE_WAY)

    def _stage(self, me: Operator, conversation_id: int, file: InFile) -> int:
        sha256, size = self._put(file.data or b"")
        return drafts.stage(self._tx, me.id, conversation_id, file.name, file.media_type, size, sha256).id

    def _carried_out(self, command: Command, me: Operator, now: datetime) -> int:
        situation, states = situations.of_command(self._tx, command, me, self.rules)
        decided = decide(command, situation, now)
        if isinstance(decided, Refused):
            raise NotPlayable(f"{type(command).__name__} was refused: {decided.code}")
        if decided:
            command_id = situations.next_command(self._tx)
            actor = Actor(ActorKind.OPERATOR, me.id)
            apply(self._tx, decided, states, situation.fresh, command_id=command_id, actor=actor, now=now)
        return situation.fresh.message

    def _settle(self, message_id: int, outcome: Outcome, now: datetime) -> None:
        self._tx.run("UPDATE outbox SET state = 'sending' WHERE message_id = ?", (message_id,))
        for (outbox_id,) in self._tx.all("SELECT id FROM outbox WHERE message_id = ? ORDER BY part_no", (message_id,)):
            outbox.settle(self._tx, outbox_id, outcome, None, now)
        # There is no folder of sent mail to file a copy into.
        self._tx.run("UPDATE outbox SET filed = 'done', payload = NULL WHERE message_id = ? AND filed = 'due'", (message_id,))


Telling = tuple[datetime, Callable[[], tuple[str, Sequence[Step]]]]
"""When a conversation begins, and what tells its channel and steps."""
_Running = tuple[datetime, int, int, Iterator[None], Sequence[Step]]
"""When a conversation goes on, its place (so that equal times have an order), how many steps are played, the rest of it."""


def in_order_of_time(tellings: Iterable[Telling], player: Player) -> Iterator[None]:
    """Play conversations, given by when they begin, as they ran side by side. Yields whenever one is over."""
    running: list[_Running] = []
    for number, (begins, told) in enumerate(tellings):
        while running and running[0][0] <= begins:
            yield from _go_on(running)
        channel, steps = told()
        heapq.heappush(running, (steps[0].at, number, 0, player.play(channel, steps), steps))
    while running:
        yield from _go_on(running)


def _go_on(running: list[_Running]) -> Iterator[None]:
    """Play the next step of the conversation whose turn it is."""
    _at, number, played, playing, steps = running[0]
    next(playing)
    if played + 1 < len(steps):
        heapq.heapreplace(running, (steps[played + 1].at, number, played + 1, playing, steps))
        return
    heapq.heappop(running)
    yield None


def mark_late(tx: Transaction, now: datetime) -> None:
    """Mark what nobody answered in time, as the clock would have."""
    while late := conversations.due_before(tx, now, _LATE_AT_ONCE):
        for conversation in late:
            due = urgent_at(conversation) or now
            fact = f.LateMarked(conversation_id=conversation.id, at=due)
            command_id = situations.next_command(tx)
            states, at = {conversation.id: conversation}, max(due, conversation.updated_at)
            fresh, clock = situations.fresh(tx), Actor(ActorKind.CLOCK)
            apply(tx, [fact], states, fresh, command_id=command_id, actor=clock, now=at)
