"""The outbox: what has not simply arrived. Failed and uncertain messages first, then what still waits to go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from deskterm.desk.commands import MarkDelivered, RetryAllFailed, RetrySend, SendNow
from deskterm.desk.model import Delivery
from deskterm.desk.rows import OutboxRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.keys.actions import Context
from deskterm.keys.keymap import bindings
from deskterm.screens.asking import ConfirmScreen
from deskterm.screens.list_room import ListRoom
from deskterm.widgets.cells import cut, fit, fit_right, width
from deskterm.widgets.line_list import SERVED, LineList
from deskterm.widgets.paint import UNICODE, Line, Marks, Span
from deskterm.widgets.when import short_span
from deskterm.words.person_words import person_words
from deskterm.words.reasons import shown
from deskterm.words.wording import delivery_words

STATE_CELLS, NAME_CELLS, TIME_CELLS = 14, 18, 4
_ROLES = {Delivery.FAILED: "failed", Delivery.UNCERTAIN: "warning"}


def outbox_line(row: OutboxRow, cells: int, now: datetime, marks: Marks = UNICODE) -> Line:
    """Return one message as a line: what became of it, whose it is, its words, the server's words, since when."""
    state = row.delivery.state
    role = _ROLES.get(state, "muted")
    number = f"#{row.number} "
    room = cells - STATE_CELLS - width(number) - NAME_CELLS - TIME_CELLS - 3
    detail = clean_line(shown(row.delivery.detail))
    said = max(0, room if not detail else room // 2)
    return (
        Span(fit(f" {_mark(state, marks)} {_state(row, now)}", STATE_CELLS), role),
        Span(number, "muted"),
        Span(fit(person_words(row.customer), NAME_CELLS) + " ", "name"),
        Span(fit(clean_line(row.preview), said)),
        Span(fit("  " + detail if detail else "", max(0, room - said)), role),
        Span(" " + fit_right(cut(short_span(now - row.at), TIME_CELLS), TIME_CELLS) + " ", "muted"),
    )


def _mark(state: Delivery, marks: Marks) -> str:
    return {Delivery.FAILED: marks.failed, Delivery.UNCERTAIN: "?"}.get(state, marks.queued)


def _state(row: OutboxRow, now: datetime) -> str:
    at = row.delivery.not_before
    if row.delivery.state is Delivery.QUEUED and at is not None and at > now:
        return _("in {time}").format(time=short_span(at - now))
    return delivery_words(row.delivery.state)


def _count_again(count: int) -> str:
    return ngettext("{n} message goes out again.", "{n} messages go out again.", count).format(n=count)


class OutboxScreen(ListRoom[OutboxRow]):
    """See the module."""

    CONTEXT = Context.OUTBOX
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.OUTBOX, but=SERVED)]

    def body(self) -> Iterable[Widget]:
        yield LineList[OutboxRow](
            lambda row, cells: outbox_line(row, cells, self.office.now(), self.marks),
            lambda row: row.message_id,
            empty=_("Everything has gone out."),
            marks=self.marks,
        )

    async def load(self) -> None:
        rows = await self.office.outbox(limit=self.limit)
        counts = await self.office.counts()
        self.rows.show(rows)
        failed = _("{n} failed").format(n=counts.failed)
        uncertain = _("{n} uncertain").format(n=counts.uncertain)
        waiting = ngettext("{n} waits", "{n} wait", counts.queued).format(n=counts.queued)
        role = "problem" if counts.failed or counts.uncertain else "muted"
        self.head((Span(_("Outbox"), "name"),), (Span(f"{failed}  {uncertain}", role), Span(f"  {waiting}", "muted")))

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        if isinstance(event.row, OutboxRow):
            self.console_app.open_conversation(event.row.conversation_id)

    def action_retry(self) -> None:
        row = self.rows.chosen
        if row is None:
            return
        if row.delivery.state is not Delivery.UNCERTAIN:
            self.ask(RetrySend(row.message_id), _("It goes out again."))
            return
        question = _("It may have arrived already. Send it again to {name}?").format(name=person_words(row.customer, 80))
        self.app.push_screen(ConfirmScreen(question), lambda yes: self._retry_uncertain(row.message_id, bool(yes)))

    def _retry_uncertain(self, message_id: int, yes: bool) -> None:
        if yes:
            self.ask(RetrySend(message_id), _("It goes out again."))

    def action_retry_all(self) -> None:
        self.ask(RetryAllFailed(), _count_again)

    def action_delivered(self) -> None:
        if self.rows.chosen is not None:
            self.ask(MarkDelivered(self.rows.chosen.message_id), _("Marked as arrived."))

    def action_send_now(self) -> None:
        if self.rows.chosen is not None:
            self.ask(SendNow(self.rows.chosen.message_id), _("It goes out now."))
