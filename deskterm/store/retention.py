"""The end of the time that a channel keeps words for: closed conversations are emptied, and cards that have nothing else.

Each message goes by its own channel: a conversation that was merged of several keeps what the others keep, and is emptied with
the last of it.

What is erased is what erasing a person erases (`store.blanking`), except that the card, its addresses and the places of its
threads stay while any other conversation of theirs does. The lease's holder does it, in short transactions; looking for what is
due locks nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from deskterm.desk import facts as f
from deskterm.desk.model import Actor, ActorKind
from deskterm.store import blanking, journal, scrubbing, situations, unlinking
from deskterm.store import erasing_card as card
from deskterm.store.blanking import ERASED, Gone
from deskterm.store.reader import Reader
from deskterm.store.store import Store
from deskterm.store.times import to_ms
from deskterm.store.unlinking import Writing
from deskterm.store.writer import Transaction

log = logging.getLogger("deskterm.store")

BATCH = 12
"""Messages in one transaction."""
_RAW_BATCH = 100
_AT_ONCE = 500
_STRETCH = 2_000
"""Conversations of other channels looked at together."""
CLOCK = Actor(ActorKind.CLOCK)


@dataclass(slots=True)
class Expired:
    """What a run emptied."""

    conversations: int = 0
    messages: int = 0
    cards: int = 0

    def __bool__(self) -> bool:
        return bool(self.conversations or self.messages or self.cards)


_WORDS = f"SELECT 1 FROM message m WHERE m.conversation_id = c.id AND m.kind <> 'activity' AND m.placeholder <> '{ERASED}'"
_OVER = f"(EXISTS ({_WORDS} AND m.channel_id = :channel) OR NOT EXISTS ({_WORDS}))"
"""There are words of this channel, or none at all."""
_TO_DO = "t.dropped_at IS NULL AND t.status IN ('open', 'started')"
_NO_WORK = (
    f"NOT EXISTS (SELECT 1 FROM task t WHERE t.conversation_id = c.id AND {_TO_DO})"
    " AND NOT EXISTS (SELECT 1 FROM conversation p"
    f" JOIN task t ON t.conversation_id = p.id WHERE p.merged_into_id = c.id AND {_TO_DO})"
)
"""No task of it is to be done: whoever has one may need the words."""
_DUE = (
    "SELECT id, customer_id FROM conversation c INDEXED BY ix_conversation_closed"
    " WHERE closed_at < :before AND closed_at IS NOT NULL AND channel_id = :channel AND status = 'closed'"
    f" AND merged_into_id IS NULL AND (emptied_at IS NULL OR emptied_at <= closed_at) AND {_OVER} AND {_NO_WORK}"
    " UNION ALL SELECT id, customer_id FROM conversation c WHERE spam = 1 AND merged_into_id IS NULL"
    " AND status <> 'closed' AND channel_id = :channel AND last_message_at < :before"
    f" AND (emptied_at IS NULL OR emptied_at <= last_message_at) AND {_OVER} AND {_NO_WORK} LIMIT :most"
)
_DUE_ELSEWHERE = (
    "SELECT id, customer_id FROM conversation c WHERE id > :after AND id <= :until AND merged_into_id IS NULL"
    " AND channel_id <> :channel AND (status = 'closed' AND closed_at < :before OR spam = 1 AND last_message_at < :before)"
    f" AND EXISTS ({_WORDS} AND m.channel_id = :channel) AND {_NO_WORK}"
)
"""Selects conversations of other channels that hold words of this one; :after and :until are ids."""
_RAW = (
    "SELECT id FROM inbound WHERE id > ? AND channel_id = ? AND received_at < ? AND state <> 'received'"
    " AND (data IS NOT NULL OR sha256 IS NOT NULL)"
    " AND NOT EXISTS (SELECT 1 FROM message m WHERE m.inbound_id = inbound.id) ORDER BY id LIMIT ?"
)
"""Raw bytes of no message: edits, what was held back or ignored."""


async def expire(store: Store, write: Writing, *, grace_s: float = unlinking.GRACE_S) -> Expired:
    """Empty what its channel keeps no longer; returns what that was. Stopped in the middle, the next run goes on."""
    done = Expired()
    kept = await store.reader.all("SELECT id, retention_days FROM channel WHERE retention_days IS NOT NULL ORDER BY id")
    for channel_id, days in kept:
        before = to_ms(store.now() - timedelta(days=days))
        values = {"before": before, "channel": channel_id, "most": _AT_ONCE}
        while rows := await store.reader.all(_DUE, values):
            for row in rows:
                await _conversation(write, _Due(row[0], row[1], channel_id, store.now()), done)
        await _elsewhere(store, write, channel_id, before, done)
        await _raw(store.reader, write, channel_id, before)
    if done:
        counts = (done.conversations, done.messages, done.cards)
        log.info("kept no longer: the words of %d conversations (%d messages), %d cards", *counts)
    if await write(scrubbing.is_due):
        await scrubbing.scrub(store, write, grace_s=grace_s)
    if kept:
        scrubbing.forget_old_copies(store.home, timedelta(days=min(days for _, days in kept)), store.now())
    return done


@dataclass(frozen=True, slots=True)
class _Due:
    """A conversation, whose it is, and the channel whose words in it go."""

    id: int
    customer_id: int | None
    channel_id: int
    now: datetime


async def _elsewhere(store: Store, write: Writing, channel_id: int, before: int, done: Expired) -> None:
    (last,) = await store.reader.one("SELECT coalesce(max(id), 0) FROM conversation")
    for start in range(0, last, _STRETCH):
        values = {"after": start, "until": start + _STRETCH, "channel": channel_id, "before": before}
        for row in await store.reader.all(_DUE_ELSEWHERE, values):
            await _conversation(write, _Due(row[0], row[1], channel_id, store.now()), done)


async def _conversation(write: Writing, due: _Due, done: Expired) -> None:
    messages = files = 0
    while True:
        gone, over = await write(lambda tx: _some(tx, due))
        messages += gone.messages
        files += gone.files
        if over:
            break

    def last(tx: Transaction) -> bool:
        is_shell = _emptied(tx, due, {"messages": messages, "files": files})
        return is_shell and due.customer_id is not None and _card(tx, due.customer_id, due.now)

    done.cards += await write(last)
    done.conversations += 1
    done.messages += messages


def _some(tx: Transaction, due: _Due) -> tuple[Gone, bool]:
    """Empty the next messages of the channel; the second value says that there are no more."""
    ids = [
        row[0]
        for row in tx.all(
            "SELECT id FROM message WHERE conversation_id = ? AND channel_id = ? AND kind <> 'activity'"
            f" AND placeholder <> '{ERASED}' LIMIT ?",
            (due.id, due.channel_id, BATCH),
        )
    ]
    gone = blanking.messages(tx, ids, due.now)
    _keep(tx, gone)
    return gone, len(ids) < BATCH


def _keep(tx: Transaction, gone: Gone) -> None:
    unlinking.note(tx, gone.hashes)
    scrubbing.due(tx)


_PARTS = (
    "WITH RECURSIVE part (id) AS (VALUES (:id) UNION SELECT c.id FROM conversation c JOIN part ON c.merged_into_id = part.id)"
    " UPDATE conversation SET subject = '', preview = ''{emptied} WHERE id IN (SELECT id FROM part)"
)
"""A conversation and those that went into it."""


def _emptied(tx: Transaction, due: _Due, counts: dict[str, int]) -> bool:
    """Take from a conversation what its rows say beside messages; returns whether it is a shell now, with no words left."""
    is_shell = not tx.one(f"SELECT EXISTS ({_WORDS}) FROM conversation c WHERE c.id = ?", (due.id,))[0]
    values = {"id": due.id, "channel": due.channel_id, "now": to_ms(due.now)}
    if is_shell:
        gone = Gone()
        blanking.staged(tx, due.id, gone)
        _keep(tx, gone)
        tx.run(_PARTS.format(emptied=", emptied_at = :now"), values)
    else:
        tx.run(_PARTS.format(emptied="") + " AND channel_id = :channel", values)
        blanking.said_last(tx, due.id)
    blanking.without_failures(tx, due.id, due.now)
    journal.note(
        tx,
        "conversation_emptied",
        counts,
        command_id=situations.next_command(tx),
        actor=CLOCK,
        now_ms=to_ms(due.now),
        conversation_id=due.id,
    )
    return is_shell


_LIVES_ON = (
    "SELECT 1 FROM conversation c WHERE c.merged_into_id IS NULL"
    " AND (c.status <> 'closed' AND c.spam = 0 OR c.emptied_at IS NULL OR c.emptied_at <= c.closed_at)"
    " AND (c.id IN (SELECT value FROM json_each(?)) OR c.id IN"
    " (SELECT p.conversation_id FROM participant p WHERE p.identity_id IN (SELECT value FROM json_each(?)))) LIMIT 1"
)


_HAS_WORK = f"SELECT 1 FROM task t WHERE t.customer_id IN (SELECT value FROM json_each(?)) AND {_TO_DO} LIMIT 1"


def _card(tx: Transaction, customer_id: int, now: datetime) -> bool:
    """Empty the card of a customer of whom nothing else is kept; returns whether it was so."""
    who = card.person(tx, customer_id)
    if (
        who is None
        or tx.one(_HAS_WORK, (blanking.as_list(who.family),))
        or tx.one(_LIVES_ON, (blanking.as_list(who.conversations), blanking.as_list(who.identities)))
    ):
        return False
    for conversation_id in who.conversations:
        blanking.shell(tx, conversation_id, CLOCK, now)
    if card.empty(tx, who, now):
        fact = f.CustomerErased(customer_id=who.id, messages=0, files=0)
        journal.write(tx, [fact], command_id=situations.next_command(tx), actor=CLOCK, now_ms=to_ms(now))
    scrubbing.due(tx)
    return True


async def _raw(reader: Reader, write: Writing, channel_id: int, before: int) -> None:
    last = 0
    while rows := await reader.all(_RAW, (last, channel_id, before, _RAW_BATCH)):
        ids = [row[0] for row in rows]
        last = ids[-1]
        await write(lambda tx, some=ids: _emptied_raw(tx, some))  # type: ignore[misc]


def _emptied_raw(tx: Transaction, ids: Sequence[int]) -> None:
    gone = Gone()
    blanking.raw(tx, ids, gone)
    _keep(tx, gone)
