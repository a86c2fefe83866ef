"""The conversation's pane: its heading, its messages, and the composer below them."""

from __future__ import annotations

import asyncio
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer

from deskterm.desk.commands import MarkRead
from deskterm.desk.rows import ConversationDetail, ConversationRow, Draft, Hit, MessagePage, MessageRow
from deskterm.desk.text import clean_line, one_prefix
from deskterm.i18n import _, ngettext
from deskterm.keys.keymap import Keymap
from deskterm.screens.agreed import Agreed
from deskterm.screens.clock_bar import ClockBar
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.compose import ComposePane
from deskterm.screens.console import begin, console_of
from deskterm.screens.related import RecordLinks, related_line
from deskterm.screens.tasks_beside import TasksBeside
from deskterm.widgets.paint import Line, Marks, Span, channel_short
from deskterm.widgets.paint_message import found_words
from deskterm.widgets.status import Bar
from deskterm.widgets.thread import ThreadView
from deskterm.widgets.when import short_span
from deskterm.words.person_words import person_words
from deskterm.words.wording import status_words

FIRST_PAGE, PAGE, MOST_UNREAD = 30, 60, 500
"""Messages asked for when a thread is opened (more than a tall screen shows), at a time later on, and at most where many are
unread."""
RENEWED_MOST = 200
"""Messages looked at again after the bell; older ones that are loaded stay as they are until the next opening."""
FOLLOW_S = 0.12
"""How long the cursor of the list must rest before the pane follows it."""


