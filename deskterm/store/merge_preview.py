"""What merging two cards would do, before it is done."""

from __future__ import annotations

from deskterm.desk.rows_customer import MergeField, MergePreview
from deskterm.desk.situation_customer import CardState
from deskterm.desk.uniting import taken_over
from deskterm.office import OfficeError
from deskterm.store import read_cards
from deskterm.store.reader import Look

_STATE = (
    "SELECT c.id, c.name, c.language, c.company_id, c.created_at, coalesce(co.name, ''), EXISTS (SELECT 1 FROM identity i"
    " WHERE i.customer_id = c.id AND i.value = c.name) FROM customer c LEFT JOIN company co ON co.id = c.company_id"
    " WHERE c.id = ?"
)


async def preview(look: Look, first_id: int, second_id: int, into_id: int | None) -> MergePreview:
    """Return it; the older card stays unless another is named. Raises OfficeError("not_found" | "same_customer")."""
    ids = [await read_cards.survivor(look, one) for one in (first_id, second_id)]
    rows = [None if one is None else await look.one(_STATE, (one,)) for one in ids]
    first, second = rows
    if first is None or second is None:
        raise OfficeError("not_found", "there is no such customer", "see: deskterm customer list")
    if first[0] == second[0]:
        raise OfficeError("same_customer", "both are the same customer already")
    wanted = None if into_id is None else await read_cards.survivor(look, into_id)
    stays, goes = sorted((first, second), key=lambda row: (row[0] != wanted, row[4], row[0]))
    into, gone = await _card(look, stays), await _card(look, goes)
    taken = taken_over(into, gone)
    companies = {into.company: stays[5], gone.company: goes[5], "": ""}

    def shown(card: CardState, key: str) -> str:
        return companies[card.company] if key == "company" else card.says(key)

    fields = tuple(
        MergeField(key, shown(into, key), shown(gone, key), from_other=key in taken)
        for key in dict.fromkeys((*into.keys, *gone.keys))
        if into.says(key) or gone.says(key)
    )
    counts = await look.one(
        "SELECT (SELECT count(*) FROM conversation WHERE customer_id = :id AND merged_into_id IS NULL), (SELECT count(*) FROM"
        " record WHERE customer_id = :id), (SELECT count(*) FROM customer_note WHERE customer_id = :id AND text <> '')",
        {"id": gone.id},
    )
    return MergePreview(
        into_id=into.id,
        into_name=into.name,
        from_id=gone.id,
        from_name=gone.name,
        fields=fields,
        identities=await read_cards.identities(look, gone.id),
        conversations=counts[0],
        records=counts[1],
        notes=counts[2],
    )


async def _card(look: Look, row: tuple[int, str, str, int | None, int, str, int]) -> CardState:
    return CardState(
        row[0],
        row[1],
        row[2],
        "" if row[3] is None else str(row[3]),
        await read_cards.values(look, row[0]),
        nameless=bool(row[6]),
    )
