"""How a list is read: in which order, from which source, with which filters. Pure: from a query and sizes to SQL.

A source that gives the wanted order is read from the key on and left as soon as the window is full; any other is read whole and
sorted. Which is cheaper is told by how many rows each would have to look at: the sizes of the parts, taken as independent, say
how many fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deskterm.desk.query import Everything, Name, Not, Query, Term, Word, order_of, together
from deskterm.store import list_sources, list_text
from deskterm.store.bound import Bound
from deskterm.store.list_conditions import Meaning, mentions_spam, part_condition, texts
from deskterm.store.list_people import People, named
from deskterm.store.list_sources import CLOSED_TERM, OPEN_TERM, Counted, Part, Source
from deskterm.store.list_text import Text

RANKED = 2_000
"""How many of the newest hits `sort:rank` weighs."""
_DENSE_ROW = 0.06
"""What passing over a row costs, in microseconds on the machine of docs/performance.md, where an index holds what is asked;
`_ROW` where the conversation is looked up; `_PROBE` is what its messages cost beside that, where words are looked for."""
_ROW = 1.2
_PROBE = 2.0
_SOME = 0.5
"""The share of conversations that a part of unknown size is taken to hold."""
OPEN_SIZE = Counted("inbox")
CLOSED_SIZE = Counted("closed")
_OPEN_WORDS = frozenset({"open", "waiting", "late", "asked"})


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the list: the column it goes by, upwards or downwards; keys ascend either way."""

    column: str
    downwards: bool = False


ORDERS = {
    "urgent": Order("sort_at"),
    "newest": Order("newest_at"),
    "oldest": Order("newest_at", downwards=True),
    "number": Order("number"),
    "returns": Order("returns_at"),
    "rank": Order("rank"),
}


def order_name(query: Query) -> str:
    """Return the name of the order a query's list stands in: the one it asks for, or the one that suits what it finds."""
    asked = order_of(query)
    if asked is not None:
        return "newest" if asked == "rank" and weighed(query) is None else asked
    if texts(query):
        return "newest"
    parts = tuple(together(query))
    if implies_open(parts):
        return "urgent"
    return "returns" if Term("is", (Name("snoozed"),)) in parts else "newest"


def weighed(query: Query) -> tuple[Text, Part] | None:
    """Return the words by which `sort:rank` weighs, the first that all it finds hold, and the part of the query they are."""
    for part in together(query):
        match part:
            case tuple():
                found: tuple[Text, ...] = (list_text.of_words(part),)
            case Word():
                found = (list_text.of_words((part,)),)
            case Term("subject" | "body", (_,)):
                found = list_text.of_term(part)
            case _:
                found = ()
        if found and found[0].sought:
            return found[0], part
    return None


def implies_open(parts: tuple[Part, ...]) -> bool:
    """Whether what these parts find together is open."""
    return any(isinstance(part, Term) and _is_open(part) for part in parts)


def _is_open(term: Term) -> bool:
    names = {value.text for value in term.values if isinstance(value, Name)}
    match term.field:
        case "is":
            return names <= _OPEN_WORDS
        case "sla":
            return names.isdisjoint({"none", "paused"})
        case name:
            return name == "waiting"


