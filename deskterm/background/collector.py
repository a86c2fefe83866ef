"""Taking in: the porch keeps what a channel hands over; the placer has it understood, and places it in a second transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from deskterm import phones
from deskterm.background.duty import Duty, Served
from deskterm.channels.base import HearsOfOperators, LeaseLost, Mark, NotNow, StoreUnavailable
from deskterm.desk.history import FLAG
from deskterm.desk.model import Held
from deskterm.desk.post import CopyState, Health, Ignored, Inbound, Raw, ServerCopy, Unreadable
from deskterm.desk.text import clean_line
from deskterm.settings import EmailSettings
from deskterm.store import history, lease, ledger, people
from deskterm.store.accounted import accounted, seen_otherwise
from deskterm.store.applied import Files as PlacedFiles
from deskterm.store.engine import StoreError, of_the_disk
from deskterm.store.ledger import IN_TABLE, Kept, Pending
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction

log = logging.getLogger("deskterm.background")
BATCH = 64
SCAN_SLICE = 500
"""Most places of a full scan that one transaction changes."""

T = TypeVar("T")
Placing = Callable[[Transaction], Held]
"""A transaction that settles one ledger row."""


class StorePorch:
    """`channels.base.Porch` for one channel, on the store."""

    def __init__(self, duty: Duty, channel_id: int) -> None:
        self._duty = duty
        self._id = channel_id

    async def mark(self, key: str) -> str | None:
        """Return the checkpoint kept under `key`."""
        row = await self._duty.store.reader.one(
            "SELECT value FROM checkpoint WHERE channel_id = ? AND key = ?", (self._id, key)
        )
        return None if row is None else str(row[0])

    async def take(self, raws: Sequence[Raw], mark: Mark | None = None) -> None:
        """Keep raw messages and the checkpoint in one transaction; large ones lie in files before it begins."""
        try:
            rows = [await asyncio.to_thread(self._kept, raw) if len(raw.data) > IN_TABLE else Kept(raw, None) for raw in raws]
        except OSError as error:
            raise StoreUnavailable(str(error)) from error
        now = self._duty.store.now()
        kept_mark = None if mark is None else (mark.key, mark.value)
        await self._write(lambda tx: ledger.keep(tx, self._id, rows, kept_mark, now))
        self._duty.arrived[self._id].set()

    def _kept(self, raw: Raw) -> Kept:
        return Kept(raw, self._duty.store.files.put(raw.data))

    async def accounted(self, folder: str, epoch: int, positions: Sequence[int]) -> set[int]:
        """Return those positions that need no fetching."""
        if not positions:
            return set()
        await self._write(lambda _tx: None)  # who lost the lease hears so before it fetches anything
        known = await accounted(self._duty.store.reader, self._id, folder, epoch, min(positions))
        return known & set(positions)

    async def note_copy(self, copy: ServerCopy, state: CopyState, mark: Mark | None = None) -> int:
        """Keep that a copy brought no bytes; returns how often it was tried."""
        kept_mark = None if mark is None else (mark.key, mark.value)
        now = self._duty.store.now()
        return await self._write(lambda tx: ledger.note_copy(tx, self._id, copy, state, kept_mark, now))

    async def counted(self, folder: str, epoch: int, positions: Sequence[int]) -> None:
        """Keep what a full scan saw: the places that changed, in transactions of a bearable length, then the number."""
        await self._write(lambda _tx: None)
        changes = await seen_otherwise(self._duty.store.reader, self._id, folder, epoch, positions)
        for start in range(0, len(changes), SCAN_SLICE):
            part = changes[start : start + SCAN_SLICE]
            await self._write(lambda tx, part=part: ledger.mark_seen(tx, self._id, folder, epoch, part))  # type: ignore[misc]
        on_server, now = len(set(positions)), self._duty.store.now()
        await self._write(lambda tx: ledger.counted(tx, self._id, folder, epoch, on_server, now))

    async def health(self, health: Health) -> None:
        """Keep how the channel is."""
        await self._guarded(self._duty.health(self._id, health))

    async def gap(self, since_s: float, detail: str) -> None:
        """Keep that messages may have been missed."""
        words = clean_line(detail, 300)
        now = to_ms(self._duty.store.now())
        await self._write(lambda tx: tx.run("UPDATE channel SET gap = ?, gap_at = ? WHERE id = ?", (words, now, self._id)))
        log.warning("channel %s: %s", self._id, words)

    async def _write(self, work: Callable[[Transaction], T]) -> T:
        return await self._guarded(self._duty.write(work))

    async def _guarded(self, writing: Awaitable[T]) -> T:
        try:
            return await writing
        except lease.Lost as error:
            raise LeaseLost from error
        except StoreError as error:
            log.error("the store cannot take what came in: %s (%s)", error.message, error.fix)
            raise StoreUnavailable(error.message) from error


class Placer:
    """Has ledger rows understood by their channel, and places them: strictly in order within a channel; no channel waits for
    another's slow or broken parser."""

    def __init__(self, duty: Duty) -> None:
        self._duty = duty

    async def run(self) -> None:
        """Place whatever is received, for ever; what an earlier process left comes first."""
        placing = [asyncio.create_task(self._place_from(one), name=f"place {one}") for one in self._duty.served]
        try:
            await asyncio.gather(*placing, asyncio.Event().wait())
        finally:
            for task in placing:
                task.cancel()
            await asyncio.gather(*placing, return_exceptions=True)

    async def _place_from(self, channel_id: int) -> None:
        arrived = self._duty.arrived[channel_id]
        while True:
            arrived.clear()
            rows = await self._duty.write(lambda tx: ledger.pending(tx, channel_id, BATCH))
            if rows:
                await self._place_all(rows)
            else:
                await arrived.wait()

    async def _place_all(self, rows: list[Pending]) -> None:
        """Understand one after the other. The write door keeps the order of what it is handed, so nobody waits for a commit."""
        writing: list[asyncio.Task[Held]] = []
        for row in rows:
            try:
                work = await understood(self._duty.served[row.channel_id], row, self._duty)
            except NotNow as error:
                log.warning("inbound %s waits: %s", row.id, error)
                await asyncio.sleep(self._duty.retry_s)
                break
            writing.append(asyncio.create_task(self._duty.write_until_done(work, "taking in")))
            await asyncio.sleep(0)  # the task must reach the door before the next one does
        await asyncio.gather(*writing)


