"""Whom a conversation goes to: people, teams, nobody; typing finds them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from deskterm.desk.commands import Assign, ConversationAct, SetTeam
from deskterm.desk.layouts import other_layout
from deskterm.desk.model import Operator, Role, Team
from deskterm.desk.query import folded
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.screens.asking import Dialog
from deskterm.screens.console import begin, console_of
from deskterm.screens.leaving import leave
from deskterm.screens.room import marks_of
from deskterm.verbs.acts import ANY
from deskterm.widgets.cells import fit
from deskterm.widgets.line_list import LineList
from deskterm.widgets.paint import Line, Span
from deskterm.words.wording import role_words


@dataclass(frozen=True, slots=True)
class Goal:
    """One line: the act that giving it to them is, their name, more words, and what else finds it."""

    act: ConversationAct
    name: str
    words: str
    also: str = ""

    def fits(self, typed: str) -> bool:
        """Whether every word typed stands in it, in either keyboard layout."""
        mine = folded(f"{self.name} {self.also}")
        return any(all(word in mine for word in folded(text).split()) for text in (typed, other_layout(typed)))


def goals(people: Iterable[Operator], teams: Iterable[Team], me_id: int, current_id: int | None, team: str) -> list[Goal]:
    """Return everything a conversation can be given to: me, the others, teams, nobody, no team."""
    found = []
    for one in sorted(people, key=lambda one: one.id != me_id):
        now = _("(now)") if one.id == current_id else _("(me)") if one.id == me_id else ""
        words = f"{role_words(one.role)} {now}".rstrip()
        found.append(
            Goal(Assign(ANY, one.id), clean_line(one.name, 80), words, f"{one.login} {_('me') if one.id == me_id else ''}")
        )
    groups = list(teams)
    for group in groups:
        size = ngettext("team of {n}", "team of {n}", len(group.members)).format(n=len(group.members))
        now = f" {_('(now)')}" if group.name == team else ""
        found.append(Goal(SetTeam(ANY, group.id), clean_line(group.name, 80), size + now, _("team")))
    found.append(Goal(Assign(ANY, None), _("nobody"), "", "none"))
    if groups:
        found.append(Goal(SetTeam(ANY, None), _("no team"), "", "none"))
    return found


class AssignScreen(Dialog[ConversationAct]):
    """Chooses a person, a team or nobody. Ends with the act, about conversation `ANY`.

    `current_id` and `team` are who has it now, where it is about one conversation.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]

    def __init__(self, title: str = "", current_id: int | None = None, team: str = "", *, viewers: bool = True) -> None:
        """`viewers`: also those are offered who may only look."""
        super().__init__(title or _("Assign to"))
        self._current = current_id
        self._team = team
        self._viewers = viewers
        self._goals: list[Goal] = []
        self._there = asyncio.Event()

    def body(self) -> Iterable[Widget]:
        yield Input(select_on_focus=False, compact=True)
        found = LineList[Goal](self._line, lambda one: one.act, empty=_("Nobody is called so."), marks=marks_of(self))
        found.can_focus = False
        yield found

    def on_mount(self) -> None:
        begin(self, self._load(), group="rows")

    async def _load(self) -> None:
        office = console_of(self).office
        people = [one for one in await office.operators() if self._viewers or one.role is not Role.VIEWER]
        self._goals = goals(people, await office.teams(), office.me.id, self._current, self._team)
        self._filter(self.query_one(Input).value)
        self._there.set()

    def _line(self, one: Goal, cells: int) -> Line:
        return (Span(f" {fit(one.name, 26)}", "name"), Span(f" {one.words}", "muted"))

    def _filter(self, typed: str) -> None:
        self.query_one(LineList).show([one for one in self._goals if one.fits(typed)])

    def on_input_changed(self, event: Input.Changed) -> None:
        self._filter(event.value)

    def action_move(self, lines: int) -> None:
        self.query_one(LineList).move(lines)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        begin(self, self._take(event.value), group="keys")

    async def _take(self, typed: str) -> None:
        """End with what was found for the letters typed before Enter, also where they were typed ahead."""
        await self._there.wait()
        self._filter(typed)
        chosen = self.query_one(LineList).chosen
        if chosen is not None:
            leave(self, chosen.act)
