"""Time in the fake desk: clocks as a test sets them, tasks, reminders, promises and notices, each as short as a fake may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any

from fake_notices import Notices
from fake_seed import OPERATORS, Talk
from fake_task import TO_DO, changed_task, chosen_tasks, new_task, overdue_or_not
from fake_triage import Step

from deskterm.desk import commands as do
from deskterm.desk.commands import Command, Done, Refused
from deskterm.desk.commands_time import (
    AddTask,
    ChangeTask,
    DropTask,
    ManyReminders,
    ManyTasks,
    MoveReminder,
    Promised,
    Remind,
    SettlePromise,
    SettleReminder,
)
from deskterm.desk.model import TaskStatus
from deskterm.desk.query_task import TaskQuery
from deskterm.desk.rows_time import (
    ClockRow,
    DueCounts,
    PromiseRow,
    ReminderRow,
    TaskCounts,
    TaskDetail,
    TaskRow,
)
from deskterm.desk.sla_book import NOTHING_PROMISED, Book

TimeCommand = (
    AddTask | ChangeTask | DropTask | Remind | MoveReminder | SettleReminder | SettlePromise | ManyTasks | ManyReminders
)


@dataclass(frozen=True)
class TimeTables:
    """All that the fake keeps of time; a step of undo is one of these before and one after."""

    tasks: dict[int, TaskDetail] = field(default_factory=dict)
    dropped: frozenset[int] = frozenset()
    reminders: dict[int, ReminderRow] = field(default_factory=dict)
    promises: dict[int, PromiseRow] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimeStep(Step):
    """What a command changed of tasks, reminders and promises."""

    before: TimeTables = field(default_factory=TimeTables)
    after: TimeTables = field(default_factory=TimeTables)


class Times(Notices):
    """The part of `FakeOffice` that is about time. `the_book` is what is promised, `clock_rows` the clocks by conversation."""

    the_book: Book = NOTHING_PROMISED
    zone: tzinfo | None = None
    _ring: Callable[[], None]

    @property
    def clock_rows(self) -> dict[int, tuple[ClockRow, ...]]:
        kept: dict[int, tuple[ClockRow, ...]] = self.__dict__.setdefault("_clock_rows", {})
        return kept

    @property
    def tables(self) -> TimeTables:
        kept: TimeTables = self.__dict__.setdefault("_tables", TimeTables())
        return kept

    def _keep(self, **tables: Any) -> None:
        self.__dict__["_tables"] = replace(self.tables, **tables)

    # What a test does to the desk

    def add_task(self, title: str, **more: Any) -> int:
        """A task stands there: `AddTask` words, and `status`. Returns its id."""
        status = more.pop("status", TaskStatus.OPEN)
        answer = self._add_task(AddTask(title, **more))
        assert answer.task_id is not None
        kept = self.tables.tasks[answer.task_id]
        self._keep(tasks={**self.tables.tasks, answer.task_id: replace(kept, row=replace(kept.row, status=status))})
        self._time_passes()
        return answer.task_id

    def add_reminder(self, at: datetime, words: str = "", **more: Any) -> int:
        """A reminder stands there: `Remind` words. Returns its id."""
        answer = self._remind(Remind(at, words, **more))
        assert answer.reminder_id is not None
        self._time_passes()
        return answer.reminder_id

    def add_promise(self, conversation_id: int, words: str, due: datetime, *, message_id: int | None = None) -> int:
        """Anna has promised a time in a conversation. Returns the promise's id."""
        promise_id = max(self.tables.promises, default=0) + 1
        talk = self._data.talks[conversation_id]
        made = PromiseRow(promise_id, words, due, "open", self._now, self.me.name, conversation_id, talk.row.number,
                          message_id or talk.messages[-1].id)  # fmt: skip
        self._keep(promises={**self.tables.promises, promise_id: made})
        self._time_passes()
        return promise_id

    def _time_passes(self) -> None:
        """What was due becomes so."""
        now = self._now
        tasks = {one: replace(task, row=overdue_or_not(task.row, now)) for one, task in self.tables.tasks.items()}
        reminders = {
            one: replace(row, state="due") if row.state == "set" and row.at <= now else row
            for one, row in self.tables.reminders.items()
        }
        promises = {
            one: replace(row, state="overdue") if row.state == "open" and row.due <= now else row
            for one, row in self.tables.promises.items()
        }
        self._keep(tasks=tasks, reminders=reminders, promises=promises)

    # Looking

    async def book(self) -> Book:
        return self.the_book

    async def clocks(self, conversation_id: int) -> tuple[ClockRow, ...]:
        await self._wait()
        return self.clock_rows.get(conversation_id, ())

    def _living(self) -> list[TaskRow]:
        return [task.row for one, task in self.tables.tasks.items() if one not in self.tables.dropped]

    async def tasks(self, query: TaskQuery, *, after: int | None = None, limit: int = 100) -> tuple[TaskRow, ...]:
        await self._wait()
        rows = chosen_tasks(query, self._living(), self.me, self._now)
        first = next((index + 1 for index, row in enumerate(rows) if row.id == after), 0)
        return tuple(rows[first : first + limit])

    async def task_ids(self, query: TaskQuery) -> tuple[int, ...]:
        await self._wait()
        return tuple(row.id for row in chosen_tasks(query, self._living(), self.me, self._now))

    async def task(self, task_id: int) -> TaskDetail | None:
        await self._wait()
        found = None if task_id in self.tables.dropped else self.tables.tasks.get(task_id)
        return found and replace(found, reminders=tuple(self._reminders(lambda row: row.task_id == task_id)))

    async def task_by_number(self, number: int) -> int | None:
        await self._wait()
        return next((row.id for row in self._living() if row.number == number), None)

    async def tasks_of(
        self, *, conversation_id: int | None = None, customer_id: int | None = None, limit: int = 500
    ) -> tuple[TaskRow, ...]:
        await self._wait()
        rows = [row for row in self._living() if conversation_id is None or row.conversation_id == conversation_id]
        rows = [row for row in rows if customer_id is None or row.customer_id == customer_id]
        far = datetime.max.replace(tzinfo=self._now.tzinfo)
        return tuple(sorted(rows, key=lambda row: (row.status not in TO_DO, row.due or far, -row.id))[:limit])

    async def task_counts(self) -> TaskCounts:
        await self._wait()
        rows = self._living()
        current = [row for row in rows if row.status in TO_DO]
        return TaskCounts(
            current=len(current),
            overdue=sum(row.overdue for row in current),
            done=sum(row.status is TaskStatus.DONE for row in rows),
            mine=sum(row.assignee_id == self.me.id for row in current),
            unassigned=sum(row.assignee_id is None for row in current),
        )

    def _reminders(self, wanted: Callable[[ReminderRow], bool]) -> list[ReminderRow]:
        rows = [row for row in self.tables.reminders.values() if row.state in ("set", "due") and wanted(row)]
        return sorted(rows, key=lambda row: (row.state != "due", row.at, row.id))

    async def reminders(
        self,
        *,
        conversation_id: int | None = None,
        customer_id: int | None = None,
        task_id: int | None = None,
        everybody: bool = False,
        limit: int = 100,
    ) -> tuple[ReminderRow, ...]:
        await self._wait()
        rows = self._reminders(lambda row: everybody or row.operator_id == self.me.id)
        for name, value in (("conversation_id", conversation_id), ("customer_id", customer_id), ("task_id", task_id)):
            rows = [row for row in rows if value is None or getattr(row, name) == value]
        return tuple(rows[:limit])

    async def promises(
        self, *, conversation_id: int | None = None, customer_id: int | None = None, overdue: bool = False, limit: int = 3
    ) -> tuple[PromiseRow, ...]:
        await self._wait()
        where = conversation_id if conversation_id is not None else customer_id  # a card behind each conversation
        rows = [row for row in self.tables.promises.values() if where is None or row.conversation_id == where]
        rows = [row for row in rows if row.state == "overdue" or not overdue]
        kept = ("open", "overdue")
        first = sorted((row for row in rows if row.state in kept), key=lambda row: row.due)
        return (*first, *sorted((row for row in rows if row.state not in kept), key=lambda row: -row.id))[:limit]

    async def due(self) -> DueCounts:
        await self._wait()
        unread = [row.id for row in self.notice_rows if row.read_at is None]
        reminders = [row for row in self._reminders(lambda row: row.operator_id == self.me.id) if row.state == "due"]
        overdue = [row for row in self._living() if row.overdue and row.assignee_id == self.me.id]
        return DueCounts(len(unread), len(reminders), len(overdue), max(unread, default=0))

    # What is asked of the desk

    def _carry_out(self, command: Command) -> Done | Refused:
        if isinstance(command, do.Undo | do.Redo):
            return self._time_back_or_again(isinstance(command, do.Undo))
        before = self.tables
        if not isinstance(command, TimeCommand):
            answer = super()._carry_out(command)
            if isinstance(command, do.Reply) and isinstance(answer, Done):
                self._promised(command.conversation_id, command.promises, answer.message_id or 0)
            return answer
        answer = self._many_tasks(command) if isinstance(command, ManyTasks) else self._in_time(command)
        self._time_passes()
        if isinstance(answer, Done) and answer.count and self.tables != before:
            kind = _kind(command.act if isinstance(command, ManyTasks | ManyReminders) else command)
            self._steps.append(TimeStep(self._command_id, kind, (), before, self.tables))
            self._undone.clear()
        return answer

    def _time_back_or_again(self, back: bool) -> Done | Refused:
        mine, other = (self._steps, self._undone) if back else (self._undone, self._steps)
        if not mine or not isinstance(mine[-1], TimeStep):
            return super()._back_or_again(back)
        step = mine.pop()
        if self.tables != step.after:
            return Refused("changed_since", {"number": 0, "name": "Bob"})
        self.__dict__["_tables"] = step.before
        other.append(TimeStep(self._command_id, step.kind, (), step.after, step.before))
        return Done(self._command_id, None, 1, undone=(step.kind, None))

    def _in_time(self, command: Any) -> Done | Refused:
        match command:
            case AddTask():
                return self._add_task(command) if command.title.strip() else Refused("empty")
            case ChangeTask():
                return self._change_task(command)
            case DropTask(task_id, back):
                gone = frozenset({task_id})
                self._keep(dropped=self.tables.dropped - gone if back else self.tables.dropped | gone)
                return Done(self._command_id, task_id=task_id)
            case Remind():
                return self._remind(command)
            case MoveReminder(reminder_id, at):
                return self._set_reminder(reminder_id, at=at, state="set")
            case SettleReminder(reminder_id, state):
                return self._set_reminder(reminder_id, state=state)
            case ManyReminders(acts):
                answers = [self._in_time(act) for act in acts]
                done = sum(one.count for one in answers if isinstance(one, Done))
                return Done(self._command_id, None, done) if done else answers[0]
            case SettlePromise(promise_id, state):
                if promise_id not in self.tables.promises:
                    return Refused("not_found")
                settled = replace(self.tables.promises[promise_id], state=state)
                self._keep(promises={**self.tables.promises, promise_id: settled})
                return Done(self._command_id)
        raise TypeError(f"the fake does not know {type(command).__name__}")

    def _many_tasks(self, command: ManyTasks) -> Done:
        answers = [self._change_task(replace(command.act, task_id=one)) for one in command.task_ids]
        refused = [answer.code for answer in answers if isinstance(answer, Refused)]
        counts = tuple((code, refused.count(code)) for code in sorted(set(refused)))
        return Done(self._command_id, None, sum(one.count for one in answers if isinstance(one, Done)), counts)

    def _add_task(self, command: AddTask) -> Done:
        task_id = max(self.tables.tasks, default=0) + 1
        talk = self._talk_of(command.conversation_id, command.message_id)
        self._keep(tasks={**self.tables.tasks, task_id: new_task(task_id, command, talk, self.me, self._now)})
        self.known_tags += [name for name in command.tags if name not in self.known_tags]
        return Done(self._command_id, task_id=task_id)

    def _talk_of(self, conversation_id: int | None, message_id: int | None) -> Talk | None:
        found = self._find(message_id) if message_id is not None and conversation_id is None else None
        return found[0] if found else self._data.talks.get(conversation_id or 0)

    def _change_task(self, command: ChangeTask) -> Done | Refused:
        kept = None if command.task_id in self.tables.dropped else self.tables.tasks.get(command.task_id)
        if kept is None:
            return Refused("not_found")
        if command.seen_version not in (None, kept.row.version):
            return Refused("task_changed")
        now, following = changed_task(kept, command, self._now)
        if now == kept:
            return Done(self._command_id, count=0, task_id=kept.row.id)
        self._keep(tasks={**self.tables.tasks, kept.row.id: now})
        self.known_tags += [name for name in command.add_tags if name not in self.known_tags]
        if following is not None:
            self._add_task(following)
        return Done(self._command_id, task_id=kept.row.id)

    def _remind(self, command: Remind) -> Done:
        reminder_id = max(self.tables.reminders, default=0) + 1
        whose = next(one for one in OPERATORS if one.id == (command.operator_id or self.me.id))
        talk = self._data.talks.get(command.conversation_id or command.customer_id or 0)
        task = self.tables.tasks.get(command.task_id or 0)
        about = f"T{task.row.number} {task.row.title}" if task else ""
        if talk is not None:
            about = f"#{talk.row.number} {talk.row.customer}" if command.conversation_id else talk.row.customer
        row = ReminderRow(
            reminder_id, command.at, command.words, whose.id, whose.name, self.me.name, "set", about, command.conversation_id,
            talk.row.number if talk and command.conversation_id else None, command.customer_id, command.task_id,
        )  # fmt: skip
        self._keep(reminders={**self.tables.reminders, reminder_id: row})
        return Done(self._command_id, reminder_id=reminder_id)

    def _set_reminder(self, reminder_id: int, **values: Any) -> Done | Refused:
        kept = self.tables.reminders.get(reminder_id)
        if kept is None:
            return Refused("not_found")
        changed = replace(kept, version=kept.version + 1, **values)
        self._keep(reminders={**self.tables.reminders, reminder_id: changed})
        return Done(self._command_id, reminder_id=reminder_id)

    def _promised(self, conversation_id: int, made: tuple[Promised, ...], message_id: int) -> None:
        """The next reply keeps what was promised before it; what it promises itself stands from now on."""
        before = [row for row in self.tables.promises.values() if row.conversation_id == conversation_id]
        kept = {row.id: replace(row, state="kept") for row in before if row.state in ("open", "overdue")}
        self._keep(promises={**self.tables.promises, **kept})
        for promised in made:
            promise_id = self.add_promise(conversation_id, promised.words, promised.due, message_id=message_id)
            if promised.remind:
                self._remind(Remind(promised.due, promised.words, conversation_id=conversation_id, promise_id=promise_id))


def _kind(command: object) -> str:
    """Return the name by which a kind of command is undone: AddTask -> add_task."""
    name = type(command).__name__
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name).lstrip("_")
