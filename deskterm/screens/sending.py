"""A text on its way to the desk. The composer closes at once; what the desk does not take comes back into it.

So nothing that is typed after sending can change or repeat what is on its way, and an answer begun meanwhile is a fresh one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from textual.message import Message

from deskterm.desk.commands import Done, Note, Refused, Reply, SetTags
from deskterm.desk.rows import Draft
from deskterm.i18n import _
from deskterm.keys.actions import Menu
from deskterm.screens.console import begin, console_of
from deskterm.screens.filling_in import WANTED, fill_in
from deskterm.screens.promising import Promising, Taking
from deskterm.screens.snoozing import SnoozeScreen, menu_notes, preset
from deskterm.screens.which_key import open_menu
from deskterm.words.wording import refusal_words

_ANYWAY = ("overtaken", "customer_wrote", "unreachable", "reply_to_differs")
"""Refusals that the operator may overrule."""


@dataclass(frozen=True, slots=True)
class How:
    """The way of sending that was chosen; see `Reply`."""

    close: bool = False
    anyway: bool = False
    snooze: bool = False
    until: datetime | None = None
    without_tags: bool = False


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed in: the text, what its writer had seen then, whether the conversation was nobody's, which of several
    ways it goes, and what becomes of its promises."""

    draft: Draft
    seen_message_id: int | None
    how: How
    unassigned: bool
    via_message_id: int | None = None
    taking: Taking = Taking.NOTE


def joined(first: Draft, then: Draft) -> Draft:
    """Return two texts for one conversation as one. Where one of them is a note both are: a note never reaches a customer."""
    return replace(first, text=first.text + then.text, note=first.note or then.note, files=(*first.files, *then.files))


