"""What conversations are about: tags are ticked, found by typing, and made where there is none of that name."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, TypeAlias

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from deskterm.desk.layouts import other_layout
from deskterm.desk.query import folded
from deskterm.desk.tags import tag_name
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.screens.asking import ConfirmScreen, Dialog, plain
from deskterm.screens.console import begin, console_of
from deskterm.screens.leaving import leave
from deskterm.screens.room import marks_of
from deskterm.widgets.line_list import LineList
from deskterm.widgets.paint import Line, Span


class Has(Enum):
    """Which of the conversations have a tag, or shall have it."""

    NONE = "[ ]"
    SOME = "[-]"
    ALL = "[x]"


_ROLES = {Has.ALL: "good", Has.SOME: "warning", Has.NONE: "muted"}


@dataclass(frozen=True, slots=True)
class TagLine:
    """One line: a tag, and whether it would be made."""

    name: str
    is_new: bool = False


class Ticks:
    """The ticks of the dialog: what was, and what is wanted. `rows` are the tags of each conversation looked at; where not all
    could be (`complete` false), a tag that none of those has may be on others."""

    def __init__(self, known: Iterable[str], rows: Sequence[Sequence[str]], *, complete: bool = True) -> None:
        counted = Counter(name for tags in rows for name in tags)
        self._was: dict[str, Has] = {}
        for name in dict.fromkeys((*counted, *known)):
            count = counted[name]
            on_all = complete and bool(rows) and count == len(rows)
            self._was[name] = Has.ALL if on_all else Has.SOME if count or not complete else Has.NONE
        self._now = dict(self._was)

    @property
    def names(self) -> list[str]:
        """All tags: those that some conversation has first, then by name."""
        return sorted(self._now, key=lambda name: (self._was[name] is Has.NONE, folded(name)))

    def has(self, name: str) -> Has:
        """Return who shall have a tag."""
        return self._now[name]

    def toggle(self, name: str) -> None:
        """Put a tag on all or on none; one that only some have can also be left as it is."""
        if name not in self._now:
            self._was[name] = Has.NONE
            self._now[name] = Has.NONE
        turns = [Has.SOME, Has.ALL, Has.NONE] if self._was[name] is Has.SOME else [Has.NONE, Has.ALL]
        self._now[name] = turns[(turns.index(self._now[name]) + 1) % len(turns)]

    def wanted(self) -> TagChange:
        """Return what is to be put on and taken off."""
        changed = [name for name in self._now if self._now[name] is not self._was[name]]
        return TagChange(
            tuple(name for name in changed if self._now[name] is Has.ALL),
            tuple(name for name in changed if self._now[name] is Has.NONE),
        )

    @property
    def any_on(self) -> bool:
        """Whether any conversation will have a tag."""
        return any(has is not Has.NONE for has in self._now.values())


@dataclass(frozen=True, slots=True)
class TagChange:
    """What the dialog ends with: the tags to put on and to take off, by name."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


Look: TypeAlias = Callable[[], Awaitable[tuple[Sequence[Sequence[str]], bool]]]
"""Returns the tags of each conversation that the dialog is about, and whether these are all of them."""


