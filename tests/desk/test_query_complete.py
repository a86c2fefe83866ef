"""What is offered at the cursor of a filter text, and which name that does not exist is pointed at."""

from __future__ import annotations

import pytest

from deskterm.desk.query import (
    FIELDS,
    Candidate,
    Completions,
    Everything,
    Mistake,
    Names,
    check,
    complete,
    parse,
)

NAMES = Names(
    tags=frozenset({"возврат", "возврат денег", "refund", "vip", "none", "a\x00b", ""}),
    operators=frozenset({"anna", "bob"}),
    teams=frozenset({"sales"}),
    channels=frozenset({"shop-bot", "mail"}),
)
ENGLISH = [f"{field.name}:" for field in FIELDS]
RUSSIAN = [f"{field.russian[0]}:" for field in FIELDS]
NO_ORDER = ENGLISH[:-1]


@pytest.mark.parametrize(
    ("typed", "language", "start", "end", "offered"),
    [
        # Fields; "|" is the cursor.
        ("|", "en", 0, 0, ENGLISH),
        ("|", "ru", 0, 0, RUSSIAN),
        ("is:open |", "en", 8, 8, ENGLISH),
        ("ta|", "en", 0, 2, ["tag:", "has:tag"]),
        ("a te|", "en", 2, 4, ["team:", "channel:telegram"]),
        ("te|", "ru", 0, 2, ["команда:", "канал:telegram"]),
        ("ис|", "en", 0, 2, ["assignee:"]),
        ("исп|", "ru", 0, 3, ["исполнитель:"]),
        ("ЖДЕ|", "ru", 0, 3, ["ждёт:", "статус:ждёт"]),
        ("ефп|", "en", 0, 3, ["tag:", "has:tag"]),
        ("ntu|", "ru", 0, 3, ["тег:", "есть:тег"]),
        ("t|a:x", "en", 0, 3, ["tag:", "team:"]),
        ("-|", "en", 1, 1, NO_ORDER),
        ("-so|", "en", 1, 3, ["sla:soon"]),
        ("(|", "en", 1, 1, NO_ORDER),
        ("(a) |", "en", 4, 4, ENGLISH),
        ("sort:newest |", "en", 12, 12, NO_ORDER),
        ("| OR a", "en", 0, 0, NO_ORDER),
        ("xyz|", "en", 0, 3, []),
        ("|tag:x", "en", 0, 0, []),
        ('"ta|', "en", 3, 3, []),
        ('"ta|g"', "en", 3, 3, []),
        # Whole terms for a word.
        ("late|", "en", 0, 4, ["is:late", "sla:late"]),
        (
            "возв|",
            "ru",
            0,
            4,
            ["тег:возврат", 'тег:"возврат денег"', "сегмент:возврат", 'сегмент:"возврат денег"'],
        ),
        ("ann|", "en", 0, 3, ["assignee:anna"]),
        ("|late", "en", 0, 0, []),
        # Typed in the other keyboard layout.
        ("ефпЖтщту|", "en", 0, 8, ["tag:none"]),
        ("ntu^ytn|", "ru", 0, 7, ["тег:нет"]),
        ("-йй|", "en", 1, 3, []),
        ("щкЖгкпуте|", "en", 0, 9, []),
        ("ыщкеЖтуцуые|", "en", 0, 11, ["sort:newest"]),
        ("-ыщкеЖтуцуые|", "en", 1, 12, []),
        ("ідфЖдфеу|", "ru", 0, 8, ["срок:просрочен"]),
        # Values.
        ("tag:|", "en", 4, 4, ["none", "any", "refund", "vip", "возврат", '"возврат денег"']),
        ("тег:|", "ru", 4, 4, ["нет", "любой", "refund", "vip", "возврат", '"возврат денег"']),
        ("tag:ref|x b", "en", 4, 8, ["refund"]),
        ("tag:vip,де|", "en", 8, 10, ['"возврат денег"']),
        ('tag:"возврат д|', "en", 4, 14, ['"возврат денег"']),
        ('tag:"возврат"|', "en", 4, 13, ["возврат", '"возврат денег"']),
        ("tag:djp|", "ru", 4, 7, ["возврат", '"возврат денег"']),
        ("is:op|en,late", "en", 3, 7, ["open"]),
        ("is:|open", "en", 3, 7, [choice.name for choice in FIELDS[0].values]),
        ("статус:отк|", "ru", 7, 10, ["открыто"]),
        ("is:отк|", "en", 3, 6, ["open"]),
        ("channel:|", "en", 8, 8, ["demo", "email", "mail", "shop-bot", "telegram"]),
        ("channel:bot|", "en", 8, 11, ["shop-bot"]),
        ("team:|", "ru", 5, 5, ["моя", "нет", "любая", "sales"]),
        ("assignee:m|", "en", 9, 10, ["me"]),
        ("sort:|", "en", 5, 5, ["urgent", "newest", "oldest", "rank", "number"]),
        ("sort:newest,|", "en", 12, 12, []),
        ("a OR sort:|", "en", 10, 10, []),
        ("-sort:|", "en", 6, 6, []),
        ("sort:rank sort:|", "en", 15, 15, []),
        ("nothing:|", "en", 8, 8, []),
        ("customer:|", "en", 9, 9, []),
        # Amounts.
        ("waiting:|", "en", 8, 8, [">30m", ">1h", ">1d"]),
        ("ждёт:|", "ru", 5, 5, [">30м", ">1ч", ">1д"]),
        ("waiting:>3|", "en", 8, 10, [">30m", ">3s", ">3m", ">3h", ">3d", ">3w"]),
        ("ждёт:<12|", "ru", 5, 8, ["<12с", "<12м", "<12ч", "<12д", "<12н"]),
        ("sla:|", "en", 4, 4, ["late", "soon", "paused", "none", "<30m", "<1h"]),
        ("priority:>|", "en", 9, 10, [">low", ">normal", ">high", ">urgent"]),
        ("приоритет:>=выс|", "ru", 10, 15, [">=высокий"]),
        ("id:|", "en", 3, 3, []),
    ],
)
def test_what_is_offered(typed: str, language: str, start: int, end: int, offered: list[str]) -> None:
    cursor = typed.index("|")
    found = complete(typed.replace("|", ""), cursor, NAMES, language)
    assert (found.start, found.end) == (start, end)
    assert [candidate.text for candidate in found.candidates] == offered


