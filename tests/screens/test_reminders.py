"""Reminders by keys, over the fake desk: set, seen in the thread, done, undone; of one conversation and of marked ones."""

from __future__ import annotations

from datetime import timedelta

import pytest
from desk_pilot import NARROW, WIDE, Desk, desk
from fake_office import FakeOffice
from textual.widgets import Input

from deskterm.desk.rows_time import ReminderRow
from deskterm.screens.reminding import RemindScreen
from deskterm.widgets.person_choice import PersonChoice


def reminders(d: Desk) -> list[ReminderRow]:
    return sorted(d.office.tables.reminders.values(), key=lambda row: row.id)


async def dialog(d: Desk, *keys: str) -> RemindScreen:
    """Open the dialog by keys and wait until the operators are there."""
    await d.press(*keys)
    await d.until(lambda: isinstance(d.app.screen, RemindScreen))
    screen = d.app.screen
    assert isinstance(screen, RemindScreen)
    await d.until(lambda: screen.query_one(PersonChoice).chosen)
    return screen


@pytest.mark.parametrize("key", ["b", "и"])
async def test_a_reminder_of_the_row_under_the_cursor(key: str) -> None:
    async with desk() as d:
        number = d.chosen
        await dialog(d, key)
        assert f"#{number}" in d.text
        await d.press(*"2h")
        await d.until_shown("in 2h")
        await d.press("tab", *"call back", "enter")
        await d.until_shown("You are reminded")
        [row] = reminders(d)
        assert (row.at, row.words, row.operator_id) == (d.office.now() + timedelta(hours=2), "call back", d.office.me.id)
        assert row.conversation_number == number
        await d.press("z")
        await d.until(lambda: not reminders(d))


async def test_a_reminder_for_another_operator_is_found_by_letters() -> None:
    async with desk() as d:
        screen = await dialog(d, "b")
        await d.press("down", "tab", "tab", *"bo")
        assert (screen.query_one(PersonChoice).chosen or d.office.me).login == "bob"
        await d.press("backspace", *"ищ", "enter")
        await d.until_shown("is reminded")
        assert reminders(d)[0].operator == "Bob"


async def test_what_is_no_time_is_not_taken_and_escape_leaves() -> None:
    async with desk() as d:
        screen = await dialog(d, "b")
        await d.press(*"never", "enter")
        await d.until(lambda: screen.query(".-problem"))
        assert d.app.screen is screen
        await d.press("escape")
        await d.until(lambda: d.app.screen is d.inbox)
        assert reminders(d) == []


async def test_marked_conversations_are_reminded_of_each() -> None:
    async with desk() as d:
        await d.press("space", "space")
        await dialog(d, "b")
        await d.press(*"1h", "enter")
        await d.until_shown("2 conversations")
        assert len({row.conversation_id for row in reminders(d)}) == 2
        await d.press("z", "z")
        await d.until(lambda: not reminders(d))


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_what_is_due_stands_in_the_thread_and_is_done_by_one_key(size: tuple[int, int]) -> None:
    office = FakeOffice()
    async with desk(office, size=size) as d:
        chosen = d.inbox.list.chosen
        assert chosen is not None
        office.add_reminder(office.now() - timedelta(hours=3), "call back", conversation_id=chosen.id)
        office.add_reminder(office.now() + timedelta(days=2), "ask again", conversation_id=chosen.id)
        await d.open(chosen.id)
        await d.until_shown("◷ reminder due since 3h · call back")
        assert "+1 more" in d.text
        await d.press("d")
        await d.until_shown("Reminder done: call back")
        await d.until_shown("ask again")
        await d.press("z")
        await d.until_shown("◷ reminder due since 3h · call back")


async def test_there_may_be_no_reminder_to_acknowledge() -> None:
    async with desk() as d:
        await d.press("d")
        await d.until_shown("No reminder of yours stands here.")


async def test_another_persons_reminder_is_shown_and_left_alone() -> None:
    office = FakeOffice()
    async with desk(office) as d:
        chosen = d.inbox.list.chosen
        assert chosen is not None
        office.add_reminder(office.now() - timedelta(hours=1), "ring them", conversation_id=chosen.id, operator_id=2)
        await d.open(chosen.id)
        await d.until_shown("reminder due since 1h for Bob")
        await d.press("d")
        await d.until_shown("No reminder of yours stands here.")


async def test_an_overdue_promise_is_settled_from_the_thread() -> None:
    office = FakeOffice()
    async with desk(office) as d:
        chosen = d.inbox.list.chosen
        assert chosen is not None
        promise = office.add_promise(chosen.id, "отвечу завтра до 15:00", office.now() - timedelta(hours=2))
        await d.open(chosen.id)
        await d.until_shown("⚑ promise overdue since 2h")
        await d.press("D")
        await d.until_shown("Was none")
        await d.press("k")
        await d.until_shown("The promise is kept.")
        assert office.tables.promises[promise].state == "kept"
        await d.until(lambda: "promise overdue" not in d.text)
        await d.press("z")
        await d.until_shown("⚑ promise overdue since 2h")
        await d.press("В", "т")
        await d.until_shown("That was no promise.")
        assert office.tables.promises[promise].state == "dropped"
        await d.press("D")
        await d.until_shown("No promise stands here.")


async def test_a_promise_is_reminded_of_with_its_time_and_words() -> None:
    office = FakeOffice()
    async with desk(office) as d:
        chosen = d.inbox.list.chosen
        assert chosen is not None
        due = (office.now() + timedelta(days=1)).replace(second=0, microsecond=0)
        office.add_promise(chosen.id, "I'll send it tomorrow", due)
        await d.open(chosen.id)
        await d.until_shown("promised by")
        await d.press("D")
        await d.until_shown("Was none")
        screen = await dialog(d, "b")
        assert screen.query_one("#remind-words", Input).value == "I'll send it tomorrow"
        await d.press("enter")
        await d.until_shown("You are reminded")
        assert [(row.at, row.conversation_id) for row in reminders(d)] == [(due, chosen.id)]


async def test_a_reminder_about_a_customer_stands_on_the_card_and_is_done_there() -> None:
    office = FakeOffice()
    async with desk(office, size=WIDE) as d:
        await d.open(5)
        await d.press("i")
        await d.until(lambda: d.app.screen is not d.inbox)
        await d.until_shown("Sabine")
        await dialog(d, "b")
        await d.press(*"friday", "tab", *"birthday", "enter")
        await d.until_shown("You are reminded")
        await d.until_shown("birthday")
        [row] = reminders(d)
        assert (row.conversation_id, row.customer_id) == (None, 5)
        await d.press("d")
        await d.until_shown("Reminder done")
        await d.until(lambda: "birthday" not in d.text)
        await d.press("z")
        await d.until_shown("birthday")
