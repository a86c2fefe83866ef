"""How the list and the panes around it look at every width: pictures, compared. See `test_looks`."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import textual
from desk_pilot import Desk
from fake_office import FakeOffice
from test_looks import DRAWN_BY, steady
from textual.pilot import Pilot

from deskterm.app import DeskApp
from deskterm.settings import ConsoleSettings

SIZES = {"80": (80, 24), "100": (100, 30), "160": (160, 45), "200": (200, 50)}

pytestmark = pytest.mark.skipif(textual.__version__ != DRAWN_BY, reason=f"the pictures were drawn by Textual {DRAWN_BY}")


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Show times in one zone on every machine."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def looking(*keys: str, words: str = "3 of 210") -> Callable[[Pilot[Any]], Any]:
    """Press keys, mark two rows, and wait for words."""

    async def prepare(pilot: Pilot[Any]) -> None:
        app = pilot.app
        assert isinstance(app, DeskApp)
        desk = Desk(app, app.office, pilot)  # type: ignore[arg-type]
        await desk.until(
            lambda: app.screen.query("#list") and desk.inbox.list.rows and desk.inbox._status and desk.inbox.shelf.tags
        )
        desk.inbox.list.mark((desk.inbox.list.rows[4].id, desk.inbox.list.rows[6].id))
        desk.inbox.show_foot()
        await desk.press("j", "j", *keys)
        await desk.until_shown(words)
        steady(app)
        await pilot.pause(0.4)

    return prepare


def console(theme: str = "deskterm-dark", **looks: Any) -> DeskApp:
    return DeskApp(FakeOffice(demo=True), ConsoleSettings(theme=theme, **looks))


@pytest.mark.parametrize("size", SIZES)
def test_dark(snap_compare: Any, size: str) -> None:
    assert snap_compare(console(), terminal_size=SIZES[size], run_before=looking())


@pytest.mark.parametrize("size", SIZES)
def test_light(snap_compare: Any, size: str) -> None:
    assert snap_compare(console("deskterm-light"), terminal_size=SIZES[size], run_before=looking())


@pytest.mark.parametrize("size", SIZES)
def test_without_colour(snap_compare: Any, size: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(console(), terminal_size=SIZES[size], run_before=looking())


def test_the_filter_prompt(snap_compare: Any) -> None:
    prepare = looking("slash", *"tag:", words="none  any")
    assert snap_compare(console(), terminal_size=SIZES["100"], run_before=prepare)


def test_a_mistake_in_the_filter(snap_compare: Any) -> None:
    prepare = looking("slash", *"taq:x", words="there is no field taq")
    assert snap_compare(console("deskterm-light"), terminal_size=SIZES["80"], run_before=prepare)


def test_a_view_to_be_saved(snap_compare: Any) -> None:
    assert snap_compare(console(), terminal_size=SIZES["80"], run_before=looking("W", words="Save this view"))