class TagsScreen(Dialog[TagChange]):
    """Ticks tags. Letters find them, Enter ticks the one found; Enter on an empty field, or ctrl+s, is done.

    After the arrows Enter ticks the line under the cursor, and space does while nothing is typed. `closing`: the channel asks
    for tags before closing; then Enter without any must be pressed twice.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("ctrl+s", "finish", show=False, priority=True),
    ]

    def __init__(self, title: str, look: Look, *, closing: bool = False) -> None:
        super().__init__(title)
        self._look = look
        self._before_closing = closing
        self._warned = False
        self._by_arrows = False
        self._ticks = Ticks((), ())
        self._there = asyncio.Event()

    def body(self) -> Iterable[Widget]:
        if self._before_closing:
            yield plain(_("What was it about? Here conversations are closed with a tag."), "words")
        yield Input(select_on_focus=False, compact=True)
        found = LineList[TagLine](self._line, lambda one: one.name, empty=_("No tags yet: type a name."), marks=marks_of(self))
        found.can_focus = False
        yield found
        yield plain("", "hint")

    def on_mount(self) -> None:
        self._hint()
        begin(self, self._load(), group="rows")

    async def _load(self) -> None:
        known = [tag.name for tag in await console_of(self).office.tags()]
        rows, complete = await self._look()
        self._ticks = Ticks(known, rows, complete=complete)
        self._show()
        self._there.set()

    @property
    def _typed(self) -> str:
        return self.query_one(Input).value

    def _line(self, one: TagLine, cells: int) -> Line:
        name = clean_line(one.name, cells)
        if one.is_new:
            return (Span(f" {_('create')} «{name}»", "good"),)
        has = self._ticks.has(one.name)
        return (
            Span(f" {has.value} ", "good" if has is Has.ALL else "warning" if has is Has.SOME else "muted"),
            Span(name, "name"),
        )

    def _show(self) -> None:
        typed = " ".join(self._typed.split())
        wanted = {folded(typed), folded(other_layout(typed))}
        # what begins so comes before what only holds it
        ranked = [(min(_rank(folded(name), word) for word in wanted), name) for name in self._ticks.names]
        lines = [TagLine(name) for rank, name in sorted(ranked, key=lambda one: one[0]) if rank < 3]
        new = tag_name(typed) if typed else None
        if new is not None and all(folded(name) not in wanted for name in self._ticks.names):
            lines.append(TagLine(new, is_new=True))
        found = self.query_one(LineList)
        found.show(lines)
        if typed:
            found.action_first()

    def _hint(self) -> None:
        hint = self.query_one(".hint", Static)
        if self._warned:
            hint.update(Content(_("No tag is ticked. Enter again closes without.")))
        elif self._typed.strip() or self._by_arrows:
            hint.update(Content(_("Enter ticks it   ctrl+s done   Esc leaves")))
        else:
            hint.update(Content(_("type to find   ↑ ↓ Space tick   Enter done   Esc leaves")))
        hint.set_class(self._warned, "-problem")

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.value == " ":
            event.input.value = ""
            self._toggle()
            return
        self._warned = self._warned and not event.value
        if event.value:
            self._by_arrows = False
        self._show()
        self._hint()

    def action_move(self, lines: int) -> None:
        self.query_one(LineList).move(lines)
        self._by_arrows, self._warned = True, False
        self._hint()

    def _toggle(self) -> None:
        chosen = self.query_one(LineList).chosen
        if isinstance(chosen, TagLine):
            self._ticks.toggle(chosen.name)
        self._by_arrows = self._warned = False
        self._show()
        self._hint()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        begin(self, self._enter(), group="keys")

    async def _enter(self) -> None:
        await self._there.wait()
        if self._typed.strip():
            if self.query_one(LineList).chosen is not None:
                self._toggle()
                self.query_one(Input).value = ""
        elif self._by_arrows:
            self._toggle()
        else:
            self._finish()

    def action_leave(self) -> None:
        """Leave; ticks that would be lost are asked about first."""
        wanted = self._ticks.wanted()
        if not (wanted.add or wanted.remove):
            leave(self, None)
            return

        def answered(keep: bool | None) -> None:
            self.call_later(leave, self, wanted if keep else None)

        self.app.push_screen(ConfirmScreen(_("Keep the tags as they are ticked?")), answered)

    def action_finish(self) -> None:
        begin(self, self._after_loading(), group="keys")

    async def _after_loading(self) -> None:
        await self._there.wait()
        self._finish()

    def _finish(self) -> None:
        """End with what is ticked; a name that was typed and not ticked counts too."""
        if self._typed.strip() and self.query_one(LineList).chosen is not None:
            self._toggle()
            self.query_one(Input).value = ""
        if self._before_closing and not self._ticks.any_on and not self._warned:
            self._warned = True
            self._hint()
            return
        leave(self, self._ticks.wanted())


def _rank(name: str, typed: str) -> int:
    """Return how well a name fits what was typed: 0 begins so, 1 a word of it does, 2 holds it, 3 not at all."""
    if name.startswith(typed):
        return 0
    if f" {typed}" in f" {name.replace('-', ' ')}":
        return 1
    return 2 if typed in name else 3
