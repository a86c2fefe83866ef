"""What a value of a card is edited with, in its place: a field, a choice or a few lines, and below it what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static, TextArea

from deskterm.desk.text import clean, clean_line
from deskterm.i18n import _
from deskterm.widgets.choice import Choice

MOST = 500
"""Characters of a value that can be typed; what is too long by the rules of the desk is said as it is typed."""
NOTE_LINES = 5


class CardEditor(Vertical):
    """The base of all: `value` is what was typed or chosen. Enter keeps it, Tab keeps it and goes on, Esc leaves it."""

    DEFAULT_CSS: ClassVar[str] = """
    CardEditor {
        background: $background; overflow: hidden;
        & Input, & TextArea { padding: 0 1; background: $panel; border: none; }
        & Input { height: 1; }
        & TextArea { height: 5; }
        & Choice { background: $panel; }
        & .hint { height: 1; color: $text-muted; padding: 0 1; }
        & .hint.-problem { color: $text-error; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", show=False, priority=True),
        Binding("tab", "keep_and_go_on", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]
    lines_needed = 2

    class Kept(Message):
        """The value is to be kept; `go_on`: the next one is edited then."""

        def __init__(self, value: str, go_on: bool) -> None:
            super().__init__()
            self.value = value
            self.go_on = go_on

    class Left(Message):
        """The value is to stay as it was; `changed`: something else was typed."""

        def __init__(self, changed: bool) -> None:
            super().__init__()
            self.changed = changed

    def __init__(self, value: str, hint: str, problem: Callable[[str], str] = lambda _typed: "") -> None:
        """Begin with a value; `problem` says what is wrong with what is typed, "" where nothing is."""
        super().__init__()
        self._before = value
        self._hint = hint
        self._problem = problem

    @property
    def value(self) -> str:
        """What stands there now."""
        raise TypeError(f"{type(self).__name__} has no value")

    def take_keys(self) -> None:
        """Let the keys be for what is edited."""
        raise TypeError(f"{type(self).__name__} has no field")

    def compose_hint(self) -> Static:
        """Return the line below the field."""
        return Static(Content(self._hint), classes="hint", markup=False)

    def on_mount(self) -> None:
        self.take_keys()

    def warn(self, words: str) -> None:
        """Say below the field what is wrong; "": nothing is."""
        hint = self.query_one(".hint", Static)
        hint.update(Content(clean_line(words, 300) or self._hint))
        hint.set_class(bool(words), "-problem")

    def look(self) -> None:
        """Say what is wrong with what is typed."""
        self.warn(self._problem(self.value))

    def action_keep(self) -> None:
        self._keep(go_on=False)

    def action_keep_and_go_on(self) -> None:
        self._keep(go_on=True)

    def _keep(self, *, go_on: bool) -> None:
        if problem := self._problem(self.value):
            self.warn(problem)
        else:
            self.post_message(self.Kept(self.value, go_on))

    def action_leave(self) -> None:
        self.post_message(self.Left(self.value.strip() != self._before.strip()))


class LineEditor(CardEditor):
    """One line of text; `suggester` completes it, which → takes."""

    def __init__(
        self,
        value: str,
        hint: str = "",
        problem: Callable[[str], str] = lambda _typed: "",
        suggester: Suggester | None = None,
    ) -> None:
        super().__init__(clean_line(value, 4 * MOST), hint or _("Enter keeps it   Tab next   Esc leaves"), problem)
        self._suggester = suggester

    def compose(self) -> ComposeResult:
        yield Input(self._before, compact=True, select_on_focus=False, suggester=self._suggester, max_length=4 * MOST)
        yield self.compose_hint()

    @property
    def value(self) -> str:
        return self.query_one(Input).value

    def take_keys(self) -> None:
        field = self.query_one(Input)
        field.focus()
        field.cursor_position = len(field.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self._before:
            self.look()
        else:
            self.warn("")


class ChoiceEditor(CardEditor):
    """One of a few values, each with the words it is shown by; "" is none of them."""

    def __init__(self, value: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(value, _("← → choose   Enter keeps it   Tab next   Esc leaves"))
        known = dict(choices)
        self._values = {"—": "", **({} if value in known or not value else {clean_line(value, 60): value})}
        self._values |= {words: key for key, words in choices}

    def compose(self) -> ComposeResult:
        choice = Choice()
        choice.show([(words, "") for words in self._values])
        choice.choose(next(words for words, key in self._values.items() if key == self._before))
        yield choice
        yield self.compose_hint()

    @property
    def value(self) -> str:
        return self._values[self.query_one(Choice).chosen]

    def take_keys(self) -> None:
        self.query_one(Choice).focus()


class NoteEditor(CardEditor, inherit_bindings=False):
    """A few lines; Enter begins another one, so ctrl+s keeps them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", show=False, priority=True),
        Binding("tab", "keep", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]
    lines_needed = NOTE_LINES + 1

    def __init__(self, value: str) -> None:
        super().__init__(clean(value), _("ctrl+s keeps it   Esc leaves"))

    def compose(self) -> ComposeResult:
        yield TextArea(self._before, soft_wrap=True, compact=True, highlight_cursor_line=False)
        yield self.compose_hint()

    @property
    def value(self) -> str:
        return self.query_one(TextArea).text

    def take_keys(self) -> None:
        area = self.query_one(TextArea)
        area.focus()
        if area.text:
            # Textual 8.2 looks up styles of its own to scroll there, which it has only once it was laid out.
            area.call_after_refresh(self._to_end)

    def _to_end(self) -> None:
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end)
