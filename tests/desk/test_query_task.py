"""Queries of tasks: their fields in the filter language, read, printed, completed, and what is wrong with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from queries import queries

from deskterm.desk.query import CODES, LANGUAGES, Compare, Everything, Mistake, Name, Names, Query, Span, Term, complete, show
from deskterm.desk.query_task import (
    CURRENT,
    SORTS,
    TASKS,
    TaskQuery,
    in_order,
    order_of,
    parse_tasks,
    show_tasks,
    sure_tasks,
    task_query,
)

NAMES = Names(
    tags=frozenset({"возврат", "vip"}),
    operators=frozenset({"anna", "boris"}),
    teams=frozenset({"sales"}),
    people=(("anna", "Анна"), ("boris", "Boris")),
)


@given(queries(NAMES, among=TASKS), st.sampled_from(LANGUAGES))
def test_what_is_shown_reads_back_as_the_same_tree(query: Query, language: str) -> None:
    text = show(query, language, TASKS)
    read = parse_tasks(text)
    assert isinstance(read, TaskQuery)
    assert read.query == query
    assert show_tasks(read, language) == text


PIECES = ("is:", "due:", "-1d", "<2d", "done", "(", ")", "OR", ",", "завтра", "срок:", '"', "#7", "me")


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_any_text_is_a_query_or_a_mistake_within_it(text: str) -> None:
    read = parse_tasks(text, NAMES)
    if isinstance(read, Mistake):
        assert read.code in CODES
        assert 0 <= read.position <= read.position + read.length <= len(text)
    else:
        assert sure_tasks(show_tasks(read)).query == read.query


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("статус:текущая срок:сегодня", "is:current due:today"),
        ("исполнитель:я -тег:нет", "assignee:me -tag:none"),
        ("due:<-1d", "due:<-1d"),
        ("срок:-24ч", "due:-1d"),
        ("обращение:#1042,нет", "conversation:1042,none"),
        ("assignee:Анна", "assignee:anna"),
        ("сделана:<7д OR is:отменена", "done:<7d OR is:cancelled"),
        ('порядок:важные "вернуть деньги"', 'sort:priority "вернуть деньги"'),
    ],
)
def test_what_a_text_says(text: str, shown: str) -> None:
    read = parse_tasks(text, NAMES)
    assert isinstance(read, TaskQuery)
    assert show_tasks(read) == shown


@pytest.mark.parametrize(
    ("text", "code", "nearest"),
    [
        ("is:curent", "unknown_value", ("current",)),
        ("asignee:me", "unknown_field", ("assignee",)),
        ("channel:mail", "unknown_field", ()),
        ("due:soon", "unknown_value", ()),
        ("due:<-", "bad_amount", ()),
        ("created:-1d", "bad_amount", ()),
        ("conversation:many", "unknown_value", ()),
        ("tag:vipp", "unknown_value", ("vip",)),
        ("(sort:due is:open)", "", ()),
        ("-sort:due", "sort_inside", ()),
    ],
)
def test_mistakes_name_what_is_near(text: str, code: str, nearest: tuple[str, ...]) -> None:
    read = parse_tasks(text, NAMES)
    assert (read.code if isinstance(read, Mistake) else "") == code
    if isinstance(read, Mistake) and nearest:
        assert read.nearest[:1] == nearest


def test_a_span_before_now_is_one_below_zero() -> None:
    assert sure_tasks("due:<-90m").query == Term("due", (Compare("<", Span(-5_400)),))
    assert sure_tasks("due:none,tomorrow").query == Term("due", (Name("none"), Name("tomorrow")))


def test_an_order_is_put_on_and_taken_off() -> None:
    assert order_of(CURRENT.query) == SORTS[0] == "due"
    by_priority = in_order(CURRENT, "priority")
    assert (by_priority.text, order_of(by_priority.query)) == ("is:current sort:priority", "priority")
    assert in_order(by_priority, "due") == CURRENT
    assert in_order(task_query(Everything()), "number").text == "sort:number"


def test_completion_knows_the_fields_of_tasks() -> None:
    offered = [one.text for one in complete("du", 2, NAMES, "en", TASKS).candidates]
    assert offered[0] == "due:"
    assert [one.text for one in complete("срок:", 5, NAMES, "ru", TASKS).candidates][:4] == [
        "нет",
        "любой",
        "сегодня",
        "завтра",
    ]
    assert "channel:" not in [one.text for one in complete("ch", 2, NAMES, "en", TASKS).candidates]
    assert [one.text for one in complete("assignee:b", 10, NAMES, "en", TASKS).candidates] == ["boris"]
