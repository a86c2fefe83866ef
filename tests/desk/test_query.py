"""The filter language by example: what each text says, how it is written back in both languages, and what is no query."""

from __future__ import annotations

from datetime import date

import pytest

from deskterm.desk.query import (
    CODES,
    FIELDS,
    And,
    Compare,
    Day,
    Everything,
    Mistake,
    Name,
    Not,
    Number,
    Or,
    Query,
    Span,
    Term,
    Word,
    both,
    conjuncts,
    either,
    every,
    folded,
    negated,
    order_of,
    parse,
    show,
    together,
    without_order,
)


def term(field: str, *values: str | Compare) -> Term:
    return Term(field, tuple(Name(value) if isinstance(value, str) else value for value in values))


def word(text: str) -> Word:
    return Word(text, phrase=False)


def phrase(text: str) -> Word:
    return Word(text, phrase=True)


def span(op: str, seconds: int) -> Compare:
    return Compare(op, Span(seconds))


NOVEMBER_22 = Day(date(2026, 11, 22))

SAID: list[tuple[str, Query, str, str]] = [
    ("", Everything(), "", ""),
    (" \t\n ", Everything(), "", ""),
    # The examples of the manual.
    ("is:open,snoozed", term("is", "open", "snoozed"), "is:open,snoozed", "статус:открыто,отложено"),
    ("is:waiting", term("is", "waiting"), "is:waiting", "статус:ждёт"),
    ("tag:none", term("tag", "none"), "tag:none", "тег:нет"),
    ("тег:нет", term("tag", "none"), "tag:none", "тег:нет"),
    ("assignee:me,none", term("assignee", "me", "none"), "assignee:me,none", "исполнитель:я,нет"),
    ("sla:late", term("sla", "late"), "sla:late", "срок:просрочен"),
    ("sla:<30m", term("sla", span("<", 1_800)), "sla:<30m", "срок:<30м"),
    ("waiting:>1h", term("waiting", span(">", 3_600)), "waiting:>1h", "ждёт:>1ч"),
    ("opened:<7d", term("opened", span("<", 604_800)), "opened:<7d", "начато:<7д"),
    ("-channel:email", Not(term("channel", "email")), "-channel:email", "-канал:email"),
    ("has:attachment", term("has", "attachment"), "has:attachment", "есть:вложение"),
    ("sort:urgent", term("sort", "urgent"), "sort:urgent", "порядок:срочные"),
    (
        'is:open tag:none assignee:me channel:telegram waiting:>1h "возврат"',
        And(
            (
                term("is", "open"),
                term("tag", "none"),
                term("assignee", "me"),
                term("channel", "telegram"),
                term("waiting", span(">", 3_600)),
                phrase("возврат"),
            )
        ),
        'is:open tag:none assignee:me channel:telegram waiting:>1h "возврат"',
        'статус:открыто тег:нет исполнитель:я канал:telegram ждёт:>1ч "возврат"',
    ),
    # Words and phrases.
    ("возврат", word("возврат"), "возврат", "возврат"),
    ("не пришёл", And((word("не"), word("пришёл"))), "не пришёл", "не пришёл"),
    ('"не  пришёл "', phrase("не пришёл"), '"не пришёл"', '"не пришёл"'),
    ('a"b"c', And((word("a"), phrase("b"), word("c"))), 'a "b" c', 'a "b" c'),
    (r'"a \"b\" c\\d\e"', phrase('a "b" c\\d\\e'), r'"a \"b\" c\\d\\e"', r'"a \"b\" c\\d\\e"'),
    ('"-a"', phrase("-a"), '"-a"', '"-a"'),
    ('"OR"', phrase("OR"), '"OR"', '"OR"'),
    ('"is:open"', phrase("is:open"), '"is:open"', '"is:open"'),
    ("https://example.org/a?b=c", word("https://example.org/a?b=c"), "https://example.org/a?b=c", "https://example.org/a?b=c"),
    ("10:30", word("10:30"), "10:30", "10:30"),
    ("olga@example.org", word("olga@example.org"), "olga@example.org", "olga@example.org"),
    ("e-mail", word("e-mail"), "e-mail", "e-mail"),
    ("a_b:c", word("a_b:c"), "a_b:c", "a_b:c"),
    (":a", word(":a"), ":a", ":a"),
    ("or", word("or"), "or", "or"),
    ("или", word("или"), "или", "или"),
    ("👍🏽", word("👍🏽"), "👍🏽", "👍🏽"),
    ("привет,мир", word("привет,мир"), "привет,мир", "привет,мир"),
    # AND, OR, NOT, brackets.
    ("a OR b", Or((word("a"), word("b"))), "a OR b", "a ИЛИ b"),
    ("a ИЛИ b", Or((word("a"), word("b"))), "a OR b", "a ИЛИ b"),
    ("a b OR c", Or((And((word("a"), word("b"))), word("c"))), "a b OR c", "a b ИЛИ c"),
    ("a (b OR c)", And((word("a"), Or((word("b"), word("c"))))), "a (b OR c)", "a (b ИЛИ c)"),
    ("(a b) c", And((word("a"), word("b"), word("c"))), "a b c", "a b c"),
    ("(a OR b) OR (c)", Or((word("a"), word("b"), word("c"))), "a OR b OR c", "a ИЛИ b ИЛИ c"),
    ("-a", Not(word("a")), "-a", "-a"),
    ("-(-a)", word("a"), "a", "a"),
    ("-(a b)", Not(And((word("a"), word("b")))), "-(a b)", "-(a b)"),
    ("-(a OR b)", Not(Or((word("a"), word("b")))), "-(a OR b)", "-(a ИЛИ b)"),
    ('-"a b"', Not(phrase("a b")), '-"a b"', '-"a b"'),
    ("((is:late))", term("is", "late"), "is:late", "статус:просрочено"),
    ("a-b", word("a-b"), "a-b", "a-b"),
    # Fields and their words, in both languages and any case.
    ("Статус:Открытые", term("is", "open"), "is:open", "статус:открыто"),
    ("ЖДЁТ:>30М", term("waiting", span(">", 1_800)), "waiting:>30m", "ждёт:>30м"),
    ("ждет:>2н", term("waiting", span(">", 1_209_600)), "waiting:>2w", "ждёт:>2н"),
    ("есть:Черновик", term("has", "draft"), "has:draft", "есть:черновик"),
    ("жде\u0308т:>1h", term("waiting", span(">", 3_600)), "waiting:>1h", "ждёт:>1ч"),
    ("сначала:новые", term("sort", "newest"), "sort:newest", "порядок:новые"),
    ("IS:Late", term("is", "late"), "is:late", "статус:просрочено"),
    ("статус:ждет", term("is", "waiting"), "is:waiting", "статус:ждёт"),
    ('is:"open"', term("is", "open"), "is:open", "статус:открыто"),
    ("is:open,open", term("is", "open"), "is:open", "статус:открыто"),
    ("команда:моя,Возвраты", term("team", "me", "Возвраты"), "team:me,Возвраты", "команда:моя,Возвраты"),
    ("приоритет:срочный", term("priority", "urgent"), "priority:urgent", "приоритет:срочный"),
    # Names as written.
    ("tag:Refund", term("tag", "Refund"), "tag:Refund", "тег:Refund"),
    ('tag:"не пришёл",vip', term("tag", "не пришёл", "vip"), 'tag:"не пришёл",vip', 'тег:"не пришёл",vip'),
    ('tag:">1"', term("tag", ">1"), 'tag:">1"', 'тег:">1"'),
    ('tag:"a,b"', term("tag", "a,b"), 'tag:"a,b"', 'тег:"a,b"'),
    ('subject:"//"', term("subject", "//"), 'subject:"//"', 'тема:"//"'),
    ("subject:Re:", term("subject", "Re:"), "subject:Re:", "тема:Re:"),
    ("body:https://example.org", term("body", "https://example.org"), "body:https://example.org", "текст:https://example.org"),
    ("клиент:olga@example.org", term("customer", "olga@example.org"), "customer:olga@example.org", "клиент:olga@example.org"),
    ("tag:-", term("tag", "-"), "tag:-", "тег:-"),
    # Amounts.
    ("id:1042", term("id", Compare("=", Number(1042))), "id:1042", "номер:1042"),
    ("id:#1042,=7", term("id", Compare("=", Number(1042)), Compare("=", Number(7))), "id:1042,7", "номер:1042,7"),
    ("id:>=0010", term("id", Compare(">=", Number(10))), "id:>=10", "номер:>=10"),
    ("closed:2026-11-22", term("closed", Compare("=", NOVEMBER_22)), "closed:2026-11-22", "закрыто:2026-11-22"),
    ("closed:>22.11.2026", term("closed", Compare(">", NOVEMBER_22)), "closed:>2026-11-22", "закрыто:>2026-11-22"),
    ("updated:<=1h30m", term("updated", span("<=", 5_400)), "updated:<=90m", "изменено:<=90м"),
    ("snoozed:1w", term("snoozed", span("=", 604_800)), "snoozed:7d", "отложено:7д"),
    ("snoozed:90s,0m", term("snoozed", span("=", 90), span("=", 0)), "snoozed:90s,0s", "отложено:90с,0с"),
    ("priority:>=high", term("priority", Compare(">=", Number(2))), "priority:>=high", "приоритет:>=высокий"),
    ("приоритет:<обычный", term("priority", Compare("<", Number(1))), "priority:<normal", "приоритет:<обычный"),
    ("priority:=high", term("priority", "high"), "priority:high", "приоритет:высокий"),
    ("sla:soon,<2h", term("sla", "soon", span("<", 7_200)), "sla:soon,<2h", "срок:скоро,<2ч"),
    ("sla:30m", term("sla", span("=", 1_800)), "sla:30m", "срок:30м"),
    # The order.
    ("sort:newest a", And((term("sort", "newest"), word("a"))), "sort:newest a", "порядок:новые a"),
    ("(a (порядок:номер))", And((word("a"), term("sort", "number"))), "a sort:number", "a порядок:номер"),
]


