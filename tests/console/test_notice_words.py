"""What notices say: one sentence of each kind, whatever its data lacks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deskterm import i18n
from deskterm.desk.notice_kinds import DEFAULT_WAYS
from deskterm.desk.rows_time import ClockRow, NoticeRow
from deskterm.desk.sla_book import Metric
from deskterm.widgets.cells import width
from deskterm.words.notice_words import (
    KIND_HEADS,
    KIND_NAMES,
    WAY_NAMES,
    kind_head,
    kind_name,
    notice_mail_subject,
    notice_words,
    way_name,
)
from deskterm.words.sla_words import clock_words, ended_words, metric_words, running

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
AT = int((NOW - timedelta(minutes=25)).timestamp() * 1000)
TIME = (NOW - timedelta(minutes=25)).astimezone().strftime("%H:%M")
TALK = NoticeRow(1, "assigned", NOW, None, "Olga", "Bob", 42, 1042)
TASK = NoticeRow(1, "task", NOW, None, "Call the store", "Bob", 42, 1042, task_id=7, task_number=7)


@pytest.mark.parametrize(
    ("row", "kind", "data", "words"),
    [
        (TALK, "assigned", {}, "#1042 Olga is yours now, by Bob"),
        (replace(TALK, by=""), "assigned", {}, "#1042 Olga is yours now"),
        (TALK, "answered", {}, "#1042 Olga wrote again"),
        (TALK, "assigned", {"count": 3}, "#1042 Olga is yours now, by Bob · and 2 more"),
        (TALK, "answered", {"count": 3}, "#1042 Olga wrote again · and 2 more"),
        (TASK, "task", {"count": 2}, "T7 Call the store is your task, by Bob · and 1 more"),
        (TALK, "linked", {}, "This Telegram chat is linked: notices come here from now on"),
        (TALK, "new", {}, "#1042 Olga is new"),
        (TASK, "task", {"due": AT}, f"T7 Call the store is your task, by Bob · due {TIME}"),
        (TASK, "overdue", {"due": AT}, f"T7 Call the store is overdue since {TIME}"),
        (TALK, "sla_soon", {"metric": "first_reply", "due_at": AT}, f"#1042 Olga: first reply is due {TIME}"),
        (TALK, "sla_late", {"metric": "resolution", "due_at": AT}, f"#1042 Olga: resolution is late since {TIME}"),
        (TALK, "escalated", {"metric": "next_reply", "deed": "notify"}, "#1042 Olga: next reply was missed"),
        (TALK, "escalated", {"deed": "assign", "to": "bob"}, "#1042 Olga: promised time was missed · given to bob"),
        (TALK, "escalated", {"deed": "raise", "to": "high"}, "#1042 Olga: promised time was missed · priority raised"),
        (TALK, "escalated", {"done": False}, "#1042 Olga: promised time was missed · the next step could not be taken"),
        (TALK, "mention", {}, "#1042 Olga: Bob names you in a note"),
        (replace(TALK, about="#1042 Olga"), "reminder", {}, "Reminder: #1042 Olga"),
        (TASK, "missed", {"due": AT, "operator": "Вера"}, f"T7 Call the store is overdue since {TIME} · Вера"),
        (TALK, "missed", {"metric": "first_reply", "due_at": AT}, f"#1042 Olga: first reply is late since {TIME} · Bob"),
        (TALK, "digest", {"counts": {"sla_late": 3, "overdue": 1, "odd": 2}},
         "While the desk was closed: 3 promises missed, 1 task overdue, 2 others"),
        (TALK, "digest", {}, "While the desk was closed: nothing more"),
        (TALK, "brand_new", {}, "brand_new: #1042 Olga"),
    ],
)  # fmt: skip
def test_each_kind_has_its_sentence(row: NoticeRow, kind: str, data: dict[str, Any], words: str) -> None:
    assert notice_words(replace(row, kind=kind, data=data), NOW) == words


def test_no_kind_fails_where_everything_is_hostile_or_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    row = NoticeRow(1, "task", NOW, None, "\x1b]9;x\x07", "\x1b[2J", data={"counts": 3, "due": "x", "metric": 7, "deed": None})
    for kind in (*KIND_NAMES, "\x1b[31m"):
        words = notice_words(replace(row, kind=kind), NOW)
        assert words
        assert words.isprintable()
    assert notice_mail_subject(TALK, NOW) == "deskterm: #1042 Olga is yours now, by Bob"
    assert (kind_name("odd"), way_name("odd")) == ("odd", "odd")


def test_every_kind_and_way_has_russian_words() -> None:
    i18n.use("ru")
    try:
        names = [
            *map(kind_name, KIND_NAMES),
            *map(kind_head, KIND_HEADS),
            *(way_name(way) for way in WAY_NAMES if way != "telegram"),
        ]
        assert max(map(width, map(kind_head, KIND_HEADS))) <= 26
        assert set(KIND_HEADS) == set(DEFAULT_WAYS), "each kind that one chooses ways for"
        assert [name for name in names if not any("а" <= char <= "я" for char in name)] == []
    finally:
        i18n.use("en")


def _clock(metric: Metric, due: timedelta | None, **more: Any) -> ClockRow:
    at = None if due is None else NOW + due
    values = {"target_ms": 3_600_000, "left_ms": None, **more}
    return ClockRow(metric, "general", "", NOW - timedelta(hours=1), due_at=at, **values)


def test_a_clock_says_what_is_left_or_late_or_why_it_stands_still() -> None:
    first = _clock(Metric.FIRST_REPLY, timedelta(minutes=12))
    assert clock_words(first, NOW) == "first reply 12m left"
    late = _clock(Metric.NEXT_REPLY, -timedelta(minutes=25), missed_at=NOW - timedelta(minutes=25))
    assert clock_words(late, NOW) == f"next reply late 25m, since {TIME}"
    still = _clock(Metric.RESOLUTION, None, left_ms=2 * 3_600_000)
    assert clock_words(still, NOW) == "resolution stopped, 2h left"
    assert clock_words(replace(still, left_ms=-60_000), NOW) == "resolution stopped, late 1m"
    assert clock_words(still, NOW, "snoozed") == "resolution stopped, 2h left: snoozed"
    met = replace(still, outcome="met", spent_ms=720_000)
    assert [ended_words(one) for one in (met, replace(met, outcome="missed"), replace(met, outcome="dropped"))] == [
        "kept, 12m", "missed, 12m", ""
    ]  # fmt: skip
    ended = _clock(Metric.FIRST_REPLY, None, ended_at=NOW)
    nothing = _clock(Metric.FIRST_REPLY, None, target_ms=None)
    assert running((ended, still, nothing, first, late)) == (late, first, still)
    assert metric_words("odd") == "odd"
