"""Conversations found through people: `customer:`, `company:` and the kinds of records (`order:5531`).

One such term may find a conversation or most of the store. It is looked up once, to a limit. If it finds few, their ids stand
in for it from then on. If it finds more, it is a crowd: a list is first tried in its own order, each conversation asked whether
it is one of theirs (`probe`), and only where that leads nowhere all of theirs are gathered (`conversations`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from deskterm.desk import record_numbers
from deskterm.desk.post import IdentityKind
from deskterm.desk.query import FIELD, And, Name, Not, Or, Query, Term, Word
from deskterm.store import companies, list_text, stems
from deskterm.store.bound import Bound
from deskterm.store.list_text import SHORTEST_BEGINNING, Text
from deskterm.store.reader import Look

FEW = 5_000
"""Conversations up to which a term's are looked up one by one: some 10 ms."""
_KINDS = ", ".join(f"'{kind.value}'" for kind in IdentityKind)
_CARD_NUMBER = re.compile("[0-9]{1,18}")
_SURVIVOR = (
    "SELECT id FROM (WITH RECURSIVE went (id, into_id) AS (SELECT id, merged_into_id FROM customer WHERE id = {number}"
    " UNION ALL SELECT x.id, x.merged_into_id FROM went JOIN customer x ON x.id = went.into_id)"
    " SELECT id FROM went WHERE into_id IS NULL)"
)
CUSTOMERS_FOUND = "SELECT rowid AS id FROM customer_search WHERE customer_search MATCH {match}"
MESSAGES_IN = (
    "SELECT d.conversation_id AS id FROM ({messages}) f CROSS JOIN search_doc d INDEXED BY ix_search_doc_place ON d.id = f.id"
)
"""The conversations of messages, which are given as a SELECT of `id`."""


def is_of_people(field: str) -> bool:
    """Whether a field's values find conversations through people."""
    return field in ("customer", "company") or FIELD[field].prefix is not None


@dataclass(frozen=True, slots=True)
class People:
    """What a term says of people: one value of a field."""

    field: str
    text: str

    @property
    def named(self) -> Text:
        """What a message holds that names them by itself: a record's number; else nothing is sought."""
        return list_text.of_words((Word(self._keys[-1], phrase=True),)) if self._is_record else Text(())

    @property
    def _is_record(self) -> bool:
        return FIELD[self.field].prefix is not None

    @property
    def _keys(self) -> tuple[str, ...]:
        return record_numbers.keys_of(FIELD[self.field].prefix or "", self.text)

    @property
    def _is_number(self) -> bool:
        """Whether it is the number of a card, and then of that card alone, or else an address: never a part of a name."""
        return self.field == "customer" and _CARD_NUMBER.fullmatch(self.text) is not None

    def _address(self, bound: Bound) -> str:
        address = f"i.kind IN ({_KINDS}) AND i.value = {bound(self.text.strip().casefold())}"
        if not self._is_number:
            return address
        return f"{address} AND NOT EXISTS (SELECT 1 FROM customer WHERE id = {bound(int(self.text))})"

    def _known(self, bound: Bound) -> Iterator[str]:
        """Yield the SELECTs of customers that find a few at most, by a number or an address."""
        if self._is_record:
            keys = ", ".join(map(bound, self._keys))
            yield (
                f"SELECT customer_id AS id FROM record INDEXED BY ux_record WHERE kind = {bound(self.field)}"
                f" AND folded IN ({keys}) AND customer_id IS NOT NULL"
            )
        elif self.field == "customer":
            yield f"SELECT i.customer_id AS id FROM identity i WHERE {self._address(bound)} AND i.customer_id IS NOT NULL"
            if self._is_number:
                yield _SURVIVOR.format(number=bound(int(self.text)))

    def _customers(self, bound: Bound) -> str:
        """Return a SELECT of the customers, as they are found, some of them twice."""
        found = [*self._known(bound)]
        if self.field == "company":
            found.append(companies.people_of(companies.words(self.text), bound))
        elif self.field == "customer" and not self._is_number and (match := list_text.of_person(self.text)):
            found.append(CUSTOMERS_FOUND.format(match=bound(f"names : ({match})")))
        return " UNION ALL ".join(found)

    def conversations(self, bound: Bound) -> str:
        """Return a SELECT of the ids of their conversations, and of those they take part in or that name them; each once, in
        the order of finding."""
        customers = self._customers(bound)
        # CROSS JOIN keeps the order of the tables, so that a limit ends the search early.
        theirs = "CROSS JOIN participant t INDEXED BY ix_participant_identity ON t.identity_id = i.id"
        found = [
            f"SELECT x.id FROM ({customers}) one CROSS JOIN conversation x INDEXED BY ix_conversation_customer"
            " ON x.customer_id = one.id",
            f"SELECT t.conversation_id FROM ({customers}) one"
            f" CROSS JOIN identity i INDEXED BY ix_identity_customer ON i.customer_id = one.id {theirs}",
        ]
        if self.field == "customer":
            found.append(f"SELECT t.conversation_id FROM identity i {theirs} WHERE {self._address(bound)}")
        if self.named.sought:
            messages = f"SELECT rowid AS id FROM search WHERE search MATCH {bound(self.named.match)}"
            found.append(MESSAGES_IN.format(messages=messages))
        return f"SELECT DISTINCT id FROM ({' UNION ALL '.join(found)})"

    def probe(self, bound: Bound) -> str:
        """Return the condition that the conversation `c` is theirs; what its messages name is not asked."""
        held = self._held(bound)
        address = f" OR ({self._address(bound)})" if self.field == "customer" else ""
        return (
            f"EXISTS (SELECT 1 FROM customer p WHERE p.id = c.customer_id AND {held})"
            " OR EXISTS (SELECT 1 FROM participant t CROSS JOIN identity i ON i.id = t.identity_id"
            f" LEFT JOIN customer p ON p.id = i.customer_id WHERE t.conversation_id = c.id AND ({held}{address}))"
        )

    def _held(self, bound: Bound) -> str:
        """Return the condition that a customer `p` is one of them."""
        if self.field == "company":
            return companies.is_called("p.company_id", companies.words(self.text), bound)
        held = [f"p.id IN ({' UNION ALL '.join(self._known(bound))})"]
        words = stems.folded_words(self.text) if self.field == "customer" and not self._is_number else []
        if words:
            begun = (f"instr(' ' || d.names || ' ', {bound(_pattern(word))}) > 0" for word in words)
            held.append(f"EXISTS (SELECT 1 FROM customer_doc d WHERE d.id = p.id AND {' AND '.join(begun)})")
        return f"({' OR '.join(held)})"


def _pattern(word: str) -> str:
    return f" {word}" if len(word) >= SHORTEST_BEGINNING else f" {word} "


def named(query: Query) -> Iterator[People]:
    """Yield what a query says of people."""
    match query:
        case Term(field, values) if is_of_people(field):
            yield from (People(field, value.text) for value in values if isinstance(value, Name))
        case Not(inner):
            yield from named(inner)
        case And(parts) | Or(parts):
            for part in parts:
                yield from named(part)


async def looked_up(look: Look, query: Query) -> dict[People, str | None]:
    """Return the ids of the conversations of all people a query speaks of, as JSON; None for a crowd."""
    found: dict[People, str | None] = {}
    for who in named(query):
        if who not in found:
            bound = Bound()
            limited = f"SELECT id FROM ({who.conversations(bound)}) LIMIT {bound(FEW + 1)}"
            count, ids = await look.one(f"SELECT count(*), json_group_array(id) FROM ({limited})", bound.values)
            found[who] = ids if count <= FEW else None
    return found
