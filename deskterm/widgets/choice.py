"""One of a few, on one line: the arrows or space go to the next one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.message import Message
from textual.strip import Strip

from deskterm.desk.text import clean_line
from deskterm.widgets.cells import cut, width
from deskterm.widgets.paint import Span
from deskterm.widgets.strips import Brush, Painted


class Choice(Painted, can_focus=True):
    """Names, each with a few words; the one that is chosen stands between brackets, so that no colour is needed to see it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--chosen", "choice--muted"}
    DEFAULT_CSS: ClassVar[str] = """
    Choice {
        height: 1; width: 1fr; background: $surface; padding: 0 1;
        & > .choice--chosen { text-style: bold; }
        & > .choice--muted { color: $text-muted; }
        &:focus { background: $boost; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space,down", "step(1)", show=False),
        Binding("left,up", "step(-1)", show=False),
    ]

    class Changed(Message):
        """Another one was chosen."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._brush = Brush(self, "choice")
        self._choices: list[tuple[str, str]] = []
        self._at = 0

    @property
    def chosen(self) -> str:
        """The name that is chosen; empty where there is none to choose."""
        return self._choices[self._at][0] if self._choices else ""

    def show(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer these names with their words; the first one is chosen."""
        self._choices, self._at = list(choices), 0
        self.refresh()

    def choose(self, name: str) -> None:
        """Choose a name, if it is offered."""
        found = next((index for index, choice in enumerate(self._choices) if choice[0] == name), None)
        if found is not None and found != self._at:
            self._at = found
            self.refresh()

    def action_step(self, step: int) -> None:
        if len(self._choices) > 1:
            self._at = (self._at + step) % len(self._choices)
            self.refresh()
            self.post_message(self.Changed())

    def render_line(self, y: int) -> Strip:
        cells, spans = self.size.width, []
        room = cells
        for index, (name, words) in enumerate(self._choices):
            here = index == self._at
            text = cut(f"[{clean_line(name, 40)}]" if here else f" {clean_line(name, 40)} ", max(0, room))
            spans.append(Span(text, "chosen" if here else "muted"))
            room -= width(text)
            if here and words:
                address = cut(f" {clean_line(words, 80)} ", max(0, room))
                spans.append(Span(address, "muted"))
                room -= width(address)
        return self._brush.strip(spans, cells)


class LetterChoice(Choice):
    """One of a few, each with a letter of its own that chooses it; `picked` is the value behind it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._values: dict[str, str] = {}
        self._letters: dict[str, str] = {}

    @property
    def picked(self) -> str:
        """The value that is chosen; empty where there is none to choose."""
        return self._values.get(self.chosen, "")

    def offer(self, choices: Sequence[tuple[str, str, str]]) -> None:
        """Offer these: letter, value, words."""
        names = [f"{letter} {words}" for letter, _value, words in choices]
        self._values = {name: value for name, (_letter, value, _words) in zip(names, choices, strict=True)}
        self._letters = {letter: name for name, (letter, _value, _words) in zip(names, choices, strict=True)}
        self.show([(name, "") for name in names])

    def pick(self, value: str) -> None:
        """Choose by the value."""
        self.choose(next((name for name, one in self._values.items() if one == value), ""))

    def on_key(self, event: Key) -> None:
        if event.key in self._letters:
            event.stop()
            self.choose(self._letters[event.key])
            self.post_message(self.Changed())