class Sending(Promising):
    """The half of the conversation's composer that hands texts in."""

    class Sent(Message):
        """The desk took it: a reply waits in the outbox, or a note (`message_id` None) stands in the thread.

        Who hears it calls `settle` when the keys may go on.
        """

        def __init__(
            self, conversation_id: int, message_id: int | None, *, dealt_with: bool = False, taken: bool = False
        ) -> None:
            """Say what was sent; `dealt_with`: the conversation is closed or snoozed, `taken`: it became its writer's."""
            super().__init__()
            self.conversation_id = conversation_id
            self.message_id = message_id
            self.dealt_with = dealt_with
            self.taken = taken

    class Left(Message):
        """The composer closed: what was written is on its way, or kept as a draft."""

    before_reply: Callable[[int | None], None] = staticmethod(lambda _conversation_id: None)
    """Told the conversation before a reply is handed in, and None where it was refused."""
    is_here: Callable[[int], bool] = staticmethod(lambda _conversation_id: True)
    """Says whether the operator still reads a conversation."""

    settled: asyncio.Event
    """Clear while a text is on its way."""
    saving: asyncio.Lock
    """Whoever holds it changes the kept drafts."""

    _filled = False
    _handed_early: How | None = None
    """How a text is to go that was handed in before its kept draft was here."""
    _kept: Draft | None = None
    _seen_message_id: int | None = None
    _may_overrule = False

    def on_mount(self) -> None:
        self.saving = asyncio.Lock()
        self.settled = asyncio.Event()
        self.settled.set()
        self._under_way: list[Handed] = []
        self._given_back: dict[int, Draft] = {}
        self._own: dict[int, int] = {}

    def stop_timer(self) -> None:
        """Do not save the draft soon."""
        raise TypeError("the composer has the timer")

    # Keys

    def action_menu(self, name: str) -> None:
        without = set() if self._may_overrule else {"compose.send_anyway"}
        open_menu(self, Menu(name), without | ({"compose.send_close", "compose.send_snooze"} if self.note else set()))

    def action_send(self) -> None:
        self.after_typing(self._send)

    def action_send_close(self) -> None:
        self.after_typing(partial(self._send, How(close=True)))

    def action_send_snooze(self) -> None:
        notes, impossible = menu_notes(console_of(self).office.now())
        open_menu(self, Menu.SNOOZE, impossible | {"snooze.wake"}, _("Send, then snooze"), notes)

    def action_snooze(self, name: str) -> None:
        until = None if name == "customer" else preset(name, console_of(self).office.now())
        self.after_typing(partial(self._send, How(snooze=True, until=until)))

    def action_snooze_until(self, typed: str = "") -> None:
        def send(at: datetime | None) -> None:
            if at is not None:
                self._send(How(snooze=True, until=at))

        self.app.push_screen(SnoozeScreen(_("Send, and snooze until"), typed), send)

    def action_send_anyway(self) -> None:
        self.after_typing(partial(self._send, How(anyway=True)))

    # Handing in

    def _send(self, how: How = How()) -> None:
        if not self.is_open:
            return
        if not self._filled:
            self._handed_early = how
            return
        self.stop_timer()
        handed = Handed(self.draft, self._seen_message_id, how, self.is_unassigned, self.via_message_id, self.taking)
        self._under_way.append(handed)
        self.settled.clear()
        self.hand_over(handed.draft.conversation_id)
        self.end()
        self.post_message(self.Left())
        begin(self, self._submit(handed), group="send")

    async def hand_in(self, draft: Draft, seen_message_id: int | None, how: How, *, unassigned: bool) -> None:
        """Send a text that was not written here. What the desk does not take is written on here, or kept as a draft.

        Nothing else may be begun in its conversation.
        """
        handed = Handed(draft, seen_message_id, how, unassigned)
        self._under_way.append(handed)
        self.settled.clear()
        await self._submit(handed)

    def settle(self) -> None:
        """The keys may go on, unless another text is on its way."""
        if not self._under_way:
            self.settled.set()

    async def _submit(self, handed: Handed) -> None:
        draft = handed.draft
        try:
            async with self.saving:
                answer = await self._ask(handed)
                if isinstance(answer, Done):
                    self._taken(handed, None if draft.note else answer.message_id)
                    await console_of(self).office.save_draft(Draft(draft.conversation_id, "", draft.note))
        except Exception:
            self._come_back(handed)
            raise
        if isinstance(answer, Refused):
            self._come_back(handed, answer)

    def _taken(self, handed: Handed, message_id: int | None) -> None:
        self._under_way.remove(handed)
        conversation_id = handed.draft.conversation_id
        if self._kept is not None and self._kept.conversation_id == conversation_id:
            self._kept = None
        if message_id is not None:
            self._own[conversation_id] = message_id
            self.answered(message_id, handed.taking)
        how, taken = handed.how, handed.unassigned and message_id is not None
        self.post_message(self.Sent(conversation_id, message_id, dealt_with=how.close or how.snooze, taken=taken))

    async def _ask(self, handed: Handed) -> Done | Refused:
        office, draft = console_of(self).office, handed.draft
        files = tuple(file.id for file in draft.files)
        if draft.note:
            return await office.submit(Note(draft.conversation_id, draft.text, files))
        self.before_reply(draft.conversation_id)
        promises = await self.promises_of(draft.text, handed.taking)
        seen = handed.seen_message_id
        if seen is not None:  # a reply handed in just before this one was seen by its own writer
            seen = max(seen, self._own.get(draft.conversation_id, seen))
        how = handed.how
        return await office.submit(
            Reply(
                draft.conversation_id,
                draft.text,
                seen,
                files,
                close=how.close,
                anyway=how.anyway,
                snooze=how.snooze,
                snooze_until=how.until,
                without_tags=how.without_tags,
                via_message_id=handed.via_message_id,
                promises=promises,
            )
        )

    # What the desk did not take

    def _come_back(self, handed: Handed, refused: Refused | None = None) -> None:
        """Put a text into the composer again, or where another conversation is read meanwhile, among the drafts."""
        if handed not in self._under_way:
            return  # it was taken; only its old draft could not be thrown away
        self._under_way.remove(handed)
        self.before_reply(None)
        draft = handed.draft
        self.decided_of(draft.conversation_id, handed.taking)
        if self.conversation_id == draft.conversation_id:
            self._filled = True
            self.fill(joined(draft, Draft(draft.conversation_id, "", self.note, self.files)))
        elif not self.is_open and self.is_here(draft.conversation_id):
            self.reopen(draft, handed.seen_message_id)
        else:
            self._put_aside(draft, refused)
            return
        self.take_as(handed.taking)
        if refused is not None:
            self._explain(refused)
        self.take_keys()
        self.settle()
        if refused is not None and refused.code == "tags_wanted":
            begin(self, self._ask_for_tags(handed), group="tags", exclusive=True)
        elif refused is not None and refused.code == WANTED:
            begin(self, self._ask_for_fields(handed, refused), group="tags", exclusive=True)

    async def _ask_for_fields(self, handed: Handed, refused: Refused) -> None:
        """What must stand on the card is filled in first; then the text goes the way that was chosen. Left alone, it stays."""
        conversation_id = handed.draft.conversation_id

        def then() -> None:
            if self.conversation_id == conversation_id:
                self._send(handed.how)

        await fill_in(self, refused, conversation_id, then)

    async def _ask_for_tags(self, handed: Handed) -> None:
        """What is closed here is tagged first; then the text goes the way that was chosen. Left alone, it stays here."""
        from deskterm.screens.tagging import TagChange, TagsScreen

        office, conversation_id = console_of(self).office, handed.draft.conversation_id
        detail = await office.conversation(conversation_id)
        if detail is None or self.conversation_id != conversation_id:
            return

        def chosen(change: TagChange | None) -> None:
            if change is not None and self.conversation_id == conversation_id:
                begin(self, self._tag_and_send(conversation_id, change.add, change.remove, handed.how), group="tags")

        async def tags() -> tuple[list[tuple[str, ...]], bool]:
            return [detail.row.tags], True

        title = _("Tags of {about}").format(about=f"#{detail.row.number}")
        self.app.push_screen(TagsScreen(title, tags, closing=True), chosen)

    async def _tag_and_send(self, conversation_id: int, add: tuple[str, ...], remove: tuple[str, ...], how: How) -> None:
        if add or remove:
            answer = await console_of(self).office.submit(SetTags(conversation_id, add, remove))
            if isinstance(answer, Refused):
                self._explain(answer)
                return
        if self.conversation_id == conversation_id:
            self._send(replace(how, without_tags=not add))

    def _put_aside(self, draft: Draft, refused: Refused | None) -> None:
        self._given_back[draft.conversation_id] = draft
        begin(self, self._keep_given_back(draft.conversation_id), group="save-draft")
        if refused is not None:
            kept = _("The text is kept as a draft.")
            console_of(self).tell(f"{refusal_words(refused)} {kept}", problem=True)
        self.settle()

    def reopen(self, draft: Draft, seen_message_id: int | None) -> None:
        """Write on where a text came back."""
        raise TypeError("the composer opens itself")

    def _explain(self, refused: Refused) -> None:
        words = refusal_words(refused)
        self._may_overrule = refused.code in _ANYWAY
        if refused.code == "too_long" and self.can_attach:
            key = console_of(self).own_keys.shown("compose.as_file")
            words = f"{words} {_('{key} makes it a file.').format(key=key)}"
        if self._may_overrule:
            keys = console_of(self).own_keys.shown("compose.send_anyway")
            words = f"{words} {_('{keys} sends it anyway.').format(keys=keys)}"
        self.warn(words)

    async def _keep_given_back(self, conversation_id: int) -> None:
        """Keep as a draft what came back; where that fails too, it waits here for the composer or the end."""
        async with self.saving:
            draft = self._given_back.get(conversation_id)
            if draft is not None:
                await console_of(self).office.save_draft(draft)
                self._given_back.pop(conversation_id, None)

    def unsent(self) -> list[Draft]:
        """Return what is neither taken by the desk nor kept: at the end of the program it becomes drafts."""
        return [*self._given_back.values(), *(handed.draft for handed in self._under_way)]
