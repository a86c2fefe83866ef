"""Reminders and promises as they are shown. What was merged away is followed: they are told of the conversation and the card
that hold it now."""

from __future__ import annotations

from typing import Any

from deskterm.desk.rows_time import PromiseRow, ReminderRow
from deskterm.store.reader import Look
from deskterm.store.times import from_ms

_UP = (
    "WITH RECURSIVE up(id, into_id) AS (SELECT x.id, x.merged_into_id FROM {table} x WHERE x.id = {of} UNION"
    " SELECT x.id, x.merged_into_id FROM {table} x JOIN up ON x.id = up.into_id) SELECT id FROM up WHERE into_id IS NULL"
)
_TREE = (
    "WITH RECURSIVE top(id, into_id) AS (SELECT x.id, x.merged_into_id FROM {table} x WHERE x.id = ? UNION"
    " SELECT x.id, x.merged_into_id FROM {table} x JOIN top ON x.id = top.into_id),"
    " tree(id) AS (SELECT id FROM top WHERE into_id IS NULL UNION"
    " SELECT x.id FROM {table} x JOIN tree ON x.merged_into_id = tree.id) SELECT id FROM tree"
)
"""The one that holds a conversation or card now, and all that went into it."""

_REMINDER = (
    "SELECT r.id, r.at, r.words, r.operator_id, o.name, coalesce(b.name, ''), r.state, r.version,"
    " c.id, c.number, c.title, cu.id, cu.name, t.id, t.number, t.title"
    " FROM reminder r{index} JOIN operator o ON o.id = r.operator_id LEFT JOIN operator b ON b.id = r.by_id"
    f" LEFT JOIN conversation c ON c.id = ({_UP.format(table='conversation', of='r.conversation_id')})"
    f" LEFT JOIN customer cu ON cu.id = ({_UP.format(table='customer', of='r.customer_id')})"
    " LEFT JOIN task t ON t.id = r.task_id"
    " WHERE {where} AND r.state IN ('set', 'due') ORDER BY r.state = 'due' DESC, r.at, r.id LIMIT ?"
)
_PROMISE = (
    "SELECT p.id, p.words, p.due_at, p.state, p.created_at, coalesce(o.name, ''), p.conversation_id, c.number, p.message_id"
    " FROM promise p{index} JOIN conversation c ON c.id = p.conversation_id LEFT JOIN operator o ON o.id = p.operator_id"
    " WHERE {where} ORDER BY p.state IN ('open', 'overdue') DESC,"
    " CASE WHEN p.state IN ('open', 'overdue') THEN p.due_at ELSE -p.id END, p.id LIMIT ?"
)


async def reminders(
    look: Look,
    operator_id: int | None,
    *,
    conversation_id: int | None = None,
    customer_id: int | None = None,
    task_id: int | None = None,
    limit: int = 100,
) -> tuple[ReminderRow, ...]:
    """Read reminders that are set or due, of one operator or (None) of everybody; see `TimeOffice.reminders`."""
    where: list[str] = []
    values: list[int | str] = []
    index = ""
    if conversation_id is not None:
        where.append(f"r.conversation_id IN ({_TREE.format(table='conversation')})")
        values.append(conversation_id)
        index = "ix_reminder_conversation"
    if customer_id is not None:
        where.append(f"r.customer_id IN ({_TREE.format(table='customer')})")
        values.append(customer_id)
        index = index or "ix_reminder_customer"
    if task_id is not None:
        where.append("r.task_id = ?")
        values.append(task_id)
        index = index or "ix_reminder_task"
    if operator_id is not None:
        where.append("r.operator_id = ?")
        values.append(operator_id)
        index = index or "ix_reminder_operator"
    named = f" INDEXED BY {index}" if index else ""
    sql = _REMINDER.format(index=named, where=" AND ".join(where) or "1")
    return tuple(_reminder(row) for row in await look.all(sql, (*values, limit)))


async def reminder(look: Look, reminder_id: int) -> ReminderRow | None:
    """Read one reminder, also one that is done or cancelled."""
    sql = _REMINDER.format(index="", where="r.id = ?").replace(" AND r.state IN ('set', 'due')", "")
    row = await look.one(sql, (reminder_id, 1))
    return None if row is None else _reminder(row)


def _reminder(row: Any) -> ReminderRow:
    conversation_id, number, title, customer_id, customer, task_id, task_number, task_title = row[8:16]
    about = ""
    if task_id is not None:
        about = f"T{task_number} {task_title}".rstrip()
    elif conversation_id is not None:
        about = f"#{number} {title}".rstrip()
    elif customer_id is not None:
        about = customer
    return ReminderRow(
        id=row[0],
        at=from_ms(row[1]),
        words=row[2],
        operator_id=row[3],
        operator=row[4],
        by=row[5],
        state=row[6],
        about=about,
        conversation_id=conversation_id,
        conversation_number=number,
        customer_id=customer_id,
        task_id=task_id,
        version=row[7],
    )


async def promises(
    look: Look,
    *,
    conversation_id: int | None = None,
    customer_id: int | None = None,
    states: tuple[str, ...] = (),
    limit: int = 3,
) -> tuple[PromiseRow, ...]:
    """Read promises: those made in a conversation or to a customer, those that are so (`states`; none: all); see
    `TimeOffice.promises`. A promise is of the conversation that its message is in, and to whose customer it was made: so it
    goes along where cards are parted. One whose reply was taken back was never made: the customer has not read it."""
    where: list[str] = ["NOT (p.state = 'dropped' AND p.how = 'taken_back')"]
    values: list[int | str] = []
    index = ""
    if conversation_id is not None:
        where.append(f"p.conversation_id IN ({_TREE.format(table='conversation')})")
        values.append(conversation_id)
        index = " INDEXED BY ix_promise_conversation"
    if customer_id is not None:
        theirs = f"SELECT x.id FROM conversation x WHERE x.customer_id IN ({_TREE.format(table='customer')})"
        where.append(f"p.conversation_id IN ({theirs})")
        values.append(customer_id)
        index = " INDEXED BY ix_promise_conversation"
    if states:
        where.append(f"p.state IN ({', '.join('?' * len(states))})")
        values += states
    sql = _PROMISE.format(index=index, where=" AND ".join(where))
    rows = await look.all(sql, (*values, limit))
    return tuple(
        PromiseRow(row[0], row[1], from_ms(row[2]), row[3], from_ms(row[4]), row[5], row[6], row[7], row[8]) for row in rows
    )
