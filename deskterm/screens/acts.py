"""What a person does to the conversation at hand or to all that are marked, from the list or while reading."""

from __future__ import annotations

from deskterm.desk import commands as do
from deskterm.desk.commands import Command, Refused
from deskterm.desk.contacting import BY_HAND
from deskterm.desk.model import Delivery, Kind
from deskterm.desk.query import Name, Term, every
from deskterm.desk.rows import ConversationRow, View
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.screens.agreeing import Agreeing
from deskterm.screens.beginning import Beginning
from deskterm.screens.console import begin, console_of
from deskterm.screens.dialogs import AttachmentsScreen, SourceScreen, VersionsScreen
from deskterm.screens.finding import Finding
from deskterm.screens.matters import Matters
from deskterm.screens.places import shown_count
from deskterm.screens.tasking import Tasking
from deskterm.words.wording import refusal_words

WAITS_FOR_ME = every((Term("is", (Name("waiting"),)), Term("assignee", (Name("me"), Name("none")))))
"""Customers whose answer is mine to give, or anybody's."""
_STUCK = (Delivery.FAILED, Delivery.UNCERTAIN)


class Acts(Matters, Finding, Beginning, Agreeing, Tasking):
    """The acts of the inbox screen that look, write, copy and go; `Sorting` has those that triage."""

    written_from_list = False
    """Whether the text being written was begun in the list: there the operator goes on after sending it."""

    async def run_in_app(self, action: str) -> None:
        """Carry out an action of the application."""
        raise TypeError("the screen has it")

    def go_to_view(self, view: View, cursor_id: int | None = None) -> None:
        """Show a view of the list."""
        raise TypeError("the screen has the list")

    async def _ask(self, command: Command, done: str) -> None:
        answer = await console_of(self).office.submit(command)
        if isinstance(answer, Refused):
            console_of(self).tell(refusal_words(answer), problem=True)
        else:
            console_of(self).tell(done)

    def action_retry(self) -> None:
        if (row := self.target) is not None:
            begin(self, self._retry(row), group="acts")

    async def _retry(self, row: ConversationRow) -> None:
        message_id = await self._newest(row, _STUCK)
        if message_id is None:
            console_of(self).tell(_("Nothing has failed here."))
            return
        await self._ask(do.RetrySend(message_id), _("It goes out again."))

    async def _newest(self, row: ConversationRow, states: tuple[Delivery, ...]) -> int | None:
        """Return the newest message of a conversation in one of these states."""
        page = await console_of(self).office.messages(row.id)
        found = [m.id for m in page.rows if m.delivery is not None and m.delivery.state in states]
        return found[-1] if found else None

    # Writing

    def action_reply(self) -> None:
        row = self.target
        if row is not None and self._only_by_hand(row):
            self.read(row)
            keys = console_of(self).own_keys
            words = _("A call or a visit is not answered from here: {call} keeps another one, {note} a note.")
            console_of(self).tell(words.format(call=keys.shown("act.contact"), note=keys.shown("act.note")), problem=True)
        else:
            self._write(note=False)

    def _only_by_hand(self, row: ConversationRow) -> bool:
        """Whether nothing can be sent in a conversation: it is kept by hand, and no other way of an answer is known."""
        detail = self.pane.detail
        routes = detail.routes if detail is not None and detail.row.id == row.id else ()
        return row.channel_kind == BY_HAND and all(route.channel_kind == BY_HAND for route in routes)

    def action_note(self) -> None:
        self._write(note=True)

    def _write(self, *, note: bool) -> None:
        if (row := self.target) is not None:
            self.written_from_list = not self.is_reading
            self.read(row)
            shown = self.pane.thread.conversation_id == row.id
            self.pane.composer.start(row, note=note, seen_message_id=self.pane.seen_message_id if shown else None)

    # Looking

    def action_attachments(self) -> None:
        if (row := self.target) is not None:
            self.acts_underway.begin(self._attachments(row))

    async def _attachments(self, row: ConversationRow) -> None:
        records = await self.records_here() if self.is_reading else ()
        self.app.push_screen(AttachmentsScreen(row.id, records), self.open_record)

    def action_versions(self) -> None:
        edited = [message for message in self.pane.thread.rows if message.versions > 1]
        if edited:
            self.app.push_screen(VersionsScreen(edited[-1].id))
        else:
            console_of(self).tell(_("No message here was edited."))

    def action_source(self) -> None:
        message = self.pane.last(Kind.INCOMING)
        if message is not None and message.inbound_id is not None:
            self.app.push_screen(SourceScreen(message.inbound_id))
        else:
            console_of(self).tell(_("There is no source of this."))

    def action_unfold(self) -> None:
        self.pane.thread.toggle_quotes()

    async def action_later(self, name: str) -> None:
        await self.run_in_app(f"later('{name}')")

    def action_copy(self, what: str) -> None:
        if (row := self.target) is not None:
            begin(self, self._copy(row, what), group="acts")

    async def _copy(self, row: ConversationRow, what: str) -> None:
        """Put words on the clipboard (OSC 52, base64)."""
        office = console_of(self).office
        if what == "number":
            words = f"#{row.number}"
        elif what == "address":
            detail = await office.conversation(row.id)
            words = detail.identities[0].value if detail is not None and detail.identities else ""
        else:
            page = await office.messages(row.id)
            words = next((message.text for message in reversed(page.rows) if message.kind is Kind.INCOMING), "")
        if words:
            self.app.copy_to_clipboard(words)
            console_of(self).tell(_("Copied: {words}").format(words=clean_line(words, 60)))
        else:
            console_of(self).tell(_("There is nothing to copy."))

    def action_next_urgent(self) -> None:
        self.acts_underway.begin(self._next_urgent())

    async def _next_urgent(self) -> None:
        """Go to the first of those who wait for me or for nobody, and say why it is and how many there are."""
        office = console_of(self).office
        window = await office.conversations(WAITS_FOR_ME, after=1)
        if not window.rows:
            console_of(self).tell(_("Nobody waits for you. All done."))
            return
        row = window.rows[0]
        self.go_to_view(View.INBOX, row.id)
        self.read(row)
        begin(self, self._say_why(row), group="acts")

    async def _say_why(self, row: ConversationRow) -> None:
        from deskterm.screens.conversation import urgent_because

        office = console_of(self).office
        left = await office.count(WAITS_FOR_ME)
        waiting = ngettext("{n} waits", "{n} wait", left).format(n=shown_count(left))
        console_of(self).tell(f"{urgent_because(row, office.now())} · {waiting}")
