"""What placing a message is judged by, read inside the write transaction: who wrote it, and where it may belong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from deskterm.desk.arrival import Arrival, Candidate, Earlier, KnownIdentity
from deskterm.desk.delivery import SentMessage
from deskterm.desk.intake_edits import file_marks
from deskterm.desk.model import Conversation, Origin, Status
from deskterm.desk.post import Inbound
from deskterm.desk.recognise import in_copy, is_forged, spoken_by
from deskterm.desk.same_matter import OpenMatter
from deskterm.desk.signing import Signer
from deskterm.store import conversations, people, same_matter, told
from deskterm.store.rules import Rules
from deskterm.store.situations import fresh, sent_message
from deskterm.store.told import known_identity
from deskterm.store.writer import Transaction

OF_ONE_CHAT = 10
"""How many conversations of a chat are looked at, the newest first, for the one that a message belongs to."""
MAX_REFERENCES = 50
"""How many ids of a mail are looked up, the nearest first; a header may hold thousands."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a ledger row came from."""

    channel_id: int
    reopen_after: timedelta
    inbound_id: int
    received_at: datetime


def of_arrival(tx: Transaction, inbound: Inbound, source: Source, rules: Rules) -> tuple[Arrival, dict[int, Conversation]]:
    """Load what placing a message is judged by, and the conversations it may change."""
    inbound = spoken_by(inbound)
    channel_id, signer = source.channel_id, rules.signer
    sender = known_identity(tx, inbound.sender)
    candidates = _candidates(tx, inbound, channel_id, sender, signer)
    bounced, bounced_home_id = _bounced(tx, inbound, signer) if inbound.bounce else (None, None)
    of_sender = told.of_sender(tx, inbound, sender, rules, first=_is_first(candidates))
    arrival = Arrival(
        channel_id=channel_id,
        reopen_after=source.reopen_after,
        fresh=fresh(tx),
        inbound_id=source.inbound_id,
        received_at=source.received_at,
        sender=sender,
        cc=tuple(known_identity(tx, address) for address in in_copy(inbound)),
        candidates=tuple(candidates),
        edited=_earlier(tx, channel_id, inbound.edit_of) if inbound.edit_of else None,
        album=_album(tx, channel_id, inbound) if inbound.album else None,
        bounced=bounced,
        moved=_moved(tx, channel_id, inbound.moved_from) if inbound.moved_from else (),
        already=_known(tx, channel_id, inbound.external_id) is not None,
        own_copy=_is_own_copy(tx, inbound, signer),
        card=of_sender.card,
        told=of_sender.told,
        holders=of_sender.holders,
        plainly=of_sender.plainly,
        bounced_home_id=bounced_home_id,
        forwarder_id=people.operator_of(tx, inbound.forwarded_by) if inbound.forwarded_by else None,
        matters=_matters(tx, inbound, sender, candidates),
    )
    states = {candidate.conversation.id: candidate.conversation for candidate in candidates}
    for earlier in (arrival.edited, arrival.album, arrival.bounced):
        if earlier is not None:
            states[earlier.conversation.id] = earlier.conversation
    states |= {conversation.id: conversation for conversation in arrival.moved}
    return arrival, states


def _matters(
    tx: Transaction, inbound: Inbound, sender: KnownIdentity | None, candidates: list[Candidate]
) -> tuple[OpenMatter, ...]:
    """Return what the sender has open, where their message may begin a conversation. A group's matters are its own."""
    if sender is None or sender.customer_id is None or sender.shared or is_forged(inbound):
        return ()
    if inbound.group or inbound.origin is not Origin.HUMAN:
        return ()
    joins = any(candidate.conversation.status is not Status.CLOSED for candidate in candidates)
    return () if joins else same_matter.open_matters(tx, sender.customer_id)


FIRST_MESSAGES = 6
"""How long a conversation may be at most for its text to be searched for the customer's other addresses."""


def _is_first(candidates: list[Candidate]) -> bool:
    return all(candidate.conversation.message_count < FIRST_MESSAGES for candidate in candidates)


def _known(tx: Transaction, channel_id: int, external_id: str) -> int | None:
    row = tx.one("SELECT message_id FROM message_ref WHERE channel_id = ? AND external_id = ?", (channel_id, external_id))
    return None if row is None else int(row[0])


