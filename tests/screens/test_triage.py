"""Triage by keys on a real store: each act on one conversation and on those that are marked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from desk_pilot import NARROW, WIDE, Desk, desk
from house import House

from deskterm.desk.commands import Assign, Close, Many, MarkRead, SetTags, Take
from deskterm.desk.rows import Draft, View
from deskterm.screens.carrying import ProgressScreen
from deskterm.screens.sorting import UNTAGGED


async def fill(house: House, count: int = 5) -> None:
    """Let `count` customers write, one minute after another: #1 waits longest and stands first."""
    for number in range(1, count + 1):
        mail = house.mail(sender=f"c{number}@client.test", name=f"Customer {number}", subject=f"Order {number}")
        await house.arrive(mail)
        house.clock.pass_(minutes=1)


def typed(words: str) -> list[str]:
    """Return the keys that type words."""
    return ["space" if letter == " " else letter for letter in words]


@asynccontextmanager
async def opened(house: House, *, size: tuple[int, int] = NARROW) -> AsyncIterator[Desk]:
    async with desk(house.office, size=size) as d:
        yield d


async def values(house: House, column: str) -> list[Any]:
    """Return a column of all conversations, in the order of their ids."""
    return [row[0] for row in await house.all(f"SELECT {column} FROM conversation ORDER BY id")]


async def tags(house: House) -> list[str]:
    """Return the tags of all conversations, joined."""
    wanted = await house.office.conversations(View.ALL, after=1000)
    return [",".join(row.tags) for row in sorted(wanted.rows, key=lambda row: row.id)]


async def become(d: Desk, house: House, column: str, wanted: list[Any]) -> None:
    """Wait until a column of all conversations is this."""
    for _ in range(1000):
        if await values(house, column) == wanted:
            return
        await d.pilot.pause(0.01)
    raise AssertionError(f"{column} is {await values(house, column)}\n{d.text}")


ONE: dict[str, tuple[list[str], str, Any, Any]] = {
    "take": (["A"], "assignee_id", None, 1),
    "assign": (["a", *"boris", "enter"], "assignee_id", None, 2),
    "close": (["e"], "status", "open", "closed"),
    "priority by letter": (["p", "u"], "priority", 1, 3),
    "priority by digit": (["p", "1"], "priority", 1, 0),
    "snooze": (["s", "t"], "status", "open", "snoozed"),
    "snooze until they write": (["s", "c"], "status", "open", "snoozed"),
    "snooze in words": (["s", "s", *"3h", "enter"], "status", "open", "snoozed"),
    "spam": (["x", "x"], "spam", 0, 1),
    "no reply": (["N"], "asked", 1, 0),
    "read": (["u"], "unread", 1, 0),
    "tag": (["t", *"refund", "enter", "enter"], "tag_ids <> ''", 0, 1),
}
"""Keys, the column they change, how it was and how it is then."""


@pytest.mark.parametrize("name", list(ONE))
async def test_an_act_on_the_row_at_hand_and_back_and_again(house: House, name: str) -> None:
    keys, column, was, now = ONE[name]
    await fill(house, 3)
    before, after = [was] * 3, [now, was, was]
    async with opened(house) as d:
        assert await values(house, column) == before
        await d.press(*keys)
        await become(d, house, column, after)
        await d.press("z")
        await become(d, house, column, before)
        await d.until_shown("Taken back: ")
        await d.press("Z")
        await become(d, house, column, after)
        await d.until_shown("Done again: ")


@pytest.mark.parametrize("name", list(ONE))
async def test_an_act_on_what_is_marked_and_back_whole(house: House, name: str) -> None:
    keys, column, was, now = ONE[name]
    await fill(house, 4)
    before, after = [was] * 4, [now, was, now, was]
    async with opened(house) as d:
        await d.press("space", "down", "space")
        await d.until_shown("2 marked")
        await d.press(*keys)
        await become(d, house, column, after)
        await d.until_shown("Done: 2 conversations")
        assert d.inbox.list.marked == set()
        await d.press("z")
        await become(d, house, column, before)
        await d.until_shown("Taken back: 2 conversations")
        assert len(await house.all("SELECT DISTINCT command_id FROM undo_entry")) in (1, 2)


