"""The rules of the filter language for any tree and any text: printing and reading are inverse, and reading never fails."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nasty import CORPUS
from queries import queries

from deskterm.desk.query import (
    CODES,
    FIELDS,
    LANGUAGES,
    MAX_LENGTH,
    And,
    Everything,
    Mistake,
    Name,
    Names,
    Not,
    Or,
    Query,
    Term,
    Word,
    both,
    check,
    complete,
    order_of,
    parse,
    show,
    without_order,
)

NAMES = Names(
    tags=frozenset(
        {"возврат", "не пришёл", "vip", 'ООО "Ромашка"', "a,b", ">1", "//", "Ёлка", "\\", "OR", "-x", "sort:newest"}
    ),
    operators=frozenset({"anna", "bob", "тарас"}),
    teams=frozenset({"Возвраты", "sales (EU)"}),
    channels=frozenset({"bot", "shop-mail", "Почта"}),
)
SIGNS = [*' \t()",:-<>=\\/.#', "OR", "ИЛИ", "//", ":>", '"a', 'a"', "30m", "7д", "2026-11-22", "1042", "é", "и\u0306", "👍🏽"]
TOKENS = [
    *SIGNS,
    *(f"{name}:" for field in FIELDS for name in (field.name, field.russian[0])),
    *(name for field in FIELDS for choice in field.values for name in (choice.name, choice.russian[0])),
]
NEARLY = st.lists(st.sampled_from(TOKENS), max_size=14).map("".join)
ANYTHING = st.one_of(st.text(max_size=80), NEARLY, st.text(st.sampled_from(string.printable + "тег:иля№«»"), max_size=60))
WILD_WORDS = [
    "a",
    "или",
    "OR",
    "ИЛИ",
    "is:open",
    "10:30",
    "-",
    "--a",
    "a(b)",
    '"',
    "\\",
    '\\"',
    "a\\",
    "«б»",
    "//",
    ">1",
    "нет",
    "none",
]
TREES = queries(NAMES, words=["a", "e-mail", "10:30"])


SAMPLES = {
    name: field.values[0].name if field.values else "7" if field.name == "id" else "7d"
    for field in FIELDS
    for name in (field.name, *field.russian)
}
"""A value of each field."""


def wild(query: Query) -> Query:
    """Return the tree that the text of a tree says, where its bare words are none: quoted."""
    said = parse(show(query))
    assert not isinstance(said, Mistake)
    return said


def parts_of(query: Query) -> list[Query]:
    """Return a query and all that stands within it."""
    inner: tuple[Query, ...] = ()
    if isinstance(query, And | Or):
        inner = query.parts
    elif isinstance(query, Not):
        inner = (query.inner,)
    return [query, *(part for one in inner for part in parts_of(one))]


@given(TREES, st.sampled_from(LANGUAGES))
def test_what_is_shown_reads_back_as_the_same_tree(query: Query, language: str) -> None:
    text = show(query, language)
    assert parse(text) == query
    assert show(query, language) == text


@given(queries(NAMES, words=WILD_WORDS), st.sampled_from(LANGUAGES))
def test_whatever_words_stand_in_a_tree_its_text_is_a_fixed_point(query: Query, language: str) -> None:
    once = wild(query)
    assert parse(show(once, language)) == once
    assert show(once) == show(query)


def holds(text: str) -> None:
    """Check all that must hold of a text: its tree reads back and is in normal form, or its mistake lies within the text."""
    said = parse(text)
    if isinstance(said, Mistake):
        assert said.code in CODES
        assert 0 <= said.position <= said.position + said.length <= len(text)
        assert said.length > 0
        assert len(said.nearest) <= 3
        return
    for language in LANGUAGES:
        shown = show(said, language)
        assert parse(shown) == said
        assert len(shown) <= MAX_LENGTH
    for part in parts_of(said):
        assert not (isinstance(part, And) and any(isinstance(one, And | Everything) for one in part.parts))
        assert not (isinstance(part, Or) and any(isinstance(one, Or | Everything) for one in part.parts))
        assert not (isinstance(part, Not) and isinstance(part.inner, Not | Everything))
        assert not (isinstance(part, And | Or) and len(part.parts) < 2)
        assert not (isinstance(part, Term) and (not part.values or len(set(part.values)) < len(part.values)))
    assert sum(isinstance(part, Term) and part.field == "sort" for part in parts_of(said)) == (order_of(said) is not None)


@given(ANYTHING)
@example('tag:"\\')
@example("и\u0306:x")
@example("ſ:1K waiting:1ſ")
@example("opened:<99999999999999999999w")
@example("id:²")
@example("\x1cis:open\u2028a\u3000b")
def test_any_text_is_a_query_or_a_mistake_within_it(text: str) -> None:
    holds(text)


@given(TREES, st.sampled_from(LANGUAGES), st.data())
def test_a_query_with_a_slip_of_the_finger_is_no_surprise(query: Query, language: str, data: st.DataObject) -> None:
    text = show(query, language)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 3)))
    holds(text[:start] + data.draw(st.sampled_from(["", *SIGNS])) + text[end:])


@pytest.mark.parametrize("name", CORPUS)
def test_hostile_texts(name: str) -> None:
    text = CORPUS[name]
    holds(text)
    holds(f'tag:"{text}"')
    complete(f"tag:{text}", len(text), NAMES)


@pytest.mark.parametrize(
    "text", ["(" * 2_000, "-(" * 1_000, '"' * 1_999, "\\" * 2_000, 'a:"\\' * 500, "a OR " * 400, "tag:a," * 333, "1" * 1_900]
)
def test_long_texts_take_no_recursion(text: str) -> None:
    holds(text)
    holds(f'"{text}')
    holds(f"waiting:{text}")


@given(st.integers(0, 25), st.integers(0, 3))
def test_depth_is_of_brackets(depth: int, more: int) -> None:
    text = "a"
    for level in range(depth):
        text = f"-({text} b)" if level % 2 else f"({text} OR c)"
    holds(text)
    assert isinstance(parse(text), Mistake) == (depth > 20)
    holds(text + ")" * more)


@given(TREES)
def test_case_and_yo_of_fields_do_not_matter(query: Query) -> None:
    fields = {name for field in FIELDS for name in field.russian}
    text = " ".join(
        head.upper().replace("Ё", "Е") + colon + rest if head.lstrip("-(") in fields else head + colon + rest
        for head, colon, rest in (piece.partition(":") for piece in show(query, "ru").split(" "))
    )
    assert parse(text) == query


@given(TREES, TREES)
def test_both_is_one_query(first: Query, second: Query) -> None:
    joined = both(first, second)
    assert parse(show(joined)) == joined
    assert order_of(joined) == (order_of(second) or order_of(first))
    assert without_order(joined) == both(without_order(first), without_order(second))
    assert both(joined, Everything()) == joined == both(Everything(), joined)


@given(TREES)
def test_names_that_exist_pass(query: Query) -> None:
    assert check(query, NAMES) is None
    assert check(query, NAMES, show(query, "ru")) is None


@given(TREES, st.sampled_from(LANGUAGES))
def test_a_name_that_does_not_exist_is_pointed_at(query: Query, language: str) -> None:
    text = show(query, language)
    found = check(query, Names(), text)
    unknown = [
        value.text
        for part in parts_of(query)
        if isinstance(part, Term) and part.field in ("tag", "segment", "assignee", "team", "channel")
        for value in part.values
        if isinstance(value, Name) and value.text not in ("none", "any", "me", "email", "telegram", "demo")
    ]
    if not unknown:
        assert found is None
        return
    assert found is not None
    assert found.values["value"] == unknown[0]
    pointed_at = text[found.position : found.position + found.length]
    assert parse(f"tag:{pointed_at}") == Term("tag", (Name(unknown[0]),))


@given(TREES, st.sampled_from(LANGUAGES), st.data())
def test_a_completion_taken_parses(query: Query, language: str, data: st.DataObject) -> None:
    """Taken into a text that parses: a field's name with a value behind it, all else as it is."""
    text = show(query, language)
    cursor = data.draw(st.integers(0, len(text)))
    found = complete(text, cursor, NAMES, data.draw(st.sampled_from(LANGUAGES)))
    assert 0 <= found.start <= cursor <= found.end <= len(text)
    for candidate in found.candidates:
        if text[: found.end].endswith(":") and candidate.text.endswith(":"):
            continue  # another field in place of one whose values stay
        value = SAMPLES[candidate.text[:-1]] if candidate.text.endswith(":") else ""
        taken = text[: found.start] + candidate.text + value + text[found.end :]
        said = parse(taken)
        assert not isinstance(said, Mistake), (taken, said)


@given(ANYTHING, st.integers(-3, 90), st.sampled_from(LANGUAGES))
def test_completion_never_fails(text: str, cursor: int, language: str) -> None:
    found = complete(text, cursor, NAMES, language)
    assert 0 <= found.start <= found.end <= len(text)
    assert len(set(found.candidates)) == len(found.candidates)


@given(st.sampled_from([field for field in FIELDS if field.kind != "words"]), st.sampled_from(LANGUAGES))
def test_every_value_offered_after_a_field_parses(field: object, language: str) -> None:
    name = field.names(language)[0]  # type: ignore[attr-defined]
    text = f"{name}:"
    found = complete(text, len(text), NAMES, language)
    for candidate in found.candidates:
        said = parse(text + candidate.text)
        assert isinstance(said, Term)
        assert check(said, NAMES) is None


def test_a_bare_word_and_a_phrase_differ() -> None:
    assert parse("a") == Word("a", phrase=False) != parse('"a"')
