"""Companies, their people and what is open with them."""

from __future__ import annotations

from deskterm.desk.query import folded
from deskterm.desk.rows_customer import CompanyRow
from deskterm.store.reader import Look

_ROW = (
    "SELECT co.id, co.name, co.note, (SELECT count(*) FROM customer c WHERE c.company_id = co.id AND c.merged_into_id IS NULL),"
    " (SELECT count(*) FROM customer c JOIN conversation x INDEXED BY ix_conversation_customer ON x.customer_id = c.id"
    " WHERE c.company_id = co.id AND x.status <> 'closed' AND x.spam = 0 AND x.merged_into_id IS NULL) FROM company co"
)


async def found(look: Look, letters: str, limit: int) -> tuple[CompanyRow, ...]:
    """Return companies of whose name every word typed begins a word, by name."""
    wanted = folded(letters).split()
    rows = await look.all("SELECT id, folded FROM company ORDER BY folded")
    ids = [row[0] for row in rows if all(any(word.startswith(one) for word in _words(row[1])) for one in wanted)]
    return tuple([row for one in ids[:limit] if (row := await company(look, one)) is not None])


def _words(name: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in name).split() + name.split()


async def company(look: Look, company_id: int) -> CompanyRow | None:
    """Return one company."""
    row = await look.one(f"{_ROW} WHERE co.id = ?", (company_id,))
    return None if row is None else CompanyRow(*row)


async def people(look: Look, company_id: int) -> tuple[tuple[int, str], ...]:
    """Return the customers of a company: (id, name), by name."""
    rows = await look.all("SELECT id, name FROM customer WHERE company_id = ? AND merged_into_id IS NULL", (company_id,))
    return tuple(sorted(rows, key=lambda row: (folded(row[1]), row[0])))
