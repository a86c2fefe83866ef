"""Promises and reminders by keys, over the real store: sent with a reply, seen above the next one, listed, kept, undone."""

from __future__ import annotations

from datetime import timedelta

from desk_pilot import Desk
from house import House
from house_pilot import console_on, customers_write

from deskterm.desk.commands_time import Remind
from deskterm.store import reminder_alarms

PROMISE = "отвечу завтра до 15:00"


async def promised(d: Desk, house: House, *keys: str) -> None:
    """Write a reply that promises a time, to the newest conversation, and send it."""
    await d.press("r", *PROMISE)
    await d.until(lambda: d.inbox.pane.composer._filled and d.inbox.pane.composer._addressed)
    await d.until_shown("You promise")
    await d.press(*keys, "ctrl+s", "enter")
    await d.until_shown("Goes out in")
    assert await house.one("SELECT count(*) FROM promise") == (1,)


async def test_a_promise_is_kept_by_the_store_and_reminded_of(house: House) -> None:
    await customers_write(house, 1)
    async with console_on(house, size=(100, 30)) as d:
        await d.press("enter")
        await promised(d, house, "f6")
        await d.until_shown("⚑ promised by")
        await d.until_shown("◷ reminder")
        assert await house.one("SELECT count(*) FROM reminder WHERE promise_id IS NOT NULL") == (1,)


async def test_the_list_of_promises_and_what_is_said_of_one(house: House) -> None:
    await customers_write(house, 2)
    async with console_on(house, size=(100, 30)) as d:
        chosen = d.chosen
        await d.press("enter")
        await promised(d, house)
        house.clock.pass_(days=2)
        now = house.clock()
        await house.store.writer.run(lambda tx: reminder_alarms.PROMISES.ring(tx, now, 100))
        await d.press("g", "p")
        await d.until(lambda: [row.number for row in d.inbox.list.rows] == [chosen])
        assert "Overdue promises" in d.lines[0]
        await d.press("D")
        await d.until_shown("Was none")
        await d.press("n")
        await d.until_shown("That was no promise.")
        assert await house.one("SELECT state FROM promise") == ("dropped",)
        await d.press("z")
        await d.until_shown("Taken back")
        assert await house.one("SELECT state FROM promise") == ("overdue",)


async def test_a_reminder_is_set_acknowledged_and_undone(house: House) -> None:
    await customers_write(house, 1)
    async with console_on(house, size=(100, 30)) as d:
        await d.press("b")
        await d.until_shown("Remind me")
        await d.press(*"2h", "tab", *"call", "enter")
        await d.until_shown("You are reminded")
        assert await house.one("SELECT state, words FROM reminder") == ("set", "call")
        await d.press("enter")
        await d.until_shown("◷ reminder")
        await d.press("d")
        await d.until_shown("Reminder done")
        assert await house.one("SELECT state FROM reminder") == ("done",)
        await d.press("z")
        await d.until_shown("◷ reminder")
        assert await house.one("SELECT state FROM reminder") == ("set",)


async def test_a_refusal_is_said(house: House) -> None:
    await customers_write(house, 1)
    answer = await house.office.submit(Remind(house.clock() - timedelta(hours=1), conversation_id=1))
    async with console_on(house, size=(100, 30)) as d:
        await d.press("b", *"1m")
        await d.until_shown("in 1m")
        house.clock.pass_(days=1)
        await d.press("enter")
        await d.until(lambda: d.app.screen is d.inbox)
    assert getattr(answer, "code", "") == "in_the_past"
