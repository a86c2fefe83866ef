"""Lists: windows of a view or a query by keyset, never OFFSET; counts, ids, places. The one door to `list_*`.

What a query means is told in `desk.query`, which forms of a word are the same in `list_text`. A view is its query of
`desk.views`. `sort:rank` orders the conversations of the newest 2,000 hits only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deskterm.desk.query import Mistake, Query, Word, parse
from deskterm.desk.rows import ConversationRow, Hit, RowKey, View, Window
from deskterm.desk.views import QUERIES
from deskterm.office import Listing
from deskterm.store import hits, list_asker, list_plans, read_lists
from deskterm.store.list_asker import Asker
from deskterm.store.list_conditions import Bound, Meaning, condition, mentions_spam, texts
from deskterm.store.list_plans import ORDERS, Plan
from deskterm.store.list_sources import Counted, Source
from deskterm.store.list_text import Text
from deskterm.store.reader import Look

FEW = 20_000
"""Hits up to which their conversations are looked up."""
MANY = 250_000
"""Hits from which on a text is so common that looking at the messages of the conversations in the list's order finds it sooner
than the index names all its hits."""
_COUNTED = 20_000
"""As far as sources without a counter are counted."""
_FIRST = RowKey(-(2**62), 0)


def _parsed(view: View) -> Query:
    query = parse(QUERIES[view])
    if isinstance(query, Mistake):
        raise ValueError(f"the view {view.value} is no query: {query.code}")
    return query


VIEWS: dict[View, Query] = {view: _parsed(view) for view in View}
"""The built-in views as queries."""


def as_query(listing: Listing) -> Query:
    """Return the query that a listing is."""
    return VIEWS[listing] if isinstance(listing, View) else listing


@dataclass(frozen=True, slots=True)
class List:
    """One list for one asker, planned: what its statements are and what they are given."""

    query: Query
    plan: Plan
    bound: Bound
    asker: Asker
    total: int | None

    def values(self, **more: int) -> dict[str, Any]:
        """Return what a statement of this list is given."""
        return {**self.bound.values, **more}


async def planned(look: Look, listing: Listing, asker: Asker, wanted: int) -> List:
    """Plan how to read a list, of which `wanted` rows are asked at once."""
    query = as_query(listing)
    found = texts(query)
    sizes = {text: await _hits(look, text) for text in found}
    indexed = frozenset(text for text, size in sizes.items() if size <= MANY)
    few = frozenset(text for text in indexed if sizes[text] <= FEW)
    meaning = Meaning(asker, await list_asker.ids(look, query, asker.me), indexed, few)
    bound = Bound()
    order = ORDERS[list_plans.order_name(query)]
    sources = list_plans.offered(query, meaning, bound)
    total = None
    if order.column == "rank" and (words := list_plans.weighed(query)) is not None:
        source = list_plans.ranked(*words, bound)
    elif (whole := list_plans.exact(sources, query, order)) is not None:
        source = whole
        total = await _counted(look, whole.size) if isinstance(whole.size, Counted) else None
    else:
        counters = await read_lists.counters(look)
        weighed = {one: await _size(look, one, counters, sizes, bound) for one in sources}
        source = list_plans.cheapest(sources, weighed, query, order, wanted)
    plan = Plan(source, list_plans.filters(query, source, meaning, bound), order)
    return List(query, plan, bound, asker, total)


async def _hits(look: Look, text: Text) -> int:
    """Return how many messages hold a text; where they are more than `FEW`, about how many, as the oldest ones lie apart."""
    found = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid LIMIT ?"
    count, last_seen = await look.one(f"SELECT count(*), max(rowid) FROM ({found})", (text.match, FEW + 1))
    if count <= FEW:
        return int(count)
    (last,) = await look.one("SELECT max(id) FROM search_doc")
    return max(int(count), int(count * last / last_seen))


async def _counted(look: Look, counter: Counted) -> int:
    row = await look.one("SELECT n FROM counter WHERE view = ? AND scope = ?", (counter.view, counter.scope))
    return int(row[0]) if row is not None else 0


async def _size(look: Look, source: Source, counters: dict[Counted, int], found: dict[Text, int], bound: Bound) -> int:
    match source.size:
        case Counted() as counter:
            return counters.get(counter, 0)
        case Text() as text:
            return found[text]
        case int() as number:
            return number
        case select:
            row = await look.one(
                f"SELECT count(*) FROM (SELECT 1 FROM ({select}) LIMIT :limit)", {**bound.values, "limit": _COUNTED}
            )
            return int(row[0])


async def window(look: Look, listing: Listing, asker: Asker, at: RowKey | None, before: int, after: int) -> Window:
    """Read a stretch of a list; see `Office.conversations`."""
    made = await planned(look, listing, asker, before + after + 1)
    key = at or _FIRST
    # One row more on either side says whether rows follow there.
    below = await _rows(look, made, key, forward=True, limit=after + 1)
    above = await _rows(look, made, key, forward=False, limit=before + 1) if at is not None else []
    rows = await hits.with_hits(look, [*reversed(above[:before]), *below[:after]], made.query)
    return Window(tuple(rows), made.total, len(above) > before, len(below) > after)


async def _rows(look: Look, made: List, key: RowKey, *, forward: bool, limit: int) -> list[ConversationRow]:
    values = made.values(sort=key.sort, id=key.id, limit=limit)
    return await read_lists.rows(look, made.plan.keys(forward=forward), values, made.asker.me)


async def key_of(look: Look, conversation_id: int, listing: Listing, asker: Asker) -> RowKey | None:
    """Return where a conversation stands in a list; None if it is not in it."""
    query = as_query(listing)
    name = list_plans.order_name(query)
    if name == "rank":
        made = await planned(look, query, asker, 1)
        sql = f"SELECT sort FROM ({made.plan.keys(forward=True, limited=False)}) WHERE id = :wanted"
        row = await look.one(sql, made.values(sort=_FIRST.sort, id=0, wanted=conversation_id))
        return None if row is None else RowKey(row[0], conversation_id)
    bound = Bound()
    meaning = Meaning(asker, await list_asker.ids(look, query, asker.me))
    held = [condition(query, meaning, bound), "c.merged_into_id IS NULL"]
    if not mentions_spam(query):
        held.append("c.spam = 0")
    order = ORDERS[name]
    column = f"{'-' if order.downwards else ''}c.{order.column}"
    row = await look.one(
        f"SELECT {column} FROM conversation c WHERE c.id = :id AND {' AND '.join(held)}",
        {**bound.values, "id": conversation_id},
    )
    return None if row is None else RowKey(row[0], conversation_id)


async def count(look: Look, listing: Listing, asker: Asker, at_most: int) -> int:
    """Count what a list holds, no further than `at_most`; a view's counter is asked first."""
    made = await planned(look, listing, asker, at_most)
    if made.total is not None:
        return min(made.total, at_most)
    row = await look.one(made.plan.count(), made.values(limit=at_most))
    return int(row[0])


async def ids(look: Look, listing: Listing, asker: Asker) -> tuple[int, ...]:
    """Return the ids of a whole list, in its order."""
    made = await planned(look, listing, asker, 2**31)
    values = made.values(sort=_FIRST.sort, id=_FIRST.id)
    return tuple(row[0] for row in await look.all(made.plan.keys(forward=True, limited=False), values))


async def find_in_thread(
    look: Look, conversation_id: int, text: str, before_id: int | None, after_id: int | None
) -> Hit | None:
    """Return the next find of words in a thread; see `Office.find_in_thread`. What is no query is looked for as it is."""
    query = parse(text)
    if isinstance(query, Mistake):
        query = Word(" ".join(text.split()), phrase=True)
    return await hits.find_in_thread(look, conversation_id, query, before_id, after_id)
