"""A task whole: made and changed by the same form.

Whoever knows the keys is done in seconds: the title, a time, ctrl+s; all else has a default.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from deskterm.desk.commands import Command, Done, Refused
from deskterm.desk.commands_time import AddTask
from deskterm.desk.model import TaskStatus
from deskterm.desk.rows_time import TaskDetail
from deskterm.desk.text import clean_line
from deskterm.i18n import _
from deskterm.keys.actions import FOOTER, Context
from deskterm.keys.keymap import bindings
from deskterm.screens.asking import ConfirmScreen
from deskterm.screens.card_edits import submitted
from deskterm.screens.coalesced import Coalesced
from deskterm.screens.console import begin, console_of
from deskterm.screens.leaving import leave
from deskterm.screens.reminding import Wanted, ask_reminder
from deskterm.screens.room import marks_of
from deskterm.screens.task_acts import remind_of_task
from deskterm.screens.task_fields import NAMES, TaskValues
from deskterm.screens.task_places import TaskSight
from deskterm.screens.task_reading import TaskReading
from deskterm.widgets.paint import Span
from deskterm.widgets.paint_task import due_words, source_words, task_sign
from deskterm.widgets.status import Bar, key_hints
from deskterm.widgets.when import moment
from deskterm.words.task_words import TO_DO, task_called
from deskterm.words.wording import day_and_time, refusal_words


class TaskFormScreen(TaskReading):
    """See the module: a new task from a `draft`, or the task `task_id`. `seen` is the list of tasks that it was opened from.
    Ends with the id of what was kept."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("enter", "next_field", show=False, priority=True),
        *bindings(Context.TASK, at_once=True),
    ]

    def __init__(self, task_id: int | None = None, draft: AddTask | None = None, *, seen: TaskSight | None = None) -> None:
        super().__init__()
        self._task_id = task_id
        self._draft = draft or AddTask("")
        self._seen = seen
        self._known: TaskDetail | None = None
        self.before = TaskValues.of_draft(self._draft)
        self._filled = asyncio.Event()
        self._ended = False

    @property
    def has_arrived(self) -> bool:
        """Whether the form is filled, and a time behind which Enter was pressed is understood; see `deskterm.typed_ahead`."""
        return self._filled.is_set() and self._due.is_settled

    async def arrive(self) -> None:
        """Wait until it `has_arrived`."""
        await self._filled.wait()
        await self._due.settle()

    def on_mount(self) -> None:
        self.begin_empty(new=self._task_id is None)
        self._again = Coalesced(self, self._look_again, "task")
        self._hang_up = console_of(self).office.on_change(self._again.ask)
        begin(self, self._load(), group="rows")

    def on_unmount(self) -> None:
        self._hang_up()

    async def _load(self) -> None:
        try:
            office = console_of(self).office
            self.offer_names(await office.operators(), await office.teams(), await office.tags())
            if self._task_id is not None:
                self._known = await office.task(self._task_id)
                if self._known is None:
                    console_of(self).tell(_("This task is not there any more."), problem=True)
                    leave(self, None)
                    return
                self.before = TaskValues.of(self._known)
            self.fill(self.before)
            self._show_head()
        finally:
            self._filled.set()

    def _show_head(self) -> None:
        """Show which task it is, and the keys that work now."""
        new = ("task.done", "task.source", "task.remind")
        ids = [one for one in FOOTER[Context.TASK] if self._known is not None or one not in new]
        self.query_one("#foot", Bar).put(key_hints(ids, console_of(self).own_keys, self.size.width))
        bar, task = self.query_one("#head", Bar), self._known
        if task is None:
            about = _("New task") if self._draft.message_id is None else _("Task from a message")
            bar.put((Span(f" {about}", "name"),))
            return
        row, marks, now = task.row, marks_of(self), self.now()
        words, role = due_words(row, now, marks)
        sign = task_sign(row, marks)
        came = source_words(row)
        left = [Span(f" {sign.text} ", "late" if row.overdue else "name"), Span(task_called(row, 60), "name")]
        left.append(Span(f"  {words}", "late" if role == "failed" else "muted"))
        by = f"{clean_line(task.created_by, 30)} {moment(row.created_at, now)} "
        bar.put(left, (Span(f" {came}  " if came else " ", "muted"), Span(by, "muted")))
        set_ = [one for one in task.reminders if one.state in ("set", "due")]
        shown = self.query_one("#reminders", Static)
        lines = [f"{day_and_time(one.at)} {clean_line(one.operator, 30)}: {clean_line(one.words, 60)}" for one in set_[:2]]
        shown.update(Content("\n".join(f"{_('Reminder')} {line}".rstrip(": ") for line in lines)))
        shown.set_class(bool(lines), "-shown")

    async def _look_again(self) -> None:
        """Somebody changed something: what is not touched here follows, what is typed stays."""
        if self._task_id is None or self._known is None or not self._filled.is_set():
            return
        task = await console_of(self).office.task(self._task_id)
        if task is None or task.row.version == self._known.row.version:
            if task is not None and task != self._known:
                self._known = task
                self._show_head()
            return
        if not self.wants():
            self._known, self.before = task, TaskValues.of(task)
            self.fill(self.before)
            self._show_head()
        else:
            theirs = TaskValues.of(task)
            self._say_changed(theirs.changed(self.before))

    # Keeping

    def action_task_save(self) -> None:
        (self.focused or self).call_later(self._save)

    def _save(self) -> None:
        if not self._ended:
            begin(self, self._keep(), group="send", exclusive=True)

    async def _keep(self) -> None:
        await self._filled.wait()
        if self._due.found is None:
            self._due.take()
            await self._due.settle()
        if not self.is_right():
            return
        values = self.values
        if self._known is None:
            command: Command = values.as_new(self._draft)
        else:
            before = replace(self.before, description=self.before.description.strip("\n"))
            if not values.changed(before):
                self._ended = True
                leave(self, None)
                return
            command = values.as_change(self._known.row.id, before, self._known.row.version)
        answer = await submitted(self, command)
        if isinstance(answer, Refused):
            await self._refused(answer, values)
        else:
            self._ended = True
            console, words = console_of(self), await self._kept_words(answer)
            leave(self, answer.task_id or self._task_id)
            console.tell(words)

    async def _kept_words(self, done: Done) -> str:
        key = console_of(self).own_keys.shown("act.undo")
        task = None if done.task_id is None else await console_of(self).office.task(done.task_id)
        row = task.row if task is not None else None
        words = task_called(row, 40) if row is not None else _("The task")
        return _("{task} is kept · {key} takes it back").format(task=words, key=key)

    async def _refused(self, refused: Refused, mine: TaskValues) -> None:
        """Say why; where somebody changed the task meanwhile, take what is not in dispute and ask about the rest."""
        task = None if self._task_id is None else await console_of(self).office.task(self._task_id)
        if refused.code != "task_changed" or task is None:
            self.complain(refusal_words(refused))
            return
        theirs = TaskValues.of(task)
        changed, own = theirs.changed(self.before), mine.changed(self.before)
        disputed = tuple(name for name in changed if name in own and getattr(theirs, name) != getattr(mine, name))
        kept = replace(mine, **{name: getattr(theirs, name) for name in changed if name not in own})
        self._known, self.before = task, theirs
        self.fill(kept)
        self._show_head()
        self._say_changed(disputed or changed)

    def _say_changed(self, names: Sequence[str]) -> None:
        keys = console_of(self).own_keys
        fields = ", ".join(_(NAMES[name]) for name in names)
        words = _("Somebody changed this meanwhile: {fields}. {save} keeps yours, {theirs} shows theirs.")
        self.complain(words.format(fields=fields, save=keys.shown("task.save"), theirs=keys.shown("task.theirs")))

    def action_task_theirs(self) -> None:
        """Show the task as it is kept now, in place of what is typed."""
        if self._task_id is not None:
            self._filled.clear()
            begin(self, self._load(), group="rows")

    def action_task_done(self) -> None:
        """Done, or to be done again; it is kept with all else."""
        if self._known is None:
            self.complain(_("Keep the task first."))
            return
        to_do = TaskStatus(self._status.picked) in TO_DO
        self._status.pick((TaskStatus.DONE if to_do else TaskStatus.OPEN).value)
        self.action_task_save()

    # Elsewhere

    def action_task_remind(self) -> None:
        if self._known is None:
            self.complain(_("Keep the task first."))
            return
        row = self._known.row

        def set_it(wanted: Wanted) -> None:
            begin(self, remind_of_task(self, row.id, wanted), group="acts")

        ask_reminder(self, task_called(row, 40), set_it)

    def action_task_source(self) -> None:
        from deskterm.screens.tasking import go_to_source

        row = None if self._known is None else self._known.row
        if row is None:
            console_of(self).tell(_("Keep the task first."))
        elif self.wants():
            self._ask_to_leave(lambda: go_to_source(self, row, self._seen))
        else:
            go_to_source(self, row, self._seen)

    def action_task_leave(self) -> None:
        """Leave; what would be lost is asked about first."""
        if self.wants():
            self._ask_to_leave(lambda: leave(self, None))
        else:
            leave(self, None)

    def _ask_to_leave(self, then: Callable[[], None]) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self.call_later(then)

        self.app.push_screen(ConfirmScreen(_("Throw away what is written here?")), answered)

    def on_resize(self, event: Resize) -> None:
        self._show_head()
