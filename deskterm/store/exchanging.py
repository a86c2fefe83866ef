"""Customers in and out as a table: commands of the desk for each row, some rows in a transaction; out in stretches.

A row finds its customer by its addresses; one that is known stays as it is unless `update` is asked for. So the same table
twice changes nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

from deskterm.customers_csv import Wanted
from deskterm.desk.card import CardSettings
from deskterm.desk.commands import Command, Done, Refused
from deskterm.desk.commands_customer import AddCustomer, AddIdentity, EditCustomer
from deskterm.desk.rows_customer import ImportReport
from deskterm.store import list_text, stems
from deskterm.store.acting import Write
from deskterm.store.reader import Reader
from deskterm.store.writer import Transaction
from deskterm.wording import refusal_words

MAX_ERRORS = 1_000
"""Most rows whose errors are told one by one."""
STRETCH = 500


BATCH = 25
"""Rows in one transaction: some 50 ms, between which the door serves others."""
Judge = Callable[[Transaction, Command], Done | Refused]
"""Carries out a command within a transaction."""
Owners = Mapping[tuple[str, str], int]
"""Whose addresses are: (kind, value) -> customer."""

_OWNER = "SELECT customer_id FROM identity WHERE kind = ? AND value = ? AND customer_id IS NOT NULL"
_NAMED = (
    "SELECT 1 FROM customer c WHERE {among} c.name = ? AND c.merged_into_id IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM identity i WHERE i.customer_id = c.id)"
)
_AMONG = "c.id IN (SELECT rowid FROM customer_search WHERE customer_search MATCH ?) AND"


def _named(name: str) -> tuple[str, tuple[str, ...]]:
    """Return the question, and its values, whether a card of this name without any address is there: the row of an earlier
    import, most likely. It is looked for among those who have its words; a name of signs alone among all."""
    words = " AND ".join(f'"{word}"' for word in stems.folded_words(name))
    called = " ".join(name.split())
    return (_NAMED.format(among=_AMONG), (f"names : ({words})", called)) if words else (_NAMED.format(among=""), (called,))


class Importing:
    """One import of customers."""

    def __init__(self, reader: Reader, write: Write, judge: Judge, *, update: bool, dry: bool) -> None:
        self._reader = reader
        self._write = write
        self._judge = judge
        self._update = update
        self._dry = dry
        self._outcomes: Counter[str] = Counter()
        self._errors: list[tuple[str, str]] = []
        self._would_be: set[tuple[str, str]] = set()

    async def run(self, rows: Iterable[Wanted], total: int, progress: Callable[[int, int], None] | None) -> ImportReport:
        """Import rows, `total` of them, one after the other; stopped in the middle what is done stays."""
        following, seen = iter(rows), 0
        while batch := tuple(islice(following, BATCH)):
            if self._dry:
                outcomes = [await self._would(row) for row in batch]
            else:
                outcomes = await self._write(partial(self._kept, batch))
            for row, outcome in zip(batch, outcomes, strict=True):
                self._count(row, outcome)
            seen += len(batch)
            if progress is not None:
                progress(seen, total)
        return ImportReport(
            self._outcomes["added"], self._outcomes["changed"], self._outcomes["unchanged"], tuple(self._errors), self._dry
        )

    def _count(self, row: Wanted, outcome: str | Refused) -> None:
        if not isinstance(outcome, Refused):
            self._outcomes[outcome] += 1
        elif len(self._errors) < MAX_ERRORS:
            self._errors.append((str(row.line), refusal_words(outcome)))

    async def _would(self, row: Wanted) -> str | Refused:
        """Return what would become of a row."""
        found = {key: await self._reader.one(_OWNER, key) for key in _keys(row)}
        owners = {key: int(one[0]) for key, one in found.items() if one is not None}
        refused = _refused(row, owners)
        if refused is not None:
            return refused
        if owners:
            return "changed" if self._update else "unchanged"
        known = not self._would_be.isdisjoint(_keys(row)) or (
            not row.addresses and await self._reader.one(*_named(row.name)) is not None
        )
        self._would_be.update(_keys(row))
        return "unchanged" if known else "added"

    def _kept(self, rows: Iterable[Wanted], tx: Transaction) -> list[str | Refused]:
        return [self._row(tx, row) for row in rows]

    def _row(self, tx: Transaction, row: Wanted) -> str | Refused:
        found = {key: tx.one(_OWNER, key) for key in _keys(row)}
        owners = {key: int(one[0]) for key, one in found.items() if one is not None}
        refused = _refused(row, owners)
        if refused is not None:
            return refused
        if owners:
            return self._known(tx, row, next(iter(owners.values())), owners) if self._update else "unchanged"
        return self._new(tx, row)

    def _new(self, tx: Transaction, row: Wanted) -> str | Refused:
        if not row.addresses and tx.one(*_named(row.name)) is not None:
            return "unchanged"
        done = self._judge(tx, AddCustomer(row.name, row.addresses, row.language, row.company, row.values))
        if isinstance(done, Refused):
            return done
        if row.tags and done.customer_id is not None:
            tagged = self._judge(tx, EditCustomer(done.customer_id, add_tags=row.tags))
            if isinstance(tagged, Refused):
                return tagged
        return "added"

    def _known(self, tx: Transaction, row: Wanted, customer_id: int, owners: Owners) -> str | Refused:
        more = [one for one in row.addresses if (one.kind.value, one.value) not in owners]
        edit = EditCustomer(
            customer_id,
            name=row.name or None,
            language=row.language or None,
            company=row.company or None,
            values=row.values,
            add_tags=row.tags,
        )
        changed = False
        commands: tuple[Command, ...] = (edit, *(AddIdentity(customer_id, one) for one in more))
        for command in commands:
            done = self._judge(tx, command)
            if isinstance(done, Refused):
                return done
            changed = changed or bool(done.command_id)
        return "changed" if changed else "unchanged"


def _keys(row: Wanted) -> tuple[tuple[str, str], ...]:
    return tuple((one.kind.value, one.value) for one in row.addresses)


def _refused(row: Wanted, owners: Owners) -> Refused | None:
    """Return why a row can be nobody's; None where it can."""
    if row.wrong:
        return Refused("bad_address", {"address": row.wrong[0]})
    if len(set(owners.values())) > 1:
        return Refused("two_customers", {"address": row.addresses[0].value})
    return None if row.name or row.addresses else Refused("name_wanted")


