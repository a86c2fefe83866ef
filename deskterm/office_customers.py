"""The part of the office that is about customers: cards, likely doubles, companies, records, privacy. See `deskterm.office`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from deskterm.desk.card import CardSettings
from deskterm.desk.rows_customer import (
    Card,
    CompanyRow,
    DuplicateRow,
    Erased,
    ImportReport,
    MergePreview,
    ParticipantRow,
    RecordRow,
)


class CustomersOffice(Protocol):
    """Customers as one operator sees them."""

    @property
    def card(self) -> CardSettings:
        """What cards look like here, and which records there are."""
        ...

    async def customer(self, customer_id: int) -> Card | None:
        """Return a card; of one that was merged away that of the customer it went into."""
        ...

    async def customer_of(self, number: int) -> int | None:
        """Return the id of the customer of the conversation with this number."""
        ...

    async def participants(self, conversation_id: int, *, limit: int = 100) -> tuple[ParticipantRow, ...]:
        """Return who takes part in a conversation: whom it is with first, then who came first."""
        ...

    async def duplicates(self, *, limit: int = 100) -> tuple[DuplicateRow, ...]:
        """Return pairs of customers who are likely one and nobody has decided about: the surest first."""
        ...

    async def merge_preview(self, first_id: int, second_id: int, *, into_id: int | None = None) -> MergePreview:
        """Return what merging would do; `into_id` says which of the two stays, None: the older one. Raises
        OfficeError("not_found" | "same_customer")."""
        ...

    async def companies(self, letters: str = "", *, limit: int = 20) -> tuple[CompanyRow, ...]:
        """Return companies whose name has words that begin so, by name."""
        ...

    async def company(self, company_id: int) -> CompanyRow | None:
        """Return one company."""
        ...

    async def company_people(self, company_id: int) -> tuple[tuple[int, str], ...]:
        """Return the customers of a company: (id, name), by name."""
        ...

    async def missing_fields(self, conversation_id: int) -> tuple[str, ...]:
        """Return what must be filled in before this conversation may be closed, in the order of the card."""
        ...

    async def record(self, kind: str, external_id: str) -> RecordRow | None:
        """Return a record by its number."""
        ...

    async def records_of(self, kind: str, *, before_id: int | None = None, limit: int = 100) -> tuple[RecordRow, ...]:
        """Return records of a kind, what came in last first; the next page is before the last id. Raises
        OfficeError("unknown_kind")."""
        ...

    async def records_named(self, texts: Iterable[str]) -> Mapping[str, RecordRow]:
        """Return the records that these texts name, by the words that name them ("5531", "№5531")."""
        ...

    async def put_records(
        self,
        kind: str,
        rows: Iterable[Mapping[str, str]],
        *,
        dry: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> ImportReport:
        """Keep records, again and again without doubles. Raises OfficeError("permission" | "unknown_kind")."""
        ...

    async def import_customers(
        self,
        data: bytes,
        wanted: Mapping[str, str],
        *,
        update: bool = False,
        dry: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> ImportReport:
        """Import a table of customers (CSV). `wanted` says which column holds what ("name", "phone", "email", "telegram",
        "company", "language", "tags", a field of the card), where its name does not; known customers, found by their
        addresses, are changed with `update` only. Raises OfficeError("permission" | "bad_file")."""
        ...

    async def export_customers(self, file: Path, letters: str = "") -> int:
        """Write customers into a new file as a table (CSV, UTF-8), all or those whose names or addresses begin so; returns how
        many. Raises OfficeError("permission" | "bad_folder")."""
        ...

    async def export_customer(self, customer_id: int, folder: Path) -> Path:
        """Write all there is of a customer into a new folder: customer.json, customer.html and their files; returns the folder.
        Raises OfficeError("permission" | "not_found" | "bad_folder")."""
        ...

    async def erase_customer(self, customer_id: int, progress: Callable[[int, int], None] | None = None) -> Erased:
        """Erase all words of a customer for good; the journal keeps that it was done. Raises OfficeError("permission" |
        "not_found")."""
        ...
