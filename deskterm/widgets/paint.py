"""A row of the list as words in columns: pure, tested without a screen.

A line is a tuple of spans, each a text and a role; the widget turns roles into the theme's styles. All words are cleaned
again here (`desk.text`): this is the last gate before the terminal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from deskterm.desk.model import Kind, Status
from deskterm.desk.rows import ConversationRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.widgets.cells import fit, fit_right, width
from deskterm.widgets.when import short_span


class Span(NamedTuple):
    """A piece of a line with its role: a key of the widget's component styles ("" is plain)."""

    text: str
    role: str = ""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """The symbols of states, so that no state is told by colour alone."""

    late: str = "!"
    new: str = "·"
    customer_waits: str = "↩"
    we_wait: str = "…"
    closed: str = "✓"
    snoozed: str = "z"
    failed: str = "×"
    draft: str = "✎"
    cursor: str = "▌"
    minus: str = "−"
    sent: str = "✓"
    queued: str = "⧗"
    bar: str = "│"
    note_bar: str = "┃"
    fold: str = "⋯"
    ellipsis: str = "…"
    dot: str = "●"
    rule: str = "─"


UNICODE = Marks()
ASCII = Marks(
    new="*",
    customer_waits="<",
    we_wait=".",
    closed="v",
    failed="x",
    draft="d",
    cursor=">",
    minus="-",
    sent="v",
    queued="~",
    bar="|",
    note_bar="#",
    fold="...",
    ellipsis="...",
    dot="*",
    rule="-",
)

CHANNEL_SHORT = {"email": "ml", "telegram": "tg", "demo": "dm"}


@dataclass(frozen=True, slots=True)
class Columns:
    """How wide the columns of the list are, in cells; 0 hides one. They add up to `width`."""

    width: int
    number: int
    customer: int
    subject: int
    assignee: int
    time: int

    @classmethod
    def of(cls, cells: int, highest_number: int = 0) -> Columns:
        """Share out a width: names and subjects take what the fixed columns leave; the assignee goes first."""
        number = max(5, len(str(highest_number)) + 1)
        time = 5
        assignee = 7 if cells >= 64 else 0
        fixed = 4 + number + 1 + 3 + 1 + time + 1 + (assignee + 1 if assignee else 0)
        rest = max(0, cells - fixed)
        customer = rest if rest < 16 else min(20, max(10, rest * 2 // 5))
        return cls(cells, number, customer, max(0, rest - customer - 1), assignee, time)


def conversation_line(row: ConversationRow, columns: Columns, now: datetime, me_id: int, marks: Marks = UNICODE) -> Line:
    """Return a row of the list without its cursor column: exactly `columns.width - 1` cells wide."""
    marker, role = state_mark(row, marks)
    flag = marks.failed if row.failed else marks.draft if row.draft else " "
    spans = [
        Span(fit(marker, 1), role),
        Span(fit(flag, 1) + " ", "failed" if row.failed else "muted"),
        Span(fit(f"#{row.number}", columns.number) + " ", "muted"),
        Span(fit(CHANNEL_SHORT.get(row.channel_kind, row.channel_kind[:2]), 3), "muted"),
        Span(fit(clean_line(row.customer), columns.customer) + (" " if columns.subject else ""), _name_role(row)),
    ]
    if columns.subject:
        spans.extend(_matter(row, columns.subject))
    if columns.assignee:
        spans.append(_assignee(row, columns.assignee, me_id))
    time, time_role = _time(row, now, marks)
    spans.append(Span(" " + fit_right(time, columns.time) + " ", time_role))
    return _exactly(spans, columns.width - 1)


def state_mark(row: ConversationRow, marks: Marks) -> tuple[str, str]:
    """Return the symbol of a conversation's state and its role; late comes before new, new before whose turn it is."""
    if row.status is Status.CLOSED:
        return marks.closed, "muted"
    if row.status is Status.SNOOZED:
        return marks.snoozed, "muted"
    if row.late:
        return marks.late, "late"
    if row.unread:
        return marks.new, "unread"
    if row.waiting_since is not None:
        return marks.customer_waits, "waits"
    return marks.we_wait, "muted"


def _name_role(row: ConversationRow) -> str:
    if row.late and row.status is Status.OPEN:
        return "late"
    return "unread" if row.unread else "muted" if row.status is Status.CLOSED else ""


def _matter(row: ConversationRow, cells: int) -> list[Span]:
    """What it is about: the subject, then the last words as far as they fit."""
    subject, preview = clean_line(row.subject), clean_line(row.preview)
    weight = "unread" if row.unread else "muted" if row.status is Status.CLOSED else ""
    if not subject:
        return [Span(fit(_said(row, preview), cells), weight)]
    left = cells - width(subject)
    if left < 8 or not preview:
        return [Span(fit(subject, cells), weight)]
    return [Span(subject + " ", weight), Span(fit(_said(row, preview), left - 1), "muted")]


def _said(row: ConversationRow, preview: str) -> str:
    return f"> {preview}" if row.preview_kind is Kind.OUTGOING else preview


def _assignee(row: ConversationRow, cells: int, me_id: int) -> Span:
    if row.assignee_id is None:
        return Span(" " + fit("–", cells), "muted")
    if row.assignee_id == me_id:
        return Span(" " + fit(_("me"), cells), "own")
    return Span(" " + fit(clean_line(row.assignee), cells), "muted")


def _time(row: ConversationRow, now: datetime, marks: Marks) -> tuple[str, str]:
    """How late it is, else how long the customer waits, else how old the last message is."""
    if row.status is Status.OPEN and row.late and row.urgent_at is not None:
        return marks.minus + short_span(now - row.urgent_at), "late"
    if row.status is Status.OPEN and row.waiting_since is not None:
        return short_span(now - row.waiting_since), "waits"
    return short_span(now - row.last_message_at), "muted"


def _exactly(spans: list[Span], cells: int) -> Line:
    """Cut a line that is too wide for a very narrow list, or fill it."""
    line: list[Span] = []
    left = cells
    for span in spans:
        taken = width(span.text)
        if taken > left:
            line.append(Span(fit(span.text, left), span.role))
            return tuple(line)
        line.append(span)
        left -= taken
    return (*line, Span(" " * left)) if left else tuple(line)
