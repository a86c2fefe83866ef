"""Lists against the slow truth of `brute`: what is found, in which order, window by window, from any source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from brute import World, ids
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from random_desk import NAMES, NOW, WORDS, Maker

from deskterm.desk.query import Query, know, parse, record_field
from deskterm.desk.rows import RowKey, View
from deskterm.desk.views import QUERIES
from deskterm.store import list_people, list_plans, list_trial, office_lists, search, teams
from deskterm.store.list_asker import Asker
from deskterm.store.reader import Look

from datetime import UTC  # isort: skip
import sys  # isort: skip
from pathlib import Path  # isort: skip

sys.path.insert(0, str(Path(__file__).parent.parent / "desk"))
from queries import queries

SIZE = 90


@pytest.fixture
async def desk(house: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, World]:
    house.clock.at = NOW
    monkeypatch.setattr(office_lists, "MachineZone", lambda: UTC)
    world = await house.store.writer.run(lambda tx: Maker(tx, 7, house).make(SIZE))
    return house, world


ANY = queries(NAMES, words=(*WORDS, "воз", "королева", "ref", "ян", "boris"))


class From:
    """Has lists read from the source of this place among those that offer themselves; None leaves the choice as it is."""

    def __init__(self, place: int | None, patch: pytest.MonkeyPatch) -> None:
        if place is not None:
            patch.setattr(list_plans, "exact", lambda *_: None)
            patch.setattr(list_plans, "cheapest", lambda sources, *_: sources[place % len(sources)])
            patch.setattr(list_trial, "STRETCH", 1 + place)
            patch.setattr(list_trial, "MOST", 10 * (place + 1))
            patch.setattr(search, "FEW", 0 if place % 2 else 20_000)
            patch.setattr(list_people, "FEW", (5_000, 0, 20)[place % 3])
            patch.setattr(search, "_PROBED", (0, 20_000)[place // 2 % 2])


async def paged(office: Any, query: Query, size: int, *, backward: bool) -> list[RowKey]:
    """The keys of a list, read window by window to its end."""
    keys: list[RowKey] = []
    edge = RowKey(2**62, 0) if backward else None
    while True:
        if backward:
            window = await office.conversations(query, at=edge, before=size, after=0)
            keys = [*(row.key for row in window.rows), *keys]
            more = window.more_before
        else:
            window = await office.conversations(query, at=edge, after=size + (edge is not None))
            keys += [row.key for row in window.rows[edge is not None :]]
            more = window.more_after
        if not more:
            return keys
        assert window.rows
        edge = keys[0] if backward else keys[-1]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@example(query=parse("channel:demo"), place=1, size=5, backward=False)
@example(query=parse("tag:одного,другого is:open"), place=None, size=5, backward=False)
@given(query=ANY, place=st.none() | st.integers(0, 15), size=st.integers(1, 40), backward=st.booleans())
async def test_a_list_is_what_its_query_says(desk, query, place, size, backward):
    house, world = desk
    expected = world.answer(query) if not _ranks(query) else None
    with pytest.MonkeyPatch.context() as patch:
        From(place, patch)
        keys = await paged(house.office, query, size, backward=backward)
        found = await house.office.ids(query)
        count = await house.office.count(query)
        places = [await house.office.row(key.id, query) for key in keys[:5]]
    if expected is None:  # what is weighed stands in an order of its own
        expected = [(key.sort, key.id) for key in keys]
        assert sorted(ids(expected)) == sorted(ids(world.answer(search_order(query))))
        assert keys == sorted(keys)
    assert [(key.sort, key.id) for key in keys] == expected
    assert list(found) == ids(expected)
    assert count == len(expected)
    assert places == keys[:5]


def _ranks(query: Query) -> bool:
    return list_plans.order_name(query) == "rank"


def search_order(query: Query) -> Query:
    from deskterm.desk.query import without_order

    return without_order(query)


@pytest.mark.parametrize("view", View)
async def test_a_view_is_its_query(desk, view):
    house, world = desk
    query = parse(QUERIES[view])
    by_view = await house.office.conversations(view, after=SIZE)
    by_query = await house.office.conversations(query, after=SIZE)
    assert by_view == by_query
    assert [(row.key.sort, row.id) for row in by_view.rows] == world.answer(query)
    counts = await house.office.counts()
    assert counts.views[view] == len(by_view.rows) == await house.office.count(view)
    assert by_view.total in (len(by_view.rows), None)


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("forward", [True, False])
async def test_a_window_of_a_view_is_read_from_an_index_and_sorts_nothing(desk, view, forward):
    house, _world = desk
    async with house.store.reader.look() as look:
        made = await search.planned(look, view, Asker(house.anna.id, NOW, UTC), 50)
        values = made.values(sort=0, id=0, limit=50)
        steps = [row[3] for row in await look.all(f"EXPLAIN QUERY PLAN {made.plan.keys(forward=forward)}", values)]
    scans = [step for step in steps if step.startswith(("SCAN c", "SEARCH c", "SCAN conversation", "SCAN draft"))]
    assert all("INDEX" in step or "PRIMARY KEY" in step for step in scans)
    if view is not View.DRAFTS:  # what one operator writes at a time: looked up and sorted
        assert not [step for step in steps if "TEMP B-TREE" in step]


GROWING = re.compile(
    r"SCAN (conversation|customer|identity|participant|message|record|company|company_word|search_doc|customer_doc"
    r"|begun|promise|reminder|[cdiprtwx])\b(?! USING| VIRTUAL)"
)
OF_PEOPLE = (
    "company:Королева",
    "company:refund,ян",
    "-company:refund",
    "company:re is:open",
    "company:refund sort:oldest",
    "customer:3 is:closed",
    "customer:ольга,p2@client.test",
    "customer:re tag:возврат",
    "order:5531 OR tag:возврат",
    "company:ян OR customer:2",
)

OF_PROMISES = (
    "is:promised",
    "is:promised is:open sort:newest",
    "has:promise",
    "has:reminder",
    "has:reminder,promise is:open",
    "is:promised OR has:reminder",
)


@pytest.fixture
def order() -> Iterator[None]:
    """Orders are a kind of record."""
    know([record_field("order", "заказ", "")])
    yield
    know([])


@pytest.mark.parametrize("text", [*OF_PEOPLE, *OF_PROMISES])
@pytest.mark.parametrize("few", [5_000, 0])
async def test_no_list_of_people_or_promises_reads_a_table_through(desk, order, text, few, monkeypatch):
    house, _world = desk
    query = parse(text)
    heard: list[tuple[str, Any]] = []
    look_all = Look.all

    async def spy(self: Look, sql: str, values: Any = ()) -> list[Any]:
        heard.append((sql, values))
        return await look_all(self, sql, values)

    monkeypatch.setattr(Look, "all", spy)
    monkeypatch.setattr(list_people, "FEW", few)
    rows = (await house.office.conversations(query, after=SIZE)).rows
    assert await house.office.count(query) == len(rows) > 0
    assert await house.office.row(rows[0].id, query) == rows[0].key
    steps = {row[3] for sql, values in list(heard) for row in await house.all(f"EXPLAIN QUERY PLAN {sql}", values)}
    assert {step for step in steps if GROWING.search(step)} == set()


async def test_a_crowd_whose_conversations_are_all_old_is_found_after_a_trial_in_vain(desk, monkeypatch):
    house, world = desk
    query = parse("company:refund")
    expected = ids(world.answer(query))
    monkeypatch.setattr(list_people, "FEW", 0)
    monkeypatch.setattr(list_trial, "STRETCH", 1)
    monkeypatch.setattr(list_trial, "MOST", 1)
    window = await house.office.conversations(query, after=SIZE)
    assert [row.id for row in window.rows] == expected


async def test_the_conversations_of_a_team_are_found_in_every_state_and_by_indexes(desk):
    house, _world = desk
    async with house.store.reader.look() as look:
        rows = await look.all("SELECT team_id, id FROM conversation WHERE team_id IS NOT NULL ORDER BY id")
        assert {status for (status,) in await look.all("SELECT status FROM conversation WHERE team_id IS NOT NULL")} >= {
            *("open", "closed", "snoozed")
        }
        for team in {team for team, _ in rows}:
            found = await look.all(teams.OF_TEAM, {"team": team})
            assert sorted(row[0] for row in found) == [one for its, one in rows if its == team]
        plan = [row[3] for row in await look.all(f"EXPLAIN QUERY PLAN {teams.OF_TEAM} LIMIT 1", {"team": 1})]
    assert not [step for step in plan if "conversation" in step and "INDEX" not in step]
