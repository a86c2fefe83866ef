"""The part of the office that shows tasks. See `deskterm.office_time`."""

from __future__ import annotations

from dataclasses import replace

from deskterm.desk.query_task import TaskQuery
from deskterm.desk.rows_time import TaskCounts, TaskDetail, TaskRow
from deskterm.store import read_reminders, read_tasks
from deskterm.store.list_asker import Asker
from deskterm.store.office_base import OnStore


class TasksOffice(OnStore):
    """What `deskterm.office_time.TimeOffice` says of tasks, on a store."""

    def _asks(self) -> Asker:
        return Asker(self._me.id, self._store.now(), self._rules.zone)

    async def tasks(self, query: TaskQuery, *, after: int | None = None, limit: int = 100) -> tuple[TaskRow, ...]:
        """Return the tasks of a query in its order; those behind the task `after`, where that is given."""
        async with self._store.reader.look() as look:
            return await read_tasks.tasks(look, query, self._asks(), after, limit)

    async def task_ids(self, query: TaskQuery) -> tuple[int, ...]:
        """Return the ids of all tasks of a query, in its order."""
        async with self._store.reader.look() as look:
            return await read_tasks.task_ids(look, query, self._asks())

    async def task(self, task_id: int) -> TaskDetail | None:
        """Return one task whole."""
        async with self._store.reader.look() as look:
            found = await read_tasks.task(look, task_id)
            return (
                None if found is None else replace(found, reminders=await read_reminders.reminders(look, None, task_id=task_id))
            )

    async def task_by_number(self, number: int) -> int | None:
        """Return the id of the task with this number."""
        async with self._store.reader.look() as look:
            return await read_tasks.by_number(look, number)

    async def tasks_of(
        self, *, conversation_id: int | None = None, customer_id: int | None = None, limit: int = 500
    ) -> tuple[TaskRow, ...]:
        """Return the tasks of a conversation or of a customer, with those of what was merged into it: what is to be done first,
        by due time, then the newest."""
        async with self._store.reader.look() as look:
            return await read_tasks.tasks_of(look, conversation_id, customer_id, limit)

    async def task_counts(self) -> TaskCounts:
        """Return how many tasks there are."""
        async with self._store.reader.look() as look:
            return await read_tasks.counts(look, self._me.id)