@pytest.mark.parametrize(("text", "query", "english", "russian"), SAID, ids=[text for text, *_ in SAID])
def test_what_a_text_says(text: str, query: Query, english: str, russian: str) -> None:
    assert parse(text) == query
    assert show(query) == english
    assert show(query, "ru") == russian
    assert parse(english) == query
    assert parse(russian) == query


MISTAKES: list[tuple[str, Mistake]] = [
    ("is:open tga:x", Mistake(8, 3, "unknown_field", {"field": "tga"}, ("tag",))),
    ("firmware:x", Mistake(0, 8, "unknown_field", {"field": "firmware"}, ())),
    ("stage:x", Mistake(0, 5, "unknown_field", {"field": "stage"}, ("tag",))),
    ("тэг:x", Mistake(0, 3, "unknown_field", {"field": "тэг"}, ("тег",))),
    ("ефп:x", Mistake(0, 3, "unknown_field", {"field": "ефп"}, ("tag",))),
    ("ntu:x", Mistake(0, 3, "unknown_field", {"field": "ntu"}, ("тег",))),
    ("assi:me", Mistake(0, 4, "unknown_field", {"field": "assi"}, ("assignee",))),
    ("is:opne", Mistake(3, 4, "unknown_value", {"field": "is", "value": "opne"}, ("open",))),
    ("is:open,wating x", Mistake(8, 6, "unknown_value", {"field": "is", "value": "wating"}, ("waiting",))),
    ('is:"opne"', Mistake(3, 6, "unknown_value", {"field": "is", "value": "opne"}, ("open",))),
    ("статус:закрыта", Mistake(7, 7, "unknown_value", {"field": "is", "value": "закрыта"}, ("закрыт", "закрыто", "закрытые"))),
    ("is:щзут", Mistake(3, 4, "unknown_value", {"field": "is", "value": "щзут"}, ("open",))),
    ("priority:>=hihg", Mistake(9, 6, "unknown_value", {"field": "priority", "value": "hihg"}, ("high",))),
    ("priority:2", Mistake(9, 1, "unknown_value", {"field": "priority", "value": "2"}, ())),
    ("sla:никогда", Mistake(4, 7, "unknown_value", {"field": "sla", "value": "никогда"}, ())),
    ("tag:", Mistake(0, 4, "missing_value", {"field": "tag"})),
    ("a тег: b", Mistake(2, 4, "missing_value", {"field": "tag"})),
    ("tag:a, b", Mistake(5, 1, "missing_value", {"field": "tag"})),
    ("tag:(a)", Mistake(0, 4, "missing_value", {"field": "tag"})),
    ('a "b', Mistake(2, 2, "unclosed_quote", {})),
    ('tag:"b\\"', Mistake(4, 4, "unclosed_quote", {})),
    ('a " "', Mistake(2, 3, "empty_quotes", {})),
    ('tag:""', Mistake(4, 2, "empty_quotes", {})),
    ("a (b", Mistake(2, 1, "unclosed_bracket", {})),
    ("(", Mistake(0, 1, "unclosed_bracket", {})),
    ("((a)", Mistake(0, 1, "unclosed_bracket", {})),
    ("ідф:late", Mistake(0, 3, "unknown_field", {"field": "ідф"}, ("sla",))),
    ("a ( )", Mistake(2, 3, "empty_brackets", {})),
    ("a)", Mistake(1, 1, "unexpected", {"text": ")"})),
    (")", Mistake(0, 1, "unexpected", {"text": ")"})),
    ("OR a", Mistake(0, 2, "unexpected", {"text": "OR"})),
    ("a OR", Mistake(2, 2, "unexpected", {"text": "OR"})),
    ("a ИЛИ ИЛИ b", Mistake(6, 3, "unexpected", {"text": "ИЛИ"})),
    ("(a OR) b", Mistake(3, 2, "unexpected", {"text": "OR"})),
    ("-OR", Mistake(0, 1, "unexpected", {"text": "-"})),
    ("a - b", Mistake(2, 1, "unexpected", {"text": "-"})),
    ("--a", Mistake(0, 1, "unexpected", {"text": "-"})),
    ("(-)", Mistake(1, 1, "unexpected", {"text": "-"})),
    ('tag:"a"b', Mistake(7, 1, "unexpected", {"text": "b"})),
    ("tag:a(b)", Mistake(5, 1, "unexpected", {"text": "("})),
    ("waiting:long", Mistake(8, 4, "bad_amount", {"field": "waiting", "value": "long"})),
    ("waiting:>5x", Mistake(8, 3, "bad_amount", {"field": "waiting", "value": "5x"})),
    ("a" * 70 + ":x", Mistake(0, 70, "unknown_field", {"field": "a" * 70})),
    ("waiting:>", Mistake(8, 1, "bad_amount", {"field": "waiting", "value": ""})),
    ("waiting:>5", Mistake(8, 2, "bad_amount", {"field": "waiting", "value": "5"})),
    ("opened:2026-02-30", Mistake(7, 10, "bad_amount", {"field": "opened", "value": "2026-02-30"})),
    ("opened:1066-10-14", Mistake(7, 10, "bad_amount", {"field": "opened", "value": "1066-10-14"})),
    ("opened:<101000w", Mistake(7, 8, "bad_amount", {"field": "opened", "value": "101000w"})),
    ("id:x", Mistake(3, 1, "bad_amount", {"field": "id", "value": "x"})),
    ("id:9999999999999999999", Mistake(3, 19, "bad_amount", {"field": "id", "value": "9999999999999999999"})),
    ("id:٣", Mistake(3, 1, "bad_amount", {"field": "id", "value": "٣"})),
    ("sla:>2026-11-22", Mistake(4, 11, "bad_amount", {"field": "sla", "value": "2026-11-22"})),
    ("tag:>a", Mistake(4, 2, "not_comparable", {"field": "tag"})),
    ("is:=open", Mistake(3, 5, "not_comparable", {"field": "is"})),
    ("a (b OR sort:newest)", Mistake(8, 11, "sort_inside", {})),
    ("-sort:newest", Mistake(1, 11, "sort_inside", {})),
    ("a OR b sort:newest", Mistake(7, 11, "sort_inside", {})),
    ("sort:newest a OR b", Mistake(0, 11, "sort_inside", {})),
    ("sort:newest порядок:старые", Mistake(12, 14, "sort_twice", {})),
    ("sort:newest,oldest", Mistake(0, 18, "one_value", {"field": "sort"})),
    ("a\x00b", Mistake(1, 1, "bad_character", {})),
    ("a\ud800", Mistake(1, 1, "bad_character", {})),
    ("a" * 2_001, Mistake(2_000, 1, "too_long", {"limit": 2_000})),
    ("(" * 21 + "a" + ")" * 21, Mistake(20, 1, "too_deep", {"limit": 20})),
]


