"""What a command about a customer's card is judged by, read inside the write transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from deskterm import phones
from deskterm.desk import commands_customer as cc
from deskterm.desk.decide_customer import as_name, normal_address
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.query import folded
from deskterm.desk.situation_customer import (
    CardState,
    CustomerSituation,
    Holder,
    KnownAddress,
    KnownCompany,
    KnownNote,
    Taken,
)
from deskterm.store.rules import Rules
from deskterm.store.writer import Transaction


def of_customer(tx: Transaction, command: cc.CustomerCommand, rules: Rules) -> CustomerSituation:
    """Load what a command about a card is judged by."""
    return replace(_known(tx, command, rules), phone=partial(phones.e164, region=rules.card.region))


def _known(tx: Transaction, command: cc.CustomerCommand, rules: Rules) -> CustomerSituation:
    settings = rules.card
    match command:
        case cc.AddCustomer():
            addresses = _addresses(tx, command.identities, settings.region)
            return CustomerSituation(settings, addresses=addresses, companies=_companies(tx, command.company))
        case cc.EditCustomer():
            return _edited(tx, command, rules)
        case cc.AddIdentity():
            addresses = _addresses(tx, (command.address,), settings.region)
            return CustomerSituation(settings, card=survivor(tx, command.customer_id), addresses=addresses)
        case cc.RemoveIdentity() | cc.ShareIdentity():
            return CustomerSituation(settings, address=_address(tx, "id = ?", (command.identity_id,)))
        case cc.WriteCustomerNote():
            note = None if command.note_id is None else _note(tx, command.note_id)
            return CustomerSituation(settings, card=survivor(tx, command.customer_id), note=note)
        case cc.MergeCustomers():
            known = _pair(tx, command.into_id, command.from_id, rules)
            return _merged_again(tx, command.into_id, known) if command.again else known
        case cc.DismissDuplicate():
            return _pair(tx, command.first_id, command.second_id, rules)
        case cc.PartCustomer():
            return _parted(tx, command.customer_id, rules)
        case cc.EditCompany():
            company = None if command.company_id is None else _company(tx, command.company_id)
            return CustomerSituation(settings, company=company, companies=_companies(tx, command.name or ""))


# --- cards

_CARD = "SELECT id, name, language, company_id, version, merged_into_id, erased_at FROM customer WHERE id = ?"
_NAMELESS = "SELECT 1 FROM identity WHERE customer_id = ? AND value = ?"


def card(tx: Transaction, customer_id: int) -> CardState | None:
    """Load a card, also one that was merged away."""
    row = tx.one(_CARD, (customer_id,))
    if row is None:
        return None
    _id, name, language, company_id, version, merged_into_id, erased_at = row
    return CardState(
        id=customer_id,
        name=name,
        language=language,
        company="" if company_id is None else str(company_id),
        values=dict(tx.all("SELECT field, value FROM customer_value WHERE customer_id = ?", (customer_id,))),
        tags=frozenset(row[0] for row in tx.all("SELECT tag_id FROM customer_tag WHERE customer_id = ?", (customer_id,))),
        version=version,
        merged_into_id=merged_into_id,
        nameless=tx.one(_NAMELESS, (customer_id, name)) is not None,
        erased=erased_at is not None,
    )


def survivor_id(tx: Transaction, customer_id: int) -> int | None:
    """Return the customer that this one was merged into, at the end of the chain; itself where it stands by itself."""
    row = tx.one("SELECT merged_into_id FROM customer WHERE id = ?", (customer_id,))
    if row is None:
        return None
    return customer_id if row[0] is None else survivor_id(tx, row[0])


def survivor(tx: Transaction, customer_id: int) -> CardState | None:
    """Load a card, of one that was merged away that of the customer it went into."""
    found = survivor_id(tx, customer_id)
    return None if found is None else card(tx, found)


_TREE = (
    "WITH RECURSIVE tree (id) AS (VALUES (?) UNION SELECT c.id FROM customer c JOIN tree t ON c.merged_into_id = t.id)"
    " SELECT id FROM tree"
)


def merged_cards(tx: Transaction, customer_id: int) -> tuple[int, ...]:
    """Return a card and all that went into it, directly or through others."""
    return tuple(row[0] for row in tx.all(_TREE, (customer_id,)))


def _edited(tx: Transaction, command: cc.EditCustomer, rules: Rules) -> CustomerSituation:
    found = survivor(tx, command.customer_id)
    since: dict[str, tuple[str, str]] = {}
    if found is not None and command.seen_version is not None:
        since = _changed_since(tx, found.id, command.seen_version)
    return CustomerSituation(rules.card, card=found, companies=_companies(tx, command.company or ""), changed_since=since)


def _changed_since(tx: Transaction, customer_id: int, version: int) -> dict[str, tuple[str, str]]:
    """Return the fields of a card that were changed after a version of it, and who did so last."""
    rows = tx.all(
        "SELECT j.actor_kind, coalesce(o.name, j.actor_kind), j.data FROM journal j"
        " LEFT JOIN operator o ON j.actor_kind = 'operator' AND o.id = j.actor_id"
        " WHERE j.customer_id = ? AND j.kind = 'customer_changed' AND json_extract(j.data, '$.version') > ? ORDER BY j.seq",
        (customer_id, version),
    )
    return {key: (by, name) for by, name, data in rows for key in json.loads(data).get("fields", ())}


def _pair(tx: Transaction, first_id: int, second_id: int, rules: Rules) -> CustomerSituation:
    first, second = survivor(tx, first_id), survivor(tx, second_id)
    return CustomerSituation(rules.card, card=first, other=second, pair=_pair_state(tx, first, second))


def _merged_again(tx: Transaction, into_id: int, known: CustomerSituation) -> CustomerSituation:
    """The very card that is named stands for the one it went into, unless that is to be merged: no card holds itself."""
    if known.card is None or known.other is None or known.card.id == known.other.id:
        return known
    into = card(tx, into_id)
    holders = () if into is None else tuple(_holders(tx, into))
    how = _taken(tx, into_id, known.other.id).how
    return replace(known, card=into, holders=holders, pair=_pair_state(tx, into, known.other), how=how)


def _pair_state(tx: Transaction, first: CardState | None, second: CardState | None) -> str:
    if first is None or second is None:
        return ""
    row = tx.one(
        "SELECT state FROM duplicate WHERE low_id = ? AND high_id = ?", (min(first.id, second.id), max(first.id, second.id))
    )
    return "" if row is None else str(row[0])


# --- parting

_MERGE = (
    "SELECT j.data, t.text FROM journal j LEFT JOIN journal_text t ON t.seq = j.seq WHERE j.customer_id = ?"
    " AND j.kind = 'customers_merged' AND json_extract(j.data, '$.from_id') = ? ORDER BY j.seq DESC LIMIT 1"
)


def _parted(tx: Transaction, customer_id: int, rules: Rules) -> CustomerSituation:
    parted = card(tx, customer_id)
    holders = tuple(_holders(tx, parted)) if parted is not None else ()
    pair = _pair_state(tx, parted, holders[0].card) if holders else ""
    return CustomerSituation(rules.card, parted=parted, holders=holders, pair=pair)


def _holders(tx: Transaction, gone: CardState) -> Iterable[Holder]:
    while gone.merged_into_id is not None:
        into = card(tx, gone.merged_into_id)
        if into is None:
            return
        yield Holder(into, _taken(tx, into.id, gone.id))
        gone = into


def _taken(tx: Transaction, into_id: int, gone_id: int) -> Taken:
    """Read what a merge gave. Where its words were erased, nothing is known of it and nothing goes back."""
    row = tx.one(_MERGE, (into_id, gone_id))
    if row is None:
        return Taken()
    kept, words = json.loads(row[0]), json.loads(row[1] or "{}")
    fields = tuple(kept.get("fields", ()))
    values, was = words.get("values", ()), words.get("was", ())
    tags = tuple(kept.get("tags_added", ()))
    if len(values) != len(fields):
        return Taken(tags=tags, how=kept["how"])
    return Taken(fields, tuple(values), tuple(was) or ("",) * len(fields), tags, kept["how"])


# --- addresses, notes, companies

_ADDRESS = (
    "SELECT i.id, i.kind, i.value, i.name, i.customer_id, coalesce(c.name, ''), i.proof, i.shared,"
    " i.proof IN ('verified', 'written') OR EXISTS (SELECT 1 FROM participant p WHERE p.identity_id = i.id)"
    " FROM identity i LEFT JOIN customer c ON c.id = i.customer_id WHERE i.{where}"
)


def _address(tx: Transaction, where: str, values: tuple[Any, ...]) -> KnownAddress | None:
    row = tx.one(_ADDRESS.format(where=where), values)
    if row is None:
        return None
    return KnownAddress(
        row[0], IdentityKind(row[1]), row[2], row[3], row[4], row[5], row[6], shared=bool(row[7]), used=bool(row[8])
    )


def _addresses(tx: Transaction, wanted: Iterable[Address], region: str) -> tuple[KnownAddress | None, ...]:
    normal = [normal_address(one, partial(phones.e164, region=region)) for one in wanted]
    return tuple(
        None if one is None else _address(tx, "kind = ? AND i.value = ?", (one.kind.value, one.value)) for one in normal
    )


def _note(tx: Transaction, note_id: int) -> KnownNote | None:
    row = tx.one("SELECT customer_id, text, pinned FROM customer_note WHERE id = ?", (note_id,))
    return None if row is None else KnownNote(note_id, row[0], row[1], bool(row[2]))


def _company(tx: Transaction, company_id: int) -> KnownCompany | None:
    row = tx.one("SELECT id, name, note FROM company WHERE id = ?", (company_id,))
    return None if row is None else KnownCompany(*row)


def _companies(tx: Transaction, typed: str) -> dict[str, KnownCompany]:
    name = folded(as_name(typed))
    row = tx.one("SELECT id, name, note FROM company WHERE folded = ?", (name,)) if name else None
    return {} if row is None else {name: KnownCompany(*row)}
