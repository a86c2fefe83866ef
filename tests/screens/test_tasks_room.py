"""The room of tasks over a fake desk: filters, order, marks, the keys of each act, live changes, looks from narrow to wide."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from desk_pilot import Desk, desk
from fake_office import FakeOffice

from deskterm import i18n
from deskterm.desk.model import Priority, TaskStatus
from deskterm.screens.assigning import AssignScreen
from deskterm.screens.customer import CustomerScreen
from deskterm.screens.reminding import RemindScreen
from deskterm.screens.tagging import TagsScreen
from deskterm.screens.task_acts import DueScreen
from deskterm.screens.task_form import TaskFormScreen
from deskterm.screens.tasking import TasksHereScreen
from deskterm.screens.tasks import TasksScreen
from deskterm.widgets.line_list import LineList
from deskterm.words.task_words import TO_DO


def furnish(office: FakeOffice) -> None:
    """Seven tasks: one late, one soon, one of a conversation, one begun, one done."""
    now = office.now()
    office.add_task("Return the money", due=now - timedelta(hours=3), conversation_id=2, assignee_id=office.me.id)
    office.add_task("Write the report", due=now + timedelta(minutes=40), recurrence="FREQ=WEEKLY;BYDAY=MO")
    office.add_task(
        "Call the courier", due=now + timedelta(hours=14), conversation_id=1, assignee_id=2, tags=("refund",),
        checklist=(("ring", True), ("ask", False)),
    )  # fmt: skip
    office.add_task("Begun", status=TaskStatus.STARTED, priority=Priority.HIGH)
    office.add_task("Over", status=TaskStatus.DONE)
    office.add_task("Позвонить Ольге")
    office.add_task("Pay the rent")


@pytest.fixture
async def d() -> AsyncIterator[Desk]:
    """A console in the room of tasks."""
    office = FakeOffice()
    furnish(office)
    async with desk(office) as opened:
        await opened.press("g", "t")
        await opened.until(lambda: isinstance(opened.app.screen, TasksScreen) and opened.app.screen.has_arrived)
        yield opened


def room(d: Desk) -> TasksScreen:
    return next(one for one in d.app.screen_stack if isinstance(one, TasksScreen))


def titles(d: Desk) -> list[str]:
    return [row.title for row in room(d).rows.rows]


def state(d: Desk, task_id: int) -> TaskStatus:
    return d.office.tables.tasks[task_id].row.status


async def test_it_shows_what_is_to_be_done_and_the_counts_of_all_its_filters(d: Desk) -> None:
    assert titles(d) == [
        "Return the money", "Write the report", "Call the courier", "Begun", "Позвонить Ольге", "Pay the rent",
    ]  # fmt: skip
    assert "[Current 6] Overdue 1  Done 1  Mine 1  Unassigned 4" in d.text
    assert "! late by 3h" in d.text


async def test_tab_goes_through_the_filters_and_round(d: Desk) -> None:
    seen = []
    for _count in range(5):
        await d.press("tab")
        await d.until(lambda: room(d).has_arrived)
        seen.append((room(d).place.counter, len(titles(d))))
    assert seen == [("overdue", 1), ("done", 1), ("mine", 1), ("unassigned", 4), ("current", 6)]
    await d.press("shift+tab")
    await d.until(lambda: room(d).place.counter == "unassigned")


@pytest.mark.parametrize(("key", "order"), [("n", "date"), ("s", "status"), ("a", "assignee"), ("u", "due")])
async def test_the_order_is_chosen_and_the_cursor_stays_on_its_task(d: Desk, key: str, order: str) -> None:
    await d.press("j", "S", key)
    await d.until(lambda: room(d).place.order == order and room(d).has_arrived)
    assert room(d).rows.chosen is not None
    assert room(d).rows.chosen.title == "Write the report"


async def test_each_key_does_its_act(d: Desk) -> None:
    await d.press("e")
    await d.until(lambda: state(d, 1) is TaskStatus.DONE)
    await d.until_shown("T1 is done.")
    await d.press("w")
    await d.until(lambda: state(d, 2) is TaskStatus.STARTED)
    await d.press("x")
    await d.until(lambda: state(d, 2) is TaskStatus.CANCELLED)
    await d.press("p", "u")
    await d.until(lambda: d.office.tables.tasks[3].row.priority is Priority.URGENT)
    await d.press("A")
    await d.until(lambda: d.office.tables.tasks[3].row.assignee_id == d.office.me.id)


async def test_each_question_is_asked_with_its_subject(d: Desk) -> None:
    for key, screen in (
        ("a", AssignScreen),
        ("s", DueScreen),
        ("t", TagsScreen),
        ("b", RemindScreen),
        ("o", TaskFormScreen),
    ):
        await d.press(key)
        await d.until(lambda screen=screen: isinstance(d.app.screen, screen))
        await d.until_shown("T1 Return the money")
        await d.press("escape")
        await d.until(lambda: d.app.screen is room(d))


async def test_a_due_time_is_given_in_words_and_taken_away_by_none(d: Desk) -> None:
    await d.press("s", *"2h")
    await d.until_shown("in 2h")
    await d.press("enter")
    await d.until(lambda: d.office.tables.tasks[1].row.due == d.office.now() + timedelta(hours=2))
    await d.press("home", "j", "s", "enter")
    await d.until_shown("none” takes the time away")
    assert isinstance(d.app.screen, DueScreen)  # nothing typed takes nothing away
    await d.press(*"none")
    await d.until_shown("no time")
    await d.press("enter")
    await d.until(lambda: sum(task.row.due is None for task in d.office.tables.tasks.values()) == 5)


async def test_marks_are_counted_taken_and_cleared(d: Desk) -> None:
    await d.press("space", "v", "j", "j")
    await d.until_shown("4 marked")
    await d.press("escape")
    assert room(d).marked_count == 0
    await d.press("V")
    await d.until_shown("6 marked")
    await d.press("a", *"bob", "enter")
    await d.until_shown("Done: 5 tasks · 1 were so already")
    assert {task.row.assignee for task in d.office.tables.tasks.values() if task.row.status in TO_DO} == {"Bob"}
    await d.press("z")
    await d.until_shown("Taken back: a change of")


async def test_done_again_is_to_be_done_where_all_are_done(d: Desk) -> None:
    await d.press("tab", "tab", "e")
    await d.until(lambda: state(d, 5) is TaskStatus.OPEN)
    await d.until_shown("Nothing was done yet.")


async def test_what_others_do_is_seen_and_the_cursor_stays_on_its_task(d: Desk) -> None:
    await d.press("j", "j")
    d.office.add_task("Urgent matter", due=d.office.now() - timedelta(days=1))
    d.office._ring()
    await d.until(lambda: titles(d)[0] == "Urgent matter")
    assert room(d).rows.chosen is not None
    assert room(d).rows.chosen.title == "Call the courier"


async def test_pages_follow_as_the_cursor_goes_on(d: Desk) -> None:
    for number in range(450):
        d.office.add_task(f"Row {number}")
    d.office._ring()
    await d.until(lambda: len(titles(d)) == 200)
    await d.press("G")
    await d.until(lambda: len(titles(d)) == 400)
    await d.press("G")
    await d.until(lambda: len(titles(d)) == 456)
    assert len(set(titles(d))) == 456


@pytest.mark.parametrize("key", ["enter", "l", "right"])
async def test_a_task_that_came_from_nowhere_is_opened_itself(d: Desk, key: str) -> None:
    await d.press("j", key)
    await d.until(lambda: isinstance(d.app.screen, TaskFormScreen) and d.app.screen.has_arrived)
    await d.until_shown("T2 Write the report")


@pytest.mark.parametrize("key", ["enter", "l", "right"])
async def test_a_task_leads_to_the_conversation_it_came_from_and_back(d: Desk, key: str) -> None:
    await d.press("j", "j", key)
    await d.until(lambda: d.app.screen is d.inbox and d.inbox.pane.thread.conversation_id == 1)
    await d.press("escape")
    await d.until(lambda: isinstance(d.app.screen, TasksScreen) and d.app.screen.has_arrived)
    assert room(d).rows.chosen is not None
    assert room(d).rows.chosen.title == "Call the courier"


@pytest.mark.parametrize("key", ["f6", "f7", "f9"])
async def test_the_keys_of_the_form_work_in_its_description_too(d: Desk, key: str) -> None:
    await d.press("j", "j", "o")
    await d.until(lambda: isinstance(d.app.screen, TaskFormScreen) and d.app.screen.has_arrived)
    d.app.screen.set_focus(d.app.screen.query_one("#description"))
    await d.press(key)
    if key == "f6":
        await d.until(lambda: isinstance(d.app.screen, RemindScreen))
    elif key == "f7":
        await d.until(lambda: state(d, 3) is TaskStatus.DONE)
    else:
        await d.until(lambda: d.app.screen is d.inbox and d.inbox.pane.thread.conversation_id == 1)


async def test_sixty_tasks_of_a_conversation_are_counted_right() -> None:
    office = FakeOffice()
    for number in range(60):
        office.add_task(f"Task {number}", conversation_id=1)
    async with desk(office) as d:
        await d.open(1)
        await d.until_shown("+58 tasks")
        await d.press("L")
        await d.until(lambda: isinstance(d.app.screen, TasksHereScreen) and len(d.app.screen.query_one(LineList).rows) == 60)


async def test_a_filter_that_finds_nothing_offers_what_does(d: Desk) -> None:
    await d.press("slash", *"Over")
    await d.until_shown("nothing found, but something without is:current")
    await d.press("tab", "enter")
    await d.until(lambda: titles(d) == ["Over"])
    await d.press("escape")
    await d.until(lambda: room(d).place.counter == "current")


async def test_the_filter_page_tells_of_tasks(d: Desk) -> None:
    await d.press("slash", "f1")
    await d.until_shown("to be done, and mine or nobody's")
    await d.press("escape", "escape")
    await d.until(lambda: d.app.focused is room(d).rows)


async def test_letters_of_a_russian_layout_are_keys(d: Desk) -> None:
    await d.burst("п")
    await d.pilot.pause()
    await d.burst("е")
    await d.until(lambda: isinstance(d.app.screen, TasksScreen) and d.app.screen.has_arrived)
    await d.burst("у")
    await d.until(lambda: state(d, 1) is TaskStatus.DONE)
    await d.burst("с")
    await d.until(lambda: isinstance(d.app.screen, TaskFormScreen) and d.app.screen.has_arrived)
    await d.burst("Купить\tpfdnhf")
    await d.until_shown("09:00 · in")
    await d.press("ctrl+s")
    await d.until(lambda: "Купить" in titles(d))


async def test_in_russian_everything_has_words() -> None:
    office = FakeOffice()
    furnish(office)
    i18n.use("ru")
    try:
        async with desk(office) as d:
            await d.press("g", "t")
            await d.until(lambda: isinstance(d.app.screen, TasksScreen) and d.app.screen.has_arrived)
            await d.until_shown("[Текущие 6]")
            assert "опозд" in d.text
            await d.press("c")
            await d.until_shown("Новая задача")
            await d.press(*"X", "tab", *"завтра 10:00", "tab", *"каждый понедельник")
            await d.until_shown("потом")
    finally:
        i18n.use("en")


async def test_a_wide_terminal_shows_more_of_each_task() -> None:
    office = FakeOffice()
    furnish(office)
    async with desk(office, size=(160, 50)) as d:
        await d.press("g", "t")
        await d.until(lambda: isinstance(d.app.screen, TasksScreen) and d.app.screen.has_arrived)
        line = next(line for line in d.lines if "Call the courier" in line)
        for words in ("refund", "1/2", "#1001", "to do", "Bob", "in 14h"):
            assert words in line


async def test_the_tasks_of_a_customer_stand_on_the_card(d: Desk) -> None:
    await d.open(1)
    await d.until_shown("T3 Call the courier · 1/2 · in 14h")
    await d.press("i")
    await d.until(lambda: isinstance(d.app.screen, CustomerScreen))
    await d.until_shown("○ T3 Call the courier")
    await d.press("G", "k")
    await d.until(lambda: isinstance(d.app.screen, CustomerScreen) and d.app.screen.box.view.spot is not None)
    await d.press("enter")
    await d.until(lambda: isinstance(d.app.screen, TaskFormScreen) and d.app.screen.has_arrived)
    assert "Call the courier" in d.text
