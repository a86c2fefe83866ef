"""The office's part for a person's own data: all of it in a folder, or none of it left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.desk.model import Actor, ActorKind
from deskterm.desk.permissions import Right, may
from deskterm.desk.rows_customer import Erased
from deskterm.office import OfficeError
from deskterm.store.engine import StoreError
from deskterm.store.office_base import OnStore

if TYPE_CHECKING:
    from deskterm.store.traces import Person


class PrivacyOffice(OnStore):
    """What `CustomersOffice` says of privacy, on a store. What it does is loaded when it is asked for."""

    async def export_customer(self, customer_id: int, folder: Path) -> Path:
        """Write all there is of a customer into a new folder; returns the folder."""
        from deskterm.store.exporting import export

        who = await self._person(customer_id, Right.EXPORT_CUSTOMER)
        try:
            return await export(self._store, self._write, Actor(ActorKind.OPERATOR, self._me.id), who, folder)
        except StoreError as error:
            raise OfficeError(error.code, error.message, error.fix) from error

    async def erase_customer(self, customer_id: int, progress: Callable[[int, int], None] | None = None) -> Erased:
        """Erase all words of a customer for good; a run that was stopped is finished by the next."""
        from deskterm.store.erasing import Erasing

        who = await self._person(customer_id, Right.ERASE_CUSTOMER)
        try:
            return await Erasing(self._store, self._write, Actor(ActorKind.OPERATOR, self._me.id), who, progress).run()
        except StoreError as error:
            raise OfficeError(error.code, error.message, error.fix) from error

    async def _person(self, customer_id: int, right: Right) -> Person:
        """Return who a card is of. Raises OfficeError("permission" | "not_found")."""
        from deskterm.store.traces import person

        if not may(self._me, right):
            raise OfficeError(
                "permission", f"{self._me.login} is neither an owner nor a supervisor", "ask one of them to do this"
            )
        async with self._store.reader.look() as look:
            who = await person(look, customer_id)
        if who is None:
            raise OfficeError("not_found", "there is no such customer", "see: deskterm customer list")
        return who
