"""Triage by keys: who, what about, how much it matters, when, done or not."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from typing import Any

from deskterm.desk import commands as do
from deskterm.desk.commands import ConversationAct, Done, Refused
from deskterm.desk.model import Priority, Status
from deskterm.desk.query import Name, Term, every
from deskterm.desk.rows import ConversationRow, Standing, View
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.keys.actions import Menu
from deskterm.screens.asking import ConfirmScreen
from deskterm.screens.assigning import AssignScreen
from deskterm.screens.console import console_of
from deskterm.screens.filling_in import fill_in, lacks_fields, not_closed, not_closed_words
from deskterm.screens.marking import Aim
from deskterm.screens.places import shown_count
from deskterm.screens.snoozing import SnoozeScreen, menu_notes, preset
from deskterm.screens.tagging import TagChange, TagsScreen
from deskterm.screens.taking_back import TakingBack
from deskterm.screens.which_key import open_menu
from deskterm.verbs.acts import ANY
from deskterm.verbs.outcome import many_words

LOOKED_AT = 200
"""Conversations that are looked at one by one; of more, the tags are shown only of those that are loaded."""
ASKED_FROM = 10
"""So many conversations are closed or put away as spam only after a question."""
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

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._menu_aim: Aim | None = None
        """What the menu is about that is open; its choice is carried out before the screen hears that the menu is gone."""

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
                self.act(chosen, aim)

        one, aim = self.marked_count == 0, self.aim()
        title = self._titled(_("Assign to"))
        self.app.push_screen(AssignScreen(title, row.assignee_id if one else 0, row.team if one else ""), assign)

    # Menus

    def action_menu(self, name: str) -> None:
        menu, row = Menu(name), self.target
        if menu not in (Menu.PRIORITY, Menu.SNOOZE, Menu.SPAM):
            open_menu(self, menu)
        elif menu is Menu.SNOOZE and self.marked_count == 0 and row is not None and row.status is Status.CLOSED:
            key = console_of(self).own_keys.shown("act.close")
            words = _("#{number} is closed: open it first ({key})").format(number=row.number, key=key)
            console_of(self).tell(words, problem=True)
        elif row is not None:
            self._menu_aim = self.aim()
            only = row if self.marked_count == 0 else None
            notes, without = choices_now(menu, only, console_of(self).office.now())
            open_menu(self, menu, without, clean_line(self.about, 40), notes)

    def menu_gone(self) -> None:
        """What is chosen from now on is chosen without a menu: by the palette."""
        self._menu_aim = None

    def action_priority(self, level: int) -> None:
        self.act(do.SetPriority(ANY, Priority(level)), self._meant())

    def action_spam(self, how: str) -> None:
        act = do.MarkSpam(ANY, spam=how != "not", block=how == "block")
        self.acts_underway.begin(self._spam(act, self._meant()))

    async def _spam(self, act: do.MarkSpam, aim: Aim) -> None:
        ids = await self.aimed_at(aim)
        if act.spam and len(ids) >= ASKED_FROM:
            await self._ask_about(ids, _("Put {n} away as spam?"), lambda: self._do_all(ids, act))
        elif ids:
            await self.do_to(ids, act)

    async def _do_all(self, ids: tuple[int, ...], act: ConversationAct) -> None:
        await self.do_to(ids, act)

    async def _ask_about(self, ids: tuple[int, ...], question: str, do_it: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Ask before many conversations go at once, and say what they still hold."""
        office, given = console_of(self).office, set(ids)
        waiting = len(given.intersection(await office.ids(View.WAITING)))
        drafts = len(given.intersection(await office.ids(View.DRAFTS)))
        held = []
        if waiting:
            held.append(ngettext("{n} waits for an answer", "{n} wait for an answer", waiting).format(n=shown_count(waiting)))
        if drafts:
            held.append(ngettext("{n} holds your draft", "{n} hold your drafts", drafts).format(n=shown_count(drafts)))

        def answered(yes: bool | None) -> None:
            if yes:
                self.acts_underway.begin(do_it())

        words = question.format(n=shown_count(len(ids)))
        self.app.push_screen(ConfirmScreen(f"{words} {', '.join(held)}".rstrip()), answered)

    def action_snooze(self, choice: str) -> None:
        at = None if choice == "customer" else preset(choice, console_of(self).office.now())
        self.act(do.Snooze(ANY, at), self._meant())

    def action_snooze_until(self, typed: str = "") -> None:
        title, aim = self._titled(_("Snooze until")), self._meant()
        self.app.push_screen(SnoozeScreen(title, typed), lambda at: None if at is None else self.act(do.Snooze(ANY, at), aim))

    def action_wake(self) -> None:
        self.act(do.Reopen(ANY), self._meant())

    def _meant(self) -> Aim:
        """Return what the choice of a menu is about: what the menu was opened for."""
        return self.aim() if self._menu_aim is None else self._menu_aim

    # Tags

    def action_tags(self) -> None:
        if self.target is None:
            return

        def put(change: TagChange | None) -> None:
            if change is not None and (change.add or change.remove):
                self.act(do.SetTags(ANY, change.add, change.remove), aim)

        async def look() -> tuple[list[tuple[str, ...]], bool]:
            rows, complete = await self._rows_of(await self.aimed_at(aim))
            return [row.tags for row in rows], complete

        aim = self.aim()
        self.app.push_screen(TagsScreen(self._titled(_("Tags")), look), put)

    async def _rows_of(self, ids: tuple[int, ...]) -> tuple[list[ConversationRow], bool]:
        """Return these conversations as far as they are looked at, and whether that is all of them."""
        if len(ids) <= LOOKED_AT:
            found = [row for one in ids if (row := await self.row_of(one)) is not None]
            return found, True
        wanted = set(ids)
        return [row for row in self.list.rows if row.id in wanted], False

    # Done or not, seen or not

    def action_toggle_closed(self) -> None:
        self.acts_underway.begin(self._toggle_closed(self.aim()))

    async def _toggle_closed(self, aim: Aim) -> None:
        """Close; where all are closed already, open again."""
        ids = await self.aimed_at(aim)
        standing = await self._standing(ids)
        if ids and not standing.active and standing.known:
            await self.do_to(ids, do.Reopen(ANY))
        elif len(ids) >= ASKED_FROM:
            await self._ask_about(ids, _("Close {n}?"), lambda: self._close(ids))
        elif ids:
            await self._close(ids)

    async def _standing(self, ids: tuple[int, ...]) -> Standing:
        """Return how conversations stand as they are shown; the desk says it of many, most of which are not shown."""
        if len(ids) > LOOKED_AT:
            return await console_of(self).office.standing(ids)
        rows, _complete = await self._rows_of(ids)
        return Standing(len(rows), sum(row.status is not Status.CLOSED for row in rows), sum(row.unread > 0 for row in rows))

    async def _close(self, ids: tuple[int, ...]) -> None:
        """Close; where tags are wanted first, ask for them once for all that lack them."""
        answer = await self.do_to(ids, do.Close(ANY))
        await self._fill_in(ids, answer, lambda: self._close(ids))
        if isinstance(answer, Refused) and answer.code == "tags_wanted":
            self._ask_tags(ids)
        elif isinstance(answer, Done) and any(code == "tags_wanted" for code, _count in answer.refused):
            untagged = set(await console_of(self).office.ids(UNTAGGED))
            self._ask_tags(tuple(one for one in ids if one in untagged))

    async def _fill_in(
        self, ids: tuple[int, ...], answer: Done | Refused | None, again: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Where a card lacks what must be filled in, open it there; of many, name those that stay open, and mark them."""
        if not lacks_fields(answer):
            return
        if isinstance(answer, Refused):
            await fill_in(self, answer, ids[0], lambda: self.acts_underway.begin(again()))
        elif answer is not None:
            left_open = await not_closed(self, ids)
            self.list.mark(left_open.ids)
            self._changed()
            words = not_closed_words(left_open, console_of(self).office.card)
            console_of(self).tell(f"{words} · {many_words(answer, len(ids))}", problem=True)

    def _ask_tags(self, ids: tuple[int, ...]) -> None:
        def put(change: TagChange | None) -> None:
            if change is not None:
                self.acts_underway.begin(self._close_tagged(ids, change))

        async def none() -> tuple[list[tuple[str, ...]], bool]:
            return [() for _one in ids], True

        title = self._titled(_("Tags before closing")) if len(ids) == 1 else _("Tags before closing")
        self.app.push_screen(TagsScreen(title, none, closing=True), put)

    async def _close_tagged(self, ids: tuple[int, ...], change: TagChange) -> None:
        if change.add:
            tagged = await self.do_to(ids, do.SetTags(ANY, change.add))
            if not isinstance(tagged, Done):
                return
        await self._close_without(ids, not change.add)

    async def _close_without(self, ids: tuple[int, ...], without_tags: bool) -> None:
        answer = await self.do_to(ids, replace(do.Close(ANY), without_tags=without_tags))
        await self._fill_in(ids, answer, lambda: self._close_without(ids, without_tags))

    def action_toggle_unread(self) -> None:
        self.acts_underway.begin(self._toggle_unread(self.aim()))

    async def _toggle_unread(self, aim: Aim) -> None:
        """Mark as read; where nothing is unread, as unread."""
        ids = await self.aimed_at(aim)
        if ids:
            standing = await self._standing(ids)
            await self.do_to(ids, do.MarkRead(ANY, by_hand=True) if standing.unread else do.MarkUnread(ANY))

    def action_no_reply(self) -> None:
        self.act(do.NoReplyNeeded(ANY))
