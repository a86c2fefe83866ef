"""The inbox: moving, views, live changes, the cursor that stays, acts and what follows them."""

import asyncio

import pytest
from desk_pilot import NARROW, WIDE, desk
from fake_office import FakeOffice
from fake_seed import BOB, VERA

from deskterm.desk.commands import Assign, Close, MarkRead, MarkUnread, NoReplyNeeded, Reopen, Take
from deskterm.desk.rows import View
from deskterm.office import Listing
from deskterm.screens.acts import WAITS_FOR_ME


def numbers(found: list[str]) -> list[int]:
    return [int(line.split("#")[1].split()[0]) for line in found if "#" in line]


async def in_order(office: FakeOffice, view: Listing = View.INBOX) -> list[int]:
    return [row.number for row in (await office.conversations(view, after=1000)).rows]


async def test_the_first_screen() -> None:
    async with desk(FakeOffice(demo=True)) as d:
        assert d.lines[0].split() == ["DEMO", "Inbox", "1", "of", "210", "!", "28", "late", "Anna"]
        assert numbers(d.lines[1:23]) == (await in_order(d.office))[:22]
        assert d.lines[1].startswith("▌!  #1047 ml Li Wei")
        assert d.foot.startswith(" r reply  n note  a assign  e close  / filter  ? help ")
        assert d.foot.rstrip().endswith("● telegram trying again")


async def test_moving_by_letters_and_arrows() -> None:
    async with desk() as d:
        order = await in_order(d.office)
        for keys, index in ((["j", "j", "down"], 3), (["k"], 2), (["up", "up", "up"], 0), (["pagedown"], 21), (["pageup"], 0)):
            await d.press(*keys)
            assert d.chosen == order[index]
        await d.press("ctrl+d", "ctrl+d", "ctrl+u")
        assert d.chosen == order[11]
        await d.press("home")
        assert d.chosen == order[0]


async def test_the_whole_view_can_be_walked_down_and_up_again() -> None:
    async with desk() as d:
        order = await in_order(d.office)
        seen = [d.chosen]
        for step in range(1, len(order)):
            await d.until(lambda: d.inbox.list.neighbour(1))
            d.inbox.list.action_down()
            assert d.chosen == order[step]
            seen.append(d.chosen)
        assert seen == order
        await d.press("j")
        assert d.chosen == order[-1]
        await d.press("g", "g")
        await d.until(lambda: d.chosen == order[0])


async def test_to_the_end_and_back_loads_what_is_missing() -> None:
    async with desk() as d:
        order = await in_order(d.office)
        await d.press("G")
        await d.until(lambda: d.chosen == order[-1])
        assert "210 of 210" in d.lines[0]
        await d.press(*["k"] * 30)
        assert d.chosen == order[-31]
        await d.press("home")
        await d.until(lambda: d.chosen == order[0])
        assert "1 of 210" in d.lines[0]


@pytest.mark.parametrize(
    ("keys", "view", "title"),
    [
        ("gm", View.MINE, "Mine"),
        ("gu", View.UNASSIGNED, "Unassigned"),
        ("gw", View.WAITING, "Waiting"),
        ("gl", View.LATE, "Late"),
        ("gs", View.SNOOZED, "Snoozed"),
        ("gx", View.CLOSED, "Closed"),
        ("ga", View.ALL, "All"),
        ("gf", View.FAILED, "Failed"),
        ("gi", View.INBOX, "Inbox"),
        ("пш", View.INBOX, "Inbox"),
        ("пь", View.MINE, "Mine"),
    ],
)
async def test_views_by_the_menu(keys: str, view: View, title: str) -> None:
    async with desk() as d:
        await d.press(*keys)
        await d.until(lambda: d.inbox.view is view and d.inbox.list.rows)
        order = await in_order(d.office, view)
        assert d.lines[0].split()[:4] == [title, "1", "of", str(len(order))]
        assert numbers(d.lines[1:23]) == order[:22]


async def test_the_menu_shows_what_is_possible_and_esc_leaves_it() -> None:
    async with desk() as d:
        await d.press("g")
        assert all(words in d.text for words in ("m  Mine", "o  Outbox", "h  Health", "g  First row"))
        await d.press("J")
        await d.until_shown("no such key")
        await d.press("escape")
        assert "Outbox" not in d.text
        assert d.inbox.view is View.INBOX


async def test_views_one_after_another_and_back_to_the_inbox() -> None:
    async with desk() as d:
        await d.press("right_square_bracket")
        await d.until_shown(" Mine ")
        await d.press("left_square_bracket", "left_square_bracket")
        await d.until_shown(" Sales  is:open team:Sales ")
        await d.press("escape")
        await d.until_shown(" Inbox ")


