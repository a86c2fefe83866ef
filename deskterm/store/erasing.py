"""Erasing a person: all their words, in many short transactions, and then what the store's file and folders still hold.

The card and the addresses go last: a run that was stopped or killed is finished by the next one, which finds by them what is
left. The journal keeps that it was done, when and by whom. Words are gone from the file only once the index has been merged
(`search_index.purge`), the write-ahead log emptied and the copies in the backups folder removed; `secure_delete` has SQLite
write zeros over what is deleted.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from deskterm.desk import facts as f
from deskterm.desk.model import Actor
from deskterm.desk.rows_customer import Erased
from deskterm.store import (
    blanking,
    erasing_reminders,
    erasing_tasks,
    journal,
    saved_views,
    scrubbing,
    search_index,
    situations,
    traces,
    unlinking,
)
from deskterm.store import erasing_card as card
from deskterm.store.blanking import Gone
from deskterm.store.store import Store
from deskterm.store.times import to_ms
from deskterm.store.traces import Found, Looking, Person
from deskterm.store.unlinking import Writing
from deskterm.store.writer import Transaction

T = TypeVar("T")
log = logging.getLogger("deskterm.store")

BATCH = 12
"""Messages in one transaction."""


class Erasing:
    """One run of erasing a person. `write` runs transactions; `progress` hears how much of how much is done."""

    def __init__(
        self,
        store: Store,
        write: Writing,
        actor: Actor,
        who: Person,
        progress: Callable[[int, int], None] | None = None,
        *,
        grace_s: float = unlinking.GRACE_S,
    ) -> None:
        self._store = store
        self._write = write
        self._actor = actor
        self._who = who
        self._progress = progress
        self._grace_s = grace_s
        self._looking = Looking(store.reader, store.files, who, self._step)
        self._done = self._total = 0
        self._gone = Gone()

    async def run(self) -> Erased:
        """Erase. Stopped in the middle it leaves what is done, and another run finishes it."""
        self._total = await self._stretches()
        found = await self._looking.look()
        await self._erase(found)
        while not await self._write(self._finish):
            await self._look_again()
        await scrubbing.scrub(self._store, self._write, grace_s=self._grace_s)
        copies = await scrubbing.forget_copies(self._store.home)
        log.info("a customer was erased: card %d, %d messages, %d files", self._who.id, self._gone.messages, self._gone.files)
        self._tell(self._total, self._total)
        return Erased(self._who.id, len(self._who.conversations), self._gone.messages, self._gone.files, copies)

    async def _look_again(self) -> None:
        """Erase what has come in meanwhile; the person may have a new conversation or address by it."""
        async with self._store.reader.look() as look:
            self._who = await traces.person(look, self._who.id) or self._who
        self._looking.who = self._who
        await self._erase(await self._looking.look())

    # --- progress

    async def _stretches(self) -> int:
        messages, raw = await self._store.reader.one(
            "SELECT (SELECT coalesce(max(id), 0) FROM message), (SELECT count(*) FROM inbound)"
        )
        return 2 * (int(messages) // traces.STRETCH + 1) + int(raw) // traces.RAW_STRETCH + 1

    def _step(self) -> None:
        self._done += 1
        self._total = max(self._total, self._done)
        self._tell(self._done, self._total)

    def _tell(self, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress(done, total)

    # --- the words

    async def _erase(self, found: Found) -> None:
        """Take out what was found; what others say of the person goes first, since it is found by what theirs is called."""
        parts: tuple[Collection[Any], ...] = (
            found.touching,
            found.messages,
            found.raw,
            found.called,
            found.indexed,
            found.changes,
        )
        parts = (*parts, found.tasks, found.noted)
        self._total += sum(1 for some in parts for _ in _batches(some, BATCH))
        for touching in _batches(found.touching, BATCH):
            await self._batch(lambda tx, some=touching: self._touch(tx, some, found))  # type: ignore[misc]
        for messages in _batches(found.messages, BATCH):
            await self._batch(lambda tx, some=messages: self._blank(tx, some, found))  # type: ignore[misc]
        for raw in _batches(found.raw, BATCH):
            await self._batch(lambda tx, some=raw: self._raw(tx, some))  # type: ignore[misc]
        await self._elsewhere(found)
        for one in self._who.conversations:
            await self._batch(lambda tx, some=one: self._shell(tx, some))  # type: ignore[misc]

    async def _elsewhere(self, found: Found) -> None:
        """Take out what others' cards, the index, the journal and saved views say of the person."""
        for cards in _batches(found.called, BATCH):
            await self._batch(lambda tx, some=cards: _each(tx, some, card.unname))  # type: ignore[misc]
        for messages in _batches(found.indexed, BATCH):
            await self._batch(lambda tx, some=messages: _each(tx, some, search_index.message_changed))  # type: ignore[misc]
        for changes in _batches(found.changes, BATCH):
            await self._batch(lambda tx, some=changes: _each(tx, some, card.forget_change))  # type: ignore[misc]
        for tasks in _batches(found.tasks, BATCH):
            await self._batch(lambda tx, some=tasks: _each(tx, some, self._unnamed))  # type: ignore[misc]
        for noted in _batches(found.noted, BATCH):
            await self._batch(lambda tx, some=noted: _each(tx, some, self._unsaid))  # type: ignore[misc]
        if found.views:
            await self._batch(lambda tx: _each(tx, found.views, saved_views.forget))

    async def _batch(self, work: Callable[[Transaction], Gone]) -> None:
        def done(tx: Transaction) -> Gone:
            gone = work(tx)
            unlinking.note(tx, gone.hashes)
            scrubbing.due(tx)
            return gone

        gone = await self._write(done)
        self._gone.messages += gone.messages
        self._gone.files += gone.files
        self._step()

    def _unnamed(self, tx: Transaction, task_id: int) -> None:
        erasing_tasks.without_them(tx, self._who, task_id)

    def _unsaid(self, tx: Transaction, place: tuple[str, int]) -> None:
        erasing_reminders.without_them(tx, self._who, place)

    def _touch(self, tx: Transaction, ids: Sequence[int], found: Found) -> Gone:
        gone = Gone()
        for message_id in ids:
            row = tx.one(f"SELECT {traces.TOUCHED} FROM message WHERE id = ?", (message_id,))
            without = traces.without_them(row, self._who, found)
            if without is not None:
                card.keep_without(tx, message_id, without, gone)
        return gone

    def _blank(self, tx: Transaction, ids: Sequence[int], found: Found) -> Gone:
        gone = blanking.messages(tx, ids, self._store.now())
        for conversation_id in {found.messages[one] for one in ids}.difference(self._who.conversations):
            blanking.said_last(tx, conversation_id)
            blanking.without_failures(tx, conversation_id, self._store.now())
        return gone

    def _raw(self, tx: Transaction, ids: Sequence[int]) -> Gone:
        gone = Gone()
        blanking.raw(tx, ids, gone)
        return gone

    def _shell(self, tx: Transaction, conversation_id: int) -> Gone:
        gone = Gone()
        blanking.staged(tx, conversation_id, gone)
        blanking.shell(tx, conversation_id, self._actor, self._store.now())
        return gone

    # --- the card

    def _finish(self, tx: Transaction) -> bool:
        """Empty the card, if nothing has come in since it was looked; returns whether it is done."""
        if self._has_more(tx):
            return False
        now = self._store.now()
        if card.empty(tx, self._who, now):
            fact = f.CustomerErased(customer_id=self._who.id, messages=self._gone.messages, files=self._gone.files)
            command_id = situations.next_command(tx)
            journal.write(tx, [fact], command_id=command_id, actor=self._actor, now_ms=to_ms(now))
        return True

    def _has_more(self, tx: Transaction) -> bool:
        """Whether there is anything that was not looked at yet."""
        message = tx.one("SELECT coalesce(max(id), 0) FROM message")[0]
        raw = tx.one("SELECT id FROM inbound WHERE data IS NOT NULL OR sha256 IS NOT NULL ORDER BY id DESC LIMIT 1")
        newer = message > self._looking.seen_message
        newer |= bool(self._who.addresses) and raw is not None and raw[0] > self._looking.seen_raw
        return newer or card.person(tx, self._who.id) != self._who


def _each(tx: Transaction, ids: Iterable[T], work: Callable[[Transaction, T], None]) -> Gone:
    for one in ids:
        work(tx, one)
    return Gone()


def _batches(ids: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(ids)
    while some := list(islice(rest, size)):
        yield some
