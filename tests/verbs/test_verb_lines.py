"""Lines of the console read into calls: verbs in both languages and layouts, numbers, times, queries."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.office import OfficeError
from deskterm.verbs import acts
from deskterm.verbs.call import Call, split
from deskterm.verbs.line import read_line
from deskterm.verbs.table import BY_NAME, SHELL, VERBS, About, Kind

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def read(line: str) -> Call:
    return read_line(line, NOW)


def wrong(line: str) -> str:
    with pytest.raises(OfficeError) as caught:
        read(line)
    return caught.value.words


def test_names_are_unique_in_both_languages_and_never_numbers() -> None:
    assert len(BY_NAME) == 2 * len(VERBS)
    assert not any(name.isdigit() or " " in name for name in BY_NAME)


def test_every_verb_of_the_shell_can_be_carried_out() -> None:
    about = {verb.name for verb in SHELL if verb.about is About.CONVERSATIONS}
    assert about == set(acts._MAKERS)


@pytest.mark.parametrize(
    ("line", "verb", "numbers", "words"),
    [
        ("close", "close", (), ()),
        ("close 1042 #1043 1042", "close", (1042, 1043), ()),
        ("закрыть 1042", "close", (1042,), ()),
        ("сдщыу 1042", "close", (1042,), ()),
        ("pfrhsnm 1042", "close", (1042,), ()),
        ("CLOSE", "close", (), ()),
        ("assign 1042 anna", "assign", (1042,), ("anna",)),
        ("team Billing desk", "team", (), ("Billing", "desk")),
        ('tag 1042 +refund "late delivery" -vip', "tag", (1042,), ("+refund", "late delivery", "-vip")),
        ("snooze 2 hours", "snooze", (), ("2", "hours")),
        ("snooze 1042 2 hours", "snooze", (1042,), ("2", "hours")),
        ("snooze 1042 1043 tomorrow 9:00", "snooze", (1042, 1043), ("tomorrow", "9:00")),
        ("snooze 1042 customer", "snooze", (1042,), ("customer",)),
        ("отложить завтра", "snooze", (), ("завтра",)),
        ("ытщщяу 1042 ещьщккщц", "snooze", (1042,), ("ещьщккщц",)),
        ("go 1042", "go", (), ("1042",)),
        ("undo", "undo", (), ()),
    ],
)
def test_lines(line: str, verb: str, numbers: tuple[int, ...], words: tuple[str, ...]) -> None:
    call = read(line)
    assert (call.verb.name, call.numbers, call.words, call.query) == (verb, numbers, words, None)


def test_a_query_is_kept_as_it_was_typed() -> None:
    assert read('filter tag:"late delivery"  -is:closed ').rest == 'tag:"late delivery"  -is:closed'
    assert read("filter").rest == ""
    call = read('tag +vip --query customer:"Li Wei" is:open')
    assert (call.verb.name, call.words, call.query) == ("tag", ("+vip",), 'customer:"Li Wei" is:open')


def test_words_of_a_verbs_own() -> None:
    assert read("spam 1042 --block").choices == {"block"}
    assert read("spam block").choices == {"block"}
    assert read("закрыть без-тегов").choices == {"without-tags"}
    assert read("close 1042").choices == frozenset()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "there is nothing to do. Write a verb; Tab shows what there is."),
        ("clsoe", "there is no verb clsoe. Did you mean close?"),
        ("зкрыть", "there is no verb зкрыть. Did you mean закрыть or открыть?"),
        ("сдыщу", "there is no verb сдыщу. Did you mean close?"),
        ("bzzzzt", "there is no verb bzzzzt. Tab shows what there is."),
        ("close x", "close has no use for x. A conversation is named by its number, as 1042."),
        ("undo 3", "undo has no use for 3. Write: undo"),
        ("assign 1042", "assign lacks something. Write: assign LOGIN|nobody"),
        ("snooze", "snooze lacks something. Write: snooze TIME|customer"),
    ],
)
def test_what_is_wrong_is_said(line: str, words: str) -> None:
    assert wrong(line) == words


@given(st.text(max_size=60))
def test_any_line_is_read_or_refused(line: str) -> None:
    try:
        call = read(line)
    except OfficeError:
        return
    assert call.verb in VERBS


@given(st.text(max_size=60))
def test_words_lie_in_the_line_in_their_order(line: str) -> None:
    places = [word.position for word in split(line)]
    assert places == sorted(set(places))
    assert all(not line[place].isspace() for place in places)


def test_kinds_have_what_they_take() -> None:
    assert all(bool(verb.takes) == (verb.kind is not Kind.NOTHING) for verb in VERBS)
