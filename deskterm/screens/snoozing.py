"""When a snoozed conversation comes back: the times of the menu, and the dialog that takes a time in words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from textual.widget import Widget

from deskterm.i18n import _
from deskterm.screens.asking import Dialog, plain
from deskterm.screens.console import console_of
from deskterm.screens.leaving import leave
from deskterm.times.when_days import EVENING, MORNING
from deskterm.widgets.time_field import TimeField
from deskterm.widgets.when import to_come
from deskterm.words.wording import day_and_time


def preset(name: str, now: datetime) -> datetime | None:
    """Return when a choice of the menu comes back; None for "tonight" where the evening has begun."""
    if name == "hour":
        return now + timedelta(hours=1)
    wall = now.astimezone().replace(tzinfo=None)
    if name == "tonight":
        found = datetime.combine(wall.date(), EVENING)
        return found.astimezone(now.tzinfo) if found > wall else None
    days = 1 if name == "tomorrow" else 7 - wall.weekday()
    return datetime.combine(wall.date() + timedelta(days=days), MORNING).astimezone(now.tzinfo)


def menu_notes(now: datetime) -> tuple[dict[str, str], set[str]]:
    """Return the times that the snooze menu shows beside its choices, and the choices that are not possible now, by id."""
    times = {name: preset(name, now) for name in ("hour", "tonight", "tomorrow", "monday")}
    notes = {f"snooze.{name}": day_and_time(at) for name, at in times.items() if at is not None}
    return notes, {f"snooze.{name}" for name, at in times.items() if at is None}


class SnoozeScreen(Dialog[datetime]):
    """Asks for a time in words, of which some may be `typed` already; shows what time that is. Ends with the time."""

    def __init__(self, title: str, typed: str = "") -> None:
        super().__init__(title)
        self._ready = asyncio.Event()
        self._typed_before = typed

    @property
    def has_arrived(self) -> bool:
        """Whether it can be typed into, and what was entered is understood: keys typed ahead wait for it."""
        return self._ready.is_set() and self.query_one(TimeField).is_settled

    async def arrive(self) -> None:
        """Wait until it `has_arrived`."""
        await self._ready.wait()
        await self.query_one(TimeField).settle()

    def on_mount(self) -> None:
        self.query_one(TimeField).take_keys()
        self._ready.set()

    def body(self) -> Iterable[Widget]:
        office = console_of(self).office
        yield TimeField(office.now, self._typed_before, said=_comes_back, zone=lambda: office.zone)
        yield plain(_("Enter takes it   Esc leaves"), "hint")

    def on_time_field_taken(self, event: TimeField.Taken) -> None:
        leave(self, event.at)


def _comes_back(at: datetime, now: datetime) -> str:
    return _("Comes back {when}").format(when=to_come(at, now))
