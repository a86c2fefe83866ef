"""Conversations that an operator begins: a new message, or one that passes a customer's words on."""

from __future__ import annotations

from deskterm.desk.rows import ConversationRow, NewMessage
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.screens.asking import ConfirmScreen
from deskterm.screens.console import begin, console_of
from deskterm.screens.forwarding import forwarded
from deskterm.screens.new_message import Begun, NewMessageScreen
from deskterm.screens.taking_back import TakingBack


class Beginning(TakingBack):
    """The acts of the inbox screen that begin a conversation."""

    def action_write_new(self) -> None:
        self._write_new(None)

    def _write_new(self, message: NewMessage | None) -> None:
        self.app.push_screen(NewMessageScreen(message), self._begun)

    def _begun(self, begun: Begun | None) -> None:
        """Go to the conversation that was begun, where its message can still be taken back."""
        if begun is None:
            begin(self, self._say_kept(), group="acts")
            return
        console_of(self).open_conversation(begun.conversation_id)
        if begun.message_id is None:
            begin(self, self._write_there(begun.conversation_id), group="acts")
        else:
            self.remember(begun.message_id)
            key = console_of(self).own_keys.shown("act.undo")
            console_of(self).tell(_("The conversation has begun · {key} takes it back").format(key=key))

    async def _say_kept(self) -> None:
        if await console_of(self).office.new_message() is not None:
            key = console_of(self).own_keys.shown("compose.new")
            console_of(self).tell(_("Kept: {key} goes on with it.").format(key=key))

    async def _write_there(self, conversation_id: int) -> None:
        detail = await console_of(self).office.conversation(conversation_id)
        if detail is not None:
            self.read(detail.row)
            self.pane.composer.start(detail.row, note=False, seen_message_id=detail.last_message_id)

    def action_forward(self) -> None:
        if (row := self.target) is not None:
            begin(self, self._forward(row), group="acts")

    async def _forward(self, row: ConversationRow) -> None:
        """Begin a message with the customer's words, unless another one is begun that shall not be lost."""
        kept = await console_of(self).office.new_message()
        if kept is None or (kept.related_id == row.id and not kept.to.strip()):
            await self._forward_now(row)
            return

        def answered(throw_away: bool | None) -> None:
            if throw_away:
                begin(self, self._forward_now(row), group="acts")

        to = clean_line(kept.to, 40) or _("nobody yet")
        question = _("A message to {to} is begun. Throw it away and forward this?").format(to=to)
        self.app.push_screen(ConfirmScreen(question), answered)

    async def _forward_now(self, row: ConversationRow) -> None:
        message, missing = await forwarded(console_of(self).office, row)
        self._write_new(message)
        if missing:
            words = _("Not here, so not attached: {names}").format(names=", ".join(missing))
            console_of(self).tell(words, problem=True)
