"""The columns of the list at every width, with the nastiest of names: no line is ever wider or narrower than its list."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nasty import CORPUS
from test_paint_rows import NOW, ROW, WAITS, roles, text

from deskterm.desk.model import Priority, Status
from deskterm.desk.rows import Hit
from deskterm.widgets.cells import width
from deskterm.widgets.columns import Columns
from deskterm.widgets.paint import ASCII
from deskterm.widgets.paint_row import conversation_line, times, times_width

NASTY = [
    "王小明王小明王小明王小明王小明王小明",
    "👩‍👩‍👧‍👦👨‍👩‍👦🏳️‍🌈",
    "❤️☎️✈️ 1️⃣2️⃣",
    "e\u0301\u0301\u0301" * 20,
    "🇷🇺🇷🇺🇷🇺",
    "ا" * 40,
    "กำกำกำกำกำ",
    "a" * 300,
    "\u200b\u200d\ufe0f",
    "",
    *CORPUS.values(),
]


def cells(line: tuple[tuple[str, str], ...]) -> int:
    return sum(width(part) for part, _role in line)


@pytest.mark.parametrize("name", NASTY, ids=range(len(NASTY)))
def test_every_line_is_exactly_as_wide_as_its_list(name: str) -> None:
    hit = Hit(1, f"до {name} {name} после", ((3, 3 + len(name)),))
    plain = replace(
        ROW, customer=name, subject=name, preview=name, tags=(name, "возврат"), assignee=name, priority=Priority.HIGH
    )
    team = replace(plain, assignee_id=None, assignee="", team=name, priority=Priority.URGENT)
    for wide in range(8, 221):
        columns = Columns.of(wide, 1_000_000)
        for row in (plain, team, replace(plain, hit=hit), replace(plain, subject="", hit=hit)):
            assert cells(conversation_line(row, columns, NOW, 2, marked=True)) == wide - 1


@given(st.text(max_size=80), st.lists(st.integers(0, 80), max_size=8), st.integers(8, 220))
def test_a_find_is_exactly_as_wide_whatever_it_is(words: str, places: list[int], wide: int) -> None:
    ends = sorted(min(place, len(words)) for place in places)
    hit = Hit(1, words, tuple(zip(ends[::2], ends[1::2], strict=False)))
    assert cells(conversation_line(replace(ROW, hit=hit), Columns.of(wide), NOW, 1)) == wide - 1


def test_tags_stand_at_the_right_of_the_subject_and_take_a_third_of_it_at_most() -> None:
    line = text(conversation_line(replace(ROW, tags=("возврат",)), Columns.of(80), NOW, 1))
    assert line == "!  #1042 tg Ольга К.             Не пришёл заказ 5531    возврат me       −12m "
    many = text(conversation_line(replace(ROW, tags=("возврат", "доставка", "опт")), Columns.of(80), NOW, 1))
    assert " возврат д… me " in many


def test_priority_is_a_symbol_and_where_there_is_room_a_word() -> None:
    for priority, symbol, word in ((Priority.URGENT, "⇈", "urgent"), (Priority.HIGH, "↑", "high"), (Priority.LOW, "↓", "low")):
        row = replace(ROW, priority=priority)
        narrow, broad = (conversation_line(row, Columns.of(wide), NOW, 1) for wide in (80, 120))
        assert f"{symbol} −12m " in text(narrow)
        assert f"{symbol} {word}" in text(broad)
        assert roles(narrow)[symbol] == word
    assert "U −12m" not in text(conversation_line(ROW, Columns.of(80), NOW, 1, ASCII))
    assert "U -12m " in text(conversation_line(replace(ROW, priority=Priority.URGENT), Columns.of(80), NOW, 1, ASCII))


def test_a_wide_list_says_how_long_they_wait_and_how_long_is_left() -> None:
    assert text(conversation_line(WAITS, Columns.of(92), NOW, 1)).endswith(" ◔20m   40m ")
    assert text(conversation_line(ROW, Columns.of(92), NOW, 1)).endswith("−12m    1h ")


def test_a_snoozed_row_says_when_it_comes_back() -> None:
    row = replace(ROW, status=Status.SNOOZED, late=False, waiting_since=None, due_at=None)
    for until, shown in ((timedelta(hours=3), "12:30"), (timedelta(days=10), "14.03"), (timedelta(days=400), "2027")):
        line = text(conversation_line(replace(row, snoozed_until=NOW + until), Columns.of(80), NOW, 1))
        assert line.startswith("z")
        assert line.endswith(f" {shown} ")
    assert text(conversation_line(row, Columns.of(80), NOW, 1)).endswith("    … ")


def test_a_find_shows_its_match_however_far_it_stands() -> None:
    words = "слово " * 30 + "возврат денег " + "хвост " * 10
    at = words.index("возврат")
    line = conversation_line(replace(ROW, subject="", hit=Hit(1, words, ((at, at + 7),))), Columns.of(60), NOW, 1)
    assert roles(line)["возврат"] == "hit"
    beside = conversation_line(replace(ROW, hit=Hit(1, words, ((at, at + 7),))), Columns.of(140), NOW, 1)
    assert "Не пришёл заказ 5531" in text(beside)
    assert roles(beside)["возврат"] == "hit"


def test_a_marked_row_has_a_mark() -> None:
    assert text(conversation_line(ROW, Columns.of(80), NOW, 1, marked=True)).startswith("! ◆#1042 tg")


def test_what_time_changes_stands_at_the_right_end() -> None:
    for wide in (60, 80, 92, 140):
        columns = Columns.of(wide)
        end = "".join(part for part, _role in times(ROW, columns, NOW, ASCII))
        assert text(conversation_line(ROW, columns, NOW, 1, ASCII)).endswith(end)
        assert width(end) == times_width(columns)
