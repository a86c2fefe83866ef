"""The office's records of the business, and what cards lack. A part of `deskterm.store.office`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import islice

from deskterm.desk import record_numbers
from deskterm.desk import required as rules_of
from deskterm.desk.card import CardSettings, RecordKind
from deskterm.desk.model import Role
from deskterm.desk.rows_customer import ImportReport, RecordRow
from deskterm.office import OfficeError
from deskterm.store import conversations, records, required
from deskterm.store.office_base import OnStore

MAX_NAMED = 500
"""Most numbers looked up at once."""


_SURVIVOR = (
    "WITH RECURSIVE went(id, into_id) AS (SELECT id, merged_into_id FROM conversation WHERE id = ?"
    " UNION ALL SELECT c.id, c.merged_into_id FROM went JOIN conversation c ON c.id = went.into_id)"
    f" SELECT {conversations.COLUMNS} FROM conversation WHERE id = (SELECT id FROM went WHERE into_id IS NULL)"
)


class RecordsOffice(OnStore):
    """What `Office` says of records and of what must be filled in, on a store."""

    @property
    def card(self) -> CardSettings:
        """What cards look like here, and which records there are."""
        return self._rules.card

    async def missing_fields(self, conversation_id: int) -> tuple[str, ...]:
        """Return what must be filled in before this conversation may be closed, in the order of the card."""
        card = self.card
        if not card.required:
            return ()
        async with self._store.reader.look() as look:
            wanted = required.Wanted(card, await look.all(required.NAMES, (required.tag_names(card),)))
            row = await look.one(_SURVIVOR, (conversation_id,))
            conversation = None if row is None else conversations.from_row(row)
            keys = () if conversation is None else wanted.of(conversation)
            said = await look.one(required.FILLED, (conversation.customer_id,)) if conversation is not None and keys else None
        return () if said is None else rules_of.missing(keys, required.filled(said))

    async def record(self, kind: str, external_id: str) -> RecordRow | None:
        """Return a record by its number, with its prefix or without it."""
        keys = record_numbers.keys_of(self._kind(kind).prefix, external_id)
        found = await self._by_keys(keys)
        return next((found[kind, key] for key in keys if (kind, key) in found), None)

    async def records_of(self, kind: str, *, before_id: int | None = None, limit: int = 100) -> tuple[RecordRow, ...]:
        """Return records of a kind, what came in last first. Raises OfficeError("unknown_kind")."""
        self._kind(kind)
        rows = await self._store.reader.all(
            f"SELECT {records.COLUMNS} FROM record WHERE kind = ? AND id < ? ORDER BY id DESC LIMIT ?",
            (kind, before_id if before_id is not None else 2**62, limit),
        )
        return tuple(map(records.row, rows))

    async def records_named(self, texts: Iterable[str]) -> Mapping[str, RecordRow]:
        """Return the records that these texts name, by the words that name them."""
        kinds = self.card.records
        if not kinds:
            return {}
        named = [one for text in texts for one in record_numbers.numbers_in(text, kinds)][:MAX_NAMED]
        found = await self._by_keys({key for one in named for key in one.keys}) if named else {}
        said: dict[str, RecordRow] = {}
        for one in named:
            row = next((found[one.kind, key] for key in one.keys if (one.kind, key) in found), None)
            if row is not None:
                said.setdefault(one.words, row)
        return said

    async def _by_keys(self, keys: Iterable[str]) -> dict[tuple[str, str], RecordRow]:
        rows = await self._store.reader.all(
            f"SELECT folded, {records.COLUMNS} FROM record INDEXED BY ix_record_folded"
            " WHERE folded IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(set(keys))),),
        )
        return {(raw[2], raw[0]): records.row(raw[1:]) for raw in rows}

    async def put_records(
        self,
        kind: str,
        rows: Iterable[Mapping[str, str]],
        *,
        dry: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> ImportReport:
        """Keep records, some hundred in each transaction; stopped, it keeps what is done. `errors` name rows by their place,
        from 1."""
        if self._me.role is Role.VIEWER:
            raise OfficeError("permission", f"{self._me.login} may only look", "Ask an operator")
        # With the libraries behind it: not for every start of a console.
        from deskterm.store.record_imports import Importing

        known = self._kind(kind)
        importing = Importing(known, self.card.region, self._me, self._store.now())
        following = iter(rows)
        while batch := list(islice(following, importing.BATCH)):
            importing.read(batch)
            await asyncio.sleep(0)  # the console goes on meanwhile
        while read := importing.following():
            if dry:
                importing.compare(read, await self._by_keys({one.key for one in read}))
            else:
                importing.count(await self._write(partial(importing.keep, rows=read)))
            if progress is not None:
                progress(importing.done, importing.seen)
        return importing.report(dry=dry)

    def _kind(self, kind: str) -> RecordKind:
        known = self.card.record(kind)
        if known is None:
            names = ", ".join(one.key for one in self.card.records)
            fix = f"Use one of: {names}" if names else "Describe it in the configuration, under [records.NAME]"
            raise OfficeError("unknown_kind", f"no records are called {kind[:60]}", fix)
        return known
