"""What is done to tasks from their room: to all that are marked, else to the one under the cursor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from textual.content import Content
from textual.dom import DOMNode
from textual.widget import Widget
from textual.widgets import Static

from deskterm.desk import commands as do
from deskterm.desk.commands import ConversationAct, Done
from deskterm.desk.commands_time import ChangeTask, ManyTasks
from deskterm.desk.layouts import other_layout
from deskterm.desk.model import Priority, TaskStatus
from deskterm.desk.rows_time import TaskRow
from deskterm.i18n import _
from deskterm.keys.actions import Menu
from deskterm.screens.asking import Dialog, plain
from deskterm.screens.assigning import AssignScreen
from deskterm.screens.console import console_of
from deskterm.screens.leaving import leave
from deskterm.screens.people_room import carried_out
from deskterm.screens.reminding import Wanted, ask_reminder, set_words
from deskterm.screens.tagging import TagChange, TagsScreen
from deskterm.screens.task_marking import TaskMarking
from deskterm.screens.which_key import open_menu
from deskterm.times.when_typed import READY
from deskterm.verbs.outcome import undone_words
from deskterm.verbs.table import NOBODY
from deskterm.widgets.time_field import TimeField
from deskterm.words.task_words import many_tasks_words, stays_words, task_called, task_changed_words

ANY = 0
"""Stands for the tasks that an act is about."""


class DueField(TimeField):
    """A time, or a word for none."""

    @property
    def is_none(self) -> bool:
        """Whether what is typed says that there is to be no time, also in the wrong layout."""
        typed = self.typed.strip().casefold()
        return not {typed, other_layout(typed)}.isdisjoint((_("none"), *NOBODY))

    def take(self) -> None:
        """Take what stands in it, as Enter does."""
        if self.is_none:
            self.post_message(self.Taken(self, None))
        else:
            super().take()

    def _show(self, *, problem: bool) -> None:
        super()._show(problem=problem and not self.is_none)
        if self.is_none:
            self.query_one(".understood", Static).update(Content(_("no time")))


class DueScreen(Dialog[tuple[datetime | None]]):
    """Asks when a task is due, in words, and shows what is understood. Ends with the time; without one where "none" is typed:
    that Enter alone took the times of many away would be no wish of anybody's."""

    def __init__(self, title: str, now: datetime) -> None:
        super().__init__(title)
        self._now = now

    def body(self) -> Iterable[Widget]:
        office = console_of(self).office
        yield DueField(lambda: self._now, ready=[_(words) for words in READY], zone=lambda: office.zone)
        yield plain(_("Enter takes it; “none” takes the time away   Esc leaves"), "hint")

    @property
    def has_arrived(self) -> bool:
        """Whether Enter was answered; see `deskterm.typed_ahead`."""
        return self.query_one(TimeField).is_settled

    async def arrive(self) -> None:
        """Wait until it `has_arrived`."""
        await self.query_one(TimeField).settle()

    def on_mount(self) -> None:
        self.query_one(TimeField).take_keys()

    def on_time_field_taken(self, event: TimeField.Taken) -> None:
        event.stop()
        leave(self, (event.at,))


async def remind_of_task(node: DOMNode, task_id: int, wanted: Wanted) -> None:
    """Set a reminder of a task, and say so."""
    if await carried_out(node, wanted.about(task_id=task_id)) is not None:
        console_of(node).tell(set_words(wanted, console_of(node).own_keys.shown("act.undo")))


