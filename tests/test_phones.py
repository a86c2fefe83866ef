"""Telephone numbers as people write them: Russian ones in all their ways, foreign ones, and what is none."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, format_number

from deskterm import phones

OLGA = "+79123456789"


@pytest.mark.parametrize(
    "typed",
    [
        "8 912 345-67-89",
        "8(912)345-67-89",
        "89123456789",
        "+7 912 345 67 89",
        "+7(912)3456789",
        "79123456789",
        "7 912 345 67 89",
        "9123456789",
        "912 345 67 89",
        "тел. 8-912-345-67-89",
        "tel:+79123456789",
        "+7 912 345-67-89 доб. 12",
        "+7 912 345-67-89 ext. 12",
        "8\u00a0912\u00a0345\u00a067\u00a089",
        "８９１２３４５６７８９",
    ],
)
def test_a_russian_number_is_one_however_it_is_written(typed):
    assert phones.e164(typed, "RU") == OLGA


@pytest.mark.parametrize(
    ("typed", "region", "expected"),
    [
        ("8 800 555 35 35", "RU", "+78005553535"),
        ("(495) 123-45-67", "RU", "+74951234567"),
        ("+375 29 123 45 67", "RU", "+375291234567"),
        ("375291234567", "RU", "+375291234567"),
        ("810 49 30 901820", "RU", "+4930901820"),
        ("0049 30 901820", "RU", "+4930901820"),
        ("+49 30 901820", "RU", "+4930901820"),
        ("030 901820", "DE", "+4930901820"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("+1 202 555 0123", "RU", "+12025550123"),
        ("8 701 234 56 78", "KZ", "+77012345678"),
    ],
)
def test_numbers_of_other_places(typed, region, expected):
    assert phones.e164(typed, region) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "+",
        "абв",
        "12",
        "1234567",
        "5531000123",
        "12345678901234567890",
        "888888888888",
        "89123456789 Иван",
        "1-800-FLOWERS",
        "8 912 345-67-89, 8 912 345-67-88",
        "9" * 4000,
        "\ud800" * 20,
    ],
)
def test_what_is_no_number(typed):
    assert phones.e164(typed, "RU") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Мой телефон 8 912 345-67-89, жду звонка", (OLGA,)),
        ("тел.:89123456789", (OLGA,)),
        ("звоните 9123456789 или (495) 123-45-67", (OLGA, "+74951234567")),
        ("8-912-345-67-89 доб 12; 89123456789", (OLGA,)),
        ("заказ 5531000123 не пришёл, трек 80080012345678", ()),
        ("ИНН 7707083893, счёт 40702810900000000001", ()),
        ("карта 4111 1111 1111 1111", ()),
        ("встреча 2026-11-22 09:00", ()),
        ("где мой заказ?", ()),
        (" ".join(f"+7912345678{n}" for n in range(9)), tuple(f"+7912345678{n}" for n in range(phones.MAX_TYPED))),
    ],
)
def test_numbers_told_in_a_text(text, expected):
    assert phones.typed_in(text, "RU") == expected


def test_a_short_number_is_one_where_the_library_completes_it():
    assert phones.typed_in("call 460 1234, order 5531 5531", "AG") == ("+12684601234",)


@given(st.text(alphabet="0123456789 +(-", max_size=60), st.sampled_from(["RU", "US", "DE", "IT", "AG", "SM", ""]))
def test_nothing_that_the_library_finds_is_passed_over(text, region):
    found = PhoneNumberMatcher(text, region, Leniency.VALID, max_tries=50)
    whole = {format_number(match.number, PhoneNumberFormat.E164) for match in found}
    told = set(phones.typed_in(text, region))
    assert told <= whole
    assert told == whole or len(told) == phones.MAX_TYPED or not phones.may_hold_one(text)


@given(st.text(alphabet="0123456789 +()-.;доб\n", max_size=120))
def test_whatever_is_found_is_a_number_that_reads_as_itself(text):
    for number in (*phones.typed_in(text, "RU"), phones.e164(text, "RU")):
        assert number == "" or phones.e164(number, "DE") == number


@given(st.integers(9_000_000_000, 9_999_999_999), st.sampled_from(["8{}", "+7{}", "7{}", "{}", "8 ({:.3}) {}"]))
def test_all_ways_to_write_a_mobile_number_are_one(digits, way):
    number = str(digits)
    written = way.format(number) if "(" not in way else f"8 ({number[:3]}) {number[3:6]}-{number[6:8]}-{number[8:]}"
    assert phones.e164(written, "RU") in {f"+7{number}", ""}
    assert bool(phones.e164(written, "RU")) == bool(phones.e164(f"+7{number}", "RU"))


def test_the_library_is_loaded_with_the_first_number_only():
    """It takes a tenth of a second, which no console and no command may spend at its start."""
    check = (
        "import sys; from deskterm import phones; assert 'phonenumbers' not in sys.modules;"
        " phones.warm_up('где заказ 5531?'); assert 'phonenumbers' not in sys.modules;"
        " phones.warm_up('8 912 345-67-89'); assert 'phonenumbers' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", check], check=True)
