"""Triage by keys: who, what about, how much it matters, when, done or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from deskterm.desk import commands as do
from deskterm.desk.commands import ConversationAct, Done, Refused
from deskterm.desk.model import Priority, Status
from deskterm.desk.query import Name, Term, every
from deskterm.desk.rows import ConversationRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.keys.actions import Menu
from deskterm.screens.assigning import AssignScreen
from deskterm.screens.console import begin, console_of
from deskterm.screens.snoozing import SnoozeScreen, menu_notes, preset
from deskterm.screens.tagging import TagChange, TagsScreen
from deskterm.screens.taking_back import TakingBack
from deskterm.screens.which_key import open_menu
from deskterm.verbs.acts import ANY

LOOKED_AT = 200
"""Marked conversations of which the tags and the state are looked at; of more, only those that are loaded."""
UNTAGGED = every((Term("is", (Name("open"), Name("snoozed"))), Term("tag", (Name("none"),))))


def choices_now(menu: Menu, row: ConversationRow | None, now: datetime) -> tuple[dict[str, str], set[str]]:
    """Return the words beside the choices of a menu, and those that are not possible now, by id; `row` None: about many."""
    if menu is Menu.SNOOZE:
        notes, without = menu_notes(now)
        awake = row is not None and row.status is not Status.SNOOZED
        return notes, without | ({"snooze.wake"} if awake else set())
    if row is None:
        return {}, set()
    if menu is Menu.SPAM:
        return {}, {"spam.only"} if row.spam else {"spam.not"}
    return {f"priority.{row.priority.name.lower()}": _("(now)")}, set()


class Sorting(TakingBack):
    """The acts of triage. Each is about the marked conversations, else about the one at hand."""

    def _titled(self, words: str) -> str:
        """Return the title of a dialog, with what it is about."""
        about = clean_line(self.about, 40)
        return f"{words} · {about}" if about else words

    # Who

    def action_take(self) -> None:
        self.act(do.Take(ANY))

    def action_assign(self) -> None:
        row = self.target
        if row is None:
            return

        def assign(chosen: ConversationAct | None) -> None:
            if chosen is not None:
                self.act(chosen)

        one = self.marked_count == 0
        title = self._titled(_("Assign to"))
        self.app.push_screen(AssignScreen(title, row.assignee_id if one else 0, row.team if one else ""), assign)

    # Menus

    def action_menu(self, name: str) -> None:
        menu, row = Menu(name), self.target
        if menu not in (Menu.PRIORITY, Menu.SNOOZE, Menu.SPAM):
            open_menu(self, menu)
        elif row is not None:
            only = row if self.marked_count == 0 else None
            notes, without = choices_now(menu, only, console_of(self).office.now())
            open_menu(self, menu, without, clean_line(self.about, 40), notes)

    def action_priority(self, level: int) -> None:
        self.act(do.SetPriority(ANY, Priority(level)))

    def action_spam(self, how: str) -> None:
        self.act(do.MarkSpam(ANY, spam=how != "not", block=how == "block"))

    def action_snooze(self, choice: str) -> None:
        self.act(do.Snooze(ANY, None if choice == "customer" else preset(choice, console_of(self).office.now())))

    def action_snooze_until(self) -> None:
        title = self._titled(_("Snooze until"))
        self.app.push_screen(SnoozeScreen(title), lambda at: None if at is None else self.act(do.Snooze(ANY, at)))

    def action_wake(self) -> None:
        self.act(do.Reopen(ANY))

    # Tags

    def action_tags(self) -> None:
        if self.target is None:
            return

        def put(change: TagChange | None) -> None:
            if change is not None and (change.add or change.remove):
                self.act(do.SetTags(ANY, change.add, change.remove))

        title = self._titled(_("Tags"))
        self.app.push_screen(TagsScreen(title, self._tags_of_targets), put)

    async def _tags_of_targets(self) -> tuple[list[tuple[str, ...]], bool]:
        """Return the tags of each conversation that the next act is about, as far as these are looked at."""
        rows, complete = await self._rows_of(await self.targets())
        return [row.tags for row in rows], complete

    async def _rows_of(self, ids: tuple[int, ...]) -> tuple[list[ConversationRow], bool]:
        """Return these conversations as far as they are looked at, and whether that is all of them."""
        if len(ids) <= LOOKED_AT:
            found = [row for one in ids if (row := await self.row_of(one)) is not None]
            return found, True
        wanted = set(ids)
        return [row for row in self.list.rows if row.id in wanted], False

    # Done or not, seen or not

    def action_toggle_closed(self) -> None:
        begin(self, self._toggle_closed(), group="acts")

    async def _toggle_closed(self) -> None:
        """Close; where all are closed already, open again."""
        ids = await self.targets()
        rows, _complete = await self._rows_of(ids)
        if rows and all(row.status is Status.CLOSED for row in rows):
            await self.do_to(ids, do.Reopen(ANY))
        elif ids:
            await self._close(ids)

    async def _close(self, ids: tuple[int, ...]) -> None:
        """Close; where tags are wanted first, ask for them once for all that lack them."""
        answer = await self.do_to(ids, do.Close(ANY))
        if isinstance(answer, Refused) and answer.code == "tags_wanted":
            self._ask_tags(ids)
        elif isinstance(answer, Done) and any(code == "tags_wanted" for code, _count in answer.refused):
            untagged = set(await console_of(self).office.ids(UNTAGGED))
            self._ask_tags(tuple(one for one in ids if one in untagged))

    def _ask_tags(self, ids: tuple[int, ...]) -> None:
        def put(change: TagChange | None) -> None:
            if change is not None:
                begin(self, self._close_tagged(ids, change), group="acts")

        async def none() -> tuple[list[tuple[str, ...]], bool]:
            return [() for _one in ids], True

        title = self._titled(_("Tags before closing")) if len(ids) == 1 else _("Tags before closing")
        self.app.push_screen(TagsScreen(title, none, closing=True), put)

    async def _close_tagged(self, ids: tuple[int, ...], change: TagChange) -> None:
        if change.add:
            tagged = await self.do_to(ids, do.SetTags(ANY, change.add))
            if not isinstance(tagged, Done):
                return
        await self.do_to(ids, replace(do.Close(ANY), without_tags=not change.add))

    def action_toggle_unread(self) -> None:
        begin(self, self._toggle_unread(), group="acts")

    async def _toggle_unread(self) -> None:
        """Mark as read; where nothing is unread, as unread."""
        ids = await self.targets()
        rows, _complete = await self._rows_of(ids)
        if ids:
            unread = any(row.unread for row in rows)
            await self.do_to(ids, do.MarkRead(ANY, by_hand=True) if unread else do.MarkUnread(ANY))

    def action_no_reply(self) -> None:
        self.act(do.NoReplyNeeded(ANY))