@pytest.mark.parametrize(("text", "mistake"), MISTAKES, ids=[repr(text[:30]) for text, _ in MISTAKES])
def test_what_is_no_query_says_where_and_why(text: str, mistake: Mistake) -> None:
    assert parse(text) == mistake


def test_every_code_is_tried() -> None:
    assert {mistake.code for _, mistake in MISTAKES} == set(CODES)
    assert tuple(sorted(CODES)) == CODES


def test_the_limits_themselves_are_allowed() -> None:
    assert parse("a" * 2_000) == word("a" * 2_000)
    assert parse("(" * 20 + "a" + ")" * 20) == word("a")


def test_a_text_that_is_too_long_when_written_out_is_refused_whole() -> None:
    """Else what is shown, in the other language or with its escapes, could not be read again."""
    text = "is:open " * 240
    assert len(text) < 2_000 < len(text.replace("is:open", "статус:открыто"))
    assert parse(text) == Mistake(0, len(text), "too_long", {"limit": 2_000})


def test_names_of_fields_are_told_apart() -> None:
    names = [folded(name) for field in FIELDS for name in (field.name, *field.russian)]
    assert len(set(names)) == len(names)
    for field in FIELDS:
        own = [folded(name) for choice in field.values for name in {choice.name, *choice.russian}]
        assert len(set(own)) == len(own), field.name
        assert all(name.isalpha() and name == name.lower() for name in (field.name, *field.russian))


