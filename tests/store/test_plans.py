"""What every look at the desk asks is answered by indexes: nothing reads a table through that grows with the desk."""

from __future__ import annotations

import re

import pytest

from deskterm.desk.model import Held
from deskterm.desk.rows import View
from deskterm.store.reader import Look

GROWING = re.compile(
    r"SCAN (inbound|message|conversation|journal|outbox|attachment|identity|customer|duplicate|i|m|c)\b(?! USING)"
)


@pytest.fixture
def asked(monkeypatch):
    """All that is asked of the store through looks: statement and values."""
    heard = []
    look_all = Look.all

    async def spy(self, sql, values=()):
        heard.append((sql, values))
        return await look_all(self, sql, values)

    monkeypatch.setattr(Look, "all", spy)
    return heard


LOOKS = {
    "counts": lambda office: office.counts(),
    "status": lambda office: office.status(),
    "quarantined": lambda office: office.held(Held.QUARANTINED),
    "ignored": lambda office: office.held(Held.IGNORED),
    **{f"view {view}": lambda office, view=view: office.conversations(view) for view in View},
}


@pytest.mark.parametrize("name", LOOKS)
async def test_no_look_reads_a_growing_table_through(house, asked, name):
    await house.arrive(house.mail())
    await LOOKS[name](house.office)
    assert asked
    plans = [row[3] for sql, values in list(asked) for row in await house.all(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert [step for step in plans if GROWING.search(step)] == []


async def test_likely_doubles_are_read_in_their_order_and_no_further_than_shown(house, asked):
    await house.arrive(house.mail(name="Ольга Щербакова"))
    await house.arrive(house.chat(name="Olga Shcherbakova"), "bot")
    assert len(await house.office.duplicates(limit=1)) == 1
    ((sql, values),) = [one for one in asked if "ORDER BY score" in one[0]]
    (plan,) = [row[3] for row in await house.all(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert plan.startswith("SEARCH duplicate USING INDEX ix_duplicate_open")
    every_plan = [row[3] for sql, values in list(asked) for row in await house.all(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert [step for step in every_plan if "TEMP B-TREE FOR ORDER" in step or GROWING.search(step)] == []
