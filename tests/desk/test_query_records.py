"""Kinds of records as fields of the filter language: told at the start, read by errors, completion and printing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deskterm.desk.query import (
    FIELD,
    FIELDS,
    Mistake,
    Name,
    Names,
    Not,
    Term,
    complete,
    fields,
    in_right_layout,
    know,
    parse,
    record_field,
    retyped,
    show,
)


@pytest.fixture(autouse=True)
def orders() -> Iterator[None]:
    know(
        (record_field("order", "Заказ", ""), record_field("parcel", "почтовая посылка", "A-"), record_field("bill", "тег", ""))
    )
    yield
    know(())


def test_a_kind_of_record_is_a_field() -> None:
    assert parse("order:5531") == Term("order", (Name("5531"),))
    assert parse("-ЗАКАЗ:5531,№8812") == Not(Term("order", (Name("5531"), Name("№8812"))))
    assert parse("parcel:A-1 tag:x") == parse("PARCEL:A-1 тег:x")
    assert show(Term("order", (Name("5531"),)), "ru") == "заказ:5531"
    assert show(Term("bill", (Name("1"),)), "ru") == "bill:1"
    assert retyped(Term("order", (Name("5531"),))) == Term("order", (Name("5531"),))


def test_errors_and_completion_know_it() -> None:
    assert parse("ordr:1") == Mistake(0, 4, "unknown_field", {"field": "ordr"}, ("order",))
    assert [one.text for one in complete("or", 2, Names()).candidates] == ["order:"]
    assert [one.text for one in complete("зак", 3, Names(), "ru").candidates] == ["закрыто:", "заказ:", "статус:закрыто"]
    assert complete("order:55", 8, Names()).finished
    assert in_right_layout("щквук:5531", Names()) == "order:5531"


def test_the_next_desk_has_its_own() -> None:
    know((record_field("invoice", "", ""), record_field("tag", "", "")))
    assert isinstance(parse("order:1"), Mistake)
    assert parse("invoice:1") == Term("invoice", (Name("1"),))
    assert parse("тег:1") == Term("tag", (Name("1"),))
    assert fields() == (*FIELDS, FIELD["invoice"])
    know(())
    assert fields() == FIELDS
    assert isinstance(parse("заказ:1"), Mistake)
