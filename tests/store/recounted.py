"""What is kept of conversations besides themselves, counted anew by plain SQL: counters, places in lists, lists by tag."""

from __future__ import annotations

from collections import Counter
from typing import Any

SHOWN = "spam = 0 AND merged_into_id IS NULL"
OPEN = f"status = 'open' AND {SHOWN}"
ONE_OF_ALL = {
    "all": SHOWN,
    "spam": "spam = 1 AND merged_into_id IS NULL",
    "failed": f"failed > 0 AND {SHOWN}",
    "closed": f"status = 'closed' AND {SHOWN}",
    "snoozed": f"status = 'snoozed' AND {SHOWN}",
    "inbox": OPEN,
    "unassigned": f"assignee_id IS NULL AND {OPEN}",
    "untagged": f"tag_ids = '' AND {OPEN}",
    "waiting": f"waiting_since IS NOT NULL AND {OPEN}",
    "late": f"late = 1 AND {OPEN}",
    "soon": f"soon = 1 AND {OPEN}",
}
BY = {"mine": "assignee_id", "channel": "channel_id", "team": "team_id"}


async def counters_are_right(house: Any) -> None:
    kept = {(view, scope): n for view, scope, n in await house.all("SELECT view, scope, n FROM counter WHERE n <> 0")}
    counted: Counter[tuple[str, int]] = Counter()
    for view, where in ONE_OF_ALL.items():
        (counted[(view, 0)],) = await house.one(f"SELECT count(*) FROM conversation WHERE {where}")
    for view, column in BY.items():
        rows = await house.all(f"SELECT {column}, count(*) FROM conversation WHERE {OPEN} AND {column} IS NOT NULL GROUP BY 1")
        counted.update({(view, scope): n for scope, n in rows})
    for tag_ids, is_open in await house.all(f"SELECT tag_ids, status = 'open' FROM conversation WHERE {SHOWN}"):
        for tag in map(int, filter(None, tag_ids.split(","))):
            counted[("any_tag", tag)] += 1
            counted[("tag", tag)] += is_open
    assert kept == {key: n for key, n in counted.items() if n}


async def lists_by_tag_are_right(house: Any) -> None:
    kept = sorted(await house.all("SELECT tag_id, list, sort, conversation_id FROM conversation_tag"))
    listed = []
    rows = await house.all(f"SELECT id, tag_ids, sort_at, newest_at, status = 'open' FROM conversation WHERE {SHOWN}")
    for conversation_id, tag_ids, sort_at, newest_at, is_open in rows:
        for tag in map(int, filter(None, tag_ids.split(","))):
            listed.append((tag, "a", newest_at, conversation_id))
            if is_open:
                listed.append((tag, "o", sort_at, conversation_id))
    assert kept == sorted(listed)


ALLOWED_MS = {0: 4 * 3_600_000, 1: 3_600_000, 2: 1_800_000, 3: 900_000}


async def rows_are_right(house: Any) -> None:
    """Every column that could be counted anew equals that. One that was merged away keeps what it said then."""
    allowed = " ".join(f"WHEN {priority} THEN {ms}" for priority, ms in ALLOWED_MS.items())
    allowance = (
        "CASE WHEN status = 'open' AND spam = 0 AND waiting_since IS NOT NULL"
        f" THEN waiting_since + CASE priority {allowed} END - 300000 * min(asked - 1, 6) END"
    )
    promised = "sla_policy <> '' AND due_at IS NOT NULL AND status = 'open' AND spam = 0"
    wrong = await house.all(
        "SELECT id, status, waiting_since FROM conversation c WHERE merged_into_id IS NULL AND ("
        " (status = 'closed' AND waiting_since IS NOT NULL)"
        " OR (status = 'closed') <> (closed_at IS NOT NULL)"
        " OR (status <> 'snoozed' AND snoozed_until IS NOT NULL)"
        " OR returns_at <> coalesce(snoozed_until, 1 << 52)"
        " OR message_count <> (SELECT count(*) FROM message m WHERE m.conversation_id = c.id)"
        " OR failed <> (SELECT count(*) FROM message m WHERE m.conversation_id = c.id AND m.delivery = 'failed')"
        " OR (asked = 0) <> (waiting_since IS NULL) OR newest_at <> -max(last_message_at, coalesce(closed_at, 0))"
        " OR last_message_at < (SELECT max(at) FROM message m WHERE m.conversation_id = c.id"
        "   AND m.kind IN ('incoming', 'outgoing'))"
        f" OR urgent_at IS NOT CASE WHEN {promised} THEN min(coalesce({allowance}, due_at), due_at) ELSE {allowance} END"
        f" OR (sla_policy = '' AND due_at IS NOT {allowance})"
        " OR ((late = 1 OR soon = 1) AND urgent_at IS NULL) OR (late = 1 AND soon = 1)"
        " OR sort_at <> coalesce(urgent_at, (1 << 53) - max(last_message_at, coalesce(woken_at, 0))))"
    )
    assert wrong == []


async def clocks_are_right(house: Any) -> None:
    """Where anything is promised each wait has its clock, and each row says what its clocks do."""
    live = "SELECT {} FROM sla_clock k WHERE k.conversation_id = c.id AND k.ended_at IS NULL"
    replies = live + " AND k.metric IN ('first_reply', 'next_reply')"
    alive = "c.status <> 'closed' AND c.spam = 0 AND c.merged_into_id IS NULL"
    running = live + " AND k.running_since IS NOT NULL AND k.target_ms IS NOT NULL"
    wrong = await house.all(
        "SELECT id, status, waiting_since FROM conversation c WHERE sla_policy <> '' AND ("
        f" ({replies.format('count(*)')}) <> ({alive} AND waiting_since IS NOT NULL)"
        f" OR EXISTS ({replies.format(1)} AND k.started_at <> c.waiting_since)"
        f" OR ({live.format('count(*)')} AND k.metric = 'resolution') > ({alive})"
        f" OR ({alive} AND c.due_at IS NOT ({running.format('min(k.due_at)')}))"
        f" OR EXISTS ({live.format(1)} AND k.due_at IS NOT NULL AND (k.running_since IS NULL OR k.target_ms IS NULL))"
        f" OR EXISTS ({running.format(1)} AND k.due_at IS NULL AND k.calendar = '')"
        " OR (left_ms IS NOT NULL AND due_at IS NOT NULL) OR (alarm_at IS NOT NULL AND due_at IS NULL))"
    )
    assert wrong == []


async def all_is_right(house: Any) -> None:
    """All of these."""
    await clocks_are_right(house)
    await counters_are_right(house)
    await lists_by_tag_are_right(house)
    await rows_are_right(house)
