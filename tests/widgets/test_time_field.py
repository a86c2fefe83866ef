"""The field that takes a time in words: what it says of them, what it takes, and that no key waits for dateparser."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input, Static

from deskterm import i18n
from deskterm.times.when_typed import READY, quick_typed_time, typed_time
from deskterm.times.when_words import Mistake
from deskterm.widgets import time_field
from deskterm.widgets.time_field import TimeField
from deskterm.widgets.when import to_come

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""A Sunday."""


@pytest.fixture(autouse=True)
def zone(monkeypatch: pytest.MonkeyPatch) -> Any:
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
    i18n.use("en")


class FieldApp(App[None]):
    """One field; `taken` is what it took."""

    def __init__(self, **asked: Any) -> None:
        super().__init__()
        self.field = TimeField(lambda: NOW, **asked)
        self.taken: list[datetime | None] = []

    def compose(self) -> ComposeResult:
        yield self.field

    def on_mount(self) -> None:
        self.field.take_keys()

    def on_time_field_taken(self, event: TimeField.Taken) -> None:
        self.taken.append(event.at)

    @property
    def said(self) -> str:
        return str(self.query_one(".understood", Static).content)


async def until(pilot: Pilot[Any], app: FieldApp, words: str) -> None:
    for _try in range(1000):
        if words in app.said:
            return
        await pilot.pause(0.01)
    raise AssertionError(app.said)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "For example: 2h"),
        ("2h", "14:00 · in 2h"),
        ("завтра 10:00", "Mon 23.11 10:00 · in 22h"),
        ("pfdnhf", "Mon 23.11 09:00 · in 21h"),
        ("5 декабря", "Sat 05.12 09:00 · in 12d"),
        ("in a fortnight", "Sun 06.12 09:00 · in 13d"),
        ("pfdnhf 10^30", "Mon 23.11 10:30 · in 22h"),
        ("31.02", "No time that is understood yet"),
        ("через две недели", "Sun 06.12 12:00 · in 14d"),
        ("вчера", "That time has passed"),
        ("5.12.2099", "more than three years"),
        ("whenever", "No time that is understood yet"),
    ],
)
async def test_it_says_what_it_understands(typed: str, said: str) -> None:
    app = FieldApp(typed=typed)
    async with app.run_test(size=(60, 8)) as pilot:
        await until(pilot, app, said)


@pytest.mark.parametrize(
    ("typed", "at"),
    [("3 дня", NOW + timedelta(days=3)), ("in a fortnight", datetime(2026, 12, 6, 9, tzinfo=UTC))],
)
async def test_enter_takes_it_at_once_and_after_a_thought(typed: str, at: datetime) -> None:
    app = FieldApp()
    async with app.run_test(size=(60, 8)) as pilot:
        await pilot.press(*typed, "enter")
        for _try in range(1000):
            if app.taken:
                break
            await pilot.pause(0.01)
        assert app.taken == [at]
        assert app.field.is_settled


@pytest.mark.parametrize("typed", ["whenever", "вчера", ""])
async def test_enter_says_why_it_takes_nothing(typed: str) -> None:
    app = FieldApp(typed=typed)
    async with app.run_test(size=(60, 8)) as pilot:
        await pilot.press("enter")
        for _try in range(1000):
            if app.query_one(".understood").has_class("-problem"):
                break
            await pilot.pause(0.01)
        assert app.query_one(".understood").has_class("-problem")
        assert app.taken == []


async def test_no_time_may_be_given_where_none_is_needed() -> None:
    app = FieldApp(optional=True)
    async with app.run_test(size=(60, 8)) as pilot:
        await until(pilot, app, "no time")
        await pilot.press("enter")
        await pilot.pause()
        assert app.taken == [None]


async def test_ready_choices_go_in_by_the_arrows() -> None:
    app = FieldApp(ready=READY)
    async with app.run_test(size=(60, 8)) as pilot:
        await pilot.press("down")
        await until(pilot, app, "in 1h")
        await pilot.press("down")
        assert app.field.typed == "tomorrow 9:00"
        await pilot.press("up", "up")
        await until(pilot, app, "Mon 23.11 09:00")
        assert app.field.typed == "monday 9:00"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_ready_choice_is_understood_at_once(language: str) -> None:
    i18n.use(language)
    found = [quick_typed_time(i18n._(words), NOW) for words in READY]
    assert found == [NOW + timedelta(hours=1), *[datetime(2026, 11, 23, 9, tzinfo=UTC)] * 2]


async def test_keys_go_on_while_words_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    may, asked = threading.Event(), threading.Event()

    def slowly(text: str, now: datetime, _zone: tzinfo | None) -> datetime | Mistake:
        asked.set()
        assert may.wait(10)
        return typed_time(text, now)

    monkeypatch.setattr(time_field, "typed_time", slowly)
    app = FieldApp(typed="in a fortnight")
    async with app.run_test(size=(60, 8)) as pilot:
        await pilot.press("enter")
        for _try in range(1000):
            if asked.is_set():
                break
            await pilot.pause(0.01)
        assert not app.field.is_settled
        assert app.said == "…"
        await pilot.press("x")
        assert app.query_one(Input).value == "in a fortnightx"
        may.set()


async def test_what_cannot_be_read_is_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_text: str, _now: datetime, _zone: tzinfo | None) -> datetime | Mistake:
        raise RuntimeError("of dateparser's own")

    monkeypatch.setattr(time_field, "typed_time", fails)
    app = FieldApp(typed="in a fortnight")
    async with app.run_test(size=(60, 8)) as pilot:
        await until(pilot, app, "No time that is understood yet")


async def test_what_fails_at_once_is_no_time_either(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_text: str, _now: datetime, _zone: tzinfo | None) -> datetime | Mistake:
        raise RuntimeError("of ours")

    monkeypatch.setattr(time_field, "quick_typed_time", fails)
    app = FieldApp()
    async with app.run_test(size=(60, 8)) as pilot:
        await pilot.press("2", "h")
        await until(pilot, app, "No time that is understood yet")


async def test_the_zone_is_named_where_it_is_not_the_machines() -> None:
    app = FieldApp(typed="завтра 10:00", zone=lambda: ZoneInfo("Asia/Tokyo"))
    async with app.run_test(size=(60, 8)) as pilot:
        await until(pilot, app, "Mon 23.11 01:00 · in 13h · 10:00 Asia/Tokyo")
        await pilot.press("enter")
        await pilot.pause()
        assert app.taken == [datetime(2026, 11, 23, 1, tzinfo=UTC)]


def test_the_words_of_a_time_to_come() -> None:
    assert to_come(NOW + timedelta(hours=22), NOW) == "Mon 23.11 10:00 · in 22h"
    i18n.use("ru")
    assert to_come(NOW + timedelta(hours=22), NOW) == "пн 23.11 10:00 · через 22ч"
