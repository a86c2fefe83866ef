"""The composer at work: drafts that survive, files, the editor outside; `Sending` hands the text in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from logging import getLogger
from pathlib import Path

from textual.message import Message
from textual.timer import Timer

from deskterm.desk.commands import Refused
from deskterm.desk.rows import ConversationDetail, ConversationRow, Draft, MessageRow
from deskterm.i18n import N_, _
from deskterm.office import OfficeError
from deskterm.screens.attaching import ask_for_files, folder_of, offer_as_file, stage_text
from deskterm.screens.console import begin, console_of
from deskterm.screens.editor import EditorFailed, write_outside
from deskterm.screens.sending import Sending, joined
from deskterm.screens.watching import newer_words
from deskterm.widgets.composer import Addressed, Composer, ComposerText
from deskterm.widgets.status import Bar
from deskterm.words.wording import refusal_words

log = getLogger(__name__)

SAVE_AFTER_S = 0.7
"""A draft is kept this long after the first key that changed it, also while one types on."""
LAST_SAVE_S = 1.5
"""How long the end of the program waits for the last draft to be kept."""
_NOTE_TITLE = N_("INTERNAL NOTE · never sent to the customer")


class ComposePane(Sending):
    """The composer of the conversation's pane. It writes for one conversation until it is left or the text is sent."""

    class Look(Message):
        """The operator wants to see what came while they wrote; the text stays."""

    _timer: Timer | None = None
    _discard_asked = False
    _folder = ""
    _newest_told: int | None = None

    # Opening and leaving

    def start(self, row: ConversationRow, *, note: bool, seen_message_id: int | None) -> None:
        """Begin to write, or go on; takes the keys at once and reads the draft meanwhile."""
        if self.conversation_id == row.id:
            if self.note != note:
                self._tell_other_kind()
            self.take_keys()
            return
        self.keep()
        title = _(_NOTE_TITLE) if note else _("Reply to {name}").format(name=row.customer)
        self._start_anew(row.id, note=note, title=title, seen_message_id=seen_message_id)
        begin(self, self._open(row.id, note=note), group="open-draft", exclusive=True)

    def _start_anew(self, conversation_id: int, *, note: bool, title: str, seen_message_id: int | None) -> None:
        for foot in self.screen.query("#foot").results(Bar):
            foot.hush()  # what was said before would hide the keys that work here
        self.begin(conversation_id, note=note, title=title)
        self._filled, self._kept, self._may_overrule, self._discard_asked = False, None, False, False
        self._seen_message_id, self._newest_told, self._handed_early = seen_message_id, None, None

    def reopen(self, draft: Draft, seen_message_id: int | None) -> None:
        title = _NOTE_TITLE if draft.note else N_("Reply")
        self._start_anew(draft.conversation_id, note=draft.note, title=_(title), seen_message_id=seen_message_id)
        self._filled = True
        self.fill(draft)
        begin(self, self._address(draft.conversation_id), group="open-draft", exclusive=True)

    async def _open(self, conversation_id: int, *, note: bool) -> None:
        office = console_of(self).office
        async with self.saving:  # what is on its way is no draft any more, or comes back as one
            draft = await office.draft(conversation_id)
        if self.conversation_id != conversation_id:
            return
        if self._filled:  # what came back from the desk is here already
            await self._address(conversation_id)
            return
        draft = self._given_back.pop(conversation_id, draft)
        if draft is not None:
            self.fill(draft)
            self._kept = draft
            if draft.note != note:
                self._tell_other_kind()
        self._filled = True
        if not self._same(self.draft):
            # Typed while the draft was read: nothing else would have it kept before the next key.
            self.on_composer_changed()
        if self._handed_early is not None:
            self._send(self._handed_early)
            return
        await self._address(conversation_id)

    async def _address(self, conversation_id: int) -> None:
        detail = await console_of(self).office.conversation(conversation_id)
        if detail is not None and self.conversation_id == conversation_id:
            self._show_route(detail, self.via_message_id)
            self.look_back(detail)
            if self._seen_message_id is None:
                self._seen_message_id = detail.last_message_id

    def _show_route(self, detail: ConversationDetail, via_message_id: int | None) -> None:
        """Show where the answer goes: the way that was chosen, else the usual one; of several ways also the key."""
        routes = detail.routes
        route = next((one for one in routes if one.message_id == via_message_id), routes[0] if routes else None)
        key = console_of(self).own_keys.shown("compose.other_route")
        self.address(Addressed.of(detail, route), _("{key} another way ").format(key=key) if len(routes) > 1 else "")

    async def _take_other_route(self, conversation_id: int) -> None:
        """Have the answer go the next way of those there are."""
        detail = await console_of(self).office.conversation(conversation_id)
        if detail is None or self.conversation_id != conversation_id:
            return
        ids = [route.message_id for route in detail.routes]
        if len(ids) < 2 or self.note:
            console_of(self).tell(_("There is one way that an answer can go here."))
            return
        here = ids.index(self.via_message_id) if self.via_message_id in ids else 0
        self._show_route(detail, ids[(here + 1) % len(ids)])

    def _tell_other_kind(self) -> None:
        kind = _("A note is begun here; send or throw it away first.") if self.note else None
        console_of(self).tell(kind or _("A reply is begun here; send or throw it away first."))

    def keep(self) -> None:
        """Close; what is written is kept as a draft."""
        if self.conversation_id is None:
            return
        self.stop_timer()
        begin(self, self._save(self.draft, typed_ahead=not self._filled), group="save-draft")
        self.end()

    def stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    async def _save(self, draft: Draft, *, typed_ahead: bool = False) -> None:
        """Keep a draft. What was typed before the old draft was read goes behind that one."""
        office = console_of(self).office
        async with self.saving:
            if typed_ahead:
                if self._filled and self.conversation_id == draft.conversation_id:
                    self.put_text(self.text + draft.text)  # the text before it came back from the desk meanwhile
                    return
                old = self._given_back.pop(draft.conversation_id, None) or await office.draft(draft.conversation_id)
                if old is not None:
                    draft = joined(old, draft)
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
        try:
            await asyncio.wait_for(self._save_all(), LAST_SAVE_S)
        except (OfficeError, TimeoutError):
            log.exception("the last draft could not be kept")

    async def _save_all(self) -> None:
        """Keep what is written, and what was handed in but never answered."""
        texts = {draft.conversation_id: draft for draft in self.unsent()}
        typed_ahead = False
        if self.is_open:
            written, before = self.draft, texts.get(self.draft.conversation_id)
            typed_ahead = before is None and not self._filled
            texts[written.conversation_id] = written if before is None else joined(before, written)
        for draft in texts.values():
            await self._save(draft, typed_ahead=typed_ahead and draft.conversation_id == self.conversation_id)

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
        elif event.command == "other_route" and self.conversation_id is not None:
            begin(self, self._take_other_route(self.conversation_id), group="open-draft", exclusive=True)
        elif event.command == "as_file":
            begin(self, self._text_as_file(), group="as-file", exclusive=True)
        elif event.command == "look":
            self._look()
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
        if self.conversation_id is not None:
            ask_for_files(self, partial(self.attach, self.conversation_id), self._folder)

    async def attach(self, conversation_id: int, path: Path) -> None:
        """Have a file go with the text, if it is still written for this conversation. Raises OfficeError."""
        file = await console_of(self).office.stage_file(conversation_id, path)
        self._folder = folder_of(path)
        if self.conversation_id == conversation_id:
            self.put_files((*self.files, file))

    def on_composer_text_too_long(self, event: ComposerText.TooLong) -> None:
        event.stop()
        if self.conversation_id is not None:
            attach = partial(self._attach_text, self.conversation_id)
            offer_as_file(self, event.text, attach, self.insert, can_attach=self.can_attach)

    async def _text_as_file(self) -> None:
        """Make the whole text a file, so that a short one can go before it."""
        text, conversation_id = self.text, self.conversation_id
        if conversation_id is None or not text.strip():
            return
        if not self.can_attach:
            console_of(self).tell(refusal_words(Refused("files_not_supported")), problem=True)
            return
        await self._attach_text(conversation_id, text)
        if self.conversation_id == conversation_id and self.text == text:
            self.put_text("")

    async def _attach_text(self, conversation_id: int, text: str) -> None:
        file = await stage_text(console_of(self).office, conversation_id, text)
        if self.conversation_id == conversation_id:
            self.put_files((*self.files, file))

    # What happens meanwhile

    def notice(self, rows: Sequence[MessageRow]) -> None:
        """Say at once, above the text, that a colleague answered or the customer wrote again since the writing began."""
        if not self.is_open or self.note or self._seen_message_id is None:
            return
        seen = max(self._seen_message_id, self._own.get(self.conversation_id or 0, 0))
        newer, words = newer_words(rows, seen, console_of(self).office)
        if newer is not None and newer != self._newest_told:
            self._newest_told, self._may_overrule = newer, True
            key = console_of(self).own_keys.shown("compose.look")
            self.warn(f"{words} {_('{key} shows it; the text stays.').format(key=key)}")

    def _look(self) -> None:
        if self._newest_told is not None:
            self._seen_message_id = max(self._newest_told, self._seen_message_id or 0)
            self._newest_told, self._may_overrule = None, False
            self.warn("")
        self.post_message(self.Look())

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
