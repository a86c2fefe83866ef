"""What a sender tells of themselves beside the address they write from, and what the store knows of it: for `desk.recognise`.

A known sender who tells nothing costs nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from deskterm import phones
from deskterm.desk.addresses import PLAIN_ADDRESS, SENDABLE, normal_email, without_plus
from deskterm.desk.arrival import KnownIdentity, Told
from deskterm.desk.card import CardSettings, FieldType
from deskterm.desk.model import Origin
from deskterm.desk.post import Address, IdentityKind, Inbound
from deskterm.desk.recognise import PROVEN, SHARED, claims_of, is_claimable, is_forged, is_form, is_hearsay, is_new, is_person
from deskterm.desk.shared_boxes import plain
from deskterm.desk.situation_customer import CardState
from deskterm.store import situations_customer
from deskterm.store.rules import Rules
from deskterm.store.writer import Transaction

MAX_TOLD = 5
"""Most addresses of one kind that one message is taken to tell."""
MAX_HOLDERS = 5
"""To how many others an address leads at most, those first who have said so first."""
MAX_CLAIMING = 2
"""What more others than this say is theirs, and nobody has shown to be, makes no further pairs (three in all): a taxi's number,
or somebody who writes under many names."""


@dataclass(frozen=True, slots=True)
class SenderKnown:
    """What the store knows of a sender beside the row of their address; see `desk.arrival.Arrival`."""

    card: CardState | None = None
    told: tuple[Told, ...] = ()
    holders: tuple[int, ...] = ()
    plainly: tuple[int, ...] = ()


def known_identity(tx: Transaction, address: Address | None) -> KnownIdentity | None:
    """Load the row of an address."""
    if address is None:
        return None
    row = tx.one(
        "SELECT id, customer_id, name, blocked, proof, shared, label, home_id FROM identity WHERE kind = ? AND value = ?",
        (address.kind.value, address.value),
    )
    return None if row is None else KnownIdentity(row[0], row[1], row[2], bool(row[3]), row[4], bool(row[5]), row[6], row[7])


def of_sender(tx: Transaction, inbound: Inbound, sender: KnownIdentity | None, rules: Rules, *, first: bool) -> SenderKnown:
    """Load what is known of the addresses that a message tells of. `inbound` is as `spoken_by` returns it; `first`: it is among
    the first of its conversation, so that its text is searched as well."""
    if inbound.sender is None or not is_person(inbound.sender) or is_forged(inbound):
        return SenderKnown()
    new = is_new(inbound, sender)
    mine = None if new or sender is None else sender.customer_id
    told = [_shared(tx, address, mine, rules.card) for address in inbound.shared]
    claims = () if is_hearsay(inbound) else _claims(tx, inbound, rules.card.region, first=first)
    told += [_claimed(tx, *claim, mine, rules.card) for claim in claims]
    merges = any(one.owner is not None for one in told)
    card = situations_customer.card(tx, mine) if merges and mine is not None else None
    if not new:
        return SenderKnown(card, tuple(told))
    holders = holders_of(tx, inbound.sender, rules.card)
    return SenderKnown(card, tuple(told), holders.all, plainly_alike(tx, inbound.sender))


def _claims(tx: Transaction, inbound: Inbound, region: str, *, first: bool) -> tuple[tuple[str, Address], ...]:
    claims = claims_of(inbound)
    if not first or inbound.group or inbound.edit_of or not (inbound.origin is Origin.HUMAN or is_form(inbound)):
        return claims
    known = {(address.kind, address.value) for _evidence, address in claims}
    known |= {
        (address.kind, address.value) for address in (inbound.sender, *inbound.shared, *inbound.cc) if address is not None
    }
    typed = _typed(tx, inbound.text[: inbound.quoted_from][: phones.MAX_TEXT], region)
    return (*claims, *(("typed", address) for address in typed if (address.kind, address.value) not in known))


def _typed(tx: Transaction, text: str, region: str) -> list[Address]:
    found = [Address(IdentityKind.PHONE, number) for number in phones.typed_in(text, region)]
    if "@" not in text:
        return found
    mails = (normal_email(match.group().strip(".'!?*_-")) for match in PLAIN_ADDRESS.finditer(text))
    named = [mail for mail in dict.fromkeys(mails) if SENDABLE.fullmatch(mail)][: 2 * MAX_TOLD]
    if not named:
        return found
    ours = {without_plus(normal_email(row[0])) for row in tx.all("SELECT address FROM channel WHERE kind = 'email'")}
    addresses = [Address(IdentityKind.EMAIL, mail) for mail in named if without_plus(mail) not in ours]
    return found + [address for address in addresses if is_claimable(address)][:MAX_TOLD]


def _shared(tx: Transaction, address: Address, mine: int | None, card: CardSettings) -> Told:
    known = known_identity(tx, address)
    holders = _others(holders_of(tx, address, card).all, mine)
    owner, pair = None, ""
    if known is not None and known.customer_id not in (None, mine) and known.proof in PROVEN and not known.shared:
        owner = situations_customer.card(tx, known.customer_id)
        pair = _pair(tx, known.customer_id, mine)
        if owner is not None and (owner.erased or _are_two(tx, owner.id, mine)):
            owner = None
    return Told(address, SHARED, known, holders, owner, pair)


def _claimed(tx: Transaction, evidence: str, address: Address, mine: int | None, card: CardSettings) -> Told:
    holders = holders_of(tx, address, card)
    kept, said = _others(holders.kept, mine), _others(holders.said, mine)
    rivals = kept or (said if len(said) <= MAX_CLAIMING else ())
    return Told(address, evidence, known_identity(tx, address), rivals, already=_has_said(tx, mine, address))


def _has_said(tx: Transaction, mine: int | None, address: Address) -> bool:
    """Whether a customer, as whatever card of theirs, has said before that an address was theirs."""
    if mine is None:
        return False
    cards = json.dumps(situations_customer.merged_cards(tx, mine))
    return tx.one(_SAID, (address.kind.value, address.value, cards)) is not None


def _others(customers: Iterable[int], mine: int | None) -> tuple[int, ...]:
    return tuple(one for one in customers if one != mine)


# Limits are written out: one that is bound has SQLite prepare the statement anew each time (3.53).
_CLAIMING = f"SELECT customer_id FROM claim WHERE kind = ? AND value = ? ORDER BY customer_id LIMIT {MAX_HOLDERS + 1}"
_SAID = "SELECT 1 FROM claim WHERE kind = ? AND value = ? AND customer_id IN (SELECT value FROM json_each(?)) LIMIT 1"
_IN_FIELDS = (
    "SELECT customer_id FROM customer_value WHERE field IN (SELECT value FROM json_each(?)) AND value = ?"
    f" LIMIT {MAX_HOLDERS + 1}"
)
_PLAINLY = (
    "SELECT DISTINCT customer_id FROM identity WHERE plain = ? AND plain <> '' AND value <> ? AND shared = 0"
    f" AND customer_id IS NOT NULL LIMIT {MAX_HOLDERS + 1}"
)


@dataclass(frozen=True, slots=True)
class Holders:
    """Customers who have to do with an address that is not theirs by proof: it stands in a field of the card of those in
    `kept`, and those in `said` have told us that it was theirs; the first few of each."""

    kept: tuple[int, ...]
    said: tuple[int, ...]

    @property
    def all(self) -> tuple[int, ...]:
        """The first few of both: an operator's word comes before what anybody can say."""
        return tuple(dict.fromkeys((*self.kept, *self.said)))[:MAX_HOLDERS]


