"""The filter language on one page: its fields with their values, how they are put together, and examples to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from deskterm.desk.query import Amounts, Choice, Field, Mistake, parse, show
from deskterm.desk.query_fields import CONVERSATIONS, Vocabulary
from deskterm.i18n import _, language
from deskterm.keys.keymap import shown_key
from deskterm.query_examples import EXAMPLES, RULES, TASK_EXAMPLES
from deskterm.query_help import help_words
from deskterm.screens.leaving import leave
from deskterm.widgets.cells import cut, fit, wrap
from deskterm.widgets.paint import Line, Span
from deskterm.widgets.status import Bar
from deskterm.widgets.text_view import TextView
from deskterm.words.query_words import EXAMPLES as AMOUNTS

_NAME = 34


def filter_help_lines(cells: int, among: Vocabulary = CONVERSATIONS) -> list[Line]:
    """Return the page for a width."""
    lines: list[Line] = [(Span(_("How it is put together"), "title"),)]
    of_tasks = among is not CONVERSATIONS
    for query, words in () if of_tasks else RULES:
        lines += _entry(_shown(query, among), _(words), cells)
    lines = [*lines, (), (Span(_("Examples"), "title"),)] if lines[1:] else [(Span(_("Examples"), "title"),)]
    for query, words in TASK_EXAMPLES if of_tasks else EXAMPLES:
        lines += _entry(_shown(query, among), _(words), cells)
    lines += [(), (Span(_("Fields"), "title"),)]
    for field in among.fields():
        lines += _field_lines(field, cells)
    return lines


def _shown(query: str, among: Vocabulary) -> str:
    """Return a query in the operator's language."""
    read = parse(query, among)
    return query if isinstance(read, Mistake) else show(read, language(), among)


def _field_lines(field: Field, cells: int) -> list[Line]:
    names = field.names(language())
    others = [name for name in (*names[1:], field.name) if name != names[0]]
    also = f" ({', '.join(others)})" if language() != "en" and others else ""
    lines = _entry(f"{names[0]}:", help_words(field.help) + also, cells)
    for choice in field.values:
        lines += _entry(f"    {_choice_name(choice)}", help_words(choice.help) if choice.help else "", cells)
    if field.names_in:
        lines += _entry(f"    {_('a name')}", "", cells)
    if field.compares not in (Amounts.NOTHING, Amounts.ORDER):
        lines += _entry(f"    > < {' '.join(AMOUNTS[field.compares])}", "", cells)
    return lines


def _choice_name(choice: Choice) -> str:
    return choice.names(language())[0]


def _entry(name: str, words: str, cells: int) -> list[Line]:
    room = cells - _NAME - 2
    if room < 16 or not words:
        return [(Span(f" {cut(name, cells - 1)}", "key"),)]
    rows = wrap(words, room)
    first: Line = (Span(f" {fit(name, _NAME)} ", "key"), Span(rows[0]))
    return [first, *((Span(" " * (_NAME + 2)), Span(row)) for row in rows[1:])]


class FilterHelpScreen(Screen[None]):
    """See the module. `among` are the fields that are told of."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,f2,left,h", "back", show=False, priority=True),
    ]

    def __init__(self, among: Vocabulary = CONVERSATIONS) -> None:
        super().__init__()
        self._among = among

    def compose(self) -> ComposeResult:
        yield Bar(id="head")
        yield TextView()
        yield Bar(id="foot")

    def on_mount(self) -> None:
        self.query_one("#head", Bar).put((Span(f" {_('Filter language')}", "name"),))
        self.query_one("#foot", Bar).put(
            (Span(" ↑ ↓", "key"), Span(f" {_('scroll')}   "), Span(shown_key("escape"), "key"), Span(f" {_('back')}"))
        )
        view = self.query_one(TextView)
        view.show(self._lines, from_top=True)
        view.focus()

    def _lines(self, cells: int) -> Sequence[Line]:
        return filter_help_lines(cells, self._among)

    def action_back(self) -> None:
        leave(self, None)
