"""What a command is judged by, read inside the write transaction."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from deskterm.desk import commands as c
from deskterm.desk.answering import recipients as recipients_of
from deskterm.desk.commands import Command
from deskterm.desk.commands_customer import CustomerCommand, EditCustomer, LogContact, MergingCommand
from deskterm.desk.commands_time import ManyReminders, ManyTasks, ReminderCommand, TaskCommand
from deskterm.desk.delivery import SentMessage, SentPart
from deskterm.desk.facts import Fact, TagAdded
from deskterm.desk.model import Conversation, Delivery, Fresh, Operator
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.query import folded
from deskterm.desk.signing import new_public_id
from deskterm.desk.situation import LastSaid, Route, Situation, Staged
from deskterm.desk.text import reply_subject
from deskterm.store import (
    answering,
    contacting,
    conversations,
    new_messages,
    required,
    situations_customer,
    situations_merging,
    situations_reminders,
    starting,
)
from deskterm.store.rules import Rules
from deskterm.store.times import from_ms
from deskterm.store.writer import Transaction


def fresh(tx: Transaction) -> Fresh:
    """Read the next free ids."""
    following = dict(tx.all("SELECT name, next FROM sequence"))
    return Fresh(
        conversation=following["conversation"],
        number=following["number"],
        message=following["message"],
        customer=following["customer"],
        identity=following["identity"],
        public_id=new_public_id(secrets.token_bytes(12)),
        tag=following["tag"],
        company=following["company"],
        customer_note=following["customer_note"],
        record=following["record"],
        task=following["task"],
        reminder=following["reminder"],
        promise=following["promise"],
    )


def next_command(tx: Transaction) -> int:
    """Take the next command id."""
    row = tx.quietly("UPDATE sequence SET next = next + 1 WHERE name = 'command' RETURNING next - 1").fetchone()
    return int(row[0])


BULK = 50
"""Most messages that one transaction of a bulk command changes; see `is_bulk`."""


def is_bulk(command: Command) -> bool:
    """Say whether a command is about all messages in some state: it takes a transaction for every `BULK` of them."""
    return isinstance(command, c.RetryAllFailed) or (isinstance(command, c.SendNow) and command.message_id is None)


def of_command(
    tx: Transaction, command: Command, me: Operator, rules: Rules, *, after_id: int = 0
) -> tuple[Situation, dict[int, Conversation]]:
    """Load what a command is judged by, and the conversations it may change; of a bulk command the next messages behind
    `after_id`."""
    if isinstance(command, c.RetrySend | c.MarkDelivered | c.TakeBack | c.SendNow | c.RetryAllFailed):
        messages = tuple(_messages_of(tx, command, after_id))
        situation = Situation(me=me, fresh=fresh(tx), undo=rules.undo, messages=messages)
        return situation, {m.conversation.id: m.conversation for m in messages}
    if isinstance(command, c.StartConversation):
        start = starting.of_start(tx, command, rules)
        thread = start.thread if start is not None else None
        situation = Situation(me, fresh(tx), rules.undo, starting=start, staged=_staged(tx, me.id, None))
        return situation, {} if thread is None else {thread.id: thread}
    if isinstance(command, LogContact):
        known_of = contacting.of_contact(tx, command, rules)
        held = known_of.contact.conversation if known_of.contact is not None else None
        situation = Situation(me, fresh(tx), rules.undo, contact=known_of.contact, missing=known_of.missing)
        return situation, {} if held is None else {held.id: held}
    if isinstance(command, CustomerCommand):
        tags = known_tags(tx, (*command.add_tags, *command.remove_tags)) if isinstance(command, EditCustomer) else {}
        known = situations_customer.of_customer(tx, command, rules)
        return Situation(me, fresh(tx), rules.undo, tags=tags, customer=known), {}
    if isinstance(command, MergingCommand):
        merging, states = situations_merging.of_merging(tx, command)
        return Situation(me, fresh(tx), rules.undo, merging=merging), states
    if isinstance(command, ReminderCommand):
        reminding, states = situations_reminders.of_reminder(tx, command)
        return Situation(me, fresh(tx), rules.undo, reminding=reminding), states
    if isinstance(command, c.Many | ManyTasks | ManyReminders | TaskCommand | c.Undo | c.Redo):
        raise TypeError(f"{type(command).__name__} is about no conversation of before")
    conversation = conversations.load(tx, command.conversation_id)
    around = Around(tx, command, me, rules)
    if conversation is None:
        return around.situation(None), {}
    situation = around.situation(conversation)
    if isinstance(command, c.Reply):
        situation = replace(
            situation, last_said=_last_said(tx, conversation.id), route=_route(tx, conversation, rules, command.via_message_id)
        )
    if isinstance(command, c.Reply | c.Note):
        situation = replace(situation, staged=_staged(tx, me.id, conversation.id))
    return situation, {conversation.id: conversation}


class Around:
    """What a command is judged by beside its conversation: read once in a transaction, for one conversation or for many."""

    def __init__(self, tx: Transaction, command: Command, me: Operator, rules: Rules) -> None:
        self._tx = tx
        self._marks_spam, self._answers = isinstance(command, c.MarkSpam), isinstance(command, c.Reply)
        closing = isinstance(command, c.Close) or (isinstance(command, c.Reply) and command.close)
        self._asking = {row[0] for row in tx.all("SELECT id FROM channel WHERE ask_tags = 1")} if closing else set()
        self._wanted = required.wanted(tx, rules.card) if closing else None
        self._common = Situation(
            me=me,
            fresh=fresh(tx),
            undo=rules.undo,
            operators=known_operators(tx) if isinstance(command, c.Assign | c.Take) else frozenset(),
            teams=known_teams(tx) if isinstance(command, c.SetTeam) else frozenset(),
            tags=known_tags(tx, (*command.add, *command.remove)) if isinstance(command, c.SetTags) else {},
        )

    @property
    def fresh(self) -> Fresh:
        """The next free ids."""
        return self._common.fresh

    def situation(self, conversation: Conversation | None) -> Situation:
        """Return what the command is judged by on this conversation."""
        if conversation is None:
            return self._common
        asked = self._marks_spam or (self._answers and conversation.spam)
        return replace(
            self._common,
            conversation=conversation,
            ask_tags=conversation.channel_id in self._asking,
            missing=self._wanted.missing(self._tx, conversation) if self._wanted is not None else (),
            identities=_customers(self._tx, conversation.id) if asked else (),
        )

    def learn(self, facts: Iterable[Fact]) -> None:
        """Take in what was decided for one conversation, before the next one is judged: the tags that are made exist then."""
        made = {folded(fact.name): fact.tag_id for fact in facts if isinstance(fact, TagAdded)}
        if made:
            later = replace(self._common.fresh, tag=self._common.fresh.tag + len(made))
            self._common = replace(self._common, fresh=later, tags={**self._common.tags, **made})


def _messages_of(tx: Transaction, command: Any, after_id: int) -> Iterable[SentMessage]:
    if is_bulk(command):
        state = "failed" if isinstance(command, c.RetryAllFailed) else "queued"
        rows = tx.all(f"SELECT id FROM message WHERE delivery = '{state}' AND id > ? ORDER BY id LIMIT {BULK}", (after_id,))
    else:
        rows = [(command.message_id,)]
    found = (sent_message(tx, row[0]) for row in rows)
    messages = [message for message in found if message is not None]
    return [_with_what_it_did(tx, message) for message in messages] if isinstance(command, c.TakeBack) else messages


_DID = """
SELECT coalesce(json_extract(queued.data, '$.answered_unread'), 0), took.seq IS NOT NULL, json_extract(took.data, '$.from_id')
FROM message sent
JOIN journal queued ON queued.conversation_id IN (sent.conversation_id, sent.home_id) AND queued.message_id = sent.id
    AND queued.kind = 'reply_queued'
