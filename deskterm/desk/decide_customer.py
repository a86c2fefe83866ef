"""What an operator does to a customer's card. Pure. Merging and parting stand in `desk.uniting`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from deskterm.desk import commands_customer as cc
from deskterm.desk import facts as f
from deskterm.desk.addresses import normal_email
from deskterm.desk.card_values import normal_value
from deskterm.desk.commands import Refused
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.query import folded
from deskterm.desk.shared_boxes import is_shared, plain
from deskterm.desk.situation import Decided, Situation
from deskterm.desk.situation_customer import CardState, CustomerSituation, KnownAddress, KnownNote
from deskterm.desk.tagging import tagging
from deskterm.desk.text import clean, clean_line

MAX_NAME = 200
"""Longest name of a person or a company, in characters."""
MAX_NOTE = 20_000
"""Longest note on a card, in characters."""


def _known(situation: Situation) -> CustomerSituation:
    return situation.customer or CustomerSituation()


def as_name(text: str) -> str:
    """Return a name of a person or a company as it is kept."""
    return " ".join(clean_line(text, MAX_NAME).split())


# --- the card


def add(command: cc.AddCustomer, situation: Situation, now: datetime) -> Decided:
    """A card is made by hand."""
    known = _known(situation)
    addresses = _addresses(command.identities, known)
    if isinstance(addresses, Refused):
        return addresses
    names = [command.name, *(one.name for one, _there in addresses), *(one.value for one, _there in addresses)]
    name = next(filter(None, map(as_name, names)), "")
    if not name:
        return Refused("name_wanted")
    customer_id = situation.fresh.customer
    made: list[f.Fact] = [f.CustomerAdded(customer_id=customer_id, name=name, language=command.language)]
    next_id = situation.fresh.identity
    for address, one in addresses:
        made.append(_entered(address, customer_id, next_id if one is None else one.id))
        next_id += one is None
    edit = cc.EditCustomer(customer_id, company=command.company or None, values=command.values)
    edited = _edited(edit, CardState(customer_id, name, command.language), situation, known)
    return edited if isinstance(edited, Refused) else made + edited


def edit(command: cc.EditCustomer, situation: Situation, now: datetime) -> Decided:
    """A card says something else."""
    known = _known(situation)
    if known.card is None:
        return Refused("not_found")
    if known.card.erased:
        return Refused("erased")
    edited = _edited(command, known.card, situation, known)
    if isinstance(edited, Refused):
        return edited
    touched = [key for fact in edited if isinstance(fact, f.CustomerChanged) for key in fact.fields]
    by = [known.changed_since[key] for key in touched if key in known.changed_since]
    return Refused("card_changed", {"name": by[0][1], "by": by[0][0]}) if by else edited


def _edited(command: cc.EditCustomer, card: CardState, situation: Situation, known: CustomerSituation) -> Decided:
    made: list[f.Fact] = []
    wanted: dict[str, str] = {}
    if command.name is not None:
        name = as_name(command.name)
        if not name:
            return Refused("name_wanted")
        wanted["name"] = name
    if command.language is not None:
        wanted["language"] = clean_line(command.language, 8).strip().lower()
    if command.company is not None:
        wanted["company"], founded = _company(as_name(command.company), situation, known)
        made += founded
    for key, typed in command.values:
        value = checked_value(known, key, typed)
        if isinstance(value, Refused):
            return value
        wanted[key] = value
    tags = tagging(command.add_tags, command.remove_tags, card.tags, situation.tags, situation.fresh.tag)
    if isinstance(tags, Refused):
        return tags
    fields = tuple(key for key, value in wanted.items() if value != card.says(key))
    if not fields and not tags.added and not tags.removed:
        return []
    changed = f.CustomerChanged(
        customer_id=card.id,
        version=card.version + 1,
        fields=fields,
        tags_added=tags.added,
        tags_removed=tags.removed,
        values=tuple(wanted[key] for key in fields),
        was=tuple(map(card.says, fields)),
    )
    return [*made, *tags.made, changed]


def checked_value(known: CustomerSituation, key: str, typed: str) -> str | Refused:
    """Return what was typed into a field as it is kept, or why it cannot stand there."""
    field = known.settings.field(key)
    if field is None:
        return Refused("unknown_field", {"name": clean_line(key, 80)})
    value = normal_value(field, typed, known.phone)
    if isinstance(value, Refused):
        return Refused(value.code, {**value.values, "field": key})
    return value


def _company(name: str, situation: Situation, known: CustomerSituation) -> tuple[str, list[f.Fact]]:
    """Return the id of the company of this name in digits, and what makes it where there is none."""
    if not name:
        return "", []
    company = known.companies.get(folded(name))
    if company is not None:
        return str(company.id), []
    return str(situation.fresh.company), [f.CompanyChanged(company_id=situation.fresh.company, made=True, name=name)]


# --- addresses


def _complete(number: str) -> str:
    """Return a number that says its country already; "" for others."""
    return number if number.startswith("+") and number[1:].isascii() and number[1:].isdigit() else ""


def normal_address(address: Address, phone: Callable[[str], str] = _complete) -> Address | None:
    """Return an address as identities are compared; None for what is none. `phone` makes E.164 of a number as it is typed;
    without it the number must be such."""
    value = clean_line(address.value, 320).strip()
    if address.kind is IdentityKind.EMAIL:
        value = normal_email(value)
    elif address.kind is IdentityKind.PHONE:
        value = phone(value)
    return Address(address.kind, value, as_name(address.name), as_name(address.label)) if value else None


def _addresses(wanted: tuple[Address, ...], known: CustomerSituation) -> list[tuple[Address, KnownAddress | None]] | Refused:
    """Pair the addresses with the rows they have; refuses one that is none, or somebody's."""
    found: dict[tuple[IdentityKind, str], tuple[Address, KnownAddress | None]] = {}
    for place, one in enumerate(wanted):
        address = normal_address(one, known.phone)
        if address is None:
            return Refused("bad_address", {"address": clean_line(one.value, 80)})
        there = known.addresses[place] if place < len(known.addresses) else None
        if there is not None and there.owner_id is not None:
            return _taken(address, there)
        found.setdefault((address.kind, address.value), (address, there))
    return list(found.values())


