"""A row of the list as words in columns: pure, tested without a screen.

All words are cleaned again here (`desk.text`): this is the last gate before the terminal. Every column is made exactly as
wide as it is to be, so that a line is never measured again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from deskterm.desk.model import Kind, Priority, Status
from deskterm.desk.rows import ConversationRow, Hit
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.widgets.cells import cut, fit, fit_right, width
from deskterm.widgets.columns import TIME, Columns
from deskterm.widgets.paint import UNICODE, Line, Marks, Span, channel_short
from deskterm.widgets.when import short_moment, short_span
from deskterm.words.person_words import person_words
from deskterm.words.wording import priority_words

ROLES = (
    "late", "soon", "left", "still", "unread", "waits", "muted", "own", "failed", "tag", "low", "high", "urgent", "hit",
    "marked",
)  # fmt: skip
"""All roles that `conversation_line` gives; "" is plain text."""

LEAST_PREVIEW = 8
"""Cells below which the last words are not shown behind the subject."""


def conversation_line(
    row: ConversationRow, columns: Columns, now: datetime, me_id: int, marks: Marks = UNICODE, *, marked: bool = False
) -> Line:
    """Return a row of the list without its cursor column: exactly `columns.width - 1` cells wide."""
    sign, role = state_mark(row, marks)
    flags = (marks.failed if row.failed else "") + (marks.draft if row.draft else "")
    second = Span(marks.marked, "marked") if marked else Span(flags[1:2] or " ", "muted")
    spans = [
        Span(sign, role),
        Span(flags[:1] or " ", "failed" if row.failed else "muted"),
        second,
        Span(fit(f"#{row.number}", columns.number) + " ", "marked" if marked else "muted"),
        Span(fit(channel_short(row.channel_kind, row.channel), 3), "muted"),
        Span(fit(person_words(row.customer), columns.customer) + (" " if columns.subject else ""), _name_role(row)),
    ]
    if columns.subject:
        tags = cut(" ".join(clean_line(tag) for tag in row.tags), columns.tags)
        spans.extend(_matter(row, columns.subject - (width(tags) + 1 if tags else 0)))
        if tags:
            spans.append(Span(f" {tags}", "tag"))
    spans.append(_assignee(row, columns.assignee, me_id))
    spans.append(_priority(row, columns.priority, marks))
    spans.extend(Span(text, time_role) for text, time_role in times(row, columns, now, marks))
    return _exactly(spans, columns.width - 1)


def times(row: ConversationRow, columns: Columns, now: datetime, marks: Marks) -> tuple[tuple[str, str], ...]:
    """Return what of a row changes as time goes by, each with its role; a clock that ticks repaints nothing else."""
    promised = time_left(row, now, marks)
    if not columns.left:
        last, role = _time(row, promised, now, marks)
        return ((fit_right(last, columns.time) + " ", role),)
    back = _back(row, now, marks)
    left, role = promised or back or ("", "muted")
    last, last_role = _waited(row, now) if back is None or promised is None or row.sorted_at is not None else back
    return (fit_right(left, columns.left) + " ", role), (fit_right(last, columns.time) + " ", last_role)


def times_width(columns: Columns) -> int:
    """Return how many cells at the right of a row `times` takes."""
    return columns.time + 1 + (columns.left + 1 if columns.left else 0)


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
    """What it is about: the subject, then the last words, or those around what was sought, as far as they fit."""
    subject = clean_line(row.subject)
    weight = "unread" if row.unread else "muted" if row.status is Status.CLOSED else ""
    if row.hit is not None and row.hit.spans:
        head = fit(subject, cells // 3) + " " if subject and cells >= 48 else ""
        return [Span(head, weight), *_found(row.hit, cells - width(head))]
    preview = clean_line(row.preview)
    if not subject:
        return [Span(fit(_said(row, preview), cells), weight)]
    left = cells - width(subject)
    if left < LEAST_PREVIEW or not preview:
        return [Span(fit(subject, cells), weight)]
    return [Span(subject + " ", weight), Span(fit(_said(row, preview), left - 1), "muted")]


def _found(hit: Hit, cells: int) -> list[Span]:
    """Return the words around a find in so many cells, what matches marked; its first match is always to be seen."""
    start = 0
    if hit.spans and width(hit.text[: hit.spans[0][1]]) > cells:
        start = max(0, hit.spans[0][0] - cells // 3)
    pieces: list[Span] = [Span("…", "muted")] if start else []
    at = start
    for first, last in hit.spans:
        if first >= at:
            pieces += [Span(_piece(hit.text[at:first]), "muted"), Span(_piece(hit.text[first:last]), "hit")]
            at = last
    pieces.append(Span(_piece(hit.text[at:]), "muted"))
    return list(_exactly([piece for piece in pieces if piece.text], cells))


def _piece(text: str) -> str:
    """Return a part of a line cleaned, with the space that parts it from its neighbours."""
    middle = clean_line(text)
    if not middle:
        return " " if text else ""
    return (" " if text[0].isspace() else "") + middle + (" " if text[-1].isspace() else "")


def _said(row: ConversationRow, preview: str) -> str:
    return f"> {preview}" if row.preview_kind is Kind.OUTGOING else preview


def _assignee(row: ConversationRow, cells: int, me_id: int) -> Span:
    """Whose it is, else which team's; a space on either side parts it from its neighbours."""
    name, role = clean_line(row.assignee), "muted"
    if row.assignee_id is None:
        name = f"@{clean_line(row.team)}" if row.team else "–"
    elif row.assignee_id == me_id:
        name, role = _("me"), "own"
    return Span(f" {fit(name, cells - 1)} " if cells else " ", role)


