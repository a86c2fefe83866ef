"""The part of the office that shows reminders and promises. See `deskterm.office_time`."""

from __future__ import annotations

from deskterm.desk.rows_time import PromiseRow, ReminderRow
from deskterm.store import read_reminders
from deskterm.store.office_base import OnStore


class RemindersOffice(OnStore):
    """What `deskterm.office_time.TimeOffice` says of reminders and promises, on a store."""

    async def reminders(
        self,
        *,
        conversation_id: int | None = None,
        customer_id: int | None = None,
        task_id: int | None = None,
        everybody: bool = False,
        limit: int = 100,
    ) -> tuple[ReminderRow, ...]:
        """Return reminders that are set or due, those that are due first, then by time."""
        async with self._store.reader.look() as look:
            return await read_reminders.reminders(
                look,
                None if everybody else self._me.id,
                conversation_id=conversation_id,
                customer_id=customer_id,
                task_id=task_id,
                limit=limit,
            )

    async def promises(
        self, *, conversation_id: int | None = None, customer_id: int | None = None, overdue: bool = False, limit: int = 3
    ) -> tuple[PromiseRow, ...]:
        """Return the last promises made in a conversation, or to a customer: those that are to be kept first, then the
        newest."""
        async with self._store.reader.look() as look:
            return await read_reminders.promises(
                look,
                conversation_id=conversation_id,
                customer_id=customer_id,
                states=("overdue",) if overdue else (),
                limit=limit,
            )
