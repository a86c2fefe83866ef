"""Tasks over a real store: from a message by one key, on disk, found, done, taken back; to the message and back to the list."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from desk_pilot import Desk, desk
from house import House
from house_pilot import console_on, customers_write, done

from deskterm.desk.commands_time import AddTask, ChangeTask
from deskterm.desk.model import Operator, Role, TaskStatus
from deskterm.desk.query_task import sure_tasks
from deskterm.desk.rows_time import TaskRow
from deskterm.screens.asking import ConfirmScreen
from deskterm.screens.task_form import TaskFormScreen
from deskterm.screens.tasks import TasksScreen

EVERY = sure_tasks("")


@pytest.fixture
async def d(house: House) -> AsyncIterator[Desk]:
    """A console over a desk with three conversations."""
    await customers_write(house, 3)
    async with console_on(house) as opened:
        yield opened


async def kept(house: House) -> tuple[TaskRow, ...]:
    return await house.office.tasks(EVERY)


async def in_form(d: Desk) -> TaskFormScreen:
    await d.until(lambda: isinstance(d.app.screen, TaskFormScreen) and d.app.screen.has_arrived)
    assert isinstance(d.app.screen, TaskFormScreen)
    return d.app.screen


async def in_room(d: Desk) -> TasksScreen:
    await d.until(lambda: isinstance(d.app.screen, TasksScreen) and d.app.screen.has_arrived)
    assert isinstance(d.app.screen, TasksScreen)
    return d.app.screen


async def test_a_task_is_made_of_a_message_by_one_key_and_saved_by_another(d: Desk, house: House) -> None:
    await d.press("enter")
    await d.until(lambda: d.inbox.pane.thread.rows)
    await d.press("T")
    form = await in_form(d)
    row = d.inbox.pane.row
    assert row is not None
    assert form.values.title == row.subject
    assert form.values.description.splitlines()[1].startswith("> ")
    await d.burst("\t2h")
    await d.until_shown("in 2h")
    await d.press("ctrl+s")
    await d.until(lambda: d.app.screen is d.inbox)
    (task,) = await kept(house)
    assert (task.title, task.conversation_id, task.assignee) == (row.subject, row.id, house.anna.name)
    assert task.message_id == d.inbox.pane.thread.rows[-1].id
    assert task.due is not None
    assert task.due - house.clock() == timedelta(hours=2)
    await d.until_shown(f"T1 {row.subject}")
    await d.until_shown("takes it back")


async def test_it_is_taken_back_and_done_again_from_where_it_was_made(d: Desk, house: House) -> None:
    await d.press("T")
    await in_form(d)
    await d.press("ctrl+s")
    await d.until(lambda: d.app.screen is d.inbox)
    await d.press("z")
    await d.until_shown("Taken back: a new task")
    assert await kept(house) == ()
    await d.press("Z")
    await d.until_shown("Done again: a new task")
    assert [row.title for row in await kept(house)] == [d.inbox.list.rows[0].subject]


async def test_from_a_task_to_its_message_and_back_to_the_same_place(d: Desk, house: House) -> None:
    for number in range(30):
        await done(house, AddTask(f"Task {number}"))
    messages = (await house.office.messages(2)).rows
    await done(house, AddTask("From a message", conversation_id=2, message_id=messages[0].id))
    await d.press("g", "t")
    room = await in_room(d)
    await d.press("S", "n")
    await d.until(lambda: room.rows.chosen is not None and room.place.order == "date")
    await d.press("G", "home", "enter")
    await d.until(lambda: d.app.screen is d.inbox and d.inbox.pane.thread.conversation_id == 2)
    await d.until(lambda: d.inbox.pane.found_id == messages[0].id)
    await d.press("escape")
    room = await in_room(d)
    assert room.rows.chosen is not None
    assert (room.rows.chosen.title, room.place.order) == ("From a message", "date")


async def test_marked_tasks_are_done_at_once_and_undone_at_once(d: Desk, house: House) -> None:
    for number in range(5):
        await done(house, AddTask(f"Task {number}", assignee_id=house.anna.id))
    await d.press("g", "t")
    room = await in_room(d)
    await d.press("space", "space")
    await d.until_shown("2 marked")
    await d.press("e")
    await d.until_shown("Done: 2 tasks")
    await d.until(lambda: len(room.rows.rows) == 3)
    assert (await house.office.task_counts()).done == 2
    await d.press("z")
    await d.until_shown("Taken back: a change of 2 tasks")
    await d.until(lambda: len(room.rows.rows) == 5)
    assert {row.status for row in await kept(house)} == {TaskStatus.OPEN}


async def test_two_change_a_task_at_a_time(d: Desk, house: House) -> None:
    await done(house, AddTask("Call the courier"))
    await d.press("g", "t")
    await in_room(d)
    await d.press("o")
    form = await in_form(d)
    await d.press("end", *" now")
    boris = house.as_(house.boris)
    await boris.submit(ChangeTask(1, title="Call the post", assignee_id=house.boris.id))
    await d.until_shown("Somebody changed this meanwhile: title, who has it")
    await d.press("ctrl+s")
    await d.until_shown("Somebody changed this meanwhile: title.")
    assert form.values.assignee_id == house.boris.id
    assert (await kept(house))[0].title == "Call the post"
    await d.press("ctrl+s")
    await in_room(d)
    (task,) = await kept(house)
    assert (task.title, task.assignee) == ("Call the courier now", house.boris.name)


async def test_theirs_is_shown_on_demand(d: Desk, house: House) -> None:
    await done(house, AddTask("Call the courier"))
    await d.press("g", "t")
    await in_room(d)
    await d.press("o")
    form = await in_form(d)
    await d.press("end", *" now")
    await house.as_(house.boris).submit(ChangeTask(1, title="Call the post"))
    await d.until_shown("Somebody changed this meanwhile")
    await d.press("f5")
    await d.until(lambda: form.values.title == "Call the post")
    assert not form.wants()


async def test_a_filter_of_tasks_says_what_is_wrong_and_completes(d: Desk, house: House) -> None:
    await done(house, AddTask("Call the courier", tags=("refund",)))
    await done(house, AddTask("Pay the rent", assignee_id=house.anna.id))
    await d.press("g", "t")
    room = await in_room(d)
    await d.press("slash")
    await d.press(*"tag:ref")
    await d.until_shown("refund")
    await d.press("tab", "enter")
    await d.until(lambda: [row.title for row in room.rows.rows] == ["Call the courier"])
    await d.press("slash", *"sla:late", "enter")
    await d.until_shown("there is no field sla")
    await d.press("escape", "escape")
    await d.until(lambda: room.place.counter == "current" and len(room.rows.rows) == 2)
    await d.press("tab", "tab", "tab")
    await d.until(lambda: room.place.counter == "mine" and [row.title for row in room.rows.rows] == ["Pay the rent"])


async def test_a_series_goes_on_when_a_task_of_it_is_done(d: Desk, house: House) -> None:
    await d.press("g", "t")
    room = await in_room(d)
    await d.press("c")
    await in_form(d)
    await d.burst("Count the till\ttomorrow 10:00\tevery day")
    await d.until_shown("then Tue 24.11, Wed 25.11, Thu 26.11")
    await d.press("ctrl+s")
    room = await in_room(d)
    await d.until(lambda: len(room.rows.rows) == 1)
    await d.press("e")
    await d.until(lambda: [row.number for row in room.rows.rows] == [2])
    first, second = sorted(await kept(house), key=lambda row: row.number)
    assert first.due is not None
    assert second.due == first.due + timedelta(days=1)


async def test_nothing_typed_is_lost_by_escape(d: Desk, house: House) -> None:
    await d.press("g", "t")
    await in_room(d)
    await d.press("c")
    form = await in_form(d)
    await d.press(*"Pay", "escape")
    await d.until(lambda: isinstance(d.app.screen, ConfirmScreen))
    await d.press("n")
    await d.until(lambda: d.app.screen is form)
    assert form.values.title == "Pay"
    await d.press("escape", "y")
    await in_room(d)
    assert await kept(house) == ()


async def test_a_task_that_a_colleague_has_done_goes_from_the_list(d: Desk, house: House) -> None:
    await done(house, AddTask("Call the courier"))
    await d.press("g", "t")
    room = await in_room(d)
    await house.as_(house.boris).submit(ChangeTask(1, status=TaskStatus.DONE))
    await d.until(lambda: not room.rows.rows)
    await d.until_shown("Nothing is to be done. c makes a task.")


async def test_a_viewer_looks_and_changes_nothing(house: House) -> None:
    await customers_write(house, 1)
    await done(house, AddTask("Call the courier"))
    viewer = Operator(house.boris.id, house.boris.login, house.boris.name, Role.VIEWER)
    async with desk(house.as_(viewer)) as d:  # type: ignore[arg-type]
        await d.press("g", "t")
        await in_room(d)
        await d.press("e")
        await d.until_shown("look")
        assert [row.status for row in await kept(house)] == [TaskStatus.OPEN]


async def test_what_follows_a_task_that_is_to_be_done_again_goes_or_is_said_to_stay(d: Desk, house: House) -> None:
    await done(house, AddTask("Count the till", due=house.clock() + timedelta(hours=1), recurrence="daily"))
    await done(house, ChangeTask(1, status=TaskStatus.DONE))
    await d.press("g", "t")
    room = await in_room(d)
    await d.press("tab", "tab")
    await d.until(lambda: room.place.counter == "done" and len(room.rows.rows) == 1)
    await d.press("e")
    await d.until_shown("T1 is to be done again.")
    assert [row.id for row in await kept(house)] == [1]
    await done(house, ChangeTask(1, status=TaskStatus.DONE))
    await house.as_(house.boris).submit(ChangeTask(2, title="Count it well"))
    await d.until(lambda: len(room.rows.rows) == 1)
    await d.press("e")
    await d.until_shown("T2, the next one, stays: somebody changed it")
