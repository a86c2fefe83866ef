"""The list's rows and the counters, read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from deskterm.desk.model import Kind, Priority, Status
from deskterm.desk.rows import ConversationRow, Counts, RowKey, Standing, View
from deskterm.store import read_desk
from deskterm.store.conversations import tag_ids
from deskterm.store.list_sources import Counted
from deskterm.store.reader import Look
from deskterm.store.times import from_ms

KEPT = 1_200
"""Rows that are kept made: more than a console has loaded. At each bell it looks at all of those again; few have changed."""
_COLUMNS = (
    "c.id, c.number, ch.name, ch.kind, c.title, c.subject, c.preview, c.preview_kind, c.status, c.priority, c.assignee_id,"
    " coalesce(o.name, ''), c.waiting_since, c.urgent_at, c.last_message_at, c.asked, c.late, c.unread, c.failed, c.is_group,"
    " EXISTS (SELECT 1 FROM draft d WHERE d.operator_id = :me AND d.conversation_id = c.id), c.tag_ids,"
    " coalesce((SELECT name FROM team WHERE id = c.team_id), ''), c.snoozed_until, c.spam, c.newest_at,"
    " c.due_at, c.left_ms, c.soon, c.sla_policy"
)
_JOINS = "CROSS JOIN channel ch ON ch.id = c.channel_id LEFT JOIN operator o ON o.id = c.assignee_id"


@lru_cache(maxsize=KEPT)
def _row(raw: tuple[Any, ...], tags: tuple[str, ...]) -> ConversationRow:
    """Make a row; one that says what it said at the last look is the same object."""
    return ConversationRow(
        key=RowKey(raw[30], raw[0]),
        id=raw[0],
        number=raw[1],
        channel=raw[2],
        channel_kind=raw[3],
        customer=raw[4],
        subject=raw[5],
        preview=raw[6],
        preview_kind=Kind(raw[7]),
        status=Status(raw[8]),
        priority=Priority(raw[9]),
        assignee_id=raw[10],
        assignee=raw[11],
        waiting_since=from_ms(raw[12]),
        urgent_at=from_ms(raw[13]),
        last_message_at=from_ms(raw[14]),
        asked=raw[15],
        late=bool(raw[16]),
        unread=raw[17],
        failed=raw[18],
        is_group=bool(raw[19]),
        draft=bool(raw[20]),
        tags=tags,
        team=raw[22],
        snoozed_until=from_ms(raw[23]),
        spam=bool(raw[24]),
        sorted_at=from_ms(-raw[25]) if raw[30] in (raw[25], -raw[25]) else None,
        due_at=from_ms(raw[26]),
        left_ms=raw[27],
        soon=bool(raw[28]),
        sla_policy=raw[29],
    )


async def rows(look: Look, keys: str, values: dict[str, Any], me: int) -> list[ConversationRow]:
    """Read the rows of a SELECT of (id, sort), in its order."""
    sql = f"SELECT {_COLUMNS}, k.sort FROM ({keys}) k CROSS JOIN conversation c ON c.id = k.id {_JOINS}"
    return await _made(look, await look.all(sql, {**values, "me": me}))


async def of_keys(look: Look, keys: Iterable[tuple[int, int]], me: int) -> list[ConversationRow]:
    """Read the rows of keys (id, sort), in their order."""
    given = "SELECT value ->> 0 AS id, value ->> 1 AS sort FROM json_each(:keys)"
    return await rows(look, given, {"keys": json.dumps(list(keys))}, me)


async def by_id(look: Look, conversation_id: int, me: int) -> ConversationRow | None:
    """Return the row of one conversation, in the order of urgency."""
    sql = f"SELECT {_COLUMNS}, c.sort_at FROM conversation c {_JOINS} WHERE c.id = :id"
    made = await _made(look, await look.all(sql, {"id": conversation_id, "me": me}))
    return made[0] if made else None


async def standing(look: Look, conversation_ids: Iterable[int]) -> Standing:
    """Count how many of these conversations are not closed, and have something unread."""
    sql = (
        "SELECT count(*), count(*) FILTER (WHERE c.status <> 'closed'), count(*) FILTER (WHERE c.unread > 0)"
        " FROM json_each(?) given CROSS JOIN conversation c ON c.id = given.value"
    )
    return Standing(*await look.one(sql, (json.dumps(list(conversation_ids)),)))


async def _made(look: Look, raw: Iterable[Any]) -> list[ConversationRow]:
    raw = list(raw)
    tags = dict(await look.all("SELECT id, name FROM tag")) if any(row[21] for row in raw) else {}
    return [_row(row, _names(row[21], tags)) for row in raw]


def _names(tags: str, names: dict[int, str]) -> tuple[str, ...]:
    return tuple(sorted((names[tag] for tag in tag_ids(tags)), key=str.casefold)) if tags else ()


_COUNTERS = {
    View.INBOX: "inbox",
    View.UNASSIGNED: "unassigned",
    View.UNTAGGED: "untagged",
    View.WAITING: "waiting",
    View.LATE: "late",
    View.SNOOZED: "snoozed",
    View.CLOSED: "closed",
    View.ALL: "all",
    View.FAILED: "failed",
    View.SPAM: "spam",
}
_DRAFTS = (
    "SELECT count(*) FROM draft d CROSS JOIN conversation c ON c.id = d.conversation_id"
    " WHERE d.operator_id = ? AND c.spam = 0 AND c.merged_into_id IS NULL"
)
_OUT = "SELECT delivery, count(*) FROM message WHERE delivery IN ('queued','sending','failed','uncertain') GROUP BY delivery"


async def counters(look: Look) -> dict[Counted, int]:
    """Read all counters."""
    return {Counted(view, scope): n for view, scope, n in await look.all("SELECT view, scope, n FROM counter")}


async def counts(look: Look, me: int) -> Counts:
    """Read the counters of all views, channels, teams and tags, the outbox and the shelf."""
    known = await counters(look)
    views = {view: known.get(Counted(name), 0) for view, name in _COUNTERS.items()}
    views[View.MINE] = known.get(Counted("mine", me), 0)
    views[View.DRAFTS] = (await look.one(_DRAFTS, (me,)))[0]
    out = dict(await look.all(_OUT))
    held = await look.one(f"SELECT count(*) FROM inbound WHERE {read_desk.HELD_BACK} AND state = 'quarantined'")

    def scoped(name: str) -> dict[int, int]:
        return {counter.scope: n for counter, n in known.items() if counter.view == name and n}

    return Counts(
        views={view: views[view] for view in View},
        queued=out.get("queued", 0) + out.get("sending", 0),
        failed=out.get("failed", 0),
        uncertain=out.get("uncertain", 0),
        held=held[0],
        channels=scoped("channel"),
        teams=scoped("team"),
        tags=scoped("tag"),
    )
