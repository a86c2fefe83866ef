"""The room of notices: what is due first, what was told, read and unread, and the ways of being told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from desk_pilot import Desk, desk
from fake_office import FakeOffice
from fake_seed import ANNA, BOB, EVERY_KIND, NOW

from deskterm.screens.notice_ways import FieldScreen, LinkScreen, NoticeWaysScreen
from deskterm.screens.notices import NoticesScreen

OTHER = 5


def told(office: FakeOffice) -> FakeOffice:
    office.tell("assigned", conversation_id=OTHER, by="Bob")
    office.tell("sla_late", conversation_id=EVERY_KIND, data={"metric": "first_reply"})
    office.tell("mention", conversation_id=EVERY_KIND, by="Bob", read_at=NOW - timedelta(hours=1))
    return office


def room(d: Desk) -> NoticesScreen:
    assert isinstance(d.app.screen, NoticesScreen)
    return d.app.screen


async def enter(d: Desk) -> None:
    await d.press("g", "e")
    await d.until(lambda: isinstance(d.app.screen, NoticesScreen) and d.app.screen.rows._loaded)


async def test_reminders_that_are_due_stand_first_and_are_acknowledged() -> None:
    office = told(FakeOffice())
    office.add_reminder(NOW - timedelta(minutes=12), "call back", conversation_id=EVERY_KIND)
    office.add_reminder(NOW + timedelta(hours=1), "not yet", conversation_id=EVERY_KIND)
    async with desk(office) as d:
        await enter(d)
        first, second, third = d.lines[1:4]
        assert "call back · #1002 Li Wei" in first
        assert "−12m" in first
        assert "! " in second
        assert "#1002 Li Wei: first reply is late" in second
        assert "is yours now, by Bob" in third
        assert "not yet" not in d.text
        assert "names you" not in d.text
        assert "◷ 1 reminder  2 not read" in d.lines[0]
        await d.press("e")
        await d.until_shown("Acknowledged")
        await d.until(lambda: "call back" not in d.text)
        await d.press("z")
        await d.until_shown("call back")


async def test_a_reminder_comes_at_another_time() -> None:
    office = FakeOffice()
    office.add_reminder(NOW, "call back", conversation_id=EVERY_KIND)
    async with desk(office) as d:
        await enter(d)
        await d.press("s")
        await d.press(*"+2h", "enter")
        await d.until_shown("You are reminded")
        (row,) = await office.reminders()
        assert (row.state, row.at) == ("set", NOW + timedelta(hours=2))
        await d.until_shown("Nothing asks to be looked at.")


async def test_enter_goes_to_the_conversation_and_reads_the_notice() -> None:
    office = told(FakeOffice())
    async with desk(office) as d:
        await enter(d)
        await d.press("enter")
        await d.until(lambda: d.inbox.pane.thread.conversation_id == EVERY_KIND)
        assert [row.kind for row in await office.notices(unread=True)] == ["assigned"]


async def test_read_and_unread_one_by_one() -> None:
    office = told(FakeOffice())
    async with desk(office) as d:
        await enter(d)
        await d.press("u")
        await d.until_shown("1 not read")
        assert room(d).rows.rows[0].id == 2
        assert len(room(d).rows.rows) == 2, "what was read here does not go from under the cursor"
        await d.press("k", "u")
        await d.until_shown("2 not read")


async def test_all_are_read_at_once() -> None:
    office = told(FakeOffice())
    async with desk(office) as d:
        await enter(d)
        await d.press("V")
        assert "2 marked" in d.foot
        await d.press("u")
        await d.until_shown("2 notices are read")
        assert (await office.due()).notices == 0


async def test_tab_shows_all_and_escape_takes_the_marks_first() -> None:
    async with desk(told(FakeOffice())) as d:
        await enter(d)
        await d.press("tab")
        await d.until_shown("Bob names you in a note")
        await d.press("space", "escape")
        assert isinstance(d.app.screen, NoticesScreen)
        assert "marked" not in d.foot
        await d.press("tab")
        await d.until(lambda: "names you" not in d.text)
        await d.press("escape")
        await d.until(lambda: d.app.screen is d.inbox)


async def test_the_room_follows_what_is_told() -> None:
    office = FakeOffice()
    async with desk(office) as d:
        await enter(d)
        assert "Nothing asks to be looked at." in d.text
        office.tell("answered", conversation_id=EVERY_KIND)
        await d.until_shown("#1002 Li Wei wrote again")


async def test_every_key_works_in_a_russian_layout() -> None:
    office = told(FakeOffice())
    async with desk(office) as d:
        await d.press("п", "у")
        await d.until(lambda: isinstance(d.app.screen, NoticesScreen) and d.app.screen.rows.rows)
        await d.press("г")
        await d.until_shown("1 not read")


# The ways


async def ways(d: Desk) -> NoticeWaysScreen:
    await enter(d)
    await d.press("S")
    await d.until(lambda: isinstance(d.app.screen, NoticeWaysScreen) and d.app.screen.rows.rows)
    assert isinstance(d.app.screen, NoticeWaysScreen)
    return d.app.screen


async def test_ways_are_changed_by_their_numbers() -> None:
    office = FakeOffice()
    async with desk(office) as d:
        await ways(d)
        await d.press("2", "4")
        await d.pilot.pause()
        assert (await office.notice_settings()).ways["assigned"] == ("console", "desktop", "telegram")
        await d.press("1")
        await d.pilot.pause()
        assert (await office.notice_settings()).ways["assigned"] == ()
        await d.press("5")
        await d.pilot.pause()
        assert (await office.notice_settings()).ways["assigned"] == ("console", "telegram")
        await d.press("space")
        await d.pilot.pause()
        assert len((await office.notice_settings()).ways["assigned"]) == 5


async def test_a_new_message_goes_by_bell_and_desktop_only() -> None:
    office = FakeOffice()
    async with desk(office) as d:
        await ways(d)
        await d.press("j", "j", "4")
        await d.pilot.pause()
        assert (await office.notice_settings()).ways["new"] == ("bell", "desktop")


@pytest.mark.parametrize(
    ("steps", "typed", "wrong", "name", "value"),
    [
        (0, "Anna@Example.org", "anna@", "email", "anna@example.org"),
        (1, "22-8", "25:00-8", "quiet_from", 1320),
        (2, "Europe/Moscow", "Europe/Moskau", "zone", "Europe/Moscow"),
        (3, "2h", "2 days", "digest_minutes", 120),
        (4, BOB.login, "nobody", "supervisor_id", BOB.id),
    ],
)
async def test_fields_say_while_one_types_what_is_wrong(steps: int, typed: str, wrong: str, name: str, value: object) -> None:
    office = FakeOffice()
    async with desk(office) as d:
        screen = await ways(d)
        await d.press("G", "k", *("k",) * (4 - steps), "enter")
        await d.until(lambda: isinstance(d.app.screen, FieldScreen))
        await d.press(*wrong, "enter")
        assert isinstance(d.app.screen, FieldScreen), "it stays until it is right"
        assert d.app.screen.query_one("#field-hint").has_class("-problem")
        await d.press("ctrl+u", *typed)
        assert not d.app.screen.query_one("#field-hint").has_class("-problem")
        await d.press("enter")
        await d.until(lambda: d.app.screen is screen)
        await d.pilot.pause()
        assert getattr(await office.notice_settings(), name) == value
        await d.press("delete")
        await d.pilot.pause()
        assert not getattr(await office.notice_settings(), name)


async def test_a_way_that_leads_nowhere_is_remarked_and_changes_are_taken_back() -> None:
    office = FakeOffice()
    async with desk(office) as d:
        screen = await ways(d)
        assert "Quiet hours      not set · for example 22:00-08:00" in d.text
        before = await office.notice_settings()
        await d.press("5")
        await d.until_shown("Telegram         not set, so nothing goes there")
        assert "E-mail           not set, so nothing goes there" in d.text
        await d.press("3", "z")
        await d.until_shown("Taken back: the ways of notices")
        await d.press("escape")
        await d.until(lambda: d.app.screen is not screen)
        assert "telegram" not in (await office.notice_settings()).ways["assigned"]
        await d.press("z")
        await d.pilot.pause()
        assert await office.notice_settings() == before
        await ways(d)
        await d.press("z")
        await d.until_shown("Nothing was changed here that could be taken back.")


async def test_a_telegram_is_linked_by_a_code() -> None:
    async with desk(FakeOffice(me=ANNA)) as d:
        await ways(d)
        await d.press("G", "enter")
        await d.until(lambda: isinstance(d.app.screen, LinkScreen))
        assert "/start K7Q2-M9XD" in d.text
        assert "@shop_bot" in d.text


async def test_enter_opens_the_task_of_a_notice() -> None:
    office = FakeOffice()
    task = office.add_task("Call the courier", due=NOW - timedelta(hours=1), assignee_id=ANNA.id)
    office.tell("overdue", task_id=task, about="Call the courier")
    async with desk(office) as d:
        await enter(d)
        assert "T1 Call the courier is overdue since" in d.text
        await d.press("enter")
        await d.until(lambda: d.app.screen is not d.inbox and not isinstance(d.app.screen, NoticesScreen))
        await d.until_shown("Call the courier")
