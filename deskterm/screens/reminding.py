"""Reminders: the dialog that sets one for a conversation, a customer or a task, and what is said when it is set."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.widget import Widget
from textual.widgets import Input

from deskterm.desk.commands_time import Remind
from deskterm.desk.model import Role
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.screens.asking import Dialog, plain
from deskterm.screens.console import begin, console_of
from deskterm.screens.leaving import leave
from deskterm.times.when_typed import READY
from deskterm.widgets.person_choice import PersonChoice
from deskterm.widgets.time_field import TimeField
from deskterm.words.wording import day_and_time

MOST_WORDS = 300
"""Characters of what a reminder says."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: the time, the words, and whom it is for (their id and name; None: me)."""

    at: datetime
    words: str = ""
    operator_id: int | None = None
    name: str = ""

    def about(
        self, *, conversation_id: int | None = None, customer_id: int | None = None, task_id: int | None = None
    ) -> Remind:
        """Return the command that sets it for a conversation, a customer or a task."""
        return Remind(self.at, self.words, self.operator_id, conversation_id, customer_id, task_id)


class RemindScreen(Dialog[Wanted]):
    """Asks when, what for and whom. Enter sets it from every field; Tab goes to the next one. `typed` may be a time already,
    `words` what it is for."""

    DEFAULT_CSS: ClassVar[str] = """
    RemindScreen {
        & TimeField { margin: 0 0 1 0; }
        & PersonChoice { margin: 0 0 1 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "step(1)", show=False, priority=True),
        Binding("shift+tab", "step(-1)", show=False, priority=True),
    ]

    def __init__(self, title: str, typed: str = "", words: str = "") -> None:
        super().__init__(title)
        self._typed_before = typed
        self._words_before = clean_line(words, MOST_WORDS)
        self._ready = asyncio.Event()

    def body(self) -> Iterable[Widget]:
        ready = [_(words) for words in READY]
        office = console_of(self).office
        yield TimeField(office.now, self._typed_before, ready=ready, zone=lambda: office.zone, id="remind-when")
        field = Input(
            self._words_before,
            placeholder=_("what for, as: call back"),
            max_length=MOST_WORDS,
            select_on_focus=False,
            compact=True,
            id="remind-words",
        )
        yield field
        yield PersonChoice(id="remind-whom")
        yield plain(_("Enter sets it   Tab next   Esc leaves"), "hint")

    @property
    def has_arrived(self) -> bool:
        """Whether it can be typed into, and what was entered is understood: keys typed ahead wait for it."""
        return self._ready.is_set() and self._when.is_settled

    async def arrive(self) -> None:
        """Wait until it `has_arrived`."""
        await self._ready.wait()
        await self._when.settle()

    @property
    def _when(self) -> TimeField:
        return self.query_one(TimeField)

    def on_mount(self) -> None:
        self._when.take_keys()
        begin(self, self._load(), group="people")
        self._ready.set()

    async def _load(self) -> None:
        """Offer the operators, me first; who may only look is reminded of nothing."""
        office = console_of(self).office
        people = [one for one in await office.operators() if one.role is not Role.VIEWER]
        self.query_one(PersonChoice).offer(sorted(people, key=lambda one: one.id != office.me.id))

    def action_step(self, step: int) -> None:
        """Go to the next field, or the one before."""
        if step > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._when.take()

    def on_person_choice_submitted(self, event: PersonChoice.Submitted) -> None:
        event.stop()
        self._when.take()

    def on_time_field_taken(self, event: TimeField.Taken) -> None:
        event.stop()
        if event.at is None:
            return
        one, me = self.query_one(PersonChoice).chosen, console_of(self).office.me
        other = None if one is None or one.id == me.id else one
        words = clean_line(self.query_one("#remind-words", Input).value, MOST_WORDS)
        told = (None, "") if other is None else (other.id, clean_line(other.name, 60))
        leave(self, Wanted(event.at, words, *told))


def set_words(wanted: Wanted, key: str) -> str:
    """Say what was set, and by which key it is taken back."""
    when = day_and_time(wanted.at)
    said = _("{name} is reminded {when}").format(name=wanted.name, when=when) if wanted.name else ""
    said = said or _("You are reminded {when}").format(when=when)
    return f"{said} · {_('{key} takes it back').format(key=key)}"


def ask_reminder(node: DOMNode, title: str, set_it: Callable[[Wanted], object], *, typed: str = "", words: str = "") -> None:
    """Ask when to be reminded, and of what; `set_it` is called with the answer. `title` names what it is about."""

    def answered(wanted: Wanted | None) -> None:
        if wanted is not None:
            set_it(wanted)

    about = clean_line(title, 40)
    node.app.push_screen(RemindScreen(f"{_('Remind me')} · {about}" if about else _("Remind me"), typed, words), answered)
