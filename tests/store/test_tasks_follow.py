"""What follows tasks and their customers: the next of a series, reminders, whom a refused undo names, what erasing settles."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from house import House

from deskterm.desk import commands as c
from deskterm.desk.commands import Done, Refused
from deskterm.desk.commands_time import AddTask, ChangeTask, DropTask, Promised, Remind, SettlePromise, SettleReminder
from deskterm.desk.model import Operator, Role, TaskStatus
from deskterm.desk.query_task import sure_tasks
from deskterm.store import people
from deskterm.store.reminder_alarms import REMINDERS

HOUR = timedelta(hours=1)


async def does(house: House, command: c.Command) -> Done:
    answer = await house.office.submit(command)
    assert isinstance(answer, Done), answer
    return answer


async def refused(house: House, command: c.Command) -> Refused:
    answer = await house.office.submit(command)
    assert isinstance(answer, Refused), answer
    return answer


async def current(house: House) -> list[int]:
    return [row.id for row in await house.office.tasks(sure_tasks("is:current"))]


async def reminders(house: House) -> list[str]:
    return [state for (state,) in await house.all("SELECT state FROM reminder ORDER BY id")]


async def viewer(house: House) -> Operator:
    return await house.store.writer.run(lambda tx: people.add_operator(tx, "vic", "Vic", Role.VIEWER, house.clock()))


async def test_reopening_takes_the_next_of_a_series_back_and_undo_brings_it_again(house: House) -> None:
    await does(house, AddTask("Report", due=house.clock() + HOUR, recurrence="daily"))
    await does(house, ChangeTask(1, status=TaskStatus.DONE))
    assert await current(house) == [2]
    await does(house, ChangeTask(1, status=TaskStatus.OPEN))
    assert await current(house) == [1]
    await does(house, c.Undo())
    assert await current(house) == [2]
    await does(house, c.Redo())
    assert await current(house) == [1]
    await does(house, ChangeTask(1, status=TaskStatus.DONE))
    assert await current(house) == [2]  # the same one, not a third


@pytest.mark.parametrize("touch", [{"title": "Better"}, {"status": TaskStatus.STARTED}, {"status": TaskStatus.DONE}])
async def test_the_next_of_a_series_stays_where_somebody_touched_it(house: House, touch: dict[str, Any]) -> None:
    await does(house, AddTask("Report", due=house.clock() + HOUR, recurrence="daily"))
    await does(house, ChangeTask(1, status=TaskStatus.DONE))
    await does(house, ChangeTask(2, **touch))
    await does(house, ChangeTask(1, status=TaskStatus.OPEN))
    first, second = [await house.office.task(task_id) for task_id in (1, 2)]
    assert first is not None
    assert second is not None
    assert first.next_number == 2


@pytest.mark.parametrize(
    ("command", "back"),
    [
        (ChangeTask(1, status=TaskStatus.DONE), ChangeTask(1, status=TaskStatus.OPEN)),
        (ChangeTask(1, status=TaskStatus.CANCELLED), c.Undo()),
        (DropTask(1), c.Undo()),
    ],
    ids=["done", "cancelled", "dropped"],
)
async def test_nobody_is_reminded_of_what_is_not_to_be_done(house: House, command: c.Command, back: c.Command) -> None:
    await does(house, AddTask("Call"))
    await does(house, Remind(house.clock() + HOUR, "call", task_id=1))
    await does(house, Remind(house.clock() + HOUR, "call too", task_id=1, operator_id=house.boris.id))
    await does(house, SettleReminder(2, "cancelled"))
    await does(house, command)
    assert await reminders(house) == ["cancelled", "cancelled"]
    await does(house, back)
    assert await reminders(house) == ["set", "cancelled"]  # what somebody cancelled stays so
    house.clock.pass_(hours=2)
    now = house.clock()
    assert await house.store.writer.run(lambda tx: REMINDERS.ring(tx, now, 100)) == 1


async def test_what_is_asked_for_of_a_done_task_rings(house: House) -> None:
    await does(house, AddTask("Call"))
    await does(house, ChangeTask(1, status=TaskStatus.DONE))
    await does(house, Remind(house.clock() + HOUR, "did it help?", task_id=1))
    assert await reminders(house) == ["set"]


async def test_a_task_is_not_given_to_whoever_may_only_look(house: House) -> None:
    vic = await viewer(house)
    assert (await refused(house, AddTask("Call", assignee_id=vic.id))).code == "task_viewer"
    await does(house, AddTask("Call"))
    assert await refused(house, ChangeTask(1, assignee_id=vic.id)) == Refused("task_viewer", {"name": "Vic"})


async def test_a_refused_undo_names_who_changed_the_reminder(house: House) -> None:
    await house.arrive(house.mail())
    await does(house, Remind(house.clock() + HOUR, "call", operator_id=house.boris.id, conversation_id=1))
    await house.as_(house.boris).submit(SettleReminder(1))
    vera = await house.store.writer.run(lambda tx: people.add_operator(tx, "vera", "Vera", Role.OPERATOR, house.clock()))
    await house.as_(vera).submit(c.Note(1, "seen"))  # who does something else in the conversation is not meant
    assert await refused(house, c.Undo()) == Refused("changed_since", {"name": "Boris", "by": "operator"})


async def test_a_refused_undo_names_who_changed_the_promise(house: House) -> None:
    await house.arrive(house.mail())
    await does(house, c.Reply(1, "Отвечу", promises=(Promised(house.clock() + HOUR, "Отвечу"),)))
    await does(house, SettlePromise(1, "dropped"))
    await house.as_(house.boris).submit(SettlePromise(1, "kept"))
    vera = await house.store.writer.run(lambda tx: people.add_operator(tx, "vera", "Vera", Role.OPERATOR, house.clock()))
    await house.as_(vera).submit(c.Note(1, "seen"))
    assert await refused(house, c.Undo()) == Refused("changed_since", {"name": "Boris", "by": "operator"})


async def test_a_refused_undo_names_who_changed_the_same_of_a_task(house: House) -> None:
    await does(house, AddTask("Call"))
    await does(house, ChangeTask(1, title="Call the courier"))
    await house.as_(house.boris).submit(ChangeTask(1, title="Call the post"))
    vera = await house.store.writer.run(lambda tx: people.add_operator(tx, "vera", "Vera", Role.OPERATOR, house.clock()))
    await house.as_(vera).submit(ChangeTask(1, assignee_id=vera.id))  # in nobody's way
    assert await refused(house, c.Undo()) == Refused("changed_since", {"name": "Boris", "by": "operator"})


async def test_a_refused_undo_names_who_changed_what_followed(house: House) -> None:
    await does(house, AddTask("Report", due=house.clock() + HOUR, recurrence="daily"))
    await does(house, ChangeTask(1, status=TaskStatus.DONE))
    await house.as_(house.boris).submit(ChangeTask(2, title="Another report"))
    assert await refused(house, c.Undo()) == Refused("changed_since", {"name": "Boris", "by": "operator"})


async def test_what_was_taken_back_was_never_promised(house: House) -> None:
    await house.arrive(house.mail())
    done = await does(house, c.Reply(1, "Отвечу", promises=(Promised(house.clock() + HOUR, "Отвечу"),)))
    assert len(await house.office.promises(customer_id=1)) == 1
    assert done.message_id is not None
    await does(house, c.TakeBack(done.message_id))
    assert await house.office.promises(customer_id=1) == ()
    assert await house.office.promises(conversation_id=1) == ()


async def test_sixty_tasks_of_one_conversation_are_all_there(house: House) -> None:
    await house.arrive(house.mail())
    for number in range(60):
        await does(house, AddTask(f"Task {number}", conversation_id=1))
    assert len(await house.office.tasks_of(conversation_id=1)) == 60
    assert len(await house.office.tasks_of(customer_id=1)) == 60
    assert len(await house.office.tasks(sure_tasks("conversation:1001"))) == 60


async def test_erasing_a_customer_settles_what_was_to_be_done_for_them(house: House) -> None:
    await house.arrive(house.mail())
    await does(house, AddTask("Call", conversation_id=1, due=house.clock() + HOUR))
    await does(house, AddTask("Done before", customer_id=1))
    await does(house, ChangeTask(2, status=TaskStatus.DONE))
    await does(house, AddTask("About nobody"))
    for about in ({"conversation_id": 1}, {"customer_id": 1}, {"task_id": 1}, {"task_id": 3}):
        await does(house, Remind(house.clock() + HOUR, "call", **about))
    await does(house, c.Reply(1, "Отвечу", promises=(Promised(house.clock() + HOUR, "Отвечу", True),)))
    assert not isinstance(await house.office.erase_customer(1), Refused)
    assert await house.all("SELECT status FROM task ORDER BY id") == [("cancelled",), ("done",), ("open",)]
    assert await reminders(house) == ["cancelled", "cancelled", "cancelled", "set", "cancelled"]
    assert await house.all("SELECT state FROM promise") == [("dropped",)]
