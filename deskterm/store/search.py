"""Lists: windows of a view or a query by keyset, never OFFSET; counts, ids, places. The one door to `list_*`.

What a query means is told in `desk.query`, which forms of a word are the same in `list_text`. A view is its query of
`desk.views`. `sort:rank` orders the conversations of the newest 2,000 hits only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from deskterm.desk.query import Mistake, Query, Word, parse
from deskterm.desk.rows import ConversationRow, Hit, RowKey, Window
from deskterm.desk.views import as_query
from deskterm.office import Listing
from deskterm.store import hits, list_asker, list_people, list_plans, list_trial, read_lists
from deskterm.store.bound import Bound
from deskterm.store.list_asker import Asker
from deskterm.store.list_conditions import Meaning, condition, mentions_spam, texts
from deskterm.store.list_people import People
from deskterm.store.list_plans import ORDERS, Plan
from deskterm.store.list_sources import Counted, Size, Source
from deskterm.store.list_text import Text
from deskterm.store.reader import Look

FEW = 12_000
"""Hits up to which their conversations are looked up, a microsecond each, and the list's order is not tried first."""
_NEWEST = 2_000
"""How many of its newest hits say how common a text is, by how far they lie apart."""
_COUNTED = 5_000
"""As far as sources without a counter are counted."""
_PROBED = 20_000
"""Conversations up to which each is asked whether it is that of a crowd, some 4 us, before all of the crowd's are gathered."""
_FIRST = RowKey(-(2**62), 0)


@dataclass(frozen=True, slots=True)
class List:
    """One list for one asker, planned: what its statements are and what they are given."""

    query: Query
    plan: Plan
    bound: Bound
    asker: Asker
    total: int | None
    people: Mapping[People, str | None]

    def values(self, **more: int) -> dict[str, Any]:
        """Return what a statement of this list is given."""
        return {**self.bound.values, **more}


async def planned(
    look: Look,
    listing: Listing,
    asker: Asker,
    wanted: int,
    *,
    on_trial: bool = False,
    in_order: bool = True,
    people: Mapping[People, str | None] | None = None,
) -> List:
    """Plan how to read a list, of which `wanted` rows are asked at once; on trial, where it has common words or crowds and an
    index gives its order. `people` are those of the query where they have been looked up already."""
    query = as_query(listing)
    order = ORDERS[list_plans.order_name(query)]
    on_trial = on_trial and order.column != "rank"
    sizes, hit = await _looked_up(look, texts(query), on_trial=on_trial)
    people = await list_people.looked_up(look, query) if people is None else people
    few_people = {who: ids_held for who, ids_held in people.items() if ids_held is not None}
    common = frozenset(text for text, size in sizes.items() if on_trial and size > FEW)
    crowds = frozenset(people.keys() - few_people.keys())
    apart = common | (crowds if on_trial else frozenset())
    indexed = frozenset(sizes) - common
    few = frozenset(text for text in indexed if not in_order or sizes[text] <= FEW)
    meaning = Meaning(asker, await list_asker.ids(look, query, asker.me), indexed, few, hit, few_people)
    bound = Bound()
    sources = list_plans.offered(query, meaning, bound)
    if apart and not any(map(_is_short, sources)):
        sources = list_plans.streams(sources, order) or sources
    total, looked_at = None, float("inf")
    if order.column == "rank" and (words := list_plans.weighed(query)) is not None:
        source = list_plans.ranked(*words, bound)
    elif (whole := list_plans.exact(sources, query, order)) is not None:
        source = whole
        total = await _counted(look, whole.size) if isinstance(whole.size, Counted) else None
    else:
        known = _Sizes(await read_lists.counters(look), sizes, bound, in_order)
        weighed = {one: await known.of(look, one.size) for one in sources}
        source = list_plans.cheapest(sources, weighed, query, order if in_order else None, wanted)
        # That a list was tried in vain says that the estimate was too good: then all of the source counts.
        looked_at = weighed[source] if in_order else list_plans.looked_at(source, sources, weighed, query, None, wanted)
    if source.order != order.column:
        apart = frozenset()
    if not on_trial and looked_at > _PROBED:
        meaning = replace(meaning, gathered=crowds)
    return List(query, list_plans.plan(query, source, order, meaning, bound, apart), bound, asker, total, people)


def _is_short(source: Source) -> bool:
    """Whether a source is known to hold so little that each row can be asked anything."""
    return isinstance(source.size, int) and source.size <= list_people.FEW


