"""Rows of a table on their way into customers: each wholly or not at all, and tried by the same rules without keeping any.

A row finds its customer by its addresses; one that is known stays as it is unless `update` is asked for. So the same table
twice changes nothing.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from time import monotonic

from deskterm.customers_csv import Wanted
from deskterm.desk.commands import Command, Done, Refused
from deskterm.desk.commands_customer import AddCustomer, AddIdentity, EditCustomer
from deskterm.desk.rows_customer import ImportReport
from deskterm.store import stems
from deskterm.store.acting import Write
from deskterm.store.reader import Reader
from deskterm.store.writer import Transaction
from deskterm.words.wording import refusal_words

MAX_ERRORS = 1_000
"""Most rows whose errors are told one by one."""
AT_ONCE = 25
"""Most rows in one transaction."""
LONGEST_S = 0.01
"""How long a transaction may go on before it takes no further row, in seconds: between two the door serves others."""
MOST_BEFORE = 20
"""Most rows of a table about the same customer that are tried again to try a further one."""
STRETCH = 500
"""Rows whose addresses are looked up together."""

Judge = Callable[[Transaction, Command], Done | Refused]
"""Carries out a command within a transaction."""
Outcome = str | Refused
Owners = Mapping[tuple[str, str], int]
"""Whose addresses are: (kind, value) -> customer."""

_OWNER = "SELECT customer_id FROM identity WHERE kind = ? AND value = ? AND customer_id IS NOT NULL"
_OWNERS = (
    "SELECT i.kind, i.value, i.customer_id FROM json_each(?) wanted CROSS JOIN identity i"
    " ON i.kind = json_extract(wanted.value, '$[0]') AND i.value = json_extract(wanted.value, '$[1]')"
    " WHERE i.customer_id IS NOT NULL"
)
_NAMED = (
    "SELECT 1 FROM customer c WHERE {among} c.name = ? AND c.merged_into_id IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM identity i WHERE i.customer_id = c.id)"
)
_AMONG = "c.id IN (SELECT rowid FROM customer_search WHERE customer_search MATCH ?) AND"


def _named(name: str) -> tuple[str, tuple[str, ...]]:
    """Return the question, and its values, whether a card of this name without any address is there: the row of an earlier
    import, most likely. It is looked for among those who have its words; a name of signs alone among all."""
    words = " AND ".join(f'"{word}"' for word in stems.folded_words(name))
    called = " ".join(name.split())
    return (_NAMED.format(among=_AMONG), (f"names : ({words})", called)) if words else (_NAMED.format(among=""), (called,))


class Importing:
    """One import of customers."""

    def __init__(self, reader: Reader, write: Write, judge: Judge, *, update: bool, dry: bool) -> None:
        self._reader = reader
        self._write = write
        self._judge = judge
        self._update = update
        self._dry = dry
        self._outcomes: Counter[str] = Counter()
        self._errors: list[tuple[str, str]] = []

    async def run(self, rows: Iterable[Wanted], total: int, progress: Callable[[int, int], None] | None) -> ImportReport:
        """Import rows, `total` of them, one after the other; stopped in the middle what is done stays."""
        if self._dry:
            await self._try(list(rows), total, progress)
        else:
            await self._keep(iter(rows), total, progress)
        return ImportReport(
            self._outcomes["added"], self._outcomes["changed"], self._outcomes["unchanged"], tuple(self._errors), self._dry
        )

    def _count(self, row: Wanted, outcome: Outcome) -> None:
        if not isinstance(outcome, Refused):
            self._outcomes[outcome] += 1
        elif len(self._errors) < MAX_ERRORS:
            self._errors.append((str(row.line), refusal_words(outcome)))

    async def _keep(self, rows: Iterator[Wanted], total: int, progress: Callable[[int, int], None] | None) -> None:
        seen = 0
        waiting: Sequence[Wanted] = ()
        while waiting := (*waiting, *islice(rows, AT_ONCE - len(waiting))):
            outcomes = await self._write(partial(self._kept, waiting))
            for row, outcome in zip(waiting, outcomes, strict=False):
                self._count(row, outcome)
            waiting = waiting[len(outcomes) :]
            seen += len(outcomes)
            if progress is not None:
                progress(seen, total)

    def _kept(self, rows: Iterable[Wanted], tx: Transaction) -> list[Outcome]:
        """Keep as many rows as the time allows, one at least; returns what became of these."""
        outcomes = []
        until = monotonic() + LONGEST_S
        for row in rows:
            outcomes.append(self._whole(tx, row))
            if monotonic() > until:
                break
        return outcomes

    # --- trying

    async def _try(self, rows: Sequence[Wanted], total: int, progress: Callable[[int, int], None] | None) -> None:
        """Find out what would become of rows. Nothing is kept between transactions, so rows that have to do with each other are
        tried together, or those that come first once more."""
        found: dict[int, Outcome] = {}
        order = [(group[0], place) for group in await self._groups(rows) for place in group]
        of_group, before = -1, list[Wanted]()
        while waiting := order[len(found) : len(found) + AT_ONCE]:
            again = before[-MOST_BEFORE:] if waiting[0][0] == of_group else []
            outcomes = await self._write(partial(self._tried, [rows[place] for _group, place in waiting], again))
            for (group, place), outcome in zip(waiting, outcomes, strict=False):
                if group != of_group:
                    of_group, before = group, []
                if outcome in ("added", "changed"):
                    before.append(rows[place])
                found[place] = outcome
            if progress is not None:
                progress(len(found), total)
        for place, row in enumerate(rows):
            self._count(row, found[place])

    def _tried(self, rows: Sequence[Wanted], before: Sequence[Wanted], tx: Transaction) -> list[Outcome]:
        def work() -> list[Outcome]:
            for row in before:
                self._whole(tx, row)
            return self._kept(rows, tx)

        return tx.attempt(work, keep=lambda _outcomes: False)

    async def _groups(self, rows: Sequence[Wanted]) -> list[list[int]]:
        """Return the places of rows that have to do with each other: by an address, by whose it is, or by a name where there is
        no address."""
        together = _Together()
        for start in range(0, len(rows), STRETCH):
            some = rows[start : start + STRETCH]
            wanted = json.dumps([key for row in some for key in _keys(row)], ensure_ascii=False)
            owners = {(kind, value): one for kind, value, one in await self._reader.all(_OWNERS, (wanted,))}
            for place, row in enumerate(some, start):
                keys = _keys(row)
                shared: list[object] = [*keys, *(owners[key] for key in keys if key in owners)]
                together.join(place, shared or [" ".join(row.name.split())])
        return together.groups(len(rows))

    # --- one row

    def _whole(self, tx: Transaction, row: Wanted) -> Outcome:
        """Import a row wholly, or leave nothing of it."""
        return tx.attempt(partial(self._row, tx, row), keep=lambda outcome: not isinstance(outcome, Refused))

    def _row(self, tx: Transaction, row: Wanted) -> Outcome:
        found = {key: tx.one(_OWNER, key) for key in _keys(row)}
        owners = {key: int(one[0]) for key, one in found.items() if one is not None}
        refused = _refused(row, owners)
        if refused is not None:
            return refused
        if owners:
            return self._known(tx, row, next(iter(owners.values())), owners) if self._update else "unchanged"
        return self._new(tx, row)

    def _new(self, tx: Transaction, row: Wanted) -> Outcome:
        if not row.addresses and tx.one(*_named(row.name)) is not None:
            return "unchanged"
        done = self._judge(tx, AddCustomer(row.name, row.addresses, row.language, row.company, row.values))
        if isinstance(done, Refused):
            return done
        if row.tags and done.customer_id is not None:
            tagged = self._judge(tx, EditCustomer(done.customer_id, add_tags=row.tags))
            if isinstance(tagged, Refused):
                return tagged
        return "added"

    def _known(self, tx: Transaction, row: Wanted, customer_id: int, owners: Owners) -> Outcome:
        more = [one for one in row.addresses if (one.kind.value, one.value) not in owners]
        edit = EditCustomer(
            customer_id,
            name=row.name or None,
            language=row.language or None,
            company=row.company or None,
            values=row.values,
            add_tags=row.tags,
        )
        changed = False
        commands: tuple[Command, ...] = (edit, *(AddIdentity(customer_id, one) for one in more))
        for command in commands:
            done = self._judge(tx, command)
            if isinstance(done, Refused):
                return done
            changed = changed or bool(done.command_id)
        return "changed" if changed else "unchanged"


class _Together:
    """Puts what shares a key into one group, through others too."""

    def __init__(self) -> None:
        self._first: dict[object, int] = {}
        self._under: dict[int, int] = {}

    def join(self, place: int, keys: Iterable[object]) -> None:
        """Put a place to all that came before it and have one of these keys."""
        top = place
        for key in keys:
            other = self._top(self._first.setdefault(key, place))
            top, lower = min(top, other), max(top, other)
            if top != lower:
                self._under[lower] = top

    def _top(self, place: int) -> int:
        while place in self._under:
            above = self._under[place]
            self._under[place] = self._under.get(above, above)  # halves the way for the next
            place = above
        return place

    def groups(self, count: int) -> list[list[int]]:
        """Return the places below `count` in their groups, ascending."""
        members: defaultdict[int, list[int]] = defaultdict(list)
        for place in range(count):
            members[self._top(place)].append(place)
        return list(members.values())


def _keys(row: Wanted) -> tuple[tuple[str, str], ...]:
    return tuple((one.kind.value, one.value) for one in row.addresses)


def _refused(row: Wanted, owners: Owners) -> Refused | None:
    """Return why a row can be nobody's; None where it can."""
    if row.wrong:
        return Refused("bad_address", {"address": row.wrong[0]})
    if len(set(owners.values())) > 1:
        return Refused("two_customers", {"address": row.addresses[0].value})
    return None if row.name or row.addresses else Refused("name_wanted")