async def test_what_arrives_comes_in_at_the_top_while_the_cursor_rests_there() -> None:
    async with desk() as d:
        await d.press("g", "a")
        await d.until(lambda: d.inbox.view is View.ALL and d.inbox.list.rows)
        here = d.chosen
        for count, name in enumerate(("Новая", "Вторая"), start=1):
            d.office.advance(seconds=1)
            d.office.arrive("Срочно!", name=name)
            await d.until(lambda name=name: name in d.lines[1])
            assert d.chosen == here
            assert f"#{here}" in d.lines[1 + count]
            assert d.lines[1 + count].startswith("▌")
        assert " new" not in d.lines[0]


async def test_what_arrives_above_is_counted_until_the_top_is_gone_to() -> None:
    async with desk() as d:
        await d.press("g", "a")
        await d.until(lambda: d.inbox.view is View.ALL and d.inbox.list.rows)
        await d.press("j", "j")
        before = d.lines[1:23]
        for name, words in (("Новая", "↑ 1 new"), ("Вторая", "↑ 2 new")):
            d.office.advance(seconds=1)
            d.office.arrive("Срочно!", name=name)
            await d.until_shown(words)
            assert d.lines[1:23] == before
        await d.press("home")
        await d.until(lambda: "Вторая" in d.lines[1] and "Новая" in d.lines[2])
        await d.until(lambda: " new" not in d.lines[0])


async def test_what_moves_up_from_below_is_counted_too_and_what_is_far_above_as_well() -> None:
    async with desk() as d:
        await d.press("g", "a")
        await d.until(lambda: d.inbox.view is View.ALL and d.inbox.list.rows)
        await d.press("pagedown")
        far_below = d.inbox.list.rows[60].id
        d.office.advance(seconds=1)
        d.office.arrive("Ещё вопрос", conversation_id=far_below)
        await d.until_shown("↑ 1 new")
        await d.press("g", "a", "G")
        await d.until_shown("300 of 300")
        assert d.inbox.list.is_deep
        assert " new" not in d.lines[0]
        d.office.advance(seconds=1)
        d.office.arrive("Срочно!", name="Новая")
        await d.until_shown("↑ 1 new")


async def test_further_down_nothing_moves_when_something_arrives_above() -> None:
    async with desk() as d:
        await d.press("g", "a")
        await d.until(lambda: d.inbox.view is View.ALL and d.inbox.list.rows)
        await d.press("pagedown", "j")
        before, total = d.lines[1:23], len(d.inbox.list.rows)
        d.office.advance(seconds=1)
        d.office.arrive("Срочно!", name="Новая")
        await d.until_shown("of 301")
        assert d.lines[1:23] == before
        assert len(d.inbox.list.rows) >= total
        assert not any("Новая" in line for line in d.lines[1:23])


async def test_the_cursor_follows_its_conversation_when_somebody_else_moves_it() -> None:
    async with desk() as d:
        await d.press("j")
        row = d.inbox.list.chosen
        assert row is not None
        d.office._change(row.id, waiting_since=None, urgent_at=None, late=False)
        d.office._ring()
        await d.until(lambda: d.inbox.list.position and d.inbox.list.position > 2)
        assert d.chosen == row.number


async def test_a_conversation_that_leaves_the_view_hands_the_cursor_to_the_next() -> None:
    async with desk() as d:
        order = await in_order(d.office)
        await d.press("j", "j", "e")
        await d.until_shown(f"#{order[2]} is closed.")
        await d.until(lambda: d.chosen == order[3])
        assert d.office.submitted == [Close(order[2] - 1000)]
        assert "3 of 209" in d.lines[0]


async def test_the_last_of_a_view_hands_the_cursor_to_the_one_above() -> None:
    async with desk() as d:
        order = await in_order(d.office)
        await d.press("G")
        await d.until(lambda: d.chosen == order[-1])
        await d.press("e")
        await d.until(lambda: d.chosen == order[-2])


async def test_no_reply_needed_goes_on_to_the_next_that_waits() -> None:
    async with desk() as d:
        order = await in_order(d.office)
        await d.press("N")
        await d.until(lambda: d.chosen == order[1])
        assert d.office.submitted == [NoReplyNeeded(order[0] - 1000)]
        await d.until(lambda: "1 of 210" in d.lines[0])


async def test_take_assign_and_unread() -> None:
    async with desk() as d:
        await d.press("g", "u")
        await d.until_shown(" Unassigned ")
        first = d.inbox.list.chosen
        assert first is not None
        await d.press("A")
        await d.until_shown(f"#{first.number} is yours.")
        await d.until(lambda: d.chosen != first.number)
        second = d.inbox.list.chosen
        assert second is not None
        await d.press("a")
        await d.until_shown("Assign to")
        await d.press("b", "o", "b", "enter")
        await d.until_shown(f"#{second.number} is passed on.")
        await d.until(lambda: d.chosen != second.number)
        third = d.inbox.list.chosen
        assert third is not None
        await d.press("u")
        await d.until(lambda: d.office.submitted[-1] in (MarkRead(third.id), MarkUnread(third.id)))
        assert d.office.submitted[:2] == [Take(first.id), Assign(second.id, BOB.id)]


