"""Customers in and out as a table: one command of the desk for each row, and all that there is in stretches.

A row finds its customer by its addresses; one that is known stays as it is unless `update` is asked for. So the same table
twice changes nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from deskterm.customers_csv import Wanted
from deskterm.desk.card import CardSettings
from deskterm.desk.commands import Command, Done, Refused
from deskterm.desk.commands_customer import AddCustomer, AddIdentity, EditCustomer
from deskterm.desk.post import Address
from deskterm.desk.rows_customer import ImportReport
from deskterm.store import list_text
from deskterm.store.reader import Reader
from deskterm.wording import refusal_words

MAX_ERRORS = 1_000
"""Most rows whose errors are told one by one."""
STRETCH = 500


class Submit(Protocol):
    """Carries out a command."""

    async def __call__(self, command: Command, /) -> Done | Refused:
        """Carry it out."""
        ...


class Importing:
    """One import of customers."""

    def __init__(self, reader: Reader, submit: Submit, *, update: bool, dry: bool) -> None:
        self._reader = reader
        self._submit = submit
        self._update = update
        self._dry = dry
        self._outcomes: Counter[str] = Counter()
        self._errors: list[tuple[str, str]] = []
        self._would_be: set[tuple[str, str]] = set()

    async def run(self, rows: Sequence[Wanted], progress: Callable[[int, int], None] | None) -> ImportReport:
        """Import rows, one after the other; stopped in the middle what is done stays."""
        for number, row in enumerate(rows, 1):
            outcome = await self._row(row)
            if isinstance(outcome, Refused):
                self._wrong(row, refusal_words(outcome))
            elif outcome:
                self._outcomes[outcome] += 1
            if progress is not None:
                progress(number, len(rows))
        return ImportReport(
            self._outcomes["added"], self._outcomes["changed"], self._outcomes["unchanged"], tuple(self._errors), self._dry
        )

    def _wrong(self, row: Wanted, words: str) -> None:
        if len(self._errors) < MAX_ERRORS:
            self._errors.append((str(row.line), words))

    async def _row(self, row: Wanted) -> str | Refused:
        if row.wrong:
            return Refused("bad_address", {"address": row.wrong[0]})
        owners = await self._owners(row.addresses)
        if len(set(owners.values())) > 1:
            return Refused("two_customers", {"address": row.addresses[0].value})
        if owners:
            return await self._known(row, next(iter(owners.values())), owners)
        return await self._new(row)

    async def _new(self, row: Wanted) -> str | Refused:
        if not row.name and not row.addresses:
            return Refused("name_wanted")
        keys = {(one.kind.value, one.value) for one in row.addresses}
        if self._dry:
            outcome = "unchanged" if keys & self._would_be else "added"
            self._would_be |= keys
            return outcome
        if not row.addresses and await self._named(row.name):
            return "unchanged"
        add = AddCustomer(row.name, row.addresses, row.language, row.company, row.values)
        done = await self._submit(add)
        if isinstance(done, Refused):
            return done
        if row.tags and done.customer_id is not None:
            tagged = await self._submit(EditCustomer(done.customer_id, add_tags=row.tags))
            if isinstance(tagged, Refused):
                return tagged
        return "added"

    async def _known(self, row: Wanted, customer_id: int, owners: Mapping[tuple[str, str], int]) -> str | Refused:
        if not self._update:
            return "unchanged"
        more = [one for one in row.addresses if (one.kind.value, one.value) not in owners]
        edit = EditCustomer(
            customer_id,
            name=row.name or None,
            language=row.language or None,
            company=row.company or None,
            values=row.values,
            add_tags=row.tags,
        )
        if self._dry:
            return "changed"
        changed = 0
        commands: tuple[Command, ...] = (edit, *(AddIdentity(customer_id, one) for one in more))
        for command in commands:
            done = await self._submit(command)
            if isinstance(done, Refused):
                return done
            changed += bool(done.command_id)
        return "changed" if changed else "unchanged"

    async def _owners(self, addresses: Iterable[Address]) -> dict[tuple[str, str], int]:
        owners = {}
        for one in addresses:
            row = await self._reader.one(
                "SELECT customer_id FROM identity WHERE kind = ? AND value = ? AND customer_id IS NOT NULL",
                (one.kind.value, one.value),
            )
            if row is not None:
                owners[one.kind.value, one.value] = int(row[0])
        return owners

    async def _named(self, name: str) -> bool:
        """Whether a card of this name without any address is there: the row of an earlier import, most likely."""
        return bool(
            await self._reader.one(
                "SELECT 1 FROM customer c WHERE c.name = ? AND c.merged_into_id IS NULL"
                " AND NOT EXISTS (SELECT 1 FROM identity i WHERE i.customer_id = c.id)",
                (" ".join(name.split()),),
            )
        )


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


async def table(reader: Reader, letters: str, card: CardSettings) -> AsyncIterator[tuple[str, ...]]:
    """Yield the head, then the customers: all, or those of whose names or addresses every word begins so."""
    keys = [one.key for one in card.fields]
    yield (*COLUMNS, *keys)
    match = list_text.of_person(letters)
    if letters.strip() and not match:
        return
    sql = _CUSTOMERS.format(which=f"AND c.id IN ({_FOUND})" if match else "")
    values: dict[str, Any] = {"after": 0, "most": STRETCH, **({"match": match} if match else {})}
    while rows := await reader.all(sql, values):
        for row in rows:
            yield _row(row, keys)
        values["after"] = rows[-1][0]


def _row(row: Any, keys: Sequence[str]) -> tuple[str, ...]:
    customer_id, name, language, company, addresses, tags, fields = row
    known: list[list[str]] = json.loads(addresses)
    said: dict[str, str] = json.loads(fields)
    by_kind = ["; ".join(value for kind, value in known if kind == wanted) for wanted in ("phone", "email", "telegram")]
    return str(customer_id), name, *by_kind, company, language, tags or "", *(said.get(key, "") for key in keys)
