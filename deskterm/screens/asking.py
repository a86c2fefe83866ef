"""Small questions over a room: yes or no, which path. Each ends with its answer, or None for "leave it"."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import ClassVar, Generic, TypeAlias, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from deskterm.desk.text import clean, clean_line
from deskterm.i18n import _, ngettext
from deskterm.office import OfficeError
from deskterm.screens.completion import completions, home_shown, paths_meant
from deskterm.screens.console import begin
from deskterm.screens.leaving import leave

Answer = TypeVar("Answer")
Take: TypeAlias = Callable[[Path], Awaitable[None]]


class Dialog(ModalScreen[Answer | None], Generic[Answer]):
    """A box in the middle of the screen. Esc leaves it with None."""

    DEFAULT_CSS: ClassVar[str] = """
    Dialog {
        align: center middle; background: $background 60%;
        & > .box {
            width: 64; max-width: 100%; height: auto; max-height: 100%; padding: 0 1;
            border: round $primary; background: $surface; color: $foreground;
        }
        & Input { padding: 0 1; background: $boost; margin: 0 0 1 0; }
        & LineList { height: auto; min-height: 1; max-height: 14; }
        & .words { height: auto; max-height: 12; margin: 0 0 1 0; }
        & .hint { height: auto; color: $text-muted; }
        & .hint.-problem { color: $text-error; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("f1", "app.help", show=False),
    ]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def body(self) -> Iterable[Widget]:
        """Return what stands in the box."""
        raise TypeError(f"{type(self).__name__} has no body")

    def compose(self) -> ComposeResult:
        box = Vertical(*self.body(), classes="box")
        box.border_title = Content(clean_line(self._title, 60))
        yield box

    def action_leave(self) -> None:
        leave(self, None)


def plain(words: str, classes: str) -> Static:
    """Return a text that is shown as it is: cleaned, never markup."""
    return Static(Content(clean(words)), classes=classes, markup=False)


class ConfirmScreen(Dialog[bool]):
    """A question that is answered by `y` (or Enter) or `n` (or Esc). In a Russian layout the same keys."""

    def __init__(self, question: str, title: str = "") -> None:
        super().__init__(title or _("Are you sure?"))
        self._question = question

    def body(self) -> Iterable[Widget]:
        yield plain(self._question, "words")
        yield plain(_("y yes   n no"), "hint")

    def on_key(self, event: Key) -> None:
        event.stop()
        if event.key in ("y", "Y", "enter"):
            leave(self, True)
        elif event.key in ("n", "N", "q", "escape"):
            leave(self, False)


class PathScreen(Dialog[Path]):
    """Asks for a path; Tab completes it. `folders` offers folders only; `several` may be given as to a shell.

    `take` does with the path what it is asked for; where that fails the question stays, with the words typed and the reason.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", show=False, priority=True)]

    def __init__(
        self, title: str, start: str = "", *, folders: bool = False, take: Take | None = None, several: bool = False
    ) -> None:
        super().__init__(title)
        self._several = several
        self._take = take
        self._start = start
        self._folders = folders

    def body(self) -> Iterable[Widget]:
        yield Input(self._start, select_on_focus=False, compact=True)
        yield plain(_("Tab completes   Enter takes it   Esc leaves"), "hint")

    def on_mount(self) -> None:
        self.call_after_refresh(self._to_end)

    def _to_end(self) -> None:
        field = self.query_one(Input)
        field.cursor_position = len(field.value)

    def action_complete(self) -> None:
        begin(self, self._complete(), group="complete", exclusive=True)

    async def _complete(self) -> None:
        field = self.query_one(Input)
        typed = field.value
        longest, names = await completions(typed, folders=self._folders)
        if field.value != typed:
            return
        if longest != typed:
            field.value = longest
            field.cursor_position = len(longest)
        shown = "  ".join(clean_line(name, 40) for name in names[:8])
        more = len(names) - 8
        if more > 0:
            shown += "  " + ngettext("and {n} more", "and {n} more", more).format(n=more)
        self._hint(shown if len(names) != 1 else _("Enter takes it   Esc leaves"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            begin(self, self._end(event.value.strip()), group="take", exclusive=True)

    async def _end(self, typed: str) -> None:
        paths = await paths_meant(typed) if self._several else [home_shown(typed)]
        if self._take is not None:
            try:
                for path in paths:
                    await self._take(path)
            except OfficeError as error:
                self._hint(clean_line(error.words, 300), problem=True)
                return
        leave(self, paths[-1])

    def _hint(self, words: str, *, problem: bool = False) -> None:
        hint = self.query_one(".hint", Static)
        hint.update(Content(words))
        hint.set_class(problem, "-problem")
