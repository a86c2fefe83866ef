"""The desk in one look: channels with their ledgers, the outbox, what is held, who works here."""

from __future__ import annotations

from typing import Any

from deskterm.desk.model import Delivery, Held, Operator, Role
from deskterm.desk.post import HealthState
from deskterm.desk.rows import ChannelRow, DeliveryRow, HeldRow, OutboxRow
from deskterm.desk.text import clean_line, preview
from deskterm.store.accounted import ACCOUNTED
from deskterm.store.reader import Look
from deskterm.store.times import from_ms

_HINT_BYTES = 4096


async def operators(look: Look) -> tuple[Operator, ...]:
    """Read everybody who works here."""
    rows = await look.all("SELECT id, login, name, role FROM operator WHERE disabled = 0 ORDER BY name, id")
    return tuple(Operator(row[0], row[1], row[2], Role(row[3])) for row in rows)


async def channels(look: Look) -> tuple[ChannelRow, ...]:
    """Read the channels; the ledger's count is made now, against what the last full scan saw on the server."""
    rows = await look.all(
        "SELECT id, name, kind, address, enabled, state, detail, fix, last_ok_at, since, gap, gap_at FROM channel ORDER BY id"
    )
    server: dict[int, Any] = {
        row[0]: row[1:]
        for row in await look.all("SELECT channel_id, sum(on_server), min(at) FROM server_count GROUP BY channel_id")
    }
    ours: dict[int, int] = dict(
        await look.all(
            "SELECT s.channel_id, count(*) FROM server_copy s JOIN server_count n ON n.channel_id = s.channel_id"
            f" AND n.folder = s.folder AND n.epoch = s.epoch WHERE s.present = 1 AND {ACCOUNTED} GROUP BY s.channel_id"
        )
    )
    held: dict[int, int] = dict(
        await look.all(
            f"SELECT channel_id, count(*) FROM inbound WHERE {HELD_BACK} AND state = 'quarantined' GROUP BY channel_id"
        )
    )
    made = []
    for row in rows:
        on_server, counted_at = server.get(row[0], (None, None))
        made.append(
            ChannelRow(
                id=row[0],
                name=row[1],
                kind=row[2],
                address=row[3],
                enabled=bool(row[4]),
                state=HealthState(row[5]),
                detail=row[6],
                fix=row[7],
                last_ok_at=from_ms(row[8]),
                since=from_ms(row[9]),
                # What was fetched since the last full scan is on the server, too.
                server_count=None if on_server is None else max(on_server, ours.get(row[0], 0)),
                ours_count=ours.get(row[0], 0) if on_server is not None else None,
                counted_at=from_ms(counted_at),
                held=held.get(row[0], 0),
                gap=row[10],
                gap_at=from_ms(row[11]),
            )
        )
    return tuple(made)


async def outbox(look: Look, before_id: int | None, limit: int) -> tuple[OutboxRow, ...]:
    """Read what has not simply gone out: what needs a person first, then the queue; newest first in each."""
    rows = await look.all(
        "SELECT m.id, m.conversation_id, c.number, ch.name, c.title, coalesce(o.name, ''), substr(m.text, 1, 600), m.at,"
        " m.delivery, m.delivery_detail, m.sent_at,"
        " (SELECT min(x.not_before) FROM outbox x WHERE x.message_id = m.id AND x.state IN ('queued', 'uncertain')),"
        " (SELECT max(x.attempt) FROM outbox x WHERE x.message_id = m.id),"
        " (SELECT count(*) FROM outbox x WHERE x.message_id = m.id), m.author_operator_id"
        " FROM message m JOIN conversation c ON c.id = m.conversation_id JOIN channel ch ON ch.id = m.channel_id"
        " LEFT JOIN operator o ON o.id = m.author_operator_id"
        " WHERE m.delivery IN ('queued','sending','failed','uncertain')"
        " AND (m.delivery NOT IN ('failed', 'uncertain'), -m.id) > (?, ?)"
        " ORDER BY m.delivery NOT IN ('failed', 'uncertain'), m.id DESC LIMIT ?",
        (*await _place_in_outbox(look, before_id), limit),
    )
    return tuple(
        OutboxRow(
            message_id=r[0],
            conversation_id=r[1],
            number=r[2],
            channel=r[3],
            customer=r[4],
            operator=r[5],
            preview=preview(r[6]),
            at=from_ms(r[7]),
            delivery=DeliveryRow(Delivery(r[8]), r[9], from_ms(r[11]), r[12] or 0, r[13] or 1, from_ms(r[10])),
            operator_id=r[14],
        )
        for r in rows
    )


async def _place_in_outbox(look: Look, message_id: int | None) -> tuple[int, int]:
    """Return where a message stands in the outbox's order; one that has gone out meanwhile stood in the queue."""
    if message_id is None:
        return -1, 0
    row = await look.one("SELECT delivery IN ('failed', 'uncertain') FROM message WHERE id = ?", (message_id,))
    return int(not (row and row[0])), -message_id


HELD_BACK = "state IN ('quarantined','ignored')"
"""The condition of the index on what is held, as it stands there: one state alone does not lead SQLite to it."""
_HELD = (
    "SELECT i.id, ch.name, ch.kind, i.state, i.reason, i.received_at, i.size, substr(i.data, 1, ?) FROM inbound i"
    " JOIN channel ch ON ch.id = i.channel_id"
)


def _held_row(raw: Any) -> HeldRow:
    return HeldRow(raw[0], raw[1], raw[2], Held(raw[3]), raw[4], from_ms(raw[5]), raw[6], _hint(raw[7]))


async def held(look: Look, state: Held, before_id: int | None, limit: int) -> tuple[HeldRow, ...]:
    """Read ledger rows in a state, newest first."""
    by_index = f" AND i.{HELD_BACK}" if state in (Held.QUARANTINED, Held.IGNORED) else ""
    rows = await look.all(
        f"{_HELD} WHERE i.state = ?{by_index} AND i.id < ? ORDER BY i.id DESC LIMIT ?",
        (_HINT_BYTES, state.value, before_id if before_id is not None else 2**62, limit),
    )
    return tuple(_held_row(row) for row in rows)


async def held_row(look: Look, inbound_id: int) -> HeldRow | None:
    """Read one ledger row."""
    row = await look.one(f"{_HELD} WHERE i.id = ?", (_HINT_BYTES, inbound_id))
    return None if row is None else _held_row(row)


def _hint(data: bytes | None) -> str:
    """Return what a person may know a raw message by: its From and Subject lines as they stand, or its first words."""
    text = (data or b"").decode("utf-8", "replace")
    lines = [line for line in text.splitlines() if line.lower().startswith(("from:", "subject:"))]
    return clean_line(" · ".join(lines[:2]) or text, 200)
