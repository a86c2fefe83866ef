"""What `z` takes back and `S` hurries: first what concerns the conversation at hand, then what was done last."""

from dataclasses import replace

import pytest
from desk_pilot import WIDE, Desk, desk
from fake_office import FakeOffice

from deskterm.desk.commands import Close, Command, MarkRead, SendNow, TakeBack, Undo
from deskterm.desk.model import Delivery, Kind, Status
from deskterm.desk.rows import DeliveryRow

ONE, OTHER = 5, 9
"""Two open conversations on mail."""


async def answer(d: Desk, conversation_id: int, words: str) -> int:
    """Answer a conversation; returns the message's id."""
    await d.open(conversation_id)
    before = len(d.office.talk(conversation_id).messages)
    await d.press("r", *words, "ctrl+s", "enter")
    await d.until(lambda: len(d.office.talk(conversation_id).messages) > before)
    await d.until(lambda: not d.inbox.pane.composer.is_open)
    await d.until(lambda: d.inbox.has_arrived)
    return d.office.talk(conversation_id).messages[-1].id


def acts(d: Desk) -> list[Command]:
    return [command for command in d.office.submitted if not isinstance(command, MarkRead)]


async def test_send_now_hurries_the_message_at_hand_and_not_one_that_has_gone() -> None:
    async with desk(size=WIDE) as d:
        await answer(d, ONE, "one")
        d.office.advance(seconds=11)
        other = await answer(d, OTHER, "two")
        await d.press("S")
        await d.until_shown("It goes out now.")
        assert acts(d)[-1] == SendNow(other)
        await d.press("S")
        await d.until_shown("Nothing waits to be sent here.")


async def test_taking_back_looks_at_the_conversation_at_hand_first() -> None:
    async with desk(size=WIDE) as d:
        one = await answer(d, ONE, "one")
        other = await answer(d, OTHER, "two")
        await d.open(ONE)
        await d.press("z")
        await d.until(lambda: acts(d)[-1] == TakeBack(one))
        await d.until(lambda: d.inbox.pane.composer.text == "one")
        await d.press("escape")
        await d.until(lambda: not d.inbox.pane.composer.is_open)
        await d.press("z")
        await d.until(lambda: acts(d)[-1] == TakeBack(other))


async def test_a_message_that_has_gone_is_forgotten() -> None:
    async with desk(size=WIDE) as d:
        await answer(d, ONE, "one")
        d.office.advance(seconds=11)
        await d.press("z")
        await d.until_shown("Too late: the message has gone out.")
        await d.press("z")
        await d.until_shown("There is nothing to undo.")


async def test_closing_by_mistake_is_taken_back() -> None:
    async with desk(size=WIDE) as d:
        row = d.inbox.list.rows[0]
        await d.press("e")
        await d.until(lambda: d.office.talk(row.id).row.status is Status.CLOSED)
        await d.until(lambda: d.chosen != row.number)
        await d.press("z")
        await d.until_shown(f"Taken back: #{row.number} {row.customer} is open again")
        assert acts(d) == [Close(row.id), Undo()]
        await d.press("z")
        await d.until_shown("There is nothing to undo.")


@pytest.mark.parametrize("before", [(None, ""), (2, "Bob")])
async def test_taking_by_mistake_gives_it_back(before: tuple[int | None, str]) -> None:
    office = FakeOffice()
    office._change(ONE, assignee_id=before[0], assignee=before[1])
    customer = office.talk(ONE).row.customer
    async with desk(office, size=WIDE) as d:
        await d.open(ONE)
        await d.press("A")
        await d.until_shown("#1005 is yours.")
        await d.press("z")
        whose = "Bob's" if before[0] else "nobody's"
        await d.until_shown(f"Taken back: #1005 {customer} is {whose}")
        assert acts(d)[-1] == Undo()


async def test_what_somebody_else_changed_since_is_not_taken_back() -> None:
    async with desk(size=WIDE) as d:
        row = d.inbox.list.rows[0]
        await d.press("e")
        await d.until(lambda: d.office.talk(row.id).row.status is Status.CLOSED)
        await d.until(lambda: d.chosen != row.number)
        d.office._change(row.id, status=Status.OPEN)
        await d.press("z")
        await d.until_shown("Bob")
        assert acts(d) == [Close(row.id), Undo()]


async def test_the_newest_act_comes_first() -> None:
    async with desk(size=WIDE) as d:
        sent = await answer(d, ONE, "one")
        await d.press("e")
        await d.until(lambda: acts(d)[-1] == Close(ONE))
        await d.until(lambda: d.chosen != 1005)
        await d.press("z")
        await d.until_shown("is open again")
        assert acts(d)[-1] == Undo()
        await d.press("z")
        await d.until(lambda: acts(d)[-1] == TakeBack(sent))


def crowded() -> FakeOffice:
    """Return a desk with more failed messages than a page of the outbox, and one of mine that waits."""
    office = FakeOffice()
    talk = office.talk(ONE)
    pattern = talk.messages[0]
    for number in range(250):
        failed = DeliveryRow(Delivery.FAILED, attempt=1)
        talk.messages.append(replace(pattern, id=70_000 + number, kind=Kind.OUTGOING, author="Bob", delivery=failed))
    return office


async def test_leaving_finds_replies_behind_any_number_of_failed_ones() -> None:
    office = crowded()
    async with desk(office, size=WIDE) as d:
        await answer(d, OTHER, "hi")
        await d.press("ctrl+q")
        await d.until_shown("1 reply has not gone out yet")


async def test_a_namesakes_reply_is_not_mine() -> None:
    office = FakeOffice()
    async with desk(office, size=WIDE) as d:
        sent = await answer(d, OTHER, "hi")
        talk, index = office._find(sent) or pytest.fail("it was sent")
        talk.messages[index] = replace(talk.messages[index], author_operator_id=2)
        await d.press("ctrl+q")
        await d.until(lambda: d.app._exit)


async def test_the_next_start_says_what_waited() -> None:
    office = FakeOffice()
    async with desk(office, size=WIDE) as d:
        await answer(d, OTHER, "hi")
    async with desk(office, size=WIDE) as d:
        await d.until_shown("1 reply that waited goes out now")


async def test_a_start_with_nothing_waiting_says_nothing() -> None:
    async with desk(size=WIDE) as d:
        assert "waited" not in d.text
