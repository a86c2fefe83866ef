"""The composer at work: drafts that survive, sending, what to do when somebody was faster, files, the editor outside."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from logging import getLogger
from pathlib import Path

from textual.message import Message
from textual.timer import Timer

from deskterm.desk.commands import Note, Refused, Reply
from deskterm.desk.rows import ConversationRow, Draft
from deskterm.i18n import _
from deskterm.keys.actions import Menu
from deskterm.office import OfficeError
from deskterm.screens.console import begin, console_of
from deskterm.screens.dialogs import PathScreen
from deskterm.screens.editor import EditorFailed, write_outside
from deskterm.screens.which_key import open_menu
from deskterm.widgets.composer import Addressed, Composer
from deskterm.wording import refusal_words

log = getLogger(__name__)

SAVE_AFTER_S = 0.7
"""A draft is kept this long after the first key that changed it, also while one types on."""
LAST_SAVE_S = 1.5
"""How long the end of the program waits for the last draft to be kept."""
_ANYWAY = ("overtaken", "customer_wrote", "unreachable")
"""Refusals that the operator may overrule."""


class ComposePane(Composer):
    """The composer of the conversation's pane. It writes for one conversation until it is left or the text is sent."""

    class Sent(Message):
        """The desk took it: a reply waits in the outbox, or a note (`message_id` None) stands in the thread."""

        def __init__(self, conversation_id: int, message_id: int | None, *, closed: bool) -> None:
            super().__init__()
            self.conversation_id = conversation_id
            self.message_id = message_id
            self.closed = closed

    class Left(Message):
        """The operator left; what was written is kept as a draft."""

    before_reply: Callable[[int | None], None] = staticmethod(lambda _conversation_id: None)
    """Told the conversation before a reply is handed in, and None where it was refused."""

    _timer: Timer | None = None
    _filled = False
    _kept: Draft | None = None
    _seen_message_id: int | None = None
    _may_overrule = False
    _discard_asked = False

    def on_mount(self) -> None:
        self._saving = asyncio.Lock()

    # Opening and leaving

    def start(self, row: ConversationRow, *, note: bool, seen_message_id: int | None) -> None:
        """Begin to write, or go on; takes the keys at once and reads the draft meanwhile."""
        if self.conversation_id == row.id:
            if self.note != note:
                self._tell_other_kind()
            self.take_keys()
            return
        self.keep()
        title = _("INTERNAL NOTE · never sent to the customer") if note else _("Reply to {name}").format(name=row.customer)
        self.begin(row.id, note=note, title=title)
        self._filled, self._kept, self._may_overrule, self._discard_asked = False, None, False, False
        self._seen_message_id = seen_message_id
        begin(self, self._open(row.id, note=note), group="open-draft", exclusive=True)

    async def _open(self, conversation_id: int, *, note: bool) -> None:
        office = console_of(self).office
        draft, detail = await asyncio.gather(office.draft(conversation_id), office.conversation(conversation_id))
        if self.conversation_id != conversation_id:
            return
        if draft is not None:
            self.fill(draft)
            self._kept = draft
            if draft.note != note:
                self._tell_other_kind()
        self._filled = True
        if not self._same(self.draft):
            # Typed while the draft was read: nothing else would have it kept before the next key.
            self.on_composer_changed()
        if detail is not None:
            self.address(Addressed.of(detail))
            if self._seen_message_id is None:
                self._seen_message_id = detail.last_message_id

    def _tell_other_kind(self) -> None:
        kind = _("A note is begun here; send or throw it away first.") if self.note else None
        console_of(self).tell(kind or _("A reply is begun here; send or throw it away first."))

    def keep(self) -> None:
        """Close; what is written is kept as a draft."""
        if self.conversation_id is None:
            return
        self._stop_timer()
        begin(self, self._save(self.draft, typed_ahead=not self._filled), group="save-draft")
        self.end()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    async def _save(self, draft: Draft, *, typed_ahead: bool = False) -> None:
        """Keep a draft. What was typed before the old draft was read goes behind that one."""
        office = console_of(self).office
        async with self._saving:
            if typed_ahead:
                old = await office.draft(draft.conversation_id)
                if old is not None:
                    draft = Draft(draft.conversation_id, old.text + draft.text, old.note, old.files)
            if self._same(draft):
                return
            await office.save_draft(draft)
            self._kept = draft

    def _same(self, draft: Draft) -> bool:
        kept = self._kept or Draft(draft.conversation_id, "", draft.note)
        return (kept.conversation_id, kept.text, kept.note, kept.files) == (
            draft.conversation_id,
            draft.text,
            draft.note,
            draft.files,
        )

    def on_composer_changed(self) -> None:
        if self.is_open and self._filled:
            self._discard_asked = False
            if self._timer is None:
                self._timer = self.set_timer(SAVE_AFTER_S, self._save_now)

    def _save_now(self) -> None:
        self._timer = None
        if self.is_open:
            begin(self, self._save(self.draft), group="save-draft")

    async def on_unmount(self) -> None:
        """The last leave: the program ends. Waits for the disk, but not for ever."""
        if not self.is_open:
            return
        try:
            await asyncio.wait_for(self._save(self.draft, typed_ahead=not self._filled), LAST_SAVE_S)
        except (OfficeError, TimeoutError):
            log.exception("the last draft could not be kept")

    # Sending

    def action_menu(self, name: str) -> None:
        without = set() if self._may_overrule else {"compose.send_anyway"}
        open_menu(self, Menu(name), without | ({"compose.send_close"} if self.note else set()))

    def action_send(self) -> None:
        self.after_typing(self._send)

    def action_send_close(self) -> None:
        self.after_typing(partial(self._send, close=True))

    def action_send_anyway(self) -> None:
        self.after_typing(partial(self._send, anyway=True))

    def _send(self, *, close: bool = False, anyway: bool = False) -> None:
        if self.is_open and self._filled:
            self._stop_timer()
            self.hold(True)
            begin(self, self._submit(self.draft, close=close, anyway=anyway), group="send", exclusive=True)

    async def _submit(self, draft: Draft, *, close: bool, anyway: bool) -> None:
        office = console_of(self).office
        files = tuple(file.id for file in draft.files)
        try:
            async with self._saving:
                if draft.note:
                    answer = await office.submit(Note(draft.conversation_id, draft.text, files))
                else:
                    self.before_reply(draft.conversation_id)
                    answer = await office.submit(
                        Reply(draft.conversation_id, draft.text, self._seen_message_id, files, close, anyway)
                    )
                if not isinstance(answer, Refused):
                    await office.save_draft(Draft(draft.conversation_id, "", draft.note))
        finally:
            self.hold(False)
        if isinstance(answer, Refused):
            self.before_reply(None)
            self._refused(answer)
            return
        self._kept = None
        if self.conversation_id == draft.conversation_id:
            self.end()
        self.post_message(self.Sent(draft.conversation_id, None if draft.note else answer.message_id, closed=close))

    def _refused(self, refused: Refused) -> None:
        words = refusal_words(refused)
        self._may_overrule = refused.code in _ANYWAY
        if self._may_overrule:
            keys = console_of(self).own_keys.shown("compose.send_anyway")
            words = f"{words} {_('{keys} sends it anyway.').format(keys=keys)}"
        self.warn(words)
        self.take_keys()

    # What else the keys ask for

    def on_composer_asked(self, event: Composer.Asked) -> None:
        event.stop()
        if event.command == "leave":
            self.keep()
            self.post_message(self.Left())
        elif event.command == "editor":
            begin(self, self._edit_outside(), group="editor", exclusive=True)
        elif event.command == "attach":
            self._ask_for_file()
        elif event.command == "detach":
            self.put_files(self.files[:-1])
        elif event.command == "discard":
            self._discard()

    async def _edit_outside(self) -> None:
        try:
            self.put_text(await write_outside(self.app, self.text))
        except EditorFailed as failure:
            console_of(self).tell(str(failure), problem=True)

    def _ask_for_file(self) -> None:
        def attach(path: Path | None) -> None:
            if path is not None and self.conversation_id is not None:
                begin(self, self._stage(self.conversation_id, path), group="attach")

        self.app.push_screen(PathScreen(_("Attach a file")), attach)

    async def _stage(self, conversation_id: int, path: Path) -> None:
        file = await console_of(self).office.stage_file(conversation_id, path)
        if self.conversation_id == conversation_id:
            self.put_files((*self.files, file))

    def _discard(self) -> None:
        """Throw the draft away when asked a second time."""
        if self.draft.text.strip() or self.files:
            if not self._discard_asked:
                self._discard_asked = True
                key = console_of(self).own_keys.shown("compose.discard")
                self.warn(_("{key} once more throws away what is written here.").format(key=key))
                return
            self.files = ()
            self.put_text("")
        self.keep()
        self.post_message(self.Left())
