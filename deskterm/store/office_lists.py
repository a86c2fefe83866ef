"""The office's lists: views and queries, what they hold, and what a search finds. A part of `deskterm.store.office`."""

from __future__ import annotations

from collections.abc import Iterable

from deskterm.desk.query import Names
from deskterm.desk.rows import Counts, CustomerRow, Hit, RowKey, Standing, Window
from deskterm.office import Listing
from deskterm.store import read_customers, read_lists, search
from deskterm.store.list_asker import Asker, MachineZone
from deskterm.store.office_base import OnStore


class ListsOffice(OnStore):
    """What `Office` says of lists, on a store."""

    def _asker(self) -> Asker:
        return Asker(self._me.id, self._store.now(), MachineZone())

    async def conversations(self, listing: Listing, *, at: RowKey | None = None, before: int = 0, after: int = 100) -> Window:
        """Return a stretch of a view or query."""
        async with self._store.reader.look() as look:
            return await search.window(look, listing, self._asker(), at, before, after)

    async def row(self, conversation_id: int, listing: Listing) -> RowKey | None:
        """Return where a conversation stands in a view or query."""
        async with self._store.reader.look() as look:
            return await search.key_of(look, conversation_id, listing, self._asker())

    async def count(self, listing: Listing, *, at_most: int = 10_000) -> int:
        """Count what a view or query holds, no further than `at_most`."""
        async with self._store.reader.look() as look:
            return await search.count(look, listing, self._asker(), at_most)

    async def ids(self, listing: Listing) -> tuple[int, ...]:
        """Return the ids of all conversations of a view or query, in its order."""
        async with self._store.reader.look() as look:
            return await search.ids(look, listing, self._asker())

    async def standing(self, conversation_ids: Iterable[int]) -> Standing:
        """Return how these conversations stand, spam and merged ones as well."""
        async with self._store.reader.look() as look:
            return await read_lists.standing(look, conversation_ids)

    async def names(self) -> Names:
        """Return the names that a query may speak of."""
        async with self._store.reader.look() as look:
            return await read_customers.names(look)

    async def customers(self, letters: str, *, limit: int = 20) -> tuple[CustomerRow, ...]:
        """Return customers by the beginnings of their names and addresses, the newest first."""
        async with self._store.reader.look() as look:
            return await read_customers.found(look, letters, limit)

    async def find_in_thread(
        self, conversation_id: int, text: str, *, before_id: int | None = None, after_id: int | None = None
    ) -> Hit | None:
        """Return the newest message of a thread that holds these words, or the next one before or after a message."""
        async with self._store.reader.look() as look:
            return await search.find_in_thread(look, conversation_id, text, before_id, after_id)

    async def counts(self) -> Counts:
        """Return the counters."""
        async with self._store.reader.look() as look:
            return await read_lists.counts(look, self._me.id)
