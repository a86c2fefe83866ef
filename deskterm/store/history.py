"""Mail of the past: taken in through the same ledger as all mail, one transaction for each, and without any news.

The ledger's row is made and settled in one transaction, so a worker that runs at the same time never finds it waiting.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from deskterm.desk import facts as f
from deskterm.desk import history, intake
from deskterm.desk.arrival import Arrival, Candidate
from deskterm.desk.model import Actor, ActorKind, Conversation, Held, Operator
from deskterm.desk.post import Ignored, Inbound
from deskterm.store import arrivals, blanking, conversations, journal, ledger, notice_aside, situations, tombstones
from deskterm.store.applied import Files
from deskterm.store.apply import apply
from deskterm.store.arrivals import Source
from deskterm.store.ledger import Kept, Pending
from deskterm.store.reader import Reader
from deskterm.store.rules import Rules
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

MOST_NAMED = 20
"""Most conversations that one mail is compared with."""
PAGE = 5_000
"""Messages that are looked through at a time for the ids that an archive names."""


@dataclass(slots=True)
class Threads:
    """Which conversations an id of a mail stands in, as its own or among those it refers to. Holds the ids of one archive."""

    known: dict[str, list[int]] = field(default_factory=dict)

    def keep(self, conversation_id: int, ids: Iterable[str]) -> None:
        """Keep that these ids stand in a conversation."""
        for mail_id in ids:
            found = self.known.setdefault(mail_id, [])
            if conversation_id not in found and len(found) < MOST_NAMED:
                found.append(conversation_id)

    def naming(self, ids: Iterable[str]) -> list[int]:
        """Return the conversations in which any of these ids stands, those of the first id first."""
        return list(dict.fromkeys(one for mail_id in ids for one in self.known.get(mail_id, ())))[:MOST_NAMED]


@dataclass(frozen=True, slots=True)
class Archive:
    """What placing a mail of an archive needs to know: whose our addresses are, where ids stand, under which command."""

    ours: history.Ours
    threads: Threads
    command_id: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one mail. `conversations` and `customers` are how many were made for it."""

    held: Held
    reason: str = ""
    already: bool = False
    conversations: int = 0
    customers: int = 0


async def threads_of(reader: Reader, channel_id: int, ids: Collection[str]) -> Threads:
    """Return where these ids stand among the messages of a channel, page by page."""
    threads = Threads()
    last = 0
    while True:
        rows = await reader.all(
            "SELECT id, coalesce(home_id, conversation_id), mail_id, mail_references FROM message"
            " WHERE id > ? AND channel_id = ? AND (mail_id <> '' OR mail_references <> '') ORDER BY id LIMIT ?",
            (last, channel_id, PAGE),
        )
        for _id, conversation_id, mail_id, references in rows:
            threads.keep(conversation_id, (one for one in (mail_id, *references.split()) if one in ids))
        if len(rows) < PAGE:
            return threads
        last = rows[-1][0]


async def known_keys(reader: Reader, channel_id: int, keys: Sequence[str]) -> bool:
    """Whether the ledger of a channel has a mail under any of these keys."""
    marks = ",".join("?" * len(keys))
    row = await reader.one(
        f"SELECT 1 FROM inbound WHERE channel_id = ? AND source_key IN ({marks}) LIMIT 1", (channel_id, *keys)
    )
    return row is not None


def ours(tx: Transaction, own: Iterable[str]) -> history.Ours:
    """Return whose our addresses are: those of the mailbox, and those of the operators."""
    rows = tx.all("SELECT address, operator_id FROM operator_address")
    found: dict[str, int | None] = {history.key_of(address): operator_id for address, operator_id in rows}
    return {key: None for address in own if (key := history.key_of(address))} | found


def hold(tx: Transaction, channel_id: int, kept: Kept, reason: str, state: Held, now: datetime) -> Taken:
    """Keep a mail that is no message, and why."""
    row = _keep(tx, channel_id, kept, now)
    if row is None:
        return Taken(Held.STORED, already=True)
    ledger.settle(tx, row.id, state, reason, now)
    return Taken(state, reason)


def take_in(
    tx: Transaction,
    channel_id: int,
    kept: Kept,
    inbound: Inbound,
    files: Files,
    rules: Rules,
    archive: Archive,
    now: datetime,
) -> Taken:
    """Keep a mail of an archive and place it. `kept.raw.at` is when it was written."""
    row = _keep(tx, channel_id, kept, now)
    return Taken(Held.STORED, already=True) if row is None else place(tx, row, inbound, files, rules, archive, now)


def _keep(tx: Transaction, channel_id: int, kept: Kept, now: datetime) -> Pending | None:
    new = ledger.keep(tx, channel_id, [kept], None, now)
    return ledger.one(tx, new[0]) if new else None