def test_what_is_alike() -> None:
    assert folded("  Ёлка \t ЁЛКА ") == "елка елка"
    assert folded("Straße") == folded("STRASSE")
    assert folded("и\u0306") == folded("й")


def test_the_order_and_the_condition() -> None:
    query = parse("is:open sort:oldest a")
    assert not isinstance(query, Mistake)
    assert order_of(query) == "oldest"
    assert without_order(query) == And((term("is", "open"), word("a")))
    assert order_of(word("a")) is None
    assert without_order(term("sort", "rank")) == Everything()
    assert order_of(term("sort", "rank")) == "rank"
    assert without_order(Everything()) == Everything()


def test_both_is_as_if_typed_one_after_the_other() -> None:
    late, open_ = term("is", "late"), term("is", "open")
    assert both(Everything(), late) == late
    assert both(late, Everything()) == late
    assert both(Everything(), Everything()) == Everything()
    assert both(And((late, word("a"))), And((word("b"), open_))) == And((late, word("a"), word("b"), open_))
    assert both(Or((late, open_)), word("a")) == And((Or((late, open_)), word("a")))
    assert both(And((late, term("sort", "newest"))), term("sort", "rank")) == And((late, term("sort", "rank")))
    assert both(And((late, term("sort", "newest"))), open_) == And((late, term("sort", "newest"), open_))


