"""Acts carried out: on one conversation or on all that are marked, with a bar where that takes long, and words at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from deskterm.desk import commands as do
from deskterm.desk.commands import Command, ConversationAct, Done, Many, Refused
from deskterm.desk.rows import ConversationRow
from deskterm.i18n import _
from deskterm.screens.asking import Dialog, plain
from deskterm.screens.console import console_of
from deskterm.screens.leaving import leave
from deskterm.screens.marking import Aim, Marking
from deskterm.screens.places import shown_count
from deskterm.screens.underway import Underway
from deskterm.verbs.outcome import act_words, many_words, new_tag_words, stopped_words
from deskterm.verbs.work import about
from deskterm.words.wording import refusal_words

PATIENCE_S = 0.3
"""How long an act may take before a bar is shown."""
CELLS = 40


class ProgressScreen(Dialog[None]):
    """How far a long act is. Esc stops it; what is done stays."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "stop", show=False)]

    stop: Callable[[], object]
    """How the act is stopped; whoever carries it out sets it."""

    def __init__(self, title: str, total: int) -> None:
        super().__init__(title)
        self.far = (0, total)

    def body(self) -> Iterable[Widget]:
        yield plain(self._bar(), "words")
        yield plain(_("Esc stops; what is done stays"), "hint")

    def tell(self, done: int, total: int) -> None:
        """Show how far it is."""
        self.far = (done, total)
        if self.is_mounted:
            self.query_one(".words", Static).update(Content(self._bar()))

    def _bar(self) -> str:
        done, total = self.far
        filled = CELLS * done // total if total else 0
        return f"{'█' * filled}{'░' * (CELLS - filled)}  {shown_count(done)} / {shown_count(total)}"

    def action_stop(self) -> None:
        self.query_one(".hint", Static).update(Content(_("Stopping…")))
        self.stop()


class Carrying(Marking):
    """The half of the inbox screen that has acts carried out. What the desk took is not drawn here: the bell rings for all."""

    @property
    def is_reading(self) -> bool:
        """Whether the operator is in the conversation rather than in the list."""
        raise TypeError("the screen knows where its focus is")

    def move_on(self, row: ConversationRow) -> None:
        """The matter is dealt with: the cursor goes on to the next conversation."""
        raise TypeError("the screen moves its cursor")

    def deal_with(self, done: int | Collection[int] | None) -> None:
        """Remember which conversation follows what is dealt with; None: it is not dealt with."""
        raise TypeError("the screen has the list")

    def remember(self, act: int | None) -> None:
        """Keep what was done just now: the id of a message sent, None for an act."""
        raise TypeError("the screen has the list of them")

    # One act

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.acts_underway = Underway(self, "acts")

    def act(self, act: ConversationAct, aim: Aim | None = None) -> None:
        """Have an act done to what was aimed at: by default the marked conversations, else the one at hand."""
        self.acts_underway.begin(self._act(act, self.aim() if aim is None else aim))

    async def _act(self, act: ConversationAct, aim: Aim) -> None:
        ids = await self.aimed_at(aim)
        if ids:
            await self.do_to(ids, act)

    async def do_to(self, ids: tuple[int, ...], act: ConversationAct) -> Done | Refused | None:
        """Have an act done to these conversations and say what came of it; None where it was stopped."""
        row = await self.row_of(ids[0]) if len(ids) == 1 else None
        if len(ids) == 1 and row is None:
            console_of(self).tell(refusal_words(Refused("not_found")), problem=True)
            return None
        ends = self._ends(act)
        if ends:
            self.deal_with(ids)
        more = await self._said_besides(act, row)
        answer = await self.submit(about(act, ids))
        if not isinstance(answer, Done) or not answer.count:
            self.deal_with(None)
        if isinstance(answer, Refused):
            if answer.code not in ("tags_wanted", "fields_wanted"):
                console_of(self).tell(refusal_words(answer), problem=True)
            return answer
        self.clear_marks()
        if answer is not None:
            await self._took(answer, act, ids, row, ends=ends)
            await self._say(answer, act, ids, row, more)
        return answer

    async def _took(
        self, done: Done, act: ConversationAct, ids: tuple[int, ...], row: ConversationRow | None, *, ends: bool
    ) -> None:
        if done.count:
            self.remember(None)
        here = self.target
        if done.count and here is not None and here.id in ids:
            if ends:
                self.move_on(here)
            elif not self.is_reading:
                await self._follow_gone(here, ids)

    async def _said_besides(self, act: ConversationAct, row: ConversationRow | None) -> str:
        """Return what is to be said with an act, as it is before it: tags that are made, a draft that is kept."""
        if isinstance(act, do.SetTags):
            return new_tag_words(act, [tag.name for tag in await console_of(self).office.tags()])
        return _("your draft is kept") if isinstance(act, do.Close) and row is not None and row.draft else ""

    async def _say(
        self, done: Done, act: ConversationAct, ids: tuple[int, ...], row: ConversationRow | None, more: str
    ) -> None:
        if row is None:
            words = many_words(done, len(ids))
        elif isinstance(act, do.SetTeam):
            teams = {team.id: team.name for team in await console_of(self).office.teams()}
            words = act_words(act, row.number, team=teams.get(act.team_id or 0, ""))
        else:
            words = act_words(act, row.number)
        console_of(self).tell(f"{words} · {more}" if more and done.count else words, problem=bool(done.refused))

    async def _follow_gone(self, here: ConversationRow, ids: tuple[int, ...]) -> None:
        """Put the cursor on what follows where the row is in the view no more: the next key is for that one."""
        following, place = self.list.following(ids), self.place
        gone = await console_of(self).office.row(here.id, place.listing) is None
        chosen = self.list.chosen
        if gone and following is not None and place is self.place and chosen is not None and chosen.id == here.id:
            self.list.put_cursor(following.id)

    def _ends(self, act: ConversationAct) -> bool:
        """Whether an act deals with a matter: what follows is next."""
        return isinstance(act, do.Close | do.Snooze | do.NoReplyNeeded) or (isinstance(act, do.MarkSpam) and act.spam)

    async def row_of(self, conversation_id: int) -> ConversationRow | None:
        """Return a conversation as it is shown, else as the desk has it."""
        here = (self.target, *self.list.rows)
        found = next((row for row in here if row is not None and row.id == conversation_id), None)
        if found is not None:
            return found
        detail = await console_of(self).office.conversation(conversation_id)
        return None if detail is None else detail.row

    # Long ones

    async def submit(self, command: Command) -> Done | Refused | None:
        """Have a command carried out; one that takes long shows how far it is, and can be stopped: None then."""
        total = len(command.conversation_ids) if isinstance(command, Many) else 0
        shown = ProgressScreen(self._title_of(command), total)
        work = asyncio.ensure_future(console_of(self).office.submit(command, shown.tell))
        shown.stop = work.cancel
        try:
            await asyncio.wait({work}, timeout=PATIENCE_S)
            if not work.done():
                self.app.push_screen(shown)
                await asyncio.wait({work})
                leave(shown, None)
        finally:
            work.cancel()
        if work.cancelled():
            key = ""
            if isinstance(command, Many):
                self.remember(None)
                key = console_of(self).own_keys.shown("act.undo")
            console_of(self).tell(stopped_words(*shown.far, key), problem=True)
            return None
        return work.result()

    def _title_of(self, command: Command) -> str:
        if isinstance(command, do.Undo):
            return _("Taking back")
        return _("Doing again") if isinstance(command, do.Redo) else self.about
