"""Reminders on a customer's card: `b` sets one about the customer, `d` acknowledges mine."""

from __future__ import annotations

from deskterm.desk.commands import Refused
from deskterm.desk.commands_time import SettleReminder
from deskterm.i18n import _, ngettext
from deskterm.screens.card_edits import CardEdits, submitted
from deskterm.screens.console import begin, console_of
from deskterm.screens.reminding import Wanted, ask_reminder, set_words
from deskterm.words.wording import refusal_words


class CardReminders(CardEdits):
    """The part of a card's keys that is about reminders."""

    def action_remind(self) -> None:
        card = self.known
        if card is None:
            console_of(self).tell(_("There is no card to be reminded of."))
            return
        ask_reminder(self, card.name, lambda wanted: begin(self, self._remind(card.id, wanted), group="acts"))

    async def _remind(self, customer_id: int, wanted: Wanted) -> None:
        answer = await submitted(self, wanted.about(customer_id=customer_id))
        if isinstance(answer, Refused):
            console_of(self).tell(refusal_words(answer), problem=True)
            return
        console_of(self).tell(set_words(wanted, console_of(self).own_keys.shown("act.undo")))
        await self.read()

    def action_reminder_done(self) -> None:
        begin(self, self._reminder_done(), group="acts")

    async def _reminder_done(self) -> None:
        """Acknowledge my first reminder about the customer: what is due before what comes later."""
        mine = [row for row in self.reminders if row.operator_id == console_of(self).office.me.id]
        if not mine:
            console_of(self).tell(_("No reminder of yours stands here."))
            return
        answer = await submitted(self, SettleReminder(mine[0].id))
        if isinstance(answer, Refused):
            console_of(self).tell(refusal_words(answer), problem=True)
            return
        key = console_of(self).own_keys.shown("act.undo")
        done = ngettext("Reminder done", "{n} reminders done", 1).format(n=1)
        console_of(self).tell(f"{done} · {_('{key} takes it back').format(key=key)}")
        await self.read()