async def test_a_range_grows_with_the_cursor_and_shrinks(house: House) -> None:
    await fill(house, 5)
    async with opened(house) as d:
        await d.press("down", "v", "down", "down", "down", "up")
        assert d.inbox.mark_words == "3 marked"
        await d.press("space", "end")
        await d.until(lambda: d.inbox.list.marked == {2, 3, 4})
        await d.press("space")
        await d.until(lambda: d.inbox.list.marked == {2, 3, 4, 5})
        await d.press("escape")
        assert d.inbox.list.marked == set()


async def test_an_act_ends_a_range(house: House) -> None:
    await fill(house, 4)
    async with opened(house) as d:
        await d.press("v", "down", "A")
        await become(d, house, "assignee_id", [1, 1, None, None])


async def test_all_are_marked_but_what_comes_later_is_not(house: House) -> None:
    await fill(house, 3)
    async with opened(house) as d:
        await d.press("V")
        await d.until_shown("3 marked")
        await house.arrive(house.mail(sender="late@client.test"))
        await d.until(lambda: len(d.inbox.list.rows) == 4)
        await d.press("e")
        await become(d, house, "status", ["closed", "closed", "closed", "open"])


async def test_a_mark_stays_where_a_colleague_takes_the_row_out_of_the_view(house: House) -> None:
    await fill(house, 3)
    async with opened(house) as d:
        await d.press("V")
        await d.until_shown("3 marked")
        await house.as_(house.boris).submit(Close(2))
        await d.until_shown("3 marked, 1 not in this view")
        await d.press("e")
        await d.until_shown("Done: 2 conversations · 1 were so already")


async def test_marks_by_a_query_stay_within_the_view(house: House) -> None:
    await fill(house, 4)
    await house.office.submit(Close(4))
    await house.office.submit(Assign(2, 2))
    async with opened(house) as d:
        await d.press("asterisk", *"assignee:none", "enter")
        await d.until(lambda: d.inbox.list.marked == {1, 3})
        await d.until_shown("2 marked")


async def test_tags_are_found_made_and_taken_off(house: House) -> None:
    await fill(house, 3)
    await house.office.submit(SetTags(2, ("возврат", "delivery")))
    await house.office.submit(SetTags(3, ("возврат",)))
    async with opened(house) as d:
        await d.press("down", "v", "down", "t")
        await d.until_shown("[x] возврат")
        assert "[-] delivery" in d.text
        await d.press(*"djp", "enter")  # "воз" in the other layout
        await d.press(*typed("новый тег"))
        await d.until_shown("create «новый тег»")
        await d.press("enter", "ctrl+s")
        await d.until_shown("Done: 2 conversations")
        assert await tags(house) == ["", "delivery,новый тег", "новый тег"]
        assert "[ ]" not in d.text


async def test_tags_by_arrows_and_space(house: House) -> None:
    await fill(house, 1)
    await house.office.submit(SetTags(1, ("a", "b", "c")))
    await house.office.submit(SetTags(1, (), ("b", "c")))
    async with opened(house) as d:
        await d.press("t")
        await d.until_shown("[x] a")
        await d.press("space", "down", "enter", "down", "space", "enter")
        await d.until_shown("#1001 is tagged")
        assert await tags(house) == ["b,c"]


