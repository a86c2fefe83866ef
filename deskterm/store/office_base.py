"""What the parts of the office share: the store, who looks and acts, and the one way to write."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from deskterm.desk.model import Operator
from deskterm.office import OfficeError
from deskterm.store.engine import StoreError
from deskterm.store.rules import Rules
from deskterm.store.store import Store
from deskterm.store.writer import Transaction

T = TypeVar("T")


class OnStore:
    """A part of the office of one operator, on an open store."""

    def __init__(self, store: Store, rules: Rules, me: Operator) -> None:
        self._store = store
        self._rules = rules
        self._me = me

    async def _write(self, work: Callable[[Transaction], T]) -> T:
        """Have work done within one transaction. Raises OfficeError."""
        try:
            return await self._store.writer.run(work)
        except StoreError as error:
            raise OfficeError(error.code, error.message, error.fix) from error