def _priority(row: ConversationRow, cells: int, marks: Marks) -> Span:
    """The priority as a symbol, with its word where there is room; the usual one is not worth any ink."""
    symbols = {
        Priority.LOW: (marks.low, "low"), Priority.HIGH: (marks.high, "high"), Priority.URGENT: (marks.urgent, "urgent")
    }  # fmt: skip
    if row.priority not in symbols:
        return Span(" " * cells, "muted")
    symbol, role = symbols[row.priority]
    return Span(symbol if cells == 1 else fit(f" {symbol} {priority_words(row.priority)}", cells), role)


def time_left(row: ConversationRow, now: datetime, marks: Marks) -> tuple[str, str] | None:
    """Return what is left of the promised time, in at most five cells, with its role: "◔40m" runs, "▲ 8m" is near its end,
    "−12m" is past it, "‖ 2h" stands still; None where nothing is promised."""
    if row.status is Status.CLOSED or row.spam:
        return None
    if row.due_at is not None and row.status is Status.OPEN:
        if row.late or row.due_at <= now:
            return marks.minus + short_span(now - row.due_at), "late"
        left = short_span(row.due_at - now)
        return (_signed(marks.soon, left), "soon") if row.soon else (_signed(marks.left, left), "left")
    if row.left_ms is not None:
        left = short_span(timedelta(milliseconds=abs(row.left_ms)))
        return _signed(marks.still, marks.minus + left if row.left_ms < 0 else left), "still"
    return None


def _signed(sign: str, span: str) -> str:
    """Put a sign before a length of time, parted from it where there is room beside the priority's sign."""
    return f"{sign} {span}" if width(span) + 2 < TIME else sign + span


def _time(row: ConversationRow, promised: tuple[str, str] | None, now: datetime, marks: Marks) -> tuple[str, str]:
    """The one time that a narrow list has room for: when it comes back, else what is left, else how old the last message is."""
    if row.sorted_at is not None:
        return _waited(row, now)
    return _back(row, now, marks) or promised or _waited(row, now)


def _back(row: ConversationRow, now: datetime, marks: Marks) -> tuple[str, str] | None:
    """When a snoozed conversation comes back."""
    if row.status is not Status.SNOOZED:
        return None
    return (short_moment(row.snoozed_until, now) if row.snoozed_until is not None else marks.we_wait), "muted"


def _waited(row: ConversationRow, now: datetime) -> tuple[str, str]:
    """What a list is sorted by, where that is what happened last; else how long the customer waits."""
    if row.sorted_at is not None:
        return short_span(now - row.sorted_at), "muted"
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
