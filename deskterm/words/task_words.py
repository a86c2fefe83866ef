"""Tasks in words: where they stand, when they are due, what was done to them."""

from __future__ import annotations

from datetime import datetime

from deskterm.desk.commands import Done
from deskterm.desk.commands_time import ChangeTask, Keep
from deskterm.desk.model import TaskStatus
from deskterm.desk.rows_time import TaskDetail, TaskRow
from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _, ngettext
from deskterm.words.wording import count_words, day_and_time, priority_words, reason_words

TASK_STATUSES: dict[TaskStatus, str] = {
    TaskStatus.OPEN: N_("to do"),
    TaskStatus.STARTED: N_("in progress"),
    TaskStatus.DONE: N_("done"),
    TaskStatus.CANCELLED: N_("cancelled"),
}
TO_DO = (TaskStatus.OPEN, TaskStatus.STARTED)
"""Where a task stands that is to be done."""

_SAID: dict[TaskStatus, str] = {
    TaskStatus.OPEN: N_("T{number} is to be done again."),
    TaskStatus.STARTED: N_("T{number} is in progress."),
    TaskStatus.DONE: N_("T{number} is done."),
    TaskStatus.CANCELLED: N_("T{number} is cancelled."),
}


def task_status_words(status: TaskStatus) -> str:
    """Return where a task stands, in a word or two."""
    return _(TASK_STATUSES[status])


def task_called(row: TaskRow, cells: int = 60) -> str:
    """Return a task's number and title: "T7 Call the courier"."""
    return f"T{row.number} {clean_line(row.title, cells)}"


def task_changed_words(act: ChangeTask, number: int) -> str:
    """Say what was done to one task."""
    if act.status is not None:
        return _(_SAID[act.status]).format(number=number)
    if act.priority is not None:
        return _("T{number} is {priority} now.").format(number=number, priority=priority_words(act.priority))
    if not isinstance(act.due, Keep):
        return _due_words(act.due, number)
    if not isinstance(act.assignee_id, Keep):
        words = N_("T{number} is nobody's.") if act.assignee_id is None else N_("T{number} is passed on.")
        return _(words).format(number=number)
    if not isinstance(act.team_id, Keep):
        words = N_("T{number} is in no team's queue.") if act.team_id is None else N_("T{number} is in another queue.")
        return _(words).format(number=number)
    return _("T{number} is changed.").format(number=number)


def stays_words(task: TaskDetail) -> str:
    """Say that the next one of a series stays, though the one before it is to be done again; "" where it does not."""
    if task.next_number is None:
        return ""
    return _("T{number}, the next one, stays: somebody changed it").format(number=task.next_number)


def _due_words(due: datetime | None, number: int) -> str:
    if due is None:
        return _("T{number} has no time any more.").format(number=number)
    return _("T{number} is due {when}.").format(number=number, when=day_and_time(due))


def many_tasks_words(done: Done, asked: int) -> str:
    """Say what was done to many tasks, and what was not and why."""
    words = ngettext("Done: {n} task", "Done: {n} tasks", done.count).format(n=count_words(done.count))
    if done.refused:
        total = sum(count for _code, count in done.refused)
        why = "; ".join(f"{count_words(count)} {reason_words(code)}" for code, count in done.refused)
        return words + " · " + _("refused: {count} ({reasons})").format(count=count_words(total), reasons=why)
    rest = asked - done.count
    return words + " · " + _("{n} were so already").format(n=count_words(rest)) if rest > 0 else words