LEFT JOIN journal took ON took.command_id = queued.command_id AND took.conversation_id = queued.conversation_id
    AND took.kind = 'assigned'
WHERE sent.id = ? AND NOT EXISTS (
    SELECT 1 FROM message later WHERE later.conversation_id = sent.conversation_id AND later.id > sent.id
    AND later.kind = 'outgoing' AND later.delivery <> 'cancelled')
"""
"""What a reply did beside answering, by what stands with it in the journal; no row where a later answer stands."""


def _with_what_it_did(tx: Transaction, message: SentMessage) -> SentMessage:
    row = tx.one(_DID, (message.message_id,))
    if row is None:
        return message
    return replace(message, answered_unread=row[0], took=bool(row[1]), took_from=row[2])


def _last_said(tx: Transaction, conversation_id: int) -> LastSaid | None:
    row = tx.one(
        "SELECT m.id, m.author_operator_id, coalesce(o.name, ''), m.stored_at FROM message m"
        " LEFT JOIN operator o ON o.id = m.author_operator_id"
        " WHERE m.conversation_id = ? AND m.kind IN ('incoming', 'outgoing') AND m.delivery IS NOT 'cancelled'"
        " ORDER BY m.id DESC LIMIT 1",
        (conversation_id,),
    )
    return None if row is None else LastSaid(row[0], row[1], row[2], from_ms(row[3]))


def _route(tx: Transaction, conversation: Conversation, rules: Rules, via_message_id: int | None) -> Route | None:
    """An answer goes to the channel and thread of the customer's last message, unless another message is chosen."""
    last = answering.answered(tx.one(answering.ANSWERED, {"conversation": conversation.id, "via": via_message_id}))
    if last is None or via_message_id not in (None, last.message_id):
        return None
    people = tx.all(answering.TAKING_PART, {"conversation": conversation.id, "author": last.author_id})
    going = recipients_of(last, answering.taking_part(people))
    capabilities = rules.capabilities[last.channel_kind]
    return Route(
        channel_id=last.channel_id,
        enabled=last.enabled,
        capabilities=capabilities,
        thread_key=last.thread_key,
        subject=reply_subject(last.subject or _subject(tx, conversation.id)) if capabilities.subject else "",
        to=going.to,
        cc=going.cc,
        elsewhere=going.elsewhere,
        unreachable=last.unreachable,
        reply_to_message_id=last.message_id,
        home_id=None if last.home_id == conversation.id else last.home_id,
    )


