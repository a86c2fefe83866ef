"""Who a message is from: the card it belongs to, what an address proves, and which cards may be one person's. Pure.

An address always finds the same card. What the channel itself proves links (a mailbox by our own server's
Authentication-Results, a telephone number shared as one's own contact); what anybody can type (a form, Reply-To, a number in
the text) only suggests, or whoever types another's address would be answered with that other's history.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from deskterm.desk import facts as f
from deskterm.desk import shared_boxes, uniting
from deskterm.desk.arrival import Arrival, KnownIdentity, Told
from deskterm.desk.model import Origin
from deskterm.desk.post import Address, IdentityKind, Inbound
from deskterm.desk.signing import derived_public_id
from deskterm.desk.situation_customer import CardState
from deskterm.desk.text import clean_line

WORTH = {"claimed": 0, "written": 1, "entered": 2, "verified": 3}
"""How much each proof of an address is worth: a better one replaces a lesser one, never the other way."""
PROVEN = frozenset({"verified", "entered"})
"""Proofs that let a number shared by its owner lead to the card it is on."""
MOST_IN_COPY = 30
"""How many people in copy take part at most. A mail may copy thousands, whom nobody answers one by one and whoever answers
would have to read through; beyond a team or two they are a list of addresses, and stand in the mail alone."""
SHARED = "shared"
"""The evidence of an address that the channel proves to be the sender's as well."""
SCORES = {"phone": uniting.PHONE_SCORE, "email": 90, "plus": 75}
"""How sure it is that two cards are one person's (0-100) which share an address, or all of it but what follows a plus sign."""
_CYRILLIC = re.compile("[а-яё]+", re.IGNORECASE)
_LATIN = re.compile("[a-z]+", re.IGNORECASE)
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_].*)?", re.IGNORECASE)


def spoken_by(inbound: Inbound) -> Inbound:
    """Return the message as its true author's: a form on our own site writes from our own address for who stands in Reply-To.

    Such a mail proves nothing of that person, so it joins nothing; what we answer reaches them with a signed id, and their
    answer joins. The same holds of a forged mail: it is answered, if at all, at the address that it abuses.
    """
    sender = inbound.sender
    if sender is None:
        return inbound
    if is_forged(inbound):
        return replace(inbound, reply_to=sender.value, claimed=(), shared=(), proven=False)
    if not is_form(inbound):
        return inbound
    others = tuple(address for address in inbound.cc if address.value != inbound.reply_to)
    return replace(inbound, sender=Address(sender.kind, inbound.reply_to), cc=others)


def is_form(inbound: Inbound) -> bool:
    """Say whether a message was written by a form of our own site."""
    return inbound.origin is Origin.OWN and bool(inbound.reply_to)


def is_forged(inbound: Inbound) -> bool:
    """Say whether our own server found that a message is not from whom it names. Nothing in our own name is believed anyway,
    and a form that our site sends through a server of its own is found forged, too."""
    return inbound.forged and inbound.origin is not Origin.OWN


def is_hearsay(inbound: Inbound) -> bool:
    """Say whether a mail only says that an operator forwarded it: anybody could have written all of it."""
    return inbound.hearsay


def in_copy(inbound: Inbound) -> tuple[Address, ...]:
    """Return those in copy who take part from now on. Nobody whom a forger may have named does: answers would go there; nor
    does anybody where they are too many."""
    if is_forged(inbound) or is_hearsay(inbound) or len(inbound.cc) > MOST_IN_COPY:
        return ()
    return inbound.cc


def is_new(inbound: Inbound, known: KnownIdentity | None) -> bool:
    """Say whether a message makes a new card: a form proves nothing, so it finds no card but one of a form; a forged mail finds
    none at all."""
    if known is None or known.customer_id is None or is_forged(inbound):
        return True
    return is_form(inbound) and known.proof != "claimed"


def is_person(address: Address) -> bool:
    """Say whether a person writes from an address. Groups and channels that write in their own name (anonymous admins too) have
    negative ids (Bot API, Chat.id)."""
    return address.kind is not IdentityKind.TELEGRAM or not address.value.startswith("-")


