"""One of the operators, on one line: letters find one by name or login, in either layout; the arrows step; Backspace is me."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.message import Message
from textual.strip import Strip

from deskterm.desk.layouts import other_layout
from deskterm.desk.model import Operator
from deskterm.desk.query import folded
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.widgets.cells import cut, width
from deskterm.widgets.paint import Span
from deskterm.widgets.strips import Brush, Painted


class PersonChoice(Painted, can_focus=True):
    """See the module. The first of those `offer`ed is the one that is chosen without a key."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"person--chosen", "person--muted"}
    DEFAULT_CSS: ClassVar[str] = """
    PersonChoice {
        height: 1; width: 1fr; background: $surface;
        & > .person--chosen { text-style: bold; }
        & > .person--muted { color: $text-muted; }
        &:focus { background: $boost; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "step(1)", show=False),
        Binding("left", "step(-1)", show=False),
        Binding("backspace", "first", show=False),
    ]

    class Submitted(Message):
        """Enter was pressed on it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._brush = Brush(self, "person")
        self._people: tuple[Operator, ...] = ()
        self._at = 0
        self._typed = ""

    @property
    def chosen(self) -> Operator | None:
        """The operator that is chosen; None while nobody is offered."""
        return self._people[self._at] if self._people else None

    def offer(self, people: Sequence[Operator]) -> None:
        """Offer these; the first one is chosen."""
        self._people, self._at, self._typed = tuple(people), 0, ""
        self.refresh()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Letters are its own: they are part of a name."""
        return character is not None and character.isprintable() and not character.isspace()

    def on_key(self, event: Key) -> None:
        if event.key == "enter":
            event.stop()
            self.post_message(self.Submitted())
        elif event.character is not None and self.check_consume_key(event.key, event.character):
            event.stop()
            self._find(event.character)

    def _find(self, character: str) -> None:
        """Go to the first whose name begins with what was typed; what begins no name is typed anew."""
        for typed in (self._typed + character, character):
            for index, one in enumerate(self._people):
                if _begins(one, typed):
                    self._at, self._typed = index, typed
                    self.refresh()
                    return

    def action_step(self, step: int) -> None:
        if self._people:
            self._at, self._typed = (self._at + step) % len(self._people), ""
            self.refresh()

    def action_first(self) -> None:
        self._at, self._typed = 0, ""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        one, cells = self.chosen, self.size.width
        name = "" if one is None else clean_line(one.name, 60) + (f" {_('(me)')}" if self._at == 0 else "")
        spans = [Span(cut(f"[{name}]", cells), "chosen")]
        if len(self._people) > 1:
            hint = _("letters or ←→: another of {n}").format(n=len(self._people))
            spans.append(Span(cut(f"  {hint}", max(0, cells - width(spans[0].text))), "muted"))
        return self._brush.strip(spans, cells)


def _begins(one: Operator, typed: str) -> bool:
    """Whether a word of somebody's name, or the login, begins with what was typed, in either keyboard layout."""
    words = [*folded(one.name).split(), folded(one.login)]
    return any(word.startswith(folded(text)) for text in (typed, other_layout(typed)) for word in words)