async def test_a_snooze_shows_when_it_comes_back(house: House) -> None:
    await fill(house, 2)
    async with opened(house) as d:
        await d.press("s")
        soon = house.clock() + timedelta(hours=1)
        await d.until_shown(f"{soon.astimezone():%d.%m %H:%M}")
        await d.press("s", *"never")
        await d.until_shown("No time that is understood yet")
        await d.press(*("backspace",) * 5, *typed("через 2 дня"))
        then = (house.clock() + timedelta(days=2)).astimezone()
        await d.until_shown(f"{then:%d.%m %H:%M}")
        await d.press("enter")
        await become(d, house, "snoozed_until", [int((house.clock() + timedelta(days=2)).timestamp() * 1000), None])
        await d.until(lambda: d.inbox.list.chosen and d.inbox.list.chosen.id == 2)


async def test_back_now_and_not_spam(house: House) -> None:
    await fill(house, 1)
    async with opened(house) as d:
        await d.press("s", "t")
        await become(d, house, "status", ["snoozed"])
        await d.press("g", "s")
        await d.until(lambda: d.inbox.list.rows)
        await d.press("s", "w")
        await become(d, house, "status", ["open"])
        await d.press("g", "i")
        await d.until(lambda: d.inbox.list.rows)
        await d.press("x", "b")
        await become(d, house, "spam", [1])
        assert await house.one("SELECT count(*) FROM identity WHERE blocked = 1") == (1,)
        await d.press("z")
        await become(d, house, "spam", [0])
        assert await house.one("SELECT count(*) FROM identity WHERE blocked = 1") == (0,)


async def test_undo_and_redo_after_a_new_start(open_house: Callable[[], Any]) -> None:
    house = await open_house()
    await fill(house, 3)
    async with opened(house) as d:
        await d.press("V")
        await d.until_shown("3 marked")
        await d.press("e")
        await become(d, house, "status", ["closed"] * 3)
    await house.store.close()
    house = await open_house()
    async with desk(house.office, rows=False) as d:
        await d.press("z")
        await become(d, house, "status", ["open"] * 3)
        await d.until_shown("Taken back: 3 conversations")
    await house.store.close()
    house = await open_house()
    async with opened(house) as d:
        await d.press("Z")
        await become(d, house, "status", ["closed"] * 3)


async def test_what_a_colleague_changed_since_is_said_and_stays(house: House) -> None:
    await fill(house, 2)
    async with opened(house) as d:
        await d.press("A")
        await become(d, house, "assignee_id", [1, None])
        await house.as_(house.boris).submit(Take(1))
        await d.press("z")
        await d.until_shown("Changed since then by Boris. Nothing was changed")
        assert await values(house, "assignee_id") == [2, None]


async def test_a_reply_that_waits_is_taken_back_before_older_acts(house: House) -> None:
    await fill(house, 3)
    async with opened(house, size=WIDE) as d:
        await d.press("p", "u")
        await become(d, house, "priority", [3, 1, 1])
        await d.press("r", *"hello", "ctrl+s", "enter")
        await d.until_shown("Goes out in")
        await d.press("z")
        await d.until(lambda: d.inbox.pane.composer.text == "hello")
        await d.press("escape")
        await d.until(lambda: not d.inbox.pane.composer.is_open)
        await d.press("z")
        await become(d, house, "priority", [1, 1, 1])


async def test_a_long_act_shows_how_far_it_is_and_can_be_stopped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskterm.screens.carrying.PATIENCE_S", 0.0)
    await fill(house, 60)
    async with opened(house) as d:
        submit, far = house.office.submit, []

        async def slow(command: Any, progress: Any = None) -> Any:
            def told(done: int, total: int) -> None:
                far.append(done)
                if progress is not None:
                    progress(done, total)
                if isinstance(d.app.screen, ProgressScreen) and 0 < done < total:
                    d.app.screen.action_stop()

            return await submit(command, told)

        monkeypatch.setattr(house.office, "submit", slow)
        await d.press("V")
        await d.until_shown("60 marked")
        await d.press("e")
        await d.until_shown("Close 60? 60 wait for an answer")
        await d.press("y")
        await d.until(lambda: "Stopped:" in d.text or "Done: 60" in d.text)
        closed = (await values(house, "status")).count("closed")
        monkeypatch.setattr(house.office, "submit", submit)
        await d.press("z")
        await become(d, house, "status", ["open"] * 60)
        assert closed == far[-1]


