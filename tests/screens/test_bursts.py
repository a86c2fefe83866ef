"""Keys that arrive in one read: each is about what the one before it led to, as if they had been typed slowly."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from desk_pilot import NARROW, WIDE, Desk, desk
from house import House
from test_triage import become, fill, tags, values
from textual.widgets import Input

from deskterm.desk.commands import Close, SetPriority
from deskterm.desk.model import Priority
from deskterm.screens.snoozing import SnoozeScreen

pytestmark = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
OPEN, CLOSED = "open", "closed"


async def test_no_reply_is_needed_for_the_row_at_hand(house: House, size: tuple[int, int]) -> None:
    await fill(house, 4)
    async with desk(house.office, size=size) as d:
        await d.burst("Nj")
        await become(d, house, "asked", [0, 1, 1, 1])
        await d.until(lambda: d.chosen == 1003)


async def test_the_row_at_hand_is_taken(house: House, size: tuple[int, int]) -> None:
    await fill(house, 4)
    async with desk(house.office, size=size) as d:
        await d.burst("AjjA")
        await become(d, house, "assignee_id", [1, None, 1, None])
        assert d.chosen == 1003


async def test_three_are_closed_one_after_another(house: House, size: tuple[int, int]) -> None:
    await fill(house, 5)
    async with desk(house.office, size=size) as d:
        await d.burst("eee")
        await become(d, house, "status", [CLOSED, CLOSED, CLOSED, OPEN, OPEN])
        await d.until(lambda: d.chosen == 1004)


async def test_three_are_closed_while_one_reads(house: House, size: tuple[int, int]) -> None:
    await fill(house, 5)
    async with desk(house.office, size=size) as d:
        await d.burst("lelele")
        await become(d, house, "status", [CLOSED, CLOSED, CLOSED, OPEN, OPEN])


async def test_all_are_marked_before_they_are_closed(house: House, size: tuple[int, int]) -> None:
    await fill(house, 5)
    async with desk(house.office, size=size) as d:
        await d.burst("Ve")
        await become(d, house, "status", [CLOSED] * 5)


async def test_two_are_marked_before_they_are_closed(house: House, size: tuple[int, int]) -> None:
    await fill(house, 5)
    async with desk(house.office, size=size) as d:
        await d.burst("  e")
        await become(d, house, "status", [CLOSED, CLOSED, OPEN, OPEN, OPEN])


async def test_a_range_is_marked_before_it_is_closed(house: House, size: tuple[int, int]) -> None:
    await fill(house, 5)
    async with desk(house.office, size=size) as d:
        await d.burst("jvjj\x1b[Bve")
        await become(d, house, "status", [OPEN, CLOSED, CLOSED, CLOSED, CLOSED])


async def test_what_is_next_is_gone_to_before_it_is_taken(house: House, size: tuple[int, int]) -> None:
    await fill(house, 4)
    await house.office.submit(SetPriority(4, Priority.URGENT))
    async with desk(house.office, size=size) as d:
        first = d.inbox.list.rows[0].id
        await d.press("end")
        assert d.inbox.list.chosen is not None
        assert d.inbox.list.chosen.id != first
        await d.burst("wA")
        await become(d, house, "assignee_id", [1 if one == first else None for one in range(1, 5)])


@pytest.mark.parametrize(("keys", "read"), [("lJ", 1002), ("jlJ", 1003), ("ljJ", 1002), ("l\x1b[Bh", None), ("lJJKhj", None)])
async def test_what_is_read_is_under_the_cursor(house: House, size: tuple[int, int], keys: str, read: int | None) -> None:
    await fill(house, 5)
    async with desk(house.office, size=size) as d:
        await d.burst(keys)
        await d.pilot.pause()
        if read is None:
            assert not d.inbox.is_reading
            assert d.chosen == (1003 if "J" in keys else 1001)
            return
        assert d.inbox.is_reading
        assert d.inbox.pane.row is not None
        assert (d.chosen, d.inbox.pane.row.number) == (read, read)
        await d.until(lambda: d.inbox.pane.thread.conversation_id == read - 1000)


async def test_brackets_go_in_order_with_letters(house: House, size: tuple[int, int]) -> None:
    await fill(house, 4)
    async with desk(house.office, size=size) as d:
        await d.burst("][jA")
        await become(d, house, "assignee_id", [None, 1, None, None])


async def test_tab_goes_in_order_with_letters(house: House, size: tuple[int, int]) -> None:
    await fill(house, 4)
    async with desk(house.office, size=size) as d:
        await d.burst("j\tJA")
        await become(d, house, "assignee_id", [None, None, 1, None])


async def test_menus_and_acts_in_a_row(house: House, size: tuple[int, int]) -> None:
    await fill(house, 5)
    async with desk(house.office, size=size) as d:
        await d.burst("pujAjxxzst")
        await become(d, house, "status", [OPEN, OPEN, "snoozed", OPEN, OPEN])
        assert await values(house, "priority") == [3, 1, 1, 1, 1]
        assert await values(house, "assignee_id") == [None, 1, None, None, None]
        assert await values(house, "spam") == [0] * 5


async def test_taking_back_and_doing_again(house: House, size: tuple[int, int]) -> None:
    await fill(house, 4)
    async with desk(house.office, size=size) as d:
        await d.burst("ezAe")
        await become(d, house, "assignee_id", [1, None, None, None])
        await become(d, house, "status", [CLOSED, OPEN, OPEN, OPEN])


class Slow:
    """A desk that answers writes only when it is let."""

    def __init__(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        self.may = asyncio.Event()
        submit = house.office.submit

        async def slow(*command: Any) -> Any:
            await self.may.wait()
            return await submit(*command)

        monkeypatch.setattr(house.office, "submit", slow)


async def test_an_act_hits_what_was_under_the_cursor_when_its_key_was_pressed(
    house: House, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(house, 5)
    async with desk(house.office, size=size) as d:
        await d.press("j")
        slow = Slow(house, monkeypatch)
        await d.burst("A")
        await house.as_(house.boris).submit(Close(2))
        await d.until(lambda: d.chosen == 1003)
        await house.as_(house.boris).submit(Close(1))
        await d.until(lambda: len(d.inbox.list.rows) == 3)
        slow.may.set()
        await become(d, house, "assignee_id", [None, 1, None, None, None])


async def test_a_dialog_hits_what_it_was_opened_for(house: House, size: tuple[int, int]) -> None:
    await fill(house, 5)
    async with desk(house.office, size=size) as d:
        await d.press("j", "t")
        await house.as_(house.boris).submit(Close(2))
        await d.until(lambda: d.chosen == 1003)
        await d.burst("refund\r\r")
        await d.until_shown("is tagged")
        assert await tags(house) == ["", "refund", "", "", ""]


@pytest.mark.parametrize(("key", "choice", "column", "now"), [("p", "u", "priority", 3), ("x", "x", "spam", 1)])
async def test_a_menu_hits_what_it_was_opened_for(
    house: House, size: tuple[int, int], key: str, choice: str, column: str, now: int
) -> None:
    await fill(house, 5)
    was = (await values(house, column))[0]
    async with desk(house.office, size=size) as d:
        await d.press("j", key)
        await house.as_(house.boris).submit(Close(2))
        await d.until(lambda: d.chosen == 1003)
        await d.press(choice)
        await become(d, house, column, [was, now, was, was, was])
        await d.press("A")
        await become(d, house, "assignee_id", [None, None, 1, None, None])


def asked_for(d: Desk) -> str | None:
    """Return what stands in the field that takes a time in words."""
    fields = d.app.screen.query(Input)
    return fields.first().value if isinstance(d.app.screen, SnoozeScreen) and fields else None


@pytest.mark.parametrize("words", ["в пятницу 10:00", "завтра", "2h", "'q", "friday", "дней 2"])
async def test_a_time_in_words_goes_from_the_menu_into_its_field(house: House, size: tuple[int, int], words: str) -> None:
    await fill(house, 2)
    async with desk(house.office, size=size) as d:
        await d.burst(f"s{words}")
        await d.until(lambda: asked_for(d) == words)
        await d.press("escape")
        assert d.chosen == 1001
        assert await values(house, "status") == [OPEN, OPEN]


async def test_a_reply_is_sent_and_snoozed_until_a_time_in_words(house: House, size: tuple[int, int]) -> None:
    await fill(house, 2)
    async with desk(house.office, size=size) as d:
        await d.burst("rhello\x13zв пятницу 10:00")
        await d.until(lambda: asked_for(d) == "в пятницу 10:00")
        await d.press("enter")
        await become(d, house, "status", ["snoozed", OPEN])
        assert await house.one("SELECT text FROM message WHERE kind = 'outgoing'") == ("hello",)


async def test_a_menu_says_which_key_it_does_not_know_and_stays(house: House, size: tuple[int, int]) -> None:
    await fill(house, 2)
    async with desk(house.office, size=size) as d:
        await d.burst("pe")
        await d.until_shown("no such key")
        await d.burst("zu")
        await become(d, house, "priority", [3, 1])
        await d.burst("pp")
        await d.until(lambda: d.app.screen is d.inbox)
        await d.press("p")
        assert "no such key" not in d.text
        await d.press("escape")
        assert d.app.screen is d.inbox
        assert await values(house, "status") == [OPEN, OPEN]
