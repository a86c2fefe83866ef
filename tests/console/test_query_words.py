"""Mistakes of the filter language in people's words: what, where, how."""

from __future__ import annotations

import string

import pytest

from deskterm import i18n
from deskterm.desk.query import CODES, Mistake, Names, parse, show
from deskterm.office import OfficeError
from deskterm.words.query_words import MISTAKES, mistake_words, understood


def words_for(text: str) -> str:
    mistake = parse(text)
    assert isinstance(mistake, Mistake)
    return mistake_words(mistake)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tga:x", "at 1: there is no field tga. Did you mean tag?"),
        ("is:opne", "at 4: is has no value opne. Did you mean open?"),
        ("a waiting:>soon", "at 11: >soon is nothing that waiting can be compared with. Write it as 1h, 7d, 2026-11-22"),
        ("tag:", "at 1: tag: lacks its value. Known: none, any"),
        ("(a", "at 1: a bracket is not closed"),
    ],
)
def test_a_mistake_says_what_where_and_how(text: str, words: str) -> None:
    found = words_for(text)
    assert found == words.replace(">soon", "soon")


def test_every_code_has_words_that_its_values_fill() -> None:
    assert set(MISTAKES) == set(CODES)
    known = {"field", "value", "text", "limit"}
    for words in MISTAKES.values():
        assert {name for _, name, _, _ in string.Formatter().parse(words) if name} <= known


def test_names_must_exist_where_they_are_known() -> None:
    names = Names(tags=frozenset({"refund"}), operators=frozenset({"anna"}))
    assert show(understood("tag:refund assignee:anna", names)) == "tag:refund assignee:anna"
    with pytest.raises(OfficeError) as caught:
        understood("is:open tag:refnud", names)
    assert caught.value.code == "bad_query"
    assert caught.value.words == "the query is wrong at 13: tag has no value refnud. Did you mean refund?"


def test_in_russian_the_field_has_its_russian_name() -> None:
    i18n.use("ru")
    try:
        assert i18n.language() == "ru"
        assert "статус" in words_for("статус:опне")
    finally:
        i18n.use("en")
    assert i18n.language() == "en"