async def understood(served: Served, row: Pending, duty: Duty) -> Placing:
    """Understand a ledger row; returns the transaction that places or parks it."""
    store = duty.store
    try:
        data = row.data if row.sha256 is None else await asyncio.to_thread(store.files.read, row.sha256)
        if isinstance(served.channel, HearsOfOperators):
            served.channel.operators_are(tuple(await people.operator_addresses(store.reader)))
        inbound = await served.channel.parse(data or b"")
    except NotNow:
        raise
    except Unreadable as error:
        return parking(row, Held.QUARANTINED, clean_line(str(error), 300), duty)
    except Exception as error:
        # A fault of ours must not stop what comes behind it: the bytes are kept, and a later version understands them.
        log.exception("inbound %s could not be understood", row.id)
        return parking(row, Held.QUARANTINED, f"cannot be understood: {type(error).__name__}", duty)
    if isinstance(inbound, Ignored):
        return parking(row, Held.IGNORED, inbound.reason, duty)
    try:
        files = await asyncio.to_thread(_prepared, inbound, duty)
    except OSError as error:
        raise NotNow(f"its files cannot be kept: {error.strerror}") from error  # a full disk is no fault of the message
    return _placing(row, inbound, files, duty, served)


def _prepared(inbound: Inbound, duty: Duty) -> PlacedFiles:
    phones.warm_up(inbound.text)  # the write door must not wait for a library to load
    return _keep_files(inbound, duty)


def _keep_files(inbound: Inbound, duty: Duty) -> PlacedFiles:
    return {
        place: (duty.store.files.put(file.data), len(file.data))
        for place, file in enumerate(inbound.attachments)
        if file.data is not None
    }


def parking(row: Pending, state: Held, reason: str, duty: Duty) -> Placing:
    """Return the transaction that parks a ledger row with its reason."""

    def work(tx: Transaction) -> Held:
        ledger.settle(tx, row.id, state, reason, duty.store.now())
        return state

    return work


def _placing(row: Pending, inbound: Inbound, files: PlacedFiles, duty: Duty, served: Served) -> Placing:
    mailbox = served.settings if row.flag == FLAG and isinstance(served.settings, EmailSettings) else None

    def place(tx: Transaction) -> Held:
        now = duty.store.now()
        if mailbox is None:
            return ledger.take_in(tx, row, inbound, files, duty.rules, now)
        own = history.Archive(history.ours(tx, (mailbox.address, *mailbox.aliases)), history.Threads())
        return history.place(tx, row, inbound, files, duty.rules, own, now).held

    def work(tx: Transaction) -> Held:
        try:
            tx.quietly("SAVEPOINT placing")
            held = place(tx)
            tx.quietly("RELEASE placing")
            return held
        except (StoreError, lease.Lost):
            raise
        except Exception as error:
            if of_the_disk(error):
                raise  # SQLite itself could not write: it is tried again
            log.exception("inbound %s could not be placed", row.id)
            tx.quietly("ROLLBACK TO placing")
            tx.quietly("RELEASE placing")
            reason = f"cannot be placed: {type(error).__name__}"
            ledger.settle(tx, row.id, Held.QUARANTINED, reason, duty.store.now())
            return Held.QUARANTINED

    return work
