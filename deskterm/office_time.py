"""The part of the office that is about time: SLA clocks, tasks, reminders, promises, notices. See `deskterm.office`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Protocol

from deskterm.desk.query_task import TaskQuery
from deskterm.desk.rows_time import (
    ClockRow,
    DueCounts,
    NoticeDeliveryRow,
    NoticeRow,
    NoticeSettings,
    PromiseRow,
    ReminderRow,
    TaskCounts,
    TaskDetail,
    TaskRow,
)
from deskterm.desk.sla_book import Book


class TimeOffice(Protocol):
    """Time as one operator sees it."""

    @property
    def zone(self) -> tzinfo | None:
        """The zone on whose clock typed and promised times are read: the desk's, or the machine's, also as None."""
        ...

    async def book(self) -> Book:
        """Return what is promised here: calendars and SLA policies."""
        ...

    async def clocks(self, conversation_id: int) -> tuple[ClockRow, ...]:
        """Return the SLA clocks of a conversation: the running ones first, then those that ended, the newest first."""
        ...

    async def tasks(self, query: TaskQuery, *, after: int | None = None, limit: int = 100) -> tuple[TaskRow, ...]:
        """Return the tasks of a query in its order; those behind the task `after`, where that is given."""
        ...

    async def task_ids(self, query: TaskQuery) -> tuple[int, ...]:
        """Return the ids of all tasks of a query, in its order."""
        ...

    async def task(self, task_id: int) -> TaskDetail | None:
        """Return one task whole."""
        ...

    async def task_by_number(self, number: int) -> int | None:
        """Return the id of the task with this number."""
        ...

    async def tasks_of(
        self, *, conversation_id: int | None = None, customer_id: int | None = None, limit: int = 500
    ) -> tuple[TaskRow, ...]:
        """Return the tasks of a conversation or of a customer, with those of what was merged into it: what is to be done first,
        by due time, then the newest."""
        ...

    async def task_counts(self) -> TaskCounts:
        """Return how many tasks there are."""
        ...

    async def reminders(
        self,
        *,
        conversation_id: int | None = None,
        customer_id: int | None = None,
        task_id: int | None = None,
        everybody: bool = False,
        limit: int = 100,
    ) -> tuple[ReminderRow, ...]:
        """Return reminders that are set or due, those that are due first, then by time: mine, or everybody's; only those about
        one thing, where one is named."""
        ...

    async def promises(
        self, *, conversation_id: int | None = None, customer_id: int | None = None, overdue: bool = False, limit: int = 3
    ) -> tuple[PromiseRow, ...]:
        """Return the last promises made in a conversation, or to a customer: those that are to be kept first, the first due
        first, then the newest; only those that are `overdue`, where these are asked for."""
        ...

    async def due(self) -> DueCounts:
        """Return how much of mine asks to be looked at."""
        ...

    async def notices(self, *, unread: bool = False, before_id: int | None = None, limit: int = 100) -> tuple[NoticeRow, ...]:
        """Return my notices, the newest first."""
        ...

    async def read_notices(self, notice_ids: Iterable[int] | None = None, *, read: bool = True) -> int:
        """Mark notices of mine (None: all) as read, or as not read; returns how many were otherwise. Of a viewer as well."""
        ...

    async def notice_settings(self, operator_id: int | None = None) -> NoticeSettings:
        """Return by which ways I am told; another's, where I may manage people. Raises OfficeError("permission" |
        "not_found")."""
        ...

    async def set_notice_settings(self, settings: NoticeSettings, operator_id: int | None = None) -> NoticeSettings:
        """Keep by which ways I am told; `telegram` is only emptied by it (see `telegram_code`). Raises OfficeError("permission"
        | "not_found" | "bad_address" | "bad_way" | "bad_kind" | "bad_quiet" | "bad_zone")."""
        ...

    async def telegram_code(self) -> str:
        """Return a code that links my own Telegram for ten minutes, once: sent to a bot of ours as `/start CODE`."""
        ...

    async def test_notice(self) -> int:
        """Tell me something for a test, at once and by every way out of the house that leads to me; returns the notice's id."""
        ...

    async def notice_deliveries(self, notice_id: int) -> tuple[NoticeDeliveryRow, ...]:
        """Return what became of a notice of mine outside of the house."""
        ...
