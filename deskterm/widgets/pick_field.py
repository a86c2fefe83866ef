"""Where one of several names is picked by a few letters: what is meant stands beside them before it is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from deskterm.desk.layouts import other_layout
from deskterm.desk.query import folded
from deskterm.desk.text import clean_line
from deskterm.i18n import _


@dataclass(frozen=True, slots=True)
class Pick:
    """One that can be picked: its id, its name, and what else finds it."""

    id: int
    name: str
    also: str = ""

    def rank(self, typed: str) -> int:
        """Return how well it fits what was typed: 0 is its name, 1 begins so, 2 has a word that does, 3 not at all."""
        name = folded(self.name)
        words = folded(f"{self.name} {self.also}").split()
        if name == typed or typed in folded(self.also).split():
            return 0
        return 1 if name.startswith(typed) else 2 if all(any(w.startswith(t) for w in words) for t in typed.split()) else 3


class PickField(Horizontal):
    """See the module. Nothing typed is nobody; ↓ and ↑ go through those that fit."""

    DEFAULT_CSS: ClassVar[str] = """
    PickField {
        height: 1; width: 1fr;
        & > Input { width: 26; }
        & > .meant { width: 1fr; height: 1; padding: 0 1; color: $text-muted; }
        & > .meant.-problem { color: $text-error; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "another(1)", show=False),
        Binding("up", "another(-1)", show=False),
    ]

    class Changed(Message):
        """Another one is meant now."""

    def __init__(self, nobody: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._nobody = nobody
        self._picks: tuple[Pick, ...] = ()
        self._at = 0

    def compose(self) -> ComposeResult:
        yield Input(compact=True, max_length=100)
        yield Static(Content(self._nobody), classes="meant", markup=False)

    @property
    def _input(self) -> Input:
        return self.query_one(Input)

    def offer(self, picks: Sequence[Pick], chosen_id: int | None) -> None:
        """Offer these, of which one is chosen already."""
        self._picks = tuple(picks)
        chosen = next((one for one in picks if one.id == chosen_id), None)
        with self.prevent(Input.Changed):
            self._input.value = "" if chosen is None else clean_line(chosen.name, 100)
        self._show()

    @property
    def _fitting(self) -> list[Pick]:
        typed = folded(self._input.value)
        if not typed:
            return []
        wanted = (typed, folded(other_layout(self._input.value)))
        ranked = [(min(one.rank(text) for text in wanted), place, one) for place, one in enumerate(self._picks)]
        return [one for rank, _place, one in sorted(ranked, key=lambda found: found[:2]) if rank < 3]

    @property
    def picked(self) -> Pick | None:
        """The one that is meant; None for nobody, and for what is not understood (`is_wrong`)."""
        fitting = self._fitting
        return fitting[self._at % len(fitting)] if fitting else None

    @property
    def picked_id(self) -> int | None:
        """The id of the one that is meant."""
        return None if self.picked is None else self.picked.id

    @property
    def is_wrong(self) -> bool:
        """Whether letters are typed that nobody is called by."""
        return bool(self._input.value.strip()) and self.picked is None

    def take(self) -> None:
        """Write the name of who is meant in place of the letters."""
        if self.picked is not None:
            with self.prevent(Input.Changed):
                self._input.value = clean_line(self.picked.name, 100)
                self._input.cursor_position = len(self._input.value)
            self._at = 0
            self._show()

    def take_keys(self) -> None:
        """Put the focus into it."""
        self._input.focus()

    def action_another(self, step: int) -> None:
        """Pick the next one that fits; where nothing is typed, begin with the first of all."""
        if self._fitting and len(self._fitting) > 1:
            self._at = (self._at + step) % len(self._fitting)
            self._show()
        elif self._picks:
            ids = [one.id for one in self._picks]
            here = ids.index(self.picked.id) if self.picked is not None else (-1 if step > 0 else 0)
            self._input.value = clean_line(self._picks[(here + step) % len(ids)].name, 100)
            self._input.cursor_position = len(self._input.value)
        self.post_message(self.Changed())

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._at = 0
        self._show()
        self.post_message(self.Changed())

    def on_descendant_blur(self) -> None:
        self.take()

    def _show(self) -> None:
        shown, fitting, picked = self.query_one(".meant", Static), self._fitting, self.picked
        if picked is None:
            words = _("Nobody is called so.") if self.is_wrong else self._nobody
        else:
            also = ", ".join(clean_line(picked.also, 40).split())
            words = clean_line(picked.name, 40) + (f" ({also})" if also else "")
            others = [clean_line(one.name, 30) for one in fitting if one.id != picked.id][:4]
            words += f" · ↓ {', '.join(others)}" if others else ""
        shown.update(Content(words))
        shown.set_class(self.is_wrong, "-problem")