class TaskActs(TaskMarking):
    """The part of the room of tasks that changes them."""

    def act(self, act: ChangeTask, ids: tuple[int, ...] | None = None) -> None:
        """Have a change made to these tasks, by default to what is marked or under the cursor."""
        aimed = self.aim() if ids is None else ids
        if aimed:
            self.underway.begin(self._act(act, aimed))

    async def _act(self, act: ChangeTask, ids: tuple[int, ...]) -> None:
        one = len(ids) == 1
        command = replace(act, task_id=ids[0]) if one else ManyTasks(act, ids)
        row = next((row for row in self.rows.rows if row.id == ids[0]), None)
        done = await carried_out(self, command)
        if done is None:
            return
        self.clear_marks()
        words = task_changed_words(act, row.number) if one and row is not None else many_tasks_words(done, len(ids))
        if one and row is not None and row.recurrence and act.status is TaskStatus.DONE:
            words = f"{words.rstrip('.')} · {_('the next one follows')}"
        elif one and row is not None and row.status is TaskStatus.DONE and act.status is TaskStatus.OPEN:
            detail = await self.office.task(row.id)
            if detail is not None and (stays := stays_words(detail)):
                words = f"{words.rstrip('.')} · {stays}"
        self.console_app.tell(words, problem=bool(done.refused))
        self.reload()

    def _rows_of(self, ids: Iterable[int]) -> list[TaskRow]:
        wanted = set(ids)
        return [row for row in self.rows.rows if row.id in wanted]

    def _titled(self, words: str) -> str:
        return f"{words} · {self.about}" if self.about else words

    # Where it stands

    def _turn(self, to: TaskStatus) -> None:
        """Have tasks stand so; where all do already, have them to be done again."""
        ids = self.aim()
        rows = self._rows_of(ids)
        again = len(rows) == len(ids) and all(row.status is to for row in rows)
        self.act(ChangeTask(ANY, status=TaskStatus.OPEN if again else to), ids)

    def action_task_done(self) -> None:
        self._turn(TaskStatus.DONE)

    def action_task_begun(self) -> None:
        self._turn(TaskStatus.STARTED)

    def action_task_cancelled(self) -> None:
        self._turn(TaskStatus.CANCELLED)

    # Whose

    def action_take(self) -> None:
        self.act(ChangeTask(ANY, assignee_id=self.office.me.id))

    def action_assign(self) -> None:
        row = self.rows.chosen
        ids = self.aim()
        if row is None or not ids:
            return

        def assign(chosen: ConversationAct | None) -> None:
            if isinstance(chosen, do.Assign):
                self.act(ChangeTask(ANY, assignee_id=chosen.assignee_id), ids)
            elif isinstance(chosen, do.SetTeam):
                self.act(ChangeTask(ANY, team_id=chosen.team_id), ids)

        one = len(ids) == 1
        self.app.push_screen(
            AssignScreen(self._titled(_("Give to")), row.assignee_id if one else 0, row.team if one else "", viewers=False),
            assign,
        )

    # When, what about, how much it matters

    def action_task_due(self) -> None:
        ids = self.aim()

        def put(due: tuple[datetime | None] | None) -> None:
            if due is not None:
                self.act(ChangeTask(ANY, due=due[0]), ids)

        if ids:
            self.app.push_screen(DueScreen(self._titled(_("Due")), self.office.now()), put)

    def action_tags(self) -> None:
        ids = self.aim()

        async def look() -> tuple[list[tuple[str, ...]], bool]:
            rows = self._rows_of(ids)
            return [row.tags for row in rows], len(rows) == len(ids)

        def put(change: TagChange | None) -> None:
            if change is not None and (change.add or change.remove):
                self.act(ChangeTask(ANY, add_tags=change.add, remove_tags=change.remove), ids)

        if ids:
            self.app.push_screen(TagsScreen(self._titled(_("Tags")), look), put)

    def action_remind(self) -> None:
        """Be reminded of the task under the cursor."""
        if (row := self.rows.chosen) is not None:

            def set_it(wanted: Wanted) -> None:
                self.underway.begin(remind_of_task(self, row.id, wanted))

            ask_reminder(self, task_called(row, 40), set_it)

    def action_menu(self, name: str) -> None:
        menu, row = Menu(name), self.rows.chosen
        if menu is Menu.TASK_SORT:
            open_menu(self, menu, (), "", {f"task_sort.{self.place.order}": _("(now)")})
        elif menu is not Menu.PRIORITY:
            open_menu(self, menu)
        elif row is not None:
            notes: Mapping[str, str] = {}
            if not self.marked_count:
                notes = {f"priority.{row.priority.name.lower()}": _("(now)")}
            open_menu(self, menu, (), self.about, notes)

    def action_priority(self, level: int) -> None:
        self.act(ChangeTask(ANY, priority=Priority(level)))

    # Taking back

    def action_take_back(self) -> None:
        self.underway.begin(self._take_back(do.Undo()))

    def action_redo(self) -> None:
        self.underway.begin(self._take_back(do.Redo()))

    async def _take_back(self, command: do.Undo | do.Redo) -> None:
        done: Done | None = await carried_out(self, command)
        if done is not None:
            only = done.undone[1] if done.undone is not None else None
            detail = None if only is None else await self.office.conversation(only)
            again = isinstance(command, do.Redo)
            self.console_app.tell(undone_words(done, None if detail is None else detail.row, again=again))
            self.reload()
