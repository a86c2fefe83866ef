"""Tasks of the conversation at hand: one made from a message, those there are; from a task to its message and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Protocol, cast

from textual.binding import BindingType
from textual.dom import DOMNode
from textual.widget import Widget
from textual.worker import WorkerCancelled

from deskterm.desk.model import Kind
from deskterm.desk.rows import ConversationRow, Hit, MessageRow
from deskterm.desk.rows_time import TaskRow
from deskterm.i18n import _
from deskterm.screens.asking import Dialog, plain
from deskterm.screens.console import console_of
from deskterm.screens.leaving import leave
from deskterm.screens.room import marks_of
from deskterm.screens.sorting import Sorting
from deskterm.screens.task_draft import draft_from
from deskterm.screens.task_places import TaskSight
from deskterm.widgets.line_list import LineList
from deskterm.widgets.paint import Line
from deskterm.widgets.paint_task import task_short


class Shower(Protocol):
    """The application, as it shows a message and comes back from it."""

    def open_message(self, conversation_id: int, message_id: int | None, back: Callable[[], None]) -> None:
        """Leave every other room and show a message where it stands; Esc there carries `back` out."""
        ...


def go_to_source(node: DOMNode, row: TaskRow, sight: TaskSight | None) -> None:
    """Show the message that a task came from, in its thread; back leads to the list of tasks as it was, or to the task."""
    if row.conversation_id is None and row.customer_id is not None:
        from deskterm.screens.people_room import open_card

        open_card(node, row.customer_id)
        return
    if row.conversation_id is None:
        console_of(node).tell(_("T{number} came from no conversation.").format(number=row.number))
        return
    app = node.app

    def back() -> None:
        from deskterm.screens.task_form import TaskFormScreen
        from deskterm.screens.tasks import TasksScreen

        app.push_screen(TasksScreen(sight) if sight is not None else TaskFormScreen(row.id))

    cast(Shower, app).open_message(row.conversation_id, row.message_id, back)


class TasksHereScreen(Dialog[int]):
    """The tasks of one conversation, to open one of them. Ends with its id."""

    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, title: str, rows: Iterable[TaskRow]) -> None:
        super().__init__(title)
        self._rows = tuple(rows)

    def body(self) -> Iterable[Widget]:
        yield LineList[TaskRow](self._line, lambda row: row.id, marks=marks_of(self))
        yield plain(_("Enter opens it   Esc leaves"), "hint")

    def on_mount(self) -> None:
        listed = self.query_one(LineList)
        listed.show(self._rows)
        self.set_focus(listed)

    def _line(self, row: TaskRow, cells: int) -> Line:
        office = console_of(self).office
        return task_short(row, office.now(), office.me.id, marks_of(self), cells)

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        event.stop()
        if isinstance(event.row, TaskRow):
            leave(self, event.row.id)


class Tasking(Sorting):
    """The acts of the inbox screen that deal with tasks."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.way_back: tuple[int, Callable[[], None]] | None = None
        """The conversation that was come to from a task, and what leads back there."""

    def come_from(self, conversation_id: int, message_id: int | None, back: Callable[[], None]) -> None:
        """A task has led to the conversation that is opened: show the message it came from, and remember the way back."""
        self.way_back = (conversation_id, back)
        if message_id is not None:
            self.acts_underway.begin(self._show_message(conversation_id, message_id))

    async def _show_message(self, conversation_id: int, message_id: int) -> None:
        """Bring a message to the screen, once the thread that is being opened is there."""
        for worker in [one for one in self.workers if one.node is self.pane and one.group == "open-thread"]:
            try:
                await worker.wait()
            except WorkerCancelled:  # another thread was opened meanwhile
                return
        if await console_of(self).office.message(message_id) is not None:
            await self.pane.show_hit(conversation_id, Hit(message_id, "", ()))

    def return_there(self) -> bool:
        """Go back to where one came from, from the conversation that was come to; says whether there was such a place."""
        way, self.way_back = self.way_back, None
        row = self.target
        if way is None or not self.is_reading or row is None or row.id != way[0]:
            return False
        way[1]()
        return True

    def action_task(self) -> None:
        """Begin a task from the message at hand, which it stays linked to."""
        if (row := self.target) is not None:
            self.acts_underway.begin(self._task_from(row))

    async def _task_from(self, row: ConversationRow) -> None:
        from deskterm.screens.task_form import TaskFormScreen

        office = console_of(self).office
        detail = await office.conversation(row.id)
        message = await self._message_at_hand(row)
        customer_id = None if detail is None else detail.customer_id
        draft = draft_from(row, message, customer_id, office.me.id, office.now())
        await self.app.push_screen(TaskFormScreen(draft=draft))

    async def _message_at_hand(self, row: ConversationRow) -> MessageRow | None:
        """Return the message that was found, else the newest of the customer on the screen, else their last one."""
        thread = self.pane.thread
        if self.is_reading and thread.conversation_id == row.id:
            found = next((one for one in thread.rows if one.id == self.pane.found_id), None)
            if found is not None and found in thread.on_screen:
                return found
            seen = [one for one in thread.on_screen if one.kind is Kind.INCOMING]
            if seen:
                return seen[-1]
        page = await console_of(self).office.messages(row.id)
        return next((one for one in reversed(page.rows) if one.kind is Kind.INCOMING), None)

    def action_tasks_here(self) -> None:
        """Open the conversation's only task, or choose among several."""
        if (row := self.target) is not None:
            self.acts_underway.begin(self._tasks_here(row))

    async def _tasks_here(self, row: ConversationRow) -> None:
        rows = await console_of(self).office.tasks_of(conversation_id=row.id)
        if not rows:
            key = console_of(self).own_keys.shown("act.task")
            console_of(self).tell(_("There is no task here; {key} makes one.").format(key=key))
        elif len(rows) == 1:
            self._open_task(rows[0].id)
        else:
            title = _("Tasks of #{number}").format(number=row.number)
            self.app.push_screen(TasksHereScreen(title, rows), self._open_task)

    def _open_task(self, task_id: int | None) -> None:
        from deskterm.screens.task_form import TaskFormScreen

        if task_id is not None:
            self.app.push_screen(TaskFormScreen(task_id))
