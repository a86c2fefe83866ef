"""Which messages are one matter, by keys: merging, splitting and parting conversations over the real store."""

from __future__ import annotations

import pytest
from desk_pilot import Desk, desk
from house import House
from textual.widgets import Input

from deskterm.desk.commands import Close, Done
from deskterm.desk.commands_customer import AddIdentity, MergeConversations
from deskterm.desk.model import Kind
from deskterm.desk.post import Address, IdentityKind
from deskterm.desk.rows import View
from deskterm.screens.merging import MergeScreen
from deskterm.screens.splitting import SplitScreen
from deskterm.widgets.line_list import LineList

SIZES = [(80, 24), (160, 50)]


@pytest.fixture
async def known(house: House) -> House:
    """A house that Olga wrote to about two matters, and Taras about one."""
    for subject, text in (("Заказ 5531", "Где мой заказ?"), ("Возврат", "Хочу вернуть кроссовки")):
        await house.arrive(house.mail(text, subject=subject))
        house.clock.pass_(minutes=1)
    await house.arrive(house.chat("привет"), "bot")
    return house


async def numbers(house: House) -> list[int]:
    return sorted(row.number for row in (await house.office.conversations(View.ALL)).rows)


async def chosen_for_merging(d: Desk) -> MergeScreen:
    await d.until(lambda: isinstance(d.app.screen, MergeScreen) and d.app.screen.query_one(LineList).rows)
    assert isinstance(d.app.screen, MergeScreen)
    return d.app.screen


@pytest.mark.parametrize("size", SIZES)
async def test_the_same_customers_other_conversation_is_offered_first(known: House, size: tuple[int, int]) -> None:
    first, second, _third = await numbers(known)
    async with desk(known.office, size=size) as d:  # type: ignore[arg-type]
        found = await known.office.by_number(second)
        assert found is not None
        await d.open(found)
        await d.press("M")
        await chosen_for_merging(d)
        assert f"#{first}" in d.text
        assert f"Enter: #{second} becomes part of #{first}" in d.text
        await d.press("enter")
        await d.until_shown(f"1 conversation is in #{first} now · z takes it back")
        assert await known.office.by_number(second) == await known.office.by_number(first)
        await d.until_shown(f"with #{second}")
        await d.until_shown("Хочу вернуть кроссовки")
        await d.press("z")
        await d.until_shown("Taken back: one conversation made of several")
        assert await known.office.by_number(second) == found


async def test_tab_lets_the_other_one_stay(known: House) -> None:
    first, second, _third = await numbers(known)
    async with desk(known.office) as d:  # type: ignore[arg-type]
        found = await known.office.by_number(second)
        assert found is not None
        await d.open(found)
        await d.press("M")
        await chosen_for_merging(d)
        await d.press("tab")
        await d.until_shown(f"Enter: #{first} becomes part of #{second}")
        await d.press("enter")
        await d.until_shown(f"1 conversation is in #{second} now")
        assert await known.office.by_number(first) == found


async def test_another_ones_is_found_by_number_or_words(known: House) -> None:
    first, _second, third = await numbers(known)
    async with desk(known.office) as d:  # type: ignore[arg-type]
        found = await known.office.by_number(third)
        assert found is not None
        await d.open(found)
        await d.press("M")
        screen = await chosen_for_merging(d)
        await d.press(*str(first))
        await d.until(lambda: [getattr(one, "number", 0) for one in screen.query_one(LineList).rows] == [first])
        screen.query_one(Input).value = ""
        await d.press(*"кроссовки")
        await d.until(lambda: "Возврат" in d.text and len(screen.query_one(LineList).rows) == 1)
        await d.press("escape")
        await d.until(lambda: d.app.screen is d.inbox)


async def test_all_that_are_marked_become_one(known: House) -> None:
    first, second, _third = await numbers(known)
    async with desk(known.office) as d:  # type: ignore[arg-type]
        await d.press("home", "space", "space")
        await d.until_shown("2 marked")
        await d.press("M")
        screen = await chosen_for_merging(d)
        await d.until(lambda: len(screen.query_one(LineList).rows) == 2)
        await d.until_shown(f"1 conversation becomes one with #{first}")
        await d.press("enter")
        await d.until_shown(f"1 conversation is in #{first} now")
        await d.until(lambda: len(d.inbox.list.rows) == 2)
        assert await known.office.by_number(second) == await known.office.by_number(first)
        assert not d.inbox.list.marked
        await d.press("z")
        await d.until(lambda: len(d.inbox.list.rows) == 3)


