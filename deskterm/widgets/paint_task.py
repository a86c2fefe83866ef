"""Tasks as words in columns, as a line above a thread, as rows of a card: pure, tested without a screen.

All words are cleaned again here (`desk.text`): this is the last gate before the terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from deskterm.desk.model import Priority, TaskStatus
from deskterm.desk.rows_time import TaskRow
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.widgets.cells import cut, fit, fit_right, width
from deskterm.widgets.paint import UNICODE, Line, Marks, Span
from deskterm.widgets.when import short_span
from deskterm.words.task_words import TO_DO, task_status_words
from deskterm.words.wording import priority_words

SOON = timedelta(hours=2)
"""What is due so soon stands out."""
NUMBER = 5


@dataclass(frozen=True, slots=True)
class TaskColumns:
    """How wide the columns of the list of tasks are, in cells; 0 hides one. The title takes what they leave."""

    number: int
    title: int
    tags: int
    checks: int
    source: int
    assignee: int
    priority: int
    status: int
    due: int

    @classmethod
    def of(cls, cells: int, highest_number: int = 0) -> TaskColumns:
        """Share out a width. What helps least goes first where it is narrow: where it came from, then the ticks."""
        number = max(NUMBER, len(str(highest_number)) + 1)
        source = 30 if cells >= 150 else 22 if cells >= 100 else 13 if cells >= 70 else 0
        checks = 6 if cells >= 60 else 0
        assignee = 13 if cells >= 100 else 8 if cells >= 50 else 0
        priority = 9 if cells >= 110 else 1
        status = 12 if cells >= 110 else 0
        due = 14
        fixed = 3 + number + 1 + due + 1 + priority
        fixed += sum(column + 1 for column in (source, checks, assignee, status) if column)
        title = max(8, cells - fixed - 1)
        return cls(number, title, title // 3 if title >= 24 else 0, checks, source, assignee, priority, status, due)


def task_line(
    row: TaskRow, columns: TaskColumns, now: datetime, me_id: int, marks: Marks = UNICODE, *, marked: bool = False
) -> Line:
    """Return a task as a row of the list, without its cursor column."""
    over = row.status not in TO_DO
    tags = cut(" ".join(clean_line(tag) for tag in row.tags), columns.tags)
    title = clean_line(row.title) + (f" {_('(again)')}" if row.recurrence else "")
    room = columns.title - (width(tags) + 1 if tags else 0)
    weight = "muted" if over else "failed" if row.overdue else ""
    spans = [
        task_sign(row, marks),
        Span(f" {marks.marked}" if marked else "  ", "mark"),
        Span(fit(f"T{row.number}", columns.number) + " ", "mark" if marked else "muted"),
        Span(fit(title, room), weight),
        Span(f" {tags}" if tags else "", "key"),
        *_column(fit_right(_checks(row), columns.checks), columns.checks, "good" if _all_ticked(row) else "muted"),
        *_column(fit(source_words(row), columns.source), columns.source, "muted"),
        *_column(fit(task_status_words(row.status), columns.status), columns.status, "muted"),
        _assignee(row, columns.assignee, me_id),
        _priority(row, columns.priority, marks),
    ]
    words, role = due_words(row, now, marks)
    return (*spans, Span(" " + fit_right(words, columns.due), role))


def _column(text: str, cells: int, role: str) -> tuple[Span, ...]:
    return (Span(f" {text}", role),) if cells else ()


def task_sign(row: TaskRow, marks: Marks) -> Span:
    """Return the symbol of where a task stands; late comes before all else."""
    if row.status is TaskStatus.DONE:
        return Span(marks.done, "good")
    if row.status is TaskStatus.CANCELLED:
        return Span(marks.cancelled, "muted")
    if row.overdue:
        return Span(marks.late, "failed")
    return Span(marks.begun, "warning") if row.status is TaskStatus.STARTED else Span(marks.to_do, "muted")


def due_words(row: TaskRow, now: datetime, marks: Marks = UNICODE) -> tuple[str, str]:
    """Return when a task is due, as seen from now, with its role; of what is over, when that was."""
    if row.status not in TO_DO:
        return (_("{span} ago").format(span=short_span(now - row.done_at)) if row.done_at is not None else ""), "muted"
    if row.due is None:
        return "–", "muted"
    if row.due <= now:
        return f"{marks.late} {_('late by {span}').format(span=short_span(now - row.due))}", "failed"
    return _("in {span}").format(span=short_span(row.due - now)), "warning" if row.due - now <= SOON else ""


def source_words(row: TaskRow) -> str:
    """Return where a task came from: "#1042 Olga"; of one without a conversation its customer, if it has one."""
    number = f"#{row.conversation_number} " if row.conversation_number is not None else ""
    return f"{number}{clean_line(row.customer, 60)}".strip()


def _checks(row: TaskRow) -> str:
    return f"{row.checked}/{row.points}" if row.points else ""


def _all_ticked(row: TaskRow) -> bool:
    return bool(row.points) and row.checked == row.points


def whose(row: TaskRow, me_id: int) -> tuple[str, str]:
    """Return whose a task is, else which team's, with its role."""
    if row.assignee_id is None:
        return (f"@{clean_line(row.team)}" if row.team else "–"), "muted"
    return (_("me"), "good") if row.assignee_id == me_id else (clean_line(row.assignee), "muted")


def _assignee(row: TaskRow, cells: int, me_id: int) -> Span:
    name, role = whose(row, me_id)
    return Span(f" {fit(name, cells - 1)} " if cells else " ", role)


def _priority(row: TaskRow, cells: int, marks: Marks) -> Span:
    symbols = {
        Priority.LOW: (marks.low, "muted"), Priority.HIGH: (marks.high, "warning"), Priority.URGENT: (marks.urgent, "failed")
    }  # fmt: skip
    if row.priority not in symbols:
        return Span(" " * cells)
    symbol, role = symbols[row.priority]
    return Span(symbol if cells == 1 else fit(f"{symbol} {priority_words(row.priority)}", cells), role)


# Beside a conversation


def task_short(row: TaskRow, now: datetime, me_id: int, marks: Marks, cells: int) -> Line:
    """Return a task in one line of at most so many cells: "○ T7 Call the courier · in 14h · anna"."""
    due, role = due_words(row, now, marks)
    name, _role = whose(row, me_id)
    ticks = f" · {_checks(row)}" if row.points else ""
    tail = ("" if due in ("", "–") else f" · {due}", "" if name == "–" else f" · {name}")
    sign = task_sign(row, marks)
    head = f" T{row.number} "
    room = max(4, cells - 1 - width(head) - width(ticks) - sum(map(width, tail)))
    return (
        sign,
        Span(head, "muted"),
        Span(cut(clean_line(row.title), room), "muted" if row.status not in TO_DO else ""),
        Span(ticks, "muted"),
        Span(tail[0], role or "muted"),
        Span(tail[1], "muted"),
    )


def folded_words(rows: Sequence[TaskRow], marks: Marks) -> str:
    """Say of tasks that are over how many these are: "✓ 2 done"."""
    return f"{marks.done} " + ngettext("{n} task done", "{n} tasks done", len(rows)).format(n=len(rows)) if rows else ""