def _earlier(tx: Transaction, channel_id: int, external_id: str) -> Earlier | None:
    message_id = _known(tx, channel_id, external_id)
    if message_id is None:
        return None
    conversation_id, text, placeholder = tx.one(
        "SELECT conversation_id, text, placeholder FROM message WHERE id = ?", (message_id,)
    )
    conversation = conversations.load(tx, conversation_id)
    if conversation is None:
        return None
    keys = tx.all("SELECT version_key FROM message_version WHERE message_id = ?", (message_id,))
    files = tx.all(
        "SELECT content_id, remote_ref, coalesce(sha256, ''), name FROM attachment WHERE message_id = ?", (message_id,)
    )
    return Earlier(
        message_id,
        conversation,
        text,
        placeholder,
        version_keys=frozenset(key for (key,) in keys),
        file_marks=frozenset(mark for file in files for mark in file_marks(*file)),
        words_of_another=_words_of_another(tx, channel_id, message_id, external_id),
    )


def _words_of_another(tx: Transaction, channel_id: int, message_id: int, external_id: str) -> bool:
    """Say whether other pieces of an album brought words (part 0), or this one none (part 1); see `apply_messages.add_refs`."""
    pieces = dict(
        tx.all("SELECT external_id, part FROM message_ref WHERE message_id = ? AND channel_id = ?", (message_id, channel_id))
    )
    own = pieces.pop(external_id)
    return bool(pieces) and (own != 0 or 0 in pieces.values())


def _album(tx: Transaction, channel_id: int, inbound: Inbound) -> Earlier | None:
    row = tx.one(
        "SELECT id, conversation_id, text FROM message WHERE channel_id = ? AND album = ? AND thread_key = ?"
        " ORDER BY id DESC LIMIT 1",
        (channel_id, inbound.album, inbound.thread_key),
    )
    if row is None:
        return None
    conversation = conversations.load(tx, row[1])
    return None if conversation is None else Earlier(row[0], conversation, row[2])


def _bounced(tx: Transaction, inbound: Inbound, signer: Signer) -> tuple[SentMessage | None, int | None]:
    """Return the message that did not arrive, and the conversation that is its home, where that was merged away."""
    sent = _sent(tx, inbound.bounce.message_id, signer) if inbound.bounce else None
    message = None if sent is None else sent_message(tx, sent[0])
    if sent is None or message is None:
        return None, None
    return message, _home(sent[1], message.conversation)


def _home(found_id: int, conversation: Conversation) -> int | None:
    return found_id if found_id != conversation.id else None


def _sent(tx: Transaction, mail_id: str, signer: Signer) -> tuple[int, int] | None:
    """Return (message id, id of its home conversation) of the message that we sent with this Message-ID. Nothing but what went
    out carries an id of ours: a note's or a customer's, even signed, proves nothing."""
    public_id = signer.public_id(mail_id)
    if public_id is None:
        return None
    row = tx.one(
        "SELECT id, coalesce(home_id, conversation_id) FROM message WHERE public_id = ? AND kind = 'outgoing'", (public_id,)
    )
    return None if row is None else (int(row[0]), int(row[1]))


def _is_own_copy(tx: Transaction, inbound: Inbound, signer: Signer) -> bool:
    refs = inbound.refs
    return inbound.origin is Origin.OWN and refs is not None and _sent(tx, refs.message_id, signer) is not None


def _moved(tx: Transaction, channel_id: int, thread_key: str) -> tuple[Conversation, ...]:
    rows = tx.all(
        f"SELECT {conversations.COLUMNS} FROM conversation WHERE channel_id = ? AND thread_key = ?", (channel_id, thread_key)
    )
    return tuple(conversations.from_row(row) for row in rows)


def _candidates(
    tx: Transaction, inbound: Inbound, channel_id: int, sender: KnownIdentity | None, signer: Signer
) -> list[Candidate]:
    if inbound.thread_key:
        found, home_id = _in_thread(tx, channel_id, inbound.thread_key, inbound.reply_to_external)
        return [] if found is None else [Candidate(found, _participants(tx, found.id), same_thread=True, home_id=home_id)]
    if inbound.refs is None:
        return []
    candidates: dict[int, Candidate] = {}
    for conversation_id, provable in _referred(tx, inbound, channel_id, sender, signer):
        conversation = conversations.load(tx, conversation_id)
        if conversation is None:
            continue
        people = _participants(tx, conversation.id)
        if not provable and (sender is None or sender.id not in people):
            # Somebody else's mail, named by a stranger: not even worth a hint.
            continue
        known = candidates.get(conversation.id)
        if known is None or (provable and not known.participants):
            present = people if provable else frozenset()
            candidates[conversation.id] = Candidate(conversation, present, home_id=_home(conversation_id, conversation))
    return list(candidates.values())


