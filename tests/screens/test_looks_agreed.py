"""How reminders and promises look: pictures, compared; see `test_looks`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import textual
from fake_office import FakeOffice
from test_looks import DRAWN_BY, NARROW, WIDE, _in_utc, reading

from deskterm.app import DeskApp
from deskterm.settings import ConsoleSettings

__all__ = ["_in_utc"]

ONE = 5

pytestmark = pytest.mark.skipif(textual.__version__ != DRAWN_BY, reason=f"the pictures were drawn by Textual {DRAWN_BY}")


def agreed(theme: str = "deskterm-dark", **looks: Any) -> DeskApp:
    """A console over a desk with a reminder that is due, a promise that is overdue and one that can be kept."""
    office = FakeOffice(demo=True)
    office.add_reminder(office.now() - timedelta(hours=3), "call back", conversation_id=ONE)
    office.add_promise(ONE, "отвечу завтра до 15:00", office.now() - timedelta(hours=2))
    office.add_promise(ONE, "we will send it tomorrow", office.now() + timedelta(days=1))
    return DeskApp(office, ConsoleSettings(theme=theme, **looks))


def test_what_was_agreed_stands_in_the_thread(snap_compare: Any) -> None:
    assert snap_compare(agreed(), terminal_size=NARROW, run_before=reading(words="promise overdue", conversation_id=ONE))


def test_a_promise_is_offered_while_it_is_written(snap_compare: Any) -> None:
    writes = reading("r", *"I will reply by 15:00", words="You promise", conversation_id=ONE)
    assert snap_compare(agreed(), terminal_size=NARROW, run_before=writes)


def test_a_promise_is_offered_in_light_colours(snap_compare: Any) -> None:
    writes = reading("r", *"I will reply by 15:00", words="You promise", conversation_id=ONE)
    assert snap_compare(agreed("deskterm-light"), terminal_size=WIDE, run_before=writes)


def test_the_dialog_of_reminders(snap_compare: Any) -> None:
    asks = reading("b", *"2h", words="another of 2", conversation_id=ONE)
    assert snap_compare(agreed(), terminal_size=NARROW, run_before=asks)
