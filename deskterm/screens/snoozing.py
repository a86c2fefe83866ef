"""When a snoozed conversation comes back: the times of the menu, and the dialog that takes a time in words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from deskterm.desk.layouts import other_layout
from deskterm.i18n import N_, _
from deskterm.screens.asking import Dialog, plain
from deskterm.screens.console import console_of
from deskterm.screens.leaving import leave
from deskterm.when_words import EVENING, MORNING, Mistake, time_in_words
from deskterm.wording import day_and_time

_MISTAKES: dict[Mistake, str] = {
    Mistake.EMPTY: N_("For example: 2h, tomorrow 10:00, friday, 5 december"),
    Mistake.NOT_UNDERSTOOD: N_("No time that is understood yet; for example: 2h, tomorrow 10:00, friday"),
    Mistake.PAST: N_("That time has passed"),
    Mistake.TOO_FAR: N_("That is more than three years ahead"),
}


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


def typed_time(text: str, now: datetime) -> datetime | Mistake:
    """Return the time that was typed, also in the wrong layout ("pfdnhf" is "завтра")."""
    found = time_in_words(text, now)
    if found is Mistake.NOT_UNDERSTOOD:
        other = time_in_words(other_layout(text), now)
        return found if isinstance(other, Mistake) else other
    return found


class SnoozeScreen(Dialog[datetime]):
    """Asks for a time in words, of which some may be `typed` already; shows what time that is. Ends with the time."""

    def __init__(self, title: str, typed: str = "") -> None:
        super().__init__(title)
        self._ready = asyncio.Event()
        self._typed_before = typed

    @property
    def has_arrived(self) -> bool:
        """Whether it can be typed into: keys typed ahead wait for it."""
        return self._ready.is_set()

    async def arrive(self) -> None:
        """Wait until it `has_arrived`."""
        await self._ready.wait()

    def on_mount(self) -> None:
        field = self.query_one(Input)
        field.focus()
        field.cursor_position = len(field.value)
        self._ready.set()

    def body(self) -> Iterable[Widget]:
        yield Input(self._typed_before, select_on_focus=False, compact=True)
        yield plain(_(_MISTAKES[Mistake.EMPTY]), "words")
        yield plain(_("Enter takes it   Esc leaves"), "hint")

    def on_input_changed(self, event: Input.Changed) -> None:
        found = typed_time(event.value, console_of(self).office.now())
        words = _(_MISTAKES[found]) if isinstance(found, Mistake) else _("Comes back {when}").format(when=day_and_time(found))
        self.query_one(".words", Static).update(Content(words))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        found = typed_time(event.value, console_of(self).office.now())
        if isinstance(found, Mistake):
            hint = self.query_one(".hint", Static)
            hint.update(Content(_(_MISTAKES[found])))
            hint.add_class("-problem")
        else:
            leave(self, found)
