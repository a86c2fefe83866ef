"""A table of customers: trying it says what importing it does, and a row goes in wholly or not at all."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from house import House, begin
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deskterm.desk.card import CardField, CardSettings, FieldType, Label
from deskterm.desk.rows_customer import ImportReport
from deskterm.store import customer_imports
from deskterm.tables import written

CARD = CardSettings(
    fields=(
        CardField("plan", FieldType.CHOICE, Label("plan"), ("free", "paid")),
        CardField("born", FieldType.DATE, Label("born")),
    )
)
HEAD = ("name", "phone", "email", "company", "tags", "language", "plan", "born")
COUNTED = ("customer", "identity", "customer_value", "customer_tag", "company", "tag", "journal", "undo_entry")

ROW = st.tuples(
    st.sampled_from(["", "Ann", "Bert  Bo", "!!!", "Ann Olga"]),
    st.sampled_from(["", "+7 912 345-67-01", "+7 912 345-67-02", "8 912 345-67-01; 8 912 345-67-03", "12"]),
    st.sampled_from(["", "ann@a.test", "olga@client.test", "ann@a.test olga@client.test", "nobody"]),
    st.sampled_from(["", "Rogue & Co", "rogue & co", "x" * 300]),
    st.sampled_from(["", "vip", "vip, late", "bad\u202etag", "y" * 300]),
    st.sampled_from(["", "ru", "klingon"]),
    st.sampled_from(["", "free", "gold"]),
    st.sampled_from(["", "2001-02-03", "yesterday"]),
)


def table(*rows: tuple[str, ...]) -> bytes:
    return "".join(written([HEAD, *rows])).encode()


def row(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(one, "") for one in HEAD)


async def counts(house: House) -> list[int]:
    return [(await house.one(f"SELECT count(*) FROM {name}"))[0] for name in COUNTED]


def ready(house: House) -> House:
    house.rules = replace(house.rules, card=CARD)
    house.office = house.as_(house.anna)
    return house


async def dry_then_real(house: House, data: bytes, *, update: bool) -> tuple[ImportReport, ImportReport]:
    before = await counts(house)
    dry = await house.office.import_customers(data, {}, update=update, dry=True)
    assert await counts(house) == before
    return dry, await house.office.import_customers(data, {}, update=update)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, min_size=1, max_size=12), update=st.booleans(), few=st.booleans())
def test_trying_says_what_importing_does(
    rows: list[Any], update: bool, few: bool, empty_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def both(home: Path) -> None:
        house = ready(await begin(home))
        try:
            await house.arrive(house.mail())
            dry, real = await dry_then_real(house, table(*rows), update=update)
            assert replace(dry, dry=False) == real
            assert real.added + real.changed + real.unchanged + len(real.errors) == len(
                [one for one in rows if any(cell.strip() for cell in one)]
            )
            again = await house.office.import_customers(table(*rows), {})
            assert (again.added, again.changed) == (0, 0)
        finally:
            await house.store.close()

    with monkeypatch.context() as patched, TemporaryDirectory() as folder:
        patched.setattr(customer_imports, "LONGEST_S", 0.0 if few else 60.0)
        shutil.copytree(empty_store, Path(folder) / "home")
        asyncio.run(both(Path(folder) / "home"))


async def test_a_row_that_is_refused_leaves_nothing(house: House) -> None:
    ready(house)
    before = await counts(house)
    data = table(
        row(name="Ann", phone="+7 912 345-67-01", company="New & Co", tags="y" * 300),
        row(name="Bert", email="bert@b.test", company="Newer & Co", plan="gold"),
    )
    report = await house.office.import_customers(data, {})
    assert (report.added, report.changed, report.unchanged, len(report.errors)) == (0, 0, 0, 2)
    assert await counts(house) == before


async def test_an_update_that_is_refused_changes_nothing(house: House) -> None:
    ready(house)
    await house.arrive(house.mail())
    before = await counts(house)
    data = table(row(name="Другая", email="olga@client.test", phone="12"), row(name="Иная", email="olga@client.test", born="?"))
    report = await house.office.import_customers(data, {}, update=True)
    assert len(report.errors) == 2
    assert await counts(house) == before
    assert await house.one("SELECT name FROM customer") == ("Ольга К.",)


async def test_an_update_that_says_the_same_changes_nothing(house: House) -> None:
    ready(house)
    data = table(row(name="Ann", email="ann@a.test", company="Rogue", tags="vip", plan="free", born="2001-02-03"))
    await house.office.import_customers(data, {})
    before = await counts(house)
    dry, real = await dry_then_real(house, data, update=True)
    assert (dry.changed, dry.unchanged) == (real.changed, real.unchanged) == (0, 1)
    assert await counts(house) == before


async def test_rows_of_one_customer_are_tried_after_each_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer_imports, "LONGEST_S", 0.0)
    ready(house)
    rows = [row(name=f"Ann {number % 2}", email="ann@a.test") for number in range(2 * customer_imports.AT_ONCE)]
    dry, real = await dry_then_real(house, table(*rows, row(name="Bert", phone="8 912 345-67-01")), update=True)
    assert replace(dry, dry=False) == real
    assert (real.added, real.changed) == (2, 2 * customer_imports.AT_ONCE - 1)


async def test_a_company_is_found_by_its_name_as_it_is_kept(house: House) -> None:
    ready(house)
    rows = [row(name=f"Ann {number}", company="x" * 300 + str(number)) for number in range(2)]
    dry, real = await dry_then_real(house, table(*rows), update=False)
    assert (dry.added, real.added) == (2, 2)
    assert await house.all("SELECT name FROM company") == [("x" * 199 + "…",)]


async def test_trying_rings_no_bell(house: House) -> None:
    before = await house.one("SELECT next FROM sequence WHERE name = 'bell'")
    await house.office.import_customers(table(row(name="Ann")), {}, dry=True)
    assert await house.one("SELECT next FROM sequence WHERE name = 'bell'") == before