def _taken(address: Address, there: KnownAddress) -> Refused:
    whose: dict[str, str | int] = {"address": address.value, "name": there.owner_name, "customer_id": there.owner_id or 0}
    return Refused("identity_taken", whose)


def _entered(address: Address, customer_id: int, identity_id: int) -> f.IdentityAdded:
    is_mail = address.kind is IdentityKind.EMAIL
    return f.IdentityAdded(
        identity_id=identity_id,
        customer_id=customer_id,
        identity_kind=address.kind,
        proof="entered",
        shared=is_mail and is_shared(address.value),
        label=address.label,
        plain=plain(address.value) if is_mail else "",
        value=address.value,
        name=address.name,
    )


def add_identity(command: cc.AddIdentity, situation: Situation, now: datetime) -> Decided:
    """An address is a customer's, says an operator."""
    known = _known(situation)
    if known.card is None:
        return Refused("not_found")
    address = normal_address(command.address, known.phone)
    if address is None:
        return Refused("bad_address", {"address": clean_line(command.address.value, 80)})
    there = known.addresses[0] if known.addresses else None
    if there is not None and there.owner_id == known.card.id:
        return []
    if there is not None and there.owner_id is not None:
        return _taken(address, there)
    return [_entered(address, known.card.id, situation.fresh.identity if there is None else there.id)]


def remove_identity(command: cc.RemoveIdentity, situation: Situation, now: datetime) -> Decided:
    """An address is not this customer's. One that was written from or to stays: it is part of what was said."""
    one = _known(situation).address
    if one is None or one.owner_id is None:
        return Refused("not_found")
    if one.used:
        return Refused("identity_used", {"address": one.value})
    return [
        f.IdentityRemoved(identity_id=one.id, customer_id=one.owner_id, identity_kind=one.kind, value=one.value, name=one.name)
    ]


def share_identity(command: cc.ShareIdentity, situation: Situation, now: datetime) -> Decided:
    """Several people write from an address, or do not."""
    one = _known(situation).address
    if one is None:
        return Refused("not_found")
    if one.shared is command.shared:
        return []
    return [f.IdentityProved(identity_id=one.id, customer_id=one.owner_id, proof=one.proof, shared=command.shared)]


# --- notes and companies


def write_note(command: cc.WriteCustomerNote, situation: Situation, now: datetime) -> Decided:
    """A note is written on a card, changed, or taken away."""
    known = _known(situation)
    if known.card is None:
        return Refused("not_found")
    text = clean(command.text).strip()
    if len(text) > MAX_NOTE:
        return Refused("too_long", {"length": len(text), "limit": MAX_NOTE})
    if command.note_id is None:
        if not text:
            return Refused("empty_note")
        note_id = situation.fresh.customer_note
        made = f.CustomerNoteWritten(customer_id=known.card.id, note_id=note_id, pinned=command.pinned, made=True, text=text)
        return [made]
    return _note_changed(known.note, known.card.id, text, pinned=command.pinned and bool(text))


def _note_changed(note: KnownNote | None, customer_id: int, text: str, *, pinned: bool) -> Decided:
    if note is None or note.customer_id != customer_id:
        return Refused("not_found")
    if (note.text, note.pinned) == (text, pinned):
        return []
    return [
        f.CustomerNoteWritten(
            customer_id=customer_id,
            note_id=note.id,
            pinned=pinned,
            was_pinned=note.pinned,
            text=text,
            was=note.text,
        )
    ]


def edit_company(command: cc.EditCompany, situation: Situation, now: datetime) -> Decided:
    """A company is made, or has another name or note."""
    known = _known(situation)
    name = None if command.name is None else as_name(command.name)
    if name == "" or (command.company_id is None and name is None):
        return Refused("name_wanted")
    namesake = known.companies.get(folded(name)) if name else None
    if command.company_id is None:
        if namesake is not None:
            return Refused("company_exists", {"name": namesake.name})
        note = clean(command.note or "").strip()[:MAX_NOTE]
        return [f.CompanyChanged(company_id=situation.fresh.company, made=True, name=name or "", note=note)]
    company = known.company
    if company is None:
        return Refused("not_found")
    if namesake is not None and namesake.id != company.id:
        return Refused("company_exists", {"name": namesake.name})
    new_name = company.name if name is None else name
    new_note = company.note if command.note is None else clean(command.note).strip()[:MAX_NOTE]
    if (new_name, new_note) == (company.name, company.note):
        return []
    return [f.CompanyChanged(company_id=company.id, name=new_name, note=new_note, was_name=company.name, was_note=company.note)]
