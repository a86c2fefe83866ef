"""Numbers of records found in texts, and rows of the business's own system read by their kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.desk.card import CardField, FieldType, Label, RecordKind
from deskterm.desk.commands import Refused
from deskterm.desk.record_numbers import MAX_NUMBERS, MAX_TEXT, is_spotted, keys_of, numbers_in, record_key
from deskterm.desk.record_rows import RecordData, date_of, found_through, read_row, said_again

ORDER = RecordKind(
    "order",
    Label("order"),
    (
        CardField("email", FieldType.EMAIL, Label("email")),
        CardField("customer", FieldType.TEXT, Label("customer")),
        CardField("date", FieldType.DATE, Label("date")),
        CardField("total", FieldType.NUMBER, Label("total")),
    ),
    customer_by=("customer", "email"),
)
PARCEL = RecordKind("parcel", Label("parcel"), (), prefix="A-", digits=(3, 5))


def phone(_text: str) -> str:
    return ""


def words(text: str, *kinds: RecordKind) -> list[str]:
    return [one.words for one in numbers_in(text, kinds or (ORDER,))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5531", ["5531"]),
        ("Где заказ 5531?", ["5531"]),
        ("Где заказ №5531.", ["№5531"]),
        ("№ 5531 и #8812", ["№ 5531", "#8812"]),
        ("(5531)", ["5531"]),
        ("заказ:5531", ["5531"]),
        ("5531, 5531 и 5532", ["5531", "5532"]),
        ("order-5531", ["5531"]),
        ("123", []),
        ("1234567890123", []),
        ("x5531", []),
        ("5531x", []),
        ("+79123456789", []),
        ("1234.56 and 1234,56", []),
        ("22.11.2026 and 2026-11-22", []),
        ("12:3456", []),
        ("https://shop.example/5531/", ["5531"]),
        ("٥٥٣١", []),
    ],
)
def test_numbers_in_texts(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A-5531", ["A-5531"]),
        ("посылка а-5531 едет", ["а-5531"]),
        ("A- 5531", ["A- 5531"]),
        ("№A-5531", ["№A-5531"]),
        ("5531", []),
        ("AA-5531", []),
        ("A-55310000", []),
    ],
)
def test_a_prefix_is_wanted_and_cyrillic_letters_that_look_alike_do(text: str, found: list[str]) -> None:
    assert words(text, PARCEL) == found
    assert all(one.keys == ("a-5531", "5531") for one in numbers_in(text, (PARCEL,)))


def test_keys() -> None:
    assert record_key(" № А-55 31 ") == "a-5531"
    assert keys_of(ORDER.prefix, "#5531") == ("5531",)
    assert keys_of(PARCEL.prefix, "5531") == keys_of(PARCEL.prefix, "a-5531") == ("a-5531", "5531")


def test_a_long_text_is_searched_to_a_limit() -> None:
    assert len(words(" ".join(map(str, range(10_000, 10_200))))) == MAX_NUMBERS
    assert words("x" * MAX_TEXT + " 5531") == []


@given(st.text(max_size=60))
def test_words_stand_in_the_text(text: str) -> None:
    for one in numbers_in(text, (ORDER, PARCEL)):
        assert one.words in text
        assert one.keys[0]
    assert record_key(record_key(text)) == record_key(text)


def test_a_row_is_read_by_its_columns() -> None:
    data = read_row(
        ORDER, {"id": " A 1\x1b", "email": "Olga@Client.test", "date": "22.11.2026", "total": "1 990,50", "customer": ""}, phone
    )
    assert data == RecordData(
        "A 1␛", "a1␛", {"email": "olga@client.test", "date": "2026-11-22", "total": "1990.5", "customer": ""}
    )
    assert isinstance(data, RecordData)
    assert date_of(ORDER, data.values) == datetime(2026, 11, 22, tzinfo=UTC)
    assert date_of(ORDER, {}) is None
    assert found_through(ORDER, data.values) == (("email", "olga@client.test"),)
    assert found_through(ORDER, {**data.values, "customer": "12"}) == (("customer", "12"), ("email", "olga@client.test"))


def test_all_that_is_wrong_with_a_row_is_told() -> None:
    row = {"id": "1", "total": "much", "date": "soon", "email": "olga@client.test"}
    wrong = read_row(ORDER, row, phone)
    assert isinstance(wrong, tuple)
    assert [(one.code, one.values["column"]) for one in wrong] == [("bad_number", "total"), ("bad_date", "date")]


def test_a_number_said_again_fills_in_and_empties_nothing() -> None:
    first = RecordData("1", "1", {"total": "5", "date": "2026-11-22"})
    again = said_again(first, RecordData("1", "1", {"total": "7", "date": "", "email": "a@b.test"}))
    assert again == RecordData("1", "1", {"total": "7", "date": "2026-11-22", "email": "a@b.test"})


@pytest.mark.parametrize(("number", "spotted"), [("5531", True), ("№ 5531", True), ("АБ-77", False), ("77", False)])
def test_whether_texts_that_name_a_number_are_linked(number: str, spotted: bool) -> None:
    kind = RecordKind("order", Label("Order"), (), digits=(4, 8))
    assert is_spotted(kind, number) is spotted
    assert is_spotted(replace(kind, prefix="A-"), "5531")


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        ({}, Refused("id_wanted")),
        ({"id": " # "}, Refused("id_wanted")),
        ({"id": "1" * 101}, Refused("too_long", {"length": 101, "limit": 100})),
        ({"id": "1", "sum": "2"}, Refused("unknown_column", {"name": "sum"})),
        ({"id": "1", "total": "much"}, Refused("bad_number", {"value": "much", "column": "total"})),
    ],
)
def test_what_is_wrong_with_a_row(row: dict[str, str], refused: Refused) -> None:
    assert read_row(ORDER, row, phone) == (refused,)
