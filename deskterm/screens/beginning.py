"""Conversations that an operator begins: a new message, or one that passes a customer's words on."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from deskterm.desk.rows import ConversationDetail, ConversationRow, NewMessage, StagedFile, View
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.screens.asking import ConfirmScreen
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.console import begin, console_of
from deskterm.screens.forwarding import forwarded
from deskterm.screens.new_message import Begun, ByHand, NewMessageScreen
from deskterm.screens.room import marks_of
from deskterm.screens.taking_back import TakingBack
from deskterm.widgets.begun import BegunBar

Work: TypeAlias = Coroutine[Any, Any, None]


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a new message before its form is opened. `at_once`: it is all, and is sent as it is."""

    to: str = ""
    text: str = ""
    subject: str = ""
    channel: str = ""
    paths: tuple[Path, ...] = ()
    at_once: bool = False


class Beginning(TakingBack):
    """The acts of the inbox screen that begin a conversation."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.begun_bar = BegunBar(id="begun-new")
        self._begun_again = Coalesced(self, self._show_begun, "begun-new")

    def look_at_begun(self) -> None:
        """Say above the drafts which new message is begun, and nowhere else."""
        if self.place.view is View.DRAFTS or self.begun_bar.display:
            self._begun_again.ask()

    async def _show_begun(self) -> None:
        message = await console_of(self).office.new_message() if self.place.view is View.DRAFTS else None
        self.begun_bar.tell(message, console_of(self).own_keys.shown("compose.new"), marks_of(self))

    @property
    def writes_nothing(self) -> bool:
        """Whether nothing can be written from this desk."""
        raise TypeError("the screen knows the channels")

    def action_write_new(self) -> None:
        if self.writes_nothing:
            key = console_of(self).own_keys.shown("act.contact")
            console_of(self).tell(_("Nothing can be written from here; {key} keeps a call or a visit.").format(key=key))
        else:
            self._write_new(None)

    def _write_new(self, message: NewMessage | None, *, at_once: bool = False) -> None:
        self.app.push_screen(NewMessageScreen(message, at_once=at_once), self._begun)

    def _begun(self, begun: Begun | ByHand | None) -> None:
        """Go to the conversation that was begun, where its message can still be taken back."""
        if isinstance(begun, ByHand):
            from deskterm.screens.contact import About
            from deskterm.screens.writing_to import log_contact

            log_contact(self, About(begun.channel, name=begun.to, text=begun.text), begun_before=True)
            return
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

    async def write_on(
        self, detail: ConversationDetail, text: str, paths: Sequence[Path], *, note: bool, seen_message_id: int | None
    ) -> None:
        """Open the composer of a conversation, with a text and files to go on with."""
        row, composer = detail.row, self.pane.composer
        if self.target is None or self.target.id != row.id:
            console_of(self).open_conversation(row.id)
        self.read(row)
        composer.start(row, note=note, seen_message_id=seen_message_id)
        if text:
            composer.insert(text)
        for path in paths:
            await composer.attach(row.id, path)

    # Passing on, and starting with what is known

    def action_forward(self) -> None:
        if (row := self.target) is not None:
            begin(self, self.forward(row), group="acts")

    async def forward(self, row: ConversationRow, outline: Outline = Outline()) -> None:
        """Begin a message with the customer's words, unless another one is begun that shall not be lost."""
        kept = await console_of(self).office.new_message()
        if kept is not None and kept.related_id == row.id and not kept.to.strip():
            kept = None
        question = _("A message to {to} is begun. Throw it away and forward this?")
        await self._unless_begun(kept, question, lambda: self._forward_now(row, outline))

    async def start(self, outline: Outline) -> None:
        """Begin a message with what is known of it, unless another one is begun that shall not be lost."""
        kept = await console_of(self).office.new_message()
        question = _("A message to {to} is begun. Throw it away and begin this one?")
        await self._unless_begun(kept, question, lambda: self._start_now(outline))

    async def _unless_begun(
        self, kept: NewMessage | None, question: str, work: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        if kept is None:
            await work()
            return

        def answered(throw_away: bool | None) -> None:
            if throw_away:
                begin(self, work(), group="acts")

        to = clean_line(kept.to, 40) or _("nobody yet")
        self.app.push_screen(ConfirmScreen(question.format(to=to)), answered)

    async def _forward_now(self, row: ConversationRow, outline: Outline) -> None:
        office = console_of(self).office
        message, missing = await forwarded(office, row, outline.text)
        files = (*message.files, *await self._staged(outline))
        message = replace(message, to=outline.to, channel=outline.channel or message.channel, files=files)
        await office.save_new_message(message)
        self._write_new(message, at_once=outline.at_once)
        if missing:
            words = _("Not here, so not attached: {names}").format(names=", ".join(missing))
            console_of(self).tell(words, problem=True)

    async def _start_now(self, outline: Outline) -> None:
        office = console_of(self).office
        await office.save_new_message(None)
        files = await self._staged(outline)
        message = NewMessage(outline.channel, outline.to, outline.subject, outline.text, files)
        await office.save_new_message(message)
        self._write_new(message, at_once=outline.at_once)

    async def _staged(self, outline: Outline) -> tuple[StagedFile, ...]:
        return tuple([await console_of(self).office.stage_file(None, path) for path in outline.paths])
