"""Tasks as lines: every state by symbol, word and role; every width exact; what is due as seen from now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from deskterm.desk.model import Priority, TaskStatus
from deskterm.desk.rows_time import TaskRow
from deskterm.times.repeat_words import rule_words
from deskterm.widgets.cells import width
from deskterm.widgets.paint import ASCII, UNICODE
from deskterm.widgets.paint_task import TaskColumns, due_words, folded_words, task_line, task_short, task_sign

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TASK = TaskRow(
    id=1, number=7, title="Call the courier", status=TaskStatus.OPEN, priority=Priority.NORMAL, due=NOW + timedelta(hours=14),
    overdue=False, assignee_id=2, assignee="Anna", team="", tags=("refund",), checked=2, points=5, conversation_id=1,
    conversation_number=1042, message_id=1, customer_id=1, customer="Ольга К.", recurrence="", created_at=NOW, updated_at=NOW,
    done_at=None, version=0,
)  # fmt: skip
LATE = replace(TASK, due=NOW - timedelta(minutes=12), overdue=True)
DONE = replace(TASK, status=TaskStatus.DONE, done_at=NOW - timedelta(days=3))


def text(line: tuple[tuple[str, str], ...]) -> str:
    return "".join(span[0] for span in line)


@pytest.mark.parametrize("cells", [40, 60, 79, 100, 120, 159])
def test_a_row_is_as_wide_as_its_list(cells: int) -> None:
    columns = TaskColumns.of(cells, 7)
    for row in (TASK, LATE, DONE, replace(TASK, title="王小明" * 40, assignee_id=None, team="Night", tags=("тег",) * 9)):
        assert width(text(task_line(row, columns, NOW, 1))) <= cells


def test_a_row_says_all_there_is_of_a_task() -> None:
    line = text(task_line(replace(TASK, priority=Priority.HIGH), TaskColumns.of(159, 7), NOW, 1))
    words = line.split()
    assert words[:5] == ["○", "T7", "Call", "the", "courier"]
    for part in ("refund", "2/5", "#1042 Ольга К.", "to do", "Anna", "↑ high", "in 14h"):
        assert part in line


@pytest.mark.parametrize(
    ("row", "sign", "words", "role"),
    [
        (TASK, "○", "in 14h", ""),
        (replace(TASK, due=NOW + timedelta(minutes=40)), "○", "in 40m", "warning"),
        (replace(TASK, status=TaskStatus.STARTED), "◐", "in 14h", ""),
        (replace(TASK, due=None), "○", "–", "muted"),
        (LATE, "!", "! late by 12m", "failed"),
        (DONE, "✓", "3d ago", "muted"),
        (replace(DONE, status=TaskStatus.CANCELLED), "–", "3d ago", "muted"),
    ],
)
def test_each_state_is_a_symbol_and_a_word(row: TaskRow, sign: str, words: str, role: str) -> None:
    assert task_sign(row, UNICODE).text == sign
    assert due_words(row, NOW) == (words, role)


def test_in_ascii_no_sign_is_told_twice() -> None:
    rows = (TASK, LATE, DONE, replace(TASK, status=TaskStatus.STARTED), replace(TASK, status=TaskStatus.CANCELLED))
    signs = [task_sign(row, ASCII).text for row in rows]
    assert all(sign.isascii() for sign in signs)
    assert len(set(signs)) == len(signs)


def test_mine_and_nobodys() -> None:
    columns = TaskColumns.of(100, 7)
    assert " me " in text(task_line(TASK, columns, NOW, 2))
    assert " @Night " in text(task_line(replace(TASK, assignee_id=None, team="Night"), columns, NOW, 2))
    assert " – " in text(task_line(replace(TASK, assignee_id=None), columns, NOW, 2))


def test_beside_a_conversation_a_task_is_one_line() -> None:
    assert text(task_short(TASK, NOW, 1, UNICODE, 60)) == "○ T7 Call the courier · 2/5 · in 14h · Anna"
    assert width(text(task_short(replace(TASK, title="long " * 40), NOW, 1, UNICODE, 40))) <= 40
    assert folded_words([DONE, DONE], UNICODE) == "✓ 2 tasks done"
    assert folded_words([], UNICODE) == ""


@pytest.mark.parametrize("hostile", ["\x1b]52;c;x\x07", "\u202edrow", "[/x]", "a\nb\tc"])
def test_words_from_outside_are_cleaned(hostile: str) -> None:
    row = replace(TASK, title=hostile, customer=hostile, assignee=hostile, tags=(hostile,))
    for line in (task_line(row, TaskColumns.of(159, 7), NOW, 1), task_short(row, NOW, 1, UNICODE, 60)):
        assert not {"\x1b", "\x07", "\u202e", "\n", "\t"} & set(text(line))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("", ""),
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=2", "every 2 days"),
        ("FREQ=WEEKLY;BYDAY=MO,FR", "every mon, fri"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
        ("FREQ=MONTHLY;INTERVAL=3", "every 3 months"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
    ],
)
def test_a_rule_is_said_in_words_where_there_are_some(rule: str, words: str) -> None:
    assert rule_words(rule) == words
