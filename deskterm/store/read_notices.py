"""Notices as they are shown, and how much of an operator's own asks to be looked at."""

from __future__ import annotations

import json
from typing import Any

from deskterm.desk.notice_kinds import NoticeKind
from deskterm.desk.rows_time import DueCounts, NoticeRow
from deskterm.desk.text import clean_line
from deskterm.store.reader import Look
from deskterm.store.times import from_ms

_NOW_IN = (
    "WITH RECURSIVE up(id, into_id) AS (SELECT x.id, x.merged_into_id FROM conversation x WHERE x.id = n.conversation_id UNION"
    " SELECT x.id, x.merged_into_id FROM conversation x JOIN up ON x.id = up.into_id) SELECT id FROM up WHERE into_id IS NULL"
)
ROWS = (
    "SELECT n.id, n.kind, n.at, n.read_at, n.data, c.id, c.number, c.title, c.subject, n.message_id, t.id, t.number, t.title,"
    " r.id, r.words, o.name FROM notice n{index}"
    f" LEFT JOIN conversation c ON c.id = ({_NOW_IN})"
    " LEFT JOIN task t ON t.id = n.task_id LEFT JOIN reminder r ON r.id = n.reminder_id"
    " LEFT JOIN operator o ON o.id = json_extract(n.data, '$.by')"
)
"""Notices with what they are about; of a conversation that was merged the one that it went into."""

_DUE = (
    "SELECT (SELECT count(*) FROM notice INDEXED BY ix_notice_unread WHERE operator_id = :me AND read_at IS NULL),"
    " (SELECT count(*) FROM reminder WHERE operator_id = :me AND state = 'due'),"
    " (SELECT count(*) FROM task INDEXED BY ix_task_assignee WHERE assignee_id = :me AND overdue = 1"
    " AND status IN ('open', 'started') AND dropped_at IS NULL),"
    " (SELECT coalesce(max(id), 0) FROM notice INDEXED BY ix_notice_unread WHERE operator_id = :me AND read_at IS NULL)"
)


async def due(look: Look, operator_id: int) -> DueCounts:
    """Count what of an operator's asks to be looked at."""
    return DueCounts(*await look.one(_DUE, {"me": operator_id}))


async def listed(look: Look, operator_id: int, *, unread: bool, before_id: int | None, limit: int) -> tuple[NoticeRow, ...]:
    """Read notices of an operator, the newest first."""
    index = " INDEXED BY ix_notice_unread" if unread else " INDEXED BY ix_notice_operator"
    where = " WHERE n.operator_id = ? AND n.id < ?" + (" AND n.read_at IS NULL" if unread else "")
    last = 2**62 if before_id is None else before_id
    rows = await look.all(ROWS.format(index=index) + where + " ORDER BY n.id DESC LIMIT ?", (operator_id, last, limit))
    return tuple(shown(row) for row in rows)


def shown(row: Any, *, outside: bool = False) -> NoticeRow:
    """Return a row of `ROWS` as it is shown. What leaves the house (`outside`) names numbers, the customer and the subject: no
    words of tasks and reminders, which may be a customer's."""
    notice_id, kind, at, read_at, data, talk_id, number, title, subject, message_id, *rest = row
    task_id, task_number, task_title, reminder_id, words, by = rest
    of_talk = "" if title is None else f"{title}: {subject}" if subject else title
    if kind == NoticeKind.REMINDER and not of_talk and task_number is not None:
        of_talk = f"T{task_number}"
    named = of_talk if outside else words or task_title or of_talk
    return NoticeRow(
        id=notice_id,
        kind=kind,
        at=from_ms(at),
        read_at=from_ms(read_at),
        about=clean_line(named, 200),
        by=clean_line(by or "", 80),
        conversation_id=talk_id,
        conversation_number=number,
        message_id=message_id,
        task_id=task_id,
        task_number=task_number,
        reminder_id=reminder_id,
        data=json.loads(data),
    )
