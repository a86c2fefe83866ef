"""Open conversations of a customer, for `desk.same_matter`: looked up where one is begun, and where two cards become one."""

from __future__ import annotations

from collections.abc import Sequence

from deskterm.desk import facts as f
from deskterm.desk.same_matter import LONGEST, OpenMatter, related
from deskterm.store.times import from_ms
from deskterm.store.writer import Transaction

NEWEST = 20
"""How many of a customer's conversations are looked at, the newest first: most of a regular's are closed."""
TEXTS = 3
_OPEN = (
    "SELECT id, channel_id, last_message_at, home_customer_id, maybe_related_id FROM (SELECT * FROM conversation"
    f" WHERE customer_id = ? ORDER BY id DESC LIMIT {NEWEST})"
    " WHERE status <> 'closed' AND spam = 0 AND merged_into_id IS NULL ORDER BY id DESC"
)
_SAID = (
    "SELECT at, substr(text, 1, min(coalesce(quoted_from, :most), :most)) FROM message"
    f" WHERE conversation_id = :conversation AND kind = 'incoming' AND origin = 'human' ORDER BY id DESC LIMIT {TEXTS}"
)


def open_matters(tx: Transaction, customer_id: int) -> tuple[OpenMatter, ...]:
    """Return what a customer has open, the newest first."""
    return tuple(_matter(tx, row) for row in tx.all(_OPEN, (customer_id,)))


def _matter(tx: Transaction, row: Sequence[int]) -> OpenMatter:
    said = tx.all(_SAID, {"conversation": row[0], "most": LONGEST})
    return OpenMatter(row[0], row[1], from_ms(row[2]), tuple((from_ms(at), text) for at, text in said))


def suggested(tx: Transaction, facts: Sequence[f.Fact]) -> list[f.RelatedNoted]:
    """Return what cards that these facts made one suggest: what one of them has open may be what the other one has."""
    found = []
    for fact in facts:
        if isinstance(fact, f.CustomersMerged):
            found += _of_merged(tx, fact)
    return found


def _of_merged(tx: Transaction, fact: f.CustomersMerged) -> list[f.RelatedNoted]:
    rows = tx.all(_OPEN, (fact.customer_id,))
    theirs = [row for row in rows if row[3] == fact.from_id]
    others = tuple(_matter(tx, row) for row in rows if row[3] != fact.from_id)
    found = []
    for row in theirs:
        matter = _matter(tx, row)
        text = matter.texts[0][1] if matter.texts else ""
        near = related(text, matter.channel_id, matter.spoken_at, others) if row[4] is None else None
        if near is not None:
            found.append(f.RelatedNoted(conversation_id=row[0], related_id=near[0], why=near[1]))
    return found