async def _looked_up(look: Look, found: Iterable[Text], *, on_trial: bool) -> tuple[dict[Text, int], dict[Text, str]]:
    """Return about how many messages hold each text, and which they are where that was looked up on the way: JSON of ids."""
    if on_trial:
        return {text: await _at_most(look, text) for text in found}, {}
    sizes, hit = {}, {}
    for text in found:
        sizes[text], ids_held = await _about(look, text.match, FEW)
        if sizes[text] <= FEW:
            hit[text] = ids_held
    return sizes, hit


async def _at_most(look: Look, text: Text) -> int:
    """Return about how many messages hold a text at most: as many as hold its rarest word, or its beginning."""
    return min([(await _about(look, text.within(one.at_most), _NEWEST))[0] for one in text.sought])


async def _about(look: Look, match: str, counted: int) -> tuple[int, str]:
    """Return how many messages match, and which as a JSON list; where they are more than `counted`, about how many, as the
    newest ones lie apart, and only those."""
    found = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?"
    select = f"SELECT count(*), min(rowid), json_group_array(rowid) FROM ({found})"
    count, last_seen, ids_held = await look.one(select, (match, counted + 1))
    if count > counted:
        first, last = await look.one("SELECT (SELECT min(id) FROM search_doc), (SELECT max(id) FROM search_doc)")
        count = max(count, count * (last - first + 1) // (last - last_seen + 1))
    return int(count), ids_held


async def _counted(look: Look, counter: Counted) -> int:
    row = await look.one("SELECT n FROM counter WHERE view = ? AND scope = ?", (counter.view, counter.scope))
    return int(row[0]) if row is not None else 0


@dataclass(frozen=True, slots=True)
class _Sizes:
    """How many conversations sources hold, by what is known of them."""

    counters: Mapping[Counted, int]
    found: Mapping[Text, int]
    bound: Bound
    in_order: bool

    @property
    def half(self) -> int:
        """A large part of the store: what is more than was counted is taken for that."""
        return self.counters.get(Counted("all"), 0) // 2

    async def of(self, look: Look, size: Size) -> int:
        """Return about how many rows there are."""
        match size:
            case Counted() as counter:
                return self.counters.get(counter, 0)
            case Text() as text:
                return self.found[text]
            case People():
                # Of a list in its order, tried in vain, they are no such crowd after all.
                return list_people.FEW + 1 if self.in_order else max(list_people.FEW + 1, self.half)
            case int() as number:
                return number
            case tuple() as several:
                return sum([await self.of(look, one) for one in several])
            case select:
                counted = f"SELECT count(*) FROM (SELECT 1 FROM ({select}) LIMIT :limit)"
                row = await look.one(counted, {**self.bound.values, "limit": _COUNTED})
                return int(row[0]) if row[0] < _COUNTED else max(_COUNTED, self.half)


async def window(look: Look, listing: Listing, asker: Asker, at: RowKey | None, before: int, after: int) -> Window:
    """Read a stretch of a list; see `Office.conversations`."""
    wanted = before + after + 1
    made = await planned(look, listing, asker, wanted, on_trial=True)
    read = await _around(look, made, at, before, after)
    if read is None:
        made = await planned(look, listing, asker, wanted, people=made.people)
        read = await _around(look, made, at, before, after)
    above, below = read or ([], [])
    rows = await hits.with_hits(look, [*reversed(above[:before]), *below[:after]], made.query)
    return Window(tuple(rows), made.total, len(above) > before, len(below) > after)


async def _around(
    look: Look, made: List, at: RowKey | None, before: int, after: int
) -> tuple[list[ConversationRow], list[ConversationRow]] | None:
    """Read the rows before a key and those from it on, the nearest first; None where they were read on trial, in vain."""
    # One row more on either side says whether rows follow there.
    below = await _rows(look, made, at or _FIRST, forward=True, limit=after + 1)
    above = await _rows(look, made, at, forward=False, limit=before + 1) if at is not None else []
    return None if above is None or below is None else (above, below)


async def _rows(look: Look, made: List, key: RowKey, *, forward: bool, limit: int) -> list[ConversationRow] | None:
    if not made.plan.probes:
        values = made.values(sort=key.sort, id=key.id, limit=limit)
        return await read_lists.rows(look, made.plan.keys(forward=forward), values, made.asker.me)
    keys = await list_trial.keys(look, made.plan, made.bound.values, (key.sort, key.id), limit, forward=forward)
    return None if keys is None else await read_lists.of_keys(look, keys, made.asker.me)


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
    made = await planned(look, listing, asker, at_most, in_order=False)
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
