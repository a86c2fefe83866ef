"""What undoes an operator's act on a customer's card. See `inverses`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deskterm.desk import commands_customer as cc
from deskterm.desk.commands import Refused
from deskterm.desk.post import Address, IdentityKind
from deskterm.store import situations_customer
from deskterm.store.entries import CHANGED, Entry
from deskterm.store.writer import Transaction

_Inverse = Callable[[Transaction, Entry], cc.CustomerCommand | Refused | None]


def _customer(entry: Entry) -> int:
    return int(entry.customer_id or 0)


_UNITING = "SELECT 1 FROM journal WHERE command_id = ? AND kind IN ('customers_merged', 'customer_parted') LIMIT 1"


def _card_changed(tx: Transaction, entry: Entry) -> cc.CustomerCommand | Refused | None:
    """What the command changed says again what it said, if it still says what the command left. What changed because cards were
    merged or parted goes back with that."""
    if tx.one(_UNITING, (entry.command_id,)):
        return None
    card = situations_customer.card(tx, _customer(entry))
    fields = entry.data.get("fields", ())
    values, was = entry.words.get("values", ()), entry.words.get("was", ())
    if card is None or card.merged_into_id is not None or card.erased or len(values) != len(fields):
        return CHANGED
    if any(card.says(key) != value for key, value in zip(fields, values, strict=True)):
        return CHANGED
    added, removed = entry.data.get("tags_added", ()), entry.data.get("tags_removed", ())
    if not card.tags.issuperset(added) or not card.tags.isdisjoint(removed):
        return CHANGED
    before = dict(zip(fields, was, strict=True))
    return cc.EditCustomer(
        card.id,
        name=before.pop("name", None),
        language=before.pop("language", None),
        company=_company_name(tx, before.pop("company")) if "company" in before else None,
        values=tuple(before.items()),
        add_tags=_tag_names(tx, removed),
        remove_tags=_tag_names(tx, added),
    )


def _company_name(tx: Transaction, company_id: str) -> str:
    row = tx.one("SELECT name FROM company WHERE id = ?", (int(company_id),)) if company_id else None
    return "" if row is None else str(row[0])


def _tag_names(tx: Transaction, tag_ids: tuple[int, ...]) -> tuple[str, ...]:
    found = (tx.one("SELECT name FROM tag WHERE id = ?", (tag_id,)) for tag_id in tag_ids)
    return tuple(row[0] for row in found if row is not None)


def _merged(tx: Transaction, entry: Entry) -> cc.CustomerCommand | Refused | None:
    from_id = entry.data["from_id"]
    gone = situations_customer.card(tx, from_id)
    return cc.PartCustomer(from_id) if gone is not None and gone.merged_into_id == _customer(entry) else CHANGED


def _parted(tx: Transaction, entry: Entry) -> cc.CustomerCommand | Refused | None:
    parted = situations_customer.card(tx, entry.data["from_id"])
    if parted is None or parted.merged_into_id is not None:
        return CHANGED
    if situations_customer.survivor_id(tx, _customer(entry)) == parted.id:
        return CHANGED  # what held it has gone into it since
    return cc.MergeCustomers(_customer(entry), parted.id, take=tuple(entry.data.get("fields", ())), again=True)


def _address_added(tx: Transaction, entry: Entry) -> cc.CustomerCommand | Refused | None:
    """Of a card made by hand nothing is taken back: that stands in the journal as no inverse."""
    row = tx.one("SELECT customer_id FROM identity WHERE id = ?", (entry.data["identity_id"],))
    if row is None or row[0] != entry.customer_id:
        return CHANGED
    return cc.RemoveIdentity(entry.data["identity_id"])


def _address_removed(tx: Transaction, entry: Entry) -> cc.CustomerCommand | Refused | None:
    row = tx.one("SELECT kind, value, name, customer_id FROM identity WHERE id = ?", (entry.data["identity_id"],))
    if row is None or row[3] is not None:
        return CHANGED
    return cc.AddIdentity(_customer(entry), Address(IdentityKind(row[0]), row[1], row[2]))


def _address_shared(tx: Transaction, entry: Entry) -> cc.CustomerCommand | Refused | None:
    shared = bool(entry.data.get("shared", False))
    row = tx.one("SELECT shared FROM identity WHERE id = ?", (entry.data["identity_id"],))
    if row is None or bool(row[0]) is not shared:
        return CHANGED
    return cc.ShareIdentity(entry.data["identity_id"], shared=not shared)


def _note_written(tx: Transaction, entry: Entry) -> cc.CustomerCommand | Refused | None:
    row = tx.one("SELECT customer_id, text, pinned FROM customer_note WHERE id = ?", (entry.data["note_id"],))
    left = entry.words.get("text", ""), bool(entry.data.get("pinned", False))
    if row is None or (row[1], bool(row[2])) != left:
        return CHANGED
    was, pinned = entry.words.get("was", ""), bool(entry.data.get("was_pinned", False))
    return cc.WriteCustomerNote(row[0], was, pinned=pinned, note_id=entry.data["note_id"])


def _settled(tx: Transaction, entry: Entry) -> cc.CustomerCommand | Refused | None:
    """What merging and parting settled goes with them."""
    state, low, high = entry.data["state"], entry.data["low_id"], entry.data["high_id"]
    was = entry.data.get("was", "open")
    if "merged" in (state, was):
        return None
    row = tx.one("SELECT state FROM duplicate WHERE low_id = ? AND high_id = ?", (low, high))
    if row is not None and row[0] == was:
        return None  # parting what the desk had merged has said so already
    if row is None or row[0] != state:
        return CHANGED
    return cc.DismissDuplicate(low, high, dismissed=state != "dismissed")


def _company_changed(tx: Transaction, entry: Entry) -> cc.CustomerCommand | Refused | None:
    """A company that was made stays: it is in nobody's way."""
    if entry.data.get("made"):
        return None
    row = tx.one("SELECT name, note FROM company WHERE id = ?", (entry.data["company_id"],))
    if row is None or (row[0], row[1]) != (entry.words.get("name", ""), entry.words.get("note", "")):
        return CHANGED
    was_name, was_note = entry.words.get("was_name", ""), entry.words.get("was_note", "")
    return cc.EditCompany(entry.data["company_id"], name=was_name, note=was_note)


INVERSES: Mapping[str, _Inverse] = {
    "customer_changed": _card_changed,
    "customers_merged": _merged,
    "customer_parted": _parted,
    "identity_added": _address_added,
    "identity_removed": _address_removed,
    "identity_proved": _address_shared,
    "customer_note_written": _note_written,
    "duplicate_settled": _settled,
    "company_changed": _company_changed,
}