async def test_conversations_of_different_customers_are_not_merged(known: House) -> None:
    async with desk(known.office) as d:  # type: ignore[arg-type]
        await d.press("V")
        await d.until_shown("3 marked")
        await d.press("M")
        screen = await chosen_for_merging(d)
        await d.until(lambda: len(screen.query_one(LineList).rows) == 3)
        await d.press("enter")
        await d.until(lambda: d.app.screen is d.inbox)
        await d.until(lambda: "3 marked" not in d.foot)
        assert len(await numbers(known)) == 3


async def test_what_is_suggested_is_merged_at_once_or_is_another_matter(house: House) -> None:
    await house.arrive(house.mail("Где мой заказ?", "olga@client.test"))
    (olga,) = await house.office.customers("ольга")
    known = await house.office.submit(AddIdentity(olga.id, Address(IdentityKind.TELEGRAM, "7", "Ольга")))
    assert isinstance(known, Done)
    house.clock.pass_(minutes=1)
    await house.arrive(house.chat("Где мой заказ?", "7"), "bot")
    first, second = await numbers(house)
    found = await house.office.by_number(second)
    assert found is not None
    async with desk(house.office) as d:  # type: ignore[arg-type]
        await d.open(found)
        await d.until_shown(f"Perhaps of #{first}")
        await d.press("M")
        await d.until_shown(f"1 conversation is in #{first} now")
        await d.press("z")
        await d.until_shown("Taken back")
        await d.open(found)
        await d.until_shown(f"Perhaps of #{first}")
        await d.press("U")
        await d.until_shown("It is a matter of its own.")
        await d.until(lambda: f"Perhaps of #{first}" not in d.text)


async def test_the_way_leads_to_the_one_before_and_back(house: House) -> None:
    await house.arrive(house.chat("привет"), "bot")
    (first,) = await numbers(house)
    found = await house.office.by_number(first)
    assert found is not None
    assert isinstance(await house.office.submit(Close(found)), Done)
    house.clock.pass_(days=30)
    await house.arrive(house.chat("это снова я"), "bot")
    _first, second = await numbers(house)
    newer = await house.office.by_number(second)
    assert newer is not None
    async with desk(house.office) as d:  # type: ignore[arg-type]
        await d.open(newer)
        await d.until_shown(f"B after #{first}")
        await d.press("B")
        await d.until_shown(f"F goes on in #{second}")
        await d.press("F")
        await d.until_shown(f"B after #{first}")
        await d.press("F")
        await d.until_shown("There is none after it.")


async def test_without_a_chain_the_way_leads_through_the_customers_conversations_in_time(known: House) -> None:
    first, second, _third = await numbers(known)
    found = await known.office.by_number(first)
    assert found is not None
    async with desk(known.office, size=(120, 40)) as d:  # type: ignore[arg-type]
        await d.open(found)
        await d.until_shown(f"F after it #{second}")
        await d.press("B")
        await d.until_shown("There is none before it.")
        await d.press("F")
        await d.until_shown(f"B before it #{first}")
        await d.press("F")
        await d.until_shown("There is none after it.")


@pytest.mark.parametrize("size", SIZES)
async def test_messages_are_split_off(known: House, size: tuple[int, int]) -> None:
    _first, _second, third = await numbers(known)
    for text in ("и ещё вопрос", "про гарантию"):
        known.clock.pass_(minutes=1)
        await known.arrive(known.chat(text), "bot")
    found = await known.office.by_number(third)
    assert found is not None
    async with desk(known.office, size=size) as d:  # type: ignore[arg-type]
        await d.open(found)
        await d.press("P")
        await d.until(lambda: isinstance(d.app.screen, SplitScreen) and len(d.app.screen.query_one(LineList).rows) == 3)
        await d.press("end", "space")
        await d.until_shown("1 marked")
        await d.press("k", "v", "j", "v")
        await d.until_shown("2 marked")
        await d.press("enter")
        await d.until_shown("stands by itself now")
        assert len(await numbers(known)) == 4
        page = await known.office.messages(found)
        assert [row.text for row in page.rows if row.text.strip() in ("привет", "и ещё вопрос", "про гарантию")] == ["привет"]
        await d.press("z")
        await d.until_shown("Taken back: messages split off")
        assert len(await numbers(known)) == 3


