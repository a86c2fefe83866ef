"""Notices of the fake desk: what a test tells, read and unread, and by which ways; and SLA clocks as a test sets them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fake_customers import Customers
from fake_seed import OPERATORS

from deskterm.desk.model import Role
from deskterm.desk.notice_kinds import DEFAULT_WAYS
from deskterm.desk.rows_time import ClockRow, NoticeDeliveryRow, NoticeRow, NoticeSettings
from deskterm.desk.sla_book import Metric
from deskterm.office import OfficeError

DEFAULTS = NoticeSettings({kind.value: tuple(way.value for way in ways) for kind, ways in DEFAULT_WAYS.items()})


class Notices(Customers):
    """The part of `FakeOffice` that tells."""

    write_error: OfficeError | None
    _ring: Callable[[], None]

    @property
    def notice_rows(self) -> list[NoticeRow]:
        kept: list[NoticeRow] = self.__dict__.setdefault("_notice_rows", [])
        return kept

    @property
    def _settings_of(self) -> dict[int, NoticeSettings]:
        kept: dict[int, NoticeSettings] = self.__dict__.setdefault("_notice_settings", {})
        return kept

    def tell(self, kind: str, *, conversation_id: int | None = None, task_id: int | None = None, **more: Any) -> int:
        """A notice of mine: `NoticeRow` words. Returns its id; the bell rings."""
        talk = self._data.talks.get(conversation_id or 0)
        about = talk.row.customer if talk else ""
        values = {"at": self._now, "read_at": None, "about": about, **more}
        row = NoticeRow(
            id=max((one.id for one in self.notice_rows), default=0) + 1, kind=kind, conversation_id=conversation_id,
            conversation_number=talk.row.number if talk else None, task_id=task_id,
            task_number=task_id, **values,
        )  # fmt: skip
        self.notice_rows.append(row)
        self._ring()
        return row.id

    async def notices(self, *, unread: bool = False, before_id: int | None = None, limit: int = 100) -> tuple[NoticeRow, ...]:
        await self._wait()
        rows = [row for row in reversed(self.notice_rows) if not unread or row.read_at is None]
        return tuple([row for row in rows if before_id is None or row.id < before_id][:limit])

    async def read_notices(self, notice_ids: Iterable[int] | None = None, *, read: bool = True) -> int:
        await self._wait()
        if self.write_error:
            raise self.write_error
        wanted = None if notice_ids is None else set(notice_ids)
        changed = 0
        for index, row in enumerate(self.notice_rows):
            if (wanted is None or row.id in wanted) and (row.read_at is not None) is not read:
                self.notice_rows[index] = replace(row, read_at=self._now if read else None)
                changed += 1
        if changed:
            self._ring()
        return changed

    async def notice_settings(self, operator_id: int | None = None) -> NoticeSettings:
        await self._wait()
        whose = self._whose(operator_id)
        return self._settings_of.get(whose, DEFAULTS)

    async def set_notice_settings(self, settings: NoticeSettings, operator_id: int | None = None) -> NoticeSettings:
        await self._wait()
        if self.write_error:
            raise self.write_error
        if settings.email and "@" not in settings.email:
            raise OfficeError("bad_address", "no address")
        if (settings.quiet_from is None) is not (settings.quiet_to is None):
            raise OfficeError("bad_quiet", "quiet hours want a beginning and an end")
        self._settings_of[self._whose(operator_id)] = settings
        self._ring()
        return settings

    def _whose(self, operator_id: int | None) -> int:
        if operator_id is not None and operator_id not in {one.id for one in OPERATORS}:
            raise OfficeError("not_found", "no such operator")
        if operator_id not in (None, self.me.id) and self.me.role is not Role.OWNER:
            raise OfficeError("permission", "only an owner may")
        return operator_id or self.me.id

    async def telegram_code(self) -> str:
        await self._wait()
        return "K7Q2-M9XD"

    async def test_notice(self) -> int:
        await self._wait()
        return self.tell("test")

    async def notice_deliveries(self, notice_id: int) -> tuple[NoticeDeliveryRow, ...]:
        await self._wait()
        settings = await self.notice_settings()
        leads = {"email": settings.email, "telegram": settings.telegram}
        return tuple(NoticeDeliveryRow(way, "sent") for way, where in leads.items() if where)


def clock(policy: str = "general", *, due_at: datetime | None = None, left: timedelta | None = None, **more: Any) -> ClockRow:
    """Return a clock of a first reply within an hour, for `FakeOffice.clock_rows`; `ClockRow` words."""
    began = (due_at or datetime(2026, 3, 4, 9, 0, tzinfo=UTC)) - timedelta(hours=1)
    values = {"metric": Metric.FIRST_REPLY, "calendar": "", "started_at": began, "target_ms": 3_600_000, **more}
    left_ms = None if left is None else int(left.total_seconds() * 1000)
    return ClockRow(policy=policy, due_at=due_at, left_ms=left_ms, **values)
