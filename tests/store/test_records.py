"""Records of the business: kept without doubles, joined to their customers, named in texts, found by the filter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from deskterm.desk import commands as c
from deskterm.desk import commands_customer as cc
from deskterm.desk.card import CardField, CardSettings, FieldType, Label, RecordKind
from deskterm.desk.commands import Done
from deskterm.desk.model import Operator, Role
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.query import know, record_field, sure
from deskterm.desk.rows_customer import ImportReport
from deskterm.office import OfficeError
from deskterm.store import list_people
from deskterm.store.reader import Look

ORDER = RecordKind(
    "order",
    Label("order", {"en": "Order", "ru": "Заказ"}),
    (
        CardField("email", FieldType.EMAIL, Label("email")),
        CardField("phone", FieldType.PHONE, Label("phone")),
        CardField("customer", FieldType.TEXT, Label("customer")),
        CardField("date", FieldType.DATE, Label("date")),
        CardField("total", FieldType.NUMBER, Label("total")),
    ),
    customer_by=("customer", "email", "phone"),
)
PARCEL = RecordKind("parcel", Label("parcel"), (CardField("track", FieldType.TEXT, Label("track")),), prefix="A-")


@pytest.fixture
def shop(house: Any) -> Any:
    """A desk that keeps orders and parcels."""
    house.rules = replace(house.rules, card=CardSettings(records=(ORDER, PARCEL)))
    house.office = house.as_(house.anna)
    return house


async def whose(house: Any, number: str) -> int | None:
    row = await house.office.record("order", number)
    assert row is not None
    return row.customer_id  # type: ignore[no-any-return]


async def test_records_are_kept_once_and_changed_by_what_comes_again(shop: Any) -> None:
    rows = [{"id": "5531", "email": "Olga@Client.test", "total": "1990,5", "date": "22.11.2026"}, {"id": "5532"}]
    assert await shop.office.put_records("order", rows) == ImportReport(added=2)
    assert await shop.office.put_records("order", rows) == ImportReport(unchanged=2)
    assert await shop.office.put_records("order", [{"id": "#5531", "total": "2000"}, {"id": "5532"}]) == ImportReport(
        changed=1, unchanged=1
    )
    row = await shop.office.record("order", "№5531")
    assert row is not None
    assert (row.external_id, dict(row.values)) == (
        "#5531",
        {"email": "olga@client.test", "date": "2026-11-22", "total": "2000"},
    )
    assert row.at.isoformat() == "2026-11-22T00:00:00+00:00"
    assert await shop.office.put_records("order", [{"id": "5531", "total": ""}]) == ImportReport(changed=1)
    row = await shop.office.record("order", "5531")
    assert row is not None
    assert "total" not in row.values
    assert await shop.office.record("order", "77") is None
    kept = await shop.all("SELECT data FROM journal WHERE kind = 'record_kept' ORDER BY seq")
    assert [one[0] for one in kept][:2] == [
        '{"record_id":1,"record_kind":"order","made":true}',
        '{"record_id":2,"record_kind":"order","made":true}',
    ]
    assert len(kept) == 4


async def test_errors_are_told_by_row_and_a_dry_run_keeps_nothing(shop: Any) -> None:
    rows = [{"id": "1"}, {"id": ""}, {"id": "2", "total": "x"}, {"id": "1", "total": "5"}, {"id": "3", "colour": "red"}]
    heard: list[tuple[int, int]] = []
    report = await shop.office.put_records("order", rows, dry=True, progress=lambda *at: heard.append(at))
    assert (report.added, report.changed, report.unchanged, report.dry) == (1, 0, 0, True)
    assert [place for place, _words in report.errors] == ["2", "3", "5"]
    assert report.errors[1] == ("3", "total: “x” is no number: write it as 1234.5 or 1234,5.")
    assert [(place, words.split(":")[0]) for place, words in report.notes] == [
        ("1", "1 is not as the configuration says (digits, prefix)"),
        ("4", "1 stands here again"),
    ]
    assert heard == [(5, 5)]
    assert await shop.office.record("order", "1") is None
    report = await shop.office.put_records("order", iter(rows))
    assert (report.added, report.changed, len(report.errors)) == (1, 0, 3)
    assert (await shop.office.record("order", "1")).values == {"total": "5"}
    assert (await shop.office.put_records("order", rows)).unchanged == 1


async def test_many_rows_take_short_transactions(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"id": str(number)} for number in range(10_001, 10_251)]
    heard: list[tuple[int, int]] = []
    assert await shop.office.put_records("order", rows, progress=lambda *at: heard.append(at)) == ImportReport(added=250)
    assert heard == [(done, 250) for done in (50, 100, 150, 200, 250)]
    assert await shop.all("SELECT count(DISTINCT command_id), count(*) FROM journal WHERE kind = 'record_kept'") == [(1, 250)]
    assert [row.external_id for row in await shop.office.records_of("order", limit=2)] == ["10250", "10249"]
    assert [row.external_id for row in await shop.office.records_of("order", before_id=2, limit=2)] == ["10001"]


async def test_who_may_not_and_what_is_not_known(shop: Any) -> None:
    eve = Operator(9, "eve", "Eve", Role.VIEWER)
    with pytest.raises(OfficeError, match="may only look") as caught:
        await shop.as_(eve).put_records("order", [{"id": "1"}])
    assert caught.value.code == "permission"
    with pytest.raises(OfficeError) as caught:
        await shop.office.put_records("invoice", [])
    assert (caught.value.code, caught.value.fix) == ("unknown_kind", "Use one of: order, parcel")


async def test_a_record_finds_its_customer_now_or_later(shop: Any) -> None:
    await shop.arrive(shop.mail(sender="olga@client.test"))
    await shop.office.put_records(
        "order",
        [
            {"id": "1", "email": "olga@client.test"},
            {"id": "2", "email": "taras@client.test"},
            {"id": "3", "phone": "8 912 345-67-89"},
            {"id": "4", "customer": "1", "email": "taras@client.test"},
            {"id": "5", "customer": "99"},
        ],
    )
    assert [await whose(shop, number) for number in "12345"] == [1, None, None, 1, None]
    await shop.arrive(shop.mail(sender="taras@client.test"))
    assert await whose(shop, "2") == 2
    added = await shop.office.submit(cc.AddIdentity(1, Address(IdentityKind.PHONE, "+79123456789")))
    assert isinstance(added, Done)
    assert await whose(shop, "3") == 1
    (identity_id,) = await shop.one("SELECT id FROM identity WHERE kind = 'phone'")
    assert isinstance(await shop.office.submit(cc.RemoveIdentity(identity_id)), Done)
    assert await whose(shop, "3") is None
    assert (await shop.office.put_records("order", [{"id": "2", "email": "olga@client.test"}])).changed == 1
    assert await whose(shop, "2") == 1
    assert (await shop.office.put_records("order", [{"id": "2", "email": "nobody@client.test"}])).changed == 1
    assert await whose(shop, "2") is None


async def test_a_shared_or_claimed_address_names_nobody(shop: Any) -> None:
    await shop.arrive(shop.mail(sender="olga@client.test"))
    await shop.office.submit(cc.ShareIdentity(1, shared=True))
    await shop.office.put_records("order", [{"id": "1", "email": "olga@client.test"}])
    assert await whose(shop, "1") is None
    await shop.store.writer.run(lambda tx: tx.run("UPDATE identity SET proof = 'claimed', shared = 0"))
    await shop.office.put_records("order", [{"id": "1", "email": "olga@client.test", "total": "1"}])
    assert await whose(shop, "1") is None
    await shop.store.writer.run(lambda tx: tx.run("UPDATE identity SET proof = 'written', shared = 1"))
    await shop.office.submit(cc.ShareIdentity(1, shared=False))
    assert await whose(shop, "1") == 1


async def test_records_go_along_with_merged_cards_and_back(shop: Any) -> None:
    await shop.arrive(shop.mail(sender="olga@client.test"))
    await shop.arrive(shop.mail(sender="taras@client.test"))
    await shop.office.put_records("order", [{"id": "1", "email": "taras@client.test"}])
    assert isinstance(await shop.office.submit(cc.MergeCustomers(1, 2)), Done)
    await shop.office.put_records("order", [{"id": "2", "email": "taras@client.test"}, {"id": "3", "customer": "2"}])
    assert [await whose(shop, number) for number in "123"] == [1, 1, 1]
    assert isinstance(await shop.office.submit(cc.PartCustomer(2)), Done)
    assert [await whose(shop, number) for number in "123"] == [2, 2, 2]


async def test_texts_name_records(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    await shop.office.put_records("order", [{"id": "5531"}, {"id": "8812"}])
    await shop.office.put_records("parcel", [{"id": "A-5531"}, {"id": "77001"}])
    asked: list[str] = []
    read = shop.store.reader.all

    async def counted(sql: str, values: Any = ()) -> Any:
        asked.append(sql)
        return await read(sql, values)

    monkeypatch.setattr(shop.store.reader, "all", counted)
    named = await shop.office.records_named(["Заказ №5531, посылка А-5531", "8812 и 9999", "A-77001"])
    assert {words: (row.kind, row.external_id) for words, row in named.items()} == {
        "№5531": ("order", "5531"),
        "А-5531": ("parcel", "A-5531"),
        "8812": ("order", "8812"),
        "A-77001": ("parcel", "77001"),
    }
    assert len(asked) == 1
    assert await shop.office.records_named(["no numbers"]) == {}
    assert len(asked) == 1


async def test_commands_about_conversations_go_on_as_before(shop: Any) -> None:
    await shop.arrive(shop.mail())
    assert isinstance(await shop.office.submit(c.Close(1)), Done)


# --- the filter


@pytest.fixture
def fields() -> Iterator[None]:
    """The records of the shop are fields of the filter."""
    know(record_field(kind.key, kind.label.names.get("ru", ""), kind.prefix) for kind in (ORDER, PARCEL))
    yield
    know(())


async def found(house: Any, query: str) -> list[int]:
    window = await house.office.conversations(sure(query))
    return sorted(row.id for row in window.rows)


async def test_the_filter_finds_by_records(shop: Any, fields: None) -> None:
    await shop.arrive(shop.mail("hello", sender="olga@client.test", subject="a"))
    await shop.arrive(shop.mail("where is A-77001?", sender="taras@client.test", subject="b"))
    await shop.arrive(shop.mail("and order №5531", sender="liwei@client.test", subject="c"))
    await shop.arrive(shop.mail("nothing", sender="eve@client.test", subject="d"))
    await shop.office.put_records("order", [{"id": "5531", "email": "olga@client.test"}, {"id": "8812"}])
    assert await found(shop, "order:5531") == [1, 3]
    assert await found(shop, "заказ:№5531") == [1, 3]
    assert await found(shop, "order:5531 is:open") == [1, 3]
    assert await found(shop, "-order:5531") == [2, 4]
    assert await found(shop, "order:5531,8812 OR parcel:77001") == [1, 2, 3]
    assert await found(shop, "order:8812") == []
    assert await found(shop, "parcel:А-77001") == [2]
    assert await found(shop, "order:№") == []


async def test_who_writes_from_an_address_that_anothers_record_names_may_be_they(shop: Any) -> None:
    await shop.arrive(shop.mail(sender="olga@client.test"))
    order = {"id": "5531", "email": "olga@client.test", "phone": "8 912 345-67-89"}
    assert await shop.office.put_records("order", [order]) == ImportReport(added=1)
    assert await whose(shop, "5531") == 1
    number = Address(IdentityKind.PHONE, "+79123456789")
    assert isinstance(await shop.office.submit(cc.AddCustomer("Тарас", (number,))), Done)
    (pair,) = await shop.office.duplicates()
    assert (pair.first_id, pair.second_id, pair.reason, pair.score) == (1, 2, "record", 90)
    assert pair.second_known_by == "+79123456789"
    assert await whose(shop, "5531") == 1
    assert isinstance(await shop.office.submit(cc.DismissDuplicate(1, 2)), Done)
    assert isinstance(await shop.office.submit(cc.AddCustomer("Ева", (Address(IdentityKind.PHONE, "+79120000000"),))), Done)
    assert await shop.office.duplicates() == ()


async def test_the_filter_finds_by_card_and_company(shop: Any) -> None:
    await shop.arrive(shop.mail("a", sender="olga@client.test"))
    await shop.arrive(shop.mail("b", sender="taras@client.test", name="Тарас"))
    await shop.arrive(shop.mail("c", sender="eve@client.test", name="Eve"))
    assert await found(shop, "customer:2") == [2]
    assert isinstance(await shop.office.submit(cc.EditCustomer(2, company="ООО «Ромашка-Юг»")), Done)
    assert [await found(shop, f"company:{word}") for word in ("ромашка", "юг", '"ром ооо"', "машка", "«")] == [
        [2],
        [2],
        [2],
        [],
        [],
    ]
    assert isinstance(await shop.office.submit(cc.MergeCustomers(1, 2)), Done)
    assert await found(shop, "customer:2") == await found(shop, "customer:1") == [1, 2]
    assert await found(shop, "company:ромашка") == [1, 2]
    assert await found(shop, "customer:тарас") == [1, 2]
    assert await found(shop, "customer:taras@client.test") == [1, 2]
    assert isinstance(await shop.office.submit(cc.PartCustomer(2)), Done)
    assert await found(shop, "customer:2") == [2]
    assert await found(shop, "customer:999999999999999999") == []


async def test_a_number_is_a_cards_or_an_addresses_never_a_part_of_a_name(shop: Any) -> None:
    await shop.arrive(shop.mail("a", sender="olga@client.test"))
    await shop.arrive(shop.chat("b", user="1", name="Shop 2 Ltd"), "bot")
    await shop.arrive(shop.chat("c", user="7000", name="1 2 7000"), "bot")
    assert await found(shop, "customer:1") == [1]
    assert await found(shop, "customer:2") == [2]
    assert await found(shop, "customer:2 is:open") == [2]
    assert await found(shop, "customer:7000") == [3]
    assert await found(shop, "customer:7") == []
    assert await found(shop, "customer:shop") == [2]
    assert isinstance(await shop.office.submit(cc.MergeCustomers(3, 1)), Done)
    assert await found(shop, "customer:1") == await found(shop, "customer:3") == [1, 3]


async def test_a_number_is_a_cards_in_a_crowd_too(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_people, "FEW", 0)
    await test_a_number_is_a_cards_or_an_addresses_never_a_part_of_a_name(shop)


@pytest.mark.parametrize("query", ["order:5531", "is:open order:5531", "company:x", "customer:12", "-company:x is:closed"])
async def test_no_query_of_people_reads_a_growing_table_through(
    shop: Any, fields: None, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    heard: list[Any] = []
    look_all = Look.all

    async def spy(self: Look, sql: str, values: Any = ()) -> Any:
        heard.append((sql, values))
        return await look_all(self, sql, values)

    monkeypatch.setattr(Look, "all", spy)
    await found(shop, query)
    plans = [row[3] for sql, values in list(heard) for row in await shop.all(f"EXPLAIN QUERY PLAN {sql}", values)]
    tables = "inbound|message|conversation|journal|identity|customer|record|participant|search_doc"
    through = re.compile(rf"SCAN (?:{tables})\b(?! USING INDEX ix_list)")
    assert [step for step in plans if through.search(step)] == []
