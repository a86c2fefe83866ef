"""The list: windows of the built-in views by keyset on covering partial indexes, never OFFSET; counts from the counters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deskterm.desk.model import Kind, Priority, Status
from deskterm.desk.rows import ConversationRow, Counts, RowKey, View, Window
from deskterm.store.reader import Look
from deskterm.store.times import from_ms

_OPEN = "c.status = 'open' AND c.spam = 0 AND c.merged_into_id IS NULL"


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a view is read: its condition, the column that sorts it, the index that holds it, its counter's name."""

    where: str
    sort: str
    index: str
    counter: str
    mine: bool = False


_PLANS = {
    View.INBOX: _Plan(_OPEN, "sort_at", "ix_list_inbox", "inbox"),
    View.MINE: _Plan(f"{_OPEN} AND c.assignee_id = :me", "sort_at", "ix_list_assignee", "mine", mine=True),
    View.UNASSIGNED: _Plan(f"{_OPEN} AND c.assignee_id IS NULL", "sort_at", "ix_list_assignee", "unassigned"),
    View.WAITING: _Plan(f"{_OPEN} AND c.waiting_since IS NOT NULL", "sort_at", "ix_list_waiting", "waiting"),
    View.LATE: _Plan(f"{_OPEN} AND c.late = 1", "sort_at", "ix_list_late", "late"),
    View.SNOOZED: _Plan("c.status = 'snoozed'", "snoozed_until", "ix_list_snoozed", "snoozed"),
    View.CLOSED: _Plan("c.status = 'closed' AND c.merged_into_id IS NULL", "newest_at", "ix_list_closed", "closed"),
    View.ALL: _Plan("c.merged_into_id IS NULL", "newest_at", "ix_list_all", "all"),
    View.FAILED: _Plan("c.failed > 0", "newest_at", "ix_list_failed", "failed"),
}

_COLUMNS = (
    "c.id, c.number, ch.name, ch.kind, c.title, c.subject, c.preview, c.preview_kind, c.status, c.priority, c.assignee_id,"
    " coalesce(o.name, ''), c.waiting_since, c.urgent_at, c.last_message_at, c.asked, c.late, c.unread, c.failed, c.is_group,"
    " EXISTS (SELECT 1 FROM draft d WHERE d.operator_id = :me AND d.conversation_id = c.id)"
)
_JOINS = "JOIN channel ch ON ch.id = c.channel_id LEFT JOIN operator o ON o.id = c.assignee_id"


def _row(raw: Any) -> ConversationRow:
    return ConversationRow(
        key=RowKey(raw[21], raw[0]),
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
    )


def _select(plan: _Plan, compare: str, order: str) -> str:
    return (
        f"SELECT {_COLUMNS}, c.{plan.sort} FROM conversation c INDEXED BY {plan.index} {_JOINS} WHERE {plan.where}"
        f" AND (c.{plan.sort}, c.id) {compare} (:sort, :id) ORDER BY c.{plan.sort} {order}, c.id {order} LIMIT :limit"
    )


_FROM_HERE = {view: _select(plan, ">=", "ASC") for view, plan in _PLANS.items()}
_BEFORE = {view: _select(plan, "<", "DESC") for view, plan in _PLANS.items()}
_FIRST = RowKey(-(2**62), 0)


async def window(look: Look, view: View, me: int, at: RowKey | None, before: int, after: int) -> Window:
    """Read a stretch of a view; see `Office.conversations`."""
    key = at or _FIRST
    values = {"me": me, "sort": key.sort, "id": key.id}
    below = await look.all(_FROM_HERE[view], {**values, "limit": after + 1}) if after or at is None else []
    above = await look.all(_BEFORE[view], {**values, "limit": before + 1}) if at is not None and before else []
    more_after = len(below) > after if after else await _any(look, _FROM_HERE[view], values)
    more_before = len(above) > before if before else at is not None and await _any(look, _BEFORE[view], values)
    rows = [_row(raw) for raw in reversed(above[:before])] + [_row(raw) for raw in below[:after]]
    return Window(tuple(rows), await total(look, view, me), more_before, more_after)


async def _any(look: Look, sql: str, values: dict[str, int]) -> bool:
    return await look.one(sql, {**values, "limit": 1}) is not None


async def total(look: Look, view: View, me: int) -> int:
    """Return how many conversations a view holds, from its counter."""
    plan = _PLANS[view]
    row = await look.one("SELECT n FROM counter WHERE view = ? AND scope = ?", (plan.counter, me if plan.mine else 0))
    return int(row[0]) if row is not None else 0


async def key_of(look: Look, conversation_id: int, view: View, me: int) -> RowKey | None:
    """Return where a conversation stands in a view; None if it is not in it."""
    plan = _PLANS[view]
    row = await look.one(
        f"SELECT c.{plan.sort} FROM conversation c WHERE c.id = :id AND {plan.where}", {"id": conversation_id, "me": me}
    )
    return None if row is None else RowKey(row[0], conversation_id)


async def by_id(look: Look, conversation_id: int, me: int) -> ConversationRow | None:
    """Return the row of one conversation, in the order of urgency."""
    raw = await look.one(
        f"SELECT {_COLUMNS}, c.sort_at FROM conversation c {_JOINS} WHERE c.id = :id", {"id": conversation_id, "me": me}
    )
    return None if raw is None else _row(raw)


async def counts(look: Look, me: int) -> Counts:
    """Read the counters of all views, the outbox and the shelf."""
    counters = {
        (view, scope): n for view, scope, n in await look.all("SELECT view, scope, n FROM counter WHERE scope IN (0, ?)", (me,))
    }
    views = {view: counters.get((plan.counter, me if plan.mine else 0), 0) for view, plan in _PLANS.items()}
    out = dict(
        await look.all(
            "SELECT delivery, count(*) FROM message WHERE delivery IN ('queued','sending','failed','uncertain')"
            " GROUP BY delivery"
        )
    )
    held = await look.one("SELECT count(*) FROM inbound WHERE state = 'quarantined'")
    return Counts(
        views=views,
        queued=out.get("queued", 0) + out.get("sending", 0),
        failed=out.get("failed", 0),
        uncertain=out.get("uncertain", 0),
        held=held[0],
    )