@dataclass(frozen=True, slots=True)
class _OfChat:
    """A conversation of a chat, or the one that it went into: whether it is open, and the last that was said in it."""

    id: int
    open: bool
    last_message_id: int


_OF_CHAT = (
    "SELECT id, merged_into_id, status, last_message_id FROM conversation"
    f" WHERE channel_id = ? AND thread_key = ? AND thread_key <> '' ORDER BY id DESC LIMIT {OF_ONE_CHAT}"
)


def _in_thread(tx: Transaction, channel_id: int, thread_key: str, answered: str) -> tuple[Conversation | None, int | None]:
    """Return the conversation of a chat that a message belongs to, and the one that was really found where that has gone into
    it. Where a chat has several, since it was split or began anew, what is open comes before what is closed, of these the one
    that holds the message `answered` (its external id, "" for none), else the one where something was said last."""
    alias = tx.one("SELECT now_key FROM thread_alias WHERE channel_id = ? AND thread_key = ?", (channel_id, thread_key))
    rows = tx.all(_OF_CHAT, (channel_id, alias[0] if alias else thread_key))
    if not rows:
        return None, None
    of_chat = [_of_chat(tx, *row) for row in rows]
    answered_id = _home_of(tx, channel_id, answered) if answered and len(rows) > 1 else None
    found_id = max(of_chat, key=lambda one: (one.open, one.id == answered_id and one.open, one.last_message_id, one.id)).id
    found = conversations.load(tx, found_id)
    return found, None if found is None else _home(found_id, found)


def _of_chat(tx: Transaction, found_id: int, merged_into_id: int | None, status: str, last_message_id: int | None) -> _OfChat:
    if merged_into_id is not None:
        whole = conversations.load(tx, merged_into_id)
        if whole is not None:
            status, last_message_id = whole.status.value, whole.last_message_id
    return _OfChat(found_id, status != Status.CLOSED.value, last_message_id or 0)


def _home_of(tx: Transaction, channel_id: int, external_id: str) -> int | None:
    """Return the conversation whose a message of a chat is, by the id that the channel has for it."""
    message_id = _known(tx, channel_id, external_id)
    row = (
        None
        if message_id is None
        else tx.one("SELECT coalesce(home_id, conversation_id) FROM message WHERE id = ?", (message_id,))
    )
    return None if row is None else int(row[0])


def _participants(tx: Transaction, conversation_id: int) -> frozenset[int]:
    rows = tx.all("SELECT identity_id FROM participant WHERE conversation_id = ?", (conversation_id,))
    return frozenset(row[0] for row in rows)


def _referred(
    tx: Transaction, inbound: Inbound, channel_id: int, sender: KnownIdentity | None, signer: Signer
) -> Iterable[tuple[int, bool]]:
    """Yield (conversation id, provable) for what a mail refers to, the most specific first.

    Provable are ids and addresses that we signed, and mails that the sender wrote to this mailbox before. A mail of somebody
    else's proves nothing: its id stands in every answer to it.
    """
    refs = inbound.refs
    if refs is None:
        return
    for mail_id in list(dict.fromkeys((*refs.in_reply_to, *reversed(refs.references))))[:MAX_REFERENCES]:
        sent = _sent(tx, mail_id, signer)
        if sent is not None:
            yield sent[1], True
            continue
        # The sender's own first: anybody may write mails under an id that is not theirs.
        for conversation_id, own in tx.all(
            "SELECT coalesce(home_id, conversation_id), author_identity_id IS ? FROM message"
            " WHERE mail_id = ? AND mail_id <> '' AND channel_id = ? ORDER BY 2 DESC, id DESC LIMIT 5",
            (sender.id if sender is not None else -1, mail_id, channel_id),
        ):
            yield conversation_id, bool(own)
    for address in refs.delivered_to:
        number = signer.conversation_number(address)
        row = None if number is None else tx.one("SELECT id FROM conversation WHERE number = ?", (number,))
        if row is not None:
            yield row[0], True
