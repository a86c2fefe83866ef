"""What `z` takes back, `Z` does again and `S` hurries: a message that has not gone out, else what the operator did last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskterm.desk import commands as do
from deskterm.desk.commands import Refused
from deskterm.desk.model import Delivery
from deskterm.desk.rows import ConversationRow, MessageRow
from deskterm.i18n import _
from deskterm.screens.carrying import Carrying
from deskterm.screens.console import begin, console_of
from deskterm.verbs.outcome import undone_words
from deskterm.words.wording import refusal_words

if TYPE_CHECKING:
    from deskterm.screens.conversation import ConversationPane

REMEMBERED = 50
"""How many messages and acts of this console are kept in their order, the newest last."""


class TakingBack(Carrying):
    """The acts of the inbox screen that concern what was done a moment ago."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._done: list[int | None] = []
        """What this console did, the newest last: ids of messages sent, None for an act that the desk can undo."""

    @property
    def pane(self) -> ConversationPane:
        """Where the conversation is shown."""
        raise TypeError("the screen has it")

    def read(self, row: ConversationRow) -> None:
        """Show a conversation to be read."""
        raise TypeError("the screen has the panes")

    def put_cursor(self, row: ConversationRow) -> None:
        """Put the list's cursor on a conversation."""
        raise TypeError("the screen has the list")

    def action_write_new(self) -> None:
        """Go on with the message to somebody that was begun."""
        raise TypeError("the screen opens it")

    def remember(self, act: int | None) -> None:
        """Keep what was done just now: the id of a message sent, None for an act."""
        self._done.append(act)
        del self._done[:-REMEMBERED]

    # Hurrying

    def action_send_now(self) -> None:
        begin(self, self._send_now(self.target), group="acts")

    async def _send_now(self, row: ConversationRow | None) -> None:
        message = await self._waiting_in(row) or await self._waiting_of_mine()
        answer = None if message is None else await console_of(self).office.submit(do.SendNow(message.id))
        if isinstance(answer, Refused):
            console_of(self).tell(refusal_words(answer), problem=True)
        elif answer is None or not answer.count:
            console_of(self).tell(_("Nothing waits to be sent here."))
        else:
            console_of(self).tell(_("It goes out now."))

    # Taking back

    def action_take_back(self) -> None:
        self.acts_underway.begin(self._take_back(self.target))

    async def _take_back(self, row: ConversationRow | None) -> None:
        """Take back a message that waits, at hand or sent after the last act; else have the desk undo my last act."""
        acted_last = bool(self._done) and self._done[-1] is None
        message = None if acted_last else await self._waiting_in(row)
        too_late = False
        while message is None and self._done and (sent := self._done.pop()) is not None:
            message = await self._waiting(sent)
            too_late = too_late or message is None
        if message is not None:
            await self._cancel(message)
        else:
            await self._undo(do.Undo(), too_late=too_late)

    def action_redo(self) -> None:
        self.acts_underway.begin(self._undo(do.Redo()))

    async def _undo(self, command: do.Undo | do.Redo, *, too_late: bool = False) -> None:
        """Undo my last act, or do it again, and show the conversation that it was about.

        `too_late`: a message would have been taken back first, but it has gone out; nothing older is touched then.
        """
        if too_late:
            console_of(self).tell(_("Too late: the message has gone out."), problem=True)
            return
        answer = await self.submit(command)
        if answer is None:
            return
        if isinstance(answer, Refused):
            console_of(self).tell(refusal_words(answer), problem=True)
            return
        again = isinstance(command, do.Redo)
        if again:
            self.remember(None)
        self.deal_with(None)
        only = answer.undone[1] if answer.undone is not None else None
        detail = None if only is None else await console_of(self).office.conversation(only)
        if detail is not None and not self.is_reading and await self._is_listed(detail.row):
            self.put_cursor(detail.row)
        console_of(self).tell(undone_words(answer, detail.row if detail is not None else None, again=again))

    async def _is_listed(self, row: ConversationRow) -> bool:
        return await console_of(self).office.row(row.id, self.place.listing) is not None

    async def _cancel(self, message: MessageRow) -> None:
        """Cancel a message; its text is in the composer again."""
        office = console_of(self).office
        answer = await office.submit(do.TakeBack(message.id))
        if isinstance(answer, Refused):
            console_of(self).tell(refusal_words(answer), problem=True)
            return
        self.pane.composer.was_taken_back(message.conversation_id, message.id)
        self.deal_with(None)  # nothing follows: the matter is at hand again
        if await office.draft(message.conversation_id) is None and await office.new_message() is not None:
            self.action_write_new()  # it had begun the conversation: to whom it goes is open again, too
            return
        detail = await office.conversation(message.conversation_id)
        if detail is not None:
            self.put_cursor(detail.row)
            self.read(detail.row)
            self.pane.composer.start(detail.row, note=False, seen_message_id=detail.last_message_id)
        console_of(self).tell(_("Taken back: the text is here again."))

    # Which message

    async def _waiting_in(self, row: ConversationRow | None) -> MessageRow | None:
        """Return my newest message of a conversation that has not gone out yet."""
        if row is None:
            return None
        office = console_of(self).office
        page = await office.messages(row.id)
        mine = (one for one in reversed(page.rows) if one.author_operator_id == office.me.id)
        return next((one for one in mine if _is_queued(one)), None)

    async def _waiting_of_mine(self) -> MessageRow | None:
        """Return the message sent last from this console that has not gone out yet."""
        for act in reversed(self._done):
            if act is not None and (message := await self._waiting(act)) is not None:
                return message
        return None

    async def _waiting(self, message_id: int) -> MessageRow | None:
        message = await console_of(self).office.message(message_id)
        return message if message is not None and _is_queued(message) else None


def _is_queued(message: MessageRow) -> bool:
    return message.delivery is not None and message.delivery.state is Delivery.QUEUED