async def wants_tags(house: House) -> None:
    await house.store.writer.run(lambda tx: tx.run("UPDATE channel SET ask_tags = 1"))


async def test_tags_are_asked_for_before_closing(house: House) -> None:
    await fill(house, 2)
    await wants_tags(house)
    async with opened(house) as d:
        await d.press("e")
        await d.until_shown("What was it about?")
        await d.press(*"refund", "enter", "enter")
        await become(d, house, "status", ["closed", "open"])
        assert (await tags(house))[0] == "refund"
        await d.until(lambda: d.inbox.list.chosen and d.inbox.list.chosen.id == 2)
        await d.press("e")
        await d.until_shown("What was it about?")
        await d.press("escape", "e")
        await d.until_shown("What was it about?")
        await d.press("enter")
        await d.until_shown("No tag is ticked. Enter again closes without.")
        await d.press("enter")
        await become(d, house, "status", ["closed", "closed"])


async def test_tags_are_asked_for_once_for_all_that_lack_them(house: House) -> None:
    await fill(house, 4)
    await wants_tags(house)
    await house.office.submit(SetTags(3, ("delivery",)))
    async with opened(house) as d:
        await d.press("V")
        await d.until_shown("4 marked")
        await d.press("e")
        await d.until_shown("What was it about?")
        assert await values(house, "status") == ["open", "open", "closed", "open"]
        await d.press(*"refund", "enter", "enter")
        await become(d, house, "status", ["closed"] * 4)
        assert await tags(house) == ["refund", "refund", "delivery", "refund"]
        assert await house.office.ids(UNTAGGED) == ()


async def test_what_next_goes_down_to_empty(house: House) -> None:
    await fill(house, 3)
    await house.office.submit(Assign(2, house.boris.id))
    async with opened(house) as d:
        await d.press("down", "down", "w")
        await d.until(lambda: d.inbox.pane.row and d.inbox.pane.row.id == 1)
        await d.until_shown("2 wait")
        await d.press("N", "w")
        await d.until(lambda: d.inbox.pane.row and d.inbox.pane.row.id == 3)
        await d.until_shown("1 waits")
        await d.press("e", "w")
        await d.until_shown("Nobody waits for you. All done.")


async def test_the_conversation_being_read_is_at_hand(house: House) -> None:
    await fill(house, 3)
    async with opened(house) as d:
        await d.press("down", "enter", "p", "l")
        await become(d, house, "priority", [1, 0, 1])
        await d.press("t", *"x", "enter", "enter")
        await d.until_shown("#1002 is tagged x. · new tag «x»")
        await d.press("s", "t")
        await become(d, house, "status", ["open", "snoozed", "open"])
        await d.until(lambda: d.inbox.list.chosen and d.inbox.list.chosen.id != 2)
        assert not d.inbox.is_reading


async def test_closed_ones_stay_closed_where_more_are_marked_than_are_loaded(house: House) -> None:
    """Of 400 that are marked, the open ones are the oldest: none of them is among the rows that the list holds."""
    await fill(house, 400)
    closed = tuple(range(64, 401))
    await house.office.submit(Many(Close(0), closed))
    await house.office.submit(Many(MarkRead(0, by_hand=True), closed))
    async with opened(house) as d:
        await d.press("g", "a")
        await d.until(lambda: d.inbox.list.rows and d.inbox.view is View.ALL)
        assert {row.status.value for row in d.inbox.list.rows} == {"closed"}
        await d.press("V")
        await d.until_shown("400 marked")
        await d.press("u")
        await become(d, house, "unread > 0", [0] * 400)
        await d.until_shown("Done: 63 conversations")
        await d.press("V", "e")
        await d.until_shown("Close 400? 63 wait for an answer")
        await d.press("j", "enter")
        await become(d, house, "status", ["closed"] * 400)
        await d.until_shown("Done: 63 conversations")
        await d.press("V", "e")
        await become(d, house, "status", ["open"] * 400)


