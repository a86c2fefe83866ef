"""How mail is taken in: one task per folder, nothing lost and nothing twice, whatever server, network or store do.

The truth is what the server holds and what the ledger has of it: after connecting and every `full_scan_s` all UIDs of the
folder are compared with the ledger, and what it lacks is fetched. Pushes (IDLE) only say when to look. Nothing is marked as
read. A message that comes again under another UID, as after a change of UIDVALIDITY, has the same content key and is kept once.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import NoReturn

from deskterm.channels.base import LeaseLost, Mark, Porch, StoreUnavailable
from deskterm.channels.email.content_key import content_key
from deskterm.channels.email.faults import Fault, password_fault, wire_fault
from deskterm.channels.email.imap_session import (
    CommandRefused,
    Download,
    Fetched,
    FolderRefused,
    ImapSession,
    LoginRefused,
    WireLost,
    logged_in,
)
from deskterm.channels.email.timing import Timing
from deskterm.channels.email.tls import Unprotected
from deskterm.desk.post import CopyState, Health, HealthState, Raw, SendLater, ServerCopy
from deskterm.desk.text import clean_line
from deskterm.settings import EmailSettings

MAX_TRIES = 8
"""A message whose fetching ends the connection so often is parked; it stays on the server."""
MAX_IDLE_S = 29 * 60
"""Servers may end a silent connection after half an hour (RFC 2177)."""
OVERSIZE = "oversize"
_FAILURES_AFTER_SCAN = 4
"""What is left of the count of failures after a good scan; a good wait clears it. A server that hangs up on every IDLE is thus
scanned twice a minute and not all the time."""
_BATCH_MAILS = 50
_BATCH_BYTES = 2**20
_SKIP_AT_ONCE = 256
_BIG = 2**20
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORST_FIRST = (HealthState.REFUSED, HealthState.RETRYING, HealthState.STARTING, HealthState.OK)


ContextMaker = Callable[[], Awaitable[ssl.SSLContext]]
"""Makes the TLS context, or raises `SendLater` with the reason why it cannot."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a folder is read: its UIDVALIDITY, the highest UID dealt with, and the day before which mail is left alone."""

    epoch: int
    last_uid: int
    since: date

    def to_text(self) -> str:
        """Return it as a checkpoint's value."""
        return json.dumps({"uidvalidity": self.epoch, "last_uid": self.last_uid, "since": self.since.isoformat()})

    @classmethod
    def from_text(cls, text: str) -> Place:
        """Read a checkpoint's value."""
        value = json.loads(text)
        return cls(int(value["uidvalidity"]), int(value["last_uid"]), date.fromisoformat(value["since"]))


class Pulse:
    """One health for a mailbox of many folders: the worst of them."""

    def __init__(self, porch: Porch, folders: Sequence[str]) -> None:
        self._porch = porch
        self._of = dict.fromkeys(folders, Health(HealthState.STARTING))

    async def say(self, folder: str, health: Health) -> None:
        """Note how a folder is and say how the mailbox is. While the store cannot write nothing can be said: not an error."""
        self._of[folder] = health
        worst = min(self._of.values(), key=lambda one: _WORST_FIRST.index(one.state))
        if worst.state is HealthState.OK:
            worst = next((one for one in self._of.values() if one.detail), worst)
        try:
            await self._porch.health(worst)
        except StoreUnavailable:
            return


