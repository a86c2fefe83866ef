"""The keys of reminders and promises: remind me, done, kept or none. About the marked conversations, or the one at hand."""

from __future__ import annotations

from collections.abc import Sequence

from deskterm.desk.commands import Command, Refused
from deskterm.desk.commands_time import ManyReminders, Remind, SettlePromise, SettleReminder
from deskterm.desk.rows_time import PromiseRow, ReminderRow
from deskterm.i18n import _, ngettext
from deskterm.keys.actions import Menu
from deskterm.screens.agreed import STANDING
from deskterm.screens.console import console_of
from deskterm.screens.marking import Aim
from deskterm.screens.reminding import Wanted, ask_reminder, set_words
from deskterm.screens.sorting import Sorting
from deskterm.screens.which_key import open_menu
from deskterm.widgets.paint import Marks
from deskterm.widgets.paint_agreed import promise_line
from deskterm.words.wording import day_and_time, refusal_words

MOST = 100
"""Conversations that are reminded of, or whose reminders are settled, by one key: one command, which is undone as one."""


class Agreeing(Sorting):
    """The acts of the inbox screen that are about what was agreed."""

    _marks: Marks
    _promise_aim: int | None = None
    """The conversation that the menu of promises was opened for."""

    # Reminders

    def action_remind(self) -> None:
        if self.target is not None:
            aim = self.aim()
            ask_reminder(self, self.about, lambda wanted: self.acts_underway.begin(self._remind(aim, wanted)))

    async def _remind(self, aim: Aim, wanted: Wanted, promise_id: int | None = None) -> None:
        ids = await self.aimed_at(aim)
        if len(ids) > MOST:
            words = _("Reminders are set for at most {n} conversations at a time.")
            console_of(self).tell(words.format(n=MOST), problem=True)
            return
        at, operator = wanted.at, wanted.operator_id
        each = [Remind(at, wanted.words, operator, conversation_id=one, promise_id=promise_id) for one in ids]
        done = await self._done_together(each)
        if done:
            self.clear_marks()
            key = console_of(self).own_keys.shown("act.undo")
            many = "" if done == 1 else " · " + ngettext("{n} conversation", "{n} conversations", done).format(n=done)
            console_of(self).tell(set_words(wanted, key) + many)

    def action_reminder_done(self) -> None:
        if self.target is not None:
            self.acts_underway.begin(self._reminder_done(self.aim()))

    async def _reminder_done(self, aim: Aim) -> None:
        """Acknowledge my first reminder of each: what is due before what comes later."""
        ids = await self.aimed_at(aim)
        if len(ids) > MOST:
            console_of(self).tell(_("Mark at most {n} conversations for this.").format(n=MOST), problem=True)
            return
        office = console_of(self).office
        first: list[ReminderRow] = [rows[0] for one in ids if (rows := await office.reminders(conversation_id=one, limit=1))]
        if not first:
            console_of(self).tell(_("No reminder of yours stands here."))
            return
        done = await self._done_together([SettleReminder(row.id) for row in first])
        if done:
            self.clear_marks()
            words = ngettext("Reminder done", "{n} reminders done", done).format(n=done)
            console_of(self).tell(f"{words}{_said(first[0].words)} · {self._takes_back()}")

    # Promises

    def action_promised_times(self) -> None:
        """Show what is promised in the conversation at hand by the desk's policies, in full."""
        if (row := self.target) is not None:
            from deskterm.screens.promised_times import PromisedTimesScreen

            self.app.push_screen(PromisedTimesScreen(row))

    def action_menu(self, name: str) -> None:
        if Menu(name) is Menu.PROMISE:
            if (row := self.target) is not None:
                self.acts_underway.begin(self._open_promise_menu(row.id))
        else:
            super().action_menu(name)

    async def _open_promise_menu(self, conversation_id: int) -> None:
        promise = await self._standing_promise(conversation_id)
        if promise is None:
            console_of(self).tell(_("No promise stands here."))
            return
        self._promise_aim = conversation_id
        line = promise_line(promise, console_of(self).office.now(), self._marks)
        words = "".join(span.text for span in line)
        open_menu(self, Menu.PROMISE, title=words[:70])

    async def _standing_promise(self, conversation_id: int) -> PromiseRow | None:
        """Return what is promised in a conversation and still to be kept: what is due first."""
        rows = await console_of(self).office.promises(conversation_id=conversation_id, limit=1)
        return next((row for row in rows if row.state in STANDING), None)

    async def _promise_at_hand(self) -> PromiseRow | None:
        aim = self._promise_aim if self._promise_aim is not None else self.target.id if self.target is not None else None
        promise = None if aim is None else await self._standing_promise(aim)
        if promise is None:
            console_of(self).tell(_("No promise stands here."))
        return promise

    def menu_gone(self) -> None:
        super().menu_gone()
        self._promise_aim = None

    def action_promise(self, state: str) -> None:
        self.acts_underway.begin(self._settle_promise(state))

    async def _settle_promise(self, state: str) -> None:
        promise = await self._promise_at_hand()
        if promise is not None and await self._carried(SettlePromise(promise.id, state)):
            words = _("The promise is kept.") if state == "kept" else _("That was no promise.")
            console_of(self).tell(f"{words} {self._takes_back()}")

    def action_promise_remind(self) -> None:
        self.acts_underway.begin(self._remind_of_promise())

    async def _remind_of_promise(self) -> None:
        promise = await self._promise_at_hand()
        if promise is None:
            return
        at, aim = promise.due, Aim((promise.conversation_id,))
        typed = day_and_time(at).split(" ", 1)[1] if at > console_of(self).office.now() else ""

        def set_it(wanted: Wanted) -> None:
            self.acts_underway.begin(self._remind(aim, wanted, promise.id))

        ask_reminder(self, f"#{promise.conversation_number}", set_it, typed=typed, words=promise.words)

    # Carrying out

    async def _done_together(self, acts: Sequence[Remind | SettleReminder]) -> int:
        """Have reminders set or acknowledged, which one key takes back. Returns how many were."""
        if not acts:
            return 0
        return await self._carried(acts[0] if len(acts) == 1 else ManyReminders(tuple(acts)))

    async def _carried(self, command: Command) -> int:
        """Have a command carried out; says why where it is refused. Returns how many things it touched."""
        answer = await console_of(self).office.submit(command)
        if isinstance(answer, Refused):
            console_of(self).tell(refusal_words(answer), problem=True)
            return 0
        if answer.count:
            self.remember(None)
        return answer.count

    def _takes_back(self) -> str:
        return _("{key} takes it back").format(key=console_of(self).own_keys.shown("act.undo"))


def _said(words: str) -> str:
    return f": {words}" if words else ""