def _subject(tx: Transaction, conversation_id: int) -> str:
    return str(tx.one("SELECT subject FROM conversation WHERE id = ?", (conversation_id,))[0])


def _staged(tx: Transaction, operator_id: int, conversation_id: int | None) -> dict[int, Staged]:
    rows = tx.all(
        "SELECT id, size FROM attachment WHERE message_id IS NULL AND operator_id = ? AND conversation_id IS ?",
        (operator_id, conversation_id),
    )
    return {row[0]: Staged(row[0], row[1] or 0) for row in rows}


def known_operators(tx: Transaction) -> frozenset[int]:
    """Return who works here."""
    return frozenset(row[0] for row in tx.all("SELECT id FROM operator WHERE disabled = 0"))


def known_teams(tx: Transaction) -> frozenset[int]:
    """Return the teams that there are."""
    return frozenset(row[0] for row in tx.all("SELECT id FROM team"))


def known_tags(tx: Transaction, names: Iterable[str]) -> dict[str, int]:
    """Return the ids of those of these tags that there are, by folded name."""
    wanted = json.dumps([folded(name) for name in names])
    return dict(tx.all("SELECT folded, id FROM tag WHERE folded IN (SELECT value FROM json_each(?))", (wanted,)))


def _customers(tx: Transaction, conversation_id: int) -> tuple[tuple[int, bool], ...]:
    rows = tx.all(
        "SELECT i.id, i.blocked FROM participant p JOIN identity i ON i.id = p.identity_id"
        " WHERE p.conversation_id = ? AND p.role = 'customer' ORDER BY i.id",
        (conversation_id,),
    )
    return tuple((identity_id, bool(blocked)) for identity_id, blocked in rows)


def sent_message(tx: Transaction, message_id: int) -> SentMessage | None:
    """Load an outgoing message with its parts and its conversation."""
    row = tx.one(
        "SELECT m.conversation_id, m.author_operator_id, m.answered_wait, m.answered_asked, coalesce(o.name, '') FROM message m"
        " LEFT JOIN operator o ON o.id = m.author_operator_id WHERE m.id = ? AND m.kind = 'outgoing'",
        (message_id,),
    )
    if row is None:
        return None
    parts = tx.all(
        "SELECT id, part_no, state, attempt, twice, at FROM outbox WHERE message_id = ? ORDER BY part_no", (message_id,)
    )
    conversation = conversations.load(tx, row[0])
    if conversation is None or not parts:
        return None
    newest = tx.one(
        "SELECT id FROM message WHERE conversation_id = ? AND kind = 'incoming' AND origin IN ('human', 'own')"
        " ORDER BY id DESC LIMIT 1",
        (conversation.id,),
    )
    return SentMessage(
        message_id=message_id,
        conversation=conversation,
        queued_at=from_ms(max(part[5] for part in parts)),
        parts=tuple(SentPart(p[0], p[1], Delivery(p[2]), p[3], bool(p[4])) for p in parts),
        operator_id=row[1],
        operator_name=row[4],
        answered_wait=from_ms(row[2]),
        answered_asked=row[3],
        newest_incoming_id=newest[0] if newest else None,
        returns_as_new=conversation.message_count == 1 and not new_messages.is_begun(tx, row[1]),
    )


def recipients(text: str) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """Read a message's recipients back: (to, cc)."""
    if not text:
        return (), ()
    kept = json.loads(text)

    def people(rows: list[list[str]]) -> tuple[Address, ...]:
        return tuple(Address(IdentityKind(kind), value, name) for kind, value, name in rows)

    return people(kept["to"]), people(kept["cc"])
