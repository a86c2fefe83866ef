"""Customers who are likely one: found as they come in or get another name, by the keys of their names. See `desk.likeness`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from deskterm.desk import facts as f
from deskterm.desk import namesakes, recognise, shared_boxes
from deskterm.desk.card import CardSettings
from deskterm.desk.likeness import keys
from deskterm.desk.post import Address, IdentityKind
from deskterm.store import told
from deskterm.store.situations_customer import merged_cards, survivor_id
from deskterm.store.writer import Transaction

if TYPE_CHECKING:
    import sqlite3

MOST_SHARING = 10
"""Where more customers than this are found by one key, the name is too common to be looked at (`namesakes.MOST_NAMESAKES`)."""
MOST_FOUND = 5
"""Most likely doubles that are noted of one customer at a time."""

_NAMES = (
    "WITH RECURSIVE tree (id, name) AS (SELECT id, name FROM customer WHERE id = ?1 AND merged_into_id IS NULL"
    " UNION SELECT c.id, c.name FROM customer c JOIN tree ON c.merged_into_id = tree.id)"
    " SELECT name FROM tree UNION SELECT i.name FROM customer c JOIN identity i ON i.customer_id = c.id"
    " WHERE c.id = ?1 AND c.merged_into_id IS NULL AND i.name <> ''"
)


def names_of(tx: Transaction, customer_id: int) -> tuple[str, ...]:
    """Return the names that a customer is known by, with those of cards that went into theirs; none of one that was merged
    away."""
    return tuple(row[0] for row in tx.all(_NAMES, (customer_id,)))


def keep_keys(tx: Transaction, customer_id: int) -> None:
    """Keep by which keys a customer's names are found."""
    wanted = {key for name in names_of(tx, customer_id) for key in keys(name)}
    kept = {row[0] for row in tx.all("SELECT key FROM customer_key WHERE customer_id = ?", (customer_id,))}
    if kept - wanted:
        tx.run_many("DELETE FROM customer_key WHERE key = ? AND customer_id = ?", [(key, customer_id) for key in kept - wanted])
    if wanted - kept:
        tx.run_many("INSERT INTO customer_key (key, customer_id) VALUES (?,?)", [(key, customer_id) for key in wanted - kept])


def named_anew(facts: Iterable[f.Fact]) -> tuple[set[int], set[int]]:
    """Return the customers, and the addresses, that these facts give a name."""
    customers: set[int] = set()
    identities: set[int] = set()
    for fact in facts:
        if isinstance(fact, f.CustomerAdded) or (isinstance(fact, f.CustomerChanged) and "name" in fact.fields):
            customers.add(fact.customer_id)
        elif isinstance(fact, f.IdentityRenamed) or (isinstance(fact, f.IdentityAdded) and fact.customer_id is not None):
            identities.add(fact.identity_id)
    return customers, identities


def looked_up(tx: Transaction, facts: Iterable[f.Fact]) -> list[f.DuplicateFound]:
    """Return the likely doubles of the customers whom these facts, written already, gave a name; keeps their keys."""
    customers, identities = named_anew(facts)
    found: list[f.DuplicateFound] = []
    for identity_id in sorted(identities):
        row = tx.one("SELECT customer_id FROM identity WHERE id = ?", (identity_id,))
        if row is not None and row[0] is not None:
            customers.add(row[0])
            found += _of_records(tx, identity_id, row[0])
    for customer_id in sorted(customers):
        keep_keys(tx, customer_id)
        found += of_customer(tx, customer_id)
    return found


_NAMED_BY_RECORD = (
    "SELECT r.customer_id FROM identity i JOIN record_key k ON k.kind = i.kind AND k.value = i.value"
    " JOIN record r ON r.id = k.record_id WHERE i.id = ? AND i.shared = 0 AND r.customer_id <> i.customer_id"
    f" LIMIT {MOST_FOUND}"
)


def _of_records(tx: Transaction, identity_id: int, customer_id: int) -> list[f.DuplicateFound]:
    """Return those of whom records say that this address is theirs as well."""
    rows = tx.all(_NAMED_BY_RECORD, (identity_id,))
    return _unless_decided(tx, customer_id, {row[0]: "record" for row in rows})


SCORES = {**recognise.SCORES, "record": 90}
"""How sure it is that two cards are one person's, by what they share beside their names."""


def by_addresses(tx: Transaction, facts: Iterable[f.Fact], card: CardSettings) -> list[f.DuplicateFound]:
    """Return the likely doubles of customers who were given addresses by hand, as identities or in fields of their cards, with
    these facts, which are not written yet."""
    found: list[f.DuplicateFound] = []
    for fact in facts:
        if isinstance(fact, f.IdentityAdded) and fact.customer_id is not None and not fact.shared:
            address = Address(fact.identity_kind, fact.value)
            near = dict.fromkeys(told.plainly_alike(tx, address), "plus") | _having(tx, address, card)
            found += _unless_decided(tx, fact.customer_id, near)
        elif isinstance(fact, f.CustomerChanged):
            for key, value in zip(fact.fields, fact.values, strict=True):
                field = card.field(key)
                kind = None if field is None or not value else told.FIELD_OF.get(field.type)
                if kind is not None:
                    found += _unless_decided(tx, fact.customer_id, _having(tx, Address(kind, value), card))
    return list({(one.low_id, one.high_id): one for one in found}.values())


