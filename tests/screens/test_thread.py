"""The conversation's pane: pages, places that stay, states, folds, and what can be done to messages."""

from dataclasses import replace

import pytest
from desk_pilot import NARROW, WIDE, desk
from fake_office import FakeOffice
from fake_seed import EVERY_KIND, LONG_THREAD

from deskterm.desk.commands import MarkRead, RetrySend, SendNow
from deskterm.desk.model import Delivery


async def test_a_conversation_opens_at_its_newest_message() -> None:
    async with desk() as d:
        await d.open(LONG_THREAD)
        assert "Message 499" in d.text or "Здравствуйте! Заказ 5001" in d.text
        assert d.inbox.pane.thread.at_end
        assert d.lines[1].startswith(" #1001 ml Не пришёл заказ 5001  Ольга К. ")
        assert d.lines[-2].strip() == "" or "Заказ 5001" in d.lines[-3]


async def test_an_unread_one_opens_at_the_first_unread_message() -> None:
    async with desk() as d:
        d.office._change(LONG_THREAD, unread=40)
        d.office._ring()
        await d.open(LONG_THREAD)
        incoming = [row for row in d.office.talk(LONG_THREAD).messages if row.kind == "incoming"]
        assert incoming[-40].text.split(".")[0] in d.lines[3]
        assert not d.inbox.pane.thread.at_end
        await d.until(lambda: MarkRead(LONG_THREAD) in d.office.submitted)


async def test_older_pages_come_before_they_are_reached_and_move_nothing() -> None:
    async with desk() as d:
        await d.open(LONG_THREAD)
        await d.until(lambda: len(d.inbox.pane.thread.rows) >= 60)
        before = d.lines[2:23]
        await d.press("k")
        assert d.lines[3:23] == before[:-1]
        await d.press(*["pageup"] * 12)
        await d.until(lambda: len(d.inbox.pane.thread.rows) >= 120)
        await d.press("home")
        await d.until_shown("Message 1.")
        assert len(d.inbox.pane.thread.rows) < 500
        await d.press("G")
        await d.until(lambda: d.inbox.pane.thread.at_end)
        assert d.inbox.pane.thread.rows[-1] == d.office.talk(LONG_THREAD).messages[-1]


async def test_the_whole_thread_can_be_scrolled_to_its_beginning_and_back() -> None:
    async with desk() as d:
        await d.open(LONG_THREAD)
        thread = d.inbox.pane.thread
        await d.press("home")
        await d.until_shown("Message 1.")
        assert "Message 1." in d.lines[3]
        seen = set()
        while not thread.at_end:
            seen |= {line.split("Message ")[1].split(".")[0] for line in d.lines if "Message " in line}
            thread.action_page_down()
            await d.pilot.pause()
        assert {str(number) for number in range(1, 495)} <= seen
        await d.press("g", "g")
        await d.until_shown("Message 1.")


async def test_what_arrives_follows_at_the_end_and_moves_nothing_further_up() -> None:
    async with desk() as d:
        await d.open(LONG_THREAD)
        d.office.arrive("И ещё вопрос!", conversation_id=LONG_THREAD)
        await d.until_shown("И ещё вопрос!")
        await d.press("pageup", "pageup")
        before = d.lines[2:23]
        d.office.arrive("Самый последний!", conversation_id=LONG_THREAD)
        await d.until(lambda: d.inbox.pane.thread.rows[-1].text == "Самый последний!")
        assert d.lines[2:23] == before
        await d.press("G")
        await d.until_shown("Самый последний!")


async def test_every_kind_of_message_is_told_apart() -> None:
    async with desk(size=(100, 70)) as d:
        await d.open(EVERY_KIND)
        await d.press("home")
        shown = d.text
        for words in (
            "┃ NOTE Bob",
            "── given to Bob",
            "· edited",
            "[1] счёт.pdf 120 KB",
            "[3] setup.exe 9.0 KB · may be d",
            "[sticker]",
            "> Уже смотрим.",
            "Forwarded from Склад",
            "· delivery report",
            "· automatic",
            "⋯ the message goes on",
            "✓ sent",
            "! failed",
            "! 550 no such user",
            "? uncertain",
            "taken back",
            "⧗ sending",
            "⧗ queued 3m",
        ):
            assert words in shown, words