def claims_of(inbound: Inbound) -> tuple[tuple[str, Address], ...]:
    """Return the addresses that a message only says are the sender's, with what each rests on."""
    if inbound.origin is not Origin.HUMAN and not is_form(inbound):
        return ()
    claims = list(inbound.claimed)
    if inbound.reply_to and not is_form(inbound):
        claims.append(("reply_to", Address(IdentityKind.EMAIL, inbound.reply_to)))
    own = inbound.sender.value if inbound.sender is not None else ""
    first: dict[tuple[IdentityKind, str], tuple[str, Address]] = {}
    for evidence, address in claims:
        if address.value != own and is_claimable(address):
            first.setdefault((address.kind, address.value), (evidence, address))
    return tuple(first.values())


def is_claimable(address: Address) -> bool:
    """Say whether an address can be a person's: no machine's, and none that a go-between made for one order."""
    if address.kind is not IdentityKind.EMAIL:
        return True
    return not shared_boxes.is_machine(address.value) and not shared_boxes.is_relay(address.value)


def language_of(inbound: Inbound) -> str:
    """Return the language of who wrote a message: as the channel tells it, else by the letters; "" where neither says."""
    told = _LANGUAGE.fullmatch(inbound.language.strip())
    if told is not None:
        return told[1].lower()
    own_words = inbound.text[: inbound.quoted_from][:2000]
    cyrillic, latin = (sum(map(len, letters.findall(own_words))) for letters in (_CYRILLIC, _LATIN))
    if not cyrillic and not latin:
        return ""
    return "ru" if cyrillic >= latin else "en"


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who wrote: the facts that make or better their card and address, whose the conversation is, and as whom they take part.

    `author_id` is None where nobody can be said to have written: a form in the name of an address that is another card's, or a
    forged mail.
    `next_identity` is the next free id.
    """

    facts: tuple[f.Fact, ...]
    author_id: int | None
    participant_id: int | None
    role: str
    customer_id: int | None
    home_customer_id: int | None
    next_identity: int
    card: CardState | None = None


def recognise(inbound: Inbound, arrival: Arrival) -> Recognised:
    """Return whose a message is. `inbound` is as `spoken_by` returns it."""
    sender, known, following = inbound.sender, arrival.sender, arrival.fresh.identity
    role = "member" if inbound.group else "customer"
    if sender is None:
        return Recognised((), None, None, role, None, None, following)
    if not is_person(sender):
        return _nobody(sender, known, role, following)
    if is_forged(inbound):
        return _forged(inbound, sender, known, arrival)
    if known is None or known.customer_id is None:
        return _first_time(inbound, sender, arrival)
    if is_new(inbound, known):
        return _in_anothers_name(inbound, sender, known, arrival)
    return _again(inbound, sender, known, known.customer_id, arrival)


def _nobody(sender: Address, known: KnownIdentity | None, role: str, following: int) -> Recognised:
    """A group or a channel that writes in its own name is told apart, but has no card."""
    if known is not None:
        return Recognised(_renamed(sender, known), known.id, known.id, role, None, None, following)
    return Recognised((identity(sender, following, None),), following, following, role, None, None, following + 1)


def _again(inbound: Inbound, sender: Address, known: KnownIdentity, customer_id: int, arrival: Arrival) -> Recognised:
    proof = _better(known.proof, _proof(inbound))
    label = clean_line(sender.label, 100)
    facts = [] if is_hearsay(inbound) else list(_renamed(sender, known))
    if proof != known.proof or (label and label != known.label):
        facts.append(
            f.IdentityProved(
                identity_id=known.id, customer_id=customer_id, proof=proof, shared=known.shared, label=label or known.label
            )
        )
    home = known.home_id if known.home_id != customer_id else None
    role = "member" if inbound.group else "customer"
    return Recognised(tuple(facts), known.id, known.id, role, customer_id, home, arrival.fresh.identity, arrival.card)


def _renamed(sender: Address, known: KnownIdentity) -> tuple[f.Fact, ...]:
    name = clean_line(sender.name, 200)
    return (f.IdentityRenamed(identity_id=known.id, name=name),) if name and name != known.name else ()


def _first_time(inbound: Inbound, sender: Address, arrival: Arrival) -> Recognised:
    """A person nobody knows gets a card; so does one whose address was only in somebody's Cc so far."""
    known, fresh = arrival.sender, arrival.fresh
    card = _new_card(inbound, sender, fresh.customer)
    identity_id = fresh.identity if known is None else known.id
    facts = (
        f.CustomerAdded(customer_id=card.id, name=card.name, language=card.language),
        identity(sender, identity_id, card.id, _proof(inbound)),
    )
    role = "member" if inbound.group else "customer"
    following = fresh.identity + (known is None)
    return Recognised(facts, identity_id, identity_id, role, card.id, None, following, card)


