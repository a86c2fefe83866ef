"""Writing while others act: the warning that comes at once, looking without losing the text, and texts too long to send."""

from dataclasses import replace
from pathlib import Path

import pytest
from desk_pilot import WIDE, Desk, desk
from fake_office import FakeOffice
from fake_seed import LONG_THREAD, message
from textual.events import Paste

from deskterm.desk.commands import Reply
from deskterm.desk.model import Kind, Origin
from deskterm.desk.text import MAX_REPLY

ONE = 5


async def begun(d: Desk, words: str = "mine", conversation_id: int = ONE) -> None:
    await d.open(conversation_id)
    await d.press("r", *words)
    await d.until(lambda: d.inbox.pane.composer._filled and d.inbox.pane.composer._addressed)


def answered_by_a_colleague(office: FakeOffice, words: str = "Уже отправили.") -> None:
    talk = office.talk(ONE)
    message(office._data, talk, Kind.OUTGOING, office.now(), words, author="Bob", author_operator_id=2)
    office._ring()


async def test_the_customer_wrote_again_is_said_at_once_above_the_text() -> None:
    async with desk(size=WIDE) as d:
        await begun(d)
        d.office.arrive("Уже не надо", conversation_id=ONE)
        await d.until_shown("wrote again at ")
        assert d.inbox.pane.composer.warning.endswith("Уже не надо. F5 shows it; the text stays.")
        assert d.inbox.pane.composer.text == "mine"
        assert d.inbox.pane.composer.has_focus_within


async def test_a_colleague_who_answered_is_named() -> None:
    async with desk(size=WIDE) as d:
        await begun(d)
        answered_by_a_colleague(d.office)
        await d.until_shown("! Bob answered at ")


async def test_looking_keeps_the_text_and_what_was_seen_does_not_refuse_it() -> None:
    async with desk(size=WIDE) as d:
        await begun(d)
        d.office.arrive("Уже не надо", conversation_id=ONE)
        await d.until(lambda: "F5 shows it" in d.inbox.pane.composer.warning)
        await d.press("f5")
        await d.until(lambda: d.app.focused is d.inbox.pane.thread)
        assert d.inbox.pane.composer.warning == ""
        assert "r goes on writing." in d.foot
        await d.press("r", "!")
        assert d.inbox.pane.composer.text == "mine!"
        await d.press("ctrl+s", "enter")
        await d.until_shown("Goes out in 10s")
        reply = d.office.submitted[-1]
        assert isinstance(reply, Reply)
        assert not reply.anyway


async def test_my_own_messages_and_machines_warn_of_nothing() -> None:
    async with desk(size=WIDE) as d:
        await begun(d)
        talk = d.office.talk(ONE)
        message(d.office._data, talk, Kind.OUTGOING, d.office.now(), "mine too", author="Anna", author_operator_id=1)
        talk.messages[-1] = replace(talk.messages[-1], origin=Origin.OWN)
        message(d.office._data, talk, Kind.INCOMING, d.office.now(), "out of office", author="Robot")
        talk.messages[-1] = replace(talk.messages[-1], origin=Origin.AUTO)
        d.office._ring()
        await d.until_shown("out of office")
        assert not d.inbox.pane.composer.has_class("-warned")


async def pasted(d: Desk, text: str) -> None:
    d.app.focused.post_message(Paste(text))
    await d.pilot.pause()


async def test_a_long_paste_is_taken_whole() -> None:
    text = "Строка с текстом, как в журнале.\n" * 3000
    async with desk(size=WIDE) as d:
        await begun(d, "")
        await pasted(d, text.replace("\n", "\r"))
        await d.until(lambda: len(d.inbox.pane.composer.text) == len(text))
        assert d.inbox.pane.composer.text == text
        assert "too long" not in d.text


async def test_a_paste_longer_than_a_reply_may_be_becomes_a_file_when_asked_for(tmp_path: Path) -> None:
    text = "я" * (MAX_REPLY + 5)
    async with desk(size=WIDE) as d:
        await begun(d, "see ")
        await pasted(d, text)
        await d.until_shown("100005 characters were pasted; a message may have 100000.")
        await d.press("y")
        await d.until_shown("[1] text.txt 200 KB")
        assert d.inbox.pane.composer.text == "see "


@pytest.mark.parametrize("key", ["n", "escape"])
async def test_a_paste_that_shall_not_be_a_file_goes_into_the_text_whole(key: str) -> None:
    text = "строка\n" * 20_000
    async with desk(size=WIDE) as d:
        await begun(d, "ab")
        await d.press("left")
        await pasted(d, text.replace("\n", "\r\n"))
        await d.until_shown("140000 characters were pasted")
        await d.press(key)
        await d.until(lambda: len(d.inbox.pane.composer.text) == len(text) + 2)
        assert d.inbox.pane.composer.text == f"a{text}b"
        await d.until_shown("too long: 140002 of 100000")


async def test_the_whole_text_becomes_a_file_by_its_key() -> None:
    async with desk(size=WIDE) as d:
        await begun(d, "a long story")
        await d.press("f9")
        await d.until_shown("[1] text.txt 12 B")
        assert d.inbox.pane.composer.text == ""
        await d.press("f9")
        assert len(d.inbox.pane.composer.files) == 1


async def test_a_held_message_ticks_only_in_its_own_cells() -> None:
    async with desk() as d:
        await begun(d, "ok", LONG_THREAD)
        await d.press("ctrl+s", "enter")
        await d.until_shown("⧗ goes out in 10s")
        thread, regions = d.inbox.pane.thread, []
        refresh = thread.refresh
        thread.refresh = lambda *where, **how: (regions.append(where), refresh(*where, **how))[1]
        d.office._now = d.office._now.replace(second=4)
        thread.tick()
        assert [(region.height, region.width) for (region,) in regions] == [(1, 35)]
        regions.clear()
        thread.tick()
        assert regions == []
