"""What erasing does to a card and to what others' messages say of its person. Each within one transaction."""

from __future__ import annotations

from datetime import datetime

from deskterm.desk.rows import GONE_ADDRESS, NOBODY
from deskterm.store import blanking, duplicates, erasing_reminders, erasing_tasks, search_index, traces
from deskterm.store.blanking import Gone, as_list
from deskterm.store.times import to_ms
from deskterm.store.traces import Address, Person, Without
from deskterm.store.writer import Transaction

_IN = "IN (SELECT value FROM json_each(?))"


def keep_without(tx: Transaction, message_id: int, without: Without, gone: Gone) -> None:
    """Have a message of somebody else say what it says without the person; its raw bytes go where they hold their words."""
    tx.run(
        "UPDATE message SET quote = ?, text = ?, quoted_from = ?, mail_references = ?, recipients = ?, forwarded_from = ?,"
        " reply_to = ? WHERE id = ?",
        (
            without.quote,
            without.text,
            without.quoted_from,
            without.mail_references,
            without.recipients,
            without.forwarded_from,
            without.reply_to,
            message_id,
        ),
    )
    search_index.message_changed(tx, message_id)
    conversation_id, inbound_id = tx.one("SELECT conversation_id, inbound_id FROM message WHERE id = ?", (message_id,))
    blanking.said_last(tx, conversation_id)
    if without.cut and inbound_id is not None:
        blanking.raw(tx, [inbound_id], gone)


def person(tx: Transaction, customer_id: int) -> Person | None:
    """As `traces.person`, within a transaction."""
    top = tx.one(traces.TOP, (customer_id,))
    if top is None:
        return None
    family = tuple(row[0] for row in tx.all(traces.FAMILY, top))
    addresses = tuple(Address(*row) for row in tx.all(traces.ADDRESSES, (as_list(family), as_list(family))))
    return Person(top[0], family, addresses, tuple(row[0] for row in tx.all(traces.CONVERSATIONS, (as_list(family),))))


_OF_THE_CARD = (
    "DELETE FROM journal_text WHERE seq IN (SELECT seq FROM journal WHERE customer_id {_in})",
    "DELETE FROM customer_value WHERE customer_id {_in}",
    "DELETE FROM customer_note WHERE customer_id {_in}",
    "DELETE FROM customer_tag WHERE customer_id {_in}",
    "DELETE FROM customer_key WHERE customer_id {_in}",
    "DELETE FROM claim WHERE customer_id {_in}",
    "DELETE FROM duplicate WHERE low_id {_in}",
    "DELETE FROM duplicate WHERE high_id {_in}",
    "DELETE FROM record_key WHERE record_id IN (SELECT id FROM record WHERE customer_id {_in})",
    "DELETE FROM record WHERE customer_id {_in}",
)
_OF_THE_ADDRESSES = (
    "DELETE FROM participant WHERE identity_id {_in}",
    "DELETE FROM claim WHERE (kind, value) IN (SELECT kind, value FROM identity WHERE id {_in})",
    "DELETE FROM record_key WHERE (kind, value) IN (SELECT kind, value FROM identity WHERE id {_in})",
    f"UPDATE identity SET value = '{GONE_ADDRESS}' || id, name = '', label = '', plain = '', customer_id = NULL,"
    " home_id = NULL, blocked = 0, proof = 'claimed' WHERE id {_in}",
)
"""The rows of addresses stay, without what they were: messages in groups name them as their author, and writers must be told
apart."""


def empty(tx: Transaction, who: Person, now: datetime) -> bool:
    """Empty the cards of a person; returns whether they were not empty before."""
    _begun_to_write(tx, who)
    erasing_tasks.of_customers(tx, who.family)
    erasing_reminders.of_customers(tx, who.family, to_ms(now))
    for sql in _OF_THE_CARD:
        tx.run(sql.format(_in=_IN), (as_list(who.family),))
    for sql in _OF_THE_ADDRESSES:
        tx.run(sql.format(_in=_IN), (as_list(who.identities),))
    for customer_id in who.family:
        search_index.customer_forgotten(tx, customer_id)
    cursor = tx.run(
        "UPDATE customer SET name = '', language = '', company_id = NULL, erased_at = ?, version = version + 1"
        f" WHERE erased_at IS NULL AND id {_IN}",
        (to_ms(now), as_list(who.family)),
    )
    return bool(cursor.rowcount)


def unname(tx: Transaction, customer_id: int) -> None:
    """Take an address that is gone from a card of somebody else that has nothing but it for a name."""
    tx.run("UPDATE customer SET name = '', version = version + 1 WHERE id = ?", (customer_id,))
    tx.run(
        "UPDATE conversation SET title = ? WHERE customer_id = ? AND is_group = 0",
        (NOBODY, customer_id),
    )
    search_index.customer_written(tx, customer_id)
    duplicates.keep_keys(tx, customer_id)


def forget_change(tx: Transaction, seq: int) -> None:
    """Take the words from what the journal keeps for undoing."""
    tx.run("DELETE FROM journal_text WHERE seq = ?", (seq,))


def _begun_to_write(tx: Transaction, who: Person) -> None:
    """Throw away what operators have begun to write to the person; its files are nobody's then."""
    for operator_id, recipient in tx.all("SELECT operator_id, recipient FROM new_message"):
        if who.is_named(recipient) or recipient.casefold() in who.values:
            tx.run(
                "DELETE FROM attachment WHERE message_id IS NULL AND conversation_id IS NULL AND operator_id = ?",
                (operator_id,),
            )
            tx.run("DELETE FROM new_message WHERE operator_id = ?", (operator_id,))
