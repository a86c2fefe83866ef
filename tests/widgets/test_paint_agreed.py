"""Reminders, promises and offers in lines: what stands there, and in which role."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deskterm.desk.commands_time import Promised
from deskterm.desk.rows_time import PromiseRow, ReminderRow
from deskterm.widgets.paint import ASCII, UNICODE, Line
from deskterm.widgets.paint_agreed import offer_line, promise_line, reminder_line
from deskterm.words.wording import day_and_time

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def words(line: Line) -> str:
    return "".join(span.text for span in line)


@pytest.mark.parametrize(
    ("state", "at", "operator_id", "said", "role"),
    [
        ("due", NOW - timedelta(hours=3), 1, "◷ reminder due since 3h · call", "late"),
        ("set", LATER, 1, f"◷ reminder {day_and_time(LATER)} · call", "name"),
        ("due", NOW - timedelta(hours=3), 2, "◷ reminder due since 3h for Bob · call", "muted"),
    ],
)
def test_a_reminder(state: str, at: datetime, operator_id: int, said: str, role: str) -> None:
    line = reminder_line(ReminderRow(1, at, "call", operator_id, "Bob", "Anna", state), NOW, 1, UNICODE)
    assert (words(line), line[0].role) == (said, role)


@pytest.mark.parametrize(
    ("state", "said", "role"),
    [
        ("overdue", "⚑ promise overdue since 1d", "late"),
        ("open", f"⚑ promised by {day_and_time(NOW - timedelta(days=1))}", "note"),
        ("kept", f"✓ promise kept, by {day_and_time(NOW - timedelta(days=1))}", "good"),
        ("dropped", "– was no promise", "muted"),
    ],
)
def test_a_promise(state: str, said: str, role: str) -> None:
    said_at = NOW - timedelta(days=2)
    row = PromiseRow(1, "отвечу \x1b[31mзавтра", NOW - timedelta(days=1), state, said_at, "Anna", 5, 1005, 9)
    line = promise_line(row, NOW, UNICODE)
    assert (line[0].text, line[0].role) == (said, role)
    assert "\x1b" not in words(line)
    assert words(line).endswith(f" · Anna, {day_and_time(said_at)}")
    assert promise_line(row, NOW, ASCII)[0].text.isascii()


def test_an_offer_names_two_times_and_the_key_whatever_is_promised() -> None:
    found = [Promised(NOW + timedelta(days=place), "…") for place in range(1, 6)]
    line = "".join(map(words, offer_line(found, "note", "F6", UNICODE)))
    assert line == f"⚑ You promise {day_and_time(found[0].due)}, {day_and_time(found[1].due)} +3 F6 remind me"
    assert offer_line([], "note", "F6", UNICODE) == ((), ())
    said = [offer_line(found[:1], taking, "F6", UNICODE)[1][-1].text for taking in ("note", "remind", "none")]
    assert said == ["remind me", "no promise", "note it"]
