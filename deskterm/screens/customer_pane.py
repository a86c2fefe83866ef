"""The pane at the right of a wide terminal: the conversation in short, and the card of the customer behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from textual.message import Message

from deskterm.desk.model import Priority, Status
from deskterm.desk.rows import ConversationDetail
from deskterm.desk.rows_time import ClockRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.screens.card_acts import CardActs
from deskterm.screens.console import console_of
from deskterm.widgets.cells import fit, wrap
from deskterm.widgets.paint import Line, Marks, Span
from deskterm.widgets.when import moment
from deskterm.words.sla_words import clock_words, ended_words, metric_words, running, why_still
from deskterm.words.wording import priority_words, status_words


class CustomerPane(CardActs):
    """Shows the card of the customer of the conversation beside it; `i` gives it the keys, Esc gives them back."""

    class Back(Message):
        """The keys are wanted elsewhere again."""

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(marks, id=id)
        self._detail: ConversationDetail | None = None
        self._clocks: tuple[ClockRow, ...] = ()

    def tell(self, detail: ConversationDetail | None) -> None:
        """Show who is behind a conversation; None: nobody is."""
        changed = detail != self._detail
        self._detail = detail
        if self.editing is not None:
            return  # what is typed stays; the pane follows when it is kept or left
        if changed:
            self.show_card()
        if self.display:
            self._follow()

    def tell_clocks(self, clocks: tuple[ClockRow, ...]) -> None:
        """Show how the promised times of the conversation stand."""
        self._clocks = clocks
        if self.editing is None and self._detail is not None:
            self.show_card()

    def _follow(self) -> None:
        detail = self._detail
        self.look_at(*((detail.customer_id, detail.row.id) if detail is not None else (None, None)))

    def end_edit(self) -> None:
        super().end_edit()
        self._follow()

    def above(self, cells: int) -> Iterable[Line]:
        if self._detail is None:
            return ()
        now = console_of(self).office.now()
        return (*conversation_lines(self._detail, cells, now), *clock_lines(self._detail, self._clocks, cells, now))

    def on_resize(self) -> None:
        if self.display and self.known is None:
            self._follow()

    def action_back(self) -> None:
        """Give the keys back."""
        self.post_message(self.Back())


def conversation_lines(detail: ConversationDetail, cells: int, now: datetime) -> Iterator[Line]:
    """Yield how the conversation stands, no line wider than `cells`."""
    row = detail.row
    facts = [
        (_("channel"), clean_line(row.channel)),
        (_("opened"), moment(detail.opened_at, now)),
        (_("status"), status_words(row.status)),
    ]
    if detail.closed_at is not None and row.status is Status.CLOSED:
        facts.append((_("closed"), moment(detail.closed_at, now)))
    if row.status is Status.SNOOZED:
        until = moment(row.snoozed_until, now) if row.snoozed_until is not None else _("the customer writes")
        facts.append((_("until"), until))
    facts.append((_("whose"), clean_line(row.assignee) if row.assignee_id is not None else _("nobody")))
    if row.team:
        facts.append((_("team"), clean_line(row.team)))
    if row.priority is not Priority.NORMAL:
        facts.append((_("priority"), priority_words(row.priority)))
    links = (
        (_("earlier"), detail.previous_number),
        (_("later"), detail.next_number),
        (_("perhaps"), detail.maybe_related_number),
    )
    facts += [(name, f"#{number}") for name, number in links if number is not None]
    for name, value in facts:
        yield Span(fit(name, 10) + " ", "muted"), Span(fit(value, cells - 11))
    if row.tags:
        for part in wrap("  ".join(clean_line(tag) for tag in row.tags), cells)[:4]:
            yield (Span(part, "tag"),)


def clock_lines(detail: ConversationDetail, clocks: tuple[ClockRow, ...], cells: int, now: datetime) -> Iterator[Line]:
    """Yield how the promised times of a conversation stand, and what became of the last ones: each in words of its own."""
    row, still = detail.row, why_still(detail.row, now)
    going = running(clocks)
    for clock in going:
        role = "late" if clock.due_at is not None and clock.due_at <= now else "warning" if clock.warned else "good"
        for part in wrap(clock_words(clock, now, still), cells)[:3]:
            yield (Span(part, "muted" if clock.due_at is None else role),)
    for clock in {one.metric: one for one in reversed(clocks) if one.ended_at is not None}.values():
        if words := ended_words(clock):
            yield Span(fit(metric_words(clock.metric), 16) + " ", "muted"), Span(fit(words, cells - 17))
    if going:
        yield Span(fit(_("promised"), 10) + " ", "muted"), Span(fit(clean_line(going[0].policy, 60), cells - 11))
    elif row.due_at is not None and not clocks:
        yield Span(fit(_("answer by"), 10) + " ", "muted"), Span(fit(moment(row.due_at, now), cells - 11))
