"""What a line of the console writes: an answer, a note, a message passed on, one that begins a conversation.

With all that it needs it is sent at once, and can be taken back as ever; else one writes on with what was said so far: in the
composer, or in the form of a new message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from deskterm.desk.rows import ConversationDetail, Draft, StartChannel
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.office import Office, OfficeError
from deskterm.screens.addressing import address_of
from deskterm.screens.beginning import Outline
from deskterm.screens.completion import home_shown
from deskterm.screens.console import Console
from deskterm.screens.inbox import InboxScreen
from deskterm.screens.sending import How
from deskterm.verbs.call import Call
from deskterm.verbs.work import by_number

Deed: TypeAlias = Callable[[], Awaitable[object]]
"""What is left to be done once the line has been taken."""


@dataclass(frozen=True, slots=True)
class Messages:
    """Writes what lines of the console say. `here`: the inbox is the room in which the line was given."""

    console: Console
    inbox: InboxScreen
    here: bool

    @property
    def _office(self) -> Office:
        return self.console.office

    async def understand(self, call: Call) -> Deed:
        """Return what a line asks for. Raises OfficeError where it cannot be: nothing was done then."""
        if call.verb.name in ("reply", "note"):
            return await self._answer(call, note=call.verb.name == "note")
        return await self._begin(call)

    # Answers and notes

    async def _answer(self, call: Call, *, note: bool) -> Deed:
        detail, seen = await self._conversation(call)
        paths = await _paths(call)
        at_once = bool(call.rest) and not call.swapped
        if call.choices and not at_once:
            name = f"--{min(call.choices)}"
            raise OfficeError("usage", _("{option} goes with a text").format(option=name), _("Write the text behind it."))
        if not at_once:
            return lambda: self.inbox.write_on(detail, call.rest, paths, note=note, seen_message_id=seen)
        await self._refuse_second(detail)
        files = [await self._office.stage_file(detail.row.id, path) for path in paths]
        draft = Draft(detail.row.id, call.rest, note, tuple(files))
        how = How(close="close" in call.choices, anyway="anyway" in call.choices)
        unassigned = detail.row.assignee_id is None

        async def sent() -> None:
            self.inbox.written_from_list = False
            await self.inbox.pane.composer.hand_in(draft, seen, how, unassigned=unassigned)

        return sent

    async def _conversation(self, call: Call) -> tuple[ConversationDetail, int | None]:
        """Return the conversation that is named, else the one at hand, and the newest message that its reader knows."""
        row = self.inbox.target if self.here else None
        found = await by_number(self._office, call.numbers[0]) if call.numbers else None if row is None else row.id
        detail = None if found is None else await self._office.conversation(found)
        if detail is None:
            raise OfficeError("nothing", _("there is no conversation at hand"), _("Name one by its number, as #1042."))
        pane = self.inbox.pane
        is_shown = self.here and pane.thread.conversation_id == detail.row.id
        return detail, pane.seen_message_id if is_shown else detail.last_message_id

    async def _refuse_second(self, detail: ConversationDetail) -> None:
        """One text at a time is begun in a conversation. Raises OfficeError where there is one."""
        composer = self.inbox.pane.composer
        async with composer.saving:  # what was written a moment ago is being kept
            draft = await self._office.draft(detail.row.id)
        if composer.conversation_id == detail.row.id and (composer.text.strip() or composer.files):
            draft = composer.draft
        if draft is not None:
            begun = _("a note is begun in #{number}") if draft.note else _("a reply is begun in #{number}")
            raise OfficeError("begun", begun.format(number=detail.row.number), _("Send it or throw it away first."))

    # Messages that begin a conversation

    async def _begin(self, call: Call) -> Deed:
        passes_on = call.verb.name == "forward"
        detail = (await self._conversation(call))[0] if passes_on else None
        to = next(iter(call.values("to")), "")
        channel = await self._channel(to, next(iter(call.values("channel")), None))
        paths = await _paths(call)
        is_whole = bool(to and channel is not None and (call.rest or passes_on)) and not call.swapped
        subject, name = next(iter(call.values("subject")), ""), "" if channel is None else channel.name
        outline = Outline(to, call.rest, subject, name, tuple(paths), at_once=is_whole)
        if detail is not None:
            return lambda: self.inbox.forward(detail.row, outline)
        return lambda: self.inbox.start(outline)

    async def _channel(self, to: str, name: str | None) -> StartChannel | None:
        """Return the channel that is named, else the only one that can reach an address; None where that is to be chosen.

        Raises OfficeError where there is no such channel.
        """
        known = await self._office.start_channels()
        if name is not None:
            found = next((one for one in known if one.name == name), None)
            if found is None:
                names = ", ".join(clean_line(one.name) for one in known)
                words = _("there is no such channel to write on")
                raise OfficeError("no_channel", words, _("Known: {names}").format(names=names))
            return found
        reaching = [one for one in known if address_of(to, one) is not None]
        return reaching[0] if len(reaching) == 1 else None


async def _paths(call: Call) -> list[Path]:
    """Return the files that are to go with it. Raises OfficeError where one is not there."""
    paths = [home_shown(typed) for typed in call.values("attach")]
    for path in paths:
        if not await asyncio.to_thread(path.is_file):
            words = _("there is no file {path}").format(path=clean_line(str(path), 200))
            raise OfficeError("no_input", words, _("Name a file that can be read."))
    return paths
