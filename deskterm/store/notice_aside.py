"""What comes in on a channel and is no customer's: answers to notices, their bounces, and the code that links an operator's
Telegram. It is settled here, before intake, and never becomes a conversation."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from deskterm.desk.model import Actor, ActorKind, Origin
from deskterm.desk.notice_kinds import NoticeKind, Way
from deskterm.desk.post import IdentityKind, Inbound
from deskterm.desk.signing import Signer
from deskterm.store import journal, notices, situations
from deskterm.store.notice_people import CODE_LIVES
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

OWN = "a notice of ours that came back"
ANSWER = "an answer to a notice of ours"
BOUNCED = "a notice of ours did not arrive"
AUTOMATIC = "an automatic answer from an operator's own mailbox"
LINKED = "an operator linked their Telegram"

CODE = re.compile(r"/start\s+([A-Za-z0-9]{16})\s*", re.ASCII)
"""What a deep link sends (core.telegram.org/bots/features, "Deep linking"); a code of ours has 16 letters and digits."""
GUESSES = 5
"""Wrong codes that one chat may send in the time that a code lives."""


def code_hash(code: str) -> str:
    """Return what is kept of a code. It is random and long, so that a plain hash gives nothing away."""
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()


def set_aside(tx: Transaction, channel_id: int, inbound: Inbound, signer: Signer, now: datetime) -> str:
    """Settle what is no customer's; returns why it is none, "" where it is to be taken in."""
    if inbound.sender is not None and inbound.sender.kind is IdentityKind.TELEGRAM:
        return _linked(tx, channel_id, inbound, now)
    return _of_a_notice(tx, inbound, signer, now)


def _of_a_notice(tx: Transaction, inbound: Inbound, signer: Signer, now: datetime) -> str:
    refs = inbound.refs
    if refs is not None and signer.notice_id(refs.message_id) is not None:
        return OWN
    if refs is not None and any(signer.notice_id(one) is not None for one in refs.in_reply_to):
        return ANSWER
    if inbound.bounce is not None:
        return _bounced(tx, inbound, signer, now)
    if inbound.origin is Origin.AUTO and inbound.sender is not None and _operator_at(tx, inbound.sender.value) is not None:
        return AUTOMATIC
    return ""


def _operator_at(tx: Transaction, address: str) -> int | None:
    row = tx.one("SELECT operator_id FROM notice_person WHERE email = ? AND email <> ''", (address,))
    return None if row is None else int(row[0])


def _bounced(tx: Transaction, inbound: Inbound, signer: Signer, now: datetime) -> str:
    """A report that names our notice, or (some servers name nothing) an address that only notices go to."""
    bounce = inbound.bounce
    assert bounce is not None
    notice_id = signer.notice_id(bounce.message_id)
    if notice_id is None:
        operator_id = None if bounce.message_id else _operator_at(tx, bounce.recipient)
        row = operator_id and tx.one(
            "SELECT max(d.notice_id) FROM notice_delivery d JOIN notice n ON n.id = d.notice_id"
            " WHERE n.operator_id = ? AND d.way = 'email' AND d.state = 'sent'",
            (operator_id,),
        )
        if not row or row[0] is None:
            return ""
        notice_id = int(row[0])
    if bounce.permanent:
        words = f"bounced {bounce.status}".strip()
        tx.run(
            "UPDATE notice_delivery SET state = 'failed', detail = ?, sent_at = ? WHERE way = 'email'"
            " AND (notice_id = ? OR batch = ?)",
            (words, to_ms(now), notice_id, notice_id),
        )
    return BOUNCED


def _linked(tx: Transaction, channel_id: int, inbound: Inbound, now: datetime) -> str:
    """Link a chat to the operator whose code it sends, once. A wrong or old code is an ordinary message."""
    found = CODE.fullmatch(inbound.text) if inbound.text.startswith("/start") else None
    if found is None or inbound.edit_of or not _is_private(inbound):
        return ""
    row = tx.one(
        "SELECT p.operator_id FROM notice_person p JOIN operator o ON o.id = p.operator_id"
        " WHERE p.code_hash = ? AND p.code_until > ? AND o.disabled = 0",
        (code_hash(found[1]), to_ms(now)),
    )
    if row is None or _guesses(tx, channel_id, inbound.thread_key, now) >= GUESSES:
        return ""
    operator_id = int(row[0])
    tx.run(
        "UPDATE notice_person SET telegram_channel_id = ?, telegram_chat = ?, code_hash = '', code_until = NULL"
        " WHERE operator_id = ?",
        (channel_id, inbound.thread_key, operator_id),
    )
    data = {"operator_id": operator_id, "channel_id": channel_id}
    actor = Actor(ActorKind.OPERATOR, operator_id)
    journal.note(
        tx, "telegram_linked", data, command_id=situations.next_command(tx), actor=actor, now_ms=to_ms(now)
    )  # fmt: skip
    notices.tell_one(tx, operator_id, NoticeKind.LINKED, (Way.EMAIL, Way.TELEGRAM), now)
    return LINKED


def _is_private(inbound: Inbound) -> bool:
    """Whether it is the chat of a person with the bot itself: its key is that person's id, and no business account's."""
    return inbound.sender is not None and not inbound.group and inbound.thread_key == inbound.sender.value


def _guesses(tx: Transaction, channel_id: int, thread_key: str, now: datetime) -> int:
    """Return how many codes a chat has sent lately that linked nothing: they stand in its conversations."""
    (count,) = tx.one(
        "SELECT count(*) FROM conversation c JOIN message m ON m.conversation_id = c.id WHERE c.channel_id = ?"
        " AND c.thread_key = ? AND c.thread_key <> '' AND m.at > ? AND m.text LIKE '/start %'",
        (channel_id, thread_key, to_ms(now - CODE_LIVES)),
    )
    return int(count)