class ConversationPane(Vertical):
    """Shows one conversation. `row` is the one it shows or is about to show, as it was last seen."""

    class Known(Message):
        """What stands around the conversation was read (None: no conversation is shown)."""

        def __init__(self, detail: ConversationDetail | None) -> None:
            super().__init__()
            self.detail = detail

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = marks
        self.row: ConversationRow | None = None
        self.detail: ConversationDetail | None = None
        self._rest: Timer | None = None
        self._again = Coalesced(self, self._renew, "renew-thread")
        self._paging = False
        self.sought = ""
        """The words that were looked for last in a thread."""
        self.found_id: int | None = None
        """The message in which they were found last."""

    def compose(self) -> ComposeResult:
        yield Bar(id="heading")
        yield Bar(id="related")
        yield ClockBar(self._marks, id="clocks")
        yield Agreed(self._marks, id="agreed")
        yield TasksBeside(self._marks, id="tasks-beside")
        console = console_of(self)
        yield ThreadView(
            console.office.now,
            self._marks,
            me_id=console.office.me.id,
            undo_key=console.own_keys.shown("act.undo"),
            id="thread",
        )
        yield Bar(id="begun")
        yield ComposePane(self._marks, id="composer")

    def on_mount(self) -> None:
        self.set_interval(1.0, self.thread.tick)
        self._links = RecordLinks(self.thread)
        self._links.listen()

    @property
    def thread(self) -> ThreadView:
        """The messages."""
        return self.query_one("#thread", ThreadView)

    @property
    def composer(self) -> ComposePane:
        """Where an answer is written."""
        return self.query_one("#composer", ComposePane)

    @property
    def seen_message_id(self) -> int | None:
        """The newest message on the screen when an answer is begun."""
        return max((row.id for row in self.thread.rows), default=None)

    def last(self, wanted: str) -> MessageRow | None:
        """Return the newest loaded message of a kind (`Kind`'s value)."""
        return next((row for row in reversed(self.thread.rows) if row.kind == wanted), None)

    async def show_hit(self, conversation_id: int, hit: Hit) -> bool:
        """Bring a message that was found to the screen, its words marked; False where another thread is shown meanwhile."""
        page = None if self.thread.has(hit.message_id) else await self._page_around(conversation_id, hit.message_id)
        if self.thread.conversation_id != conversation_id:
            return False
        self.found_id = hit.message_id
        self.thread.show_found(hit.message_id, found_words(hit), page)
        return True

    async def _page_around(self, conversation_id: int, message_id: int) -> MessagePage:
        office = console_of(self).office
        older, newer = await asyncio.gather(
            office.messages(conversation_id, before_id=message_id + 1, limit=PAGE // 2),
            office.messages(conversation_id, after_id=message_id, limit=PAGE // 2),
        )
        return MessagePage((*older.rows, *newer.rows), older.more_before, newer.more_after)

    # Showing

    def follow(self, row: ConversationRow | None) -> None:
        """Show what the list's cursor rests on; it moves on without a wait while a key is held."""
        if self._rest is not None:
            self._rest.stop()
        if row is None or row.id != (self.row.id if self.row else None):
            self._rest = self.set_timer(FOLLOW_S, lambda: self.open(row))

    def open(self, row: ConversationRow | None, *, read: bool = False) -> None:
        """Show a conversation now; `read` says that the operator reads it, not only passes by."""
        if self._rest is not None:
            self._rest.stop()
        if self.composer.is_open and (row is None or self.composer.conversation_id != row.id):
            self.composer.keep()
        if row is None or self.row is None or row.id != self.row.id:
            self.found_id = None
        same = row is not None and self.row is not None and row.id == self.row.id and self.thread.conversation_id == row.id
        self.row = row
        if row is None:
            self.detail = None
            self.thread.close()
            self.query_one("#heading", Bar).put(())
            self.query_one("#agreed", Agreed).look_at(None)
            self.query_one("#clocks", ClockBar).look_at(None)
            self.query_one("#tasks-beside", TasksBeside).look_at(None)
            self.post_message(self.Known(None))
            return
        if not same:
            self.thread.close()
            begin(self, self._open(row, read=read), group="open-thread", exclusive=True)
        elif read and row.unread:
            begin(self, self._mark_read(row.id), group="mark-read")

    async def _open(self, row: ConversationRow, *, read: bool) -> None:
        office = console_of(self).office
        limit = min(FIRST_PAGE + 3 * row.unread, MOST_UNREAD)
        page, detail = await asyncio.gather(office.messages(row.id, limit=limit), office.conversation(row.id))
        if self.row is None or self.row.id != row.id:
            return
        self._know(detail)
        self.thread.open(row.id, page, row.unread)
        if row.hit is not None:
            self.sought = " ".join(sorted(found_words(row.hit))[:1])
            await self.show_hit(row.id, row.hit)
        await self._show_begun(row if detail is None else detail.row)
        if read and row.unread:
            await self._mark_read(row.id)

    async def _mark_read(self, conversation_id: int) -> None:
        await console_of(self).office.submit(MarkRead(conversation_id))

    def go_on_writing(self) -> None:
        """Open the composer with what was begun in the conversation, a reply or a note."""
        if self.row is not None:
            begin(self, self._go_on_writing(self.row), group="go-on", exclusive=True)

    async def _go_on_writing(self, row: ConversationRow) -> None:
        draft = await console_of(self).office.draft(row.id)
        if draft is not None and self.row is not None and self.row.id == row.id and not self.composer.is_open:
            self.composer.start(row, note=draft.note, seen_message_id=None)

    async def _show_begun(self, row: ConversationRow) -> None:
        """Say below the thread what was begun and is not sent."""
        draft = await console_of(self).office.draft(row.id) if row.draft else None
        bar = self.query_one("#begun", Bar)
        bar.set_class(draft is not None and not self.composer.is_open, "-begun")
        if draft is not None:
            bar.put(begun_line(draft, console_of(self).own_keys, self._marks))

    def on_composer_opened(self) -> None:
        self.query_one("#begun", Bar).remove_class("-begun")
        self.query_one("#agreed", Agreed).add_class("-writing")

    def on_sending_left(self) -> None:
        self.query_one("#agreed", Agreed).set_class(self.composer.is_open, "-writing")
        begin(self, self._show_left(), group="begun", exclusive=True)

    async def _show_left(self) -> None:
        """Say below the thread what the composer has left there, once it is kept."""
        async with self.composer.saving:
            row = self.row
        detail = None if row is None else await console_of(self).office.conversation(row.id)
        if detail is not None:
            await self._show_begun(detail.row)

    def look_again(self) -> None:
        """Something changed: show it as it is now, without moving what is read."""
        if self.row is not None:
            self._again.ask()

    async def _renew(self) -> None:
        row = self.row
        if row is None or self.thread.conversation_id != row.id:
            return
        office = console_of(self).office
        limit = min(max(PAGE, len(self.thread.rows)), RENEWED_MOST)
        page, detail = await asyncio.gather(office.messages(row.id, limit=limit), office.conversation(row.id))
        if self.row is not None and self.row.id == row.id:
            self._know(detail)
            self.thread.renew(page)
            await self._show_begun(row if detail is None else detail.row)
            self.composer.notice([one for one in page.rows if one.conversation_id == self.composer.conversation_id])

    def on_compose_pane_look(self, event: ComposePane.Look) -> None:
        event.stop()
        self.thread.action_last()
        self.screen.set_focus(self.thread)
        key = console_of(self).own_keys.shown("act.note" if self.composer.note else "act.reply")
        console_of(self).tell(_("{key} goes on writing.").format(key=key))

    def on_thread_view_page_wanted(self, event: ThreadView.PageWanted) -> None:
        event.stop()
        if not self._paging and self.row is not None:
            self._paging = True
            work = self._jump if event.far else self._page
            begin(self, work(self.row.id, older=event.older), group="page-thread")

    async def _page(self, conversation_id: int, *, older: bool) -> None:
        try:
            rows, office = self.thread.rows, console_of(self).office
            if not rows:
                return
            if older:
                page = await office.messages(conversation_id, before_id=rows[0].id, limit=PAGE)
            else:
                page = await office.messages(conversation_id, after_id=rows[-1].id, limit=PAGE)
        finally:
            self._paging = False
        if self.thread.conversation_id == conversation_id and rows is self.thread.rows:
            self.thread.extend(page, older=older)

    async def _jump(self, conversation_id: int, *, older: bool) -> None:
        """Go to the first page of a thread or to the last, past what lies between."""
        try:
            page = await console_of(self).office.messages(conversation_id, after_id=0 if older else None, limit=PAGE)
        finally:
            self._paging = False
        if self.thread.conversation_id == conversation_id:
            first = page if not older else MessagePage(page.rows, False, page.more_after)
            self.thread.jump(first, older=older)

    def _know(self, detail: ConversationDetail | None) -> None:
        self.detail = detail
        self.post_message(self.Known(detail))
        self.query_one("#agreed", Agreed).look_at(None if detail is None else detail.row.id)
        self.query_one("#clocks", ClockBar).look_at(None if detail is None else detail.row)
        self.query_one("#tasks-beside", TasksBeside).look_at(None if detail is None else detail.row.id)
        if detail is not None:
            self.row = detail.row
            me, now, keymap = console_of(self).office.me, console_of(self).office.now(), console_of(self).own_keys
            self.query_one("#heading", Bar).put(heading_line(detail), heading_state(detail, me.id, now, self._marks, keymap))
        related = () if detail is None else related_line(detail, console_of(self).own_keys)
        bar = self.query_one("#related", Bar)
        bar.put(related)
        bar.set_class(bool(related), "-related")


_DOT = Span("· ", "muted")


def heading_line(detail: ConversationDetail) -> Line:
    """Return what a conversation is about, then whom it is with.

    The address stands above each message: here only where there is no subject, as in a chat.
    """
    row = detail.row
    subject = one_prefix(clean_line(row.subject))
    address = detail.identities[0].value if detail.identities and not subject else ""
    spans = [
        Span(f" #{row.number} ", "muted"),
        Span(f"{channel_short(row.channel_kind, row.channel)} ", "muted"),
        Span(subject),
        Span(f"{'  ' if subject else ''}{person_words(row.customer)}", "name"),
        Span(f" <{clean_line(address)}>" if address else "", "muted"),
    ]
    return tuple(spans)


def begun_line(draft: Draft, keymap: Keymap, marks: Marks) -> Line:
    """Return what was begun, of which kind, its first words, and the key that goes on with it."""
    kind = _("note begun") if draft.note else _("reply begun")
    role = "note" if draft.note else "name"
    files = [Span("  " + ngettext("{n} file", "{n} files", len(draft.files)).format(n=len(draft.files)), "muted")]
    return (
        Span(f" {marks.draft} {kind} ", role),
        Span(keymap.shown("act.note" if draft.note else "act.reply"), "key"),
        *(files if draft.files else ()),
        Span(f"  {clean_line(draft.text, 200)}", "muted"),
    )


def heading_state(detail: ConversationDetail, me_id: int, now: datetime, marks: Marks, keymap: Keymap) -> Line:
    """Return where a conversation stands: who has it, its status, how long the customer waits, which answers have not gone out.

    Those stay until they are sent again or taken back in the outbox, whose key is named.
    """
    row = detail.row
    who = _("me") if row.assignee_id == me_id else clean_line(row.assignee) if row.assignee_id is not None else _("nobody")
    spans = [Span(f"  {who} · {status_words(row.status)} ", "muted")]
    if detail.unreachable:
        spans += [_DOT, Span(_("blocked us") + " ", "problem")]
    if row.failed:
        failed = ngettext("{n} answer not delivered", "{n} answers not delivered", row.failed).format(n=row.failed)
        spans += [_DOT, Span(f"{marks.failed} {failed}: ", "problem"), Span(f"{keymap.shown('go.outbox')} ", "key")]
    if row.late and row.due_at is not None:
        spans += [_DOT, Span(f"{marks.late} {_('late')} {short_span(now - row.due_at)} ", "late")]
    elif row.waiting_since is not None:
        spans += [_DOT, Span(f"{_('waits')} {short_span(now - row.waiting_since)} ", "name")]
    return tuple(spans)


def urgent_because(row: ConversationRow, now: datetime) -> str:
    """Say why a conversation is the most urgent one: "late 12m · asked twice"; "late in 7m" is what was promised, else what is
    usual."""
    reasons = []
    due = row.due_at or row.urgent_at
    if due is not None:
        words = _("late {span}") if row.late or due <= now else _("late in {span}")
        reasons.append(words.format(span=short_span(abs(due - now))))
    if row.waiting_since is not None:
        reasons.append(_("waits {span}").format(span=short_span(now - row.waiting_since)))
    if row.asked == 2:
        reasons.append(_("asked twice"))
    elif row.asked > 2:
        reasons.append(ngettext("asked {n} time", "asked {n} times", row.asked).format(n=row.asked))
    return " · ".join(reasons)