def _in_anothers_name(inbound: Inbound, sender: Address, known: KnownIdentity, arrival: Arrival) -> Recognised:
    """A form or a forged mail names an address that is somebody's: whoever wrote it gets a card of their own, and is answered
    there."""
    card = _new_card(inbound, sender, arrival.fresh.customer)
    made = f.CustomerAdded(customer_id=card.id, name=card.name, language=card.language)
    return Recognised((made,), None, known.id, "claimed", card.id, None, arrival.fresh.identity, card)


def _forged(inbound: Inbound, sender: Address, known: KnownIdentity | None, arrival: Arrival) -> Recognised:
    """Whoever forged an address gets a card without it: nothing of theirs stands on the card of who owns it, now or later."""
    if known is not None:
        return _in_anothers_name(inbound, sender, known, arrival)
    nobodys = identity(sender, arrival.fresh.identity, None)
    made = _in_anothers_name(inbound, sender, KnownIdentity(nobodys.identity_id, None, ""), arrival)
    return replace(made, facts=(*made.facts, nobodys), next_identity=arrival.fresh.identity + 1)


def _new_card(inbound: Inbound, sender: Address, customer_id: int) -> CardState:
    name = clean_line(sender.name, 200)
    return CardState(customer_id, name or sender.value, language_of(inbound), nameless=not name)


def _proof(inbound: Inbound) -> str:
    if is_form(inbound) or is_hearsay(inbound):
        return "claimed"
    return "verified" if inbound.proven and not inbound.forwarded_by else "written"


def _better(one: str, other: str) -> str:
    return max(one, other, key=lambda proof: WORTH.get(proof, 0))


def identity(address: Address, identity_id: int, customer_id: int | None, proof: str = "claimed") -> f.IdentityAdded:
    """Return an address becoming known. Nobody has written from one that is nobody's yet: it is only claimed."""
    is_mail = address.kind is IdentityKind.EMAIL
    return f.IdentityAdded(
        identity_id=identity_id,
        customer_id=customer_id,
        identity_kind=address.kind,
        proof=proof,
        shared=is_mail and shared_boxes.is_shared(address.value),
        label=clean_line(address.label, 100),
        plain=shared_boxes.plain(address.value) if is_mail else "",
        value=address.value,
        name=clean_line(address.name, 200),
    )


# --- what else the sender told of


def told_of(
    inbound: Inbound, arrival: Arrival, person: Recognised, conversation_id: int, message_id: int, now: datetime
) -> list[f.Fact]:
    """Return what follows from the addresses that the sender told of: further addresses, claims, likely doubles; last of all
    the sender's card goes into that of who has proven the same number before."""
    if person.customer_id is None:
        return []
    made = _likely(_alike(inbound, arrival, person))
    next_identity = person.next_identity
    for told in arrival.told:
        if told.evidence != SHARED:
            made += _claimed(told, person.customer_id, message_id)
        elif told.known is None:
            made.append(identity(told.address, next_identity, person.customer_id, "verified"))
            made += _likely(_rivals(told, person.customer_id))
            next_identity += 1
        else:
            made += _proven(told, told.known, person.customer_id)
    return made + _merged(arrival, person, conversation_id, message_id, now)


