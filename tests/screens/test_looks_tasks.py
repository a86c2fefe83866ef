"""How tasks and notices look: pictures, compared; see `test_looks`."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import textual
from fake_office import FakeOffice
from test_looks import DRAWN_BY, NARROW, _in_utc, reading

from deskterm.app import DeskApp
from deskterm.desk.model import Priority, TaskStatus
from deskterm.settings import ConsoleSettings

__all__ = ["_in_utc"]

pytestmark = pytest.mark.skipif(textual.__version__ != DRAWN_BY, reason=f"the pictures were drawn by Textual {DRAWN_BY}")
WIDE = (160, 50)
opened = partial(reading, conversation_id=0)
sizes = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])


def busy(theme: str = "deskterm-dark", **looks: Any) -> DeskApp:
    """A console over a desk with tasks of every kind, a reminder that is due and notices."""
    office = FakeOffice()
    now = office.now()
    office.add_task("Return the money", due=now - timedelta(hours=3), conversation_id=2, assignee_id=office.me.id)
    office.add_task("Write the report", due=now + timedelta(minutes=40), recurrence="FREQ=WEEKLY;BYDAY=MO")
    office.add_task(
        "Call the courier", due=now + timedelta(hours=14), conversation_id=1, assignee_id=2, tags=("refund",),
        checklist=(("ring", True), ("ask", False)),
    )  # fmt: skip
    office.add_task("Look for the parcel", status=TaskStatus.STARTED, priority=Priority.HIGH)
    office.add_task("Позвонить Ольге")
    office.add_reminder(now - timedelta(hours=3), "call back", conversation_id=1)
    return DeskApp(office, ConsoleSettings(theme=theme, **looks))


@sizes
def test_the_room_of_tasks(snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(busy(), terminal_size=size, run_before=opened("g", "t", words="Look for the parcel"))


def test_the_room_of_tasks_in_plain_signs(snap_compare: Any) -> None:
    shows = opened("g", "t", words="Look for the parcel")
    assert snap_compare(busy(ascii=True), terminal_size=NARROW, run_before=shows)


@sizes
def test_a_task_whole(snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(busy(), terminal_size=size, run_before=opened("g", "t", "j", "j", "o", words="T3 Call the courier"))


@sizes
def test_the_room_of_notices(snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(busy(), terminal_size=size, run_before=opened("g", "e", words="call back"))


@sizes
def test_the_ways_of_notices(snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(busy(), terminal_size=size, run_before=opened("g", "e", "S", words="Telegram"))
