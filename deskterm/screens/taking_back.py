"""What `z` takes back and `S` hurries: the messages sent from this console, and its last closings and assignments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deskterm.desk import commands as do
from deskterm.desk.commands import Command, Refused
from deskterm.desk.model import Delivery, Status
from deskterm.desk.rows import ConversationRow, MessageRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.screens.console import begin, console_of
from deskterm.wording import refusal_words

if TYPE_CHECKING:
    from textual.screen import Screen

    from deskterm.screens.conversation import ConversationPane

    Base = Screen[None]
else:
    Base = object  # a mix-in of InboxScreen

REMEMBERED = 50
"""How many acts of this console can be taken back, the newest first."""


@dataclass(frozen=True, slots=True)
class Reverse:
    """How an act on a conversation is taken back, as long as that is as the act left it."""

    conversation_id: int
    command: Command
    words: str
    left_status: Status
    left_assignee_id: int | None

    def still_fits(self, row: ConversationRow) -> bool:
        """Whether nobody has changed since what the act changed."""
        if isinstance(self.command, do.Assign):
            return row.assignee_id == self.left_assignee_id
        return row.status is self.left_status


def of_assigning(row: ConversationRow, assignee_id: int | None) -> Reverse:
    """Return how giving a conversation to somebody is taken back: it goes to whom it was."""
    if row.assignee_id is None:
        words = _("Taken back: #{number} is nobody's again.").format(number=row.number)
    else:
        name = clean_line(row.assignee)
        words = _("Taken back: #{number} is {name}'s again.").format(number=row.number, name=name)
    return Reverse(row.id, do.Assign(row.id, row.assignee_id), words, row.status, assignee_id)


def of_closing(row: ConversationRow) -> Reverse:
    """Return how closing a conversation is taken back."""
    words = _("Taken back: #{number} {customer} is open again.").format(number=row.number, customer=clean_line(row.customer))
    return Reverse(row.id, do.Reopen(row.id, row.waiting_since, row.asked), words, Status.CLOSED, row.assignee_id)


def of_reopening(row: ConversationRow) -> Reverse:
    """Return how opening a closed conversation is taken back."""
    words = _("Taken back: #{number} {customer} is closed again.").format(number=row.number, customer=clean_line(row.customer))
    return Reverse(row.id, do.Close(row.id), words, Status.OPEN, row.assignee_id)


class TakingBack(Base):
    """The acts of the inbox screen that concern what was done a moment ago."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._done: list[int | Reverse] = []
        """What this console did, the newest last: ids of messages sent, and how the other acts are taken back."""

    @property
    def target(self) -> ConversationRow | None:
        """The conversation that an act is about."""
        raise TypeError("the screen says which")

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

    def deal_with(self, conversation_id: int | None) -> None:
        """Remember which conversation follows the one dealt with; None: it is not dealt with."""
        raise TypeError("the screen has the list")

    def remember(self, act: int | Reverse) -> None:
        """Keep what was done just now: the id of a message sent, or how the act is taken back."""
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
        begin(self, self._take_back(self.target), group="acts")

    async def _take_back(self, row: ConversationRow | None) -> None:
        """Take back what concerns the conversation at hand, else what was done last."""
        newest = self._done[-1] if self._done else None
        at_hand = row is not None and isinstance(newest, Reverse) and newest.conversation_id == row.id
        message = None if at_hand else await self._waiting_in(row)
        if message is not None:
            await self._cancel(message)
            return
        too_late = False
        while self._done:
            act = self._done.pop()
            if isinstance(act, Reverse):
                if await self._reverse(act):
                    return
            elif (message := await self._waiting(act)) is not None:
                await self._cancel(message)
                return
            else:
                too_late = True
        gone = _("Too late: the message has gone out.")
        console_of(self).tell(gone if too_late else _("There is nothing to take back."), problem=too_late)

    async def _cancel(self, message: MessageRow) -> None:
        """Cancel a message; its text is in the composer again."""
        office = console_of(self).office
        answer = await office.submit(do.TakeBack(message.id))
        if isinstance(answer, Refused):
            console_of(self).tell(refusal_words(answer), problem=True)
            return
        self.deal_with(None)  # nothing follows: the matter is at hand again
        detail = await office.conversation(message.conversation_id)
        if detail is not None:
            self.put_cursor(detail.row)
            self.read(detail.row)
            self.pane.composer.start(detail.row, note=False, seen_message_id=detail.last_message_id)
        console_of(self).tell(_("Taken back: the text is here again."))

    async def _reverse(self, act: Reverse) -> bool:
        """Carry out the reverse of an act; False where there is nothing of it left to take back."""
        office = console_of(self).office
        detail = await office.conversation(act.conversation_id)
        if detail is None or not act.still_fits(detail.row):
            return False
        answer = await office.submit(act.command)
        if isinstance(answer, Refused):
            console_of(self).tell(refusal_words(answer), problem=True)
            return True
        if answer.count:
            console_of(self).tell(act.words)
        return answer.count > 0

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
            if isinstance(act, int) and (message := await self._waiting(act)) is not None:
                return message
        return None

    async def _waiting(self, message_id: int) -> MessageRow | None:
        message = await console_of(self).office.message(message_id)
        return message if message is not None and _is_queued(message) else None


def _is_queued(message: MessageRow) -> bool:
    return message.delivery is not None and message.delivery.state is Delivery.QUEUED