def _alike(inbound: Inbound, arrival: Arrival, person: Recognised) -> list[f.DuplicateFound]:
    """Pairs of a new card and those that its own address points to. A form's address is somebody's already: that is one."""
    assert person.customer_id is not None
    found = []
    form = person.role == "claimed" and not is_forged(inbound)
    if form and arrival.sender is not None and not arrival.sender.shared:
        found.append(_pair(person.customer_id, arrival.sender.customer_id, "email"))
    sender = inbound.sender if arrival.holders or arrival.plainly else None
    if sender is not None and not (sender.kind is IdentityKind.EMAIL and shared_boxes.is_shared(sender.value)):
        found += [_pair(person.customer_id, other, _reason(sender)) for other in arrival.holders]
        found += [_pair(person.customer_id, other, "plus") for other in arrival.plainly]
    return [pair for pair in found if pair is not None]


def _claimed(told: Told, customer_id: int, message_id: int) -> list[f.Fact]:
    if told.already or (told.known is not None and told.known.customer_id == customer_id):
        return []
    claim = f.ClaimMade(
        customer_id=customer_id,
        identity_kind=told.address.kind,
        evidence=told.evidence,
        message_id=message_id,
        value=told.address.value,
    )
    return [claim, *_likely(_rivals(told, customer_id))]


def _proven(told: Told, known: KnownIdentity, customer_id: int) -> list[f.Fact]:
    """A number that is known already was proven by its owner. One that is another card's stays there."""
    if known.customer_id is None:
        return [identity(told.address, known.id, customer_id, "verified")]
    made: list[f.Fact] = []
    merges = told.owner is not None
    if (known.customer_id == customer_id or merges) and known.proof != "verified":
        made.append(
            f.IdentityProved(
                identity_id=known.id,
                customer_id=known.customer_id,
                proof="verified",
                shared=known.shared,
                label=known.label,
            )
        )
    return made if merges else made + _likely(_rivals(told, customer_id))


def _rivals(told: Told, customer_id: int) -> list[f.DuplicateFound]:
    """Pairs of the sender and whose address it is; those who only say so, too, while it is nobody's: among many who say it the
    owner would be lost. None where it is one that people share."""
    known, address = told.known, told.address
    if (known is not None and known.shared) or (address.kind is IdentityKind.EMAIL and shared_boxes.is_shared(address.value)):
        return []
    owner = known.customer_id if known is not None else None
    others = told.holders if owner is None or owner == customer_id else (owner,)
    found = (_pair(customer_id, other, _reason(address)) for other in others)
    return [pair for pair in found if pair is not None]


def _reason(address: Address) -> str:
    return "phone" if address.kind is IdentityKind.PHONE else "email"


def _pair(one: int, other: int | None, reason: str) -> f.DuplicateFound | None:
    if other is None or other == one:
        return None
    return f.DuplicateFound(low_id=min(one, other), high_id=max(one, other), reason=reason, score=SCORES[reason])


def _likely(pairs: Iterable[f.DuplicateFound]) -> list[f.Fact]:
    """Each pair once, for the first reason."""
    first: dict[tuple[int, int], f.Fact] = {}
    for pair in pairs:
        first.setdefault((pair.low_id, pair.high_id), pair)
    return list(first.values())


def _merged(arrival: Arrival, person: Recognised, conversation_id: int, message_id: int, now: datetime) -> list[f.Fact]:
    told = next((one for one in arrival.told if one.owner is not None), None)
    if told is None or told.owner is None or person.card is None or told.owner.id == person.card.id:
        return []
    noted = f.ActivityNoted(
        conversation_id=conversation_id,
        message_id=message_id + 1,
        public_id=derived_public_id(arrival.fresh.public_id),
        at=now,
        code="recognised",
        value=str(person.card.id),
    )
    return [noted, *uniting.merged(told.owner, person.card, how="verified", pair=told.pair)]
