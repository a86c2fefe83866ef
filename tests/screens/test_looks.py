"""How the console looks: pictures of it, compared. Made by the Textual named here; another one draws other SVG.

New ones after a wanted change: `pytest tests/screens/test_looks.py --snapshot-update`, then look at each of them.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import textual
from desk_pilot import Desk
from fake_office import FakeOffice
from fake_seed import EVERY_KIND
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from deskterm.app import DeskApp
from deskterm.settings import ConsoleSettings

DRAWN_BY = "8.2.8"
NARROW, WIDE = (80, 24), (120, 40)

pytestmark = pytest.mark.skipif(textual.__version__ != DRAWN_BY, reason=f"the pictures were drawn by Textual {DRAWN_BY}")


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Show times in one zone on every machine."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def reading(*keys: str, words: str = "6 of 210", conversation_id: int = EVERY_KIND) -> Callable[[Pilot[Any]], Any]:
    """Open a conversation, press keys, and wait for words."""

    async def prepare(pilot: Pilot[Any]) -> None:
        app = pilot.app
        assert isinstance(app, DeskApp)
        desk = Desk(app, app.office, pilot)  # type: ignore[arg-type]
        await desk.until(lambda: desk.app.screen.query("#composer-text") and desk.inbox.list.rows and desk.inbox._status)
        if conversation_id:
            await desk.open(conversation_id)
        await desk.press(*keys)
        await desk.until_shown(words)
        steady(app)
        await pilot.pause(0.2)

    return prepare


def steady(app: DeskApp) -> None:
    """Stop the cursors from blinking, so that every picture shows them."""
    for field in (*app.screen.query(TextArea), *app.screen.query(Input)):
        field.cursor_blink = False


def console(theme: str = "deskterm-dark", **looks: Any) -> DeskApp:
    return DeskApp(FakeOffice(demo=True), ConsoleSettings(theme=theme, **looks))


def test_the_list_at_80x24(snap_compare: Any) -> None:
    assert snap_compare(console(), terminal_size=NARROW, run_before=reading("j", "j", words="3 of 210", conversation_id=0))


def test_a_conversation_at_80x24(snap_compare: Any) -> None:
    assert snap_compare(console(), terminal_size=NARROW, run_before=reading(words="queued 3m"))


def test_a_note_at_80x24(snap_compare: Any) -> None:
    assert snap_compare(console(), terminal_size=NARROW, run_before=reading("n", "o", "k", words="INTERNAL NOTE"))


def test_two_panes_dark(snap_compare: Any) -> None:
    assert snap_compare(console(), terminal_size=WIDE, run_before=reading(words="queued 3m"))


def test_two_panes_light_with_a_reply(snap_compare: Any) -> None:
    prepare = reading("r", "o", "k", words="To: Li Wei <700002>")
    assert snap_compare(console("deskterm-light"), terminal_size=WIDE, run_before=prepare)


def test_two_panes_without_colour(snap_compare: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(console(), terminal_size=WIDE, run_before=reading(words="queued 3m"))


def test_ascii_symbols(snap_compare: Any) -> None:
    assert snap_compare(console(ascii=True), terminal_size=WIDE, run_before=reading(words="queued 3m"))


def test_the_menu_of_places(snap_compare: Any) -> None:
    assert snap_compare(console(), terminal_size=NARROW, run_before=reading("g", words="First row", conversation_id=0))
