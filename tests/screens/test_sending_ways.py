"""The ways to send, over the real store: and close, and snooze; tags first; whose the conversation is then; drafts in sight."""

from __future__ import annotations

from datetime import timedelta

import pytest
from desk_pilot import Desk, desk
from house import House

from deskterm.desk.model import Status
from deskterm.desk.rows import ConversationRow, Draft, View

SIZE = (100, 30)


async def customer(house: House, text: str = "Где мой заказ?") -> int:
    await house.arrive(house.mail(text))
    return (await house.office.conversations(View.ALL)).rows[0].id


async def row_of(house: House, conversation_id: int) -> ConversationRow:
    detail = await house.office.conversation(conversation_id)
    assert detail is not None
    return detail.row


async def written(d: Desk, conversation_id: int, words: str = "ok") -> None:
    await d.open(conversation_id)
    await d.press("r", *words)
    await d.until(lambda: d.inbox.pane.composer._filled and d.inbox.pane.composer._addressed)


@pytest.mark.parametrize(("key", "hours"), [("h", 1), ("c", None)])
async def test_send_and_snooze(house: House, key: str, hours: int | None) -> None:
    conversation_id = await customer(house)
    async with desk(house.office, size=SIZE) as d:
        await written(d, conversation_id)
        await d.press("ctrl+s", "z")
        await d.until_shown("Until the customer writes")
        assert "Back now" not in d.text
        await d.press(key)
        await d.until_shown("Goes out in 10s")
        row = await row_of(house, conversation_id)
        assert row.status is Status.SNOOZED
        assert row.snoozed_until == (None if hours is None else house.clock() + timedelta(hours=hours))


async def test_send_and_snooze_until_a_typed_time(house: House) -> None:
    conversation_id = await customer(house)
    async with desk(house.office, size=SIZE) as d:
        await written(d, conversation_id)
        await d.press("ctrl+s", "z", "s")
        await d.until_shown("Send, and snooze until")
        await d.press(*"3 дня", "enter")
        await d.until_shown("Goes out in 10s")
        assert (await row_of(house, conversation_id)).snoozed_until == house.clock() + timedelta(days=3)


async def test_leaving_the_snooze_choices_keeps_the_text(house: House) -> None:
    conversation_id = await customer(house)
    async with desk(house.office, size=SIZE) as d:
        await written(d, conversation_id)
        await d.press("ctrl+s", "z", "escape")
        assert d.inbox.pane.composer.text == "ok"
        assert d.inbox.pane.composer.has_focus_within
        assert (await row_of(house, conversation_id)).status is Status.OPEN


async def test_the_first_answer_makes_the_conversation_mine_and_says_so(house: House) -> None:
    conversation_id = await customer(house)
    async with desk(house.office, size=SIZE) as d:
        await written(d, conversation_id)
        await d.press("ctrl+s", "enter")
        await d.until_shown("Goes out in 10s · z takes it back · #1001 is yours now")
        await written(d, conversation_id, "and more")
        await d.press("ctrl+s", "enter")
        await d.until_shown("and more")
        await d.until(lambda: "Goes out in 10s" in d.foot)
        assert "is yours now" not in d.foot


async def test_tags_are_asked_for_before_an_answer_closes_where_the_channel_wants_them(house: House) -> None:
    await house.store.writer.run(lambda tx: tx.run("UPDATE channel SET ask_tags = 1"))
    conversation_id = await customer(house)
    async with desk(house.office, size=SIZE) as d:
        await written(d, conversation_id)
        await d.press("ctrl+s", "e")
        await d.until_shown("Tags of #1001")
        await d.press(*"доставка", "enter", "enter")
        await d.until(lambda: not d.inbox.pane.composer.is_open)
        await d.until_shown("Goes out in 10s")
        row = await row_of(house, conversation_id)
        assert (row.status, row.tags) == (Status.CLOSED, ("доставка",))


async def test_tags_that_are_not_given_leave_the_text_in_the_composer(house: House) -> None:
    await house.store.writer.run(lambda tx: tx.run("UPDATE channel SET ask_tags = 1"))
    conversation_id = await customer(house)
    async with desk(house.office, size=SIZE) as d:
        await written(d, conversation_id)
        await d.press("ctrl+s", "e")
        await d.until_shown("Tags of #1001")
        await d.press("escape")
        await d.until_shown("Say first what it was about")
        assert d.inbox.pane.composer.text == "ok"
        assert (await row_of(house, conversation_id)).status is Status.OPEN
        await d.press("ctrl+s", "e")
        await d.until_shown("Tags of #1001")
        await d.press("enter", "enter")
        await d.until_shown("Goes out in 10s")
        assert (await row_of(house, conversation_id)).status is Status.CLOSED


@pytest.mark.parametrize(("note", "words"), [(False, "reply begun r"), (True, "note begun n")])
async def test_drafts_are_listed_with_their_kind_and_opening_one_goes_on_writing(house: House, note: bool, words: str) -> None:
    conversation_id = await customer(house)
    await customer(house, "другой")
    await house.office.save_draft(Draft(conversation_id, "начало ", note))
    async with desk(house.office, size=SIZE) as d:
        await d.press("g", "d")
        await d.until(lambda: d.inbox.view is View.DRAFTS and len(d.inbox.list.rows) == 1)
        await d.until_shown(words)
        assert "начало" in d.text
        await d.press("enter")
        await d.until(lambda: d.inbox.pane.composer.text == "начало ")
        assert d.inbox.pane.composer.note is note
        assert words not in d.text
        await d.press(*"конец")
        assert d.inbox.pane.composer.text == "начало конец"
        await d.press("escape")
        await d.until_shown(f"{words}  начало конец")
