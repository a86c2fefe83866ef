"""The office's part for customers as a table, in and out. What it does is loaded when it is asked for."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from deskterm.desk.model import Actor, ActorKind
from deskterm.desk.permissions import Right, may
from deskterm.desk.rows_customer import ImportReport
from deskterm.office import OfficeError
from deskterm.store.office_base import OnStore
from deskterm.store.times import to_ms


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
        from deskterm import customers_csv, phones
        from deskterm.desk.decide_customer import normal_address
        from deskterm.store.acting import Desk, submit
        from deskterm.store.exchanging import Importing

        self._allowed(Right.IMPORT_CUSTOMERS)
        card = self._rules.card
        try:
            table = await asyncio.to_thread(customers_csv.read, data)
            held = customers_csv.columns(table.head, wanted, card)
        except customers_csv.BadTable as error:
            raise OfficeError("bad_file", str(error)) from error
        rows = [
            customers_csv.customer(
                line, row, held, lambda one: normal_address(one, lambda text: phones.e164(text, card.region))
            )
            for line, row in table.rows
        ]
        desk = Desk(self._write, self._me, self._rules, self._store.now)
        return await Importing(self._store.reader, partial(submit, desk), update=update, dry=dry).run(rows, progress)

    async def export_customers(self, file: Path, letters: str = "") -> int:
        """Write customers into a new file as a table; see `CustomersOffice`."""
        from deskterm import customers_csv
        from deskterm.store import journal, situations
        from deskterm.store.exchanging import table

        self._allowed(Right.EXPORT_CUSTOMERS)
        rows = [row async for row in table(self._store.reader, letters, self._rules.card)]
        try:
            await asyncio.to_thread(_write, file, "".join(customers_csv.written(rows)))
        except OSError as error:
            fix = "name a file that is not there yet, in a folder that you may write to"
            raise OfficeError("bad_folder", f"{file}: {error.strerror}", fix) from None
        count, now = len(rows) - 1, to_ms(self._store.now())
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


def _write(file: Path, text: str) -> None:
    """Write a file that office programs read as UTF-8, for nobody but its owner, and never over another."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(text.encode("utf-8-sig"))