async def test_quoted_text_unfolds_and_folds_by_its_key() -> None:
    async with desk() as d:
        talk = d.office.talk(3)
        words = "Да.\n\n> когда?\n> завтра?"
        talk.messages[-1] = replace(talk.messages[-1], text=words, quoted_from=3)
        await d.open(3)
        assert "⋯ 2 quoted lines" in d.text
        await d.press("Q")
        assert "> завтра?" in d.text
        await d.press("Q")
        assert "> завтра?" not in d.text


async def test_a_message_that_waits_counts_down_and_then_is_sent() -> None:
    async with desk() as d:
        await d.open(5)
        await d.press("r")
        await d.press(*"ok", "ctrl+s", "enter")
        await d.until_shown("⧗ goes out in 10s · z takes it back")
        d.office._now = d.office._now.replace(second=7)
        await d.until_shown("⧗ goes out in 3s · z takes it back")
        d.office.advance(seconds=4)
        await d.until_shown("✓ sent")
        assert "takes it back" not in "\n".join(d.lines[:-1])


async def test_a_failed_message_goes_out_again_by_its_key() -> None:
    async with desk() as d:
        await d.open(EVERY_KIND)
        failed = [
            row.id
            for row in d.office.talk(EVERY_KIND).messages
            if row.delivery and row.delivery.state in (Delivery.FAILED, Delivery.UNCERTAIN)
        ]
        await d.press("R")
        await d.until_shown("It goes out again.")
        assert RetrySend(failed[-1]) in d.office.submitted


async def test_a_waiting_message_goes_out_now_by_its_key() -> None:
    async with desk() as d:
        await d.open(5)
        await d.press("r", *"ok", "ctrl+s", "enter")
        await d.until_shown("⧗ queued")
        await d.press("S")
        await d.until_shown("✓ sent")
        assert isinstance(d.office.submitted[-1], SendNow)


@pytest.mark.parametrize(
    ("keys", "copied"),
    [("yn", "#1002"), ("ya", "700002"), ("yt", "Hello, I sent order 5002 back a week ago. When do I get my money?")],
)
async def test_copying(keys: str, copied: str) -> None:
    async with desk() as d:
        await d.open(EVERY_KIND)
        await d.press(*keys)
        await d.until(lambda: d.app.clipboard == copied)
        assert "Copied: " in d.foot


async def test_dialogs_of_a_conversation_open_and_close() -> None:
    async with desk() as d:
        await d.open(EVERY_KIND)
        for key, words in (("o", "setup.exe"), ("E", "Заказ 5001."), ("O", "From: 700002")):
            await d.press(key)
            await d.until_shown(words)
            await d.press("escape")
            await d.until(lambda: d.app.screen is d.inbox)


async def test_the_pane_is_wrapped_anew_when_it_becomes_wider() -> None:
    async with desk(size=NARROW) as d:
        await d.open(LONG_THREAD)
        narrow = d.text.count("\n")
        await d.pilot.resize_terminal(*WIDE)
        await d.until(lambda: d.inbox.list.display)
        assert d.text.count("\n") > narrow
        assert d.inbox.pane.thread.at_end


async def test_a_hostile_desk_is_walked_through_unharmed() -> None:
    from nasty import TEXTS

    async with desk(FakeOffice.nasty(TEXTS), size=WIDE) as d:
        for _ in range(6):
            await d.press("enter", "G", "pageup", "Q", "r", "escape", "escape", "j")
        assert not any(char in d.text for char in ("\x1b", "\x9b", "\x07", "\u202e"))
