"""A row of the list, cell by cell."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.desk.model import Kind, Priority, Status
from deskterm.desk.rows import ConversationRow, Hit, RowKey
from deskterm.widgets.cells import width
from deskterm.widgets.columns import TIME, Columns
from deskterm.widgets.paint import ASCII, UNICODE, Line
from deskterm.widgets.paint_row import ROLES, conversation_line, state_mark, time_left

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ROW = ConversationRow(
    key=RowKey(0, 1),
    id=1,
    number=1042,
    channel="telegram",
    channel_kind="telegram",
    customer="Ольга К.",
    subject="Не пришёл заказ 5531",
    preview="Здравствуйте, где мой заказ?",
    preview_kind=Kind.INCOMING,
    status=Status.OPEN,
    priority=Priority.NORMAL,
    assignee_id=1,
    assignee="Anna",
    waiting_since=NOW - timedelta(minutes=72),
    urgent_at=NOW - timedelta(minutes=12),
    due_at=NOW - timedelta(minutes=12),
    last_message_at=NOW - timedelta(minutes=72),
    late=True,
)
WAITS = replace(ROW, late=False, waiting_since=NOW - timedelta(minutes=40), due_at=NOW + timedelta(minutes=20))
ANSWERED = replace(ROW, late=False, waiting_since=None, due_at=None, last_message_at=NOW - timedelta(hours=2))


def text(line: Line) -> str:
    return "".join(span.text for span in line)


def roles(line: Line) -> dict[str, str]:
    return {span.text.strip(): span.role for span in line if span.text.strip()}


def test_a_late_row_at_80_columns() -> None:
    line = conversation_line(ROW, Columns.of(80), NOW, me_id=1)
    assert text(line) == "!  #1042 tg Ольга К.             Не пришёл заказ 5531 Здравству… me       −12m "
    found = roles(line)
    assert (found["!"], found["Ольга К."], found["−12m"], found["me"]) == ("late", "late", "late", "own")


def test_the_same_row_beside_a_conversation() -> None:
    assert text(conversation_line(ROW, Columns.of(46), NOW, me_id=1)) == "!  #1042 tg Ольга К.   Не пришёл зак…   −12m "


def test_a_very_narrow_list_never_overflows() -> None:
    assert text(conversation_line(ROW, Columns.of(12), NOW, me_id=1)) == "!  #1042 t…"


@pytest.mark.parametrize(
    ("row", "mark", "role"),
    [
        (ROW, "!", "late"),
        (replace(WAITS, unread=1), "·", "unread"),
        (WAITS, "↩", "waits"),
        (ANSWERED, "…", "muted"),
        (replace(ROW, status=Status.CLOSED), "✓", "muted"),
        (replace(ROW, status=Status.SNOOZED), "z", "muted"),
    ],
)
def test_every_state_has_a_symbol(row: ConversationRow, mark: str, role: str) -> None:
    assert state_mark(row, UNICODE) == (mark, role)


def test_the_ascii_symbols_are_ascii_and_all_different() -> None:
    rows = [
        ROW,
        replace(WAITS, unread=1),
        WAITS,
        ANSWERED,
        replace(ROW, status=Status.CLOSED),
        replace(ROW, status=Status.SNOOZED),
    ]
    marks = [state_mark(row, ASCII)[0] for row in rows]
    assert len(set(marks)) == len(rows)
    assert all(mark.isascii() for mark in marks)


def test_times_say_how_late_how_long_or_how_old() -> None:
    columns = Columns.of(80)
    assert text(conversation_line(replace(WAITS, due_at=None), columns, NOW, 1)).endswith("  40m ")
    assert text(conversation_line(ANSWERED, columns, NOW, 1)).endswith("   2h ")
    assert text(conversation_line(ROW, columns, NOW + timedelta(days=3), 1)).endswith("  −3d ")


@pytest.mark.parametrize(
    ("changed", "unicode", "ascii_only", "role"),
    [
        ({}, "◔20m", "~20m", "left"),
        ({"soon": True}, "▲20m", "!20m", "soon"),
        ({"soon": True, "late": True, "due_at": NOW - timedelta(hours=3)}, "−3h", "-3h", "late"),
        ({"due_at": NOW}, "−0s", "-0s", "late"),
        ({"due_at": None, "left_ms": 7_200_000}, "‖ 2h", "= 2h", "still"),
        ({"due_at": None, "left_ms": -720_000}, "‖−12m", "=-12m", "still"),
        ({"due_at": NOW + timedelta(days=450)}, "◔450d", "~450d", "left"),
        ({"status": Status.SNOOZED, "due_at": None, "left_ms": 60_000}, "‖ 1m", "= 1m", "still"),
    ],
)
def test_what_is_left_has_a_sign_a_number_and_a_role(changed: dict[str, Any], unicode: str, ascii_only: str, role: str) -> None:
    row = replace(WAITS, **changed)
    assert time_left(row, NOW, UNICODE) == (unicode, role)
    assert time_left(row, NOW, ASCII) == (ascii_only, role)
    assert width(unicode) == width(ascii_only) <= TIME
    assert role in ROLES
    for cells in (80, 92, 160):
        assert f" {unicode} " in text(conversation_line(replace(row, status=Status.OPEN), Columns.of(cells), NOW, 1))


def test_nothing_is_left_where_nothing_is_promised() -> None:
    for row in (replace(WAITS, due_at=None), replace(WAITS, status=Status.CLOSED), replace(WAITS, spam=True)):
        assert time_left(row, NOW, UNICODE) is None


def test_a_snoozed_row_says_when_it_comes_back_and_where_there_is_room_what_is_left() -> None:
    row = replace(WAITS, status=Status.SNOOZED, due_at=None, left_ms=7_200_000, snoozed_until=NOW + timedelta(days=10))
    assert text(conversation_line(row, Columns.of(80), NOW, 1)).endswith(" 14.03 ")
    assert text(conversation_line(row, Columns.of(92), NOW, 1)).endswith(" ‖ 2h 14.03 ")


def test_whose_it_is() -> None:
    columns = Columns.of(80)
    assert " me " in text(conversation_line(ROW, columns, NOW, me_id=1))
    assert " Anna " in text(conversation_line(ROW, columns, NOW, me_id=2))
    assert " – " in text(conversation_line(replace(ROW, assignee_id=None, assignee=""), columns, NOW, me_id=1))


def test_a_draft_and_a_failure_have_a_flag() -> None:
    assert text(conversation_line(replace(ROW, draft=True), Columns.of(80), NOW, 1)).startswith("!✎ #1042")
    both = replace(ROW, draft=True, failed=1)
    assert text(conversation_line(both, Columns.of(80), NOW, 1)).startswith("!×✎#1042")
    assert text(conversation_line(both, Columns.of(80), NOW, 1, marked=True)).startswith("!×◆#1042")


@pytest.mark.parametrize("cells", [80, 120])
def test_in_a_list_of_what_happened_last_the_time_is_the_one_it_is_sorted_by(cells: int) -> None:
    for row in (ROW, WAITS, ANSWERED, replace(ROW, status=Status.CLOSED), replace(ROW, status=Status.SNOOZED)):
        line = text(conversation_line(replace(row, sorted_at=NOW - timedelta(days=4)), Columns.of(cells), NOW, 1))
        assert line.endswith(" 4d ")


def test_our_own_last_words_are_told_apart() -> None:
    row = replace(ROW, subject="", preview="Здравствуйте!", preview_kind=Kind.OUTGOING)
    assert "> Здравствуйте!" in text(conversation_line(row, Columns.of(80), NOW, 1))


def test_a_long_number_keeps_the_columns() -> None:
    columns = Columns.of(80, highest_number=1_234_567)
    assert text(conversation_line(ROW, columns, NOW, 1)).startswith("!  #1042    tg Ольга")
    assert text(conversation_line(replace(ROW, number=1_234_567), columns, NOW, 1)).startswith("!  #1234567 tg Ольга")


def test_what_acts_on_a_terminal_is_made_visible() -> None:
    line = text(conversation_line(replace(ROW, customer="\x1b[2Jno\x9b"), Columns.of(80), NOW, 1))
    assert "\x1b" not in line
    assert "␛[2Jno" in line


NAMES = st.text(st.characters(blacklist_categories=["Cs"]), max_size=60) | st.sampled_from(
    ["王小明王小明王小明王小明", "👩‍👩‍👧‍👦" * 9, "e\u0301\u0301\u0301" * 20, "🇷🇺🇷🇺🇷🇺", "ا" * 40, "a" * 300]
)


@given(NAMES, NAMES, NAMES, st.integers(8, 200))
def test_a_row_is_exactly_as_wide_as_its_columns(name: str, subject: str, preview: str, cells: int) -> None:
    row = replace(ROW, customer=name, subject=subject, preview=preview)
    assert width(text(conversation_line(row, Columns.of(cells), NOW, 1))) == cells - 1


def test_where_only_the_name_was_found_the_subject_is_shown() -> None:
    row = replace(WAITS, subject="Возврат", preview="Здравствуйте", hit=Hit(1, "ольга@client.test", ()))
    shown = text(conversation_line(row, Columns.of(100), NOW, 1))
    assert "Возврат Здравствуйте" in shown
    assert "client.test" not in shown
