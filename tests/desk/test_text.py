"""Outside text made safe without losing words, and text cut to what a channel carries."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nasty import CORPUS

from deskterm.desk.text import (
    MAX_COMBINING,
    MAX_LINE,
    MAX_TEXT,
    bare_subject,
    clean,
    clean_line,
    cut_text,
    one_prefix,
    preview,
    reply_subject,
    split,
    units,
)

_ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff]")
"""What must never reach a terminal, written down here again and not taken from the code."""
ANYTHING = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\x00\x1b\x9b\x85\r\n\t \u0301\u0489\u200b\u200d\u202e\u2028\ufe0f\ud800\udfff\U0001f468\U0001f3fd\U000e0041"
        ),
    ),
    max_size=300,
)
WORDS = st.lists(st.sampled_from(["возврат", "a", "x" * 2_500, "é", "👍🏽", "1" * 1_999, "—"]), min_size=1, max_size=900).map(
    " ".join
)


@given(ANYTHING)
def test_nothing_that_acts_is_left_and_cleaning_again_changes_nothing(text):
    once = clean(text)
    assert _ACTS.search(once) is None
    assert clean(once) == once


@given(ANYTHING, st.integers(2, 60))
def test_one_line_is_one_line_within_its_limit(text, limit):
    once = clean_line(text, limit)
    assert _ACTS.search(once) is None
    assert "\n" not in once
    assert "\t" not in once
    assert len(once) <= limit
    assert clean_line(once, limit) == once


@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("aЯ \u00ad\u0301\u0483\u3164"), max_size=20))
def test_a_line_of_plain_letters_is_cleaned_as_any_other(text):
    assert clean_line(text) == clean_line(f"\t{text}")


@pytest.mark.parametrize("name", CORPUS)
def test_hostile_texts_are_harmless_in_a_block_and_in_a_line(name):
    for safe in (clean(CORPUS[name]), clean_line(CORPUS[name])):
        assert _ACTS.search(safe) is None
    assert clean(clean(CORPUS[name])) == clean(CORPUS[name])


@settings(max_examples=60)
@given(WORDS)
def test_a_long_line_breaks_and_loses_no_word(text):
    once = clean(text)
    assert max(len(line) for line in once.split("\n")) <= MAX_LINE
    assert clean(once) == once
    if len(once) <= MAX_TEXT:
        assert re.sub(r"\s", "", once) == re.sub(r"\s", "", text)
        assert "…" not in once


def test_a_long_line_breaks_at_a_space_else_between_letters():
    words = "слово " * 1_000
    line = ("слово " * 333).rstrip()
    assert clean(words).split("\n") == [line, line, line, "слово "]
    assert clean("x" * 4_001).split("\n") == ["x" * 2_000, "x" * 2_000, "x"]


def test_a_mark_stays_with_its_letter_where_a_line_breaks():
    text = "x" * 1_999 + "e\u0301" + "y"
    assert clean(text) == "x" * 1_999 + "\n" + "e\u0301y"
    family = "x" * 1_998 + "👩\u200d👧"
    assert clean(family) == "x" * 1_998 + "\n" + "👩\u200d👧"


@pytest.mark.parametrize(
    "text",
    [
        "a" * (MAX_TEXT + 1),
        "слово " * MAX_TEXT,
        "\x9b" * MAX_TEXT,
        "\u2028" * (MAX_TEXT + 5),
        ("x" * 1_999 + "\n") * 101,
        ("x" * 2_000 + "\n") * 101,
        "x" * 198_000 + "\n" + "y" * 5_000,
        "a\u0301" * MAX_TEXT,
        "\u200b" * (5 * MAX_TEXT) + "end",
        "y" * (MAX_TEXT - 1) + "\x9b",
    ],
    ids=["line", "words", "shown", "separators", "full", "fuller", "lines", "marks", "nothing", "last"],
)
def test_too_long_a_text_ends_with_an_ellipsis_once(text):
    once = clean(text)
    assert len(once) <= MAX_TEXT + 1
    assert once.endswith("…")
    assert "…" not in once[:-1]
    assert clean(once) == once
    assert max(len(line) for line in once.split("\n")) <= MAX_LINE


def test_a_text_of_the_greatest_length_is_whole():
    text = ("x" * 1_999 + "\n") * 100
    assert len(text) == MAX_TEXT
    assert clean(text) == text
    assert cut_text(text + "y") == text + "…"


def test_what_was_hidden_is_shown():
    assert clean("a\x1b[2Jb\x9bc\u202ed\ud83de\x7f\u00ad\u200b") == "a␛[2Jb<U+009B>c<U+202E>d<U+D83D>e␡"
    assert clean("1\r\n2\r3\u20284\t5") == "1\n2\n3\n4\t5"
    assert clean_line(" a \n\t b\x85c ") == "a b c"
    assert clean("Z" + "\u0301" * 9) == "Z" + "\u0301" * MAX_COMBINING


@given(ANYTHING, st.integers(2, 90))
def test_parts_fit_and_join_back(text, limit):
    text = clean(text)
    parts = split(text, limit)
    assert all(units(part) <= limit for part in parts)
    assert all(parts) or parts == [""]
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)


def test_a_text_is_cut_at_a_paragraph_a_line_a_sentence_a_word_a_letter():
    assert split("первое\n\nвторое", 12) == ["первое", "второе"]
    assert split("first\nsecond", 9) == ["first", "second"]
    assert split("Да. Нет. Возможно", 12) == ["Да. Нет.", "Возможно"]
    assert split("one two three", 8) == ["one two", "three"]
    assert split("abcdefgh", 3) == ["abc", "def", "gh"]
    assert split("👍🏽👍🏽👍🏽", 5) == ["👍🏽", "👍🏽", "👍🏽"]
    assert split("  ", 5) == [""]
    assert split("", 5) == [""]
    with pytest.raises(ValueError, match="limit >= 2"):
        split("a", 1)


def test_the_length_is_that_of_utf_16():
    assert [units(""), units("ab"), units("я"), units("👍"), units("👍🏽")] == [0, 2, 1, 2, 4]


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: Заказ", "Заказ"),
        ("RE: re: Заказ", "Заказ"),
        ("Re[2]: Заказ", "Заказ"),
        ("Ответ: Заказ", "Заказ"),
        ("Fwd: FW: Пересл: Заказ", "Заказ"),
        ("AW: WG: Bestellung", "Bestellung"),
        ("Отв: Re: Re: Заказ", "Заказ"),
        ("Re:", ""),
        ("Репетиция: завтра", "Репетиция: завтра"),
        ("Refund: order", "Refund: order"),
        ("", ""),
    ],
)
def test_the_prefixes_of_a_subject_are_one(subject, bare):
    assert bare_subject(subject) == bare
    assert reply_subject(subject) == f"Re: {bare}".rstrip()


def test_the_last_words_are_one_short_line():
    assert preview("а" * 200) == "а" * 159 + "…"
    assert preview("первая\nвторая") == "первая вторая"


@pytest.mark.parametrize(
    ("subject", "one"),
    [
        ("Re: Re: Re: Заказ", "Re: Заказ"),
        ("RE:Fwd: AW: Order", "RE: Order"),
        ("Ответ: Re: Заказ", "Ответ: Заказ"),
        ("Re[3]: Re: Заказ", "Re[3]: Заказ"),
        ("Заказ Re: 5", "Заказ Re: 5"),
        ("Re: ", "Re:"),
        ("", ""),
    ],
)
def test_a_subject_keeps_one_prefix(subject: str, one: str) -> None:
    assert one_prefix(subject) == one
    assert one_prefix(one) == one