# --- out

_FOUND = "SELECT rowid FROM customer_search WHERE customer_search MATCH :match"
_CUSTOMERS = (
    "SELECT c.id, c.name, c.language, coalesce(co.name, ''),"
    " (SELECT json_group_array(json_array(i.kind, i.value)) FROM identity i WHERE i.customer_id = c.id),"
    " (SELECT group_concat(t.name, ', ') FROM customer_tag ct JOIN tag t ON t.id = ct.tag_id WHERE ct.customer_id = c.id),"
    " (SELECT json_group_object(v.field, v.value) FROM customer_value v WHERE v.customer_id = c.id)"
    " FROM customer c LEFT JOIN company co ON co.id = c.company_id WHERE c.id > :after AND c.merged_into_id IS NULL"
    " AND c.erased_at IS NULL {which} ORDER BY c.id LIMIT :most"
)
COLUMNS = ("id", "name", "phone", "email", "telegram", "company", "language", "tags")
"""The columns of an export, before the fields of the card; all but `id` are read back by an import."""


async def table(reader: Reader, letters: str, card: CardSettings) -> AsyncIterator[list[tuple[str, ...]]]:
    """Yield the head, then the customers in stretches: all, or those of whose names or addresses every word begins so."""
    keys = [one.key for one in card.fields]
    yield [(*COLUMNS, *keys)]
    match = list_text.of_person(letters)
    if letters.strip() and not match:
        return
    sql = _CUSTOMERS.format(which=f"AND c.id IN ({_FOUND})" if match else "")
    values: dict[str, Any] = {"after": 0, "most": STRETCH, **({"match": match} if match else {})}
    while rows := await reader.all(sql, values):
        yield [_row(row, keys) for row in rows]
        values["after"] = rows[-1][0]


def _row(row: Any, keys: Sequence[str]) -> tuple[str, ...]:
    customer_id, name, language, company, addresses, tags, fields = row
    known: list[list[str]] = json.loads(addresses)
    said: dict[str, str] = json.loads(fields)
    by_kind = ["; ".join(value for kind, value in known if kind == wanted) for wanted in ("phone", "email", "telegram")]
    return str(customer_id), name, *by_kind, company, language, tags or "", *(said.get(key, "") for key in keys)
