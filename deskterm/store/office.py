"""The office: `deskterm.office.Office` on the store. Commands go through the write door, looks through the reader."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from deskterm.desk.commands import Command, Done, Refused
from deskterm.desk.model import Held, Operator
from deskterm.desk.rows import (
    ConversationDetail,
    DeskStatus,
    Draft,
    HeldRow,
    MessagePage,
    MessageRow,
    OutboxRow,
)
from deskterm.desk.text import clean_line
from deskterm.office import OfficeError, Progress
from deskterm.store import drafts, engine, lease, read_desk, read_lists, read_threads
from deskterm.store.files import save_as
from deskterm.store.office_customers import CardsOffice
from deskterm.store.office_exchange import ExchangeOffice
from deskterm.store.office_lists import ListsOffice
from deskterm.store.office_notices import NoticesOffice
from deskterm.store.office_privacy import PrivacyOffice
from deskterm.store.office_records import RecordsOffice
from deskterm.store.office_reminders import RemindersOffice
from deskterm.store.office_sla import SlaOffice
from deskterm.store.office_tasks import TasksOffice
from deskterm.store.office_views import ViewsOffice
from deskterm.store.rules import Rules
from deskterm.store.store import Store
from deskterm.store.times import from_ms

Reparse = Callable[[int], Awaitable[None]]
"""Understands a held ledger row again; the runtime brings it, since only it knows the channels."""


class StoreOffice(
    CardsOffice,
    ExchangeOffice,
    ListsOffice,
    NoticesOffice,
    PrivacyOffice,
    RecordsOffice,
    RemindersOffice,
    SlaOffice,
    TasksOffice,
    ViewsOffice,
):
    """The desk as one operator sees it, on a store."""

    def __init__(self, store: Store, rules: Rules, me: Operator, reparse: Reparse) -> None:
        super().__init__(store, rules, me)
        self._reparse = reparse

    @property
    def me(self) -> Operator:
        """The operator who looks and acts."""
        return self._me

    @property
    def demo(self) -> bool:
        """Whether this is the demo's store."""
        return self._store.demo

    @property
    def zone(self) -> tzinfo:
        """The desk's time zone."""
        return self._rules.zone

    def now(self) -> datetime:
        """Return the desk's time."""
        return self._store.now()

    def on_change(self, ring: Callable[[], None]) -> Callable[[], None]:
        """Have `ring` called after changes by anybody."""
        return self._store.changes.on_change(ring)

    async def submit(self, command: Command, progress: Progress | None = None) -> Done | Refused:
        """Carry out a command as `me`; one about many things in several transactions, of which each stays when it is
        stopped."""
        # The rules are loaded with the first command: a console paints its first list sooner without them.
        from deskterm.store.acting import Desk, submit

        return await submit(Desk(self._write, self._me, self._rules, self._store.now), command, progress)

    async def conversation(self, conversation_id: int) -> ConversationDetail | None:
        """Return one conversation with what stands around it."""
        async with self._store.reader.look() as look:
            return await read_threads.detail(look, conversation_id, self._me.id, self._rules.capabilities)

    async def by_number(self, number: int) -> int | None:
        """Return the id of the conversation with this number, or of the one it was merged into."""
        row = await self._store.reader.one(
            "WITH RECURSIVE chain(id, into_id) AS (SELECT id, merged_into_id FROM conversation WHERE number = ? UNION"
            " SELECT c.id, c.merged_into_id FROM conversation c JOIN chain ON c.id = chain.into_id)"
            " SELECT id FROM chain WHERE into_id IS NULL",
            (number,),
        )
        return None if row is None else int(row[0])

    async def messages(
        self, conversation_id: int, *, before_id: int | None = None, after_id: int | None = None, limit: int = 60
    ) -> MessagePage:
        """Return a page of a thread."""
        async with self._store.reader.look() as look:
            return await read_threads.page(look, conversation_id, before_id=before_id, after_id=after_id, limit=limit)

    async def message(self, message_id: int) -> MessageRow | None:
        """Return one message with its whole text."""
        async with self._store.reader.look() as look:
            return await read_threads.message(look, message_id)

    async def versions(self, message_id: int) -> tuple[tuple[datetime, str], ...]:
        """Return what a message said before it was edited."""
        rows = await self._store.reader.all(
            "SELECT at, text FROM message_version WHERE message_id = ? ORDER BY version", (message_id,)
        )
        return tuple((from_ms(at), text) for at, text in rows)

    async def status(self) -> DeskStatus:
        """Return the desk's state."""
        async with self._store.reader.look() as look:
            return DeskStatus(
                counts=await read_lists.counts(look, self._me.id),
                channels=await read_desk.channels(look),
                operators=await read_desk.operators(look),
                polling=_holder(await look.one("SELECT holder, pid, host, boot_id, expires FROM lease WHERE id = 1")),
                store_path=str(self._store.path),
                sqlite=engine.SQLITE,
                journal_mode=engine.journal_mode(),
            )

    async def operators(self) -> tuple[Operator, ...]:
        """Return everybody who works here."""
        async with self._store.reader.look() as look:
            return await read_desk.operators(look)

    async def outbox(self, *, before_id: int | None = None, limit: int = 100) -> tuple[OutboxRow, ...]:
        """Return outgoing messages that are not simply sent."""
        async with self._store.reader.look() as look:
            return await read_desk.outbox(look, before_id, limit)

    async def held(
        self, state: Held = Held.QUARANTINED, *, before_id: int | None = None, limit: int = 100
    ) -> tuple[HeldRow, ...]:
        """Return ledger rows in a state."""
        async with self._store.reader.look() as look:
            return await read_desk.held(look, state, before_id, limit)

    async def raw(self, inbound_id: int) -> bytes:
        """Return the bytes as the channel handed them over."""
        row = await self._store.reader.one("SELECT data, sha256 FROM inbound WHERE id = ?", (inbound_id,))
        if row is None:
            raise OfficeError("not_found", f"nothing was received under {inbound_id}", "see: deskterm quarantine list")
        data, sha256 = row
        if data is None and sha256 is None:
            raise OfficeError("not_stored", f"what was received under {inbound_id} was erased", "nothing is left of it")
        return bytes(data) if sha256 is None else await self._file(sha256)

    async def reparse(self, inbound_id: int) -> HeldRow | None:
        """Understand a held row again."""
        await self.raw(inbound_id)
        await self._reparse(inbound_id)
        async with self._store.reader.look() as look:
            row = await read_desk.held_row(look, inbound_id)
        return None if row is None or row.state is Held.STORED else row

    async def draft(self, conversation_id: int) -> Draft | None:
        """Return my draft in a conversation."""
        async with self._store.reader.look() as look:
            return await drafts.load(look, self._me.id, conversation_id)

    async def save_draft(self, draft: Draft) -> None:
        """Keep a draft; an empty one goes."""
        await self._write(lambda tx: drafts.save(tx, self._me.id, draft, self._store.now()))

    async def save_attachment(self, attachment_id: int, folder: Path) -> Path:
        """Write an attachment into a folder under a safe name."""
        row: Any = await self._store.reader.one(
            "SELECT name, sha256, state, reason FROM attachment WHERE id = ?", (attachment_id,)
        )
        if row is None:
            raise OfficeError(
                "not_found", f"there is no attachment {attachment_id}", "see the conversation for its attachments"
            )
        name, sha256, state, reason = row
        if sha256 is None:
            raise OfficeError(
                "not_stored", f"{clean_line(name)} is not here: {reason or state}", "try again later, or ask for it"
            )
        data = await self._file(sha256)
        try:
            return await asyncio.to_thread(save_as, data, folder, name)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise OfficeError("bad_folder", f"{folder}: {reason}", "name a folder that you may write to") from None

    async def _file(self, sha256: str) -> bytes:
        try:
            return await asyncio.to_thread(self._store.files.read, sha256)
        except OSError as error:
            raise OfficeError(
                "file_missing", f"{self._store.files.path(sha256)}: {error.strerror}", "restore the files folder from a backup"
            ) from None


def _holder(row: Any) -> str:
    if row is None:
        return ""
    holder, pid, host, boot, expires = row
    alive = lease.is_held(holder, boot, expires, this_boot=lease.boot_id(), now=lease.boot_clock_ms())
    return f"pid {pid} on {host}" if alive else ""
