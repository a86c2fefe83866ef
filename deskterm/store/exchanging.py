"""Customers out as a table, in stretches. In: `customer_imports`."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from deskterm.desk.card import CardSettings
from deskterm.store import list_text
from deskterm.store.reader import Reader

STRETCH = 500
"""Customers read together."""

_FOUND = "SELECT rowid FROM customer_search WHERE customer_search MATCH :match"
_CUSTOMERS = (
    "SELECT c.id, c.name, c.language, coalesce(co.name, ''),"
    " (SELECT json_group_array(json_array(i.kind, i.value)) FROM identity i WHERE i.customer_id = c.id),"
    " (SELECT group_concat(t.name, ', ') FROM customer_tag ct JOIN tag t ON t.id = ct.tag_id WHERE ct.customer_id = c.id),"
    " (SELECT json_group_object(v.field, v.value) FROM customer_value v WHERE v.customer_id = c.id)"
    " FROM customer c LEFT JOIN company co ON co.id = c.company_id WHERE c.id > :after AND c.merged_into_id IS NULL"
    " AND c.erased_at IS NULL {which} ORDER BY c.id LIMIT :most"
)
COLUMNS = ("id", "name", "phone", "email", "telegram", "company", "language", "tags")
"""The columns of an export, before the fields of the card; all but `id` are read back by an import."""


async def table(reader: Reader, letters: str, card: CardSettings) -> AsyncIterator[list[tuple[str, ...]]]:
    """Yield the head, then the customers in stretches: all, or those of whose names or addresses every word begins so."""
    keys = [one.key for one in card.fields]
    yield [(*COLUMNS, *keys)]
    match = list_text.of_person(letters)
    if letters.strip() and not match:
        return
    sql = _CUSTOMERS.format(which=f"AND c.id IN ({_FOUND})" if match else "")
    values: dict[str, Any] = {"after": 0, "most": STRETCH, **({"match": match} if match else {})}
    while rows := await reader.all(sql, values):
        yield [_row(row, keys) for row in rows]
        values["after"] = rows[-1][0]


def _row(row: Any, keys: Sequence[str]) -> tuple[str, ...]:
    customer_id, name, language, company, addresses, tags, fields = row
    known: list[list[str]] = json.loads(addresses)
    said: dict[str, str] = json.loads(fields)
    by_kind = ["; ".join(value for kind, value in known if kind == wanted) for wanted in ("phone", "email", "telegram")]
    return str(customer_id), name, *by_kind, company, language, tags or "", *(said.get(key, "") for key in keys)
