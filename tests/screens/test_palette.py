"""The palette: every action with the reason where it cannot be, views, conversations by number, customers; never markup."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from desk_pilot import Desk
from house import House
from textual.command import CommandPalette, Hit, Provider

from deskterm import i18n
from deskterm.app import DeskApp
from deskterm.desk.model import Operator, Role
from deskterm.desk.rows import SavedView, View
from deskterm.keys.actions import ACTIONS, Menu
from deskterm.screens.palette import ActionProvider, title_of
from deskterm.screens.palette_finds import ConversationProvider, CustomerProvider, PlaceProvider
from deskterm.settings import ConsoleSettings

HOSTILE = "[red]Olga[/red] [@click=app.quit]x[/]"


@asynccontextmanager
async def desk(house: House, me: Operator | None = None) -> AsyncIterator[Desk]:
    await house.arrive(house.mail("Where is it?", "olga@client.test", name=HOSTILE, subject="[b]bold[/b]"))
    await house.arrive(house.mail("And mine?", "max@client.test", name="Max Payne"))
    app = DeskApp(house.office if me is None else house.as_(me), ConsoleSettings(theme="deskterm-dark"))
    async with app.run_test(size=(100, 30)) as pilot:
        opened = Desk(app, app.office, pilot)  # type: ignore[arg-type]
        await opened.until(lambda: len(opened.inbox.list.rows) == 2)
        yield opened


async def found(provider: Provider, query: str) -> dict[str, Hit]:
    await provider.startup()
    return {str(hit.text): hit async for hit in provider.search(query) if isinstance(hit, Hit)}


async def test_every_action_is_offered_and_says_why_it_cannot_be(house: House) -> None:
    async with desk(house) as d:
        provider = ActionProvider(d.app.screen)
        offered: dict[str, Hit] = {}
        for action in ACTIONS:
            offered |= await found(provider, action.id)
        assert {title_of(action) for action in ACTIONS if action.menu is not Menu.QUIT} <= set(offered)
        assert "works in the outbox" in str(offered["Send all failed again"].help)
        assert "works while writing" in str(offered["Editor"].help)
        assert "comes later" in str(offered["Reports"].help)
        assert "works" not in str(offered["Reply"].help)
        assert offered["Reply"].score > offered["Send all failed again"].score
        offered["Reports"].command()
        await d.until_shown("Reports: comes later")


async def test_a_viewer_is_told_why_not(house: House) -> None:
    viewer = Operator(house.boris.id, house.boris.login, house.boris.name, Role.VIEWER)
    async with desk(house, viewer) as d:
        offered = await found(ActionProvider(d.app.screen), "act.")
        assert "you may look, but not change anything" in str(offered["Reply"].help)
        assert "you may" not in str(offered["What next"].help)


async def test_where_there_is_nothing_at_hand(house: House) -> None:
    async with desk(house) as d:
        d.app.go_to_view("closed")
        await d.until(lambda: d.inbox.view is View.CLOSED and d.inbox.list.chosen is None)
        offered = await found(ActionProvider(d.app.screen), "act.reply")
        assert "there is no conversation at hand" in str(offered["Reply"].help)


async def test_views_by_title_and_filter(house: House) -> None:
    await house.office.save_view(SavedView(0, "[i]Refunds[/i]", "priority:high is:open", 3))
    async with desk(house) as d:
        offered = await found(PlaceProvider(d.app.screen), "refunds")
        shown = offered["[i]Refunds[/i]"]
        assert str(shown.prompt) == "View: [i]Refunds[/i]  3"
        shown.command()
        await d.until(lambda: d.inbox.place.title == "[i]Refunds[/i]")
        inbox = (await found(PlaceProvider(d.app.screen), "inbox"))["Inbox"]
        assert str(inbox.prompt) == "View: Inbox  2"


async def test_conversations_by_number(house: House) -> None:
    async with desk(house) as d:
        number = d.inbox.list.rows[1].number
        for query in (str(number), f"#{number}"):
            (hit,) = (await found(ConversationProvider(d.app.screen), query)).values()
            assert str(hit.prompt).startswith(f"#{number} Max Payne")
        hit.command()
        await d.until(lambda: d.inbox.pane.row is not None and d.inbox.pane.row.number == number and d.inbox.is_reading)
        (none,) = (await found(ConversationProvider(d.app.screen), "9999")).values()
        assert str(none.prompt) == "there is no conversation #9999"
        assert await found(ConversationProvider(d.app.screen), "12a") == {}


async def test_customers_by_letters_and_their_words_are_no_markup(house: House) -> None:
    async with desk(house) as d:
        offered = await found(CustomerProvider(d.app.screen), "olga")
        (name,) = offered
        assert name == HOSTILE
        assert str(offered[name].prompt).startswith(f"Customer: {HOSTILE}  #")
        await d.press("ctrl+p")
        await d.until(lambda: isinstance(d.app.screen, CommandPalette))
        await d.press(*"olga")
        await d.until_shown(f"Customer: {HOSTILE}")
        await d.press("enter")
        await d.until(lambda: d.inbox.pane.row is not None and d.inbox.pane.row.customer == HOSTILE and d.inbox.is_reading)


async def test_an_act_from_the_palette_takes_the_marked_ones(house: House) -> None:
    async with desk(house) as d:
        await d.press("space", "space", "ctrl+p")
        await d.until(lambda: isinstance(d.app.screen, CommandPalette))
        await d.press(*"act.take")
        await d.until_shown("Make the conversation mine")
        await d.press("enter")
        await d.until_shown("Done: 2 conversations")
        assert {row.assignee for row in (await house.office.conversations(View.INBOX)).rows} == {"Анна"}


async def test_what_is_typed_in_the_wrong_layout_is_found(house: House) -> None:
    async with desk(house) as d:
        assert "Reply" in await found(ActionProvider(d.app.screen), "кузднь"[:4])
        assert "Snoozed" in await found(PlaceProvider(d.app.screen), "ытщщяув")
        assert "Max Payne" in await found(CustomerProvider(d.app.screen), "ьфч")


async def test_that_nothing_is_found_is_said_in_the_operators_language(house: House) -> None:
    i18n.use("ru")
    try:
        async with desk(house) as d:
            await d.press("ctrl+p", *"zzqqzzqq")
            await d.until_shown("Ничего похожего нет.")
    finally:
        i18n.use("en")