class FolderListener:
    """Reads one folder for as long as it is let."""

    def __init__(
        self,
        settings: EmailSettings,
        folder: str,
        porch: Porch,
        pulse: Pulse,
        context: ContextMaker,
        timing: Timing,
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._porch = porch
        self._pulse = pulse
        self._context = context
        self._timing = timing
        self._failures = 0
        self._suspects: dict[int, int] = {}
        self._download: Download | None = None
        self._parked = 0
        self._place = Place(0, 0, date.min)

    async def run(self) -> NoReturn:
        """Listen until cancelled. Raises `LeaseLost` when another process took over, nothing else."""
        await self._pulse.say(self._folder, Health(HealthState.STARTING))
        while True:
            try:
                async with logged_in(self._settings.imap, await self._context(), self._timing) as session:
                    await self._serve(session)
            except LoginRefused as refused:
                await self._refused(password_fault(self._settings.imap, str(refused)))
            except Unprotected as unprotected:
                await self._refused(wire_fault(self._settings.imap, unprotected))
            except FolderRefused as refused:
                await self._retry(Fault(str(refused), "check the folder's name, the nearest is told by: deskterm check"))
            except WireLost as lost:
                await self._retry(wire_fault(self._settings.imap, lost))
            except SendLater as unready:
                await self._refused(Fault(unready.reason, "correct the configuration"))
            except StoreUnavailable:
                await self._retry(Fault("the store cannot write; mail stays on the server meanwhile", "free some disk space"))

    async def _retry(self, fault: Fault) -> None:
        self._failures += 1
        await self._pulse.say(self._folder, Health(HealthState.RETRYING, fault.detail, fault.fix))
        await asyncio.sleep(self._timing.backoff(self._failures))

    async def _refused(self, fault: Fault) -> None:
        self._failures += 1
        await self._pulse.say(self._folder, Health(HealthState.REFUSED, fault.detail, fault.fix))
        await asyncio.sleep(max(self._timing.refused_s, self._timing.backoff(self._failures)))

    async def _serve(self, session: ImapSession) -> NoReturn:
        epoch = await session.select(self._folder)
        await self._take_place(session, epoch)
        scanned = await self._scan(session)
        self._failures = min(self._failures, _FAILURES_AFTER_SCAN)
        while True:
            await self._pulse.say(self._folder, Health(HealthState.OK, self._parked_words()))
            left = max(0.0, scanned + self._settings.full_scan_s - time.monotonic())
            await session.wait(min(self._settings.idle_s, MAX_IDLE_S, left), min(self._settings.poll_s, left))
            self._failures = 0
            if time.monotonic() - scanned >= self._settings.full_scan_s:
                scanned = await self._scan(session)
            else:
                first = self._place.last_uid + 1
                await self._bring(session, await session.search(f"UID {first}:*", first=first))

    async def _take_place(self, session: ImapSession, epoch: int) -> None:
        """Find the checkpoint. A folder seen first, or numbered anew, has its mail from before the start left on the server."""
        kept = await self._porch.mark(self._folder)
        place = Place.from_text(kept) if kept is not None else None
        if place is not None and place.epoch == epoch:
            self._place = place
            return
        since = place.since if place is not None else _days_ago(self._settings.history_days)
        self._suspects.clear()
        self._download = None
        self._parked = 0
        for uids in _cut(await session.search(f"BEFORE {_imap_date(since)}"), _SKIP_AT_ONCE):
            skipped = (self._porch.note_copy(ServerCopy(self._folder, epoch, uid), CopyState.SKIPPED) for uid in uids)
            await asyncio.gather(*skipped)
        self._place = Place(epoch, 0, since)
        await self._porch.take([], self._mark())

    async def _scan(self, session: ImapSession) -> float:
        """Compare the whole folder with the ledger and bring what it lacks; returns when this began, in monotonic seconds."""
        began = time.monotonic()
        positions = await session.search("ALL")
        await self._porch.counted(self._folder, self._place.epoch, positions)
        await self._bring(session, positions)
        return began

    async def _bring(self, session: ImapSession, positions: Sequence[int]) -> None:
        """Fetch and hand over what the ledger lacks, in order; what failed before comes last, so that it holds up nothing."""
        if not positions:
            return
        known = await self._porch.accounted(self._folder, self._place.epoch, positions)
        wanted = [uid for uid in positions if uid not in known]
        wanted.sort(key=lambda uid: (self._suspects.get(uid, 0), uid))
        batch: list[Raw] = []
        try:
            for uid in wanted:
                raw = await self._fetch(session, uid)
                if raw is not None:
                    batch.append(raw)
                if len(batch) >= _BATCH_MAILS or sum(len(one.data) for one in batch) >= _BATCH_BYTES:
                    await self._take(batch)
        except WireLost:
            await self._take(batch)
            raise
        await self._take(batch)
        self._place = replace(self._place, last_uid=max(self._place.last_uid, positions[-1]))

    async def _take(self, batch: list[Raw]) -> None:
        if batch:
            highest = max(raw.copy.position for raw in batch if raw.copy is not None)
            self._place = replace(self._place, last_uid=max(self._place.last_uid, highest))
            await self._porch.take(list(batch), self._mark())
            batch.clear()

    async def _fetch(self, session: ImapSession, uid: int) -> Raw | None:
        copy = ServerCopy(self._folder, self._place.epoch, uid)
        download = self._download if self._download is not None and self._download.uid == uid else Download(uid)
        self._download = download
        pieces = download.pieces
        try:
            fetched = await self._fetch_or_gone(session, download)
        except WireLost:
            await self._suspect(copy, download.pieces > pieces)
            raise
        self._download = None
        self._suspects.pop(uid, None)
        if fetched is None:
            await self._porch.note_copy(copy, CopyState.GONE)
            return None
        return await self._raw(copy, fetched)

    async def _fetch_or_gone(self, session: ImapSession, download: Download) -> Fetched | None:
        """Return the message, None when it is gone for sure: no answer about a mail that is still listed is a fault."""
        try:
            fetched = await session.fetch(download, self._settings.max_mail_bytes)
        except CommandRefused:
            fetched = None
        if fetched is None and await session.holds(download.uid):
            where = f"{clean_line(self._folder, 60)}, UID {download.uid}"
            raise WireLost(f"the server lists a mail but does not give it ({where})")
        return fetched

    async def _suspect(self, copy: ServerCopy, advanced: bool) -> None:
        """Count a fetch that ended the connection against the mail, unless it brought some more of it: then the line is bad."""
        if advanced:
            self._suspects.setdefault(copy.position, 1)
            return
        tries = await self._porch.note_copy(copy, CopyState.RETRY)
        self._suspects[copy.position] = tries
        if tries >= MAX_TRIES:
            await self._porch.note_copy(copy, CopyState.POISON)
            self._suspects.pop(copy.position, None)
            self._parked += 1

    async def _raw(self, copy: ServerCopy, fetched: Fetched) -> Raw:
        if len(fetched.data) > _BIG:
            key = await asyncio.to_thread(content_key, fetched.data)
        else:
            key = content_key(fetched.data)
        now = datetime.now(UTC)
        at = min(fetched.at or now, now)
        return Raw(key, fetched.data, at, copy, "" if fetched.whole else OVERSIZE)

    def _mark(self) -> Mark:
        return Mark(self._folder, self._place.to_text())

    def _parked_words(self) -> str:
        if not self._parked:
            return ""
        folder = clean_line(self._folder, 60)
        if self._parked == 1:
            return f"1 mail of {folder} cannot be fetched and stays on the server"
        return f"{self._parked} mails of {folder} cannot be fetched and stay on the server"


async def listen_to_folders(settings: EmailSettings, porch: Porch, context: ContextMaker, timing: Timing) -> None:
    """Listen to every configured folder, each over its own connection, until cancelled or the lease is lost."""
    pulse = Pulse(porch, settings.folders)
    listeners = [FolderListener(settings, folder, porch, pulse, context, timing) for folder in settings.folders]
    try:
        async with asyncio.TaskGroup() as group:
            for listener in listeners:
                group.create_task(listener.run())
    except* LeaseLost:
        pass  # another process listens now: this one is done


def _days_ago(days: int) -> date:
    return (datetime.now(UTC) - timedelta(days=days)).date()


def _imap_date(day: date) -> str:
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"


def _cut(items: Sequence[int], size: int) -> list[Sequence[int]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
