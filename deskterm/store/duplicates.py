"""Customers who are likely one: found as they come in or get another name, by the keys of their names. See `desk.likeness`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from deskterm.desk import facts as f
from deskterm.desk.likeness import LIKELY, alike, keys
from deskterm.store.situations_customer import merged_cards, survivor_id
from deskterm.store.writer import Transaction

MOST_NAMESAKES = 20
"""Where more customers than this are found by one key, the name is too common to say anything."""
MOST_FOUND = 5
"""Most likely doubles that are noted of one customer at a time."""

_NAMES = "SELECT name FROM customer WHERE id = ? UNION SELECT name FROM identity WHERE customer_id = ? AND name <> ''"


def names_of(tx: Transaction, customer_id: int) -> tuple[str, ...]:
    """Return the names that a customer is known by."""
    return tuple(row[0] for row in tx.all(_NAMES, (customer_id, customer_id)))


def keep_keys(tx: Transaction, customer_id: int) -> None:
    """Keep by which keys a customer's names are found."""
    wanted = {key for name in names_of(tx, customer_id) for key in keys(name)}
    kept = {row[0] for row in tx.all("SELECT key FROM customer_key WHERE customer_id = ?", (customer_id,))}
    tx.run_many("DELETE FROM customer_key WHERE key = ? AND customer_id = ?", [(key, customer_id) for key in kept - wanted])
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
    for identity_id in identities:
        row = tx.one("SELECT customer_id FROM identity WHERE id = ?", (identity_id,))
        if row is not None and row[0] is not None:
            customers.add(row[0])
    found: list[f.DuplicateFound] = []
    for customer_id in sorted(customers):
        keep_keys(tx, customer_id)
        found += of_customer(tx, customer_id)
    return found


_SHARING = (
    "SELECT k.customer_id FROM customer_key mine JOIN customer_key k ON k.key = mine.key AND k.customer_id <> mine.customer_id"
    " WHERE mine.customer_id = ? AND mine.key = ? LIMIT ?"
)


def of_customer(tx: Transaction, customer_id: int) -> list[f.DuplicateFound]:
    """Return those who by their names may be this customer, and of whom nobody has decided, the likeliest first."""
    names = names_of(tx, customer_id)
    near: set[int] = set()
    for (key,) in tx.all("SELECT key FROM customer_key WHERE customer_id = ?", (customer_id,)):
        sharing = tx.all(_SHARING, (customer_id, key, MOST_NAMESAKES + 1))
        if len(sharing) <= MOST_NAMESAKES:
            near |= {row[0] for row in sharing}
    mine = survivor_id(tx, customer_id) or customer_id
    scored: dict[int, int] = {}
    for other in near:
        score = max((alike(a, b) for a in names for b in names_of(tx, other)), default=0)
        theirs = survivor_id(tx, other)
        if score >= LIKELY and theirs is not None and theirs != mine:
            scored[theirs] = max(score, scored.get(theirs, 0))
    best = sorted(scored.items(), key=lambda one: (-one[1], one[0]))
    wanted = [(other, score) for other, score in best if not is_decided(tx, mine, other)][:MOST_FOUND]
    return [
        f.DuplicateFound(low_id=min(mine, other), high_id=max(mine, other), reason="name", score=score)
        for other, score in wanted
    ]


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