@pytest.mark.parametrize("keys", [["a", *"boris", "enter"], [":", *typed("assign boris"), "enter"]], ids=["a", ":assign"])
async def test_the_cursor_stays_on_a_row_that_stays(house: House, keys: list[str]) -> None:
    await fill(house, 3)
    async with opened(house) as d:
        await d.press("down", *keys)
        await become(d, house, "assignee_id", [None, 2, None])
        await d.until_shown("#1002 is passed on.")
        assert d.chosen == 1002
        await d.press("g", "u")
        await d.until(lambda: d.inbox.view is View.UNASSIGNED and [row.id for row in d.inbox.list.rows] == [1, 3])
        await d.press(*"Ap4")  # the row leaves this view: the next key is for the one that follows
        await become(d, house, "assignee_id", [1, 2, None])
        await become(d, house, "priority", [1, 1, 3])
        assert d.chosen == 1003


async def test_esc_leaves_the_cursor_and_goes_back_the_way_one_came(house: House) -> None:
    await fill(house, 4)
    async with opened(house) as d:
        await d.press("down", "down", "escape", "escape")
        assert d.chosen == 1003
        await d.press("g", "u")
        await d.until(lambda: d.inbox.view is View.UNASSIGNED and len(d.inbox.list.rows) == 4)
        await d.press("down", "g", "a")
        await d.until(lambda: d.inbox.view is View.ALL and len(d.inbox.list.rows) == 4)
        await d.press("slash", *"is:unread", "enter")
        await d.until(lambda: d.inbox.view is None and len(d.inbox.list.rows) == 4)
        for view, number in ((View.ALL, 1004), (View.UNASSIGNED, 1002), (View.INBOX, 1003), (View.INBOX, 1003)):
            await d.press("escape")
            await d.until(lambda view=view: d.inbox.view is view and len(d.inbox.list.rows) == 4)  # type: ignore[misc]
            assert d.chosen == number


async def test_spam_of_many_is_asked_about(house: House) -> None:
    await fill(house, 10)
    await house.office.save_draft(Draft(3, "Dear customer", False))
    async with opened(house) as d:
        await d.press("V", "x", "x")
        await d.until_shown("Put 10 away as spam? 10 wait for an answer, 1 holds your")
        await d.press("n")
        assert await values(house, "spam") == [0] * 10
        await d.press("x", "x")
        await d.until_shown("Put 10 away as spam?")
        await d.press("y")
        await become(d, house, "spam", [1] * 10)


async def test_what_is_said_of_acts_on_one(house: House) -> None:
    await fill(house, 2)
    await house.office.save_draft(Draft(1, "Dear customer", False))
    async with opened(house) as d:
        await d.press("u")
        await d.until_shown("#1001 is marked as read.")
        await d.until(lambda: not d.inbox.list.rows[0].unread)
        await d.press("u")
        await d.until_shown("#1001 is marked as unread.")
        await d.press(":", *typed("tag ve"), "enter")
        await d.until_shown("#1001 is tagged ve. · new tag «ve»")
        await d.press(":", *typed("untag ve"), "enter")
        await d.until_shown("#1001 is tagged ve no more.")
        await d.press("e")
        await d.until_shown("#1001 is closed. · your draft is kept")
        await d.press("x", "b")
        await d.until_shown("#1002 is put away as spam, and its sender is blocked.")


async def test_what_is_closed_is_not_snoozed(house: House) -> None:
    await fill(house, 1)
    async with opened(house) as d:
        await d.press("e", "g", "x")
        await d.until(lambda: d.inbox.view is View.CLOSED and d.inbox.list.rows)
        await d.press("s")
        await d.until_shown("#1001 is closed: open it first (e)")
        assert d.app.screen is d.inbox
