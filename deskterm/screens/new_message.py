"""Writing to somebody first: whom, by which channel, about what, the text and its files; kept as it is typed.

There is one such message for each operator; it survives the end of the program. What the desk does not take stays here, with
the reason at the field that is to be mended.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from logging import getLogger
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widgets import Input, TextArea

from deskterm.desk.commands import Done, Refused, StartConversation
from deskterm.desk.contacting import BY_HAND
from deskterm.desk.rows import Draft, NewMessage
from deskterm.desk.text import clean_line
from deskterm.forwarding import own_end
from deskterm.i18n import _
from deskterm.keys.actions import Context, Menu
from deskterm.keys.keymap import bindings
from deskterm.office import OfficeError
from deskterm.screens.addressing import address_of
from deskterm.screens.asking import ConfirmScreen
from deskterm.screens.console import begin, console_of
from deskterm.screens.leaving import leave
from deskterm.screens.message_form import MessageForm
from deskterm.screens.which_key import open_menu
from deskterm.widgets.choice import Choice
from deskterm.words.wording import refusal_words

log = getLogger(__name__)

SAVE_AFTER_S = 0.7
"""It is kept this long after the first key that changed it, also while one types on."""
LAST_SAVE_S = 1.5
SERVED = ("menu('send')", "editor", "attach", "detach", "as_file", "discard", "leave")
_NOT_HERE = {"compose.send_close", "compose.send_snooze", "compose.send_anyway"}
"""Ways to send that an existing conversation has."""
_FIELD_OF: dict[str, str] = {
    "no_address": "to",
    "own_address": "to",
    "blocked": "to",
    "unreachable": "to",
    "already_open": "to",
    "channel_disabled": "channel",
    "not_found": "channel",
}
"""At which field a refusal is shown; those that are not here concern the text."""


@dataclass(frozen=True, slots=True)
class Begun:
    """How the screen ended: the conversation to go to, and the message that waits there; None: the text is a draft there."""

    conversation_id: int
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class ByHand:
    """How the screen ended where it is a call or a visit that is to be kept: the channel, with whom, what is written so far."""

    channel: str
    to: str
    text: str


class NewMessageScreen(MessageForm[Begun | ByHand]):
    """See the module. `message` is what it begins with; None: what the desk has kept. `at_once`: it is sent as it is; the form
    stays only where the desk does not take it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Context.COMPOSER, only=SERVED),
        # Carried out before the next key is looked at: what is typed on is for the field that follows.
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("enter", "next_field", show=False, priority=True),
        Binding("down", "suggest(1)", show=False),
        Binding("up", "suggest(-1)", show=False),
    ]
    context = Context.COMPOSER

    def __init__(self, message: NewMessage | None = None, *, at_once: bool = False) -> None:
        super().__init__()
        self._given = message
        self._at_once = at_once
        self._loaded = False
        self._by_hand: tuple[str, ...] = ()
        self._ended = False
        self._kept: NewMessage | None = None
        self._timer: Timer | None = None
        self._discard_asked = False
        self._subject_asked = False
        self._saving = asyncio.Lock()

    def on_mount(self) -> None:
        self.set_focus(self.to)
        begin(self, self._load(), group="rows", exclusive=True)

    async def _load(self) -> None:
        office = console_of(self).office
        status = await office.status()
        self._by_hand = tuple(one.name for one in status.channels if one.kind == BY_HAND and one.enabled)
        self.offer(await office.start_channels(), self._by_hand)
        kept = self._given or await office.new_message() or NewMessage("", "", "", "")
        if kept.to.strip() and not self.to.value:
            self.set_focus(self.text)
        title = _("Forward") if kept.related_id is not None else _("New message")
        with self.prevent(Input.Changed, TextArea.Changed):  # late, it would take away what is said of sending at once
            self.fill(kept, title)
        own = own_end(self.text.text) if kept.related_id is not None else None
        if own is not None:
            self.text.move_cursor(own)  # not below what is passed on
        elif self.focused is self.text and self._given is None:
            self.text.move_cursor(self.text.document.end)
        self._loaded, self._kept = True, kept
        self.changed()
        if kept.channel in self._by_hand:
            await self._keep_by_hand()
        elif self._at_once:
            self._send()

    # Keeping

    def changed(self) -> None:
        super().changed()
        self._discard_asked = False
        if self._loaded and not self._ended and self._timer is None:
            self._timer = self.set_timer(SAVE_AFTER_S, self._save_now)

    def _save_now(self) -> None:
        self._timer = None
        begin(self, self._save(), group="save")

    async def _save(self) -> None:
        async with self._saving:
            message = self.message
            if self._loaded and not self._ended and message != self._kept:
                await console_of(self).office.save_new_message(message)
                self._kept = message

    async def on_unmount(self) -> None:
        """The program may end here. Waits for the disk, but not for ever."""
        try:
            await asyncio.wait_for(self._save(), LAST_SAVE_S)
        except (OfficeError, TimeoutError):
            log.exception("the new message could not be kept")

    # Calls and visits

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Where a channel of calls and visits is chosen the form is another one, with what is written already."""
        if self.chosen_channel in self._by_hand:
            begin(self, self._keep_by_hand(), group="leave", exclusive=True)
        else:
            super().on_choice_changed(event)

    async def _keep_by_hand(self) -> None:
        """It stays begun on disk until the contact is kept."""
        await self._save()
        message = self.message
        leave(self, ByHand(message.channel, message.to, message.text))

    # Keys

    def action_menu(self, name: str) -> None:
        if self._to_mend:
            (self.focused or self).call_later(self._mend_or_open, name)  # the keys typed so far may mend it
        else:
            self._open_menu(name)

    def _open_menu(self, name: str) -> None:
        open_menu(self, Menu(name), _NOT_HERE, clean_line(self.to.value, 60))

    @property
    def _to_mend(self) -> str:
        """The field that is seen to be wrong without asking the desk, if any. A missing subject is asked for once."""
        channel, message = self.channel, self.message
        if channel is None:
            return ""
        if address_of(message.to, channel) is None:
            return "to"
        wanted = channel.subject and not message.subject.strip() and bool(message.text.strip() or message.files)
        return "subject" if wanted and not self._subject_asked else ""

    def _mend_or_open(self, name: str) -> None:
        field = self._to_mend
        if field == "to":
            self._refused(Refused("no_address"))
        elif field == "subject":
            self._subject_asked = True
            self.ask_for_subject(console_of(self).own_keys.shown("menu.send"))
        else:
            self._open_menu(name)

    def action_send(self) -> None:
        self.text.call_later(self._send)

    def action_leave(self) -> None:
        if not self.fold_suggestions():
            begin(self, self._leave(), group="leave", exclusive=True)

    async def _leave(self) -> None:
        await self._save()
        leave(self, None)

    def action_discard(self) -> None:
        if not self._discard_asked and not self.is_empty:
            key = console_of(self).own_keys.shown("compose.discard")
            self.complain("text", _("{key} once more throws away what is written here.").format(key=key))
            self._discard_asked = True
            return
        begin(self, self._throw_away(), group="leave", exclusive=True)

    async def _throw_away(self) -> None:
        async with self._saving:
            await console_of(self).office.save_new_message(None)
            self._ended = True
        leave(self, None)

    # Sending

    def _send(self) -> None:
        if self._ended or not self._loaded:
            return
        channel = self.channel
        if channel is None:
            self.complain("channel", _("There is no channel on which a conversation can be begun."))
            return
        to = address_of(self.to.value, channel)
        if to is None:
            self._refused(Refused("no_address"))
            return
        message = self.message
        files = tuple(file.id for file in message.files)
        subject = message.subject if channel.subject else ""
        wish = StartConversation(channel.id, to, message.text, subject, files, message.related_id)
        begin(self, self._submit(wish), group="send", exclusive=True)

    async def _submit(self, wish: StartConversation) -> None:
        office = console_of(self).office
        await self._save()  # should the program be killed on the way, nothing was typed in vain
        async with self._saving:
            answer = await office.submit(wish)
            if isinstance(answer, Done):
                self._ended = True
                await office.save_new_message(None)
        if isinstance(answer, Refused):
            self._refused(answer)
        elif answer.conversation_id is not None:
            leave(self, Begun(answer.conversation_id, answer.message_id))

    def _refused(self, refused: Refused) -> None:
        field = _FIELD_OF.get(refused.code, "text")
        self.complain(field, self._address_words() if refused.code == "no_address" else refusal_words(refused))
        if field == "to":
            self.set_focus(self.to)
        number = refused.values.get("number")
        if refused.code == "already_open" and isinstance(number, int):
            question = _("There is a conversation with them already: #{number}. Go on writing there?").format(number=number)
            self.app.push_screen(ConfirmScreen(question), partial(self._go_there, number))

    def _address_words(self) -> str:
        """Say what the channel wants instead of what was typed."""
        if self.channel is not None and self.channel.starts == "known":
            address = clean_line(self.channel.address)
            return _("Choose one of those who wrote to {address} before.").format(address=address)
        return _("Choose a customer, or type a whole address.")

    def _go_there(self, number: int, yes: bool | None) -> None:
        if yes:
            begin(self, self._move(number), group="send", exclusive=True)

    async def _move(self, number: int) -> None:
        """Go on in the conversation that there is: the text becomes a draft there, unless one is begun or files go with it."""
        office = console_of(self).office
        conversation_id = await office.by_number(number)
        if conversation_id is None:
            return
        await self._save()
        async with self._saving:
            message = self.message
            if not message.files and await office.draft(conversation_id) is None:
                await office.save_draft(Draft(conversation_id, message.text))
                await office.save_new_message(None)
                self._ended = True
        leave(self, Begun(conversation_id))
