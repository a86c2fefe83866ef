"""The pane at the right of a wide terminal: who the customer is, and what else there was with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from textual.geometry import Size
from textual.strip import Strip

from deskterm.desk.model import Priority, Status
from deskterm.desk.query import Name, Term
from deskterm.desk.rows import ConversationDetail, ConversationRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.office import Office
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.console import console_of
from deskterm.widgets.cells import fit, wrap
from deskterm.widgets.paint import Line, Marks, Span
from deskterm.widgets.paint_row import state_mark
from deskterm.widgets.strips import Brush, Painted
from deskterm.widgets.when import moment
from deskterm.wording import priority_words, status_words

OTHERS = 12
"""Other conversations named at most."""
ADDRESSES = 6
ROLES = ("name", "muted", "late", "unread", "waits", "tag")


class CustomerPane(Painted):
    """Says who writes, from what the conversation's own pane has read; other conversations it asks for itself."""

    COMPONENT_CLASSES = {f"customer--{role}" for role in ROLES}
    DEFAULT_CSS = """
    CustomerPane {
        & > .customer--name { text-style: bold; }
        & > .customer--muted { color: $text-muted; }
        & > .customer--late { color: $text-error; text-style: bold; }
        & > .customer--unread { text-style: bold; }
        & > .customer--waits { color: $text-warning; }
        & > .customer--tag { color: $text-accent; }
    }
    """

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = marks
        self._brush = Brush(self, "customer")
        self._detail: ConversationDetail | None = None
        self._others: tuple[ConversationRow, ...] = ()
        self._lines: list[Line] = []
        self._again = Coalesced(self, self._look_for_others, "others", gap_s=0.3)

    def tell(self, detail: ConversationDetail | None) -> None:
        """Say who is behind a conversation; None: nobody is."""
        other = detail is None or self._detail is None or detail.customer_id != self._detail.customer_id
        if other:
            self._others = ()
        changed = detail != self._detail
        self._detail = detail
        if changed:
            self._write()
        if detail is not None and self.display and (other or changed):
            self._again.ask()

    async def _look_for_others(self) -> None:
        detail = self._detail
        if detail is None:
            return
        others = await others_of(console_of(self).office, detail)
        if self._detail is not None and self._detail.row.id == detail.row.id and others != self._others:
            self._others = others
            self._write()

    def _write(self) -> None:
        cells = max(10, self.size.width - 2)
        now = console_of(self).office.now()
        lines = [] if self._detail is None else list(customer_lines(self._detail, self._others, cells, now, self._marks))
        if lines != self._lines:
            self._lines = lines
            self.refresh()

    def on_resize(self) -> None:
        self._write()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines it has to say."""
        return max(1, len(self._lines))

    def render_line(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else ()
        return self._brush.strip((Span(" "), *line), self.size.width)


async def others_of(office: Office, detail: ConversationDetail) -> tuple[ConversationRow, ...]:
    """Return the other conversations with the customer of one, the newest first, found by their foremost address."""
    if not detail.identities or detail.row.is_group:
        return ()
    query = Term("customer", (Name(detail.identities[0].value),))
    window = await office.conversations(query, after=OTHERS + 1)
    return tuple(row for row in window.rows if row.id != detail.row.id)[:OTHERS]


def customer_lines(
    detail: ConversationDetail, others: tuple[ConversationRow, ...], cells: int, now: datetime, marks: Marks
) -> Iterator[Line]:
    """Yield the lines of the pane, none wider than `cells`."""
    row = detail.row
    for part in wrap(clean_line(row.customer), cells)[:2]:
        yield (Span(part, "name"),)
    for identity in detail.identities[:ADDRESSES]:
        yield (Span(fit(clean_line(identity.value), cells), "muted"),)
    yield ()
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
        yield ()
        for part in wrap("  ".join(clean_line(tag) for tag in row.tags), cells)[:4]:
            yield (Span(part, "tag"),)
    yield from _other_lines(others, cells, marks)


def _other_lines(others: tuple[ConversationRow, ...], cells: int, marks: Marks) -> Iterator[Line]:
    if not others:
        return
    yield ()
    yield (Span(fit(_("Other conversations"), cells), "muted"),)
    for row in others:
        sign, role = state_mark(row, marks)
        number = f"#{row.number} "
        words = clean_line(row.subject) or clean_line(row.preview)
        yield Span(f"{sign} ", role), Span(number, "muted"), Span(fit(words, max(0, cells - 2 - len(number))))