def holders_of(tx: Transaction, address: Address, card: CardSettings) -> Holders:
    """Return who else has to do with an address. Those who were merged away are not among them, but those whom they went
    into."""
    said = tx.all(_CLAIMING, (address.kind.value, address.value))
    fields = [one.key for one in card.fields if FIELD_OF.get(one.type) is address.kind]
    kept = tx.all(_IN_FIELDS, (json.dumps(fields), address.value)) if fields else []
    return Holders(_survivors(tx, kept), _survivors(tx, said))


FIELD_OF = {FieldType.PHONE: IdentityKind.PHONE, FieldType.EMAIL: IdentityKind.EMAIL}
"""Types of fields that hold an address -> what kind of address."""


def _survivors(tx: Transaction, rows: Iterable[tuple[int]]) -> tuple[int, ...]:
    found = (situations_customer.survivor_id(tx, customer_id) for (customer_id,) in rows)
    return tuple(dict.fromkeys(one for one in found if one is not None))


def plainly_alike(tx: Transaction, address: Address) -> tuple[int, ...]:
    """Return the customers who write from an address that is the same but for what follows a plus sign."""
    wanted = plain(address.value) if address.kind is IdentityKind.EMAIL else ""
    if not wanted:
        return ()
    rows = tx.all(_PLAINLY, (wanted, address.value))
    return tuple(row[0] for row in rows) if len(rows) <= MAX_HOLDERS else ()


_DISMISSED = (
    "SELECT 1 FROM duplicate WHERE state = 'dismissed' AND (low_id IN (SELECT value FROM json_each(:one))"
    " AND high_id IN (SELECT value FROM json_each(:other)) OR low_id IN (SELECT value FROM json_each(:other))"
    " AND high_id IN (SELECT value FROM json_each(:one))) LIMIT 1"
)


def _are_two(tx: Transaction, one: int, other: int | None) -> bool:
    """Whether an operator has said that two customers, or any cards that went into theirs, are two people."""
    if other is None:
        return False
    ones, others = (json.dumps(situations_customer.merged_cards(tx, top)) for top in (one, other))
    return tx.one(_DISMISSED, {"one": ones, "other": others}) is not None


def _pair(tx: Transaction, one: int | None, other: int | None) -> str:
    if one is None or other is None:
        return ""
    row = tx.one("SELECT state FROM duplicate WHERE low_id = ? AND high_id = ?", (min(one, other), max(one, other)))
    return "" if row is None else str(row[0])
