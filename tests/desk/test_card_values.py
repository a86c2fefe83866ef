"""What is typed into fields of a card: kept in one form, refused with a reason, the same when typed again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.desk.card import CardField, FieldType, Label
from deskterm.desk.card_values import MAX_LINK, MAX_VALUE, normal_value, shown_value
from deskterm.desk.commands import Refused


def phone(text: str) -> str:
    digits = "".join(filter(str.isdecimal, text))
    return f"+{digits}" if len(digits) > 6 and digits.isascii() else ""


def field(kind: FieldType) -> CardField:
    return CardField("f", kind, Label("f"), ("Старт", "Start", "Бизнес", "Бизнес плюс", "Ёлка") if kind == "choice" else ())


def kept(kind: FieldType, typed: str) -> str:
    value = normal_value(field(kind), typed, phone)
    return value if isinstance(value, str) else value.code


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("text", "  a \n b\x1b ", "a b␛"),
        ("text", "   ", ""),
        ("text", "x" * MAX_VALUE, "x" * MAX_VALUE),
        ("text", "x" * (MAX_VALUE + 1), "too_long"),
        ("number", "12", "12"),
        ("number", "007", "7"),
        ("number", "12,50", "12.5"),
        ("number", "12.5", "12.5"),
        ("number", "\u22125", "-5"),
        ("number", "+5", "5"),
        ("number", "-0,0", "0"),
        ("number", ",5", "0.5"),
        ("number", "5,", "5"),
        ("number", "1 234 567,89", "1234567.89"),
        ("number", "1\N{NO-BREAK SPACE}234,5", "1234.5"),
        ("number", "1,234.56", "1234.56"),
        ("number", "1.234,56", "1234.56"),
        ("number", "1,234,567", "1234567"),
        ("number", "1,23,456", "bad_number"),
        ("number", "1,234.567,8", "bad_number"),
        ("number", "12 rub", "bad_number"),
        ("number", "1e5", "bad_number"),
        ("number", "٣", "bad_number"),
        ("number", "1" * 31, "bad_number"),
        ("date", "2026-11-22", "2026-11-22"),
        ("date", "2026-1-5", "2026-01-05"),
        ("date", "2026-11-22T10:11:12Z", "2026-11-22"),
        ("date", "2026-11-22 10:11", "2026-11-22"),
        ("date", "5.1.2026", "2026-01-05"),
        ("date", "05.01.2026 г.", "2026-01-05"),
        ("date", "31-12-2026", "2026-12-31"),
        ("date", "12/31/2026", "2026-12-31"),
        ("date", "31/12/2026", "2026-12-31"),
        ("date", "07/07/2026", "2026-07-07"),
        ("date", "01/02/2026", "unclear_date"),
        ("date", "31.02.2026", "no_such_day"),
        ("date", "2026-02-31", "no_such_day"),
        ("date", "13/32/2026", "no_such_day"),
        ("date", "05.01.26", "2026-01-05"),
        ("date", "05.03.90", "1990-03-05"),
        ("date", "5 марта 1990", "1990-03-05"),
        ("date", "5 марта 1990 г.", "1990-03-05"),
        ("date", "5 мар. 1990", "1990-03-05"),
        ("date", "1 мая 2026", "2026-05-01"),
        ("date", "5 March 1990", "1990-03-05"),
        ("date", "Mar 5th, 1990", "1990-03-05"),
        ("date", "31 февраля 1990", "no_such_day"),
        ("date", "5 ма 1990", "bad_date"),
        ("date", "5 mo 1990", "bad_date"),
        ("date", "tomorrow", "bad_date"),
        ("choice", "старт", "Старт"),
        ("choice", "ст", "Старт"),
        ("choice", "бизнес", "Бизнес"),
        ("choice", "биз", "unclear_choice"),
        ("choice", "елка", "Ёлка"),
        ("choice", "pro", "bad_choice"),
        ("yes_no", "Да", "yes"),
        ("yes_no", "НЕТ", "no"),
        ("yes_no", "y", "yes"),
        ("yes_no", "0", "no"),
        ("yes_no", "maybe", "bad_yes_no"),
        ("phone", "8 912 345-67-89", "+89123456789"),
        ("phone", "call me", "bad_phone"),
        ("email", "Olga@Example.ORG", "olga@example.org"),
        ("email", "Ольга <olga@пример.рф>", "olga@xn--e1afmkfd.xn--p1ai"),
        ("email", "olga", "bad_email"),
        ("link", "example.org/a?b=c", "https://example.org/a?b=c"),
        ("link", "http://localhost:8080", "http://localhost:8080"),
        ("link", "пример.рф", "https://пример.рф"),
        ("link", "example.org:8080/x", "https://example.org:8080/x"),
        ("link", "javascript:alert(1)", "bad_link"),
        ("link", "https://bank.example@evil.example/", "bad_link"),
        ("link", "https://[::1", "bad_link"),
        ("link", "https://a.example:99999/", "bad_link"),
        ("link", "two words.example", "bad_link"),
        ("link", "word", "bad_link"),
        ("link", f"https://example.org/{'x' * MAX_LINK}", "too_long"),
    ],
)
def test_values(kind: str, typed: str, value: str) -> None:
    assert kept(FieldType(kind), typed) == value


def test_a_refusal_says_what_was_typed_and_what_may_be() -> None:
    assert normal_value(field(FieldType.CHOICE), "биз", phone) == Refused(
        "unclear_choice", {"value": "биз", "choices": "Бизнес, Бизнес плюс"}
    )
    assert normal_value(field(FieldType.NUMBER), "x\x1b", phone) == Refused("bad_number", {"value": "x␛"})


@pytest.mark.parametrize(
    ("value", "kind", "english", "russian"),
    [
        ("1234.5", "number", "1234.5", "1234,5"),
        ("2026-01-05", "date", "2026-01-05", "05.01.2026"),
        ("yes", "yes_no", "yes", "да"),
        ("no", "yes_no", "no", "нет"),
        ("a.b", "text", "a.b", "a.b"),
        ("version 1.2", "number", "version 1.2", "version 1.2"),
        ("some day", "date", "some day", "some day"),
    ],
)
def test_shown(value: str, kind: str, english: str, russian: str) -> None:
    assert shown_value(value, FieldType(kind), "en") == english
    assert shown_value(value, FieldType(kind), "ru") == russian


TYPED = st.one_of(
    st.text(max_size=40),
    st.text("0123456789.,-+/ г:TZ", max_size=14),
    st.dates().map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.sampled_from(["да", "нет", "yes", "ст", "биз", "https://a.example", "a@b.example", "a.example/<"]),
)


@given(st.sampled_from(FieldType), TYPED, st.sampled_from(("en", "ru")))
def test_what_is_kept_or_shown_may_be_typed_again(kind: FieldType, typed: str, language: str) -> None:
    value = normal_value(field(kind), typed, phone)
    if isinstance(value, str):
        assert normal_value(field(kind), value, phone) == value
        assert normal_value(field(kind), shown_value(value, kind, language), phone) == value
