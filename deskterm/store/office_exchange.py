"""The office's part for customers as a table, in and out. What it does is loaded when it is asked for."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from deskterm.desk.model import Actor, ActorKind
from deskterm.desk.permissions import Right, may
from deskterm.desk.rows_customer import ImportReport
from deskterm.office import OfficeError
from deskterm.store.office_base import OnStore
from deskterm.store.times import to_ms

if TYPE_CHECKING:
    from deskterm.desk.commands import Command, Done, Refused
    from deskterm.store.writer import Transaction


class ExchangeOffice(OnStore):
    """What `CustomersOffice` says of tables, on a store."""

    async def import_customers(
        self,
        data: bytes,
        wanted: Mapping[str, str],
        *,
        update: bool = False,
        dry: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> ImportReport:
        """Import a table of customers; see `CustomersOffice`."""
        from deskterm import customers_csv, phones, tables
        from deskterm.desk.decide_customer import normal_address
        from deskterm.store.acting import carry_out
        from deskterm.store.customer_imports import Importing

        self._allowed(Right.IMPORT_CUSTOMERS)
        card = self._rules.card
        try:
            table = await asyncio.to_thread(tables.read, data)
            held = customers_csv.columns(table.head, wanted, card)
        except tables.BadTable as error:
            raise OfficeError("bad_file", str(error)) from error
        normal = partial(normal_address, phone=partial(phones.e164, region=card.region))
        rows = (customers_csv.customer(line, row, held, normal) for line, row in table.rows)

        def judge(tx: Transaction, command: Command) -> Done | Refused:
            return carry_out(tx, command, self._me, self._rules, self._store.now()).answer

        importing = Importing(self._store.reader, self._write, judge, update=update, dry=dry)
        report = await importing.run(rows, len(table.rows), progress)
        return replace(report, left_out=tuple(title for place, title in enumerate(table.head) if title and place not in held))

    async def export_customers(self, file: Path, letters: str = "") -> int:
        """Write customers into a new file as a table; see `CustomersOffice`."""
        from deskterm import tables
        from deskterm.store import journal, situations
        from deskterm.store.exchanging import table

        self._allowed(Right.EXPORT_CUSTOMERS)
        count = -1  # the head is nobody
        try:
            out = await asyncio.to_thread(_created, file)
            try:
                async for stretch in table(self._store.reader, letters, self._rules.card):
                    await asyncio.to_thread(out.write, "".join(tables.written(stretch)))
                    count += len(stretch)
            except BaseException:
                await asyncio.to_thread(file.unlink, missing_ok=True)
                raise
            finally:
                out.close()
        except FileExistsError:
            raise OfficeError("cannot_create", f"{file} is there already", "name a file that is not there yet") from None
        except OSError as error:
            fix = "name a file that is not there yet, in a folder that you may write to"
            raise OfficeError("bad_folder", f"{file}: {error.strerror}", fix) from None
        now = to_ms(self._store.now())
        actor = Actor(ActorKind.OPERATOR, self._me.id)
        await self._write(
            lambda tx: journal.note(
                tx, "customers_exported", {"count": count}, command_id=situations.next_command(tx), actor=actor, now_ms=now
            )
        )
        return count

    def _allowed(self, right: Right) -> None:
        if not may(self._me, right):
            raise OfficeError(
                "permission", f"{self._me.login} is neither an owner nor a supervisor", "ask one of them to do this"
            )


def _created(file: Path) -> TextIO:
    """Open a new file that office programs read as UTF-8, for nobody but its owner; never over another."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8-sig", newline="")
