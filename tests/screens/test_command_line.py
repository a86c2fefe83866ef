"""The `:` line on a real store: verbs on the row at hand, on marked ones and by number; completion, earlier lines, mistakes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from desk_pilot import Desk
from house import House

from deskterm.app import DeskApp
from deskterm.desk.rows import ConversationRow, View
from deskterm.screens.command_line import CommandLineScreen
from deskterm.screens.help import HelpScreen
from deskterm.settings import ConsoleSettings
from deskterm.widgets.status import Bar

SENDERS = ("olga", "liwei", "taras", "eve", "max")


@asynccontextmanager
async def desk(house: House, home: Path | None = None, **looks: Any) -> AsyncIterator[Desk]:
    """Open the console over a store with a conversation of each of `SENDERS`, the first the most urgent."""
    for sender in SENDERS:
        await house.arrive(house.mail(f"order of {sender}", f"{sender}@client.test", name=sender, subject=f"About {sender}"))
        house.clock.pass_(minutes=1)
    await house.office.add_team("Billing desk")
    app = DeskApp(house.office, ConsoleSettings(theme="deskterm-dark", **looks), home=home)
    async with app.run_test(size=(100, 24)) as pilot:
        opened = Desk(app, house.office, pilot)  # type: ignore[arg-type]
        await opened.until(lambda: len(opened.inbox.list.rows) == len(SENDERS))
        yield opened


async def say(d: Desk, line: str) -> None:
    """Open the line, type and press Enter."""
    await d.press("colon")
    await d.until(lambda: isinstance(d.app.screen, CommandLineScreen))
    screen = d.app.screen
    assert isinstance(screen, CommandLineScreen)
    screen._field.value = line
    await d.press("enter")
    await d.until(lambda: d.app.screen is not screen or "problem" in {span.role for span in below(d)._left})


def below(d: Desk) -> Bar:
    return d.app.screen.query_one("#offers", Bar)


def typed(d: Desk) -> str:
    assert isinstance(d.app.screen, CommandLineScreen)
    return d.app.screen._field.value


async def now(d: Desk, house: House, number: int) -> ConversationRow:
    found = await house.office.by_number(number)
    assert found is not None
    detail = await house.office.conversation(found)
    assert detail is not None
    return detail.row


async def test_a_verb_is_about_the_row_at_hand_and_the_cursor_goes_on(house: House) -> None:
    async with desk(house) as d:
        first, second = d.chosen, d.inbox.list.rows[1].number
        await say(d, "close")
        await d.until_shown(f"#{first} is closed.")
        await d.until(lambda: d.chosen == second)
        assert (await now(d, house, first)).status == "closed"
        await say(d, "undo")
        await d.until_shown("Taken back")
        assert (await now(d, house, first)).status == "open"


async def test_marked_ones_and_numbers(house: House) -> None:
    async with desk(house) as d:
        numbers = [row.number for row in d.inbox.list.rows]
        await d.press("space", "space")
        await say(d, "tag +refund vip")
        await d.until_shown("Done: 2 conversations")
        assert [(await now(d, house, number)).tags for number in numbers[:3]] == [("refund", "vip")] * 2 + [()]
        await say(d, f"priority {numbers[3]} {numbers[4]} urgent")
        await d.until_shown("Done: 2 conversations")
        assert (await now(d, house, numbers[4])).priority.name == "URGENT"
        await say(d, "team --query tag:refund Billing desk")
        assert "problem" in {span.role for span in below(d)._left}
        await d.press("escape")
        await say(d, 'team "Billing desk" --query tag:refund')
        await d.until_shown("Done: 2 conversations")
        assert (await now(d, house, numbers[0])).team == "Billing desk"


async def test_the_wrong_layout_and_russian(house: House) -> None:
    async with desk(house) as d:
        first, second = (row.number for row in d.inbox.list.rows[:2])
        await say(d, "сдщыу")
        await d.until_shown(f"#{first} is closed.")
        await say(d, f"закрыть {second}")
        await d.until_shown(f"#{second} is closed.")
        third = next(row.number for row in d.inbox.list.rows if row.number not in (first, second))
        for line in (f"фыышпт {third} ищкшы", f"зкшщкшен {third} ршпр", f"ытщщяу {third} ещьщккщц"):
            await say(d, line)
        await d.until_shown(f"#{third} comes back")
        row = await now(d, house, third)
        assert (row.assignee, row.priority.name, row.status) == ("Boris", "HIGH", "snoozed")
        await say(d, "ашдеук шы:ытщщяув")
        await d.until(lambda: [row.number for row in d.inbox.list.rows] == [third])


async def test_a_cyrillic_colon_opens_it_and_text_stays_text(house: House) -> None:
    async with desk(house) as d:
        await d.press("Ж", *"сдщ")
        assert typed(d) == "сдщ"
        await d.until(lambda: "close" in below(d).words)
        await d.press("tab")
        await d.until(lambda: typed(d) == "close ")


async def test_what_is_wrong_is_said_and_the_line_stays(house: House) -> None:
    async with desk(house) as d:
        for line, words in (
            ("clsoe", "there is no verb clsoe. Did you mean close?"),
            ("assign bbo", "nobody here has this login. Known: anna, boris"),
            ("filter tga:x", "the query is wrong at 1: there is no field tga. Did you mean tag?"),
            ("close 99", "there is no conversation #99"),
            ("snooze yesterday", "yesterday has passed."),
        ):
            await say(d, line)
            await d.until(lambda words=words: words in below(d).words)  # type: ignore[misc]
            assert typed(d) == line
            await d.press("escape")
        assert not isinstance(d.app.screen, CommandLineScreen)
        assert {row.status for row in d.inbox.list.rows} == {"open"}


async def test_tab_goes_through_what_may_stand_there(house: House) -> None:
    async with desk(house) as d:
        await d.press("colon", *"re")
        seen = []
        for _press in range(5):
            await d.press("tab")
            await d.until(lambda: typed(d) not in (*seen[-1:], "re"))
            seen.append(typed(d))
        assert seen == ["reply", "reopen", "read", "redo", "reply"]
        await d.press("shift+tab")
        await d.until(lambda: typed(d) == "redo")
        await d.press("escape", "colon", *"assign bo", "tab")
        await d.until(lambda: typed(d) == "assign boris ")
        await d.press("escape", "colon", *"filter assi", "tab")
        await d.until(lambda: typed(d).startswith("filter assignee:"))
        await d.press("escape", "colon", *"go 1", "tab")
        await d.until(lambda: typed(d).startswith("go 10"))


async def test_views_filters_going_and_help(house: House) -> None:
    async with desk(house) as d:
        number = d.inbox.list.rows[2].number
        await say(d, "view closed")
        await d.until(lambda: d.inbox.view is View.CLOSED)
        await say(d, "filter subject:taras is:open")
        await d.until(lambda: [row.number for row in d.inbox.list.rows] == [number])
        await say(d, "save Taras 4")
        await d.until_shown("The view Taras is kept, on the key 4.")
        await say(d, "view inbox")
        await d.until(lambda: d.inbox.view is View.INBOX and len(d.inbox.list.rows) == len(SENDERS))
        await say(d, "view taras")
        await d.until(lambda: [row.number for row in d.inbox.list.rows] == [number])
        await say(d, "view inbox")
        await say(d, "mark subject:olga")
        await d.until(lambda: d.inbox.marked_count == 1)
        await say(d, f"go {number}")
        await d.until(lambda: d.inbox.is_reading and d.inbox.pane.row is not None and d.inbox.pane.row.number == number)
        await say(d, "help")
        await d.until(lambda: isinstance(d.app.screen, HelpScreen))
        await d.press("escape")
        await d.until(lambda: not isinstance(d.app.screen, HelpScreen))


async def test_in_another_room_a_conversation_must_be_named(house: House) -> None:
    async with desk(house) as d:
        number = d.chosen
        await d.press("g", "o")
        await d.until(lambda: len(d.app.screen_stack) == 2)
        await say(d, "close")
        await d.until(lambda: "there is no conversation at hand" in below(d).words)
        await d.press("escape")
        await say(d, f"close {number}")
        await d.until_shown(f"#{number} is closed.")


async def test_earlier_lines_come_back_also_in_the_next_console(house: House, home: Path) -> None:
    async with desk(house, home) as d:
        await say(d, "view closed")
        await say(d, "view inbox")
        await d.press("colon", "up", "up")
        await d.until(lambda: typed(d) == "view closed")
        await d.press("down")
        await d.until(lambda: typed(d) == "view inbox")
    assert (home / "lines-anna.txt").read_text(encoding="utf-8") == "view closed\nview inbox\n"


async def test_keys_typed_ahead_are_for_the_line(house: House) -> None:
    async with desk(house) as d:
        first = d.chosen
        await d.press("colon", *"take", "enter")
        await d.until_shown(f"#{first} is yours.")
