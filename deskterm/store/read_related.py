"""Which conversations stand around one: before and after it, merged into it, maybe about the same matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from deskterm.store.reader import Look
from deskterm.store.times import from_ms

_SURVIVOR = (
    "WITH RECURSIVE chain(id, number, into_id) AS (SELECT id, number, merged_into_id FROM conversation WHERE id = ? UNION"
    " SELECT c.id, c.number, c.merged_into_id FROM conversation c JOIN chain ON c.id = chain.into_id)"
    " SELECT id, number FROM chain WHERE into_id IS NULL"
)
_MERGED = (
    "WITH RECURSIVE tree(id, number) AS (SELECT id, number FROM conversation WHERE merged_into_id = :whole UNION"
    " SELECT c.id, c.number FROM conversation c JOIN tree ON c.merged_into_id = tree.id)"
    " SELECT id, number, (SELECT max(j.at) FROM journal j WHERE j.conversation_id = tree.id AND j.kind = 'conversation_merged')"
    " FROM tree ORDER BY 3, id"
)
_IN_TIME = (
    "SELECT max(id) FILTER (WHERE id < :whole), min(id) FILTER (WHERE id > :whole) FROM conversation"
    " WHERE customer_id = (SELECT customer_id FROM conversation WHERE id = :whole) AND merged_into_id IS NULL"
)
_NUMBER = "SELECT number FROM conversation WHERE id = ?"
_NEXT = "SELECT id FROM conversation WHERE previous_id = ? ORDER BY id LIMIT 1"


@dataclass(frozen=True, slots=True)
class Related:
    """See `ConversationDetail`. `is_of_several`: messages came here from other conversations."""

    previous_number: int | None
    next_number: int | None
    before_number: int | None
    after_number: int | None
    related_number: int | None
    related_why: str
    merged: tuple[tuple[int, int], ...]
    merged_at: tuple[datetime | None, ...]
    split_from_number: int | None

    @property
    def is_of_several(self) -> bool:
        """Whether messages came here from other conversations."""
        return bool(self.merged) or self.split_from_number is not None


async def around(look: Look, whole_id: int) -> Related:
    """Read what stands around a conversation that is not merged away. What went into it is before or after it no more, but what
    came before and after that is."""
    merged = await look.all(_MERGED, {"whole": whole_id})
    own = [whole_id, *(row[0] for row in merged)]
    previous_id, related_id, why, split_from_id = await look.one(
        "SELECT previous_id, maybe_related_id, related_why, split_from_id FROM conversation WHERE id = ?", (whole_id,)
    )
    related = await _survivor(look, related_id, own)
    previous, following = await _survivor(look, previous_id, own), await _next(look, own)
    before, after = await look.one(_IN_TIME, {"whole": whole_id})
    return Related(
        previous_number=previous,
        next_number=following,
        before_number=previous if previous is not None else await _number(look, before),
        after_number=following if following is not None else await _number(look, after),
        related_number=related,
        related_why=why if related is not None else "",
        merged=tuple((row[0], row[1]) for row in merged),
        merged_at=tuple(from_ms(row[2]) for row in merged),
        split_from_number=await _survivor(look, split_from_id, own),
    )


async def _survivor(look: Look, conversation_id: int | None, own: list[int]) -> int | None:
    """Return the number of a conversation, or of the one that it went into; None for one's own."""
    if conversation_id is None:
        return None
    row = await look.one(_SURVIVOR, (conversation_id,))
    return None if row is None or row[0] in own else int(row[1])


async def _number(look: Look, conversation_id: int | None) -> int | None:
    row = None if conversation_id is None else await look.one(_NUMBER, (conversation_id,))
    return None if row is None else int(row[0])


async def _next(look: Look, own: list[int]) -> int | None:
    for one in own:
        row = await look.one(_NEXT, (one,))
        number = None if row is None else await _survivor(look, row[0], own)
        if number is not None:
            return number
    return None