async def test_the_oldest_message_is_gone_from_the_screen_once_it_is_split_off(known: House) -> None:
    _first, _second, third = await numbers(known)
    known.clock.pass_(minutes=1)
    await known.arrive(known.chat("и ещё вопрос"), "bot")
    found = await known.office.by_number(third)
    assert found is not None
    async with desk(known.office) as d:  # type: ignore[arg-type]
        await d.open(found)
        await d.press("P")
        await d.until(lambda: isinstance(d.app.screen, SplitScreen) and len(d.app.screen.query_one(LineList).rows) == 2)
        await d.press("home", "space", "enter")
        await d.until_shown("stands by itself now")
        thread = d.inbox.pane.thread
        await d.until(lambda: [row.text for row in thread.rows if row.kind is Kind.INCOMING] == ["и ещё вопрос"])


async def test_at_least_one_message_stays(known: House) -> None:
    _first, _second, third = await numbers(known)
    found = await known.office.by_number(third)
    assert found is not None
    async with desk(known.office) as d:  # type: ignore[arg-type]
        await d.open(found)
        await d.press("P")
        await d.until(lambda: isinstance(d.app.screen, SplitScreen) and d.app.screen.query_one(LineList).rows)
        await d.press("enter")
        await d.until_shown("At least one message stays.")


async def test_a_merged_one_is_parted_again_from_the_menu(known: House) -> None:
    first, second, _third = await numbers(known)
    async with desk(known.office) as d:  # type: ignore[arg-type]
        found = await known.office.by_number(second)
        assert found is not None
        await d.open(found)
        await d.press("M")
        await chosen_for_merging(d)
        await d.press("enter")
        await d.until_shown(f"with #{second}")
        await d.press("M")
        screen = await chosen_for_merging(d)
        await d.until_shown(f"part #{second} again")
        place = next(at for at, one in enumerate(screen.query_one(LineList).rows) if type(one).__name__ == "Part")
        await d.press(*["down"] * place)
        await d.until_shown(f"Enter parts #{second} again")
        await d.press("enter")
        await d.until_shown(f"#{second} stands by itself now")
        assert await known.office.by_number(second) == found
        assert await known.office.by_number(first) != found


async def test_an_answer_goes_the_way_that_is_chosen(house: House) -> None:
    await house.arrive(house.mail("Где мой заказ?", "olga@client.test"))
    (olga,) = await house.office.customers("ольга")
    assert isinstance(await house.office.submit(AddIdentity(olga.id, Address(IdentityKind.TELEGRAM, "7", "Ольга"))), Done)
    house.clock.pass_(minutes=1)
    await house.arrive(house.chat("И где он?", "7"), "bot")
    first, second = await numbers(house)
    into, other = await house.office.by_number(first), await house.office.by_number(second)
    assert into is not None
    assert other is not None
    assert isinstance(await house.office.submit(MergeConversations(into, (other,))), Done)
    async with desk(house.office, size=(120, 40)) as d:  # type: ignore[arg-type]
        await d.open(into)
        await d.press("r")
        await d.until_shown("by bot")
        await d.press("f2")
        await d.until_shown("by mail")
        await d.press(*"Завтра", "ctrl+s", "enter")
        await d.until_shown("goes out in")
        answer = next(row for row in (await house.office.messages(into)).rows if row.text == "Завтра")
        assert answer.channel == "mail"
        await d.press("r")
        await d.until_shown("by bot")
        await d.press(*"Ждём", "ctrl+s", "enter")
        await d.until_shown("Ждём")
        await d.until(lambda: not d.inbox.pane.composer.is_open)
        answer = next(row for row in (await house.office.messages(into)).rows if row.text == "Ждём")
        assert answer.channel == "bot"
