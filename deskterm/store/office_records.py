"""The office's records of the business, and what cards lack. A part of `deskterm.store.office`."""

from __future__ import annotations

from deskterm.desk import required as rules_of
from deskterm.desk.card import CardSettings
from deskterm.store import conversations, required
from deskterm.store.office_base import OnStore


_SURVIVOR = (
    "WITH RECURSIVE went(id, into_id) AS (SELECT id, merged_into_id FROM conversation WHERE id = ?"
    " UNION ALL SELECT c.id, c.merged_into_id FROM went JOIN conversation c ON c.id = went.into_id)"
    f" SELECT {conversations.COLUMNS} FROM conversation WHERE id = (SELECT id FROM went WHERE into_id IS NULL)"
)


class RecordsOffice(OnStore):
    """What `Office` says of records and of what must be filled in, on a store."""

    @property
    def card(self) -> CardSettings:
        """What cards look like here, and which records there are."""
        return self._rules.card

    async def missing_fields(self, conversation_id: int) -> tuple[str, ...]:
        """Return what must be filled in before this conversation may be closed, in the order of the card."""
        card = self.card
        if not card.required:
            return ()
        async with self._store.reader.look() as look:
            wanted = required.Wanted(card, await look.all(required.NAMES, (required.tag_names(card),)))
            row = await look.one(_SURVIVOR, (conversation_id,))
            conversation = None if row is None else conversations.from_row(row)
            keys = () if conversation is None else wanted.of(conversation)
            said = await look.one(required.FILLED, (conversation.customer_id,)) if conversation is not None and keys else None
        return () if said is None else rules_of.missing(keys, required.filled(said))
