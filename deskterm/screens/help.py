"""All keys, made from the action table with the operator's own keys; typing searches them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input

from deskterm.desk.text import clean_line
from deskterm.i18n import _, language
from deskterm.keys.actions import ACTIONS, GROUP_TITLES, Action, Context, Group
from deskterm.keys.keymap import Keymap, opener, shown_key
from deskterm.screens.console import console_of
from deskterm.screens.filter_help import FilterHelpScreen
from deskterm.screens.leaving import leave
from deskterm.verbs.table import VERBS
from deskterm.widgets.cells import cut, fit, width, wrap
from deskterm.widgets.paint import Line, Span
from deskterm.widgets.status import Bar
from deskterm.widgets.text_view import TextView

_KEYS, _TITLE = 20, 26
_SAVED = tuple(f"view.{key}" for key in range(1, 10))
_REST_OF_SAVED = _SAVED[1:]
"""Nine actions that differ only in their key: they are one entry, with all keys."""


def help_lines(keymap: Keymap, typed: str, here: Context | None, cells: int) -> list[Line]:
    """Return the actions that fit what was typed: those that work `here` by group, then the verbs, then the other actions."""
    lines: list[Line] = []
    for problem in keymap.problems:
        lines += [(Span(row, "warning"),) for row in wrap(clean_line(problem.message), cells)]
    if keymap.problems:
        lines.append(())
    found = [action for action in ACTIONS if _fits(action, keymap, typed)]
    near = [action for action in found if here is None or here in action.contexts]
    everywhere = [action for action in found if action not in near and Context.ANYWHERE in action.contexts]
    far = [action for action in found if action not in near and action not in everywhere]
    lines += _groups(near, keymap, cells)
    lines += _groups(everywhere, keymap, cells)
    lines += verb_lines(typed, cells)
    if far:
        lines += [(Span(_("Elsewhere"), "title"),), *_all_lines(far, keymap, cells, works=False), ()]
    return lines or [(Span(_("Nothing is called so."), "muted"),)]


def _groups(actions: Sequence[Action], keymap: Keymap, cells: int) -> list[Line]:
    lines: list[Line] = []
    for group in Group:
        of_group = [action for action in actions if action.group is group]
        if of_group:
            works = group is not Group.LATER
            lines += [(Span(_(GROUP_TITLES[group]), "title"),), *_all_lines(of_group, keymap, cells, works=works), ()]
    return lines


def _all_lines(actions: Sequence[Action], keymap: Keymap, cells: int, *, works: bool) -> list[Line]:
    return [
        line for action in actions if action.id not in _REST_OF_SAVED for line in _action_lines(action, keymap, cells, works)
    ]


def verb_lines(typed: str, cells: int) -> list[Line]:
    """Return the verbs of the command line that fit what was typed."""
    wanted = typed.casefold().split()
    lines: list[Line] = []
    for verb in VERBS:
        words = f"{verb.usage} {verb.russian} {_(verb.help)}".casefold()
        if all(word in words for word in wanted):
            usage = f":{verb.usage}" if language() == "en" else f":{verb.russian} = {verb.usage}"
            lines += _entry(usage, _(verb.help), cells)
    return [(Span(_("Command line"), "title"),), *lines, ()] if lines else []


def _entry(name: str, help_: str, cells: int) -> list[Line]:
    """Return a name and what it is: side by side, or one below the other where the name is long."""
    wide = _KEYS + _TITLE
    if cells < wide + 27:
        return [(Span(f" {cut(name, cells - 1)}", "key"),)]
    rows = wrap(help_, max(12, cells - wide - 3))
    indent = (Span(" " * (wide + 2)),)
    if width(name) > wide:
        return [(Span(f" {cut(name, cells - 1)}", "key"),), *((*indent, Span(row)) for row in rows)]
    first: Line = (Span(f" {fit(name, wide)} ", "key"), Span(rows[0]))
    return [first, *((*indent, Span(row)) for row in rows[1:])]


def _fits(action: Action, keymap: Keymap, typed: str) -> bool:
    wanted = typed.casefold().split()
    words = f"{_(action.title)} {_(action.help)} {action.id} {all_keys(action, keymap)}".casefold()
    return all(word in words for word in wanted)


def all_keys(action: Action, keymap: Keymap) -> str:
    """Return all keys of an action as people read them: "j ↓", "g i"."""
    if action.id == _SAVED[0]:
        return " ".join(keymap.shown(action_id) for action_id in _SAVED)
    before = "" if action.menu is None else keymap.shown(opener(action.menu)) + " "
    return " ".join(before + shown_key(key) for key in keymap.keys(action))


def _title_cells(cells: int) -> int:
    """Return how wide the titles stand: whole where the help keeps most of the width, else `_TITLE`."""
    longest = max(width(_(action.title)) for action in ACTIONS)
    return longest if cells - _KEYS - longest >= 100 else _TITLE


def _action_lines(action: Action, keymap: Keymap, cells: int, works: bool) -> list[Line]:
    keys = fit(all_keys(action, keymap), _KEYS)
    room = _title_cells(cells)
    title = fit(_(action.title), room)
    name, plain = ("name", "") if works else ("muted", "muted")
    indent = _KEYS + room + 3
    rows = wrap(_(action.help), max(12, cells - indent))
    if cells < indent + 24:
        return [(Span(f" {keys}", "key"), Span(cut(_(action.title), max(1, cells - width(keys) - 1)), name))]
    first: Line = (Span(f" {keys} ", "key" if works else "muted"), Span(f"{title} ", name), Span(rows[0], plain))
    return [first, *((Span(" " * indent), Span(row, plain)) for row in rows[1:])]


class HelpScreen(Screen[None]):
    """See the module. `here` is where it was asked for."""

    DEFAULT_CSS: ClassVar[str] = """
    HelpScreen > Input { padding: 0 1; background: $boost; margin: 0 0 1 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "back", show=False, priority=True),
        Binding("f2", "language", show=False, priority=True),
        Binding("down", "scroll('down')", show=False, priority=True),
        Binding("up", "scroll('up')", show=False, priority=True),
        Binding("pagedown", "scroll('page_down')", show=False, priority=True),
        Binding("pageup", "scroll('page_up')", show=False, priority=True),
    ]

    def __init__(self, here: Context | None = None) -> None:
        super().__init__()
        self._here = here

    def compose(self) -> ComposeResult:
        yield Bar(id="head")
        yield Input(placeholder=_("type to search"), select_on_focus=False, compact=True)
        view = TextView()
        view.can_focus = False
        yield view
        yield Bar(id="foot")

    def on_mount(self) -> None:
        self.query_one("#head", Bar).put((Span(f" {_('Help')}", "name"),))
        self.query_one("#foot", Bar).put(
            (
                Span(" ↑ ↓", "key"),
                Span(f" {_('scroll')}   "),
                Span("F2", "key"),
                Span(f" {_('filter language')}   "),
                Span(shown_key("escape"), "key"),
                Span(f" {_('back')}"),
            )
        )
        self._show("")

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show(event.value)

    def _show(self, typed: str) -> None:
        self.query_one(TextView).show(lambda cells: self._lines(typed, cells), from_top=True)

    def _lines(self, typed: str, cells: int) -> Sequence[Line]:
        return help_lines(console_of(self).own_keys, typed, self._here, cells)

    def action_scroll(self, how: str) -> None:
        """Scroll the text while the search field has the keyboard."""
        view = self.query_one(TextView)
        {"down": view.action_down, "up": view.action_up, "page_down": view.action_page_down, "page_up": view.action_page_up}[
            how
        ]()

    def action_language(self) -> None:
        self.app.push_screen(FilterHelpScreen())

    def action_back(self) -> None:
        leave(self, None)