def place(
    tx: Transaction, row: Pending, inbound: Inbound, files: Files, rules: Rules, archive: Archive, now: datetime
) -> Taken:
    """Place one understood mail of the past and settle its ledger row."""
    if tombstones.is_buried(tx, row.channel_id, inbound):
        ledger.settle(tx, row.id, Held.IGNORED, blanking.ERASED, now)
        blanking.raw(tx, [row.id], blanking.Gone())
        return Taken(Held.IGNORED, blanking.ERASED)
    aside = notice_aside.set_aside(tx, row.channel_id, inbound, rules.signer, now)
    if aside:
        return _settled(tx, row, Held.IGNORED, aside, now)
    past = history.seen(inbound, row.received_at, archive.ours)
    if isinstance(past, Ignored):
        return _settled(tx, row, Held.IGNORED, past.reason, now)
    source = Source(row.channel_id, timedelta(0), row.id, row.received_at)
    arrival, states = arrivals.of_arrival(tx, past.inbound, source, rules)
    if intake.is_blocked(past.inbound, arrival) and not past.outgoing:
        return _settled(tx, row, Held.QUARANTINED, intake.BLOCKED, now)
    arrival, lived = _with_threads(tx, past, arrival, states, archive.threads)
    placed = history.place(past, arrival)
    if isinstance(placed, Ignored):
        return _settled(tx, row, Held.IGNORED, placed.reason, now)
    command_id = archive.command_id if archive.command_id is not None else situations.next_command(tx)
    apply(
        tx,
        placed,
        states,
        arrival.fresh,
        command_id=command_id,
        actor=Actor(ActorKind.DESK),
        now=now,
        files=files,
    )
    _remember(tx, past, placed, archive.threads)
    _lead_to(tx, placed, lived)
    ledger.settle(tx, row.id, Held.STORED, "", now)
    made = [type(fact) for fact in placed]
    return Taken(Held.STORED, "", False, made.count(f.ConversationOpened), made.count(f.CustomerAdded))


def _settled(tx: Transaction, row: Pending, state: Held, reason: str, now: datetime) -> Taken:
    ledger.settle(tx, row.id, state, reason, now)
    return Taken(state, reason)


def _with_threads(
    tx: Transaction, past: history.Past, arrival: Arrival, states: dict[int, Conversation], threads: Threads
) -> tuple[Arrival, list[Candidate]]:
    """Add the conversations that this mail's ids stand in, and everybody who takes part in each; apart from them those that
    the desk itself has led and that say something newer. What was said before is no part of them: it would stand below it."""
    refs = past.inbound.refs
    ids = (*refs.in_reply_to, *reversed(refs.references), refs.message_id) if refs is not None else ()
    if past.inbound.bounce is not None:
        ids = (past.inbound.bounce.message_id, *ids)
    candidates: dict[int, Candidate] = {}
    lived: list[Candidate] = []
    named = [one.home_id or one.conversation.id for one in arrival.candidates]
    for found_id in dict.fromkeys((*named, *threads.naming(one for one in ids if one))):
        conversation = conversations.load(tx, found_id)
        if conversation is None or conversation.id in candidates or conversation.spam:
            continue
        people = tx.all("SELECT identity_id FROM participant WHERE conversation_id = ?", (conversation.id,))
        home_id = found_id if found_id != conversation.id else None
        candidate = Candidate(conversation, frozenset(row[0] for row in people), home_id=home_id)
        if past.at < conversation.last_message_at and _has_lived(tx, conversation.id):
            lived.append(candidate)
            continue
        candidates[conversation.id] = candidate
        states[conversation.id] = conversation
    again = _said_before(tx, past, arrival.channel_id)
    return replace(arrival, candidates=tuple(candidates.values()), already=arrival.already or again), lived


def _has_lived(tx: Transaction, conversation_id: int) -> bool:
    """Whether anything in a conversation did not come out of an archive."""
    row = tx.one(
        "SELECT 1 FROM message m LEFT JOIN inbound i ON i.id = m.inbound_id WHERE m.conversation_id = ?"
        " AND coalesce(i.flag, '') <> ? LIMIT 1",
        (conversation_id, history.FLAG),
    )
    return row is not None


def _lead_to(tx: Transaction, placed: Sequence[f.Fact], lived: Sequence[Candidate]) -> None:
    """Have a conversation of the present that goes on with one of the past say so, where it says nothing else."""
    opened = next((fact.conversation_id for fact in placed if isinstance(fact, f.ConversationOpened)), None)
    people = {fact.identity_id for fact in placed if isinstance(fact, f.ParticipantAdded)}
    for candidate in lived:
        if opened is not None and people & candidate.participants:
            tx.run(
                "UPDATE conversation SET previous_id = ? WHERE id = ? AND previous_id IS NULL",
                (opened, candidate.conversation.id),
            )


def _said_before(tx: Transaction, past: history.Past, channel_id: int) -> bool:
    """Whether the very mail is here under another content key: programs that export mail change its blanks and its headers."""
    refs = past.inbound.refs
    if refs is None or not refs.message_id:
        return False
    rows = tx.all("SELECT text FROM message WHERE mail_id = ? AND channel_id = ? LIMIT 5", (refs.message_id, channel_id))
    return any(text.split() == past.inbound.text.split() for (text,) in rows)


def _remember(tx: Transaction, past: history.Past, placed: Sequence[f.Fact], threads: Threads) -> None:
    message = next(fact for fact in reversed(placed) if isinstance(fact, f.MessageReceived | f.ReplyImported))
    ids = (one for one in (message.mail_id, *message.mail_references) if one)
    threads.keep(message.home_id or message.conversation_id, ids)
    tx.run(
        "UPDATE conversation SET opened_at = ? WHERE id = ? AND opened_at > ?",
        (to_ms(past.at), message.conversation_id, to_ms(past.at)),
    )


def would_be(inbound: Inbound, at: datetime, ours: history.Ours) -> Taken:
    """Return what would become of a mail, as far as that can be told from the mail alone."""
    past = history.seen(inbound, at, ours)
    return Taken(Held.IGNORED, past.reason) if isinstance(past, Ignored) else Taken(Held.STORED)


def begin(tx: Transaction, channel_id: int, who: Operator, now: datetime) -> int:
    """Note in the journal that an operator brings mail of the past in; returns the command's id."""
    command_id = situations.next_command(tx)
    actor = Actor(ActorKind.OPERATOR, who.id)
    journal.note(tx, "history_begun", {"channel_id": channel_id}, command_id=command_id, actor=actor, now_ms=to_ms(now))
    return command_id
