"""Years of mail out of files into conversations and cards, without answering anybody.

Two passes: the headers of all mails, so that they are taken in by their dates whatever their files are called; then each mail
whole, understood in the parser process with its caps, and placed in a transaction of its own. What is done when it is stopped
stays, and a further run goes on from there, since every mail is known by its content.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from deskterm.channels.email import archive
from deskterm.channels.email.archive import Found, Stray
from deskterm.channels.email.parser_process import ParserProcess
from deskterm.desk.history import FLAG
from deskterm.desk.model import Held, Operator
from deskterm.desk.post import Inbound, Raw, Unreadable
from deskterm.desk.text import clean_line
from deskterm.settings import EmailSettings
from deskterm.store import history, people
from deskterm.store.applied import Files as PlacedFiles
from deskterm.store.engine import StoreError, of_the_disk
from deskterm.store.history import Archive, Taken
from deskterm.store.ledger import IN_TABLE, Kept
from deskterm.store.rules import Rules
from deskterm.store.store import Store
from deskterm.store.writer import Transaction

log = logging.getLogger("deskterm.background")
Progress = Callable[[int, int], None]
T = TypeVar("T")
AHEAD = 32
"""Most mails whose transactions wait while the next ones are understood."""
LOOKED = 500
"""Files whose headers are read at a time, so that it can be stopped between."""
NAMED = 200
"""Most mails that a report names for each reason they are no messages."""


@dataclass(slots=True)
class Report:
    """What became of an archive: how many mails were `found`, `taken` in, `already` here; which were `held` and which files
    hold none (`strays`), each with its reason; how many were `ignored`, by reason, and which (`skipped`); what was made."""

    found: int = 0
    taken: int = 0
    already: int = 0
    conversations: int = 0
    customers: int = 0
    held_count: int = 0
    stray_count: int = 0
    held: list[tuple[str, str]] = field(default_factory=list)
    strays: list[tuple[str, str]] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    skipped: list[tuple[str, str]] = field(default_factory=list)

    def note(self, found: Found, taken: Taken) -> None:
        """Count what became of a mail."""
        self.conversations += taken.conversations
        self.customers += taken.customers
        if taken.already:
            self.already += 1
        elif taken.held is Held.IGNORED:
            self.ignored[taken.reason] += 1
            if len(self.skipped) < NAMED:
                self.skipped.append((str(found), taken.reason))
        elif taken.held is Held.QUARANTINED:
            self.held_count += 1
            if len(self.held) < NAMED:
                self.held.append((str(found), taken.reason))
        else:
            self.taken += 1

    def stray(self, stray: Stray) -> None:
        """Count a file that is no mail."""
        self.stray_count += 1
        if len(self.strays) < NAMED:
            self.strays.append((str(stray.path), stray.reason))


class MailHistory:
    """Brings archives into one mailbox of the desk. `report` says what is done so far, also after it was stopped."""

    def __init__(self, store: Store, rules: Rules, channel_id: int, settings: EmailSettings, mail_domain: str) -> None:
        self.report = Report()
        self._store = store
        self._rules = rules
        self._channel_id = channel_id
        self._settings = settings
        self._mail_domain = mail_domain
        self._own = (settings.address, *settings.aliases)

    async def bring(self, paths: Sequence[Path], who: Operator, progress: Progress, *, dry_run: bool = False) -> Report:
        """Bring in every mail of these files and folders. With `dry_run` each is understood and nothing is kept.

        Raises StoreError, NotNow, and CancelledError where it is stopped.
        """
        mails, ids = await self._look(paths)
        operators = await people.operator_addresses(self._store.reader)
        threads = await history.threads_of(self._store.reader, self._channel_id, ids)
        async with ParserProcess(
            self._own, tuple(operators), self._mail_domain, authserv_id=self._settings.authserv_id
        ) as parser:
            if dry_run:
                await self._try(mails, parser, progress)
            elif mails:
                begun = await self._store.writer.run(lambda tx: self._begin(tx, who, threads))
                await self._take(mails, parser, begun, progress)
        return self.report

    def _begin(self, tx: Transaction, who: Operator, threads: history.Threads) -> Archive:
        command_id = history.begin(tx, self._channel_id, who, self._store.now())
        return Archive(history.ours(tx, self._own), threads, command_id)

    async def _look(self, paths: Sequence[Path]) -> tuple[list[Found], set[str]]:
        """Find all mails, the oldest first, and every id that they name."""
        mails: list[Found] = []
        ids: set[str] = set()
        looking = archive.look(paths, self._store.now())
        while some := await asyncio.to_thread(_some, looking):
            for one in some:
                if isinstance(one, Stray):
                    self.report.stray(one)
                else:
                    ids.update(one.ids)
                    mails.append(replace(one, ids=()))
        mails.sort(key=lambda one: (one.at, one.order, one.end - one.start))
        self.report.found = len(mails)
        return mails, ids

    async def _take(self, mails: Sequence[Found], parser: ParserProcess, begun: Archive, progress: Progress) -> None:
        writing: list[asyncio.Task[None]] = []
        try:
            for number, found in enumerate(mails):
                progress(number, len(mails))
                work = await self._work(found, parser, begun)
                if work is None:
                    self.report.already += 1
                    continue
                writing.append(asyncio.create_task(self._write(found, work)))
                await asyncio.sleep(0)  # the door keeps the order in which they reach it
                if len(writing) >= AHEAD:
                    await writing.pop(0)
            await asyncio.gather(*writing)
            progress(len(mails), len(mails))
        finally:
            # Stopped or failed: what stands at the door is carried out, and counted.
            await asyncio.shield(asyncio.gather(*writing, return_exceptions=True))

    async def _write(self, found: Found, work: Callable[[Transaction], Taken]) -> None:
        self.report.note(found, await self._store.writer.run(work))

    async def _work(self, found: Found, parser: ParserProcess, begun: Archive) -> Callable[[Transaction], Taken] | None:
        """Understand a mail; returns the transaction that keeps it, None for one that is here already."""
        raw, whole, keys = await asyncio.to_thread(_read, found, self._settings.max_mail_bytes)
        if await history.known_keys(self._store.reader, self._channel_id, keys):
            return None
        sha256 = await asyncio.to_thread(self._store.files.put, raw) if len(raw) > IN_TABLE else None
        kept = Kept(Raw(keys[0], raw, found.at, reason=FLAG), sha256)
        try:
            inbound = await parser.understand(raw)
        except Unreadable as error:
            reason = clean_line(str(error), 300)
            return lambda tx: history.hold(tx, self._channel_id, kept, reason, Held.QUARANTINED, self._store.now())
        if not whole:
            inbound = replace(inbound, notes=tuple(dict.fromkeys((*inbound.notes, "oversize"))))
        files = await asyncio.to_thread(self._keep_files, inbound)
        return self._placing(kept, inbound, files, begun)

    def _keep_files(self, inbound: Inbound) -> PlacedFiles:
        return {
            place: (self._store.files.put(file.data), len(file.data))
            for place, file in enumerate(inbound.attachments)
            if file.data is not None
        }

    def _placing(self, kept: Kept, inbound: Inbound, files: PlacedFiles, begun: Archive) -> Callable[[Transaction], Taken]:
        def work(tx: Transaction) -> Taken:
            now = self._store.now()
            tx.quietly("SAVEPOINT placing")
            try:
                taken = history.take_in(tx, self._channel_id, kept, inbound, files, self._rules, begun, now)
            except StoreError:
                raise
            except Exception as error:
                if of_the_disk(error):
                    raise
                log.exception("a mail of an archive could not be placed")
                tx.quietly("ROLLBACK TO placing")
                reason = f"cannot be placed: {type(error).__name__}"
                taken = history.hold(tx, self._channel_id, kept, reason, Held.QUARANTINED, now)
            tx.quietly("RELEASE placing")
            return taken

        return work

    async def _try(self, mails: Sequence[Found], parser: ParserProcess, progress: Progress) -> None:
        """Understand every mail as `_take` would, and keep nothing: conversations and cards are not counted."""
        seen: set[str] = set()
        ours = await self._store.writer.run(lambda tx: history.ours(tx, self._own))
        for number, found in enumerate(mails):
            progress(number, len(mails))
            raw, _whole, keys = await asyncio.to_thread(_read, found, self._settings.max_mail_bytes)
            if seen.intersection(keys) or await history.known_keys(self._store.reader, self._channel_id, keys):
                self.report.already += 1
                continue
            seen.add(keys[0])
            try:
                inbound = await parser.understand(raw)
            except Unreadable as error:
                self.report.note(found, Taken(Held.QUARANTINED, clean_line(str(error), 300)))
                continue
            self.report.note(found, history.would_be(inbound, found.at, ours))
        progress(len(mails), len(mails))


def _some(looking: Iterator[T]) -> list[T]:
    return list(islice(looking, LOOKED))


def _read(found: Found, limit: int) -> tuple[bytes, bool, tuple[str, ...]]:
    raw, whole = archive.read(found, limit)
    return raw, whole, archive.keys_of(raw)
