"""Tasks as they are shown: rows of a query, of a conversation, of a customer; one task whole; how many there are.

Where conversations or customers were merged, the tasks of all of them are shown with the one that stays; a task's own row never
moves, so that they part again with what they came from.
"""

from __future__ import annotations

import json
from typing import Any

from deskterm.desk.commands_time import Checklist
from deskterm.desk.model import Priority, TaskStatus
from deskterm.desk.query_task import TaskQuery
from deskterm.desk.rows_time import TaskCounts, TaskDetail, TaskRow
from deskterm.store import list_asker
from deskterm.store.bound import Bound
from deskterm.store.list_asker import Asker
from deskterm.store.reader import Look
from deskterm.store.task_conditions import (
    CONVERSATION_FAMILY,
    CURRENT,
    CUSTOMER_FAMILY,
    ORDERS,
    THERE,
    Meaning,
    condition,
    order,
)
from deskterm.store.times import from_ms

_SHOWN_CONVERSATION = (
    "(WITH RECURSIVE went(id, number, into_id) AS (SELECT id, number, merged_into_id FROM conversation"
    " WHERE id = t.conversation_id UNION SELECT c.id, c.number, c.merged_into_id FROM went"
    " JOIN conversation c ON c.id = went.into_id) SELECT json_array(id, number) FROM went WHERE into_id IS NULL)"
)
_SHOWN_CUSTOMER = (
    "(WITH RECURSIVE went(id, name, into_id) AS (SELECT id, name, merged_into_id FROM customer WHERE id = t.customer_id"
    " UNION SELECT c.id, c.name, c.merged_into_id FROM went JOIN customer c ON c.id = went.into_id)"
    " SELECT json_array(id, name) FROM went WHERE into_id IS NULL)"
)
_TAGS = (
    "(SELECT json_group_array(name) FROM (SELECT g.name FROM tag g WHERE instr(t.tag_ids, ',' || g.id || ',') > 0"
    " ORDER BY g.folded))"
)
_ROW = (
    "t.id, t.number, t.title, t.status, t.priority, t.due_at, t.overdue, t.assignee_id, coalesce(o.name, ''),"
    f" coalesce(m.name, ''), iif(t.tag_ids = '', '[]', {_TAGS}), t.checklist,"
    f" iif(t.conversation_id IS NULL, NULL, {_SHOWN_CONVERSATION}), t.message_id,"
    f" iif(t.customer_id IS NULL, NULL, {_SHOWN_CUSTOMER}),"
    " t.recurrence, t.created_at, t.updated_at, t.done_at, t.version"
)
_NEXT = (
    "(SELECT n.number FROM task n WHERE n.series_id = t.series_id AND n.id > t.id AND n.dropped_at IS NULL"
    " ORDER BY n.id LIMIT 1)"
)
_FROM = "FROM task t LEFT JOIN operator o ON o.id = t.assignee_id LEFT JOIN team m ON m.id = t.team_id"


def checklist(text: str) -> Checklist:
    """Read the column `checklist`."""
    return tuple((str(words), bool(done)) for words, done in json.loads(text))


def _task_row(row: Any) -> TaskRow:
    points = checklist(row[11])
    status = TaskStatus(row[3])
    conversation = json.loads(row[12]) if row[12] else (None, None)
    customer = json.loads(row[14]) if row[14] else (None, "")
    return TaskRow(
        id=row[0],
        number=row[1],
        title=row[2],
        status=status,
        priority=Priority(row[4]),
        due=from_ms(row[5]),
        overdue=bool(row[6]) and status in (TaskStatus.OPEN, TaskStatus.STARTED),
        assignee_id=row[7],
        assignee=row[8],
        team=row[9],
        tags=tuple(json.loads(row[10])),
        checked=sum(done for _words, done in points),
        points=len(points),
        conversation_id=conversation[0],
        conversation_number=conversation[1],
        message_id=row[13],
        customer_id=customer[0],
        customer=customer[1],
        recurrence=row[15],
        created_at=from_ms(row[16]),
        updated_at=from_ms(row[17]),
        done_at=from_ms(row[18]),
        version=row[19],
    )


