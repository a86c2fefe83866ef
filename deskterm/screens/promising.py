"""Promises while one writes: the times that the text promises are found as one pauses, offered as reminders and handed in with
the reply; the last ones made to the customer stand above the text.

No key waits for it: the text is read in a thread, and no more of it than `promise_words.MOST_TEXT`.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from enum import StrEnum
from logging import getLogger
from typing import Any

from textual.timer import Timer

from deskterm.desk.commands_time import Promised
from deskterm.desk.rows import ConversationDetail
from deskterm.screens.console import begin, console_of
from deskterm.times.promise_words import promised_times
from deskterm.widgets.composer import Composer
from deskterm.widgets.paint_agreed import offer_line, promise_line
from deskterm.widgets.promise_bars import MOST_SHOWN, LastPromises, Offer

log = getLogger(__name__)

PAUSE_S = 0.4
"""How long typing must pause before the text is looked at."""


class Taking(StrEnum):
    """What becomes of the promises that are found in a reply; the key goes from one to the next, and round."""

    NOTE = "note"
    """They are noted, as always."""
    REMIND = "remind"
    """They are noted, and their writer is reminded of them."""
    NONE = "none"
    """They are none: nothing is noted."""


_NEXT = {Taking.NOTE: Taking.REMIND, Taking.REMIND: Taking.NONE, Taking.NONE: Taking.NOTE}


class Promising(Composer):
    """The part of the conversation's composer that knows of promises."""

    found: tuple[Promised, ...] = ()
    """What the text was found to promise when one paused last."""
    taking = Taking.NOTE
    _had_words = False
    """Whether there was a text to decide about since it was begun: one that is emptied then is decided about anew."""
    _looking: Timer | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._decided: dict[int, Taking] = {}
        """What was decided in conversations that are not answered yet, as long as the console runs."""
        self._decided_of: dict[int, Taking] = {}
        """The same of messages that were handed in: it holds again for one that is taken back."""

    # What is promised here

    def begin(self, conversation_id: int, *, note: bool, title: str) -> None:
        super().begin(conversation_id, note=note, title=title)
        self._stop_looking()
        self.taking = self._decided.get(conversation_id, Taking.NOTE)
        self._had_words = False
        self._show_found(())
        self.query_one(LastPromises).put(())

    def end(self) -> None:
        self._stop_looking()
        if self._had_words and not self.text.strip() and self.conversation_id is not None:
            self._decided.pop(self.conversation_id, None)
        super().end()

    def hand_over(self, conversation_id: int) -> None:
        """A reply is handed in: the next one is decided about anew."""
        self._decided.pop(conversation_id, None)

    def decided_of(self, conversation_id: int, taking: Taking) -> None:
        """It was so decided of a text that came back."""
        if taking is not Taking.NOTE:
            self._decided[conversation_id] = taking

    def answered(self, message_id: int, taking: Taking) -> None:
        """A reply was taken: if it is taken back it is as it was decided."""
        if taking is not Taking.NOTE:
            self._decided_of[message_id] = taking

    def was_taken_back(self, conversation_id: int, message_id: int) -> None:
        """A message is a text to be written on again: what was decided of its promises holds again."""
        self.decided_of(conversation_id, self._decided_of.pop(message_id, Taking.NOTE))

    def _decide(self, taking: Taking) -> None:
        self.taking = taking
        if self.conversation_id is not None:
            self._decided[self.conversation_id] = taking

    def on_composer_changed(self) -> None:
        """Look at the text when no key has come for a while."""
        self._stop_looking()
        if self.is_open and not self.note:
            self._looking = self.set_timer(PAUSE_S, self._look_at_text)

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.stop()
            self._looking = None

    def _look_at_text(self) -> None:
        self._looking = None
        if self.is_open and not self.note:
            begin(self, self._find(self.text), group="promises", exclusive=True)

    async def _find(self, text: str) -> None:
        found = await self._promised_in(text)
        if self.is_open and not self.note and self.text == text:
            self._show_found(found)

    async def _promised_in(self, text: str) -> tuple[Promised, ...]:
        """Return what a text promises. A text that cannot be read promises nothing: it is sent all the same."""
        office = console_of(self).office
        try:
            return await asyncio.to_thread(promised_times, text, office.now(), office.zone)
        except Exception:
            log.exception("a text could not be searched for promises")
            return ()

    async def promises_of(self, text: str, taking: Taking) -> tuple[Promised, ...]:
        """Return what a reply promises that is handed in now, as the operator decided about it."""
        if taking is Taking.NONE:
            return ()
        return tuple(replace(one, remind=taking is Taking.REMIND) for one in await self._promised_in(text))

    def take_as(self, taking: Taking) -> None:
        """Decide again as it was decided of a text that came back."""
        self._decide(taking)
        self._show_found(self.found)

    def _show_found(self, found: tuple[Promised, ...]) -> None:
        if self.text.strip():
            self._had_words = True
        elif self._had_words and not found:
            self._decide(Taking.NOTE)
        self.found = found
        key = console_of(self).own_keys.shown("compose.take_reminder")
        self.query_one(Offer).offer(*offer_line(found, self.taking, key, self._marks))

    def action_take_reminder(self) -> None:
        """Have the promises reminded of, noted not at all, only noted: in turn. What was typed just now is looked at first."""
        if self.is_open and not self.note:
            self._stop_looking()
            begin(self, self._take_next(self.text), group="promises", exclusive=True)

    async def _take_next(self, text: str) -> None:
        found = await self._promised_in(text)
        if self.is_open and not self.note and self.text == text:
            self._decide(_NEXT[self.taking] if found else Taking.NOTE)
            self._show_found(found)

    # What was promised before

    def look_back(self, detail: ConversationDetail) -> None:
        """Show the last promises made to the customer of a conversation, else in it."""
        if not self.note:
            begin(self, self._look_back(detail.row.id, detail.customer_id), group="look-back", exclusive=True)

    async def _look_back(self, conversation_id: int, customer_id: int | None) -> None:
        office = console_of(self).office
        if customer_id is None:
            rows = await office.promises(conversation_id=conversation_id, limit=MOST_SHOWN)
        else:
            rows = await office.promises(customer_id=customer_id, limit=MOST_SHOWN)
        if self.conversation_id == conversation_id and not self.note:
            now = office.now()
            self.query_one(LastPromises).put([promise_line(row, now, self._marks) for row in rows])
