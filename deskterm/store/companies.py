"""Companies, their people and what is open with them; the words of their names, by which they are found.

Words are kept as they are compared (`company_word`): a company is found by the beginnings of words, and asked whether it is
called so, by an index either way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from deskterm.desk.query import folded
from deskterm.desk.rows_customer import CompanyRow
from deskterm.store.bound import Bound
from deskterm.store.reader import Look

if TYPE_CHECKING:
    from deskterm.store.writer import Transaction

_LAST = "\U0010ffff"
"""No word has a letter after this one: where a beginning ends."""
_ROW = (
    "SELECT co.id, co.name, co.note, (SELECT count(*) FROM customer c WHERE c.company_id = co.id AND c.merged_into_id IS NULL),"
    " (SELECT count(*) FROM customer c JOIN conversation x INDEXED BY ix_conversation_customer ON x.customer_id = c.id"
    " WHERE c.company_id = co.id AND x.status <> 'closed' AND x.spam = 0 AND x.merged_into_id IS NULL) FROM company co"
)


def words(name: str) -> tuple[str, ...]:
    """Return the words of a company's name as they are compared, each once: what is likely to find fewest comes first, a number
    or the longest."""
    cut = "".join(letter if letter.isalnum() else " " for letter in folded(name)).split()
    return tuple(sorted(set(cut), key=lambda word: (not any(map(str.isdigit, word)), -len(word), word)))


def keep_words(tx: Transaction, company_id: int, name: str) -> None:
    """Have a company be found by the words of this name, and no more by those of another."""
    tx.run("DELETE FROM company_word WHERE company_id = ?", (company_id,))
    tx.run_many("INSERT INTO company_word (company_id, word) VALUES (?,?)", [(company_id, word) for word in words(name)])


def _begins(column: str, word: str, bound: Bound) -> str:
    return f"{column} >= {bound(word)} AND {column} < {bound(word + _LAST)}"


def is_called(company_id: str, wanted: Iterable[str], bound: Bound) -> str:
    """Return the condition that words begin words of the name of the company with this id, an SQL expression; no words name
    none."""
    held = (
        f"EXISTS (SELECT 1 FROM company_word w WHERE w.company_id = {company_id} AND {_begins('w.word', word, bound)})"
        for word in wanted
    )
    return " AND ".join(held) or "0"


def people_of(wanted: tuple[str, ...], bound: Bound) -> str:
    """Return a SELECT of the ids of customers whose company is called so, as `words` gives it; some twice."""
    if not wanted:
        return "SELECT id FROM customer WHERE 0"
    first, *others = wanted
    more = f" AND {is_called('begun.company_id', others, bound)}" if others else ""
    return (
        "SELECT p.id FROM company_word begun INDEXED BY ix_company_word"
        " CROSS JOIN customer p INDEXED BY ix_customer_company ON p.company_id = begun.company_id"
        f" WHERE {_begins('begun.word', first, bound)}{more}"
    )


async def found(look: Look, letters: str, limit: int) -> tuple[CompanyRow, ...]:
    """Return companies of whose name every word typed begins a word, by name."""
    bound = Bound()
    wanted = words(letters)
    if letters.strip() and not wanted:
        return ()
    held = [is_called("co.id", wanted[1:], bound)] if wanted[1:] else []
    if wanted:
        begun = f"company_word INDEXED BY ix_company_word WHERE {_begins('word', wanted[0], bound)}"
        held.append(f"co.id IN (SELECT company_id FROM {begun})")
    limited = f"SELECT co.id FROM company co WHERE {' AND '.join(held) or '1'} ORDER BY co.folded LIMIT {bound(limit)}"
    rows = await look.all(f"{_ROW} WHERE co.id IN ({limited}) ORDER BY co.folded", bound.values)
    return tuple(CompanyRow(*row) for row in rows)


async def company(look: Look, company_id: int) -> CompanyRow | None:
    """Return one company."""
    row = await look.one(f"{_ROW} WHERE co.id = ?", (company_id,))
    return None if row is None else CompanyRow(*row)


async def people(look: Look, company_id: int) -> tuple[tuple[int, str], ...]:
    """Return the customers of a company: (id, name), by name."""
    rows = await look.all("SELECT id, name FROM customer WHERE company_id = ? AND merged_into_id IS NULL", (company_id,))
    return tuple(sorted(rows, key=lambda row: (folded(row[1]), row[0])))
