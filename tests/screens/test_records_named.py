"""Numbers of records that messages name: shown as links, asked for once; the way from there to the record and its customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from desk_pilot import Desk, desk
from house import House

from deskterm.desk.card import CardField, CardSettings, FieldType, Label, RecordKind
from deskterm.desk.rows import View
from deskterm.desk.rows_customer import RecordRow
from deskterm.screens.attachments import AttachmentsScreen
from deskterm.screens.customer import CustomerScreen
from deskterm.screens.records import RecordScreen, RecordsScreen
from deskterm.store.office import StoreOffice
from deskterm.widgets.paint import Span
from deskterm.widgets.paint_links import linked, names
from deskterm.widgets.text_view import TextView

ORDERS = RecordKind(
    "order",
    Label("order", {"en": "Order", "ru": "Заказ"}),
    tuple(
        CardField(key, kind, Label(key, {"en": label}))
        for key, kind, label in (
            ("state", FieldType.TEXT, "State"),
            ("sum", FieldType.NUMBER, "Sum"),
            ("email", FieldType.EMAIL, "E-mail"),
        )
    ),
    customer_by=("email",),
)


@pytest.fixture
async def shop(house: House) -> House:
    """A house with two orders, of which Olga's messages name one, then both."""
    house.rules = replace(house.rules, card=CardSettings(records=(ORDERS,)))
    house.office = house.as_(house.anna)
    await house.arrive(house.mail("Где мой заказ 5531? Жду с мая 2026."))
    report = await house.office.put_records(
        "order",
        [
            {"id": "5531", "state": "paid", "sum": "1200", "email": "olga@client.test"},
            {"id": "7714", "state": "sent", "sum": "90", "email": "olga@client.test"},
        ],
    )
    assert (report.added, report.errors) == (2, ())
    return house


async def read(d: Desk, house: House) -> None:
    (row, *_rest) = (await house.office.conversations(View.ALL)).rows
    await d.open(row.id)
    await d.until(lambda: d.inbox.pane.thread.visible_records)


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_a_number_leads_to_the_record_and_its_customer(shop: House, size: tuple[int, int]) -> None:
    async with desk(shop.office, size=size) as d:  # type: ignore[arg-type]
        await read(d, shop)
        roles = [span for line in d.inbox.pane.thread._lines() for span in line if span.role == "record"]
        assert roles == [Span("5531", "record")]
        await d.press("enter")
        await d.until(lambda: isinstance(d.app.screen, RecordScreen))
        await d.until_shown("Ольга К.")
        assert "Order 5531" in d.text
        assert "paid" in d.text
        await d.press("enter")
        await d.until(lambda: isinstance(d.app.screen, CustomerScreen))


async def test_of_several_one_is_chosen(shop: House) -> None:
    await shop.arrive(shop.mail("И ещё №7714"))
    async with desk(shop.office) as d:  # type: ignore[arg-type]
        (row,) = [one for one in (await shop.office.conversations(View.ALL)).rows if "7714" in one.preview]
        await d.open(row.id)
        await d.until(lambda: d.inbox.pane.thread.visible_records)
        await d.press("o")
        await d.until(lambda: isinstance(d.app.screen, AttachmentsScreen))
        await d.until_shown("Order 7714")
        await d.press("enter")
        await d.until(lambda: isinstance(d.app.screen, RecordScreen))


async def test_each_message_is_asked_about_once(shop: House) -> None:
    asked: list[str] = []

    class Counting(StoreOffice):
        async def records_named(self, texts: Iterable[str]) -> Mapping[str, RecordRow]:
            wanted = list(texts)
            asked.extend(wanted)
            return await super().records_named(wanted)

    async def reparse(_inbound_id: int) -> None:
        raise AssertionError("no channel in this test")

    office: Any = Counting(shop.store, shop.rules, shop.anna, reparse)
    async with desk(office) as d:
        await read(d, shop)
        await d.press("j", "k", "end", "home")
        await d.pilot.pause(0.3)
        assert len(asked) == len(set(asked)) == 1


@pytest.mark.parametrize("key", ["enter", "o"])
async def test_a_record_that_came_later_and_is_nobodys_opens_too(shop: House, key: str) -> None:
    await shop.arrive(shop.mail("Где заказ №87257?", "taras@client.test"))
    (row,) = [one for one in (await shop.office.conversations(View.ALL)).rows if "87257" in one.preview]
    async with desk(shop.office) as d:  # type: ignore[arg-type]
        await d.open(row.id)
        await d.until(lambda: d.inbox.pane.thread.on_screen)
        report = await shop.office.put_records("order", [{"id": "87257", "state": "lost"}])
        assert (report.added, report.errors) == (1, ())
        await d.press(key)
        if key == "o":
            await d.until_shown("Order 87257")
            await d.press("enter")
        await d.until(lambda: isinstance(d.app.screen, RecordScreen))
        await d.until_shown("lost")
        assert "Enter opens the customer" not in d.text


async def test_a_thread_that_is_opened_again_has_its_links_again(shop: House) -> None:
    async with desk(shop.office) as d:  # type: ignore[arg-type]
        await read(d, shop)
        row = d.inbox.pane.row
        d.inbox.pane.open(None)
        d.inbox.pane.open(row)
        await d.until(lambda: d.inbox.pane.thread.visible_records)


async def test_a_record_says_all_its_columns_as_the_card_does(shop: House) -> None:
    many = tuple(CardField(f"c{at}", FieldType.TEXT, Label(f"Column {at}")) for at in range(20))
    bought = CardField("bought", FieldType.DATE, Label("bought", {"en": "Bought"}))
    kind = replace(ORDERS, columns=(*ORDERS.columns, *many, bought))
    shop.rules = replace(shop.rules, card=CardSettings(records=(kind,)))
    shop.office = shop.as_(shop.anna)
    await shop.office.put_records("order", [{"id": "5531", "bought": "2026-05-03", "c19": "the last", "sum": "7"}])
    async with desk(shop.office) as d:  # type: ignore[arg-type]
        await read(d, shop)
        await d.press("enter")
        await d.until(lambda: isinstance(d.app.screen, RecordScreen))
        await d.until_shown("↓ ↑ more")
        words = d.app.screen.query_one(TextView).words
        assert "Column 19          the last" in words
        assert "Bought             2026-05-03" in words
        assert "E-mail" in words
        await d.press("end")
        await d.until_shown("2026-05-03")


async def test_where_none_is_named_enter_says_so(house: House) -> None:
    await house.arrive(house.mail("Здравствуйте"))
    (row,) = (await house.office.conversations(View.ALL)).rows
    async with desk(house.office) as d:  # type: ignore[arg-type]
        await d.open(row.id)
        await d.press("enter")
        await d.until_shown("No record is named here.")


async def test_the_list_of_records_says_what_their_columns_say(shop: House) -> None:
    rows = [await shop.office.record("order", number) for number in ("5531", "7714")]
    async with desk(shop.office) as d:  # type: ignore[arg-type]
        await d.app.push_screen(RecordsScreen([row for row in rows if row is not None]))
        await d.until_shown("Order 7714")
        assert "paid, 1200, olga@client.test" in d.text


def test_only_whole_words_are_links() -> None:
    assert names("заказ 5531.", "5531")
    assert not names("155310", "5531")
    line = (Span("заказ 5531, не 55312 и "), Span("5531", "hit"))
    assert linked(line, ["5531"]) == (
        Span("заказ "),
        Span("5531", "record"),
        Span(", не 55312 и "),
        Span("5531", "hit"),
    )
