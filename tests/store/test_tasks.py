"""Tasks through the office: made, changed, looked for, undone, overdue, recurring."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from recounted import all_is_right

from deskterm.desk import commands as c
from deskterm.desk import commands_customer as cc
from deskterm.desk.commands import Done, Refused
from deskterm.desk.commands_time import AddTask, ChangeTask, DropTask, ManyTasks
from deskterm.desk.model import Operator, Priority, Role, TaskStatus
from deskterm.desk.query_task import sure_tasks
from deskterm.desk.rows_time import TaskCounts
from deskterm.store import retention, tasks
from deskterm.words.wording import refusal_words


async def add(house: Any, title: str = "Позвонить", **more: Any) -> int:
    done = await house.office.submit(AddTask(title, **more))
    assert isinstance(done, Done), done
    assert done.task_id is not None
    return done.task_id


async def change(house: Any, task_id: int, **more: Any) -> Any:
    return await house.office.submit(ChangeTask(task_id, **more))


async def found(house: Any, text: str) -> list[int]:
    return [row.id for row in await house.office.tasks(sure_tasks(text))]


async def ring(house: Any) -> int:
    return await house.store.writer.run(lambda tx: tasks.ring(tx, house.clock(), 100))


async def row(house: Any, task_id: int) -> Any:
    detail = await house.office.task(task_id)
    assert detail is not None
    return detail.row


async def stored(house: Any) -> list[Any]:
    """All that tasks say, the times and counts of changes aside."""
    return await house.all(
        "SELECT id, title, description, folded, status, priority, due_at, assignee_id, team_id, tag_ids, checklist, recurrence,"
        " conversation_id, message_id, customer_id, dropped_at IS NULL, done_at IS NULL FROM task ORDER BY id"
    )


async def test_a_task_from_a_message_knows_its_conversation_and_customer(house: Any) -> None:
    await house.arrive(house.mail("Позвоните мне про заказ"))
    due = house.clock() + timedelta(hours=3)
    task_id = await add(
        house,
        "  Позвонить\nОльге ",
        description="> Позвоните мне",
        due=due,
        assignee_id=house.boris.id,
        tags=("Возврат",),
        priority=Priority.HIGH,
        checklist=(("найти заказ", False), ("позвонить", True)),
        message_id=1,
    )
    detail = await house.office.task(task_id)
    assert detail.row.title == "Позвонить Ольге"
    assert (detail.row.conversation_id, detail.row.conversation_number, detail.row.message_id) == (1, 1001, 1)
    assert (detail.row.customer_id, detail.row.customer) == (1, "Ольга К.")
    assert (detail.row.assignee, detail.row.tags, detail.row.due) == ("Boris", ("Возврат",), due)
    assert (detail.row.checked, detail.row.points, detail.row.overdue) == (1, 2, False)
    assert detail.created_by == "Анна"
    assert detail.checklist == (("найти заказ", False), ("позвонить", True))
    assert await house.office.task_by_number(detail.row.number) == task_id
    assert [one.id for one in await house.office.tasks_of(conversation_id=1)] == [task_id]
    assert [one.id for one in await house.office.tasks_of(customer_id=1)] == [task_id]
    await all_is_right(house)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (AddTask(" \u200b "), "task_title_wanted"),
        (AddTask("x" * 201), "task_title_long"),
        (AddTask("x", description="y" * 10_001), "task_description_long"),
        (AddTask("x", checklist=(("point", False),) * 51), "task_checklist_long"),
        (AddTask("x", assignee_id=77), "unknown_operator"),
        (AddTask("x", team_id=77), "unknown_team"),
        (AddTask("x", tags=("a,b",)), "bad_tag"),
        (AddTask("x", conversation_id=77), "task_origin_lost"),
        (AddTask("x", message_id=77), "task_origin_lost"),
        (AddTask("x", customer_id=77), "task_origin_lost"),
        (AddTask("x", recurrence="daily"), "task_recurrence_due"),
        (AddTask("x", recurrence="now and then", due=datetime(2027, 1, 1, tzinfo=UTC)), "task_bad_recurrence"),
        (ChangeTask(77, title="y"), "task_gone"),
        (DropTask(77), "task_gone"),
    ],
)
async def test_what_is_refused_has_words_and_changes_nothing(house: Any, command: Any, code: str) -> None:
    refused = await house.office.submit(command)
    assert isinstance(refused, Refused)
    assert refused.code == code
    assert "{" not in refusal_words(refused)
    assert await house.one("SELECT (SELECT count(*) FROM task), (SELECT count(*) FROM tag)") == (0, 0)


async def test_who_may_only_look_changes_no_task(house: Any) -> None:
    task_id = await add(house)
    viewer = house.as_(Operator(house.boris.id, "boris", "Boris", Role.VIEWER))
    for command in (AddTask("x"), ChangeTask(task_id, title="y"), ManyTasks(ChangeTask(0, title="y"), (task_id,))):
        assert await viewer.submit(command) == Refused("viewer")


async def test_everything_that_is_done_to_a_task_is_undone_and_done_again(house: Any) -> None:
    await house.arrive(house.mail())
    due = house.clock() + timedelta(hours=3)
    acts: list[Any] = [
        AddTask("Позвонить", tags=("звонок",), conversation_id=1, due=due),
        ChangeTask(1, title="Написать", description="слово"),
        ChangeTask(1, status=TaskStatus.STARTED, assignee_id=2),
        ChangeTask(1, due=due + timedelta(days=1), priority=Priority.URGENT),
        ChangeTask(1, add_tags=("новый",), remove_tags=("звонок",)),
        ChangeTask(1, checklist=(("раз", True),)),
        ChangeTask(1, due=None, assignee_id=None),
        ChangeTask(1, due=due, recurrence="every day"),
        ChangeTask(1, status=TaskStatus.DONE),
        ChangeTask(2, status=TaskStatus.DONE),
        DropTask(3),
    ]
    states = [await stored(house)]
    for act in acts:
        house.clock.pass_(seconds=1)
        done = await house.office.submit(act)
        assert isinstance(done, Done), (act, done)
        states.append(await stored(house))
    for _round in range(2):
        for n in range(len(acts) - 1, -1, -1):
            house.clock.pass_(seconds=1)
            undone = await house.office.submit(c.Undo())
            assert isinstance(undone, Done), (acts[n], undone)
            assert (undone.undone, undone.count) == ((undone.undone[0], undone.undone[1]), 1)
            assert living(await stored(house)) == living(states[n]), acts[n]
        assert await house.office.submit(c.Undo()) == Refused("nothing_to_undo")
        for n in range(len(acts)):
            house.clock.pass_(seconds=1)
            redone = await house.office.submit(c.Redo())
            assert isinstance(redone, Done), (acts[n], redone)
            assert living(await stored(house)) == living(states[n + 1]), acts[n]
        assert await house.office.submit(c.Redo()) == Refused("nothing_to_redo")
    assert await house.one("SELECT count(*) FROM task") == (3,)
    await all_is_right(house)


def living(rows: list[Any]) -> list[Any]:
    """The tasks that are there: what was taken back may still lie in the table."""
    return [one for one in rows if one[15]]


async def test_undoing_does_not_undo_what_somebody_else_did(house: Any) -> None:
    task_id = await add(house)
    assert isinstance(await house.as_(house.boris).submit(ChangeTask(task_id, title="Борис был здесь")), Done)
    refused = await house.office.submit(c.Undo())
    assert refused == Refused("changed_since", {"name": "Boris", "by": "operator"})
    assert (await row(house, task_id)).title == "Борис был здесь"


async def test_two_who_change_different_things_do_not_stand_in_each_others_way(house: Any) -> None:
    task_id = await add(house, tags=("один",))
    boris = house.as_(house.boris)
    assert isinstance(await boris.submit(ChangeTask(task_id, title="Другое", add_tags=("два",), seen_version=0)), Done)
    assert isinstance(await change(house, task_id, description="слова", add_tags=("три",), seen_version=0), Done)
    refused = await change(house, task_id, title="Третье", seen_version=0)
    assert refused == Refused("task_changed", {"name": "Boris"})
    assert isinstance(await change(house, task_id, title="Другое", seen_version=0), Done)  # it says so already
    assert isinstance(await change(house, task_id, title="Третье", seen_version=2), Done)
    one = await row(house, task_id)
    assert (one.title, one.tags, one.version) == ("Третье", ("два", "один", "три"), 3)


async def test_a_time_that_passes_is_told_once_with_the_time_it_had(house: Any) -> None:
    await house.arrive(house.mail())
    due = house.clock() + timedelta(hours=1)
    first = await add(house, due=due, conversation_id=1)
    await add(house, due=due + timedelta(hours=5))
    done = await add(house, due=due)
    await change(house, done, status=TaskStatus.DONE)
    assert await house.one(tasks.ALARMS.next_at) == (_ms(due),)
    plan = await house.all(f"EXPLAIN QUERY PLAN {tasks.ALARMS.next_at}")
    assert all("ix_task_alarm" in step[3] for step in plan if "task" in step[3])
    house.clock.pass_(hours=9)
    assert await ring(house) == 2
    assert await house.one(tasks.ALARMS.next_at) == (None,)
    assert await ring(house) == 0
    told = await house.all(
        "SELECT json_extract(data, '$.task_id'), at, stored_at, actor_kind FROM journal WHERE kind = 'task_overdue' ORDER BY at"
    )
    assert [one[0] for one in told] == [first, first + 1]
    assert (told[0][1], told[0][2], told[0][3]) == (_ms(due), _ms(house.clock()), "clock")
    assert await found(house, "is:overdue") == [first, first + 1]
    assert (await house.office.task_counts()) == TaskCounts(current=2, overdue=2, done=1, mine=0, unassigned=2)
    later = house.clock() + timedelta(hours=1)
    await change(house, first, due=later)
    assert await found(house, "is:overdue") == [first + 1]
    house.clock.pass_(hours=2)
    assert await ring(house) == 1
    assert (await row(house, first)).overdue


def _ms(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


async def test_what_is_due_in_the_past_is_overdue_at_once(house: Any) -> None:
    task_id = await add(house, due=house.clock() - timedelta(hours=1))
    assert (await row(house, task_id)).overdue
    assert await ring(house) == 0
    await change(house, task_id, status=TaskStatus.DONE)
    assert not (await row(house, task_id)).overdue
    await change(house, task_id, status=TaskStatus.OPEN)
    assert (await row(house, task_id)).overdue
    assert await house.one("SELECT count(*) FROM journal WHERE kind = 'task_overdue'") == (1,)


async def test_a_task_of_a_series_that_is_done_makes_the_next_one(open_house: Any) -> None:
    house = await open_house()
    house.rules.zone = ZoneInfo("Europe/Berlin")
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    first = await add(
        house,
        "Сводка",
        due=monday,
        recurrence="каждый понедельник",
        assignee_id=2,
        tags=("отчёт",),
        checklist=(("собрать", True),),
    )
    assert (await row(house, first)).recurrence == "FREQ=WEEKLY;BYDAY=MO"
    house.clock.at = datetime(2026, 12, 9, 12, 0, tzinfo=UTC)  # two Mondays were missed
    await change(house, first, status=TaskStatus.DONE)
    second = await house.office.task(first + 1)
    assert second.row.due == datetime(2026, 12, 14, 8, 0, tzinfo=UTC)
    assert (second.row.title, second.row.assignee_id, second.row.tags) == ("Сводка", 2, ("отчёт",))
    assert (second.checklist, second.series_id) == ((("собрать", False),), first)
    await change(house, first, status=TaskStatus.OPEN)
    await change(house, first, status=TaskStatus.DONE)
    assert await house.one("SELECT count(*) FROM task") == (2,)  # it has been made already
    await change(house, first + 1, status=TaskStatus.CANCELLED)
    assert await house.one("SELECT count(*) FROM task") == (2,)  # whoever cancels it ends the series


async def test_undoing_that_one_was_done_takes_the_next_one_back(house: Any) -> None:
    first = await add(house, due=house.clock() + timedelta(hours=1), recurrence="daily")
    await change(house, first, status=TaskStatus.DONE)
    assert await found(house, "is:current") == [first + 1]
    assert isinstance(await house.office.submit(c.Undo()), Done)
    assert await found(house, "") == [first]
    assert await house.office.task(first + 1) is None
    assert isinstance(await house.office.submit(c.Redo()), Done)
    assert await found(house, "is:current") == [first + 1]
    await house.as_(house.boris).submit(ChangeTask(first + 1, assignee_id=2))
    refused = await house.office.submit(c.Undo())
    assert isinstance(refused, Refused)
    assert refused.code == "changed_since"
    assert (await row(house, first)).status is TaskStatus.DONE


async def test_many_tasks_are_changed_under_one_command_and_undone_by_one_z(house: Any) -> None:
    ids = [await add(house, f"дело {n}", due=house.clock() + timedelta(days=1), recurrence="daily") for n in range(45)]
    before = living(await stored(house))
    heard: list[tuple[int, int]] = []
    done = await house.office.submit(
        ManyTasks(ChangeTask(0, status=TaskStatus.DONE, add_tags=("разом",)), (*ids, 999)), lambda *far: heard.append(far)
    )
    assert (done.count, done.refused, done.refused_ids) == (45, (("task_gone", 1),), (("task_gone", (999,)),))
    assert heard == [(20, 46), (40, 46), (46, 46)]
    assert (await house.office.task_counts()).done == 45
    assert len(await found(house, "is:current")) == 45
    after = living(await stored(house))
    undone = await house.office.submit(c.Undo())
    assert (undone.count, undone.undone) == (45, ("change_task", None))
    assert living(await stored(house)) == before
    redone = await house.office.submit(c.Redo())
    assert redone.count == 45
    assert living(await stored(house)) == after
    await house.as_(house.boris).submit(ChangeTask(ids[3], title="моё"))
    await house.as_(house.boris).submit(ChangeTask(ids[4], status=TaskStatus.OPEN))
    undone = await house.office.submit(c.Undo())
    assert (undone.count, undone.refused) == (44, (("changed_since", 1),))
    assert (await row(house, ids[3])).title == "моё"


async def test_tasks_of_merged_conversations_are_shown_together_and_part_again(house: Any) -> None:
    await house.arrive(house.mail("раз"))
    await house.arrive(house.mail("два"))
    first, second = await add(house, "раз", conversation_id=1), await add(house, "два", conversation_id=2)
    merged = await house.office.submit(cc.MergeConversations(1, (2,)))
    assert isinstance(merged, Done), merged
    assert [one.id for one in await house.office.tasks_of(conversation_id=1)] == [first, second]
    assert {one.conversation_number for one in await house.office.tasks_of(conversation_id=1)} == {1001}
    assert await found(house, "conversation:#1002") == [first, second]
    await change(house, second, title="ещё")
    assert isinstance(await house.office.submit(cc.PartConversation(2)), Done)
    assert [one.id for one in await house.office.tasks_of(conversation_id=2)] == [second]
    assert await found(house, "conversation:1001") == [first]


async def test_pages_of_every_order_hold_each_task_once(house: Any) -> None:
    for n in range(23):
        due = house.clock() + timedelta(hours=n % 4) if n % 3 else None
        await add(house, f"дело {n}", due=due, assignee_id=(None, 1, 2)[n % 3], priority=Priority(n % 4))
    for n in range(1, 24, 5):
        await change(house, n, status=(TaskStatus.DONE, TaskStatus.STARTED)[n % 2])
    for order in ("due", "date", "status", "assignee", "priority", "number"):
        query = sure_tasks(f"sort:{order}")
        whole = await house.office.tasks(query)
        assert tuple(one.id for one in whole) == await house.office.task_ids(query)
        paged: list[int] = []
        while page := await house.office.tasks(query, after=paged[-1] if paged else None, limit=4):
            paged += [one.id for one in page]
        assert paged == [one.id for one in whole], order
        assert len(set(paged)) == 23


async def test_the_desk_s_zone_says_what_today_is(house: Any) -> None:
    house.rules = replace(house.rules, zone=ZoneInfo("Asia/Vladivostok"))
    house.office = house.as_(house.anna)
    house.clock.at = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # the 23rd, 9:00 there
    today = await add(house, due=datetime(2026, 11, 23, 13, 59, tzinfo=UTC))
    tomorrow = await add(house, due=datetime(2026, 11, 23, 14, 0, tzinfo=UTC))
    assert (await found(house, "due:today"), await found(house, "срок:завтра")) == ([today], [tomorrow])


async def test_an_export_holds_the_tasks_of_a_customer(house: Any, tmp_path: Any) -> None:
    await house.arrive(house.mail())
    await house.arrive(house.mail("Я другой", "ivan@other.test", name="Иван"))
    await add(house, "Позвонить", description="<b>", conversation_id=1, checklist=(("раз", True),), assignee_id=2)
    await add(house, "Другому", customer_id=2)
    await add(house, "По ошибке", customer_id=1)
    assert isinstance(await house.office.submit(c.Undo()), Done)
    folder = await house.office.export_customer(1, tmp_path / "olga")
    (task,) = json.loads((folder / "customer.json").read_text())["tasks"]
    assert task == {
        "number": 1,
        "title": "Позвонить",
        "description": "<b>",
        "checklist": [{"text": "раз", "done": True}],
        "status": "open",
        "due_at": None,
        "created_at": "2026-11-22T09:00:00Z",
        "done_at": None,
        "assignee": "Boris",
        "conversation": 1001,
    }
    page = (folder / "customer.html").read_text()
    assert "T1" in page
    assert "&lt;b&gt;" in page


async def test_what_has_a_task_to_be_done_is_not_emptied_by_time(house: Any) -> None:
    await house.arrive(house.mail("раз"))
    await house.store.writer.run(lambda tx: tx.run("UPDATE channel SET retention_days = 30"))
    task_id = await add(house, "Вернуть деньги", message_id=1)
    await house.office.submit(c.Close(1))
    house.clock.pass_(days=31)
    assert not await retention.expire(house.store, house.store.writer.run, grace_s=0)
    await change(house, task_id, status=TaskStatus.DONE)
    assert (await retention.expire(house.store, house.store.writer.run, grace_s=0)).conversations == 1
    assert await house.one("SELECT title, description, folded FROM task") == ("—", "", "")