async def test_a_closed_one_opens_again_by_the_same_key() -> None:
    async with desk() as d:
        await d.press("g", "x")
        await d.until_shown(" Closed ")
        closed = d.chosen
        await d.press("e")
        await d.until_shown(f"#{closed} is open again.")
        assert d.office.submitted == [Reopen(closed - 1000)]


async def test_a_refusal_is_said_and_nothing_moves() -> None:
    async with desk(FakeOffice(me=VERA)) as d:
        here = d.chosen
        await d.press("e")
        await d.until_shown("You may look, but not change anything.")
        assert d.chosen == here


async def test_what_next_goes_to_the_most_urgent_and_says_why() -> None:
    async with desk() as d:
        order = await in_order(d.office, WAITS_FOR_ME)
        assert len(order) < len(await in_order(d.office, View.WAITING))
        await d.press("g", "x")
        await d.until_shown(" Closed ")
        await d.press("w")
        await d.until_shown(f"late 14m · waits 1h · {len(order)} wait")
        await d.until(lambda: d.inbox.list.rows and d.chosen == order[0])
        assert d.inbox.pane.row is not None
        assert d.inbox.pane.row.number == order[0]


async def test_an_empty_view_says_so_calmly() -> None:
    async with desk() as d:
        for talk in d.office._data.talks.values():
            d.office._change(talk.row.id, late=False)
        await d.press("g", "l")
        await d.until_shown("Nothing here.")
        await d.press("j", "enter", "e", "r")
        assert d.office.submitted == []


async def test_two_panes_follow_the_cursor_without_taking_the_keys() -> None:
    async with desk(size=WIDE) as d:
        await d.press("j", "j")
        row = d.inbox.list.chosen
        assert row is not None
        await d.until(lambda: d.inbox.pane.thread.conversation_id == row.id)
        assert d.app.focused is d.inbox.list
        assert d.office.submitted == []
        await d.press("enter")
        assert d.app.focused is d.inbox.pane.thread
        await d.press("tab")
        assert d.app.focused is d.inbox.list


async def test_one_pane_shows_the_list_or_the_conversation() -> None:
    async with desk(size=NARROW) as d:
        await d.press("enter")
        await d.until(lambda: d.inbox.pane.thread.rows)
        assert not d.inbox.list.display
        assert d.inbox.pane.display
        await d.press("h")
        assert d.inbox.list.display
        assert not d.inbox.pane.display
        assert d.app.focused is d.inbox.list


async def test_a_terminal_that_is_resized_keeps_what_is_read() -> None:
    async with desk(size=WIDE) as d:
        await d.press("enter")
        await d.until(lambda: d.inbox.pane.thread.rows)
        await d.pilot.resize_terminal(80, 24)
        await d.until(lambda: not d.inbox.list.display)
        assert d.inbox.pane.display
        assert d.app.focused is d.inbox.pane.thread
        await d.pilot.resize_terminal(50, 12)
        await d.until_shown("deskterm needs a terminal of at least 60")
        await d.pilot.resize_terminal(120, 40)
        await d.until(lambda: d.inbox.list.display and d.inbox.pane.display)
        await d.until(lambda: d.app.focused is d.inbox.pane.thread)


async def test_next_and_previous_while_reading() -> None:
    async with desk() as d:
        order = await in_order(d.office)
        await d.press("enter")
        await d.until_shown(f"#{order[0]} ")
        await d.press("J", "J", "K")
        await d.until_shown(f"#{order[1]} ")
        assert d.inbox.is_reading
        await d.press("escape")
        assert d.chosen == order[1]


async def test_times_go_on_without_the_bell() -> None:
    async with desk() as d:
        assert d.lines[1].rstrip().endswith("−14m")
        d.office._now = d.office._now.replace(minute=32)
        d.inbox._tick()
        await d.until(lambda: d.lines[1].rstrip().endswith("−16m"))


async def test_a_held_key_does_not_wait_for_the_desk() -> None:
    """Rows are there before the cursor comes: a desk that answers no more still lets it move through what is loaded."""
    async with desk() as d:
        d.office.gate = asyncio.Event()
        for _ in range(100):
            d.inbox.list.action_down()
        assert d.inbox.list.position == 101
        d.office.gate.set()
        await d.until(lambda: len(d.inbox.list.rows) > 200)


async def test_a_key_that_is_kept_for_later_says_so() -> None:
    async with desk() as d:
        for key, name in (("r", "Reports"), ("b", "Board")):
            await d.press("g")
            await d.until_shown(f"{name}  comes later")
            await d.press(key)
            await d.until(lambda name=name: f"Comes later: {name} " in d.foot)
        await d.press("g", "o")
        await d.burst("gb")
        await d.until(lambda: "Comes later: Board " in d.foot)
        assert d.office.submitted == []