async def tasks(look: Look, query: TaskQuery, asker: Asker, after: int | None, limit: int) -> tuple[TaskRow, ...]:
    """Return the tasks of a query in its order; those behind the task `after`, where that is given."""
    where, keys, bound = await _of_query(look, query, asker)
    if after is not None:
        place = f"SELECT {', '.join(keys)} FROM task t WHERE t.id = {bound(after)}"
        where = f"{where} AND ({', '.join(keys)}) > ({place})"
    sql = f"SELECT {_ROW} {_FROM} WHERE {where} ORDER BY {', '.join(keys)} LIMIT {bound(limit)}"
    return tuple(map(_task_row, await look.all(sql, bound.values)))


async def task_ids(look: Look, query: TaskQuery, asker: Asker) -> tuple[int, ...]:
    """Return the ids of all tasks of a query, in its order."""
    where, keys, bound = await _of_query(look, query, asker)
    rows = await look.all(f"SELECT t.id FROM task t WHERE {where} ORDER BY {', '.join(keys)}", bound.values)
    return tuple(row[0] for row in rows)


async def _of_query(look: Look, query: TaskQuery, asker: Asker) -> tuple[str, tuple[str, ...], Bound]:
    bound = Bound()
    meaning = Meaning(asker, await list_asker.ids(look, query.query, asker.me))
    return f"{THERE} AND {condition(query.query, meaning, bound)}", order(query.query), bound


async def tasks_of(look: Look, conversation_id: int | None, customer_id: int | None, limit: int) -> tuple[TaskRow, ...]:
    """Return the tasks of a conversation or of a customer, with those of what was merged into it."""
    held, bound = [THERE], Bound()
    if conversation_id is not None:
        family = CONVERSATION_FAMILY.format(one=f"id = {bound(conversation_id)}")
        held.append(f"t.conversation_id IS NOT NULL AND t.conversation_id IN ({family})")
    if customer_id is not None:
        family = CUSTOMER_FAMILY.format(one=f"id = {bound(customer_id)}")
        held.append(f"t.customer_id IS NOT NULL AND t.customer_id IN ({family})")
    keys = (ORDERS["due"][0], f"iif({CURRENT}, {ORDERS['due'][1]}, 0)", f"iif({CURRENT}, t.id, -t.id)")
    sql = f"SELECT {_ROW} {_FROM} WHERE {' AND '.join(held)} ORDER BY {', '.join(keys)} LIMIT {bound(limit)}"
    return tuple(map(_task_row, await look.all(sql, bound.values)))


async def task(look: Look, task_id: int) -> TaskDetail | None:
    """Return one task whole, its reminders aside; None where there is none, or where it was added by mistake."""
    row = await look.one(
        f"SELECT {_ROW}, t.description, t.team_id, coalesce(b.name, ''), t.series_id, {_NEXT} {_FROM}"
        f" LEFT JOIN operator b ON b.id = t.created_by WHERE t.id = ? AND {THERE}",
        (task_id,),
    )
    if row is None:
        return None
    return TaskDetail(_task_row(row), row[20], checklist(row[11]), row[21], row[22], row[23], next_number=row[24])


async def by_number(look: Look, number: int) -> int | None:
    """Return the id of the task with this number."""
    row = await look.one(f"SELECT t.id FROM task t WHERE t.number = ? AND {THERE}", (number,))
    return None if row is None else int(row[0])


async def counts(look: Look, me: int) -> TaskCounts:
    """Return how many tasks there are; what is to be done is counted by an index that holds nothing else."""
    current = await look.one(
        "SELECT count(*), coalesce(sum(t.overdue), 0), coalesce(sum(t.assignee_id = ?), 0),"
        f" coalesce(sum(t.assignee_id IS NULL), 0) FROM task t WHERE {CURRENT} AND {THERE}",
        (me,),
    )
    (done,) = await look.one(f"SELECT count(*) FROM task t WHERE t.status = 'done' AND {THERE}")
    return TaskCounts(current[0], current[1], done, current[2], current[3])
