"""The tasks of a customer as rows of their card: what is to be done each in a row, what is over folded into one."""

from __future__ import annotations

from collections.abc import Iterator

from deskterm.i18n import _, ngettext
from deskterm.widgets.card_rows import CardRow, On, Shown, Spot, text_row
from deskterm.widgets.paint import Span
from deskterm.widgets.paint_task import folded_words, task_short
from deskterm.words.task_words import TO_DO

TASKS = 12
"""Tasks named at most."""
_ROLES = {"failed": "late", "key": "tag"}
ALL = "all"
"""The key of the rows that lead to all tasks of the customer."""


def task_rows(shown: Shown, cells: int) -> Iterator[CardRow]:
    """Yield the rows of the block, the last of which makes a task."""
    to_do = [row for row in shown.tasks if row.status in TO_DO]
    over = [row for row in shown.tasks if row.status not in TO_DO]
    for row in to_do[:TASKS]:
        line = task_short(row, shown.now, shown.me_id, shown.marks, cells)
        yield CardRow(Spot(On.TASK, id=row.id), (tuple(Span(span.text, _ROLES.get(span.role, span.role)) for span in line),))
    left = len(to_do) - TASKS
    if left > 0:
        words = ngettext("and {n} more", "and {n} more", left).format(n=left)
        yield text_row(Spot(On.TASK, ALL), [Span(f"  {words}", "link")], cells)
    if over:
        yield text_row(Spot(On.TASK, f"{ALL} over"), [Span(folded_words(over, shown.marks), "muted")], cells)
    yield text_row(Spot(On.NEW_TASK), [Span("+ " + _("a task"), "muted")], cells)