def _having(tx: Transaction, address: Address, card: CardSettings) -> dict[int, str]:
    """Return the customers who have an address, or say so, with the reason that it is; of one that is shared nobody."""
    known = told.known_identity(tx, address)
    if (known is not None and known.shared) or (address.kind is IdentityKind.EMAIL and shared_boxes.is_shared(address.value)):
        return {}
    owners = () if known is None or known.customer_id is None else (known.customer_id,)
    shared = "phone" if address.kind is IdentityKind.PHONE else "email"
    return dict.fromkeys((*owners, *told.holders_of(tx, address, card).all), shared)


def _unless_decided(tx: Transaction, customer_id: int, near: Mapping[int, str]) -> list[f.DuplicateFound]:
    mine = survivor_id(tx, customer_id) or customer_id
    others = {other: why for one, why in near.items() if (other := survivor_id(tx, one) or one) != mine}
    return [_pair(mine, one, why, SCORES[why]) for one, why in others.items() if not is_decided(tx, mine, one)]


_SHARING = f"SELECT customer_id FROM customer_key WHERE key = ? AND customer_id <> ? LIMIT {MOST_SHARING + 1}"
_SAME_MAILBOX = (
    "SELECT customer_id FROM identity WHERE plain > ? AND plain < ? AND plain <> '' AND shared = 0 AND customer_id IS NOT NULL"
    f" AND customer_id <> ? LIMIT {MOST_SHARING + 1}"
)
_KNOWN_BY = (
    "WITH RECURSIVE tree (id, root) AS (SELECT id, id FROM customer WHERE id IN (SELECT value FROM json_each(:ids)) AND"
    " merged_into_id IS NULL UNION SELECT c.id, tree.root FROM customer c JOIN tree ON c.merged_into_id = tree.id)"
    " SELECT tree.root, c.name, '', '', 0 FROM tree JOIN customer c ON c.id = tree.id UNION ALL"
    " SELECT customer_id, name, kind, plain, shared FROM identity WHERE customer_id IN (SELECT value FROM json_each(:ids))"
)


def of_customer(tx: Transaction, customer_id: int) -> list[f.DuplicateFound]:
    """Return those who by their names may be this customer, and of whom nobody has decided, the likeliest first."""
    mine = survivor_id(tx, customer_id) or customer_id
    near = _near(tx, mine)
    if not near:
        return []
    known = _known_by(tx, (mine, *near))
    likely = namesakes.likely(known[mine], {other: known[other] for other in near if other in known})
    return [_pair(mine, other, "name", score) for other, score in likely if not is_decided(tx, mine, other)][:MOST_FOUND]


def _near(tx: Transaction, customer_id: int) -> set[int]:
    """Return whom a customer's names are compared with: those of like names, and those of like mailboxes. What many have in
    common is looked up no further."""
    keys_of = tx.all("SELECT key FROM customer_key WHERE customer_id = ?", (customer_id,))
    plains = tx.all("SELECT plain FROM identity WHERE customer_id = ? AND plain <> '' AND shared = 0", (customer_id,))
    boxes = {namesakes.mailbox(plain) for (plain,) in plains}
    asked = [
        *((_SHARING, (key, customer_id)) for (key,) in keys_of),
        # From "olga@" to what follows it: A comes after @.
        *((_SAME_MAILBOX, (f"{box}@", f"{box}A", customer_id)) for box in boxes),
    ]
    found = (tx.all(sql, values) for sql, values in asked)
    return {row[0] for rows in found if len(rows) <= MOST_SHARING for row in rows}


def _known_by(tx: Transaction, customers: Iterable[int]) -> dict[int, namesakes.KnownBy]:
    """Return what customers are known by who stand by themselves, with what went into their cards."""
    found: dict[int, tuple[set[str], set[str], set[str]]] = {}
    for customer_id, name, kind, plain, shared in tx.all(_KNOWN_BY, {"ids": json.dumps(sorted(customers))}):
        names, kinds, boxes = found.setdefault(customer_id, (set(), set(), set()))
        names.add(name)
        kinds.add(kind)
        if plain and not shared:
            boxes.add(namesakes.mailbox(plain))
    return {
        customer_id: namesakes.KnownBy(frozenset(names - {""}), frozenset(kinds - {""}), frozenset(boxes))
        for customer_id, (names, kinds, boxes) in found.items()
    }


def _pair(one: int, other: int, reason: str, score: int) -> f.DuplicateFound:
    return f.DuplicateFound(low_id=min(one, other), high_id=max(one, other), reason=reason, score=score)


_DECIDED = (
    "SELECT 1 FROM duplicate WHERE low_id IN (SELECT value FROM json_each(:all)) AND high_id IN (SELECT value FROM"
    " json_each(:all)) AND (state = 'dismissed' OR (low_id = :low AND high_id = :high)) LIMIT 1"
)


def is_decided(tx: Transaction, first_id: int, second_id: int) -> bool:
    """Say whether two customers are known as likely doubles already, or whether they, or any cards that went into them, were
    found to be two."""
    low, high = sorted((first_id, second_id))
    cards = json.dumps((*merged_cards(tx, low), *merged_cards(tx, high)))
    return tx.one(_DECIDED, {"all": cards, "low": low, "high": high}) is not None


def fill(connection: sqlite3.Connection) -> None:
    """Keep the keys of all customers, within the caller's transaction: for a store from before there were any."""
    names = connection.execute(
        "SELECT id, name FROM customer UNION"
        " SELECT customer_id, name FROM identity WHERE customer_id IS NOT NULL AND name <> ''"
    )
    rows = ((key, customer_id) for customer_id, name in names for key in keys(name))
    connection.executemany("INSERT INTO customer_key (key, customer_id) VALUES (?,?) ON CONFLICT DO NOTHING", rows)