@dataclass(frozen=True, slots=True)
class Plan:
    """A list ready to be read: its source, and SQL conditions beside those of the source.

    `probes` are those that look at the messages of a conversation `c.id` one by one, apart from the others: such a list is read
    on trial (`list_trial`), a stretch at a time. `probes_ids` says that they ask nothing else of it.
    """

    source: Source
    filters: tuple[str, ...]
    order: Order
    probes: tuple[str, ...] = ()
    probes_ids: bool = False

    @property
    def streams(self) -> bool:
        """Whether the source gives the wanted order."""
        return self.source.order == self.order.column

    def keys(self, *, forward: bool, limited: bool = True) -> str:
        """Return the SELECT of (id, sort) of the rows from the key (:sort, :id) on, or of those before it, the nearest first;
        at most :limit."""
        row_id, column = self._names()
        value = f"-{column}" if self.order.downwards else column
        up, down = ("DESC", "ASC") if self.order.downwards else ("ASC", "DESC")
        order = f"{column} {up if forward else down}, {row_id} {'ASC' if forward else 'DESC'}"
        return (
            f"SELECT {row_id} AS id, {value} AS sort FROM {self._where(_beyond(column, row_id, self.order, forward=forward))}"
            f" ORDER BY {order}" + (" LIMIT :limit" if limited else "")
        )

    def tried(self, *, forward: bool) -> str:
        """Return the SELECT of (id, sort) as `keys`, of the rows among the next :stretch ones that hold the probes."""
        stretch = f"{self.keys(forward=forward, limited=False)} LIMIT :stretch"
        # Words ask for the id alone: the conversation is looked up only where something else is asked beside them.
        rows = f"({stretch}) c" if self.probes_ids else f"({stretch}) k CROSS JOIN conversation c ON c.id = k.id"
        selected = "c.id, c.sort" if self.probes_ids else "k.id, k.sort"
        return f"SELECT {selected} FROM {rows} WHERE {' AND '.join(self.probes)} LIMIT :limit"

    def last_tried(self, *, forward: bool) -> str:
        """Return the SELECT of (id, sort) of the last of the next :stretch rows; of nothing where there are fewer."""
        return f"{self.keys(forward=forward, limited=False)} LIMIT 1 OFFSET :stretch - 1"

    def _names(self) -> tuple[str, str]:
        return (self.source.id, self.source.sort) if self.streams else ("c.id", f"c.{self.order.column}")

    def _where(self, *more: str) -> str:
        rows = f"{self.source.rows} CROSS JOIN conversation c ON c.id = s.id" if self.source.is_set else self.source.rows
        return f"{rows} WHERE {' AND '.join((self.source.where, *self.filters, *more))}"

    def count(self) -> str:
        """Return the SELECT that counts the list, to :limit."""
        return f"SELECT count(*) FROM (SELECT 1 FROM {self._where()} LIMIT :limit)"


def _beyond(column: str, row_id: str, order: Order, *, forward: bool) -> str:
    """Return the condition that a row lies from the key on, or before it."""
    if not order.downwards:
        return f"({column}, {row_id}) {'>=' if forward else '<'} (:sort, :id)"
    # Down one column, up the other: no row value compares like that.
    if forward:
        return f"({column} <= -:sort AND ({column} < -:sort OR {row_id} >= :id))"
    return f"({column} >= -:sort AND ({column} > -:sort OR {row_id} < :id))"


def offered(query: Query, meaning: Meaning, bound: Bound) -> tuple[Source, ...]:
    """Return the sources that the parts of a query offer, and the whole store; each holds all that the query finds."""
    parts = tuple(part for part in together(query) if not (isinstance(part, Term) and part.field == "sort"))
    is_open, with_spam = implies_open(parts), mentions_spam(query)
    states = {OPEN_TERM} if is_open else {CLOSED_TERM} & {*parts}
    found = [source for part in parts for source in list_sources.of_part(part, meaning, bound)]
    if is_open and not with_spam and OPEN_TERM not in parts:
        found += list_sources.of_part(OPEN_TERM, meaning, bound)
    usable = [
        source for source in found if (source.only is None or source.only in states) and not (source.no_spam and with_spam)
    ]
    return (*usable, *list_sources.whole(with_spam=with_spam))


def plan(query: Query, source: Source, order: Order, meaning: Meaning, bound: Bound, apart: frozenset[Text | People]) -> Plan:
    """Return how a list is read from a source: with conditions for all parts that it does not answer for by itself; those that
    ask for what is `apart` as probes."""
    parts = [part for part in together(query) if part not in source.parts and not _says_nothing(part)]
    probes = [part for part in parts if apart.intersection((*texts_of(part), *people_of(part)))]
    filters = [part_condition(part, meaning, bound) for part in parts if part not in probes]
    if source.is_set:
        filters.append("c.merged_into_id IS NULL")
        if not mentions_spam(query):
            filters.append("c.spam = 0")
    made = tuple(part_condition(part, meaning, bound) for part in probes)
    return Plan(source, tuple(filters), order, made, all(map(_is_words, probes)))


