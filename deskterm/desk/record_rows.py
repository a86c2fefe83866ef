"""A row of the business's own system as a record of the desk: checked by the columns of its kind. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from deskterm.desk.card import FieldType, RecordKind, found_by
from deskterm.desk.card_values import Phone, normal_value
from deskterm.desk.commands import Refused
from deskterm.desk.post import IdentityKind
from deskterm.desk.record_numbers import MAX_ID, record_key
from deskterm.desk.text import clean_line

ID = "id"
"""The column of a record's number."""
CUSTOMER = "customer"
"""What stands for the kind of an address where a record names a card by its number."""


@dataclass(frozen=True, slots=True)
class RecordData:
    """What a row says. `values` are those of the columns it has; a record that is there already keeps the others."""

    external_id: str
    key: str
    values: Mapping[str, str]


def read_row(kind: RecordKind, row: Mapping[str, str], phone: Phone) -> RecordData | tuple[Refused, ...]:
    """Return what a row says of a record, or all that is wrong with it."""
    external_id = clean_line(row.get(ID, ""), 2 * MAX_ID).strip()
    if not record_key(external_id):
        return (Refused("id_wanted"),)
    if len(external_id) > MAX_ID:
        return (Refused("too_long", {"length": len(external_id), "limit": MAX_ID}),)
    columns = {column.key: column for column in kind.columns}
    values = {}
    wrong: list[Refused] = []
    for name, typed in row.items():
        if name == ID:
            continue
        if name not in columns:
            wrong.append(Refused("unknown_column", {"name": clean_line(name, 60)}))
            continue
        value = normal_value(columns[name], typed, phone)
        if isinstance(value, Refused):
            wrong.append(Refused(value.code, {**value.values, "column": name}))
        else:
            values[name] = value
    if wrong:
        return tuple(wrong)
    return RecordData(external_id, record_key(external_id), values)


def said_again(before: RecordData, data: RecordData) -> RecordData:
    """Return what two rows of one file say of one record: the later one goes before, but for what it leaves empty."""
    return replace(before, values={**before.values, **{name: value for name, value in data.values.items() if value}})


def found_through(kind: RecordKind, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return by what a record finds its customer, the first first: (kind of address or `CUSTOMER`, value)."""
    named = {
        "email": IdentityKind.EMAIL.value,
        "phone": IdentityKind.PHONE.value,
        "telegram": IdentityKind.TELEGRAM.value,
        "customer": CUSTOMER,
    }
    columns = {column.key: column for column in kind.columns}
    found = [(named[found_by(columns[key])], values.get(key, "")) for key in kind.customer_by]
    return tuple(dict.fromkeys((how, value) for how, value in found if value))


def date_of(kind: RecordKind, values: Mapping[str, str]) -> datetime | None:
    """Return when a record is of: its first date."""
    for column in kind.columns:
        if column.type is FieldType.DATE and (value := values.get(column.key)):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return None
