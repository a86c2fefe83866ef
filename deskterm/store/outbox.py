"""The outbox: parts claimed one at a time and in order, what became of each try, what a crash left behind.

A claim is a committed UPDATE before the network is touched. Parts of one conversation go strictly in order: an uncertain part
holds back what follows it, since nobody knows what the customer has read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from deskterm.desk import delivery
from deskterm.desk import facts as f
from deskterm.desk.delivery import SentMessage, SentPart
from deskterm.desk.model import Actor, ActorKind, Delivery
from deskterm.desk.post import Outbound, OutFile
from deskterm.store import conversations, lease, situations
from deskterm.store.apply import apply
from deskterm.store.files import Files
from deskterm.store.rules import Rules
from deskterm.store.times import from_ms, to_ms
from deskterm.store.writer import Transaction

SENDER = Actor(ActorKind.CHANNEL)


@dataclass(frozen=True, slots=True)
class Claim:
    """One part that this process may send now. The bytes that an earlier try fixed are `payload`, or lie in the file named
    `payload_sha256`; both are None at the first try. `doubtful`: it may have arrived already, and the channel is asked before
    the same bytes go out once more."""

    outbound: Outbound
    channel_id: int
    message_id: int
    payload: bytes | None
    payload_sha256: str | None
    doubtful: bool


_READY = (
    "NOT EXISTS (SELECT 1 FROM outbox e WHERE e.conversation_id = o.conversation_id AND e.id < o.id"
    " AND e.state IN ('queued', 'sending', 'uncertain'))"
)
"""Nothing of the same conversation is still on its way before it."""


def claim(
    tx: Transaction,
    channel_ids: Sequence[int],
    epoch: int | None,
    now: datetime,
    files: Files,
    rules: Rules,
    mail_domain: str,
    limit: int = 10,
) -> list[Claim]:
    """Take parts that are due, of the given channels. Raises lease.Lost."""
    lease.check(tx, epoch)
    marks = ",".join("?" * len(channel_ids))
    rows = tx.all(
        f"SELECT o.id, o.state FROM outbox o WHERE o.state IN ('queued', 'uncertain') AND {_READY} AND o.not_before <= ?"
        f" AND o.channel_id IN ({marks}) ORDER BY o.not_before, o.id LIMIT ?",
        (to_ms(now), *channel_ids, limit),
    )
    claims = []
    for outbox_id, state in rows:
        doubtful = state == Delivery.UNCERTAIN.value
        tx.run(
            "UPDATE outbox SET state = 'sending', phase = ?, epoch = ? WHERE id = ?",
            ("wire" if doubtful else "", epoch, outbox_id),
        )
        _refresh(tx, outbox_id)
        claims.append(_load(tx, outbox_id, files, rules, mail_domain, doubtful=doubtful))
    return claims


def _refresh(tx: Transaction, outbox_id: int) -> None:
    tx.run(
        "UPDATE message SET delivery = 'sending' WHERE id = (SELECT message_id FROM outbox WHERE id = ?)"
        " AND delivery IN ('queued', 'uncertain')",
        (outbox_id,),
    )


_COLUMNS = (
    "o.id, o.message_id, o.conversation_id, o.channel_id, o.part_no, o.part_count, o.text, o.attachments, o.attempt, o.payload,"
    " o.payload_sha256, m.public_id, m.at, m.subject, m.thread_key, m.recipients, m.reply_to_message_id, home.number,"
    " ch.address, ch.kind, home.thread_key, home.channel_id"
)
"""`home` is the conversation whose thread a message stands in: it knows where its chat is now, and its number leads on when it
has gone into another."""


def _load(tx: Transaction, outbox_id: int, files: Files, rules: Rules, mail_domain: str, *, doubtful: bool) -> Claim:
    row = tx.one(
        f"SELECT {_COLUMNS} FROM outbox o JOIN message m ON m.id = o.message_id JOIN conversation home"
        " ON home.id = coalesce(m.home_id, m.conversation_id)"
        " JOIN channel ch ON ch.id = o.channel_id WHERE o.id = ?",
        (outbox_id,),
    )
    (_, message_id, _conversation, channel_id, part_no, part_count, text, attachments, attempt, payload, sha256) = row[:11]
    (public_id, at, subject, thread_key, recipients, reply_to_id, number, address, kind, now_key, home_channel_id) = row[11:]
    to, cc = situations.recipients(recipients)
    signed = rules.capabilities[kind].subject
    in_reply_to, references, external = _answered(tx, reply_to_id, rules, mail_domain if signed else "")
    outbound = Outbound(
        outbox_id=outbox_id,
        message_id=rules.signer.message_id(public_id, mail_domain) if signed else "",
        part_no=part_no,
        part_count=part_count,
        at=from_ms(at),
        text=text,
        to=to,
        cc=cc,
        thread_key=now_key if home_channel_id == channel_id and now_key else thread_key,
        subject=subject,
        in_reply_to=in_reply_to,
        references=references,
        reply_address=rules.signer.reply_address(number, address) if signed and "@" in address else "",
        reply_to_external=external if part_no == 0 else "",
        attachments=_files(tx, json.loads(attachments), files),
        attempt=attempt,
    )
    return Claim(outbound, channel_id, message_id, payload, sha256, doubtful)


def _answered(tx: Transaction, message_id: int | None, rules: Rules, mail_domain: str) -> tuple[str, tuple[str, ...], str]:
    """Return In-Reply-To, References and the channel's name of the message that is answered; of one that we wrote ourselves to
    somebody who has not answered yet, the id that we gave it."""
    row = (
        None
        if message_id is None
        else tx.one("SELECT mail_id, mail_references, kind, public_id FROM message WHERE id = ?", (message_id,))
    )
    if row is None:
        return "", (), ""
    mail_id, references, kind, public_id = row
    if kind == "outgoing" and mail_domain:
        mail_id = rules.signer.message_id(public_id, mail_domain)
    ref = tx.one("SELECT external_id FROM message_ref WHERE message_id = ? ORDER BY part LIMIT 1", (message_id,))
    known = tuple(dict.fromkeys((*references.split(), *([mail_id] if mail_id else ()))))
    return mail_id, known, ref[0] if ref else ""


def _files(tx: Transaction, wanted: list[int], files: Files) -> tuple[OutFile, ...]:
    found = []
    for attachment_id in wanted:
        name, media_type, size, sha256 = tx.one(
            "SELECT name, media_type, size, sha256 FROM attachment WHERE id = ?", (attachment_id,)
        )
        found.append(OutFile(name, media_type, size or 0, str(files.path(sha256))))
    return tuple(found)


def fix_payload(tx: Transaction, outbox_id: int, payload: bytes | None, sha256: str | None, epoch: int | None) -> None:
    """Keep the bytes that will go out, so that every try sends the same. Raises lease.Lost."""
    lease.check(tx, epoch)
    tx.quietly("UPDATE outbox SET payload = ?, payload_sha256 = ? WHERE id = ?", (payload, sha256, outbox_id))


def on_wire(tx: Transaction, outbox_id: int, epoch: int | None) -> None:
    """Keep that the server may have the part from now on. Raises lease.Lost."""
    lease.check(tx, epoch)
    tx.quietly("UPDATE outbox SET twice = (phase = 'wire'), phase = 'wire' WHERE id = ? AND state = 'sending'", (outbox_id,))


# --- outcomes


@dataclass(frozen=True, slots=True)
class Sent:
    """The server took the part."""

    remote_ids: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PutOff:
    """It surely did not arrive; again after `after` (None: the usual back-off)."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """It will not arrive like this."""

    reason: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may have arrived."""

    reason: str
    idempotent: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat has another id now; the part goes there."""

    thread_key: str


@dataclass(frozen=True, slots=True)
class StillUncertain:
    """This try surely did not arrive; whether the one before it did is not known still."""

    reason: str


Outcome = Sent | PutOff | Failed | Uncertain | StillUncertain | Moved


def settle(tx: Transaction, outbox_id: int, outcome: Outcome, epoch: int | None, now: datetime) -> None:
    """Record what became of a try. Raises lease.Lost. Saying it again changes nothing."""
    lease.check(tx, epoch)
    row = tx.one(
        "SELECT o.message_id, o.state, coalesce(m.home_id, m.conversation_id) FROM outbox o"
        " JOIN message m ON m.id = o.message_id WHERE o.id = ?",
        (outbox_id,),
    )
    if row is None or row[1] != Delivery.SENDING.value:
        return
    message = situations.sent_message(tx, row[0])
    if message is None:
        return
    part = next(p for p in message.parts if p.outbox_id == outbox_id)
    if isinstance(outcome, StillUncertain):
        tx.quietly("UPDATE outbox SET twice = 0 WHERE id = ?", (outbox_id,))
    home = conversations.alone(tx, row[2]) or message.conversation
    facts = _facts(message, part, outcome, now, home.id)
    command_id = situations.next_command(tx)
    states = {home.id: home, message.conversation.id: message.conversation}
    apply(tx, facts, states, situations.fresh(tx), command_id=command_id, actor=SENDER, now=now)


def _facts(message: SentMessage, part: SentPart, outcome: Outcome, now: datetime, home_id: int) -> list[f.Fact]:
    match outcome:
        case Sent(remote_ids, detail):
            return delivery.sent(message, part, remote_ids, detail, now)
        case PutOff(reason, after):
            return delivery.put_off(message, part, reason, after, now)
        case Failed(reason):
            return delivery.failed(message, delivery.Failure(reason), now, part)
        case Uncertain(reason, idempotent):
            return delivery.uncertain(message, part, reason, idempotent=idempotent, now=now)
        case StillUncertain(reason):
            hopeful = now - message.queued_at <= delivery.GIVE_UP_AFTER
            return delivery.uncertain(message, replace(part, twice=False), reason, idempotent=hopeful, now=now)
        case Moved(thread_key):
            moved = f.ConversationMoved(conversation_id=home_id, thread_key=thread_key)
            at_once = timedelta(0) if part.attempt == 0 else None  # a server that says so for ever is not asked for ever
            return [moved, *delivery.put_off(message, part, "the chat moved", at_once, now)]


def recover(tx: Transaction, epoch: int | None, idempotent: set[int], now: datetime) -> int:
    """After a take-over: settle what the former holder left in the middle; returns how many parts.

    A part that was not on the wire is queued again; one that was may have arrived. `idempotent` are channel ids where a second
    copy is the same message.
    """
    lease.check(tx, epoch)
    rows: list[Any] = tx.all("SELECT id, phase, channel_id FROM outbox WHERE state = 'sending' ORDER BY id")
    for outbox_id, phase, channel_id in rows:
        if phase == "wire":
            outcome: Outcome = Uncertain("deskterm was stopped while sending", channel_id in idempotent)
        else:
            outcome = PutOff("deskterm was stopped before sending", timedelta(0))
        settle(tx, outbox_id, outcome, epoch, now)
    return len(rows)


def next_due(tx: Transaction, channel_ids: Sequence[int]) -> datetime | None:
    """Return when the next part falls due; None while nothing waits but for what goes before it."""
    marks = ",".join("?" * len(channel_ids))
    part = tx.one(
        f"SELECT min(o.not_before) FROM outbox o WHERE o.state IN ('queued', 'uncertain') AND {_READY}"
        f" AND o.channel_id IN ({marks})",
        tuple(channel_ids),
    )
    due: int | None = part[0]
    return from_ms(due)


# --- the copy in Sent

FILING_TRIES = 5


def due_filings(
    tx: Transaction,
    channel_ids: Sequence[int],
    epoch: int | None,
    now: datetime,
    files: Files,
    rules: Rules,
    mail_domain: str,
) -> list[Claim]:
    """Return sent parts of the given channels of which a copy is still to be filed."""
    lease.check(tx, epoch)
    marks = ",".join("?" * len(channel_ids))
    rows = tx.all(
        f"SELECT id FROM outbox WHERE filed = 'due' AND not_before <= ? AND channel_id IN ({marks}) ORDER BY id LIMIT 10",
        (to_ms(now), *channel_ids),
    )
    return [_load(tx, row[0], files, rules, mail_domain, doubtful=False) for row in rows]


def filed(tx: Transaction, outbox_id: int, epoch: int | None, now: datetime, *, done: bool) -> None:
    """Record a try to file a copy: done, or again later, or given up (the message itself has arrived). The bytes go with it."""
    lease.check(tx, epoch)
    if done:
        tx.quietly("UPDATE outbox SET filed = 'done', payload = NULL, payload_sha256 = NULL WHERE id = ?", (outbox_id,))
        return
    again = to_ms(now + timedelta(minutes=5))
    tx.quietly(
        "UPDATE outbox SET filing_tries = filing_tries + 1, not_before = ?,"
        " filed = CASE WHEN filing_tries + 1 >= ? THEN 'failed' ELSE 'due' END WHERE id = ?",
        (again, FILING_TRIES, outbox_id),
    )
    tx.quietly("UPDATE outbox SET payload = NULL, payload_sha256 = NULL WHERE id = ? AND filed = 'failed'", (outbox_id,))
