"""The part of the office that shows customers: cards, likely doubles, companies. See `deskterm.office_customers`."""

from __future__ import annotations

from deskterm.desk.rows_customer import Card, CompanyRow, DuplicateRow, MergePreview, ParticipantRow
from deskterm.store import companies, read_cards, read_duplicates, read_participants
from deskterm.store.office_base import OnStore


class CardsOffice(OnStore):
    """What `deskterm.office_customers.CustomersOffice` says of cards, likely doubles and companies, on a store."""

    async def customer(self, customer_id: int) -> Card | None:
        """Return a card; of one that was merged away that of the customer it went into."""
        async with self._store.reader.look() as look:
            return await read_cards.card(look, customer_id)

    async def customer_of(self, number: int) -> int | None:
        """Return the id of the customer of the conversation with this number."""
        row = await self._store.reader.one("SELECT customer_id FROM conversation WHERE number = ?", (number,))
        return None if row is None or row[0] is None else int(row[0])

    async def participants(self, conversation_id: int, *, limit: int = 100) -> tuple[ParticipantRow, ...]:
        """Return who takes part in a conversation: whom it is with first, then who came first."""
        async with self._store.reader.look() as look:
            return await read_participants.participants(look, conversation_id, limit)

    async def duplicates(self, *, limit: int = 100) -> tuple[DuplicateRow, ...]:
        """Return pairs of customers who are likely one, the surest first."""
        async with self._store.reader.look() as look:
            return await read_duplicates.listed(look, limit)

    async def merge_preview(self, first_id: int, second_id: int, *, into_id: int | None = None) -> MergePreview:
        """Return what merging would do."""
        # With the rules behind it: not for every start of a console.
        from deskterm.store import merge_preview

        async with self._store.reader.look() as look:
            return await merge_preview.preview(look, first_id, second_id, into_id)

    async def companies(self, letters: str = "", *, limit: int = 20) -> tuple[CompanyRow, ...]:
        """Return companies whose name has words that begin so, by name."""
        async with self._store.reader.look() as look:
            return await companies.found(look, letters, limit)

    async def company(self, company_id: int) -> CompanyRow | None:
        """Return one company."""
        async with self._store.reader.look() as look:
            return await companies.company(look, company_id)

    async def company_people(self, company_id: int) -> tuple[tuple[int, str], ...]:
        """Return the customers of a company: (id, name), by name."""
        async with self._store.reader.look() as look:
            return await companies.people(look, company_id)