def _is_words(part: Part) -> bool:
    match part:
        case tuple() | Word() | Term("subject" | "body"):
            return True
        case Not(inner):
            return _is_words(inner)
        case _:
            return False


def texts_of(part: Part) -> tuple[Text, ...]:
    """Return what a part asks of messages."""
    return (list_text.of_words(part),) if isinstance(part, tuple) else texts(part)


def people_of(part: Part) -> tuple[People, ...]:
    """Return what a part says of people."""
    return () if isinstance(part, tuple) else tuple(named(part))


def streams(sources: tuple[Source, ...], order: Order) -> tuple[Source, ...]:
    """Return the sources that give an order."""
    return tuple(source for source in sources if source.order == order.column)


def _says_nothing(part: Part) -> bool:
    return isinstance(part, Everything) or (isinstance(part, Term) and part.field == "sort")


def exact(sources: tuple[Source, ...], query: Query, order: Order) -> Source | None:
    """Return the source that holds just what a query finds, in its order: nothing need be weighed."""
    parts = {part for part in together(query) if not _says_nothing(part)}
    return next((source for source in sources if source.order == order.column and parts <= source.parts), None)


def cheapest(
    sources: tuple[Source, ...], sizes: Mapping[Source, int], query: Query, order: Order | None, wanted: int
) -> Source:
    """Return the source by which `wanted` rows of the list are found with the least work; in any order where that is None."""
    looked = {source: looked_at(source, sources, sizes, query, order, wanted) for source in sources}
    asking = {part for part in together(query) if texts_of(part) or people_of(part)}

    def cost(source: Source) -> float:
        return looked[source] * ((_DENSE_ROW if source.is_dense else _ROW) + (0 if asking <= source.parts else _PROBE))

    return min(sources, key=cost)


def looked_at(
    source: Source, sources: tuple[Source, ...], sizes: Mapping[Source, int], query: Query, order: Order | None, wanted: int
) -> float:
    """Return about how many rows of a source are looked at until `wanted` rows of the list are found, as for `cheapest`."""
    # What is open has been written to lately: from the oldest on, all others come first.
    is_last = order is not None and order.downwards and order.column == "newest_at" and implies_open(tuple(together(query)))
    is_led = order is None or (source.order == order.column and not (is_last and source.only is None))
    size = sizes[source]
    return min(size, wanted * size / _estimated(sources, sizes, query)) if is_led else size


def _estimated(sources: tuple[Source, ...], sizes: Mapping[Source, int], query: Query) -> float:
    """Return how many conversations a query is taken to find: its parts are taken as independent of one another, and no source
    holds fewer."""
    everything = max(1, *sizes.values())
    of: dict[Term | None, int] = {None: everything}
    for state, size in ((OPEN_TERM, OPEN_SIZE), (CLOSED_TERM, CLOSED_SIZE)):
        of[state] = max(1, next((sizes[source] for source in sources if source.size == size), everything))
    parts = tuple(together(query))
    stated = OPEN_TERM if implies_open(parts) else CLOSED_TERM if CLOSED_TERM in parts else None
    share = of[stated] / everything
    for part in parts:
        if not _says_nothing(part) and part != stated:
            alone = [source for source in sources if part in source.parts and source.parts <= {part, source.only}]
            known = [sizes[source] / of[source.only] for source in alone]
            share *= min(known) if known else _SOME
    return max(min(share * everything, *sizes.values()), 1e-3)


def ranked(text: Text, part: Part, bound: Bound) -> Source:
    """Return the source of `sort:rank`: the conversations of the newest hits, by how well their messages fit the words."""
    best = (
        f"SELECT rowid AS id, CAST(bm25(search) * 1000000 AS INTEGER) AS fit FROM search WHERE search MATCH {bound(text.match)}"
        f" ORDER BY rowid DESC LIMIT {RANKED}"
    )
    rows = (
        f"(SELECT d.conversation_id AS id, min(f.fit) AS sort FROM ({best}) f"
        " CROSS JOIN search_doc d INDEXED BY ix_search_doc_place ON d.id = f.id GROUP BY d.conversation_id) s"
    )
    return Source(rows, "1", RANKED, "rank", "s.sort", "s.id", is_set=True, parts=frozenset({part}), no_spam=False)
