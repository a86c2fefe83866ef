"""Tasks as a person reads them on the command line."""

from __future__ import annotations

from collections.abc import Sequence

from deskterm.cli.answer import Paper
from deskterm.cli.conversation_shown import local
from deskterm.desk.rows_time import TaskDetail, TaskRow
from deskterm.i18n import _
from deskterm.times.recurring_words import recurrence_words
from deskterm.words.task_words import task_called, task_status_words
from deskterm.words.wording import day_and_time, priority_words


def show_list(paper: Paper, rows: Sequence[TaskRow]) -> None:
    """Print one line per task."""
    titles = [_("number"), _("status"), _("until"), _("task"), _("assignee"), _("tags"), _("conversation"), _("customer")]
    paper.table(titles, [_row(row) for row in rows])


def _row(row: TaskRow) -> list[str]:
    status = _("overdue") if row.overdue else task_status_words(row.status)
    conversation = "" if row.conversation_number is None else f"#{row.conversation_number}"
    tags = ", ".join(row.tags)
    return [f"T{row.number}", status, local(row.due), row.title, row.assignee, tags, conversation, row.customer]


def show_task(paper: Paper, detail: TaskDetail) -> None:
    """Print a task whole: what is to be done, until when, by whom, what it came from."""
    row = detail.row
    paper.line(task_called(row, 200))
    status = _("overdue") if row.overdue else task_status_words(row.status)
    facts = [
        status,
        "" if row.due is None else _("due {when}").format(when=day_and_time(row.due)),
        recurrence_words(row.recurrence),
        row.assignee or _("nobody's"),
        row.team,
        priority_words(row.priority),
        ", ".join(row.tags),
    ]
    paper.line(" · ".join(filter(None, facts)))
    if row.conversation_number is not None:
        paper.line(f"#{row.conversation_number} {row.customer}".rstrip())
    elif row.customer_id is not None:
        paper.line(row.customer or _("customer {id}").format(id=row.customer_id))
    for words, done in detail.checklist:
        paper.line(f"[{'x' if done else ' '}] {words}")
    if detail.description:
        paper.line()
        paper.block(detail.description)
