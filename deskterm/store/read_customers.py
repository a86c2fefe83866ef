"""Customers found by a few letters, and the names that a query may speak of."""

from __future__ import annotations

import json

from deskterm.desk.query import Names
from deskterm.desk.rows import CustomerRow, IdentityRow
from deskterm.store import list_text
from deskterm.store.reader import Look

_FOUND = "SELECT rowid FROM customer_search WHERE customer_search MATCH :match ORDER BY rowid DESC LIMIT :limit"
_NEWEST = "SELECT id FROM customer ORDER BY id DESC LIMIT :limit"
_CUSTOMERS = (
    "SELECT cu.id, cu.name, c.id, c.number, co.id, co.name FROM customer cu LEFT JOIN company co ON co.id = cu.company_id"
    " LEFT JOIN conversation c ON c.id = (SELECT max(x.id) FROM conversation x INDEXED BY ix_conversation_customer WHERE"
    " x.customer_id = cu.id AND x.merged_into_id IS NULL) WHERE cu.id IN ({found}) AND cu.merged_into_id IS NULL"
    " AND cu.erased_at IS NULL ORDER BY cu.id DESC"
)


async def found(look: Look, letters: str, limit: int) -> tuple[CustomerRow, ...]:
    """Return the newest customers of whose names or addresses every word begins with one of these; with none the newest."""
    match = list_text.of_person(letters)
    if letters.strip() and not match:
        return ()
    sql = _CUSTOMERS.format(found=_FOUND if match else _NEWEST)
    rows = await look.all(sql, {"match": match, "limit": limit} if match else {"limit": limit})
    identities: dict[int, list[IdentityRow]] = {}
    for customer_id, kind, value, name in await look.all(
        "SELECT customer_id, kind, value, name FROM identity WHERE customer_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps([row[0] for row in rows]),),
    ):
        identities.setdefault(customer_id, []).append(IdentityRow(kind, value, name))
    return tuple(
        CustomerRow(one, name, tuple(identities.get(one, ())), conversation_id, number, company_id, company or "")
        for one, name, conversation_id, number, company_id, company in rows
    )


async def names(look: Look) -> Names:
    """Return the names of tags, operators (logins, and who they are), teams and channels."""
    known: dict[str, set[str]] = {"tag": set(), "operator": set(), "team": set(), "channel": set()}
    people: list[tuple[str, str]] = []
    for kind, name, shown in await look.all(
        "SELECT 'tag', name, '' FROM tag UNION ALL SELECT 'operator', login, name FROM operator WHERE disabled = 0"
        " UNION ALL SELECT 'team', name, '' FROM team UNION ALL SELECT 'channel', name, '' FROM channel"
    ):
        known[kind].add(name)
        if kind == "operator":
            people.append((name, shown))
    return Names(
        tags=frozenset(known["tag"]),
        operators=frozenset(known["operator"]),
        teams=frozenset(known["team"]),
        channels=frozenset(known["channel"]),
        people=tuple(sorted(people)),
    )
