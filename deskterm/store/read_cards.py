"""A customer's card as it is shown: read in one look, of a card that was merged away that of the one it went into."""

from __future__ import annotations

import json
from typing import Any

from deskterm.desk.rows_customer import (
    Card,
    CardIdentity,
    ClaimRow,
    CustomerNoteRow,
    DuplicateRow,
    MergedCard,
    RecordRow,
)
from deskterm.store import read_duplicates
from deskterm.store.reader import Look
from deskterm.store.times import from_ms

MOST_RECORDS = 50
"""Most records that a card shows, the newest."""

_CARD = (
    "SELECT c.id, c.name, c.language, c.company_id, coalesce(co.name, ''), c.created_at, c.version, c.erased_at"
    " FROM customer c LEFT JOIN company co ON co.id = c.company_id WHERE c.id = ?"
)
_SURVIVOR = (
    "WITH RECURSIVE chain (id, next) AS (SELECT id, merged_into_id FROM customer WHERE id = ? UNION"
    " SELECT c.id, c.merged_into_id FROM customer c JOIN chain ON c.id = chain.next) SELECT id FROM chain WHERE next IS NULL"
)
_MERGED = (
    "WITH RECURSIVE gone (id, name) AS (SELECT id, name FROM customer WHERE merged_into_id = ? UNION"
    " SELECT c.id, c.name FROM customer c JOIN gone ON c.merged_into_id = gone.id)"
    " SELECT gone.id, gone.name, (SELECT max(j.stored_at) FROM customer c JOIN journal j ON j.customer_id = c.merged_into_id"
    " WHERE c.id = gone.id AND j.kind = 'customers_merged' AND json_extract(j.data, '$.from_id') = gone.id)"
    " FROM gone ORDER BY gone.id"
)
_IDENTITIES = (
    "SELECT id, kind, value, name, proof, shared, label, blocked, unreachable FROM identity WHERE customer_id = ? ORDER BY id"
)
_CLAIMS = (
    "SELECT cl.kind, cl.value, cl.evidence, min(cl.at), i.customer_id FROM claim cl"
    " LEFT JOIN identity i ON i.kind = cl.kind AND i.value = cl.value"
    " WHERE cl.customer_id IN (SELECT value FROM json_each(?)) AND (i.customer_id IS NULL OR i.customer_id <> ?)"
    " GROUP BY cl.kind, cl.value ORDER BY min(cl.at), cl.value"
)
_NOTES = (
    "SELECT n.id, n.text, n.pinned, n.at, coalesce(o.name, '') FROM customer_note n"
    " LEFT JOIN operator o ON o.id = n.operator_id WHERE n.customer_id = ? AND n.text <> '' ORDER BY n.pinned DESC, n.id DESC"
)
_TAGS = "SELECT t.name FROM customer_tag ct JOIN tag t ON t.id = ct.tag_id WHERE ct.customer_id = ? ORDER BY t.folded"
_COUNTS = (
    "SELECT min(opened_at), max(last_message_at), coalesce(sum(status <> 'closed'), 0), coalesce(sum(status = 'closed'), 0),"
    " coalesce(sum(message_count), 0) FROM conversation INDEXED BY ix_conversation_customer"
    " WHERE customer_id = ? AND merged_into_id IS NULL"
)
_RECORDS = (
    "SELECT id, kind, external_id, at, data, customer_id FROM record WHERE customer_id = ? ORDER BY at DESC, id DESC LIMIT ?"
)


async def survivor(look: Look, customer_id: int) -> int | None:
    """Return the customer that this one was merged into, at the end of the chain; itself where it stands by itself."""
    row = await look.one(_SURVIVOR, (customer_id,))
    return None if row is None else int(row[0])


async def identities(look: Look, customer_id: int) -> tuple[CardIdentity, ...]:
    """Return a customer's addresses, in the order they became known."""
    rows = await look.all(_IDENTITIES, (customer_id,))
    return tuple(
        CardIdentity(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            shared=bool(row[5]),
            label=row[6],
            blocked=bool(row[7]),
            unreachable=bool(row[8]),
        )
        for row in rows
    )


async def values(look: Look, customer_id: int) -> dict[str, str]:
    """Return what stands in the fields of the owner's."""
    return dict(await look.all("SELECT field, value FROM customer_value WHERE customer_id = ?", (customer_id,)))


async def card(look: Look, wanted_id: int) -> Card | None:
    """Return a card."""
    customer_id = await survivor(look, wanted_id)
    row = None if customer_id is None else await look.one(_CARD, (customer_id,))
    if customer_id is None or row is None:
        return None
    gone = tuple(MergedCard(one[0], one[1], from_ms(one[2])) for one in await look.all(_MERGED, (customer_id,)))
    claimed_by = json.dumps([customer_id, *(one.id for one in gone)])
    first_at, last_at, open_count, closed_count, message_count = await look.one(_COUNTS, (customer_id,))
    return Card(
        id=customer_id,
        name=row[1],
        language=row[2],
        company_id=row[3],
        company=row[4],
        identities=await identities(look, customer_id),
        values=await values(look, customer_id),
        notes=tuple(
            CustomerNoteRow(one[0], one[1], bool(one[2]), from_ms(one[3]), one[4])
            for one in await look.all(_NOTES, (customer_id,))
        ),
        tags=tuple(one[0] for one in await look.all(_TAGS, (customer_id,))),
        claims=tuple(
            ClaimRow(one[0], one[1], one[2], from_ms(one[3]), one[4])
            for one in await look.all(_CLAIMS, (claimed_by, customer_id))
        ),
        duplicates=await _duplicates(look, customer_id),
        merged=gone,
        records=tuple(_record(one) for one in await look.all(_RECORDS, (customer_id, MOST_RECORDS))),
        created_at=from_ms(row[5]),
        first_at=from_ms(first_at),
        last_at=from_ms(last_at),
        open_count=open_count,
        closed_count=closed_count,
        message_count=message_count,
        version=row[6],
        erased_at=from_ms(row[7]),
    )


async def _duplicates(look: Look, customer_id: int) -> tuple[DuplicateRow, ...]:
    return await read_duplicates.of_customer(look, customer_id)


def _record(row: Any) -> RecordRow:
    return RecordRow(row[0], row[1], row[2], from_ms(row[3]), json.loads(row[4]), row[5])
