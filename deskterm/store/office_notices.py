"""The part of the office that tells: notices, by which ways an operator is told, and how a Telegram chat is linked."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from deskterm.desk.model import Role
from deskterm.desk.notice_kinds import CARRIED, NoticeKind
from deskterm.desk.rows_time import DueCounts, NoticeDeliveryRow, NoticeRow, NoticeSettings
from deskterm.office import OfficeError
from deskterm.store import notice_leaving, notice_people, read_notices
from deskterm.store.office_base import OnStore
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and digits that are not taken for each other; Telegram allows A-Z, a-z, 0-9, _ and - in a start code
(core.telegram.org/bots/features, "Deep linking")."""
_CODE_LENGTH = 16
"""31 ** 16 is 79 bits."""


class NoticesOffice(OnStore):
    """What `deskterm.office_time.TimeOffice` says of notices, on a store."""

    async def due(self) -> DueCounts:
        """Return how much of mine asks to be looked at."""
        async with self._store.reader.look() as look:
            return await read_notices.due(look, self._me.id)

    async def notices(self, *, unread: bool = False, before_id: int | None = None, limit: int = 100) -> tuple[NoticeRow, ...]:
        """Return my notices, the newest first."""
        async with self._store.reader.look() as look:
            return await read_notices.listed(look, self._me.id, unread=unread, before_id=before_id, limit=limit)

    async def read_notices(self, notice_ids: Iterable[int] | None = None, *, read: bool = True) -> int:
        """Mark notices of mine (None: all) as read, or as not read; returns how many were otherwise."""
        wanted = None if notice_ids is None else sorted(set(notice_ids))
        now_ms = to_ms(self._store.now())

        def mark(tx: Transaction) -> int:
            sql = f"UPDATE notice SET read_at = ? WHERE operator_id = ? AND read_at IS {'NULL' if read else 'NOT NULL'}"
            values = (now_ms if read else None, self._me.id)
            if wanted is None:
                return tx.run(sql, values).rowcount
            return sum(tx.run(f"{sql} AND id = ?", (*values, one)).rowcount for one in wanted)

        return await self._write(mark)

    async def notice_settings(self, operator_id: int | None = None) -> NoticeSettings:
        """Return by which ways I am told, or another."""
        whose = await self._told(operator_id)
        async with self._store.reader.look() as look:
            return await notice_people.load(look, whose)

    async def set_notice_settings(self, settings: NoticeSettings, operator_id: int | None = None) -> NoticeSettings:
        """Keep by which ways I am told, or another."""
        whose = await self._told(operator_id)

        def keep(tx: Transaction) -> None:
            notice_people.keep(tx, whose, settings)
            notice_leaving.settings_changed(tx, whose, self._store.now())

        await self._write(keep)
        return await self.notice_settings(operator_id)

    async def _told(self, operator_id: int | None) -> int:
        """Return whose settings these are. Raises OfficeError("permission" | "not_found")."""
        if self._me.id == 0:
            raise OfficeError("operator_needed", "it is not said who you are", "say who acts: --operator LOGIN")
        if operator_id is None or operator_id == self._me.id:
            return self._me.id
        if self._me.role is not Role.OWNER:
            raise OfficeError("permission", f"{self._me.login} is not an owner", "ask an owner to do this")
        if await self._store.reader.one("SELECT 1 FROM operator WHERE id = ? AND disabled = 0", (operator_id,)) is None:
            raise OfficeError("not_found", "nobody here has this id", "see: deskterm operator list")
        return operator_id

    async def telegram_code(self) -> str:
        """Return a code that links my own Telegram for ten minutes, once."""
        whose = await self._told(None)
        if await self._store.reader.one("SELECT 1 FROM channel WHERE kind = 'telegram' AND enabled = 1") is None:
            raise OfficeError("no_bot", "the desk has no Telegram bot", "add one: deskterm channel add")
        # With the rules behind it: not for every start of a console.
        from deskterm.store.notice_aside import code_hash

        code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
        await self._write(lambda tx: notice_people.keep_code(tx, whose, code_hash(code), self._store.now()))
        return code

    async def test_notice(self) -> int:
        """Tell me something for a test."""
        whose = await self._told(None)
        from deskterm.store import notices

        return await self._write(lambda tx: notices.tell_one(tx, whose, NoticeKind.TEST, CARRIED, self._store.now()))

    async def notice_deliveries(self, notice_id: int) -> tuple[NoticeDeliveryRow, ...]:
        """Return what became of a notice of mine outside of the house."""
        rows = await self._store.reader.all(
            "SELECT d.way, d.state, d.detail FROM notice_delivery d JOIN notice n ON n.id = d.notice_id"
            " WHERE d.notice_id = ? AND n.operator_id = ? ORDER BY d.way",
            (notice_id, self._me.id),
        )
        return tuple(NoticeDeliveryRow(*row) for row in rows)