def test_what_is_offered_says_what_it_is() -> None:
    assert complete("tag", 3, Names()).candidates[0] == Candidate("tag:", "what it is about")
    assert complete("is:la", 5, Names()) == Completions(3, 5, (Candidate("late", "the promised time has passed"),))
    assert all(field.help for field in FIELDS)


def test_a_cursor_outside_of_the_text_is_brought_into_it() -> None:
    assert complete("is:la", 99, Names()) == complete("is:la", 5, Names())
    assert complete("is:la", -1, Names()) == complete("is:la", 0, Names())


def test_no_more_than_fifty_are_offered() -> None:
    names = Names(tags=frozenset(f"tag{number}" for number in range(500)))
    assert len(complete("tag:tag", 7, names).candidates) == 50


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("is:open tag:refnd", Mistake(12, 5, "unknown_value", {"field": "tag", "value": "refnd"}, ("refund",))),
        ("тег:взврат", Mistake(4, 6, "unknown_value", {"field": "tag", "value": "взврат"}, ("возврат", "возврат денег"))),
        ("tag:vip,djpdhfn", Mistake(8, 7, "unknown_value", {"field": "tag", "value": "djpdhfn"}, ("возврат",))),
        ("assignee:ana,me", Mistake(9, 3, "unknown_value", {"field": "assignee", "value": "ana"}, ("anna",))),
        ('-(a OR team:"sale s")', Mistake(12, 8, "unknown_value", {"field": "team", "value": "sale s"}, ("sales",))),
        ("channel:e-mail", Mistake(8, 6, "unknown_value", {"field": "channel", "value": "e-mail"}, ("email", "mail"))),
        ("tag:zzz tag:yyy", Mistake(4, 3, "unknown_value", {"field": "tag", "value": "zzz"}, ())),
        ("tag:none,any,VIP assignee:Me,ANNA team:моя channel:Telegram,mail", None),
        ("customer:nobody subject:nothing body:none zzz", None),
        ("", None),
    ],
)
def test_a_name_that_nobody_has_given(text: str, mistake: Mistake | None) -> None:
    query = parse(text)
    assert not isinstance(query, Mistake)
    assert check(query, NAMES, text) == mistake


def test_without_its_text_positions_are_of_the_canonical_one() -> None:
    query = parse("тег:нет   тег:x")
    assert not isinstance(query, Mistake)
    expected = Mistake(13, 1, "unknown_value", {"field": "tag", "value": "x"}, ())
    assert check(query, NAMES) == expected
    assert check(query, NAMES, "another:text") == expected
    assert check(Everything(), Names()) is None
