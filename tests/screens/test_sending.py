"""A text on its way: what is typed meanwhile is never lost, never a second copy, and never a command by accident."""

import asyncio

from desk_pilot import NARROW, WIDE, Desk, desk
from fake_office import FakeOffice

from deskterm.desk.commands import Close, Reply
from deskterm.desk.rows import Draft
from deskterm.office import OfficeError

ONE, OTHER = 5, 6


async def begun(d: Desk, *how: str, words: str = "hello") -> asyncio.Event:
    """Write an answer and send it to a desk that stands still; returns what lets it go on."""
    await d.open(ONE)
    await d.press("r", *words)
    await d.until(lambda: d.inbox.pane.composer._filled)
    await d.press("ctrl+s")
    gate = d.office.gate = asyncio.Event()
    await d.press(*(how or ("enter",)))
    return gate


def replies(d: Desk) -> list[str]:
    return [command.text for command in d.office.submitted if isinstance(command, Reply)]


async def test_what_is_typed_right_after_sending_is_the_next_answer() -> None:
    async with desk(size=WIDE) as d:
        gate = await begun(d)
        await d.press("r", *"we")
        gate.set()
        await d.until(lambda: replies(d) == ["hello"])
        await d.press(*"ll")
        assert d.inbox.pane.composer.text == "well"
        assert d.inbox.pane.composer.conversation_id == ONE
        assert not [command for command in d.office.submitted if isinstance(command, Close)]
        await d.until(lambda: d.inbox.pane.composer._filled)
        await d.press("ctrl+s", "enter")
        await d.until(lambda: replies(d) == ["hello", "well"])
        await d.until(lambda: not d.inbox.pane.composer.is_open)
        assert await d.office.draft(ONE) is None


async def test_keys_typed_ahead_wait_for_the_answer_that_closes() -> None:
    async with desk(size=NARROW) as d:
        gate = await begun(d, "e")
        asyncio.get_running_loop().call_later(0.1, gate.set)
        await d.press("r", *"next")
        await d.until(lambda: d.inbox.pane.composer.text == "next")
        assert d.inbox.pane.composer.conversation_id != ONE


async def test_a_sent_answer_leaves_the_composer_of_another_conversation_alone() -> None:
    async with desk(size=WIDE) as d:
        gate = await begun(d)
        await d.press("J")
        await d.press("r")
        other = d.inbox.pane.composer.conversation_id
        assert other not in (None, ONE)
        gate.set()
        await d.until(lambda: replies(d) == ["hello"])
        await d.until_shown("Goes out in 10s")
        assert d.inbox.pane.composer.conversation_id == other
        assert d.inbox.pane.composer.has_focus_within
        await d.press("e")
        assert d.inbox.pane.composer.text == "e"
        assert not [command for command in d.office.submitted if isinstance(command, Close)]


async def test_a_closing_answer_does_not_lead_away_from_another_conversation() -> None:
    async with desk(size=WIDE) as d:
        gate = await begun(d, "e")
        await d.press("J")
        await d.press("r", "x")
        other = d.inbox.pane.composer.conversation_id
        gate.set()
        await d.until(lambda: replies(d) == ["hello"])
        await d.until_shown("Goes out in 10s")
        assert d.inbox.pane.composer.conversation_id == other
        assert d.inbox.pane.composer.has_focus_within


async def test_leaving_while_it_is_on_its_way_leaves_no_draft() -> None:
    async with desk() as d:
        gate = await begun(d)
        await d.press("escape")
        gate.set()
        await d.until(lambda: replies(d) == ["hello"])
        await d.pilot.pause()
        assert await d.office.draft(ONE) is None
        assert d.app.focused is d.inbox.list


async def test_a_refused_answer_stands_before_what_was_typed_since() -> None:
    async with desk(size=WIDE) as d:
        await d.open(ONE)
        await d.press("r", *"first")
        await d.until(lambda: d.inbox.pane.composer._filled)
        d.office.arrive("Ещё вопрос", conversation_id=ONE)
        await d.press("ctrl+s")
        gate = d.office.gate = asyncio.Event()
        await d.press("enter")
        await d.press("r", *"then")
        gate.set()
        await d.until(lambda: d.inbox.pane.composer.text == "firstthen")
        await d.until_shown("ctrl+s a sends")


async def test_a_refused_answer_one_has_left_is_kept_as_a_draft() -> None:
    async with desk(size=WIDE) as d:
        await d.open(ONE)
        await d.press("r", *"first")
        await d.until(lambda: d.inbox.pane.composer._filled)
        d.office.arrive("Ещё вопрос", conversation_id=ONE)
        await d.press("ctrl+s")
        gate = d.office.gate = asyncio.Event()
        await d.press("enter")
        await d.press("escape")
        gate.set()
        await d.until_shown("The text is kept as a draft.")
        await d.until(lambda: ONE in d.office._drafts)
        assert await d.office.draft(ONE) == Draft(ONE, "first", saved_at=d.office.now())


async def test_where_neither_sending_nor_keeping_works_the_text_waits_in_the_composer() -> None:
    async with desk(size=WIDE) as d:
        gate = await begun(d)
        await d.press("escape")
        d.office.write_error = OfficeError("disk_full", "The disk is full.", "Make room.")
        gate.set()
        await d.until_shown("The disk is full. Make room.")
        await d.open(ONE)
        await d.press("r")
        await d.until(lambda: d.inbox.pane.composer.text == "hello")


async def test_the_end_of_the_program_keeps_what_was_never_answered() -> None:
    office = FakeOffice()
    async with desk(office) as d:
        gate = await begun(d)
        d.app.exit()
        asyncio.get_running_loop().call_later(0.2, gate.set)
    assert office._drafts[ONE].text == "hello"
