"""Which messages are one matter: merging, splitting, parting; the way from one conversation to the next, and what they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskterm.desk.commands import Done, Refused
from deskterm.desk.commands_customer import (
    DismissRelated,
    MergeConversations,
    MergingCommand,
    PartConversation,
    SplitConversation,
)
from deskterm.desk.rows import ConversationRow
from deskterm.desk.rows_customer import RecordRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.screens.console import begin, console_of
from deskterm.screens.related import look_up_records
from deskterm.screens.taking_back import TakingBack
from deskterm.words.wording import refusal_words

if TYPE_CHECKING:
    from deskterm.screens.merging import Wish


class Matters(TakingBack):
    """The acts of the inbox screen that make one of several conversations, or several of one, and lead from one to another."""

    # Merging

    def action_merge(self) -> None:
        """Merge what is marked, or the conversation at hand; where one is suggested while it is read, at once."""
        self.acts_underway.begin(self._merge())

    async def _merge(self) -> None:
        marked = tuple(sorted(self.list.marked)) if self.list.marked or self.list.range_start is not None else ()
        ids = await self.targets() if marked or self.list.range_start is not None else ()
        row = self.target
        if not ids and row is not None:
            ids = (row.id,)
            related = await self._suggested(row) if self.is_reading else None
            if related is not None:
                await self._carry_out(MergeConversations(related, ids))
                return
        if ids:
            from deskterm.screens.merging import MergeScreen

            title = _("Merge {what}").format(what=self.about)
            self.app.push_screen(MergeScreen(title, ids), self._decided)

    async def _suggested(self, row: ConversationRow) -> int | None:
        """Return the conversation to which this one may belong."""
        detail = self.pane.detail
        if detail is None or detail.row.id != row.id or detail.maybe_related_number is None:
            return None
        found = await console_of(self).office.by_number(detail.maybe_related_number)
        return None if found == row.id else found

    def _decided(self, wish: Wish | None) -> None:
        if isinstance(wish, MergeConversations | PartConversation):
            self.acts_underway.begin(self._carry_out(wish))
        elif wish is not None:
            self.action_split()

    async def _carry_out(self, command: MergingCommand) -> None:
        answer = await self.submit(command)
        if isinstance(answer, Refused):
            console_of(self).tell(refusal_words(answer), problem=True)
        elif answer is not None:
            self.remember(None)
            self.clear_marks()
            await self._say_united(command, answer)

    async def _say_united(self, command: MergingCommand, done: Done) -> None:
        """Say what became of it, and show what stays where the operator read what went."""
        office, key = console_of(self).office, console_of(self).own_keys.shown("act.undo")
        back = " · " + _("{key} takes it back").format(key=key)
        if isinstance(command, MergeConversations):
            detail = await office.conversation(command.into_id)
            count = len(command.from_ids)
            number = detail.row.number if detail is not None else 0
            words = ngettext("{n} conversation is in #{number} now", "{n} conversations are in #{number} now", count)
            if self.is_reading and detail is not None:
                self.read(detail.row)
            console_of(self).tell(words.format(n=count, number=number) + back)
        elif isinstance(command, DismissRelated):
            console_of(self).tell(_("It is a matter of its own.") + back)
        else:
            new = command.conversation_id if isinstance(command, PartConversation) else done.conversation_id
            detail = None if new is None else await office.conversation(new)
            about = f"#{detail.row.number}" if detail is not None else ""
            console_of(self).tell(_("{about} stands by itself now").format(about=about).strip() + back)

    def action_unrelated(self) -> None:
        detail = self.pane.detail
        if detail is None or detail.maybe_related_number is None:
            console_of(self).tell(_("It is not thought to belong to another one."))
        else:
            self.acts_underway.begin(self._carry_out(DismissRelated(detail.row.id)))

    # Splitting

    def action_split(self) -> None:
        """Have messages chosen that become a conversation of their own, from the one that stands highest on the screen."""
        row = self.target
        if row is not None:
            from deskterm.screens.splitting import SplitScreen

            shown = self.pane.thread.on_screen if self.pane.thread.conversation_id == row.id else ()
            self.app.push_screen(SplitScreen(row, shown[0].id if shown else None), self._split)

    def _split(self, wish: SplitConversation | None) -> None:
        if wish is not None:
            self.acts_underway.begin(self._carry_out(wish))

    # From one to another

    def action_linked(self, step: int) -> None:
        """Go to the conversation that this one continues, or that continues it; where there is none to the customer's one
        before or after it in time."""
        detail = self.pane.detail
        number = None if detail is None else detail.before_number if step < 0 else detail.after_number
        if number is None:
            words = _("There is none before it.") if step < 0 else _("There is none after it.")
            console_of(self).tell(words)
        else:
            begin(self, self._go_to_number(number), group="acts")

    async def _go_to_number(self, number: int) -> None:
        found = await console_of(self).office.by_number(number)
        if found is not None:
            console_of(self).open_conversation(found)

    # What a message names

    def action_named_record(self) -> None:
        """Open the record that a message on the screen names; of several the one that is chosen."""
        self.acts_underway.begin(self._named_record())

    async def _named_record(self) -> None:
        records = await self.records_here()
        if not records:
            console_of(self).tell(_("No record is named here."))
        elif len(records) == 1:
            self.open_record(records[0])
        else:
            from deskterm.screens.records import RecordsScreen

            self.app.push_screen(RecordsScreen(records), self.open_record)

    async def records_here(self) -> tuple[RecordRow, ...]:
        """Return the records that messages on the screen name; where none is known they are looked up again, since records may
        have come after the messages were read."""
        thread = self.pane.thread
        if not thread.visible_records and thread.on_screen:
            await look_up_records(thread, [row.text for row in thread.on_screen])
        return thread.visible_records

    def open_record(self, record: RecordRow | None) -> None:
        """Show a record; from there the way leads to its customer."""
        if record is not None:
            from deskterm.screens.records import RecordScreen, title_of

            title = title_of(record, console_of(self).office.card)
            self.app.push_screen(RecordScreen(record, title), self._open_card)

    def _open_card(self, customer_id: int | None) -> None:
        if customer_id is not None:
            from deskterm.screens.people_room import open_card

            open_card(self, customer_id)

    # Calls and visits

    def action_log_contact(self) -> None:
        """Keep a call or a visit; with the customer at hand, in this conversation or a new one."""
        begin(self, self._log_contact(self.target), group="acts")

    async def _log_contact(self, row: ConversationRow | None) -> None:
        from deskterm.screens.contact import About
        from deskterm.screens.writing_to import log_contact

        detail = None if row is None else await console_of(self).office.conversation(row.id)
        if not self.is_reading or detail is None or detail.customer_id is None:
            log_contact(self, About())
        else:
            name = clean_line(detail.row.customer, 200)
            here = (detail.row.id, detail.row.number)
            log_contact(self, About(customer_id=detail.customer_id, name=name, conversation=here))