def test_normal_form() -> None:
    a, b, c = word("a"), word("b"), word("c")
    assert every([]) == Everything()
    assert every([And((a, b)), c]) == And((a, b, c))
    assert either([Or((a, b)), c]) == Or((a, b, c))
    assert either([a, Everything()]) == Everything()
    assert either([]) == Everything()
    assert negated(Not(a)) == a
    with pytest.raises(ValueError, match="nothing"):
        negated(Everything())
    assert conjuncts(And((a, b))) == (a, b)
    assert conjuncts(Or((a, b))) == (Or((a, b)),)
    assert conjuncts(Everything()) == ()


def test_adjacent_free_words_belong_together() -> None:
    a, b, c, late = word("a"), phrase("b"), word("c"), term("is", "late")
    assert list(together(And((a, b, late, c, Not(a))))) == [(a, b), late, (c,), Not(a)]
    assert list(together(a)) == [(a,)]
    assert list(together(Everything())) == []


def test_queries_are_values() -> None:
    query = parse("a OR tag:b,c -(is:late waiting:>1h)")
    assert {query: 1}[parse("a OR tag:b,c -(is:late waiting:>1h)")] == 1


def test_a_word_made_by_hand_is_shown_in_quotes_where_it_must() -> None:
    assert [show(word(text)) for text in ("a b", "-a", "OR", "is:open", "a)", 'a"', "a")] == [
        '"a b"',
        '"-a"',
        '"OR"',
        '"is:open"',
        '"a)"',
        '"a\\""',
        "a",
    ]
