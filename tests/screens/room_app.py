"""A bare console around one screen: what the rooms and dialogs need of the application, and nothing of the inbox."""

from __future__ import annotations

from typing import Any

from fake_office import FakeOffice
from textual.screen import Screen

from deskterm.keys.actions import Action, Context
from deskterm.keys.keymap import Keymap, bindings
from deskterm.settings import ConsoleSettings
from deskterm.terminal import SafeTerminal


class RoomApp(SafeTerminal, inherit_bindings=False):
    """Opens a screen at once; `answers` are what it ended with, `told` what was said, `went` where it led."""

    BINDINGS = [*bindings(Context.ANYWHERE)]

    def __init__(self, office: FakeOffice, screen: Screen[Any], looks: ConsoleSettings | None = None) -> None:
        super().__init__()
        self.office = office
        self.looks = looks or ConsoleSettings()
        self.own_keys = Keymap(self.looks.keys)
        self.told: list[str] = []
        self.went: list[object] = []
        self.answers: list[object] = []
        self.performed: list[str] = []
        self._first = screen

    def on_mount(self) -> None:
        self.push_screen(self._first, self.answers.append)

    def tell(self, words: str, *, problem: bool = False) -> None:
        self.told.append(words)

    async def perform(self, action: Action) -> None:
        self.performed.append(action.id)

    def open_conversation(self, conversation_id: int) -> None:
        self.went.append(conversation_id)

    def go_to_view(self, view: str) -> None:
        self.went.append(view)
