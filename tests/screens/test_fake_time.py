"""The fake keeps the promises of time: what is due becomes so, what is asked for is kept and undone."""

from __future__ import annotations

from datetime import timedelta

from fake_office import FakeOffice
from fake_seed import ANNA, BOB, EVERY_KIND, NOW

from deskterm.desk.commands import Done, Redo, Refused, Reply, Undo
from deskterm.desk.commands_time import (
    AddTask,
    ChangeTask,
    DropTask,
    ManyTasks,
    MoveReminder,
    Promised,
    Remind,
    SettlePromise,
    SettleReminder,
)
from deskterm.desk.model import TaskStatus
from deskterm.desk.query import Query
from deskterm.desk.query_task import TaskQuery
from deskterm.desk.query_tree import Everything, Name, Term

ALL = TaskQuery(Everything())


def asked(field: str, value: str) -> TaskQuery:
    query: Query = Term(field, (Name(value),))
    return TaskQuery(query)


async def test_a_task_is_made_changed_undone_and_done_again() -> None:
    office = FakeOffice()
    made = await office.submit(AddTask("Call", due=NOW + timedelta(hours=1), tags=("delivery",), conversation_id=EVERY_KIND))
    assert isinstance(made, Done)
    assert made.task_id is not None
    (row,) = await office.tasks_of(conversation_id=EVERY_KIND)
    assert (row.number, row.title, row.customer, row.conversation_number) == (1, "Call", "Li Wei", 1002)
    assert await office.submit(ChangeTask(made.task_id, status=TaskStatus.DONE, seen_version=5)) == Refused("task_changed")
    await office.submit(ChangeTask(made.task_id, status=TaskStatus.DONE, assignee_id=BOB.id, seen_version=0))
    task = await office.task(made.task_id)
    assert task is not None
    assert (task.row.status, task.row.assignee, task.row.done_at, task.row.version) == (TaskStatus.DONE, "Bob", NOW, 1)
    undone = await office.submit(Undo())
    assert isinstance(undone, Done)
    assert undone.undone == ("change_task", None)
    assert (await office.tasks(ALL))[0].status is TaskStatus.OPEN
    await office.submit(Redo())
    assert (await office.task_counts()).done == 1
    await office.submit(DropTask(made.task_id))
    assert await office.tasks(ALL) == ()


async def test_tasks_of_a_series_follow_one_another_and_many_change_at_once() -> None:
    office = FakeOffice()
    first = office.add_task("Stock", due=NOW, recurrence="FREQ=WEEKLY")
    await office.submit(ChangeTask(first, status=TaskStatus.DONE))
    (following,) = await office.tasks(asked("is", "current"))
    assert following.due == NOW + timedelta(weeks=1)
    office.add_task("Call", assignee_id=ANNA.id)
    answer = await office.submit(ManyTasks(ChangeTask(0, assignee_id=ANNA.id), (following.id, 99)))
    assert isinstance(answer, Done)
    assert (answer.count, answer.refused) == (1, (("not_found", 1),))
    assert [row.title for row in await office.tasks(asked("assignee", "me"))] == ["Stock", "Call"]


async def test_what_is_due_becomes_so_and_is_told_of() -> None:
    office = FakeOffice()
    office.add_task("Call", due=NOW + timedelta(minutes=5), assignee_id=ANNA.id)
    await office.submit(Remind(NOW + timedelta(minutes=10), "call back", conversation_id=EVERY_KIND))
    office.add_promise(EVERY_KIND, "within ten minutes", NOW + timedelta(minutes=10))
    assert (await office.due()).reminders == 0
    office.advance(minutes=10)
    assert ((await office.due()).tasks, (await office.due()).reminders) == (1, 1)
    (reminder,) = await office.reminders()
    assert (reminder.state, reminder.about) == ("due", "#1002 Li Wei")
    assert [row.state for row in await office.promises(overdue=True)] == ["overdue"]
    await office.submit(MoveReminder(reminder.id, NOW + timedelta(hours=1)))
    assert (await office.due()).reminders == 0
    await office.submit(SettleReminder(reminder.id))
    assert await office.reminders() == ()
    await office.submit(Undo())
    assert len(await office.reminders()) == 1


async def test_a_reply_promises_and_the_next_one_keeps() -> None:
    office = FakeOffice()
    at = NOW + timedelta(hours=2)
    await office.submit(Reply(EVERY_KIND, "Within two hours", promises=(Promised(at, "within two hours", remind=True),)))
    (promise,) = await office.promises(conversation_id=EVERY_KIND)
    assert (promise.words, promise.state, promise.due) == ("within two hours", "open", at)
    assert [row.at for row in await office.reminders()] == [at]
    await office.submit(SettlePromise(promise.id, "dropped"))
    await office.submit(Undo())
    await office.submit(Reply(EVERY_KIND, "Here it is"))
    assert [row.state for row in await office.promises(conversation_id=EVERY_KIND)] == ["kept"]


async def test_notices_are_kept_until_read() -> None:
    office = FakeOffice()
    first, second = office.tell("assigned", conversation_id=EVERY_KIND), office.tell("mention", conversation_id=EVERY_KIND)
    assert (await office.due()).newest_notice == second
    assert await office.read_notices([first]) == 1
    assert [row.id for row in await office.notices(unread=True)] == [second]
    assert await office.read_notices() == 1
    assert await office.read_notices([first], read=False) == 1
    assert (await office.due()).notices == 1
